#include "claims.hpp"

#include <utility>

#include "workspace.hpp"

namespace resdyn::claims {

std::vector<ClaimPart> shared_trainings(Workspace& workspace) {
    return workspace.trainings();
}

std::vector<ClaimPart> trainings_of_both(Workspace& workspace) {
    std::vector<ClaimPart> parts = workspace.trainings();
    for (ClaimPart& part : workspace.own_trainings()) {
        parts.push_back(std::move(part));
    }
    return parts;
}

std::vector<Claim> all_claims() {
    return {residual_equation(),     fixed_points(),          structure(),
            steady_residuals(),      separable_dynamics(),    transient_integral(),
            perturbation_response(), resnet_and_perceptron(), adaptive_depth(),
            discretisation()};
}

}  // namespace resdyn::claims
