/// @file
/// Branches of equilibria and their events along a path of weights or in the step h, with rows for
/// tables and diagrams, the margins of the verdicts, and every branch followed again by
/// pseudo-arclength (`resdyn bifurcations`).
///
/// Parts: bifurcation.hpp, step_bifurcation.hpp, continuation.hpp, path_margin.hpp,
/// continuum_extent.hpp, cycle_branches.hpp, each with its method and reference.
///
/// \code{.cpp}
/// #include <iostream>
///
/// #include <resdyn/studies/branches.hpp>
///
/// int main() {
///     const resdyn::Matrix W{{1.0, -2.0}, {-2.0, 1.0}};
///     const resdyn::ResidualSystem system(W, resdyn::Activation::Logistic);
///     resdyn::BranchStudyOptions options;
///     options.bifurcation.from = -2.0;
///     options.bifurcation.to = 4.0;
///     const resdyn::BranchStudy study =
///         resdyn::study_branches(resdyn::self_coupling_path(system), options);  // W − αI
///     for (const resdyn::Bifurcation& event : study.diagram.events) {
///         std::cout << label(event.kind) << " of " << to_string(event.pattern) << " at α = "
///                   << event.exact << '\n';
///     }
///     return study.diagram.complete && !study.diagram.events.empty() ? 0 : 1;
/// }
/// \endcode
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include <resdyn/bifurcation/bifurcation.hpp>
#include <resdyn/bifurcation/continuation.hpp>
#include <resdyn/bifurcation/continuum_extent.hpp>
#include <resdyn/bifurcation/path_margin.hpp>
#include <resdyn/bifurcation/step_bifurcation.hpp>
#include <resdyn/recurrence/cycle_branches.hpp>
#include <resdyn/recurrence/flow_cycle_branches.hpp>

namespace resdyn {

struct BranchStudyOptions {
    /// Its range must be finite, from < to. Where its farm does a shard, or is stopped, the study
    /// means nothing.
    BifurcationOptions bifurcation = {};
    Index points = 41;          ///< rows of each branch, events apart, >= 2.
    bool continuation = false;  ///< follow every branch again; not in h.
    /// Follow cycles too: the network's, from flips, up to `max_period`: in h on the faces that can
    /// attract, along weights (with bifurcation.layer_map) at the path's step; along weights the
    /// flow's, from Hopf points.
    bool cycles = false;
    Index max_period = 64;
    /// Values of α, within the range, at which every branch that is there has a row (UZ).
    std::vector<double> marks = {};
    RoundingOptions rounding = {};
    /// Called with the part at work and its share done. May be empty.
    std::function<void(std::string_view, double)> on_part = {};
};

/// Every branch again by pseudo-arclength, both ways from its middle.
struct BranchRecheck {
    std::vector<std::vector<ContinuationPoint>> runs;  ///< one a branch.
    Index no_convergence = 0;                          ///< points without convergence (MX).
    double largest_residual = 0.0;
};

/// What is there at a mark.
struct MarkedBranches {
    double alpha = 0.0;
    std::vector<Pattern> equilibria;  ///< of the branches, in their order.
    Index stable = 0;                 ///< of them in the flow, hyperbolically.
    Index cycles = 0;                 ///< points of the followed branches of cycles.
    Index attracting_cycles = 0;      ///< of them within their face.
};

struct BranchStudy {
    BifurcationDiagram diagram;
    std::vector<std::vector<BranchPoint>> rows;  ///< of each branch.
    PathMargins margins;
    std::vector<ContinuumExtent> continua;         ///< what singular events reach; not in h.
    std::optional<BranchRecheck> recheck;          ///< where it was asked for,
    std::optional<CycleBranches> cycles;           ///< likewise: of the network,
    std::optional<FlowCycleBranches> flow_cycles;  ///< and, along weights, of the flow.
    std::vector<MarkedBranches> marks;             ///< one a mark, in the order given.
};

/// Along a path of weights. Throws std::invalid_argument, and ResourceError where it was
/// interrupted (interrupt.hpp).
BranchStudy study_branches(const ParameterPath& path, const BranchStudyOptions& options = {});

/// In the step h, along which equilibria stay where they are.
BranchStudy study_step_branches(const WholeSystem& system, const BranchStudyOptions& options = {});

}  // namespace resdyn
