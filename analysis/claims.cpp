#include "claims.hpp"

namespace resdyn::claims {

std::vector<Claim> all_claims() {
    return {residual_equation(),     fixed_points(),          structure(),
            steady_residuals(),      separable_dynamics(),    transient_integral(),
            perturbation_response(), resnet_and_perceptron(), discretisation()};
}

}  // namespace resdyn::claims
