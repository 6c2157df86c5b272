/// @file
/// A training told (`resdyn train`).
#pragma once

#include <resdyn/accounts/account.hpp>
#include <resdyn/studies/training.hpp>

namespace resdyn {

/// Its record is no CsvTable: format_training_record writes it. Sound where the training ran to its
/// end or was stopped by its rule.
Account account_of(const TrainingStudy& study);

}  // namespace resdyn
