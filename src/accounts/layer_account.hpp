/// @file
/// What the way to a decision, layer by layer, says (`resdyn transient`).
#pragma once

#include <resdyn/studies/layer_study.hpp>

#include "account.hpp"

namespace resdyn {

/// The tables of layer_study_tables; sound where the evidence ledgers balance.
Account account_of(const LayerStudy& study, const Network& network, const Dataset& data);

}  // namespace resdyn
