/// @file
/// The steps h > 0 at which free multipliers 1 + hμ of one equilibrium reach the unit circle.
///
/// With ν = 1/μ, |1 + hμ| > 1 iff Re ν > −h/2: as h grows multipliers only leave the circle's
/// inside, each once, at h = −2 Re ν. The exact count of those outside is therefore a monotone step
/// function of h, its jumps are the crossings with their multiplicity, and bisection on it misses
/// none and invents none. What crosses in a bracket follows from exact polynomials: real ν, counted
/// with multiplicity, are multipliers at −1, the rest are pairs. Several crossings in one bracket
/// are told apart by the roots, in h, of a Hurwitz determinant that vanishes where two ν have
/// the sum −h. Eigenvalues in double precision only say where to look first.
#pragma once

#include <vector>

#include "free_multipliers.hpp"

namespace resdyn {

/// Multipliers that reach the circle at one h.
struct StepCrossing {
    exact::Rational lower;  ///< h lies in [lower, upper]; both are h where it is exact.
    exact::Rational upper;
    Index flips = 0;  ///< multipliers −1, with multiplicity.
    Index pairs = 0;  ///< pairs that are not real.
    /// False: several crossings lie in the bracket and were not told apart.
    bool separated = true;

    bool is_exact() const { return lower == upper; }
    double value() const;
};

/// All in [from, to], 0 <= from < to, increasing. The free block has at least one unit and is not
/// singular. Brackets are at most 1e-13 of h wide.
std::vector<StepCrossing> step_crossings(const FreeMultipliers& multipliers,
                                         const exact::Rational& from, const exact::Rational& to);

/// The first one where every free eigenvalue has Re μ < 0: h* is in its bracket (`flips` and
/// `pairs` are not told).
StepCrossing first_step_crossing(const FreeMultipliers& multipliers);

}  // namespace resdyn
