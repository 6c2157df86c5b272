/// @file
/// What a run reads: the options that say how, the files and their hashes, and what was noticed in
/// reading them. The library returns notes; here they are kept for the results and said once, on
/// stderr, when the run has ended well: a refusal is one line.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <resdyn/data/load_dataset.hpp>

#include "command_line.hpp"

namespace resdyn::cli {

/// The files that a run has read, hashed as they are added, and the notes about them.
class Inputs {
  public:
    /// `quiet`: notes are kept for the results and not printed.
    explicit Inputs(bool quiet = false) : quiet_(quiet) {}

    /// A file by its name as given.
    void add(const std::filesystem::path& path);
    /// The files of data and what was noticed in them.
    void add(const LoadedDataset& loaded);
    /// What another source has read and said.
    void add(const Inputs& other);
    /// Each is kept once, and left for say_notes.
    void note(const std::vector<std::string>& notes);

    const std::map<std::string, std::string>& sha256() const { return sha256_; }
    const std::vector<std::string>& notes() const { return notes_; }

  private:
    bool quiet_;
    std::map<std::string, std::string> sha256_;  ///< file → SHA-256.
    std::vector<std::string> notes_;
};

/// Says what all Inputs of the run have noted and not said yet.
void say_notes();

/// The activation that --activation names; throws InputError naming all of them.
Activation known_activation(const std::string& name);

/// --header, --index: of every CSV file that the verb reads.
void add_csv_options(App& verb, CsvFormat& format, const std::string& group = "Options");

/// --label, --scaling, and --header and --index where the verb does not have them yet.
void add_data_format_options(App& verb, DataFormat& format, const std::string& group = "Options");

}  // namespace resdyn::cli
