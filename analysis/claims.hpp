/// @file
/// The ten claims of the study, one file each.
#pragma once

#include <vector>

#include "claim.hpp"

namespace resdyn::claims {

Claim residual_equation();      ///< 1
Claim fixed_points();           ///< 2
Claim structure();              ///< 3
Claim steady_residuals();       ///< 4
Claim separable_dynamics();     ///< 5
Claim transient_integral();     ///< 6
Claim perturbation_response();  ///< 7
Claim resnet_and_perceptron();  ///< 8
Claim adaptive_depth();         ///< 9
Claim discretisation();         ///< 10

/// All of them, by id.
std::vector<Claim> all_claims();

}  // namespace resdyn::claims
