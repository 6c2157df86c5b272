// resdyn equilibria --method search: random starts followed to rest.
#include <fmt/format.h>

#include <resdyn/core/random.hpp>
#include <resdyn/io/results.hpp>
#include <resdyn/io/tables.hpp>

#include "equilibria_methods.hpp"

namespace resdyn::cli {

namespace {

void print_search(const SettleResult& result) {
    fmt::print("not complete: equilibria that starts settle at; others were not searched\n");
    fmt::print("{} starts: {} settled, {} slow, {} unsettled, {} not finite\n",
               result.outcomes.size(), result.count(SettleOutcome::Settled),
               result.count(SettleOutcome::Slow), result.count(SettleOutcome::Unsettled),
               result.count(SettleOutcome::NonFinite));
    for (const SettledGroup& group : result.groups) {
        fmt::print("{:>6} starts{}:", group.members.size(),
                   group.equilibrium.proved ? "" : " (verified in double precision only)");
        print_equilibrium(group.equilibrium);
    }
}

/// Random starts: residuals uniform in the open cube, one stream a start.
Matrix random_starts(const ResidualSystem& system, Index count, std::uint64_t seed) {
    const Levels range = levels(system.activation());
    Matrix u(system.dimension(), count);
    for (Index k = 0; k < count; ++k) {
        Random random(seed, static_cast<std::uint64_t>(k));
        u.col(k) = inverse(system.activation(),
                           random.uniform_vector(system.dimension(), range.low, range.high))
                       .cwiseMax(-40.0);
    }
    return u;
}

}  // namespace

EquilibriaOutput equilibria_search(const EquilibriaTask& task) {
    const EquilibriaOptions& options = task.options;
    SettleOptions settle_options = options.settle;
    settle_options.threads = options.common.threads;
    const SettleResult result =
        settle(task.system, random_starts(task.system, options.starts, options.common.seed),
               settle_options);
    if (task.talk) {
        print_search(result);
    }
    std::vector<Equilibrium> found;
    for (const SettledGroup& group : result.groups) {
        found.push_back(group.equilibrium);
    }
    return {search_json(result, task.system, task.listing),
            {{"equilibria.csv", equilibrium_table(found).text()}},
            certificate_of(task, found)};
}

}  // namespace resdyn::cli
