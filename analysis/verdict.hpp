/// @file
/// What the ledger says of a setting and of a claim.
#pragma once

#include <string_view>
#include <vector>

#include <resdyn/statistics/sequential_test.hpp>

namespace resdyn::claims {

/// Weakest first, so that of several things that a claim says the least stands for it.
enum class Verdict {
    Fails,           ///< the opposite is shown: of a theorem a violation, of an effect one below 0.
    Negligible,      ///< an effect smaller than the one that matters.
    Undecided,       ///< nothing is shown.
    Depends,         ///< an effect: in some settings it holds, in some it fails.
    HoldsOnAverage,  ///< an effect: its mean over settings is above 0.
    HoldsInGeneral,  ///< an effect: a new setting of this kind is expected above 0.
    Holds,           ///< a theorem, or a setting.
};
/// "holds", "holds in general", "holds on average", "depends", "negligible", "fails", "undecided".
std::string_view to_string(Verdict verdict);

/// What a setting's sequential test says, in the ledger's words.
Verdict verdict_of(EffectVerdict verdict);

/// It holds, in one of the three ways.
bool holds(Verdict verdict);

/// The weakest; undecided of none.
Verdict weakest(const std::vector<Verdict>& verdicts);

}  // namespace resdyn::claims
