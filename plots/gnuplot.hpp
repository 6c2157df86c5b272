/// @file
/// From a figure to files: its numbers (ID.csv), a script that redraws it by hand (ID.gp, in the
/// same folder: `gnuplot -d ID.gp`, or `gnuplot -d -e "format='pdf'" ID.gp`), and the pictures.
/// Start-up files are not read (-d), so that a figure is the same for every user. The only place
/// that runs gnuplot; gnuplot_script.hpp writes what it is told.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "figures/figure.hpp"
#include "formats/output_folder.hpp"

namespace resdyn::plots {

enum class PictureFormat { Svg, Pdf, Png };
/// "svg", "pdf", "png".
std::string_view to_string(PictureFormat format);
/// The terminal of gnuplot that draws it: "svg", "pdfcairo", "pngcairo".
std::string_view terminal_of(PictureFormat format);

/// A figure whose files are written.
struct RenderedFigure {
    figures::Figure figure;
    std::string csv;     ///< path of the numbers, relative to the output folder.
    std::string script;  ///< path of the gnuplot script, likewise.
    std::string path;    ///< path of the SVG picture, likewise; empty if it was not drawn.
    std::string svg;     ///< the SVG picture itself; empty if it was not drawn.
    std::vector<std::string> others = {};  ///< paths of the PDF and PNG pictures.
    std::string narrow_svg =
        {};  ///< the picture of a narrow page (draw_narrow), no file of its own.
};

/// An executable `gnuplot` stands on PATH.
bool gnuplot_available();

/// The gnuplot on PATH has terminal_of(format); it is asked. False if there is none.
bool terminal_available(PictureFormat format);

/// Throws ResourceError, one line that names the remedy, unless gnuplot_available(): to be called
/// before long work whose figures are wanted.
void require_gnuplot();

/// Writes figures/ID.csv and figures/ID.gp into the staging folder of `out` and, if `draw`, has
/// gnuplot make figures/ID.svg (and the like) there. Throws ResourceError, one line, if gnuplot is
/// missing (before anything is written), fails, or leaves no picture.
std::vector<RenderedFigure> render(const std::vector<figures::Figure>& figures,
                                   const OutputFolder& out, bool draw = true,
                                   const std::vector<PictureFormat>& formats = {
                                       PictureFormat::Svg});

/// Has gnuplot draw each figure that was drawn once more as `narrowed` (narrow.hpp), for pages that
/// are read on narrow screens. Leaves no file. Throws as render does.
void draw_narrow(std::vector<RenderedFigure>& rendered, const OutputFolder& out);

}  // namespace resdyn::plots
