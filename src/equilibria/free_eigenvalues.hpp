/// @file
/// The eigenvalues of the free block of an exact point: counted exactly, and as numbers that agree
/// with the counts.
#pragma once

#include <vector>

#include "exact_point.hpp"

namespace resdyn {

struct FreeCounts {
    SpectralCounts counts;
    std::vector<Complex> values;  ///< in double precision, where counting took them; else empty.
};

/// As exact_free_counts. `zeros`: so many eigenvalues at least are known to be 0.
FreeCounts free_counts(const ExactPoint& point, Index zeros = 0);

/// In double precision; a real part that is proved zero is zero, a spectrum that is proved real is
/// real. Where double precision contradicts `counts` (as exact_free_counts gives them) in the sign
/// of a real part or in what is real, the roots of the exact characteristic polynomial
/// (polynomial_roots.hpp). Sorted as for a flow.
std::vector<Complex> free_eigenvalues(const ExactPoint& point, const SpectralCounts& counts);
/// The same, where counting left them.
std::vector<Complex> free_eigenvalues(const ExactPoint& point, FreeCounts counted);

}  // namespace resdyn
