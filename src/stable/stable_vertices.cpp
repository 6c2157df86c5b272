#include <resdyn/stable/stable_vertices.hpp>

#include "branch_and_bound_farm.hpp"
#include "pattern_search.hpp"
#include "stable_by_signs.hpp"

namespace resdyn {

namespace {

StableSearch vertices_searched(const SearchJob& job, const BranchAndBoundOptions& options) {
    const ResidualSystem& system = job.system;
    if (auto answer = stable_by_signs(system, options)) {
        return decided_by_signs(job, options, std::move(*answer));
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
    return stable_search(relaxation, decide, FaceSolver(system), options, job);
}

}  // namespace

StableSearch stable_vertices(const ResidualSystem& system, const BranchAndBoundOptions& options) {
    return vertices_searched({"stable-vertices", system}, options);
}

StableSearch stable_vertices(const ResidualSystem& system, const BranchAndBoundOptions& options,
                             Farm& farm) {
    return vertices_searched({"stable-vertices", system, &farm}, options);
}

CostPrediction predict_stable_vertices(const ResidualSystem& system,
                                       const PredictionOptions& options) {
    if (stable_by_signs(system, {.max_listed = 0})) {
        return {};
    }
    return predict_search(FaceRelaxation(system, {.faces = false, .closed = true}), options);
}

}  // namespace resdyn
