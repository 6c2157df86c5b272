/// @file
/// Branches of cycles, of the network in the step or along weights and of the flow along weights,
/// as JSON, tables and words.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include <resdyn/recurrence/cycle_branches.hpp>
#include <resdyn/recurrence/flow_cycle_branches.hpp>

#include "formats/csv.hpp"

namespace resdyn {

/// `cycles` of results.json: branches with their events, cascades.
nlohmann::ordered_json to_json(const CycleBranches& cycles);

/// A point a line: branch, face, period, alpha (h in the step), h, label, outside, leaving,
/// amplitude, residual, the largest multiplier (re, im).
CsvTable cycle_branch_table(const CycleBranches& cycles);

/// A line a branch with its events, then the cascades.
std::string cycle_branch_text(const CycleBranches& cycles);

/// `flow_cycles` of results.json.
nlohmann::ordered_json to_json(const FlowCycleBranches& cycles);
/// A point a line: branch, face, turns, alpha, label, period, outside, residual, trivial_error, the
/// largest multiplier, then low_i and high_i of y over the cycle.
CsvTable flow_cycle_table(const FlowCycleBranches& cycles);
/// A line a branch with its events and how it ends.
std::string flow_cycle_text(const FlowCycleBranches& cycles);

}  // namespace resdyn
