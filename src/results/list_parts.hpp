/// @file
/// Parts of lists of equilibria as JSON that the lists and the whole analysis share.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "results.hpp"

namespace resdyn {

/// activation, step, dimension, complete: the head of every list.
nlohmann::ordered_json list_head(Activation activation, double step, Index dimension,
                                 bool complete);
/// `json`: the head; adds what an atlas holds.
nlohmann::ordered_json atlas_json(nlohmann::ordered_json json, const Atlas& atlas,
                                  const VerdictNotes& notes);
/// How starts ended: counts by outcome, and what was proved of them.
nlohmann::ordered_json search_summary(const SettleResult& result);

}  // namespace resdyn
