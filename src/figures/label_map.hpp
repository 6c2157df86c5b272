/// @file
/// A map of labelled cells on a plane: the largest groups in colours of their own, smaller ones in
/// one, what came to none in greys. Of networks and of any vector field.
#pragma once

#include <string>
#include <vector>

#include "planes.hpp"

namespace resdyn::figures {

struct LabelMap {
    const Slice& slice;
    const Eigen::MatrixXi& labels;  ///< width×height.
    /// Labels 0, 1, …: their names in the legend, and cells.
    struct Group {
        std::string name;
        Index members;
    };
    std::vector<Group> groups;
    /// Labels below 0, the lowest first. Without a word: not in the legend, and no share of it.
    struct Special {
        int label;
        std::string word;
        const char* colour;
    };
    std::vector<Special> specials;
};

/// The panel, without axes that are the caller's to change; its first series are the cells.
Panel label_panel(const LabelMap& map);

/// A closed curve over the map; `legend` may be empty.
Series cycle_series(const LabelMap& map, const std::string& name, const std::string& legend,
                    const Matrix& s);
/// Markers at points 2×m; none where there are none.
void add_attractors(const LabelMap& map, const std::vector<Vector>& places, Panel& panel);

}  // namespace resdyn::figures
