#include <resdyn/studies/trajectories.hpp>

#include <algorithm>
#include <cmath>

#include <resdyn/core/parallel.hpp>

namespace resdyn {

namespace {

constexpr double most_layers = 400;  // beside a flow: more dots than can be told apart

std::optional<Simulation> layers_beside(const ResidualNetwork& network, const Vector& start,
                                        const SimulationOptions& options, double t_end) {
    if (options.clock == Clock::Map || !(t_end / network.step <= most_layers)) {
        return std::nullopt;
    }
    SimulationOptions layers = options;
    layers.clock = Clock::Map;
    layers.layers = static_cast<Index>(std::floor(t_end / network.step + 1e-9));
    return simulate(network, start, layers);
}

}  // namespace

bool TrajectoryStudy::finite() const {
    return std::none_of(runs.begin(), runs.end(), [](const Simulation& run) {
        return run.outcome == Outcome::NonFinite || run.outcome == Outcome::StepUnderflow;
    });
}

TrajectoryStudy study_trajectories(const ResidualNetwork& network, const Matrix& starts,
                                   const SimulationOptions& options, int threads) {
    TrajectoryStudy study;
    study.runs.resize(static_cast<std::size_t>(starts.cols()));
    study.layers.resize(study.runs.size());
    parallel_for(starts.cols(), threads, [&](Index k) {
        const auto at = static_cast<std::size_t>(k);
        const Vector start = starts.col(k);
        study.runs[at] = simulate(network, start, options);
        study.layers[at] = layers_beside(network, start, options, study.runs[at].t.back());
    });
    return study;
}

}  // namespace resdyn
