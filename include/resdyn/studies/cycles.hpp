/// @file
/// Cycles, tori and chaos of the flow and of the network on every face that can attract, cycles of
/// the network proved in intervals (`resdyn cycles`).
///
/// Parts: attracting_faces.hpp (the list and its proof), cycles.hpp (the search), cycle_proof.hpp
/// (the proof), evidence.hpp (what the read-out gathers in the mean), each with its method, what it
/// can miss, and its reference.
#pragma once

#include <optional>
#include <vector>

#include <resdyn/model/residual_network.hpp>
#include <resdyn/recurrence/cycle_proof.hpp>
#include <resdyn/recurrence/cycles.hpp>
#include <resdyn/transient/evidence.hpp>

namespace resdyn {

struct CycleStudyOptions {
    CycleSearchOptions search = {};
    /// Prove the network's cycles of at most so many unknowns p|F|; >= 0 (0: none).
    Index prove_up_to = 160;
};

struct CycleStudy {
    CycleSearchOptions searched;  ///< which clocks, how many starts.
    Cycles cycles;
    /// One a network finding; empty where it is no cycle or was too large.
    std::vector<std::optional<CycleProof>> proofs;
    /// h V A ȳ, one a listed face; empty without a read-out.
    std::vector<EvidenceRate> evidence;

    Index proved() const;  ///< cycles of the network proved with their minimal period.
    /// Every mean that was measured lies within its bound of the equilibrium's y*.
    bool sound() const;
};

/// Shared weights and a bounded activation. Where search.farm does a shard, or is stopped, the
/// study means nothing. Throws std::invalid_argument otherwise, or for options.
CycleStudy study_cycles(const ResidualNetwork& network, const CycleStudyOptions& options = {});

}  // namespace resdyn
