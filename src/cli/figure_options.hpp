/// @file
/// How wide figures are drawn: --columns, for the verbs whose figures are published.
#pragma once

#include <plots/figures.hpp>

#include "cli11.hpp"

namespace resdyn::cli {

struct FigureOptions {
    int columns = 2;

    plots::Columns figure_columns() const {
        return columns == 1 ? plots::Columns::One : plots::Columns::Two;
    }
};

/// --columns 1|2.
void add_figure_options(CLI::App& verb, FigureOptions& options);

}  // namespace resdyn::cli
