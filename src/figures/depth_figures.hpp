/// @file
/// The figures of `depth`, and of a training whose depth adjusts itself.
#pragma once

#include <vector>

#include <resdyn/learning/record.hpp>

#include "figure.hpp"
#include "results/depth_results.hpp"

namespace resdyn::figures {

/// "depth": accuracy and agreement, and r_n in the norm of the rule, against the depth.
Figure depth_figure(const DepthStudy& study);
/// "sensitivity": the depth that each tolerance leads to, and its accuracy.
Figure sensitivity_figure(const DepthStudy& study);
/// "lesions": accuracy without each layer.
Figure lesion_figure(const DepthProfile& profile);
/// "certificates": share of inputs certified by layer beside the oracle's; lead against its bound.
Figure certificate_figure(const CertificateReport& report);

/// Those of the above that the study has.
std::vector<Figure> figures_of(const DepthStudy& study);

}  // namespace resdyn::figures
