/// @file
/// The record of a training as a CSV file, `training.csv`: a header line, then a line an epoch in
/// the columns of record_columns(). An empty cell is a quantity that the run does not have.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <resdyn/learning/record.hpp>

#include "formats/csv.hpp"

namespace resdyn {

CsvTable training_record_table(const std::vector<EpochRecord>& record);
/// The file's bytes; every number comes back bit by bit.
std::string format_training_record(const std::vector<EpochRecord>& record);

/// Reads what format_training_record wrote: at least one line, epochs increasing. Throws InputError
/// naming line and column (both from 1) of anything else. `where` names the text in errors.
std::vector<EpochRecord> parse_training_record(std::string_view text, const std::string& where);
/// parse_training_record of a file.
std::vector<EpochRecord> read_training_record(const std::filesystem::path& path);

}  // namespace resdyn
