/// @file
/// What two residual matrices of the same units disagree in: who helps whom in one layer, and in
/// the next.
///
/// Signs are those of the stored numbers, as in sign_graph.hpp; an entry changes its sign where
/// both are not zero and differ. What it can miss: units must be the same in both, which hidden
/// units of two-matrix blocks are not.
#pragma once

#include <vector>

#include <resdyn/core/types.hpp>

namespace resdyn {

struct SignChanges {
    Index pairs = 0;                ///< unordered, with an entry that is not zero in either matrix.
    Index pairs_of_other_type = 0;  ///< of them those whose type (sign_graph.hpp) changes.
    Index entries = 0;              ///< off the diagonal, not zero in both.
    Index changed_entries = 0;      ///< of them those that change sign.
    /// Share of the weight Σ (|w_ij| + |w'_ij|)/2 of these entries that changes sign.
    double changed_weight = 0.0;
    Index changed_self = 0;  ///< diagonal entries that change sign.
};

/// W, next: N×N, finite. Throws std::invalid_argument for other shapes.
SignChanges sign_changes(const Matrix& W, const Matrix& next);

/// Share of the units that two divisions into camps (±1, size N) put alike, whatever the camps are
/// called: from 1/2 to 1. NaN of no units.
double camp_overlap(const std::vector<int>& a, const std::vector<int>& b);

}  // namespace resdyn
