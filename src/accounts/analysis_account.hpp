/// @file
/// Everything about one network, told (`resdyn analyze`).
#pragma once

#include <resdyn/studies/analysis.hpp>

#include "account.hpp"

namespace resdyn {

/// The tables of analysis_tables; sound where the evidence ledger balances and no law was broken.
/// data: what was analyzed; may be null.
Account account_of(const Analysis& analysis, const ResidualNetwork& network, const Dataset* data);

}  // namespace resdyn
