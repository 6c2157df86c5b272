/// @file
/// A training told (`resdyn train`).
#pragma once

#include <resdyn/studies/training.hpp>

#include "account.hpp"

namespace resdyn {

/// Table "training.csv"; sound where the training ran to its end or was stopped by its rule.
Account account_of(const TrainingStudy& study);

}  // namespace resdyn
