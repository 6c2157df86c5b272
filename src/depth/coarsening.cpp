#include <resdyn/depth/coarsening.hpp>

#include <fmt/format.h>

#include <resdyn/core/error.hpp>
#include <resdyn/equilibria/clocks.hpp>

namespace resdyn {

StepLimit step_limit(const ResidualNetwork& network, const Matrix& inputs,
                     const StepLimitOptions& options) {
    require_at_least("free_units", options.free_units, 0);
    if (!network.has_shared_weights()) {
        reject_argument("step_limit", "weights shared by all layers",
                        fmt::format("{} different layers", network.blocks.size()));
    }
    require_bounded("step_limit", network.activation);
    const ResidualSystem system = residual_system(network);
    const Matrix x0 = initial_activity(network, inputs);
    const ResidualBlock& block = network.blocks.front();
    const Matrix u0 = (block.W * x0).colwise() + block.b;
    const SettleResult settled = settle(system, u0, options.settle);
    StepLimit limit;
    limit.inputs = inputs.cols();
    limit.settled = settled.count(SettleOutcome::Settled);
    const ClockOptions clocks{.exact_free_units = 0, .growth_free_units = 0};
    for (const SettledGroup& group : settled.groups) {
        const auto free = static_cast<Index>(group.equilibrium.pattern.free_units().size());
        if (free > options.free_units) {
            continue;
        }
        ++limit.equilibria;
        const TwoClocks both = two_clocks(system, group.equilibrium, clocks);
        if (both.largest_stable_step &&
            (!limit.largest || *both.largest_stable_step < *limit.largest)) {
            limit.largest = both.largest_stable_step;
            limit.pattern = to_string(group.equilibrium.pattern);
        }
    }
    return limit;
}

}  // namespace resdyn
