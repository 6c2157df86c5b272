/// @file
/// Vectors over units or input components as colours: images where they have a shape.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <resdyn/model/activation.hpp>

#include "figure.hpp"

namespace resdyn::figures {

/// Size of image-shaped vectors; 0×0: not images.
struct ImageShape {
    Index rows = 0;
    Index cols = 0;
};

/// Columns of `values`, one titled panel each, as images where rows × cols of `shape` is their
/// length; else as one map, a row a column.
struct VectorMaps {
    Matrix values;
    std::vector<std::string> titles;
    std::string row_label;  ///< of the map.
    std::string value_label;
    bool diverging = true;             ///< colours about 0, or from 0 up.
    bool own_scale = true;             ///< images: every panel to its own largest value.
    std::optional<Levels> range = {};  ///< one scale from low to high; overrules both.
    std::string title_label = {};      ///< of the map: what the titles name.
};
/// id, title and caption are for the caller to set.
Figure vector_figure(const VectorMaps& maps, ImageShape shape);

/// One vector as an image in a panel of its own.
Panel image_panel(const std::string& title, const std::string& name, const Vector& values,
                  ImageShape shape, const ColourScale& scale);
/// Coloured to its own largest value, about 0 or from 0 up, without a colour bar.
Panel image_panel(const std::string& title, const std::string& name, const Vector& values,
                  ImageShape shape, ColourMap map = ColourMap::Diverging);

/// Unit cells without any yet: columns column, row, value.
Series cells_of(const std::string& name);
void add_cell(Series& cells, Index column, Index row, double value);

}  // namespace resdyn::figures
