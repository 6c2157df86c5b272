/// @file
/// The motion inside one open face of the cube: saturated units are held, the free ones move by
/// u_F' = W_FF f(u_F) + W_FS y_S, in pre-activations so that nothing is lost near the levels
/// (doc/theory.md §2.1: faces are invariant; the flow on one is a residual system with a load).
#pragma once

#include <vector>

#include <resdyn/equilibria/pattern.hpp>
#include <resdyn/model/residual_system.hpp>

namespace resdyn {

/// A vector field of dimension |F| >= 1. Bounded activations only.
class FaceFlow final : public VectorField {
  public:
    /// Throws std::invalid_argument for unbounded activations, a pattern of another size, or one
    /// without free units.
    FaceFlow(const ResidualSystem& system, const Pattern& pattern);

    Index dimension() const override { return block_.rows(); }
    Vector value(const Vector& u) const override;
    Matrix jacobian(const Vector& u) const override;

    const Pattern& pattern() const { return pattern_; }
    const std::vector<Index>& free_units() const { return free_; }
    /// A pattern of as_system() as one of the whole system.
    Pattern embedded(const Pattern& inner) const;
    /// W_FF and W_FS y_S.
    const Matrix& block() const { return block_; }
    const Vector& load() const { return load_; }
    Activation activation() const { return activation_; }
    /// The residual y of the whole system (size N) at u_F.
    Vector residual(const Vector& u) const;
    /// The same motion as a residual system: the free units, and, where a unit is saturated, one
    /// more at level 1 that holds itself there and carries the load.
    ResidualSystem as_system() const;
    /// u_F as a state of that system's residual.
    Vector as_residual(const Vector& u) const;

  private:
    Pattern pattern_;
    std::vector<Index> free_;
    Activation activation_;
    double step_;
    Matrix block_;
    Vector load_;
    Vector levels_;  ///< y with 0 on free units.
};

}  // namespace resdyn
