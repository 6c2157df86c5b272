// A point of an affine space inside the cube, or the proof that there is none (exact.hpp): from a
// program in doubles whose answer verifies exactly (cube_program.hpp). Only where neither a point
// nor a refutation does is the program solved by the simplex method in rationals, whose pivots cost
// a thousand times as much.
#include <algorithm>
#include <utility>

#include "cube_program.hpp"
#include "exact.hpp"
#include "exact_rational.hpp"
#include "exact_simplex.hpp"

namespace resdyn::exact {

std::optional<std::vector<Rational>> point_inside(const AffineSpace& space, const Rational& lower,
                                                  const Rational& upper) {
    const std::size_t n = space.origin.size();
    const std::size_t k = space.directions.size();
    const Rational middle = (lower + upper) / 2;
    // Start the free variables at the middle of the cube: for loose faces that is inside already.
    // (solution_space makes each direction a unit vector on its own free variable; of other spaces
    // it is a start like any other.)
    std::vector<Rational> base = space.origin;
    for (const std::vector<Rational>& direction : space.directions) {
        for (std::size_t i = 0; middle != 0 && i < n; ++i) {
            if (direction[i] != 0) {
                base[i] += middle * direction[i];
            }
        }
    }
    if (std::all_of(base.begin(), base.end(), [&](const Rational& z) {
            return order(z, lower) > 0 && order(z, upper) < 0;
        })) {
        return base;
    }
    if (k == 0) {
        return std::nullopt;
    }
    const auto moved = [&](const std::vector<Rational>& t) {
        std::vector<Rational> point = base;
        for (std::size_t j = 0; j < k; ++j) {
            for (std::size_t i = 0; i < n; ++i) {
                if (space.directions[j][i] != 0) {
                    point[i] += t[j] * space.directions[j][i];
                }
            }
        }
        return point;
    };
    const CubeProgram program = cube_program(space.directions, base, lower, upper, {});
    const CubeGuess guess = guess_point(program);
    if (guess.e > 0) {
        if (const auto t = verified_point(program, guess)) {
            return moved(*t);
        }
    }
    if (is_refuted(program, guess)) {
        return std::nullopt;
    }
    // Neither verifies: t = p − q, p, q ≥ 0, in rationals from the slack at t = 0 on.
    Rational slack = upper - lower;
    for (const Rational& z : base) {
        slack = std::min({slack, Rational(z - lower), Rational(upper - z)});
    }
    std::vector<std::vector<Rational>> T;
    std::vector<Rational> s;
    for (std::size_t i = 0; i < n; ++i) {
        for (const int side : {-1, 1}) {
            std::vector<Rational> row(2 * k);
            for (std::size_t j = 0; j < k; ++j) {
                row[j] = space.directions[j][i] * side;
                row[k + j] = -row[j];
            }
            T.push_back(std::move(row));
            s.emplace_back((side < 0 ? Rational(base[i] - lower) : Rational(upper - base[i])) -
                           slack);
        }
    }
    const Margin margin = largest_margin(T, s, -slack);
    if (margin.e + slack <= 0) {
        return std::nullopt;
    }
    std::vector<Rational> t;
    for (std::size_t j = 0; j < k; ++j) {
        t.emplace_back(margin.x[j] - margin.x[k + j]);
    }
    return moved(t);
}

}  // namespace resdyn::exact
