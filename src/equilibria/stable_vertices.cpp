#include <resdyn/equilibria/stable_vertices.hpp>

#include "pattern_search.hpp"

namespace resdyn {

StableSearch stable_vertices(const ResidualSystem& system, const BranchAndBoundOptions& options) {
    const FaceRelaxation relaxation(system, {.faces = false, .closed = options.count_marginal});
    const auto decide = [&](const SearchNode& leaf) {
        LeafDecision decision{LeafKind::Listed};
        for (Index i = 0; i < relaxation.dimension(); ++i) {
            const int asked = leaf.states[static_cast<std::size_t>(i)] == only_high ? 1 : -1;
            const int sign = relaxation.row_sign(leaf, i, decision.exact) * asked;
            if (sign < 0) {
                decision.kind = LeafKind::Rejected;
                return decision;
            }
            if (sign == 0) {
                decision.kind = LeafKind::Marginal;
            }
        }
        if (decision.kind == LeafKind::Marginal && !options.count_marginal) {
            decision.kind = LeafKind::Rejected;
        }
        return decision;
    };
    return stable_search(search_patterns(relaxation, decide, options), FaceSolver(system),
                         options.threads);
}

CostPrediction predict_stable_vertices(const ResidualSystem& system,
                                       const PredictionOptions& options) {
    return predict_search(FaceRelaxation(system, {.faces = false, .closed = true}), options);
}

}  // namespace resdyn
