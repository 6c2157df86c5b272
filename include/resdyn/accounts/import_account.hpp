/// @file
/// What was read from a state dict (`resdyn import`).
#pragma once

#include <resdyn/accounts/account.hpp>
#include <resdyn/data/import_model.hpp>

namespace resdyn {

/// Of what was read whole.
Account account_of(const ImportedModel& imported);

}  // namespace resdyn
