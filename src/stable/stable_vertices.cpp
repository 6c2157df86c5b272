#include <resdyn/stable/stable_vertices.hpp>

#include "pattern_search.hpp"
#include "stable_by_signs.hpp"

namespace resdyn {

StableSearch stable_vertices(const ResidualSystem& system, const BranchAndBoundOptions& options) {
    if (auto answer = stable_by_signs(system, options)) {
        add_origin(system, options, *answer);
        return std::move(*answer);
    }
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
    StableSearch result = stable_search(search_patterns(relaxation, decide, options),
                                        FaceSolver(system), options.threads);
    add_origin(system, options, result);
    return result;
}

CostPrediction predict_stable_vertices(const ResidualSystem& system,
                                       const PredictionOptions& options) {
    if (stable_by_signs(system, {.max_listed = 0})) {
        return {};
    }
    return predict_search(FaceRelaxation(system, {.faces = false, .closed = true}), options);
}

}  // namespace resdyn
