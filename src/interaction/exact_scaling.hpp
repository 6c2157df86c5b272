/// @file
/// Diagonal scalings of matrices that are held as integers.
#pragma once

#include <optional>

#include <resdyn/interaction/scaling.hpp>

#include "numerics/exact.hpp"

namespace resdyn {

/// The residual matrix as exact integers times a power of two: the product of two matrices formed
/// without rounding where N ≤ 64, else empty (the rounded product is then all there is).
std::optional<exact::BinaryMatrix> exact_residual_matrix(const ResidualSystem& system);

/// As diagonal_scaling; W in doubles, and what it is decided on, if anything is.
DiagonalScaling diagonal_scaling(const Matrix& W, Symmetry symmetry,
                                 const std::optional<exact::BinaryMatrix>& exact_W);

}  // namespace resdyn
