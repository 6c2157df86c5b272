#include <resdyn/studies/trajectories.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include <resdyn/core/interrupt.hpp>

#include "core/parallel.hpp"
#include "equilibria/face_fields.hpp"
#include "model/weights_hash.hpp"
#include "work/task_fields.hpp"

namespace resdyn {

inline auto task_fields(ProvedLimit& limit) {
    return std::tie(limit.equilibrium, limit.proof);
}

inline auto task_fields(Simulation& run) {
    return std::tie(run.t, run.x, run.u, run.y, run.outcome, run.final_speed, run.steps,
                    run.rejected, run.rest, run.starts_at, run.start_distance, run.limit,
                    run.limit_distance);
}

namespace {

/// A run, and its layers where there are some.
using FollowedStart = std::pair<Simulation, std::optional<Simulation>>;

/// All that a run's bytes depend on.
Job job_of(const ResidualNetwork& network, const Matrix& starts, const SimulationOptions& options) {
    const bool of_map = options.clock == Clock::Map;
    const auto& block = network.blocks.front();
    return {
        .name = "trajectory",
        .identity = {{"activation", std::string(to_string(network.activation))},
                     {"bytes of a task", "trajectory 1"},
                     {"clock", fmt::format("{}, h = {}", of_map ? "map" : "flow", network.step)},
                     {"network", numbers_hash(block.W) + numbers_hash(block.b) +
                                     (block.A ? numbers_hash(*block.A) : std::string())},
                     {"recorded", options.samples > 0 ? fmt::format("{} times", options.samples)
                                                      : std::string("every step")},
                     {"starts", numbers_hash(starts)},
                     {"stop",
                      of_map ? fmt::format("{} layers", options.layers)
                             : fmt::format("t = {}, {} steps", options.t_end, options.max_steps)},
                     {"tolerances", fmt::format("{} {} {}", options.rel_tol, options.abs_tol,
                                                options.settle_tol)},
                     {"variable", fmt::format("{}", static_cast<int>(options.start))}},
        .tasks = starts.cols()};
}

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
                                   const SimulationOptions& options, int threads, Farm* farm) {
    TrajectoryStudy study;
    study.runs.resize(static_cast<std::size_t>(starts.cols()));
    study.layers.resize(study.runs.size());
    const auto run_of = [&](Index k) {
        const Vector start = starts.col(k);
        FollowedStart followed{simulate(network, start, options), {}};
        followed.second = layers_beside(network, start, options, followed.first.t.back());
        return followed;
    };
    const auto take = [&](Index k, FollowedStart followed) {
        const auto at = static_cast<std::size_t>(k);
        study.runs[at] = std::move(followed.first);
        study.layers[at] = std::move(followed.second);
    };
    if (farm == nullptr) {
        parallel_for(starts.cols(), threads, [&](Index k) { take(k, run_of(k)); });
        return study;
    }
    FarmWork work{.threads = threads, .stop_requested = interrupt_requested};
    work.task = [&](Index k) { return task_bytes(run_of(k)); };
    work.fold = [&](Index k, std::string_view bytes) {
        take(k, task_result<FollowedStart>(bytes));
    };
    farm->run(job_of(network, starts, options), work);
    return study;
}

}  // namespace resdyn
