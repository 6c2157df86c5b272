/// @file
/// "atlas.csv": every equilibrium of an atlas, a line each, written while the atlas is walked: more
/// than memory holds. The place of each follows from its pattern by one linear solve.
#pragma once

#include <filesystem>
#include <fstream>
#include <string_view>
#include <vector>

#include <resdyn/atlas/atlas.hpp>

namespace resdyn {

/// Under another name until it is whole; gone if it never is.
class AtlasFile {
  public:
    static constexpr std::string_view name = "atlas.csv";

    /// In `folder`, which is made where it is not there. Throws ResourceError, as all below.
    AtlasFile(const std::filesystem::path& folder, Index dimension);
    ~AtlasFile();
    AtlasFile(const AtlasFile&) = delete;
    AtlasFile& operator=(const AtlasFile&) = delete;

    /// A line each: pattern, free_units, unstable_dimension, neutral_dimension, decided ("exact" or
    /// "filter").
    void write(const std::vector<AtlasEntry>& entries);
    /// It is whole: gives it its name.
    void commit();

  private:
    void check() const;

    std::filesystem::path path_;
    std::filesystem::path temporary_;
    Index dimension_;
    std::ofstream file_{};
    bool committed_ = false;
};

}  // namespace resdyn
