/// @file
/// How wide figures are drawn: --columns, for the verbs whose figures are published.
#pragma once

#include "command_line.hpp"
#include "figures/figures.hpp"

namespace resdyn::cli {

struct FigureOptions {
    int columns = 2;

    figures::Columns figure_columns() const {
        return columns == 1 ? figures::Columns::One : figures::Columns::Two;
    }
};

/// --columns 1|2.
void add_figure_options(App& verb, FigureOptions& options);

}  // namespace resdyn::cli
