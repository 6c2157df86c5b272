/// @file
/// The header of a .npy array: a dictionary in Python's own notation.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <resdyn/core/types.hpp>

#include "widening.hpp"

namespace resdyn {

/// What the header says, still unchecked against the length of the file.
struct NpyHeader {
    StoredType type;
    bool fortran_order = false;
    std::vector<Index> shape;
};

/// Throws InputError naming `where` unless `dictionary` holds exactly the three keys of the format
/// with values of their kinds, and nothing but blanks behind it.
NpyHeader parse_npy_header(std::string_view dictionary, std::string_view where);

}  // namespace resdyn
