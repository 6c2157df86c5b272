#include <resdyn/equilibria/stable_equilibria.hpp>

#include "leaf_filter.hpp"
#include "pattern_search.hpp"

namespace resdyn {

namespace {

constexpr FaceRelaxation::Rules rules{.faces = true, .closed = true, .stable = true};

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

}  // namespace

StableSearch stable_equilibria(const ResidualSystem& system, const BranchAndBoundOptions& options) {
    FaceRelaxation::Rules of_search = rules;
    of_search.closed = options.count_marginal;
    const FaceRelaxation relaxation(system, of_search);
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
    return stable_search(search_patterns(relaxation, decide, options), solver, options.threads);
}

CostPrediction predict_stable_equilibria(const ResidualSystem& system,
                                         const PredictionOptions& options) {
    return predict_search(FaceRelaxation(system, rules), options);
}

}  // namespace resdyn
