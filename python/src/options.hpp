/// @file
/// What the studies' options have in common.
#pragma once

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <resdyn/atlas/atlas.hpp>
#include <resdyn/core/error.hpp>
#include <resdyn/data/dataset.hpp>
#include <resdyn/equilibria/pattern.hpp>
#include <resdyn/equilibria/verdict_margin.hpp>
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

/// Which equilibria are listed, by name.
inline Listing listing_of(const std::string& name) {
    if (name == "all") {
        return Listing::All;
    }
    if (name == "stable") {
        return Listing::Stable;
    }
    if (name == "faces") {
        return Listing::Faces;
    }
    reject_argument("listing", "all, stable or faces", name);
}

/// tolerance: nothing stands for the library's default.
inline RoundingOptions rounding_of(std::optional<double> tolerance, long max_denominator) {
    RoundingOptions rounding{.max_denominator = max_denominator};
    if (tolerance) {
        if (!(*tolerance >= 0)) {
            reject_argument("tolerance", "a number >= 0", fmt::format("{}", *tolerance));
        }
        rounding.tolerance = *tolerance;
    }
    require_at_least("max_denominator", max_denominator, 1);
    return rounding;
}

/// The defaults of equilibria, by function and option, for the tests.
void add_equilibria_defaults(py::dict& all);
void add_cycle_defaults(py::dict& all);
/// The defaults of the studies on planes, likewise.
void add_plane_defaults(py::dict& all);
/// The defaults of what is drawn and followed of any field, likewise.
void add_field_defaults(py::dict& all);
/// The defaults of the studies on labelled data, likewise.
void add_labelled_defaults(py::dict& all);
/// The defaults of the studies that train, likewise.
void add_experiment_defaults(py::dict& all);

}  // namespace resdyn::python
