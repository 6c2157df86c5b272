/// @file
/// A network against its flow as JSON, CSV and words: `resdyn discretisation`, and a part of
/// `analyze`.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include <resdyn/studies/discretisation_study.hpp>

#include "formats/csv.hpp"

namespace resdyn {

/// verdict, firm, criteria, …, refinements.
nlohmann::ordered_json to_json(const FlowFidelity& fidelity);
/// How much weights and fields vary, and the split of every step: by layer, and by class.
nlohmann::ordered_json to_json(const StepSplit& split);
/// Inputs, fidelity, split and notes.
nlohmann::ordered_json to_json(const DiscretisationStudy& study);

/// One line a halving: step, distance, ratio, order, agreement, accuracy.
CsvTable refinement_table(const FlowFidelity& fidelity);
/// One line a sample and layer: t, distance of network and flow, how far the flow has moved.
/// `samples`: what they are called; empty: 0, 1, ….
CsvTable distance_table(const DiscretisationReport& report, const std::vector<Index>& samples);

/// "split.csv" (a line a step), "split_units.csv" (step and unit), "split_classes.csv" (step and
/// class, with labels); none for a network of one layer.
std::vector<std::pair<std::string, CsvTable>> split_tables(const StepSplit& split);
/// refinements.csv, flow_distance.csv, inputs.csv (relative distance by input) and those of the
/// split.
std::vector<std::pair<std::string, CsvTable>> discretisation_tables(
    const DiscretisationStudy& study);

/// "a discretisation: relative distance 0.031 ± 0.002, …", one line, and whether that is firm.
std::string verdict_line(const FlowFidelity& fidelity);
/// Verdict, rule, refinements and variation, several lines.
std::string summary(const DiscretisationStudy& study);

}  // namespace resdyn
