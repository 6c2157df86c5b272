/// @file
/// Runs of the flow or of the layer map from one start or several, and beside each run of the flow
/// the network's layers from the same start (`resdyn trajectory`). Method: simulation.hpp.
///
/// \code{.cpp}
/// #include <iostream>
///
/// #include <resdyn/studies/trajectories.hpp>
///
/// int main() {
///     resdyn::ResidualBlock block;
///     block.W = resdyn::Matrix{{1.0, -2.0}, {-2.0, 1.0}};
///     block.b = resdyn::Vector::Zero(2);
///     resdyn::ResidualNetwork network;
///     network.step = 0.5;
///     network.blocks = {block};
///     const resdyn::Matrix y0{{0.6, 0.2}, {0.3, 0.7}};  // two starts, one a column
///     const resdyn::TrajectoryStudy study = resdyn::study_trajectories(network, y0);
///     for (const resdyn::Simulation& run : study.runs) {
///         std::cout << run.y.rightCols(1).transpose() << ": "
///                   << (run.rest ? to_string(run.rest->pattern) : "not at rest") << '\n';
///     }
///     return study.finite() && study.runs[0].rest && study.runs[1].rest ? 0 : 1;
/// }
/// \endcode
#pragma once

#include <optional>
#include <vector>

#include <resdyn/model/residual_network.hpp>
#include <resdyn/transient/simulation.hpp>
#include <resdyn/work/farm.hpp>

namespace resdyn {

struct TrajectoryStudy {
    std::vector<Simulation> runs;  ///< one a start.
    /// Of the flow, with at most 400 layers to its end: the layer map from the same start.
    std::vector<std::optional<Simulation>> layers;

    /// No run left the finite numbers or ran out of steps.
    bool finite() const;
};

/// `starts`: N×K, a start a column, in the variable that `options` names. `farm`: where the starts
/// are followed (work/farm.hpp), as a job "trajectory"; null: in threads. Where it does a shard, or
/// is stopped, the study means nothing. Throws std::invalid_argument as simulate does.
TrajectoryStudy study_trajectories(const ResidualNetwork& network, const Matrix& starts,
                                   const SimulationOptions& options = {}, int threads = 0,
                                   Farm* farm = nullptr);

}  // namespace resdyn
