/// @file
/// Labelled samples from CSV. The text is read as csv.hpp says; here it is decided which column
/// holds the labels, and what looks unlike samples is said.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <resdyn/data/dataset.hpp>
#include <resdyn/formats/csv_format.hpp>

namespace resdyn {

/// Labelled samples as read_csv_dataset found them.
struct CsvDataset {
    Dataset data;
    std::vector<std::string> notes;  ///< what was noticed, a sentence each.
};

/// Labelled samples, one a line: D >= 1 numbers and a label. `label` says which column: "first",
/// "last", or a name in the header; empty: the last, unless that cannot be and the first can, which
/// is refused. Labels are whole numbers from 0 to 10⁶ (classes: 0 to the largest), or names, of
/// which there are at most a thousand (classes: their order by the alphabet, in class_labels). A
/// header of names is skipped, and said. Notes name what looks unlike samples: lines that count in
/// column 1, columns that count in line 1, labels that may be in the first column.
CsvDataset read_csv_dataset(const std::filesystem::path& path, const CsvFormat& format = {},
                            const std::string& label = {});

}  // namespace resdyn
