/// @file
/// Result structs as CSV tables: the twins of every table and figure that a user sees.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <resdyn/studies/analysis.hpp>
#include <resdyn/transient/simulation.hpp>

#include "formats/csv.hpp"

namespace resdyn {

/// One line an equilibrium: pattern, type, unstable_dimension, hyperbolic, on_continuum, proved,
/// residual, then y_0 … y_{N−1}.
/// With `margins` (one each, see verdict_margin.hpp) a column of that name.
CsvTable equilibrium_table(const std::vector<Equilibrium>& equilibria,
                           const std::vector<double>& margins = {});

/// One line an eigenvalue: pattern, spectrum ("flow" or "map"), index, re, im, modulus.
CsvTable spectrum_table(const std::vector<Equilibrium>& equilibria);

/// One line a sample: start (the run, from 0), t, then x_i where the runs have them, u_i, y_i.
CsvTable simulation_table(const std::vector<Simulation>& runs);

/// One line a start: sample, outcome, steps, t, final_speed, group (1 …, or c1 … for continua), and
/// of slow ones the equilibrium near: near, near_type, near_unstable_dimension, near_distance.
/// samples: number of each start in its source; empty: 0, 1, ….
CsvTable ending_table(const SettleResult& settled, const std::vector<Index>& samples = {});
/// One line a group: group, pattern, members, share with standard error and 95 % interval, type,
/// proved, and by class if `classes` has groups: purity, members of each class.
CsvTable group_table(const SettleResult& settled, const std::vector<GroupClasses>& classes);

/// Every table of an analysis as (file name, table).
std::vector<std::pair<std::string, CsvTable>> analysis_tables(const Analysis& analysis);

}  // namespace resdyn
