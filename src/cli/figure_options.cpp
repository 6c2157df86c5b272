#include "figure_options.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace resdyn::cli {

std::vector<plots::PictureFormat> FigureOptions::picture_formats() const {
    std::vector<plots::PictureFormat> result;
    for (const plots::PictureFormat format :
         {plots::PictureFormat::Svg, plots::PictureFormat::Pdf, plots::PictureFormat::Png}) {
        for (const std::string& name : formats) {
            if (name == to_string(format)) {
                result.push_back(format);
                break;
            }
        }
    }
    return result;
}

void add_figure_options(CLI::App& verb, FigureOptions& options) {
    verb.add_option("--format", options.formats, "Pictures: svg, pdf, png, or several")
        ->delimiter(',')
        ->check(CLI::IsMember({"svg", "pdf", "png"}))
        ->default_str("svg");
    verb.add_option("--columns", options.columns,
                    "Width of figures in columns of a page: 1 (85 mm) or 2 (170 mm)")
        ->check(CLI::Range(1, 2))
        ->capture_default_str();
}

bool can_render(bool wanted, bool quiet) {
    if (!wanted || plots::gnuplot_available()) {
        return wanted;
    }
    if (!quiet) {
        fmt::print(stderr,
                   "resdyn: figures were written as data and scripts only: expected gnuplot on "
                   "PATH, got none; later, in figures/: gnuplot NAME.gp\n");
    }
    return false;
}

}  // namespace resdyn::cli
