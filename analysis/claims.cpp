#include "claims.hpp"

#include "workspace.hpp"

namespace resdyn::claims {

std::vector<ClaimPart> free_trainings(Workspace& workspace) {
    return workspace.trainings();
}

std::vector<Claim> all_claims() {
    return {residual_equation(),     fixed_points(),          structure(),
            steady_residuals(),      separable_dynamics(),    transient_integral(),
            perturbation_response(), resnet_and_perceptron(), adaptive_depth(),
            discretisation()};
}

}  // namespace resdyn::claims
