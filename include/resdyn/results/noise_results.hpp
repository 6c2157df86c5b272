/// @file
/// Robustness curves and the linear theory of noise (`resdyn perturb`) as JSON and as CSV tables.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include <resdyn/formats/csv.hpp>
#include <resdyn/noise/linear_noise.hpp>
#include <resdyn/noise/robustness.hpp>

namespace resdyn {

/// A curve and what was perturbed: "gaussian", "fgsm", "layer 3", ….
using NamedCurve = std::pair<std::string, RobustnessCurve>;

nlohmann::ordered_json to_json(const NamedCurve& curve);
nlohmann::ordered_json to_json(const LinearNoiseReport& report);

/// One line a curve and level: noise, level, draws, accuracy, its standard error and band, margin,
/// and of attacks the samples without a direction.
CsvTable robustness_table(const std::vector<NamedCurve>& curves);
/// One line a layer: theory, Monte Carlo over theory, signal to noise, exponent, singular values.
CsvTable noise_by_layer_table(const LinearNoiseReport& report);
/// One line a layer: noise in that layer alone, at the margin.
CsvTable injection_table(const LinearNoiseReport& report);

}  // namespace resdyn
