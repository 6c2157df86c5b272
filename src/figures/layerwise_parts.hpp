/// @file
/// What figures of data over the layers share.
#pragma once

#include <string>
#include <vector>

#include "columns.hpp"
#include "figure.hpp"

namespace resdyn::figures {

/// `value` of every item.
template <class Item, class Value>
std::vector<double> values_of(const std::vector<Item>& items, Value value) {
    std::vector<double> result;
    for (const Item& item : items) {
        result.push_back(static_cast<double>(value(item)));
    }
    return result;
}

/// A line with error bars, named once in the legend.
template <class Item, class Value>
void add_means(Panel& panel, const std::string& name, const std::vector<Item>& items, Value mean,
               Index colour, int dash = 1) {
    const std::vector<double> n = counting(0, static_cast<Index>(items.size()));
    const auto value = values_of(items, [&](const Item& item) { return mean(item).mean; });
    const auto error =
        values_of(items, [&](const Item& item) { return mean(item).standard_error; });
    const std::string paint = palette_colour(colour);
    panel.series.push_back({Mark::Line,
                            name,
                            name,
                            {{"layer", n}, {"value", value}},
                            {.colour = paint, .dash = dash}});
    panel.series.push_back({Mark::ErrorBars,
                            name,
                            "",
                            {{"layer", n}, {"value", value}, {"standard_error", error}},
                            {.colour = paint, .width = 1.4, .size = 0.7}});
}

/// Layers, with a tick for each as far as they can be named.
inline Axis layer_axis(std::size_t count, const std::string& label = "layer n") {
    Axis axis{label, -0.6, static_cast<double>(count) - 0.4};
    if (count <= 16) {
        axis.ticks = index_ticks(static_cast<Index>(count));
    }
    return axis;
}

/// Wide, of the section of layers or another one.
inline Figure layerwise_figure(const std::string& id, const std::string& title,
                               const std::string& caption, Section section = Section::Layers) {
    Figure figure;
    figure.id = id;
    figure.title = title;
    figure.caption = caption;
    figure.section = section;
    figure.width = 800;
    return figure;
}

/// Bars of one kind stacked on what stands there: positive ones upward, negative ones downward.
class Stack {
  public:
    explicit Stack(std::size_t count) : up_(count, 0.0), down_(count, 0.0) {}
    void add(Panel& panel, const std::string& name, const std::vector<double>& heights,
             const std::string& colour) {
        std::vector<double> from;
        std::vector<double> to;
        for (std::size_t n = 0; n < heights.size(); ++n) {
            double& at = heights[n] < 0 ? down_[n] : up_[n];
            from.push_back(at);
            at += heights[n];
            to.push_back(at);
        }
        panel.series.push_back({Mark::Bars,
                                name,
                                name,
                                {{"layer", counting(0, static_cast<Index>(heights.size()))},
                                 {"from", from},
                                 {"to", to}},
                                {.colour = colour, .width = 0.7}});
    }

  private:
    std::vector<double> up_;
    std::vector<double> down_;
};

}  // namespace resdyn::figures
