#include "vector_maps.hpp"

#include <algorithm>
#include <utility>

namespace resdyn::figures {

namespace {

ColourScale scale_for(const Matrix& values, const VectorMaps& maps) {
    if (maps.range) {
        return {ColourMap::Sequential, maps.value_label, maps.range->low, maps.range->high};
    }
    const double top = std::max(values.cwiseAbs().maxCoeff(), 1e-300);
    return {maps.diverging ? ColourMap::Diverging : ColourMap::Sequential, maps.value_label,
            maps.diverging ? -top : 0.0, top};
}

}  // namespace

Series cells_of(const std::string& name) {
    return {Mark::Cells, name, "", {{"column", {}}, {"row", {}}, {"value", {}}}, {}};
}

void add_cell(Series& cells, Index column, Index row, double value) {
    cells.columns[0].values.push_back(static_cast<double>(column));
    cells.columns[1].values.push_back(static_cast<double>(row));
    cells.columns[2].values.push_back(value);
}

Panel image_panel(const std::string& title, const std::string& name, const Vector& values,
                  ImageShape shape, const ColourScale& scale) {
    Series cells = cells_of(name);
    if (shape.rows > 1 && shape.cols > 1) {
        cells.mark = Mark::Raster;  // one image: as cells, pictures of 784 pixels fill megabytes
    }
    for (Index i = 0; i < values.size(); ++i) {
        add_cell(cells, i % shape.cols, i / shape.cols, values[i]);
    }
    Panel panel;
    panel.title = title;
    panel.x = {"", -0.5, static_cast<double>(shape.cols) - 0.5};
    panel.y = {"", static_cast<double>(shape.rows) - 0.5, -0.5};
    panel.colours = scale;
    panel.legend = Legend::None;
    panel.equal_aspect = true;
    panel.grid = false;
    panel.frame = false;
    panel.series = {cells};
    return panel;
}

Panel image_panel(const std::string& title, const std::string& name, const Vector& values,
                  ImageShape shape, ColourMap map) {
    const double top = std::max(values.cwiseAbs().maxCoeff(), 1e-300);
    return image_panel(title, name, values, shape,
                       {map, "", map == ColourMap::Diverging ? -top : 0.0, top, false});
}

Figure vector_figure(const VectorMaps& maps, ImageShape shape) {
    Figure figure;
    figure.section = Section::Evidence;
    const Index count = maps.values.cols();
    if (shape.rows * shape.cols != maps.values.rows()) {
        Series cells = cells_of("all");
        Panel panel;
        for (Index k = 0; k < count; ++k) {
            for (Index i = 0; i < maps.values.rows(); ++i) {
                add_cell(cells, i, k, maps.values(i, k));
            }
            panel.y.ticks.push_back(
                {static_cast<double>(k), maps.titles[static_cast<std::size_t>(k)]});
        }
        figure.height = std::max<Index>(240, 110 + 24 * count);
        panel.x = {maps.row_label, -0.5, static_cast<double>(maps.values.rows()) - 0.5};
        panel.x.ticks = index_ticks(maps.values.rows());
        panel.y.label = maps.title_label;
        panel.y.from = static_cast<double>(count) - 0.5;
        panel.y.to = -0.5;
        panel.colours = scale_for(maps.values, maps);
        panel.legend = Legend::None;
        panel.grid = false;
        panel.series = {cells};
        figure.panels = {panel};
        return figure;
    }
    figure.panels_per_row = std::min<Index>(6, count);
    const Index rows = (count + figure.panels_per_row - 1) / figure.panels_per_row;
    figure.width = std::max<Index>(320, 150 * figure.panels_per_row);
    figure.height = 185 * rows;
    figure.margins = {.left = 0.01,
                      .right = 0.99,
                      .bottom = 0.02,
                      .top = 1.0 - 0.24 / static_cast<double>(rows),
                      .between_x = 0.02,
                      .between_y = 0.3 / static_cast<double>(rows)};
    for (Index k = 0; k < count; ++k) {
        const std::string& title = maps.titles[static_cast<std::size_t>(k)];
        ColourScale scale =
            scale_for(maps.own_scale ? Matrix(maps.values.col(k)) : maps.values, maps);
        scale.shown = false;
        figure.panels.push_back(image_panel(title, title, maps.values.col(k), shape, scale));
    }
    return figure;
}

}  // namespace resdyn::figures
