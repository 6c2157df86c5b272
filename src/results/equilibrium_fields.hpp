/// @file
/// An equilibrium described once: its fields in results.json, in equilibria.csv, in the report's
/// table and in a line of the terminal. A new field is one more entry of equilibrium_fields.cpp.
#pragma once

#include <optional>
#include <vector>

#include <resdyn/equilibria/face.hpp>

#include "table.hpp"

namespace resdyn {

/// An equilibrium in a list.
struct EquilibriumRow {
    const Equilibrium* equilibrium;
    std::optional<double> margin =
        {};  ///< of its verdict (verdict_margin.hpp), where it was taken.
};

/// `margins`: none, or one each.
std::vector<EquilibriumRow> equilibrium_rows(const std::vector<Equilibrium>& equilibria,
                                             const std::vector<double>& margins = {});

/// With or without the margin.
const Table<EquilibriumRow>& equilibrium_fields(bool margins);

}  // namespace resdyn
