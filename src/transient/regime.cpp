#include <resdyn/transient/regime.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include <resdyn/core/error.hpp>
#include <resdyn/model/residual_system.hpp>

namespace resdyn {

namespace {

void validate(const RegimeOptions& options) {
    if (!(options.arrival_tol > 0 && options.arrival_tol < 1)) {
        reject_argument("arrival_tol", "a number in (0, 1)",
                        fmt::format("{}", options.arrival_tol));
    }
    if (!(options.slow_speed > 0)) {
        reject_argument("slow_speed", "a number > 0", fmt::format("{}", options.slow_speed));
    }
}

}  // namespace

std::string_view to_string(Regime regime) {
    switch (regime) {
        case Regime::Settled:
            return "settled";
        case Regime::Slow:
            return "slow";
        case Regime::Unsettled:
            return "unsettled";
    }
    return "unknown";
}

RegimeReport regimes(const ResidualNetwork& network, const Matrix& inputs,
                     const RegimeOptions& options) {
    validate(options);
    if (!network.has_shared_weights()) {
        reject_argument("regimes", "weights shared by all layers",
                        fmt::format("{} different layers", network.blocks.size()));
    }
    require_bounded("regimes", network.activation);
    const Matrix x0 = initial_activity(network, inputs);
    // One layer more than the network has, so that a network of one layer has a speed too.
    ResidualNetwork longer = network;
    longer.depth = network.depth + 1;
    const LayerStates states = run_layers(longer, x0);
    const auto last = static_cast<std::size_t>(network.depth - 1);
    const std::size_t before = last > 0 ? last - 1 : last + 1;
    RegimeReport report;
    const ResidualSystem system = residual_system(network);
    report.settled = settle(system, states.u.front(), options.settle);
    report.turning = turning(system, states.u.front(), report.settled, options.settle.max_layers,
                             options.settle.threads);
    const Index B = inputs.cols();
    report.last_speed =
        (states.y[last] - states.y[before]).cwiseAbs().colwise().maxCoeff().transpose();
    report.distance = Vector::Constant(B, std::numeric_limits<double>::quiet_NaN());
    for (const SettledGroup& group : report.settled.groups) {
        for (const Index j : group.members) {
            report.distance[j] =
                (states.y[last].col(j) - group.equilibrium.y).cwiseAbs().maxCoeff();
        }
    }
    const Levels range = levels(network.activation);
    const double unit = range.high - range.low;
    std::vector<Index> counts(3, 0);
    for (Index j = 0; j < B; ++j) {
        const Regime regime = report.distance[j] <= options.arrival_tol * unit ? Regime::Settled
                              : report.last_speed[j] <= options.slow_speed * unit
                                  ? Regime::Slow
                                  : Regime::Unsettled;
        report.regimes.push_back(regime);
        ++counts[static_cast<std::size_t>(regime)];
    }
    constexpr double two_sided_95 = 1.96;
    for (const Regime regime : {Regime::Settled, Regime::Slow, Regime::Unsettled}) {
        const Proportion share = proportion(counts[static_cast<std::size_t>(regime)], B);
        report.shares.push_back(share);
        if (share.value - two_sided_95 * share.standard_error > 0.5) {
            report.of_network = regime;
        }
    }
    return report;
}

}  // namespace resdyn
