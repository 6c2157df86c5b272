/// @file
/// Robustness curves and the linear theory of noise (`resdyn perturb`) as JSON and as CSV tables.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include <resdyn/formats/csv.hpp>
#include <resdyn/studies/perturbation.hpp>

namespace resdyn {

nlohmann::ordered_json to_json(const NamedCurve& curve);
nlohmann::ordered_json to_json(const LinearNoiseReport& report);

/// One line a curve and level: noise, level, draws, accuracy, its standard error and band, margin,
/// and of attacks the samples without a direction.
/// The whole study; `noise_in_one_layer`, and `twin` where there is one, are lists of its parts.
nlohmann::ordered_json to_json(const PerturbationStudy& study);

/// "robustness.csv", "noise_by_layer.csv", "noise_in_layer.csv", "robustness_in_layer.csv", and
/// "twin.csv" where there is a twin.
std::vector<std::pair<std::string, CsvTable>> perturbation_tables(const PerturbationStudy& study);

/// What a terminal shows, several lines.
std::string summary(const PerturbationStudy& study);

CsvTable robustness_table(const std::vector<NamedCurve>& curves);
/// One line a layer: theory, Monte Carlo over theory, signal to noise, exponent, singular values.
CsvTable noise_by_layer_table(const LinearNoiseReport& report);
/// One line a layer: noise in that layer alone, at the margin.
CsvTable injection_table(const LinearNoiseReport& report);

}  // namespace resdyn
