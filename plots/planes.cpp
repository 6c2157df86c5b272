#include "planes.hpp"

#include <fmt/format.h>

namespace resdyn::plots {

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
    const double pad = margin * (slice.window.upper[k] - slice.window.lower[k]);
    const std::string& name = slice.axes[static_cast<std::size_t>(k)];
    return {slice.kind == SliceKind::Units
                ? words[static_cast<std::size_t>(slice.coordinate)] + name
                : name,
            slice.window.lower[k] - pad, slice.window.upper[k] + pad};
}

void fit_plane(Figure& figure, Panel& panel, Columns columns) {
    if (columns == Columns::Two) {
        figure.width = 860;
        figure.height = 600;
        figure.margins = {.left = 0.115, .right = 0.685, .bottom = 0.12, .top = 0.98};
        panel.legend = Legend::Outside;
    } else {
        figure.width = 430;
        figure.height = 510;
        figure.margins = {.left = 0.21, .right = 0.79, .bottom = 0.485, .top = 0.985};
        panel.legend = Legend::Below;
    }
}

}  // namespace resdyn::plots
