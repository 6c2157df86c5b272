/// @file
/// x' = f(x) together with k tangent vectors, V' = J(x) V.
#pragma once

#include <resdyn/numerics/vector_field.hpp>

namespace resdyn {

/// State (x, V column by column), size n (1 + k). `field` must outlive this.
class VariationalFlow final : public VectorField {
  public:
    VariationalFlow(const VectorField& field, Index tangents) : field_(field), k_(tangents) {}

    Index dimension() const override { return field_.dimension() * (1 + k_); }

    Vector value(const Vector& state) const override {
        const Index n = field_.dimension();
        const Vector x = state.head(n);
        Vector derivative(state.size());
        derivative.head(n) = field_.value(x);
        Eigen::Map<Matrix>(derivative.data() + n, n, k_).noalias() =
            field_.jacobian(x) * Eigen::Map<const Matrix>(state.data() + n, n, k_);
        return derivative;
    }

    /// By differences: the field's second derivatives are not known here.
    Matrix jacobian(const Vector& state) const override {
        return finite_difference_jacobian([this](const Vector& s) { return value(s); }, state);
    }

    static Vector state(const Vector& x, const Matrix& V) {
        Vector result(x.size() + V.size());
        result << x, Eigen::Map<const Vector>(V.data(), V.size());
        return result;
    }
    Matrix tangents(const Vector& state) const {
        const Index n = field_.dimension();
        return Eigen::Map<const Matrix>(state.data() + n, n, k_);
    }

  private:
    const VectorField& field_;
    Index k_;
};

}  // namespace resdyn
