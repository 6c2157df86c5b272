/// @file
/// A folder of its own for a test, removed with all that is in it.
#pragma once

#include <filesystem>

namespace resdyn::test {

struct TemporaryFolder {
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    std::filesystem::path path;
};

}  // namespace resdyn::test
