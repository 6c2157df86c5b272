#include "atlas_file.hpp"

#include <fmt/format.h>

#include <bit>
#include <iterator>
#include <string>

#include <resdyn/core/error.hpp>

namespace resdyn {

AtlasFile::AtlasFile(const std::filesystem::path& folder, Index dimension)
    : path_(folder / name), temporary_(folder / ".atlas.csv.part"), dimension_(dimension) {
    std::filesystem::create_directories(folder);
    file_.open(temporary_, std::ios::binary);
    file_ << "pattern,free_units,unstable_dimension,neutral_dimension,decided\n";
    check();
}

AtlasFile::~AtlasFile() {
    if (!committed_) {
        std::error_code ignored;
        std::filesystem::remove(temporary_, ignored);
    }
}

void AtlasFile::write(const std::vector<AtlasEntry>& entries) {
    std::string text;
    for (const AtlasEntry& e : entries) {
        fmt::format_to(std::back_inserter(text), "{},{},{},{},{}\n",
                       to_string(pattern_of_entry(e, dimension_)), std::popcount(e.free),
                       e.unstable, e.neutral, e.exact ? "exact" : "filter");
    }
    file_ << text;
    check();
}

void AtlasFile::commit() {
    file_.close();
    check();
    std::filesystem::rename(temporary_, path_);
    committed_ = true;
}

void AtlasFile::check() const {
    if (!file_) {
        throw ResourceError(
            fmt::format("equilibria: expected to write {}, got a failure", path_.string()));
    }
}

}  // namespace resdyn
