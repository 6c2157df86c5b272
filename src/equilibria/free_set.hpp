/// @file
/// One set F of free units: the equilibria of all 2^(N−|F|) faces that share it, as an affine
/// function of the saturated units' signs, with proved error bounds.
///
/// Coordinates: z = (y − m)/r in [−1, 1]^N, m the middle and r the half-width of the levels, so
/// that saturated units are signs s. On a face
///
///     W_FF z_F + W_FS s + d_F = 0,        d = (m/r) W 1,
///
/// hence z_F(s) = B s + c with B = −W_FF⁻¹ W_FS and c = −W_FF⁻¹ d_F; a saturated unit's flow
/// eigenvalue has the sign of −s_i (W z + d)_i, for logistic and tanh alike.
///
/// Bounds, on the model of rounding.hpp:
///  - Solution: with an approximate inverse R and ρ ≥ ‖I − R W_FF‖∞ < 1, an approximate solution x̂
///    of W_FF x = b obeys |x̂ − x| ≤ v + ρ/(1−ρ) ‖v‖∞, v = |R| |W_FF x̂ − b| (Rump, Acta Numerica 19,
///    2010, §10.6; the residual is enclosed by its computed value and γ).
///  - Determinant: L and U computed by elimination satisfy P W_FF + Δ = L U, |Δ| ≤ γ_k |L| |U|
///  (Higham
///    2002, theorem 9.3), so det W_FF = ± Π u_ii / det(I + W_FF⁻¹ P⁻¹ Δ), and every eigenvalue of
///    that last matrix is within ‖W_FF⁻¹ P⁻¹ Δ‖∞ of 1.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <resdyn/equilibria/face.hpp>

#include "rounding.hpp"

namespace resdyn {

/// The weights as the filter sees them: scaled by a power of two (no rounding), largest |w| in
/// [1/2, 1). `entry_error`: relative, of each entry; 0 where W is given, u where it is a product
/// BA rounded once.
struct FilterWeights {
    Matrix W;
    Vector load;        ///< d as computed.
    Vector load_error;  ///< |d − load| ≤ load_error.
    Vector row_sum;     ///< Σ_j |w_ij|.
    double entry_error = 0.0;
    int exponent = 0;  ///< W here = W · 2^−exponent.
    /// False where the entries span so many binary orders that products might underflow: then
    /// every decision is exact.
    bool usable = true;

    Index dimension() const { return W.rows(); }
};

FilterWeights filter_weights(const FaceSolver& solver);

/// Units of `mask`, increasing.
std::vector<Index> units_of(std::uint32_t mask, Index n, bool inside);

/// P W_FF ≈ L U and an approximate inverse, verified.
struct VerifiedBlock {
    Matrix W_FF;               ///< k×k.
    Matrix LU;                 ///< L below the diagonal (unit), U on and above; k×k.
    std::vector<Index> order;  ///< row i of P W_FF is row order[i] of W_FF.
    Matrix inverse;            ///< R, k×k.
    double contraction = 1.0;  ///< ρ.
    double determinant = 0.0;
    double determinant_error = 1.0;  ///< relative.
};

/// Empty unless W_FF is proved to be non-singular, with ρ ≤ 1/2 and the determinant known to 1e-3.
std::optional<VerifiedBlock> verified_block(const FilterWeights& weights,
                                            const std::vector<Index>& free);

/// z_F(s) = B s + c for all sign vectors s at once.
struct FreeSet {
    std::vector<Index> free;
    std::vector<Index> saturated;
    Matrix B;         ///< k×(N−k).
    Vector c;         ///< k.
    Vector z_error;   ///< |ẑ_i(s) − z_i(s)| for every s, evaluation of the sum included; k.
    Matrix rate_map;  ///< rows of W for the saturated units over (free, saturated); (N−k)×N.
    Vector rate_load;
    Vector rate_error;  ///< of (W z + d)_i for every s; N−k.
};

/// From a verified block.
FreeSet free_set(const FilterWeights& weights, const std::vector<Index>& free,
                 const std::vector<Index>& saturated, const VerifiedBlock* block);
/// From the exact solution, each entry rounded once: for blocks too close to singular for the
/// verification, yet not singular.
FreeSet exact_free_set(const FilterWeights& weights, const FaceSolver& solver,
                       const std::vector<Index>& free, const std::vector<Index>& saturated);

}  // namespace resdyn
