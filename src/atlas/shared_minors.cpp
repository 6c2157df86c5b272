#include "shared_minors.hpp"

#include <fmt/format.h>

#include "core/parallel.hpp"
#include "model/weights_hash.hpp"

namespace resdyn {

namespace {

constexpr const char* minors_job = "atlas-minors";
/// Bytes a second through rank 0, to all ranks together: a network of 10 Gbit/s.
constexpr double sent_in_a_second = 1e9;
/// Until all ranks have heard of a job and run the program up to it.
constexpr double job_seconds = 0.01;
/// Rank 0 holds what is on its way to all others.
constexpr double most_sent = 1e9;

/// Whether making them by all ranks and sending them is quicker than making them on each.
bool is_worth_sending(Index n, int ranks, int threads) {
    const double sent = PrincipalMinors::size_in_bytes(n) * (ranks - 1);
    const double alone = PrincipalMinors::seconds(n) / (threads > 0 ? threads : hardware_threads());
    return ranks > 1 && sent <= most_sent &&
           job_seconds + alone / ranks + sent / sent_in_a_second < alone;
}

}  // namespace

std::optional<PrincipalMinors> minors_by_all_ranks(const ResidualSystem& system,
                                                   const FilterWeights& weights,
                                                   const FaceSolver& solver,
                                                   const MinorOptions& options, Farm& farm) {
    const Index n = weights.dimension();
    if (const auto made = farm.take_prepared(minors_job)) {
        PrincipalMinors minors(n);
        minors.read(*made);
        return minors;
    }
    if (farm.is_helper() ? !farm.is_opened(minors_job)
                         : !is_worth_sending(n, farm.ranks(), options.threads)) {
        return PrincipalMinors(weights, solver, options.threads, options.stop_requested);
    }
    PrincipalMinors minors(n);
    const Job job{.name = minors_job,
                  .identity = {{"weights", weights_hash(system)}},
                  .tasks = minors.parts(),
                  .tasks_per_round = minors.parts()};
    FarmWork work{.threads = options.threads, .stop_requested = options.stop_requested};
    work.task = [&](Index part) { return minors.part(part, weights, solver); };
    work.fold = [&](Index part, std::string_view bytes) { minors.put(part, bytes); };
    const bool leads = farm.prepare(job, work, [&] {
        minors.finish(options.threads);
        return minors.bytes();
    });
    if (!leads) {
        return std::nullopt;
    }
    return minors;
}

}  // namespace resdyn
