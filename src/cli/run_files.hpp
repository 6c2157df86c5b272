/// @file
/// The folder of a finished run as the bytes of a task, and back: what a journal keeps of a run is
/// what it has left on the disk.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace resdyn::cli {

/// By name relative to the folder.
using RunFiles = std::map<std::string, std::string>;

/// Every file of `folder` with the record of whose results they are, but not `checkpoint`, nor what
/// stands in hidden folders. Throws ResourceError for a file that cannot be read.
std::string packed_files(const std::filesystem::path& folder, std::string_view checkpoint);

/// Throws InputError for other bytes.
RunFiles unpacked_files(std::string_view bytes);

/// Writes those that `folder` does not hold as they are, the file `last` at the end: where it is,
/// all are.
void restore_files(const RunFiles& files, const std::filesystem::path& folder,
                   const std::string& last);

}  // namespace resdyn::cli
