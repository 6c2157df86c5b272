/// @file
/// The twin experiment (`resdyn perturb --twin`) told: as JSON, as CSV tables, and in words.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include <resdyn/studies/twin.hpp>

#include "formats/csv.hpp"

namespace resdyn {

/// The claims with what they rest on; the runs go to CSV.
nlohmann::ordered_json to_json(const TwinReport& report, const TwinOptions& options,
                               Index training_samples, Index test_samples);

/// "twin_runs.csv" (a line a network and comparison) and "twin_claims.csv".
std::vector<std::pair<std::string, CsvTable>> twin_tables(const TwinReport& report,
                                                          const TwinOptions& options);

/// What a terminal shows, several lines.
std::string summary(const TwinReport& report, const TwinOptions& options, Index test_samples);

}  // namespace resdyn
