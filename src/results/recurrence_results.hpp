/// @file
/// Recurrent motion and the connections between equilibria as JSON and CSV.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include <resdyn/recurrence/recurrent_motion.hpp>

#include "formats/csv.hpp"

namespace resdyn {

/// `recurrent_motion` of results.json: findings, heteroclinic cycles, and what was searched.
nlohmann::ordered_json to_json(const RecurrentMotion& motion);

/// One of its findings, and Lyapunov exponents.
nlohmann::ordered_json to_json(const MotionFinding& finding);
nlohmann::ordered_json exponents_json(const LyapunovSpectrum& spectrum);

/// The order of a cycle's nodes as text, back to the first: "HLL -> HHL -> HLL".
std::string cycle_text(const ConnectionGraph& graph, const HeteroclinicCycle& cycle);

/// As (file name, table), each only where it has rows:
///  - connections.csv: from, to, face, unit (1 …, empty off edges), exact, rate, distance;
///  - heteroclinic.csv: cycle, place, node, then of the cycle: in_face, stability, growth,
///    krupa_melbourne, reason;
///  - motions.csv: a finding a line, with its evidence;
///  - orbits.csv: finding, t, y_0 … y_{N−1} along closed orbits, a period;
///  - multipliers.csv: finding, index, re, im, modulus, trivial;
///  - exponents.csv: finding, clock, index, exponent, standard_error, zero_floor, blocks;
///  - stays.csv: finding, vertex, start, duration.
std::vector<std::pair<std::string, CsvTable>> recurrence_tables(const RecurrentMotion& motion);

}  // namespace resdyn
