#include <resdyn/recurrence/flow_cycle_branches.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include <resdyn/core/error.hpp>

#include "core/parallel.hpp"
#include "flow_cycle_tree.hpp"

namespace resdyn {

FlowCycleBranches follow_flow_cycles(const ParameterPath& path,
                                     const std::vector<Bifurcation>& events,
                                     const FlowCycleOptions& options, int threads) {
    if (!(std::isfinite(options.from) && std::isfinite(options.to) && options.from < options.to)) {
        reject_argument("range", "from < to, finite",
                        fmt::format("from {} to {}", options.from, options.to));
    }
    require_at_least("max_points", options.max_points, 1);
    require_at_least("max_branches", options.max_branches, 1);
    require_at_least("max_connected", options.max_connected, 1);
    require("max_turns", options.max_turns >= 1 && options.max_turns <= 64,
            "a whole number from 1 to 64", fmt::format("{}", options.max_turns));
    require("max_growth", options.max_growth > 1, "a number > 1", options.max_growth);
    require("max_step", options.max_step > 0, "a number > 0", options.max_step);
    FlowCycleBranches result;
    std::vector<const Bifurcation*> hopf;
    for (const Bifurcation& event : events) {
        if (event.kind != BifurcationKind::Hopf) {
            continue;
        }
        const bool known = std::any_of(hopf.begin(), hopf.end(), [&](const Bifurcation* other) {
            return other->pattern == event.pattern && other->alpha == event.alpha;
        });
        if (event.degenerate || known || static_cast<Index>(hopf.size()) >= options.max_branches) {
            result.not_followed += known ? 0 : 1;
        } else {
            hopf.push_back(&event);
        }
    }
    std::vector<FlowCycleTree> trees(hopf.size());
    parallel_for(static_cast<Index>(hopf.size()), threads, [&](Index k) {
        const auto at = static_cast<std::size_t>(k);
        const FaceFamily family = flow_family(path, hopf[at]->pattern);
        trees[at] = follow_hopf_point(family, *hopf[at], options);
    });
    for (FlowCycleTree& tree : trees) {
        const std::size_t first = result.branches.size();
        for (FlowCycleBranch& branch : tree.branches) {
            if (branch.parent) {
                *branch.parent += first;
            }
            result.branches.push_back(std::move(branch));
        }
        result.not_followed += tree.not_followed;
    }
    return result;
}

}  // namespace resdyn
