/// @file
/// What a residual network is worth, and how it moves, when its matrix is replaced by the part of
/// rank r: accuracy and agreement against r, and the exact flow of the r variables z = Qᵀx
/// (model/low_rank.hpp) with its equilibria and, for r = 2 and 3, its portraits.
///
/// Equilibria of z' = QᵀA f(Pz + b) are sought by Newton's method with deflation from starts in the
/// box that the data's z reach, widened (root_search.hpp). At one the residuals y = f(Pz + b) rest
/// while x may go on across Q for ever, and with it the evidence, h VA y a layer.
///
/// Where f > 0 (logistic, softplus) and a row of QᵀA has one sign, that z_k grows or falls for
/// ever, in the flow and from layer to layer: proved from the signs of the stored numbers, and then
/// z has no equilibrium and nothing that recurs, and none is sought.
///
/// What it can miss: equilibria that no start finds, those far from the data, and those with z at
/// infinity (saturated units). On the portraits of r = 3 two variables are drawn and the third is
/// held: fields are of that plane, trajectories are projections.
/// Reference: Eckart, Young 1936; Farrell, Birkisson, Funke 2015 (see those headers).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <resdyn/data/dataset.hpp>
#include <resdyn/model/low_rank.hpp>
#include <resdyn/portrait/phase_portrait.hpp>
#include <resdyn/settling/root_search.hpp>
#include <resdyn/transient/agreement.hpp>

namespace resdyn {

struct RankStudyOptions {
    std::vector<Index> ranks{1, 2, 3, 5, 10};  ///< each from 1 to min(M, N).
    RootSearchOptions roots = {};  ///< seed and threads are those below; residual_tol is of QᵀA
                                   ///< scaled to 1.
    double box_margin = 0.5;   ///< the box of starts: the range of the data's z, so much wider on
                               ///< each side, >= 0.
    Index trajectories = 24;   ///< of the data on a portrait, each class with its share, >= 1.
    Index check_sample = 200;  ///< inputs on which flow and network are held together, >= 1.
    double t_end = 0.0;        ///< length of the trajectories; 0: T = hL.
    std::uint64_t seed = 1;
    int threads = 0;  ///< 0: all; never changes a result.
    /// Called before each rank; may be empty.
    std::function<void(Index)> on_rank{};
};

/// One rank.
struct LowRankReport {
    LowRankNetwork network;
    double kept = 0.0;           ///< share of ‖W‖_F² in W_r.
    NetworkAgreement agreement;  ///< of the network with W_r, on all samples.
    /// Largest |logits of the r + C units − logits of the N units with W_r| on the checked inputs,
    /// over the largest logit: rounding, or the reduction would be wrong.
    double rounding = 0.0;
    /// A variable that moves one way for ever, see above.
    struct Monotone {
        Index variable = 0;
        bool grows = true;
    };
    std::optional<Monotone> monotone;  ///< the first; then z has no equilibrium, proved.
    Box box;                           ///< of the starts.
    RootSearchResult roots;
    std::vector<EvidenceRate> evidence;    ///< one a root: h VA f(Pz + b).
    std::vector<PhasePortrait> portraits;  ///< r = 2: one; r = 3: three planes.
    std::string not_sought;  ///< why neither equilibria nor portraits are there; else empty.
};

struct RankStudy {
    Vector singular_values;  ///< min(M, N), decreasing.
    std::vector<LowRankReport> ranks;
};

/// What is known of the equilibria of z, in one sentence.
std::string describe_equilibria(const LowRankReport& report);

/// Throws std::invalid_argument naming the option out of range, or a network of own weights or
/// without a read-out, before any work.
RankStudy study_ranks(const ResidualNetwork& network, const Dataset& data,
                      const RankStudyOptions& options = {});

}  // namespace resdyn
