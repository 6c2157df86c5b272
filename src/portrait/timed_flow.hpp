/// @file
/// A vector field forward or backward in time.
#pragma once

#include <resdyn/numerics/vector_field.hpp>

namespace resdyn {

/// x' = direction · f(x), direction 1 or −1; refers to the field.
class TimedFlow final : public VectorField {
  public:
    TimedFlow(const VectorField& field, double direction) : field_(field), direction_(direction) {}
    Index dimension() const override { return field_.dimension(); }
    Vector value(const Vector& x) const override { return direction_ * field_.value(x); }
    Matrix jacobian(const Vector& x) const override { return direction_ * field_.jacobian(x); }

  private:
    const VectorField& field_;
    double direction_;
};

}  // namespace resdyn
