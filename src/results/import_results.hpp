/// @file
/// What was read from a state dict, as JSON, a table and words (`resdyn import`).
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include <resdyn/data/import_model.hpp>

#include "formats/csv.hpp"

namespace resdyn {

nlohmann::ordered_json to_json(const ImportedModel& imported);

/// One line a tensor: tensor, type, shape, role, reason.
CsvTable role_table(const TensorRoles& roles);

/// The same as people read it, each line ended by a newline.
std::string role_lines(const TensorRoles& roles);

/// What became of the tensors, in lines that each end with a newline.
std::string summary(const ImportedModel& imported);

}  // namespace resdyn
