#include <resdyn/stable/stable_equilibria.hpp>

#include "branch_and_bound_farm.hpp"
#include "equilibria/exact_weights.hpp"
#include "leaf_filter.hpp"
#include "pattern_search.hpp"
#include "stable_by_signs.hpp"

namespace resdyn {

namespace {

/// Nodes of the search for a rival of the origin: a minute at most, and it may end undecided.
constexpr std::uint64_t rival_nodes = 100'000;

FaceRelaxation relax(const ResidualSystem& system, NodeBound bound, bool closed, bool keep_proofs) {
    const bool faces = faces_can_be_stable(exact_weights(system).entries, closed);
    return {system,
            {.faces = faces,
             .closed = closed,
             .links = faces && uses_links(bound, system.dimension(), keep_proofs),
             .stable = true}};
}

LeafDecision decide_exactly(const FaceSolver& solver, const Pattern& pattern, bool marginal) {
    LeafDecision decision{.exact = true};
    const FaceDecision face = solver.decide(pattern);
    if (const auto* equilibrium = std::get_if<Equilibrium>(&face)) {
        const SpectralCounts& counts = equilibrium->spectrum;
        if (counts.is_stable()) {
            decision.kind = LeafKind::Listed;
        } else if (counts.unstable == 0 && marginal) {
            decision.kind = LeafKind::Marginal;
        }
    }
    return decision;
}

StableSearch equilibria_searched(const SearchJob& job, const BranchAndBoundOptions& options) {
    const ResidualSystem& system = job.system;
    if (auto answer = stable_by_signs(system, options)) {
        return decided_by_signs(job, options, std::move(*answer));
    }
    const FaceRelaxation relaxation =
        relax(system, options.bound, options.count_marginal, static_cast<bool>(options.on_proof));
    const FaceSolver solver(system);
    const LeafFilter filter(system, solver);
    const auto decide = [&](const SearchNode& leaf) {
        const Pattern pattern = FaceRelaxation::pattern(leaf);
        const LeafFilter::Point point = filter.locate(pattern);
        if (point.place == LeafFilter::Place::Excluded) {
            return LeafDecision{};
        }
        if (point.place == LeafFilter::Place::Inside) {
            if (const auto stable = filter.is_stable(point)) {
                return LeafDecision{*stable ? LeafKind::Listed : LeafKind::Rejected};
            }
        }
        return decide_exactly(solver, pattern, options.count_marginal);
    };
    return stable_search(relaxation, decide, solver, options, job);
}

}  // namespace

StableSearch stable_equilibria(const ResidualSystem& system, const BranchAndBoundOptions& options) {
    return equilibria_searched({"stable", system}, options);
}

StableSearch stable_equilibria(const ResidualSystem& system, const BranchAndBoundOptions& options,
                               Farm& farm) {
    return equilibria_searched({"stable", system, &farm}, options);
}

StableRival stable_rival(const ResidualSystem& system, int threads) {
    const StableSearch search = stable_equilibria(system, {.max_nodes = rival_nodes,
                                                           .count_marginal = false,
                                                           .max_listed = 1,
                                                           .until_listed = true,
                                                           .threads = threads});
    if (!search.equilibria.empty()) {
        return {.found = search.equilibria.front().pattern};
    }
    return {.all_searched = search.complete()};
}

CostPrediction predict_stable_equilibria(const ResidualSystem& system,
                                         const PredictionOptions& options) {
    if (stable_by_signs(system, {.max_listed = 0})) {
        return {};
    }
    return predict_search(relax(system, options.bound, true, false), options);
}

}  // namespace resdyn
