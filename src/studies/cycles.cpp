#include <resdyn/studies/cycles.hpp>

#include <algorithm>

#include <resdyn/core/error.hpp>
#include <resdyn/work/farm.hpp>

#include "core/parallel.hpp"

namespace resdyn {

namespace {

/// Sums of n terms of size one, each rounded: what a long mean may be off by.
constexpr double mean_rounding = 1e-9;

}  // namespace

Index CycleStudy::proved() const {
    return std::count_if(proofs.begin(), proofs.end(), [](const auto& proof) {
        return proof && proof->proved && proof->minimal;
    });
}

bool CycleStudy::sound() const {
    return std::all_of(cycles.network.begin(), cycles.network.end(), [](const MapFinding& f) {
        return (!f.cycle || f.cycle->mean_error <= f.cycle->mean_bound) &&
               f.mean_error <= f.mean_bound + mean_rounding;
    });
}

CycleStudy study_cycles(const ResidualNetwork& network, const CycleStudyOptions& options) {
    require_at_least("prove_up_to", options.prove_up_to, 0);
    const ResidualSystem system = residual_system(network);
    CycleStudy study;
    study.searched = options.search;
    study.cycles = find_cycles(system, options.search);
    const Farm* const farm = options.search.farm;
    if (farm != nullptr && (farm->is_shard() || !farm->progress().complete())) {
        return study;
    }
    study.proofs.resize(study.cycles.network.size());
    parallel_for(static_cast<Index>(study.proofs.size()), options.search.threads, [&](Index k) {
        const auto at = static_cast<std::size_t>(k);
        const auto& cycle = study.cycles.network[at].cycle;
        if (cycle && cycle->u.size() <= options.prove_up_to) {
            study.proofs[at] = prove_map_cycle(system, *cycle);
        }
    });
    if (network.has_readout()) {
        for (const FaceMotions& face : study.cycles.faces) {
            study.evidence.push_back(evidence_rate(network, face.face.y));
        }
    }
    return study;
}

}  // namespace resdyn
