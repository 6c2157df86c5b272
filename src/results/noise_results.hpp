/// @file
/// Robustness curves and the linear theory of noise (`resdyn perturb`) as JSON and as CSV tables.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include <resdyn/studies/perturbation.hpp>

#include "formats/csv.hpp"

namespace resdyn {

nlohmann::ordered_json to_json(const NamedCurve& curve);
nlohmann::ordered_json to_json(const LinearNoiseReport& report);

/// The whole study; `noise_in_one_layer`, and `twin` where there is one, are lists of its parts.
nlohmann::ordered_json to_json(const PerturbationStudy& study);

/// "robustness.csv" (a line a curve and level: accuracy, its error and band, margin, and of attacks
/// the samples without a direction), "noise_by_layer.csv" (theory, Monte Carlo over theory, signal
/// to noise, exponent, singular values), "noise_in_layer.csv" (noise in that layer alone, at the
/// margin), "robustness_in_layer.csv", and "twin.csv" where there is a twin.
std::vector<std::pair<std::string, CsvTable>> perturbation_tables(const PerturbationStudy& study);

/// What a terminal shows, several lines.
std::string summary(const PerturbationStudy& study);

}  // namespace resdyn
