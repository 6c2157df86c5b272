/// @file
/// What the studies' options have in common.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include <resdyn/core/error.hpp>
#include <resdyn/data/dataset.hpp>
#include <resdyn/equilibria/pattern.hpp>
#include <resdyn/transient/simulation.hpp>

#include "binding.hpp"

namespace resdyn::python {

/// Data of a study; null: none.
using Data = std::shared_ptr<Dataset>;

/// The value of a list of choices that has this name.
template <typename T>
T one_of(const char* option, const std::string& name, std::initializer_list<T> choices) {
    std::string all;
    for (const T choice : choices) {
        if (to_string(choice) == name) {
            return choice;
        }
        all += (all.empty() ? "" : ", ") + std::string(to_string(choice));
    }
    reject_argument(option, "one of " + all, name);
}

inline std::vector<Pattern> patterns_of(const std::vector<std::string>& words) {
    std::vector<Pattern> patterns;
    for (const std::string& word : words) {
        patterns.push_back(pattern_from_string(word));
    }
    return patterns;
}

/// The variable that starts called x0, u0 or y0 are given in.
inline StartVariable variable_of(const std::string& name) {
    return name == "x0"   ? StartVariable::Activity
           : name == "u0" ? StartVariable::Preactivation
                          : StartVariable::Residual;
}

/// The defaults of the studies on planes, by function and option, for the tests.
void add_plane_defaults(py::dict& all);
/// The defaults of the studies on labelled data, likewise.
void add_labelled_defaults(py::dict& all);

}  // namespace resdyn::python
