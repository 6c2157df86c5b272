/// @file
/// The lines of a CSV file as rows of numbers: what matrices and data sets have in common.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <resdyn/core/types.hpp>
#include <resdyn/formats/csv_format.hpp>

#include "csv_layout.hpp"

namespace resdyn {

/// Which column holds labels, which may be names: they are kept as text.
enum class LabelColumn { None, First, Last, Named };

struct GridOptions {
    CsvFormat format = {};
    LabelColumn labels = LabelColumn::None;
    std::string label_name = {};  ///< of LabelColumn::Named, as in the header.
    bool take_header = false;     ///< a first line of names is taken for what it is, and said.
};

struct Grid {
    std::vector<double> values;  ///< row by row, without index and labels.
    std::size_t rows = 0;
    std::size_t columns = 0;          ///< numbers a row.
    std::vector<std::string> labels;  ///< one a row, if asked for.
    std::size_t label_column = 0;     ///< where they stood in the file, from 1.
    std::vector<std::size_t> lines;   ///< in the file, of every row, from 1.
    CsvLayout layout;
    std::vector<std::string> notes;

    using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    Eigen::Map<const RowMajor> matrix() const {
        return {values.data(), static_cast<Index>(rows), static_cast<Index>(columns)};
    }
};

/// Throws InputError naming `where`, line and column, what was expected and what was got.
Grid parse_grid(std::string_view text, std::string_view where, const GridOptions& options);

/// "FILE, line 2, column 3".
std::string place_in(std::string_view where, std::size_t line, std::size_t column);

}  // namespace resdyn
