/// @file
/// What the structure of W alone decides: the hypotheses of the structure theorems, tested on the
/// stored numbers, with what follows, what does not, and what of it survives in the network.
///
/// The theorems are about the flow u' = W f(u), f strictly increasing; where one needs
/// irreducibility or strictness it is meant on the open cube (f' > 0). A network of finite step h
/// keeps a conclusion where `network_test` holds; else it may differ in kind (doc/theory.md §7).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <resdyn/interaction/dissipativity.hpp>
#include <resdyn/interaction/scaling.hpp>
#include <resdyn/interaction/sign_graph.hpp>
#include <resdyn/numerics/rank_bounds.hpp>

namespace resdyn {

enum class VerdictStatus {
    Holds,            ///< the hypothesis is proved for the numbers as stored.
    HoldsToRounding,  ///< it fails for the stored numbers, by no more than `rounding_tol`: float32
                      ///< weights of a matrix that has it. Its conclusions hold for that time only
                      ///< which the margin allows; the checks take it into account.
    Fails,            ///< proved not to hold; `witness` says where.
    NotFound,         ///< a search found neither what it needs nor a proof that there is none.
};
std::string_view to_string(VerdictStatus status);

struct StructureVerdict {
    std::string name;  ///< "cooperative", "competitive", "balanced", "gradient-like",
                       ///< "conservative", "dissipative", "rank-deficient".
    VerdictStatus status = VerdictStatus::Fails;
    std::string test;     ///< the hypothesis.
    double margin = 0.0;  ///< by how much it holds (> 0 or 0) or fails, as `margin_meaning` says.
    std::string margin_meaning;
    Index violations = 0;         ///< entries, pairs or units that break it.
    std::string witness;          ///< what breaks it, or the proof; empty where there is nothing.
    std::string consequence;      ///< what follows for the flow where it holds.
    std::string non_consequence;  ///< what does not follow.
    std::string reference;        ///< of the theorem.
    std::string network_test;     ///< the condition under which the layer map keeps it.
    /// Whether it is met at this step; empty where the hypothesis does not hold, or nothing is
    /// claimed of the network, or the search for it ended without an answer.
    std::optional<bool> network_holds;
    double network_margin = 0.0;  ///< of that condition, > 0 where it is met with room.

    bool holds() const {
        return status == VerdictStatus::Holds || status == VerdictStatus::HoldsToRounding;
    }
};

/// Places in StructureReport::verdicts.
enum class Structure {
    Cooperative,
    Competitive,
    Balanced,
    GradientLike,
    Conservative,
    Dissipative,
    RankDeficient
};

struct StructureOptions {
    double rounding_tol = 1e-6;  ///< relative asymmetry, or singular value over σ_max, that counts
                                 ///< as rounding of float32 weights; >= 0.
    Index search_up_to = 300;    ///< N up to which a dissipative P is searched; >= 0.
};

struct StructureReport {
    std::vector<StructureVerdict> verdicts;  ///< seven, in the order of `Structure`.
    std::vector<int> camps;                  ///< where balanced.
    DiagonalScaling gradient;                ///< p with p_i w_ij = p_j w_ji, or the nearest.
    DiagonalScaling conservative;            ///< p with p_i w_ij = −p_j w_ji, or the nearest.
    Dissipativity dissipative;               ///< P of the flow.
    Dissipativity network_dissipative;       ///< P of the layer map at this step.
    RankBounds exact_rank;                   ///< of the stored numbers.
    Matrix null_vectors;  ///< N×(N−r): orthonormal ℓ with ℓᵀW = 0 to rounding; r numerical.
    /// "stored W", "exact product B A" or "rounded product B A": what exact verdicts are about.
    std::string exact_subject;

    const StructureVerdict& operator[](Structure which) const {
        return verdicts[static_cast<std::size_t>(which)];
    }
};

/// interaction: of system.W(); rank: of system.W().
StructureReport structure_report(const ResidualSystem& system, const InteractionReport& interaction,
                                 const RankReport& rank, const StructureOptions& options = {});

}  // namespace resdyn
