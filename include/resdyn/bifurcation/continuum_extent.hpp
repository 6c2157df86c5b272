/// @file
/// How far the continua of singular events reach: at such an α a whole line of equilibria lies in
/// its face, and one point of it does not show it.
///
/// Method: the null vector of the free block of W(α) in double precision (the right singular vector
/// of its smallest singular value), followed both ways from the event's point to the levels. Only
/// continua of dimension one have two ends; those of more are left out. Reference: G. H. Golub,
/// C. F. Van Loan, Matrix Computations (2013), section 2.4.
#pragma once

#include <vector>

#include <resdyn/bifurcation/bifurcation.hpp>

namespace resdyn {

struct ContinuumExtent {
    std::size_t event = 0;  ///< index into the events handed in.
    Matrix ends;            ///< N×2, on the boundary of the face.
    double residual = 0.0;  ///< |g(y) ∘ (Wy)|_inf at the worse end, at the event's α as stored.
};

/// Of the singular events of dimension one that have a point, in their order.
std::vector<ContinuumExtent> continuum_extents(const ParameterPath& path,
                                               const std::vector<Bifurcation>& events);

}  // namespace resdyn
