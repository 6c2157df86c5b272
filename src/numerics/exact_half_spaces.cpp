#include <resdyn/numerics/exact_half_spaces.hpp>

#include <algorithm>
#include <utility>

#include "cube_program.hpp"
#include "exact_simplex.hpp"

namespace resdyn::exact {

Rational HalfSpace::slope(const std::vector<Rational>& direction) const {
    Rational sum = 0;
    for (std::size_t i = 0; i < normal.size(); ++i) {
        sum += Rational(normal[i]) * direction[i];
    }
    return sum;
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
    // What has one value all over the space asks nothing of a point, or refuses them all. (With
    // repeated rows such values are 0, where no program in doubles can verify.)
    std::vector<HalfSpace> varying;
    for (const HalfSpace& half : closed) {
        if (std::any_of(space.directions.begin(), space.directions.end(),
                        [&half](const auto& direction) { return half.slope(direction) != 0; })) {
            varying.push_back(half);
        } else if (half.value(point) < 0) {
            return false;
        }
    }
    const Rational start = worst(varying, point);
    if (start == 0) {
        return true;
    }
    const CubeProgram program = cube_program(space.directions, point, lower, upper, varying);
    const CubeGuess guess = guess_point(program);
    if (is_refuted(program, guess)) {
        return false;
    }
    return (guess.e >= 0 && verified_point(program, guess).has_value()) ||
           moved_inside(space, lower, upper, varying, point, start).has_value();
}

}  // namespace resdyn::exact
