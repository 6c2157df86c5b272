/// @file
/// What can be proved of where the residuals of a network end, within a budget of work: the faces
/// that can attract, the complete atlas, every stable equilibrium, the degenerate origin. It
/// speaks of the block repeated without end, in the flow and in the network, and needs no data but
/// for the last.
///
/// Method, in this order, each only where its predicted cost fits the budget (what does not is
/// named in `passed_over`, with its prediction):
///  1. the faces that can attract (attracting_faces.hpp), the most conclusive;
///  2. the complete atlas (atlas.hpp), counted only;
///  3. where there is no atlas, every hyperbolically stable equilibrium (stable_equilibria.hpp);
///  4. logistic: the origin (origin.hpp), whether a form of u never falls (growth_form.hpp), and
///     the origin direction by direction (origin_directions.hpp).
///  5. where that has a stable direction and inputs are given: which of them end there, and how
///     long their decisions last (decay_proofs.hpp).
/// Predictions count work and do not time it, so the choice is the same on every machine.
///
/// What it can miss: ω-limit sets that meet several faces (heteroclinic cycles) are not covered;
/// the approach to y = 0 is degenerate; nothing is said of rounding or of a finite depth.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <resdyn/atlas/atlas.hpp>
#include <resdyn/equilibria/growth_form.hpp>
#include <resdyn/equilibria/origin.hpp>
#include <resdyn/equilibria/origin_directions.hpp>
#include <resdyn/stable/attracting_faces.hpp>
#include <resdyn/stable/certificate.hpp>
#include <resdyn/stable/stable_equilibria.hpp>
#include <resdyn/transient/decay_proofs.hpp>
#include <resdyn/transient/evidence.hpp>

namespace resdyn {

struct ProofOptions {
    /// Work that each proof may take, in seconds of one processor of 2022 as its prediction counts
    /// them, >= 0; 0: nothing is proved.
    double seconds = 60.0;
    /// Logistic, with a stable direction of the origin: as many of the inputs given, the first
    /// ones, are followed to the origin as fit the budget, and no more than these.
    Index inputs = 1000;
    int threads = 0;  ///< 0: all processors. The result does not depend on it.
};

struct NetworkProofs {
    Activation activation = Activation::Logistic;
    Index dimension = 0;        ///< residuals.
    bool two_matrices = false;  ///< W = BA, decided in rationals.
    std::optional<AttractingFaces> attracting;
    std::vector<EvidenceRate> evidence;  ///< one an attracting face; empty without a read-out.
    /// Of the attracting faces, with the tree of the search: where they are known completely and
    /// the search does without linear programs (below linear_programs_from residuals).
    std::optional<Certificate> certificate = {};
    std::optional<Atlas> atlas;            ///< counts; its list is empty.
    std::optional<StableSearch> stable;    ///< where there is no atlas.
    std::optional<OriginReport> origin;    ///< logistic.
    std::optional<GrowthForm> growth;      ///< logistic.
    std::vector<std::string> passed_over;  ///< what was not tried or not finished, and why.

    /// Logistic: the origin, direction by direction, and h V A v of each direction it lists (empty
    /// without a read-out).
    std::optional<OriginDirections> directions;
    std::vector<EvidenceRate> direction_evidence;

    /// Where inputs were given and a direction is stable: which of them end at the origin, in the
    /// layers of the network.
    std::optional<DecayProofs> ends;

    bool any() const { return attracting || atlas || stable; }
};

/// x0: inputs to follow, N×B; B = 0: none.
/// Shared weights and a bounded activation: throws std::invalid_argument otherwise. SIGINT while an
/// InterruptScope lives ends the proof that runs and is met with that: it and those after it are
/// named in `passed_over`.
NetworkProofs prove(const ResidualNetwork& network, const ProofOptions& options = {},
                    const Matrix& x0 = Matrix());

/// Where inputs can end, in one short sentence; empty where the faces that can attract are not
/// known completely.
std::string headline(const NetworkProofs& proofs);

/// The proofs in whole sentences, first what is proved, then what is left open; empty if nothing
/// was tried.
std::vector<std::string> describe(const NetworkProofs& proofs);

}  // namespace resdyn
