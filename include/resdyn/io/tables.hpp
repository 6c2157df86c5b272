/// @file
/// Result structs as CSV tables: the twins of every table and figure that a user sees.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <resdyn/io/csv.hpp>
#include <resdyn/overview/analysis.hpp>
#include <resdyn/transient/simulation.hpp>

namespace resdyn {

/// One line an equilibrium: pattern, type, unstable_dimension, hyperbolic, on_continuum, proved,
/// residual, then y_0 … y_{N−1}.
CsvTable equilibrium_table(const std::vector<Equilibrium>& equilibria);

/// One line an eigenvalue: pattern, spectrum ("flow" or "map"), index, re, im, modulus.
CsvTable spectrum_table(const std::vector<Equilibrium>& equilibria);

/// One line a sample: t, then x_i where the run has them, u_i, y_i.
CsvTable simulation_table(const Simulation& simulation);

/// Every table of an analysis as (file name, table).
std::vector<std::pair<std::string, CsvTable>> analysis_tables(const Analysis& analysis);

}  // namespace resdyn
