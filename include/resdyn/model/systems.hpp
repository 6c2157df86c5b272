/// @file
/// The named test systems with known answers (doc/theory.md §14): what the program runs on when
/// it is given no matrix, and what the tests are held against.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <resdyn/model/residual_system.hpp>

namespace resdyn {

struct NamedSystem {
    std::string name;   ///< as on the command line: "winner-takes-all".
    std::string about;  ///< what is known of it, one line.
    Activation activation = Activation::Logistic;
    Matrix W;
};

/// All named systems, in the order of the theory.
const std::vector<NamedSystem>& named_systems();

/// The one of that name; throws InputError listing the names if there is none.
const NamedSystem& named_system(std::string_view name);

}  // namespace resdyn
