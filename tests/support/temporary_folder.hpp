/// @file
/// A folder of its own for a test, removed with all that is in it; whole files written and read.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace resdyn::test {

struct TemporaryFolder {
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    /// Writes a file into the folder and returns its path.
    std::filesystem::path write(const std::string& name, std::string_view bytes) const;

    std::filesystem::path path;
};

/// The bytes of a file; empty if there is none.
std::string content(const std::filesystem::path& path);

}  // namespace resdyn::test
