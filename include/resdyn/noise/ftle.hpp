/// @file
/// The field of finite-time Lyapunov exponents over the plane of 2-D inputs: how fast the network
/// pulls neighbouring inputs apart, λ(d) = (1/T) log σ_1(∂x_L/∂d), with T = hL (a perceptron: T =
/// L). Ridges of the field separate inputs that the network sends to different places (G. Haller,
/// Physica D 149, 2001), so class boundaries should lie along them; `boundary_quantile` says by how
/// much they do here.
/// Method: two tangent vectors a point through the layers, exact Jacobians, in double. What it can
/// miss: a grid shows ridges to its cell size.
#pragma once

#include <resdyn/model/network.hpp>

namespace resdyn {

struct FtleOptions {
    Index points = 161;  ///< grid points a side, >= 2.
    int threads = 0;
};

struct FtleField {
    Vector first;               ///< points: the grid of the first component, increasing.
    Vector second;              ///< points: of the second.
    Matrix exponent;            ///< points×points: λ at (first_i, second_j) in row i, column j.
    Eigen::MatrixXi predicted;  ///< likewise: the class read out; empty without a read-out.
    /// Mean over grid points next to another predicted class of the share of all points with a
    /// smaller λ: 0.5 if boundaries were anywhere, 1 if they ran along the highest ridges. NaN if
    /// there is no boundary.
    double boundary_quantile = 0.0;
    Index boundary_points = 0;  ///< such points.
};

/// box: of size 2, the part of the plane. The network must take inputs of width 2.
FtleField ftle_field(const Network& network, const Box& box, const FtleOptions& options = {});

}  // namespace resdyn
