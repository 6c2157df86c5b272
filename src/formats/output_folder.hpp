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

/// Where an output folder keeps whose results it holds, and their names.
inline constexpr std::string_view manifest_name = ".resdyn";

/// Whose results `folder` holds; empty if it has no manifest.
std::string owner_of(const std::filesystem::path& folder);

/// Throws InputError if `folder` holds the results of another owner than `owner`: a folder is one
/// verb's, so that no file of one run passes for one of another.
void check_owner(const std::filesystem::path& folder, const std::string& owner);

/// Throws ResourceError naming the folder if an OutputFolder there could not be made now: called
/// before long work, so that it is not lost. Makes and removes a hidden folder, in `folder` or in
/// the nearest folder above it that exists; otherwise the disk stays as it is.
void check_writable(const std::filesystem::path& folder);

/// An output folder being filled. Until `commit`, everything lies in `staging()`; if the object
/// dies before that (an exception, an interrupt), the staging folder is removed and the
/// destination is as it was. What a killed run left is removed by the next run into that folder; a
/// lock on the staging folder (flock) tells a killed run from one at work.
///
/// A folder with an owner holds one run's results: it keeps the names of its files in a hidden file
/// (`manifest_name`), and the next commit of the same owner removes those that it has not written
/// again. Files that no commit wrote are never touched.
class OutputFolder {
  public:
    /// Creates the staging folder. `owner`: the program's verb; empty: files are added to what is
    /// there and no manifest is kept. Throws ResourceError if it cannot be written, and InputError
    /// if it holds another owner's results.
    explicit OutputFolder(std::filesystem::path destination, std::string owner = {});
    ~OutputFolder();
    OutputFolder(const OutputFolder&) = delete;
    OutputFolder& operator=(const OutputFolder&) = delete;

    const std::filesystem::path& destination() const { return destination_; }
    /// Where programs that write files themselves (gnuplot) put them.
    const std::filesystem::path& staging() const { return staging_; }
    /// Writes a file, `name` relative to the folder; sub-folders are created.
    void write(const std::string& name, std::string_view content) const;
    /// Counts a file that the run has put into the destination by itself to its results.
    void adopt(const std::string& name) { adopted_.push_back(name); }
    /// Moves every staged file into the destination, replacing files of the same name, and removes
    /// what only an earlier run of the same owner wrote; other files there are left alone. Returns
    /// the paths of this run's files, sorted.
    std::vector<std::filesystem::path> commit();

  private:
    std::filesystem::path destination_;
    std::string owner_;
    std::vector<std::filesystem::path> adopted_;  ///< relative to the destination.
    std::filesystem::path staging_;
    int lock_ = -1;                               ///< descriptor of the staging folder, locked
    std::vector<std::filesystem::path> created_;  ///< folders that were not there, deepest first.
};

}  // namespace resdyn
