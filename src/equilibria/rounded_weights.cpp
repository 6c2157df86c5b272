#include "rounded_weights.hpp"

#include <resdyn/equilibria/face.hpp>

#include "exact_weights.hpp"
#include "numerics/exact_rational.hpp"

namespace resdyn {

Matrix rounded_weights(const ResidualSystem& system) {
    if (!system.factors()) {
        return system.W();
    }
    const exact::BinaryMatrix weights = exact_weights(system);
    Matrix W(system.dimension(), system.dimension());
    for (Index i = 0; i < W.rows(); ++i) {
        for (Index j = 0; j < W.cols(); ++j) {
            W(i, j) = exact::nearest_quotient(weights.entries(i, j), 1, weights.exponent);
        }
    }
    return W;
}

}  // namespace resdyn
