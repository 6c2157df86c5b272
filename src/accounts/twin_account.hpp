/// @file
/// The twin experiment told (`resdyn perturb --twin`).
#pragma once

#include <resdyn/studies/twin.hpp>

#include "account.hpp"

namespace resdyn {

/// The tables of twin_tables; `options` as the experiment had them, with the samples it had.
Account account_of(const TwinReport& report, const TwinOptions& options, Index training_samples,
                   Index test_samples);

}  // namespace resdyn
