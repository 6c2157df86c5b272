// Starts followed in tasks of a farm, each of them what a task of the ensemble takes.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include <resdyn/core/error.hpp>
#include <resdyn/core/interrupt.hpp>

#include "equilibria/face_fields.hpp"
#include "model/weights_hash.hpp"
#include "settle_in_cube.hpp"
#include "work/task_fields.hpp"

namespace resdyn {

inline auto task_fields(EnsembleResult& ends) {
    return std::tie(ends.x, ends.t, ends.outcomes, ends.residual, ends.steps, ends.rejected);
}

namespace {

constexpr Index tasks_per_round = 64;

/// An arrival by its pattern, which names the place.
struct ArrivalAt {
    bool certified = false;
    Pattern pattern;
};

auto task_fields(ArrivalAt& arrival) {
    return std::tie(arrival.certified, arrival.pattern);
}

/// What a task returns.
struct FollowedTask {
    EnsembleResult ends;
    std::vector<std::optional<ArrivalAt>> arrivals;
};

auto task_fields(FollowedTask& task) {
    return std::tie(task.ends, task.arrivals);
}

const Pattern& pattern_of(const Attraction& place) {
    const auto* equilibrium = std::get_if<Equilibrium>(&place);
    return equilibrium != nullptr ? equilibrium->pattern : std::get<Continuum>(place).pattern;
}

FollowedTask packed(FollowedStarts followed) {
    FollowedTask task{std::move(followed.ends), {}};
    for (const Arrival& arrival : followed.arrivals) {
        task.arrivals.push_back(
            arrival.place == nullptr
                ? std::nullopt
                : std::make_optional(ArrivalAt{arrival.certified, pattern_of(*arrival.place)}));
    }
    return task;
}

template <typename T>
void append(std::vector<T>& to, std::vector<T> part) {
    to.insert(to.end(), std::make_move_iterator(part.begin()), std::make_move_iterator(part.end()));
}

/// All that a task's bytes depend on.
Job job_of(const ResidualSystem& system, const Matrix& u0, const SettleOptions& options,
           const std::string& name, Index tasks) {
    const bool of_map = options.clock == Clock::Map;
    return {.name = name,
            .identity = {{"activation", std::string(to_string(system.activation()))},
                         {"bytes of a task", "settle 1"},
                         {"clock", of_map ? fmt::format("map, h = {}", system.step()) : "flow"},
                         {"exact free units", fmt::format("{}", options.exact_free_units)},
                         {"starts", numbers_hash(u0)},
                         {"stop", of_map ? fmt::format("{} layers", options.max_layers)
                                         : fmt::format("t = {}, {} steps", options.t_end,
                                                       options.max_steps)},
                         {"tolerances", fmt::format("{} {} {} {}", options.rel_tol, options.abs_tol,
                                                    options.settle_tol, options.slow_speed)},
                         {"weights", weights_hash(system)}},
            .tasks = tasks,
            .tasks_per_round = tasks_per_round};
}

}  // namespace

std::optional<FollowedStarts> follow_on_farm(const ResidualSystem& system, Attractors& attractors,
                                             const Matrix& u0, const SettleOptions& options,
                                             Farm& farm, const std::string& job) {
    const Index n = u0.rows();
    const Index share = ensemble_columns(n, u0.cols());
    FollowedStarts whole;
    whole.ends.x.resize(n, u0.cols());
    FarmWork work{.threads = options.threads, .stop_requested = interrupt_requested};
    work.task = [&](Index k) {
        const Index first = k * share;
        return task_bytes(packed(follow_in_cube(
            system, attractors, u0.middleCols(first, std::min(share, u0.cols() - first)), options,
            share)));
    };
    work.fold = [&](Index k, std::string_view bytes) {
        auto part = task_result<FollowedTask>(bytes);
        if (part.ends.x.cols() != std::min(share, u0.cols() - k * share) ||
            part.ends.x.rows() != n) {
            reject_input("task", "the ends of its starts", "those of others");
        }
        whole.ends.x.middleCols(k * share, part.ends.x.cols()) = part.ends.x;
        append(whole.ends.t, std::move(part.ends.t));
        append(whole.ends.outcomes, std::move(part.ends.outcomes));
        append(whole.ends.residual, std::move(part.ends.residual));
        append(whole.ends.steps, std::move(part.ends.steps));
        append(whole.ends.rejected, std::move(part.ends.rejected));
        for (const std::optional<ArrivalAt>& arrival : part.arrivals) {
            whole.arrivals.push_back(
                arrival ? Arrival{&attractors.of(arrival->pattern), arrival->certified}
                        : Arrival{});
        }
    };
    const Job tasks = job_of(system, u0, options, job, (u0.cols() + share - 1) / share);
    const bool complete = farm.run(tasks, work).complete();
    return complete && !farm.is_shard() ? std::optional(std::move(whole)) : std::nullopt;
}

void follow_none(const ResidualSystem& system, const Matrix& u0, const SettleOptions& options,
                 Farm& farm, const std::string& job) {
    farm.run(job_of(system, u0, options, job, 0), {});
}

}  // namespace resdyn
