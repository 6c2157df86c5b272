/// @file
/// The figures of `perturb`.
#pragma once

#include <vector>

#include "figure.hpp"
#include "results/noise_results.hpp"

namespace resdyn::figures {

/// "robustness": accuracy against noise level with 95 % bands, a panel a curve where scales differ.
Figure robustness_figure(const std::vector<NamedCurve>& curves);
/// "noise-by-layer": energy, exponent and signal to noise by layer, theory beside Monte Carlo.
Figure noise_by_layer_figure(const LinearNoiseReport& report);
/// "noise-in-layer": what noise in each layer alone does to the margin and to the accuracy.
Figure injection_figure(const LinearNoiseReport& report, const std::vector<NamedCurve>& by_layer);

}  // namespace resdyn::figures
