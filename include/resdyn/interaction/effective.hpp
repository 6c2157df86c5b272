/// @file
/// Interaction where the network is: at the pre-activation u residual j moves residual i at the
/// rate f'(u_i) w_ij y_j, so the effective interaction is f'(u_i) w_ij = g(y_i) w_ij. A saturated
/// unit (g = 0) can be neither helped nor harmed.
///
/// What it can miss: means over samples; a pair that cooperates for half of them and is frozen for
/// the others shows as half as strong. Signs never change along a run (g > 0), so pair types do
/// not, except by freezing. Reference: theory of cooperative and competitive systems, H. L. Smith,
/// Monotone Dynamical Systems (1995), ch. 3 (the Jacobian's signs decide).
#pragma once

#include <array>
#include <vector>

#include <resdyn/interaction/sign_graph.hpp>
#include <resdyn/model/residual_system.hpp>

namespace resdyn {

/// Means over the samples at each time. The effective matrix is linear in the gains, so its mean is
/// diag(mean gain) W.
struct EffectiveInteraction {
    std::vector<double> t;  ///< T times.
    Matrix strength;        ///< 6×T: mean over the pairs of a type of (|m_ij| + |m_ji|)/2.
    Vector help;            ///< T: Σ of the positive m_ij, i ≠ j.
    Vector harm;            ///< T: Σ of |m_ij| over the negative ones, i ≠ j.
    Matrix gain;            ///< N×T: mean of f'(u_i).
    /// Pairs by type at the first and last time, of the effective matrix: pairs of saturated units
    /// (a gain that is zero in double precision) are neutral there.
    std::array<PairTally, 6> start;
    std::array<PairTally, 6> end;
};

/// u: for each time an N×B matrix of pre-activations, B ≥ 1; t: as many times, at least one.
EffectiveInteraction effective_interaction(const Matrix& W, Activation activation,
                                           const std::vector<double>& t,
                                           const std::vector<Matrix>& u);

}  // namespace resdyn
