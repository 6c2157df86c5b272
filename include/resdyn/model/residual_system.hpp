/// @file
/// The autonomous residual system of a network with shared weights (doc/theory.md §1.1). With W
/// the residual matrix (W·A for two-matrix blocks) and N its size:
///
///     flow    u' = W f(u)           y' = g(y) ∘ (W y)                 g(y) = f'(f⁻¹(y))
///     layer   u ← u + h W f(u)      y ← f(f⁻¹(y) + h W y)             exact
///
/// For logistic f: y_i' = y_i (1 − y_i) Σ_j w_ij y_j, cooperation where w_ij > 0, competition where
/// w_ij < 0. Input and bias enter only through the initial residual y_0 = f(W x_0 + b).
/// A network with weights that differ by layer is a non-autonomous system: freeze a layer.
/// Integrate u where units saturate: a residual rounded to its level can never leave it.
/// Reference: F. Lagzi, arXiv:2101.03009.
#pragma once

#include <optional>

#include <resdyn/model/residual_network.hpp>
#include <resdyn/numerics/vector_field.hpp>

namespace resdyn {

/// W (N×N, finite), f and h (> 0). Whole after construction.
class ResidualSystem {
  public:
    struct Factors {
        Matrix B;
        Matrix A;
    };

    /// Throws std::invalid_argument if W is not square or not finite, or the step not > 0.
    ResidualSystem(Matrix W, Activation activation, double step = 1.0);
    /// The system of a two-matrix block: W = B A, B (M×N) and A (N×M), kept for exact decisions.
    ResidualSystem(Factors factors, Activation activation, double step = 1.0);

    Index dimension() const { return W_.rows(); }
    /// The residual matrix; rounded where it is a product.
    const Matrix& W() const { return W_; }
    /// The factors of W, where it came as a product.
    const std::optional<Factors>& factors() const { return factors_; }
    Activation activation() const { return activation_; }
    double step() const { return step_; }

    /// g(y) ∘ (W y).
    Vector residual_velocity(const Vector& y) const;
    /// Jacobian of y ↦ g(y) ∘ (W y): diag(g(y)) W + diag(g'(y) ∘ (W y)).
    Matrix residual_jacobian(const Vector& y) const;
    /// W f(u).
    Vector preactivation_velocity(const Vector& u) const;
    /// Jacobian of u ↦ W f(u): W diag(f'(u)).
    Matrix preactivation_jacobian(const Vector& u) const;

    /// One layer in u: u + h W f(u).
    Vector preactivation_map(const Vector& u) const;
    /// I + h W diag(f'(u)).
    Matrix preactivation_map_jacobian(const Vector& u) const;
    /// One layer in y: f(f⁻¹(y) + h W y); strictly increasing f only. Levels stay levels.
    Vector residual_map(const Vector& y) const;
    /// diag(f'(u⁺)) (diag(1/g(y)) + h W), u⁺ = f⁻¹(y) + h W y; y in the open range.
    Matrix residual_map_jacobian(const Vector& y) const;

  private:
    Matrix W_;
    std::optional<Factors> factors_;
    Activation activation_;
    double step_;
};

/// The residual system of `network`, whose weights must be shared (throws otherwise).
ResidualSystem residual_system(const ResidualNetwork& network);
/// The residual system of one layer, frozen: an autonomous stand-in for a network whose weights
/// differ by layer. 0 ≤ layer < L.
ResidualSystem frozen_residual_system(const ResidualNetwork& network, Index layer);

/// y' = g(y) ∘ (W y) as a vector field. Strictly increasing f only (throws otherwise).
class ResidualFlow final : public VectorField {
  public:
    explicit ResidualFlow(ResidualSystem system);
    Index dimension() const override { return system_.dimension(); }
    Vector value(const Vector& y) const override { return system_.residual_velocity(y); }
    Matrix jacobian(const Vector& y) const override { return system_.residual_jacobian(y); }

  private:
    ResidualSystem system_;
};

/// u' = W f(u) as a vector field; every activation.
class PreactivationFlow final : public VectorField {
  public:
    explicit PreactivationFlow(ResidualSystem system) : system_(std::move(system)) {}
    Index dimension() const override { return system_.dimension(); }
    Vector value(const Vector& u) const override { return system_.preactivation_velocity(u); }
    Matrix jacobian(const Vector& u) const override { return system_.preactivation_jacobian(u); }

  private:
    ResidualSystem system_;
};

/// x' = A f(W x + b), the activity of one block, as a vector field; every activation.
class ActivityFlow final : public VectorField {
  public:
    ActivityFlow(ResidualBlock block, Activation activation)
        : block_(std::move(block)), activation_(activation) {}
    Index dimension() const override { return block_.W.cols(); }
    Vector value(const Vector& x) const override;
    Matrix jacobian(const Vector& x) const override;

  private:
    ResidualBlock block_;
    Activation activation_;
};

/// V(y) = −½ yᵀ diag(p) W y: falls along the flow if p_i w_ij = p_j w_ji. p: size N, > 0.
double interaction_energy(const ResidualSystem& system, const Vector& p, const Vector& y);
/// E(u) = Σ p_i F(u_i): constant along the flow if p_i w_ij = −p_j w_ji and w_ii = 0.
double potential_energy(const ResidualSystem& system, const Vector& p, const Vector& u);

/// Numerical rank of W and the linear invariants it brings: for every left null vector ℓ of W,
/// ℓ·u is constant in the flow and in the network.
struct RankReport {
    Index rank = 0;          ///< singular values above `tolerance`.
    double tolerance = 0.0;  ///< N ε σ_max, as for a rank-revealing SVD.
    Vector singular_values;  ///< decreasing, size N.
    /// Orthonormal left null vectors, N×(N−rank), a vector a column. Numerical: ‖ℓᵀW‖ ≤ tolerance.
    Matrix left_null_vectors;
    /// 1/σ of the smallest singular value above the tolerance: the time over which the slowest
    /// non-invariant combination ℓ·u moves by one at |y| = 1. Infinite for W = 0.
    double slowest_time = 0.0;
};

RankReport rank_report(const Matrix& W);

}  // namespace resdyn
