/// @file
/// Cycles of flow and network as JSON, tables and words.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include <resdyn/studies/cycles.hpp>

#include "formats/csv.hpp"
#include "table.hpp"

namespace resdyn {

/// What results.json of `resdyn cycles` holds after its head.
nlohmann::ordered_json to_json(const CycleStudy& study);

/// As (file name, table), findings numbered from 0 in the order of results.json, the flow's first;
/// all but the first two only where they have rows:
///  - faces.csv: the list: pattern, what was seen in the flow and in the network, flips, ȳ, λ_i;
///  - cycles.csv: finding, clock, face, motion, period, residual, mean_error, mean_bound, largest
///    multiplier inside and across, stability, proof;
///  - points.csv: finding, clock, t (layers of the network), y_0 … over one period;
///  - multipliers.csv: finding, clock, index, re, im, modulus, inside (false: across the face);
///  - exponents.csv: finding, clock, index, exponent, standard_error, zero_floor.
std::vector<std::pair<std::string, CsvTable>> cycle_tables(const CycleStudy& study);

/// What the starts on each face were seen to do, and what was found, as people read them.
TextTable cycle_face_text(const CycleStudy& study);
TextTable cycle_finding_text(const CycleStudy& study);

/// How many faces were searched and why the others were not, and how many cycles were found: one
/// line, with its end.
std::string short_summary(const CycleStudy& study);

/// The list with its proof, a line a face, a few lines a cycle.
std::string summary(const CycleStudy& study);

}  // namespace resdyn
