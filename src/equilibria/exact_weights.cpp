#include "exact_weights.hpp"

#include <utility>

#include "numerics/exact_rational.hpp"

namespace resdyn {

using exact::Rational;

exact::BinaryMatrix exact_weights(const ResidualSystem& system) {
    if (const auto& factors = system.factors()) {
        const exact::BinaryMatrix B = exact::binary_matrix(factors->B);
        const exact::BinaryMatrix A = exact::binary_matrix(factors->A);
        return {exact::multiply(B.entries, A.entries), B.exponent + A.exponent};
    }
    return exact::binary_matrix(system.W());
}

ResidualSystem unrounded_system(const Matrix& high, const Matrix& low, Activation activation,
                                double step) {
    if (low.isZero(0.0)) {
        return ResidualSystem(high, activation, step);
    }
    const Index n = high.rows();
    Matrix B(n, 2 * n);
    B << high, low;
    Matrix A(2 * n, n);
    A << Matrix::Identity(n, n), Matrix::Identity(n, n);
    return ResidualSystem(ResidualSystem::Factors{std::move(B), std::move(A)}, activation, step);
}

std::optional<ResidualSystem> system_of(const exact::BinaryMatrix& weights, Activation activation,
                                        double step) {
    const Index n = weights.entries.rows();
    Matrix high = Matrix::Zero(n, n);
    Matrix low = Matrix::Zero(n, n);
    for (Index i = 0; i < n; ++i) {
        for (Index j = 0; j < n; ++j) {
            const exact::Integer& number = weights.entries(i, j);
            high(i, j) = exact::nearest_quotient(number, 1, weights.exponent);
            Rational rest = Rational(number) * exact::power_of_two(weights.exponent);
            rest -= exact::rational(high(i, j));
            low(i, j) = exact::nearest(rest);
            if (exact::rational(low(i, j)) != rest) {
                return std::nullopt;
            }
        }
    }
    return unrounded_system(high, low, activation, step);
}

}  // namespace resdyn
