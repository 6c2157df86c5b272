/// @file
/// A system read as another one of simple numbers, exactly: 0.1 as 1/10, 0.333… as 1/3.
///
/// A double is a binary rational, so weights written as decimals or thirds are stored rounded, and
/// a tie among them (0.1 + 0.2 − 0.3) is decided for numbers that nobody meant. Here every weight
/// is read as a rational, all are multiplied by their common denominator d, and the whole numbers
/// are held without rounding. A positive factor on W only rescales time: with W·d and h/d every
/// equilibrium, pattern, type and multiplier is that of the weights as read; eigenvalues of the
/// flow are d times theirs, which `in_units_of` takes back. (h/d itself is rounded: verdicts of the
/// layer map are exact for that step.)
#pragma once

#include <optional>
#include <string>

#include <resdyn/equilibria/clocks.hpp>

namespace resdyn {

struct WholeSystem {
    ResidualSystem system;          ///< W·d, exactly, at step h/d.
    double factor = 1.0;            ///< d.
    double step = 1.0;              ///< h.
    Index changed = 0;              ///< weights whose reading is not the stored number.
    double largest_change = 0.0;    ///< of a weight by the reading.
    std::string denominator = "1";  ///< d exactly, in digits; `factor` is the nearest double.
};

/// The stored numbers as they are: d = 1.
WholeSystem as_stored(const ResidualSystem& system);

/// Every weight as the shortest decimal that is read back as the stored number: what a file of up
/// to 15 significant digits says, whatever its format. Both factors of a two-matrix block.
/// Nothing if d or a whole number is beyond 2^106.
std::optional<WholeSystem> as_decimals(const ResidualSystem& system);

/// Every weight as the rational of smallest denominator within `distance` of it. Nothing if one
/// needs a denominator above max_denominator (>= 1), for a two-matrix block, or beyond 2^106.
std::optional<WholeSystem> as_rationals(const ResidualSystem& system, double distance,
                                        long max_denominator);

/// What was found for WholeSystem::system, in the units of the weights as read.
void in_units_of(const WholeSystem& whole, Equilibrium& equilibrium);
void in_units_of(const WholeSystem& whole, Continuum& continuum);
void in_units_of(const WholeSystem& whole, TwoClocks& clocks);

}  // namespace resdyn
