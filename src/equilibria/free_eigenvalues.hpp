/// @file
/// The eigenvalues of the free block of an exact point, as numbers that agree with its exact
/// counts.
#pragma once

#include <resdyn/equilibria/exact_point.hpp>

namespace resdyn {

/// In double precision; a real part that is proved zero is zero, a spectrum that is proved real is
/// real. Where double precision contradicts `counts` (as exact_free_counts gives them) in the sign
/// of a real part or in what is real, the roots of the exact characteristic polynomial
/// (polynomial_roots.hpp). Sorted as for a flow.
std::vector<Complex> free_eigenvalues(const ExactPoint& point, const SpectralCounts& counts);

}  // namespace resdyn
