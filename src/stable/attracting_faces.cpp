#include <resdyn/stable/attracting_faces.hpp>

#include <algorithm>

#include "branch_and_bound_farm.hpp"
#include "core/parallel.hpp"
#include "leaf_filter.hpp"
#include "pattern_search.hpp"

namespace resdyn {

namespace {

FaceRelaxation relax(const ResidualSystem& system, NodeBound bound, bool keep_proofs) {
    return {system,
            {.faces = true,
             .closed = true,
             .links = uses_links(bound, system.dimension(), keep_proofs),
             .stable = false,
             .caller = "attracting faces"}};
}

/// Logistic: y in a face with High units, all of them tied, shrinks along t y, t < 1, into the face
/// where they are Free. Empty where there is no High unit.
std::optional<Pattern> shrunk(const Pattern& pattern) {
    std::optional<Pattern> freed;
    for (Index i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == UnitState::High) {
            if (!freed) {
                freed = pattern;
            }
            freed->states[static_cast<std::size_t>(i)] = UnitState::Free;
        }
    }
    return freed;
}

AttractingFaces faces_searched(const SearchJob& job, const BranchAndBoundOptions& options) {
    const ResidualSystem& system = job.system;
    const FaceRelaxation relaxation =
        relax(system, options.bound, static_cast<bool>(options.on_proof));
    const LeafFilter filter(system, FaceSolver(system));
    const AttractingFaceSolver solver(system);
    const bool cone_at_low = levels(system.activation()).low == 0.0;
    const auto decide = [&](const SearchNode& leaf) {
        const Pattern pattern = FaceRelaxation::pattern(leaf);
        switch (filter.locate(pattern).place) {
            case LeafFilter::Place::Excluded:
                return LeafDecision{};
            case LeafFilter::Place::Inside:
                return LeafDecision{LeafKind::Listed};
            case LeafFilter::Place::Open:
                break;
        }
        LeafDecision decision{.exact = true};
        if (const auto dimension = solver.dimension(pattern)) {
            decision.kind = LeafKind::Listed;
            decision.continuum = *dimension > 0;
            const auto freed = cone_at_low ? shrunk(pattern) : std::nullopt;
            if (freed && solver.dimension(*freed)) {
                decision.companion = freed;
            }
        }
        return decision;
    };
    PatternSearch found = search_job(relaxation, decide, options, job);

    AttractingFaces result;
    result.end = found.end;
    if (job.is_shard()) {
        return result;
    }
    result.work = found.work;
    result.isolated = found.vertices + found.faces - found.continua;
    result.continua = found.continua + found.companions.size();
    const auto max_listed = static_cast<std::size_t>(options.max_listed);
    for (const Pattern& pattern : found.companions) {
        if (found.listed.size() < max_listed) {
            found.listed.push_back(pattern);
        }
    }
    std::sort(found.listed.begin(), found.listed.end());
    result.faces.resize(found.listed.size());
    parallel_for(static_cast<Index>(found.listed.size()), options.threads, [&](Index k) {
        const auto at = static_cast<std::size_t>(k);
        result.faces[at] = solver.decide(found.listed[at]).value();
    });
    return result;
}

}  // namespace

AttractingFaces attracting_faces(const ResidualSystem& system,
                                 const BranchAndBoundOptions& options) {
    return faces_searched({"attracting-faces", system}, options);
}

AttractingFaces attracting_faces(const ResidualSystem& system, const BranchAndBoundOptions& options,
                                 Farm& farm) {
    return faces_searched({"attracting-faces", system, &farm}, options);
}

CostPrediction predict_attracting_faces(const ResidualSystem& system,
                                        const PredictionOptions& options) {
    return predict_search(relax(system, options.bound, false), options);
}

}  // namespace resdyn
