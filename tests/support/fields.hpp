/// @file
/// Vector fields with known answers.
#pragma once

#include <cmath>
#include <functional>
#include <utility>

#include <resdyn/numerics/vector_field.hpp>

namespace resdyn::test {

/// A field by its function, with central differences for its Jacobian.
class FunctionField final : public VectorField {
  public:
    FunctionField(Index dimension, std::function<Vector(const Vector&)> f)
        : dimension_(dimension), f_(std::move(f)) {}
    Index dimension() const override { return dimension_; }
    Vector value(const Vector& x) const override { return f_(x); }
    Matrix jacobian(const Vector& x) const override { return finite_difference_jacobian(f_, x); }

  private:
    Index dimension_;
    std::function<Vector(const Vector&)> f_;
};

/// x'' = μ(1 − x²)x' − x: one unstable focus and one attracting cycle; μ = 1: of period
/// 6.6632868593 (J. A. Zonneveld 1966).
inline FunctionField van_der_pol(double mu = 1.0) {
    return {2, [mu](const Vector& x) {
                return Vector{{x[1], mu * (1 - x[0] * x[0]) * x[1] - x[0]}};
            }};
}

/// x'' = x − x³ − cx': stable foci at ±1 (c² < 8), a saddle at 0 with eigenvalues
/// (−c ± √(c² + 4))/2.
inline FunctionField duffing(double friction = 0.2) {
    return {2, [friction](const Vector& x) {
                return Vector{{x[1], x[0] - x[0] * x[0] * x[0] - friction * x[1]}};
            }};
}

/// r' = r(r² − 1)(4 − r²), φ' = 1: a stable focus, a cycle r = 1 that repels and one r = 2 that
/// attracts, each of period 2π; multipliers e^{12π} and e^{−48π}.
inline FunctionField two_rings() {
    return {2, [](const Vector& x) {
                const double r2 = x.squaredNorm();
                const double g = (r2 - 1) * (4 - r2);
                return Vector{{g * x[0] - x[1], g * x[1] + x[0]}};
            }};
}

/// E. N. Lorenz 1963: σ = 10, ρ = 28, β = 8/3.
inline FunctionField lorenz() {
    return {3, [](const Vector& x) {
                return Vector{
                    {10 * (x[1] - x[0]), x[0] * (28 - x[2]) - x[1], x[0] * x[1] - 8.0 / 3 * x[2]}};
            }};
}

}  // namespace resdyn::test
