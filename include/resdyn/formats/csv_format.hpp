/// @file
/// What of a table of numbers in text only its author knows: the options of every reader of CSV.
#pragma once

#include <string>

namespace resdyn {

struct CsvFormat {
    bool header = false;  ///< the first line holds names of columns: it is no data.
    bool index = false;   ///< the first column holds names of lines: it is no data.
};

}  // namespace resdyn
