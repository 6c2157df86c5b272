/// @file
/// Results reach the disk whole or not at all: files are written into a hidden staging folder
/// beside the destination and renamed into place together at the end.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace resdyn {

/// Writes `content` to a temporary name in the same folder and renames it to `path`; creates the
/// folder. Throws ResourceError naming the path if that fails; nothing partial is left.
void write_file_atomically(const std::filesystem::path& path, std::string_view content);

/// An output folder being filled. Until `commit`, everything lies in `staging()`; if the object
/// dies before that (an exception, an interrupt), the staging folder is removed and the
/// destination is as it was. What a killed run left is removed by the next run into that folder; a
/// lock on the staging folder (flock) tells a killed run from one at work.
class OutputFolder {
  public:
    /// Creates the staging folder. Throws ResourceError if it cannot be written.
    explicit OutputFolder(std::filesystem::path destination);
    ~OutputFolder();
    OutputFolder(const OutputFolder&) = delete;
    OutputFolder& operator=(const OutputFolder&) = delete;

    const std::filesystem::path& destination() const { return destination_; }
    /// Where programs that write files themselves (gnuplot) put them.
    const std::filesystem::path& staging() const { return staging_; }
    /// Writes a file, `name` relative to the folder; sub-folders are created.
    void write(const std::string& name, std::string_view content) const;
    /// Moves every staged file into the destination, replacing files of the same name; other files
    /// there are left alone. Returns their paths, sorted.
    std::vector<std::filesystem::path> commit();

  private:
    std::filesystem::path destination_;
    std::filesystem::path staging_;
    int lock_ = -1;                               ///< descriptor of the staging folder, locked
    std::vector<std::filesystem::path> created_;  ///< folders that were not there, deepest first.
};

}  // namespace resdyn
