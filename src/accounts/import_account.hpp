/// @file
/// What was read from a state dict (`resdyn import`).
#pragma once

#include <resdyn/data/import_model.hpp>

#include "account.hpp"

namespace resdyn {

/// Of what was read whole.
Account account_of(const ImportedModel& imported);

}  // namespace resdyn
