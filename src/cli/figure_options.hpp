/// @file
/// How figures are drawn: --format and --columns, for the verbs whose figures are published.
#pragma once

#include <string>
#include <vector>

#include <plots/figures.hpp>
#include <plots/gnuplot.hpp>

#include "cli11.hpp"

namespace resdyn::cli {

struct FigureOptions {
    std::vector<std::string> formats = {"svg"};
    int columns = 2;

    std::vector<plots::PictureFormat> picture_formats() const;
    plots::Columns figure_columns() const {
        return columns == 1 ? plots::Columns::One : plots::Columns::Two;
    }
};

/// --format svg,pdf,png and --columns 1|2.
void add_figure_options(CLI::App& verb, FigureOptions& options);

/// True if figures shall be rendered now. Without gnuplot: one line on stderr (unless quiet) that
/// says how to render them later, and false.
bool can_render(bool wanted, bool quiet);

}  // namespace resdyn::cli
