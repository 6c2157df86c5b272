/// @file
/// --as-decimals, --tolerance, --max-denominator: how weights are read by verbs that decide
/// exactly, and which verdicts count as hanging on rounding.
#pragma once

#include <optional>
#include <string>

#include <resdyn/equilibria/verdict_margin.hpp>
#include <resdyn/equilibria/whole_weights.hpp>

#include "cli11.hpp"

namespace resdyn::cli {

struct WeightReading {
    bool as_decimals = false;  ///< decide on the weights as the decimals that they stand for.
    RoundingOptions rounding;
};

/// `where`: the methods or modes that read them, for the help; empty: all of the verb.
void add_reading_options(CLI::App& verb, WeightReading& reading, const std::string& where = "");

/// The weights as --as-decimals reads them; nothing where it was not given. Throws InputError for
/// weights without such a reading.
std::optional<WholeSystem> read_weights(const WeightReading& reading, const ResidualSystem& system);

}  // namespace resdyn::cli
