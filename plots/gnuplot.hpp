/// @file
/// From a figure to files: its numbers (ID.csv), a script that redraws it by hand (ID.gp, in the
/// same folder: `gnuplot ID.gp`), and the picture (ID.svg). The only place that knows gnuplot.
#pragma once

#include <string>
#include <vector>

#include <resdyn/io/output_folder.hpp>

#include "figure.hpp"

namespace resdyn::plots {

/// A figure whose files are written.
struct RenderedFigure {
    Figure figure;
    std::string csv;     ///< path of the numbers, relative to the output folder.
    std::string script;  ///< path of the gnuplot script, likewise.
    std::string path;    ///< path of the picture, likewise; empty if it was not drawn.
    std::string svg;     ///< the picture itself; empty if it was not drawn.
};

/// A gnuplot script, complete in itself, that reads ID.csv and writes ID.svg beside it.
std::string gnuplot_script(const Figure& figure);

/// An executable `gnuplot` stands on PATH.
bool gnuplot_available();

/// Throws ResourceError, one line that names the remedy, unless gnuplot_available(): to be called
/// before long work whose figures are wanted.
void require_gnuplot();

/// Writes figures/ID.csv and figures/ID.gp into the staging folder of `out` and, if `draw`, has
/// gnuplot make figures/ID.svg there. Throws ResourceError, one line, if gnuplot is missing (before
/// anything is written), fails, or leaves no picture.
std::vector<RenderedFigure> render(const std::vector<Figure>& figures, const OutputFolder& out,
                                   bool draw = true);

}  // namespace resdyn::plots
