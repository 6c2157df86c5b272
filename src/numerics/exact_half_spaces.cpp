#include "exact_half_spaces.hpp"

#include <algorithm>
#include <utility>

#include "cube_program.hpp"
#include "exact_simplex.hpp"

namespace resdyn::exact {

Rational HalfSpace::slope(const std::vector<Rational>& direction) const {
    // Over one denominator, reduced once: a sum of rationals is reduced at every step.
    Integer unit = 1;
    for (const Rational& value : direction) {
        if (unit % denominator(value) != 0) {
            unit = lcm(unit, denominator(value));
        }
    }
    Integer sum = 0;
    for (std::size_t i = 0; i < normal.size(); ++i) {
        if (normal[i] != 0 && direction[i] != 0) {
            sum += normal[i] * numerator(direction[i]) * (unit / denominator(direction[i]));
        }
    }
    return {sum, unit};
}

namespace {

/// The least of the half-spaces' values at a point, 0 where all hold.
Rational worst(const std::vector<HalfSpace>& closed, const std::vector<Rational>& point) {
    Rational least = 0;
    for (const HalfSpace& half : closed) {
        least = std::min(least, half.value(point));
    }
    return least;
}

/// From a point inside the cube where the half-spaces' worst value is `start` < 0.
std::optional<std::vector<Rational>> moved_inside(const AffineSpace& space, const Rational& lower,
                                                  const Rational& upper,
                                                  const std::vector<HalfSpace>& closed,
                                                  std::vector<Rational> point,
                                                  const Rational& start) {
    // z(t) = point + directions t, t = p − q with p, q ≥ 0, in two rounds that keep lower ≤ z ≤
    // upper: raise the least of the half-spaces' values from `start` to 0; then, with all of them
    // held ≥ 0, raise the distance from both levels above 0.
    const std::size_t n = space.origin.size();
    const std::size_t k = space.directions.size();
    const auto raise = [&](bool distance, const Rational& shift, const Rational& goal) {
        std::vector<std::vector<Rational>> T;
        std::vector<Rational> s;
        std::vector<bool> exempt;
        const auto add = [&](const auto& slope, const Rational& room, bool without_margin) {
            std::vector<Rational> row(2 * k);
            for (std::size_t j = 0; j < k; ++j) {
                row[j] = -slope(space.directions[j]);
                row[k + j] = -row[j];
            }
            T.push_back(std::move(row));
            s.push_back(room);
            exempt.push_back(without_margin);
        };
        for (std::size_t i = 0; i < n; ++i) {
            add([i](const auto& d) { return d[i]; }, point[i] - lower, !distance);
            add([i](const auto& d) { return Rational(-d[i]); }, upper - point[i], !distance);
        }
        for (const HalfSpace& half : closed) {
            add([&half](const auto& d) { return half.slope(d); }, half.value(point) - shift,
                distance);
        }
        const Margin margin = largest_margin(T, s, goal, exempt);
        for (std::size_t j = 0; j < k; ++j) {
            const Rational t = margin.x[j] - margin.x[k + j];
            for (std::size_t i = 0; i < n; ++i) {
                point[i] += t * space.directions[j][i];
            }
        }
        return margin.e;
    };
    if (raise(false, start, -start) + start < 0 || raise(true, 0, 0) <= 0) {
        return std::nullopt;
    }
    return point;
}

/// A half-space as the space sees it: value + Σ slopes_j t_j ≥ 0 over the directions from a point,
/// the first slope that is not 0 being ±1. No slopes: one value all over the space.
struct OnSpace {
    std::vector<Rational> slopes;
    Rational value;
};

OnSpace on_space(const HalfSpace& half, const AffineSpace& space,
                 const std::vector<Rational>& point) {
    OnSpace here{{}, half.value(point)};
    Rational scale = 0;
    for (const std::vector<Rational>& direction : space.directions) {
        here.slopes.push_back(half.slope(direction));
        if (scale == 0) {
            scale = abs(here.slopes.back());
        }
    }
    if (scale == 0) {
        here.slopes.clear();
    } else if (scale != 1) {
        here.value /= scale;
        for (Rational& slope : here.slopes) {
            slope /= scale;
        }
    }
    return here;
}

bool are_opposite(const std::vector<Rational>& a, const std::vector<Rational>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const Rational& x, const Rational& y) { return x == -y; });
}

/// The part of the space on which the half-space, which varies on it, has the value 0.
AffineSpace where_zero(const OnSpace& half, const AffineSpace& space,
                       const std::vector<Rational>& point) {
    const auto moving = std::find_if(half.slopes.begin(), half.slopes.end(),
                                     [](const Rational& slope) { return slope != 0; });
    const auto c = static_cast<std::size_t>(moving - half.slopes.begin());
    const auto plus = [&](std::vector<Rational> vector, const Rational& factor) {
        for (std::size_t i = 0; factor != 0 && i < vector.size(); ++i) {
            vector[i] += factor * space.directions[c][i];
        }
        return vector;
    };
    AffineSpace part{plus(point, -half.value / *moving), {}};
    for (std::size_t j = 0; j < space.directions.size(); ++j) {
        if (j != c) {
            part.directions.push_back(plus(space.directions[j], -half.slopes[j] / *moving));
        }
    }
    return part;
}

}  // namespace

std::optional<std::vector<Rational>> point_inside(const AffineSpace& space, const Rational& lower,
                                                  const Rational& upper,
                                                  const std::vector<HalfSpace>& closed) {
    auto point = point_inside(space, lower, upper);
    if (!point) {
        return std::nullopt;
    }
    const Rational start = worst(closed, *point);
    if (start == 0) {
        return point;
    }
    const CubeProgram program = cube_program(space.directions, *point, lower, upper, closed);
    if (is_refuted(program, guess_point(program))) {
        return std::nullopt;
    }
    return moved_inside(space, lower, upper, closed, std::move(*point), start);
}

bool is_point_inside(const AffineSpace& space, const Rational& lower, const Rational& upper,
                     const std::vector<HalfSpace>& closed) {
    const auto point = point_inside(space, lower, upper);
    return point && is_point_inside(space, lower, upper, closed, *point);
}

bool is_point_inside(const AffineSpace& space, const Rational& lower, const Rational& upper,
                     const std::vector<HalfSpace>& closed, const std::vector<Rational>& point) {
    if (worst(closed, point) == 0) {
        return true;
    }
    std::vector<HalfSpace> kept;
    std::vector<OnSpace> varying;  // of those that are kept
    for (const HalfSpace& half : closed) {
        OnSpace here = on_space(half, space, point);
        if (here.slopes.empty()) {
            if (here.value < 0) {
                return false;
            }
            continue;
        }
        bool is_new = true;
        for (std::size_t k = 0; k < varying.size(); ++k) {
            if (here.slopes == varying[k].slopes) {
                is_new = false;
                if (here.value < varying[k].value) {
                    varying[k] = here;
                    kept[k] = half;
                }
            }
        }
        if (is_new) {
            varying.push_back(std::move(here));
            kept.push_back(half);
        }
    }
    for (std::size_t k = 0; k < varying.size(); ++k) {
        for (std::size_t l = 0; l < k; ++l) {
            if (!are_opposite(varying[k].slopes, varying[l].slopes)) {
                continue;
            }
            const Rational width = varying[k].value + varying[l].value;
            if (width < 0) {
                return false;
            }
            if (width == 0) {
                return is_point_inside(where_zero(varying[k], space, point), lower, upper, closed);
            }
        }
    }
    const CubeProgram program = cube_program(space.directions, point, lower, upper, kept);
    const CubeGuess guess = guess_point(program);
    if (is_refuted(program, guess)) {
        return false;
    }
    return (guess.e >= 0 && verified_point(program, guess).has_value()) ||
           moved_inside(space, lower, upper, kept, point, worst(kept, point)).has_value();
}

}  // namespace resdyn::exact
