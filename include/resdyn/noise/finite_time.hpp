/// @file
/// What the layers of a network, one after another, do to small differences: finite-time Lyapunov
/// exponents of the whole way, and the growth of every layer, with its own weights.
///
///     λ_k = (1/T) log σ_k( Π_n (I + h A_n D_n W_n) ),   D_n = diag f'(u_n), T = hL,
///
/// at the trajectory of an input; means over a draw of inputs, with their errors. A layer by itself
/// stretches by at most σ_1(I + h A_n D_n W_n), so log σ_1 of the whole way is at most the sum of
/// the layers' logarithms: the *bound*, which is far from reached where neighbouring layers stretch
/// different directions.
/// Method: the product is formed, in double, and its singular values computed densely; those below
/// N ε σ_1 are not resolved and are left out (NaN). What it can miss: it is linear, along single
/// trajectories. Reference: G. Benettin, L. Galgani, A. Giorgilli, J.-M. Strelcyn, Meccanica 15,
/// 1980, 9–20 (exponents); L. N. Trefethen, M. Embree, Spectra and Pseudospectra, 2005 (growth that
/// no eigenvalue shows).
#pragma once

#include <cstdint>
#include <vector>

#include <resdyn/model/residual_network.hpp>
#include <resdyn/transient/decision.hpp>

namespace resdyn {

/// Layer n at the inputs' states x_n, and the way up to its end.
struct LayerGrowth {
    Index layer = 0;
    MeanWithError stretch;   ///< σ_1(I + h A_n D_n W_n).
    MeanWithError exponent;  ///< of x_0 … x_{n+1}: log σ_1 / (h (n+1)).
    MeanWithError bound;  ///< of the same, from the layers one by one: Σ log stretch / (h (n+1)).
};

struct FiniteTimeExponents {
    double time = 0.0;                     ///< T.
    Index inputs = 0;                      ///< trajectories.
    std::vector<MeanWithError> exponents;  ///< N, decreasing; NaN where σ_k is not resolved.
    MeanWithError expanding;               ///< exponents > 0 of a trajectory.
    Index resolved = 0;                    ///< leading exponents that are resolved at every input.
    std::vector<LayerGrowth> layers;       ///< L.
};

/// x0: N×B, B ≥ 1. Cost: B products of L matrices N×N and one dense set of singular values each.
/// Throws std::invalid_argument.
FiniteTimeExponents finite_time_exponents(const ResidualNetwork& network, const Matrix& x0,
                                          int threads = 0);

}  // namespace resdyn
