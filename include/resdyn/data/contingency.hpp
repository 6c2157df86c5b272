/// @file
/// Resting places against classes: does where an input comes to rest say which class it is of?
#pragma once

#include <vector>

#include <resdyn/core/proportion.hpp>

namespace resdyn {

/// How the classes lie in one group of inputs.
struct GroupClasses {
    std::vector<Index> by_class;  ///< members of each class.
    double purity = 0.0;          ///< share of the largest class.
    Proportion share;             ///< of all inputs followed.
};

struct Contingency {
    std::vector<GroupClasses> groups;  ///< one a group, in the order given.
    Index inputs = 0;                  ///< inputs in some group.
    /// Share of these inputs that are of the largest class of their group. Inputs alone in their
    /// group raise it: see `lone_inputs`.
    double purity = 0.0;
    Index lone_inputs = 0;  ///< inputs that are the only one of their group.
    /// Mutual information of group and class over these inputs, bits: plug-in estimate, and the
    /// same less its leading bias (G − 1)(C − 1) / (2 n ln 2) (Miller 1955; Roulston, Physica D
    /// 125, 1999, eq. 15; G, C: groups and classes that occur). With few inputs a group the
    /// plug-in estimate is far too high.
    double mutual_information = 0.0;
    double mutual_information_corrected = 0.0;
    double class_entropy = 0.0;  ///< of the classes over these inputs, bits: the most it can be.
};

/// `members`: of each group the inputs it holds (columns of `labels`, none twice); labels in
/// 0 … classes−1 of all `labels.size()` inputs followed. Throws std::invalid_argument otherwise.
Contingency contingency(const std::vector<std::vector<Index>>& members,
                        const Eigen::VectorXi& labels, Index classes);

}  // namespace resdyn
