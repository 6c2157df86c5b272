#include "narrow.hpp"

#include <algorithm>
#include <cmath>

#include "planes.hpp"

namespace resdyn::figures {

namespace {

constexpr Index most_beside = 3;  // images in a row

bool is_image(const Panel& panel) {
    return !panel.frame && !panel.series.empty() && panel.series.front().mark == Mark::Cells;
}

/// Images in the shape of the input: fewer in a row, all else in proportion.
void narrow_images(Figure& figure) {
    const auto count = static_cast<Index>(figure.panels.size());
    const Index before = figure.panels_per_row;
    const Index rows_before = (count + before - 1) / before;
    figure.panels_per_row = std::min(before, most_beside);
    const Index rows = (count + figure.panels_per_row - 1) / figure.panels_per_row;
    const double cell = static_cast<double>(figure.width) / static_cast<double>(before);
    const double scale = std::min(1.0, static_cast<double>(narrow_width) /
                                           (cell * static_cast<double>(figure.panels_per_row)));
    const double row_height = static_cast<double>(figure.height) / static_cast<double>(rows_before);
    constexpr double title = 30.0;  // px, of letters that are not scaled
    figure.width = narrow_width;
    figure.height = static_cast<Index>(static_cast<double>(rows) *
                                       (title + scale * std::max(0.0, row_height - title)));
    if (figure.margins && rows != rows_before) {
        const double share = static_cast<double>(rows_before) / static_cast<double>(rows);
        figure.margins->top = 1.0 - share * (1.0 - figure.margins->top);
        figure.margins->bottom *= share;
        figure.margins->between_y *= share;
    }
}

}  // namespace

Figure narrowed(const Figure& figure) {
    Figure narrow = figure;
    for (Panel& panel : narrow.panels) {  // no room for a bar of colours that nothing has
        panel.colours.shown =
            panel.colours.shown &&
            std::any_of(panel.series.begin(), panel.series.end(), [](const Series& series) {
                return series.mark == Mark::Arrows || series.mark == Mark::Cells ||
                       series.mark == Mark::Raster;
            });
    }
    if (figure.width <= narrow_width || figure.panels.empty()) {
        return narrow;
    }
    if (std::all_of(figure.panels.begin(), figure.panels.end(), is_image)) {
        narrow_images(narrow);
        return narrow;
    }
    if (figure.panels.size() == 1 && figure.panels.front().equal_aspect) {
        fit_plane(narrow, narrow.panels.front(), Columns::One);
        return narrow;
    }
    constexpr double ratio = 0.62;  // of a panel's height to the page's width
    constexpr double legend_row = 20.0;
    // As high as each was beside the page's width, and not lower than a panel needs.
    const auto count = static_cast<Index>(figure.panels.size());
    const Index rows_before = (count + figure.panels_per_row - 1) / figure.panels_per_row;
    const auto own = static_cast<double>(figure.height) / static_cast<double>(rows_before);
    const bool rows_of_names = count == 1 && !figure.panels.front().y.ticks.empty();
    double height = 0.0;
    for (Panel& panel : narrow.panels) {
        const bool has_legend = panel.legend != Legend::None;
        panel.legend = has_legend ? Legend::Above : Legend::None;
        const Index entries = has_legend ? legend_entries(panel) : 0;
        const double body = panel.equal_aspect ? static_cast<double>(narrow_width)
                            : rows_of_names
                                ? own
                                : std::min(own, ratio * static_cast<double>(narrow_width));
        height += body + legend_row * static_cast<double>((entries + 1) / 2);
    }
    narrow.width = narrow_width;
    narrow.height = static_cast<Index>(std::lround(height));
    narrow.panels_per_row = 1;
    narrow.margins.reset();
    return narrow;
}

}  // namespace resdyn::figures
