/// @file
/// A depth study told: as JSON, as CSV tables, and in words.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include <resdyn/studies/depth_study.hpp>

#include "formats/csv.hpp"

namespace resdyn {

nlohmann::ordered_json to_json(const DepthStudy& study);

/// "depths.csv" (a line a depth), "criteria.csv", "sensitivity.csv", "lesions.csv",
/// "certificates.csv" (a line a layer), "replacements.csv"; those the study has.
std::vector<std::pair<std::string, CsvTable>> depth_tables(const DepthStudy& study);

/// What a terminal shows, several lines.
std::string summary(const DepthStudy& study);

}  // namespace resdyn
