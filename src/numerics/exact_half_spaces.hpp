/// @file
/// A point of an affine space that lies strictly inside a cube and within closed half-spaces: a
/// linear program in rationals, decided exactly.
///
/// Method: a program in doubles whose refutation verifies exactly (src/numerics/cube_program.hpp);
/// else the simplex method with Bland's rule in two rounds, the half-spaces first, then the
/// distance from the cube's faces.
#pragma once

#include <optional>
#include <vector>

#include "exact.hpp"

namespace resdyn::exact {

/// The points z with normal·z + offset ≥ 0.
struct HalfSpace {
    std::vector<Integer> normal;
    Integer offset = 0;

    Rational slope(const std::vector<Rational>& direction) const;
    Rational value(const std::vector<Rational>& z) const { return slope(z) + Rational(offset); }
};

/// A point of `space` with lower < z_i < upper for every i and normal·z + offset ≥ 0 for every
/// half-space, or empty if there is none (proved).
std::optional<std::vector<Rational>> point_inside(const AffineSpace& space, const Rational& lower,
                                                  const Rational& upper,
                                                  const std::vector<HalfSpace>& closed);

/// Whether there is such a point: faster, as it may be any. Half-spaces that have one value all
/// over the space are decided by it; two that leave a hyperplane between them (as repeated rows
/// make them) narrow the space to it.
bool is_point_inside(const AffineSpace& space, const Rational& lower, const Rational& upper,
                     const std::vector<HalfSpace>& closed);
/// The same where a `point` of the space strictly inside the cube is known.
bool is_point_inside(const AffineSpace& space, const Rational& lower, const Rational& upper,
                     const std::vector<HalfSpace>& closed, const std::vector<Rational>& point);

}  // namespace resdyn::exact
