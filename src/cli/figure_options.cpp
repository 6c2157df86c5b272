#include "figure_options.hpp"

namespace resdyn::cli {

void add_figure_options(App& verb, FigureOptions& options) {
    verb.add_option("--columns", options.columns,
                    "Width of figures in columns of a page: 1 (85 mm) or 2 (170 mm)")
        ->check(in_range(1, 2))
        ->capture_default_str();
}

}  // namespace resdyn::cli
