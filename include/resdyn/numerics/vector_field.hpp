/// @file
/// An autonomous vector field x' = f(x), the pivot of the library: whatever needs no network takes
/// this and nothing else.
#pragma once

#include <functional>

#include <resdyn/core/types.hpp>

namespace resdyn {

/// x' = f(x) in R^n with its Jacobian. Implementations are immutable and may be called from many
/// threads at once.
class VectorField {
  public:
    VectorField() = default;
    VectorField(const VectorField&) = default;
    VectorField& operator=(const VectorField&) = default;
    VectorField(VectorField&&) = default;
    VectorField& operator=(VectorField&&) = default;
    virtual ~VectorField() = default;

    /// n, the size of a state.
    virtual Index dimension() const = 0;
    /// f(x); x and the returned vector have size n.
    virtual Vector value(const Vector& x) const = 0;
    /// J_ij = ∂f_i/∂x_j at x, n×n.
    virtual Matrix jacobian(const Vector& x) const = 0;
};

/// Central differences of any map R^n → R^m at x, one column an input.
/// `relative_step`: the step in component j is relative_step · max(1, |x_j|); > 0. Its error is
/// O(step²) from truncation and O(ε/step) from rounding; the default balances the two.
/// Reference: Dennis, Schnabel, Numerical Methods for Unconstrained Optimization (1983), ch. 5.
Matrix finite_difference_jacobian(const std::function<Vector(const Vector&)>& map, const Vector& x,
                                  double relative_step = 6.0e-6);

}  // namespace resdyn
