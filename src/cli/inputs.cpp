#include "inputs.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <resdyn/core/error.hpp>

#include "core/suggestion.hpp"
#include "formats/sha256.hpp"

namespace resdyn::cli {

namespace {

/// Notes of this run that stand on no terminal yet.
std::vector<std::string>& unsaid() {
    static std::vector<std::string> notes;
    return notes;
}

}  // namespace

void say_notes() {
    for (const std::string& text : unsaid()) {
        fmt::print(stderr, "resdyn: note: {}\n", text);
    }
    unsaid().clear();
}

void Inputs::add(const std::filesystem::path& path) {
    sha256_[path.string()] = sha256_file(path);
}

void Inputs::add(const LoadedDataset& loaded) {
    for (const InputFile& file : loaded.files) {
        sha256_[file.name] = file.sha256;
    }
    note(loaded.notes);
}

void Inputs::add(const Inputs& other) {
    sha256_.insert(other.sha256_.begin(), other.sha256_.end());
    notes_.insert(notes_.end(), other.notes_.begin(), other.notes_.end());
}

void Inputs::note(const std::vector<std::string>& notes) {
    for (const std::string& text : notes) {
        if (std::find(notes_.begin(), notes_.end(), text) != notes_.end()) {
            continue;
        }
        notes_.push_back(text);
        if (!quiet_) {
            unsaid().push_back(text);
        }
    }
}

Activation known_activation(const std::string& name) {
    const auto activation = activation_from_name(name);
    if (!activation) {
        reject_name("--activation", activation_names(), name);
    }
    return *activation;
}

void add_csv_options(App& verb, CsvFormat& format, const std::string& group) {
    verb.add_flag("--header", format.header,
                  "The first line of CSV files holds names of columns: skip it")
        ->group(group);
    verb.add_flag("--index", format.index,
                  "The first column of CSV files holds names of lines: skip it")
        ->group(group);
}

void add_data_format_options(App& verb, DataFormat& format, const std::string& group) {
    if (!verb.has_option("--header")) {
        add_csv_options(verb, format.csv, group);
    }
    verb.add_option("--label", format.label,
                    "Column of the labels in CSV data: first, last (default) or a name in the "
                    "header")
        ->group(group);
    verb.add_option("--scaling", format.scaling,
                    "Of the data: pixel/255 divides by 255, none leaves numbers as they are "
                    "(default: pixel/255 for IDX files of bytes, else none)")
        ->group(group);
}

}  // namespace resdyn::cli
