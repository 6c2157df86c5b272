/// @file
/// Branches of cycles in the step as JSON, a table and words.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include <resdyn/formats/csv.hpp>
#include <resdyn/recurrence/cycle_branches.hpp>

namespace resdyn {

/// `cycles` of results.json: branches with their events, cascades.
nlohmann::ordered_json to_json(const CycleBranches& cycles);

/// A point a line: branch, face, period, h, label, outside, amplitude, residual, the largest
/// multiplier (re, im).
CsvTable cycle_branch_table(const CycleBranches& cycles);

/// A line a branch with its events, then the cascades.
std::string cycle_branch_text(const CycleBranches& cycles);

}  // namespace resdyn
