/// @file
/// A residual network whose matrix is replaced by its part of rank r, which is exactly a flow in r
/// dimensions.
///
/// With the singular value decomposition W = Σ σ_k p_k q_kᵀ and its first r terms W_r = P Qᵀ
/// (P = [σ_1 p_1 … σ_r p_r], M×r; Q = [q_1 … q_r], N×r, QᵀQ = 1) the units see x only through
/// z = Qᵀx, and
///
///     x' = A f(W_r x + b)   ⇒   z' = QᵀA f(P z + b),      x_{n+1} = x_n + h A f(W_r x_n + b)   ⇒
///     z_{n+1} = z_n + h QᵀA f(P z_n + b)
///
/// with A = identity for one matrix (W is B in the two-matrix notation): the same equation for
/// every input, which enters as z_0 = Qᵀx_0. This is itself a two-matrix network of r units. Its
/// logits are no function of z, for x also moves across Q; but with l = V x + c they obey
/// l_{n+1} = l_n + h VA f(P z_n + b): a network of r + C units, the read-out of which picks l,
/// gives the very logits of the network with W_r.
///
/// What it can miss: W_r is the best matrix of rank r in the spectral and the Frobenius norm, not
/// the one that does best on data.
/// Reference: C. Eckart, G. Young, Psychometrika 1, 1936, 211–218; low-rank networks as flows of a
/// few variables: F. Mastrogiuseppe, S. Ostojic, Neuron 99, 2018, 609–623.
#pragma once

#include <resdyn/model/residual_network.hpp>

namespace resdyn {

/// The part of rank r of one network, in three forms.
struct LowRankNetwork {
    Index rank = 0;
    Matrix P;              ///< M×r.
    Matrix Q;              ///< N×r, orthonormal columns; the largest entry of each is positive.
    ResidualNetwork flow;  ///< of z: r units, input layer z_0 = Qᵀx_0, no read-out.
    ResidualNetwork
        compact;            ///< of (z, l): r + C units, with read-out; needs that of the original.
    ResidualNetwork whole;  ///< of x: N units, with W_r = P Qᵀ (rounded) in place of W.
};

/// Decomposes once and gives the parts of any rank.
class LowRankParts {
  public:
    /// Throws std::invalid_argument unless the network is whole, has a read-out and shared weights.
    explicit LowRankParts(ResidualNetwork network);

    /// min(M, N) of them, decreasing.
    const Vector& singular_values() const { return singular_values_; }
    /// min(M, N).
    Index largest_rank() const { return singular_values_.size(); }
    /// Σ_{k ≤ r} σ_k² / Σ σ_k², the share of ‖W‖_F² that W_r keeps; 1 for W = 0.
    double kept(Index rank) const;
    /// 1 ≤ rank ≤ largest_rank() (throws std::invalid_argument otherwise).
    LowRankNetwork of_rank(Index rank) const;

  private:
    ResidualNetwork network_;
    Vector singular_values_;
    Matrix left_;   ///< M×min(M, N).
    Matrix right_;  ///< N×min(M, N).
};

}  // namespace resdyn
