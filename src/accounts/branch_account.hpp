/// @file
/// What branches of equilibria along a path say (`resdyn bifurcations`).
#pragma once

#include <optional>
#include <string>

#include <resdyn/studies/branches.hpp>
#include <resdyn/studies/layer_branches.hpp>

#include "account.hpp"

namespace resdyn {

/// What was followed along which path.
struct BranchSubject {
    std::string path;       ///< as it was named: "self-coupling", "coupling 0 1", "step".
    std::string parameter;  ///< the axis's label.
    double from = 0.0;
    double to = 1.0;
    Index dimension = 0;
    std::optional<WholeSystem> whole = {};  ///< where weights were read as decimals.
};

/// Tables "events.csv", "branches.csv", and "continuation.csv" where branches were followed again.
Account account_of(const BranchStudy& study, const ResidualSystem& system,
                   const BranchSubject& subject);

/// The same over the depth, path "layers"; with data "residuals.csv", what the figure shows of
/// them.
Account account_of(const LayerBranches& branches, const ResidualNetwork& network);

}  // namespace resdyn
