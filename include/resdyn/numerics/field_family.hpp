/// @file
/// A family of vector fields x' = f(x, α) with one parameter: what continuation follows
/// (bifurcation/continuation.hpp).
#pragma once

#include <resdyn/core/types.hpp>

namespace resdyn {

/// x' = f(x, α) in R^n with its derivatives. Implementations are immutable.
class FieldFamily {
  public:
    FieldFamily() = default;
    FieldFamily(const FieldFamily&) = default;
    FieldFamily& operator=(const FieldFamily&) = default;
    FieldFamily(FieldFamily&&) = default;
    FieldFamily& operator=(FieldFamily&&) = default;
    virtual ~FieldFamily() = default;

    /// n, the size of a state.
    virtual Index dimension() const = 0;
    /// f(x, α), size n.
    virtual Vector value(const Vector& x, double alpha) const = 0;
    /// ∂f_i/∂x_j, n×n.
    virtual Matrix jacobian(const Vector& x, double alpha) const = 0;
    /// ∂f/∂α, size n.
    virtual Vector rate(const Vector& x, double alpha) const = 0;
};

}  // namespace resdyn
