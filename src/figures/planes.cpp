#include "planes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace resdyn::figures {

std::array<std::string, 2> plane_columns(const Slice& slice) {
    std::array<std::string, 2> names;
    for (const std::size_t k : {0U, 1U}) {
        names[k] = slice.kind == SliceKind::Units
                       ? fmt::format("{}_{}", symbol(slice.coordinate), slice.units[k])
                       : fmt::format("s_{}", k + 1);
    }
    return names;
}

Axis plane_axis(const Slice& slice, Index k, double margin) {
    static constexpr std::array<const char*, 3> words = {"residual ", "pre-activation ",
                                                         "activity "};
    const std::string& name = slice.axes[static_cast<std::size_t>(k)];
    const double side = slice.window.upper[k] - slice.window.lower[k];
    return {.label = slice.kind == SliceKind::Units
                         ? words[static_cast<std::size_t>(slice.coordinate)] + name
                         : name,
            .from = slice.window.lower[k] - margin * side,
            .to = slice.window.upper[k] + margin * side,
            .step = tick_step(side)};
}

void fit_plane(Figure& figure, Panel& panel, Columns columns) {
    if (columns == Columns::Two) {
        // In px; the square stays as it is and the picture widens for the longest legend.
        constexpr double left = 99.0;
        constexpr double right = 589.0;
        constexpr double key = 70.0;  // a sample of the line and the gaps beside it
        constexpr double usual = 860.0;
        double longest = 0.0;
        for (const Series& series : panel.series) {
            longest = std::max(longest, text_width(series.legend, 14.0));
        }
        const double width = std::max(usual, std::ceil(right + key + longest));
        figure.width = static_cast<Index>(width);
        figure.height = 600;
        figure.margins = {
            .left = left / width, .right = right / width, .bottom = 0.12, .top = 0.98};
        panel.legend = Legend::Outside;
    } else {
        // In px; as high as the rows of the legend, two entries in each, need.
        constexpr double width = 430.0;
        const double left = panel.frame ? 100.0 : 35.0;
        const double right = panel.colours.shown ? 80.0 : panel.frame ? 25.0 : 35.0;
        const double top = panel.colours.shown ? 32.0 : 12.0;
        const Index legend_rows = (legend_entries(panel) + 1) / 2;
        const double bottom =
            (panel.frame ? 82.0 : 8.0) + 12.0 + 22.0 * static_cast<double>(legend_rows);
        const double side = width - left - right;
        const double height = top + side + bottom;
        figure.width = static_cast<Index>(width);
        figure.height = static_cast<Index>(height);
        figure.margins = {.left = left / width,
                          .right = 1.0 - right / width,
                          .bottom = bottom / height,
                          .top = 1.0 - top / height};
        panel.legend = Legend::Below;
    }
}

}  // namespace resdyn::figures
