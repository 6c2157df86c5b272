/// @file
/// Eigenvalues of a product of matrices whose moduli lie far apart: multipliers of long cycles.
///
/// In the product itself every eigenvalue has an error of the rounding of the largest. Here the
/// pieces are turned one after the other into triangular form (orthogonal iteration, round and
/// round), so that eigenvalues of different size come from products of diagonal blocks of their
/// own. Reference: A. Bojanczyk, G. H. Golub, P. Van Dooren, The periodic Schur decomposition,
/// Proc. SPIE 1770 (1992) 31–42 (here by plain iteration: blocks that it does not separate stay
/// together).
#pragma once

#include <vector>

#include <resdyn/numerics/spectrum.hpp>

namespace resdyn {

/// Of pieces.back() ⋯ pieces.front(), n×n each, in no order. Finite pieces, one or more.
std::vector<Complex> product_eigenvalues(const std::vector<Matrix>& pieces);

}  // namespace resdyn
