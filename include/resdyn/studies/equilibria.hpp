/// @file
/// The equilibria of one network's residual system (the fixed points of its layer map, for any
/// step), by the method asked for or by the most conclusive one that is affordable
/// (`resdyn equilibria`): lists with what is proved of them, margins, both clocks, and the evidence
/// that `script/verify-certificate` checks.
///
/// Auto takes, in this order: Data where data are given; Newton where f is unbounded; Search where
/// `starts` is given; else the first of Atlas, Stable and Search whose predicted cost is
/// affordable. Predictions count work and do not time it, so the choice is the same on every
/// machine.
///
/// What it can miss: Atlas, Stable, StableVertices and AttractingFaces miss nothing of what they
/// look for where they end complete; the others are samples. Each says so in its result.
///
/// Parts: atlas.hpp, stable_equilibria.hpp, stable_vertices.hpp, attracting_faces.hpp, settle.hpp,
/// root_search.hpp, cones.hpp, recurrent_motion.hpp, verdict_margin.hpp, clocks.hpp,
/// origin_directions.hpp, certificate.hpp, each with its method and reference.
///
/// \code{.cpp}
/// #include <iostream>
///
/// #include <resdyn/studies/equilibria.hpp>
///
/// int main() {
///     resdyn::ResidualBlock block;
///     block.W = resdyn::Matrix{{1.0, -2.0}, {-2.0, 1.0}};
///     block.b = resdyn::Vector::Zero(2);
///     resdyn::ResidualNetwork network;
///     network.step = 0.5;
///     network.blocks = {block};
///     const resdyn::EquilibriaStudy study = resdyn::study_equilibria(network);
///     for (const resdyn::Equilibrium& e : study.atlas->atlas.equilibria) {
///         std::cout << to_string(e.pattern) << ' ' << to_string(e.type) << ", y = "
///                   << e.y.transpose() << ", |flow| = " << e.residual << '\n';
///     }
///     return study.atlas->atlas.complete && study.sound() ? 0 : 1;  // every one, proved
/// }
/// \endcode
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <resdyn/atlas/atlas.hpp>
#include <resdyn/data/contingency.hpp>
#include <resdyn/data/dataset.hpp>
#include <resdyn/equilibria/clocks.hpp>
#include <resdyn/equilibria/cones.hpp>
#include <resdyn/equilibria/growth_form.hpp>
#include <resdyn/equilibria/origin_directions.hpp>
#include <resdyn/equilibria/verdict_margin.hpp>
#include <resdyn/equilibria/whole_weights.hpp>
#include <resdyn/model/residual_network.hpp>
#include <resdyn/recurrence/recurrent_motion.hpp>
#include <resdyn/settling/root_search.hpp>
#include <resdyn/settling/settle.hpp>
#include <resdyn/stable/attracting_faces.hpp>
#include <resdyn/stable/certificate.hpp>
#include <resdyn/transient/evidence.hpp>
#include <resdyn/work/farm.hpp>

namespace resdyn {

enum class EquilibriaMethod {
    Auto,             ///< the most that is affordable, see above.
    Atlas,            ///< every one, proved; N <= 32.
    Stable,           ///< every stable one, proved, by branch and bound.
    StableVertices,   ///< every stable vertex, likewise.
    AttractingFaces,  ///< every face where a trajectory can end, likewise.
    Data,             ///< where the residuals of data come to rest.
    Search,           ///< where random starts come to rest.
    Newton,           ///< roots by damped Newton, any f; where f is unbounded, cones too.
    Recurrence,       ///< the atlas, and what moves for ever; N <= 8.
};
inline constexpr std::array equilibria_methods = {EquilibriaMethod::Auto,
                                                  EquilibriaMethod::Atlas,
                                                  EquilibriaMethod::Stable,
                                                  EquilibriaMethod::StableVertices,
                                                  EquilibriaMethod::AttractingFaces,
                                                  EquilibriaMethod::Data,
                                                  EquilibriaMethod::Search,
                                                  EquilibriaMethod::Newton,
                                                  EquilibriaMethod::Recurrence};
/// "auto", "atlas", "stable", "stable-vertices", "attracting-faces", …
std::string_view to_string(EquilibriaMethod method);

/// Without `listing`, N up to this lists all equilibria; beyond, the stable ones.
inline constexpr Index all_listed_up_to = 10;
/// 2^N supports are decided exactly for cones.
inline constexpr Index cones_up_to = 12;

struct EquilibriaStudyOptions {
    EquilibriaMethod method = EquilibriaMethod::Auto;
    std::optional<Listing> listing = {};  ///< what the atlas lists; absent: see all_listed_up_to.
    /// Search and Newton: starts, 256 where it is 0. Recurrence: starts of each face, 1 … 10,000,
    /// where it is 0 four. Auto: 0 unless starts are wanted.
    Index starts = 0;
    Index samples = 10000;  ///< Data: followed at most, a stratified draw, >= 1.
    Index around = 0;       ///< Data, Search: starts around each equilibrium met, a second round.
    double radius = 0.05;   ///< their standard deviation, a share of the levels' width; > 0.
    SettleOptions settle = {};          ///< its threads are those below.
    BranchAndBoundOptions search = {};  ///< likewise; its callbacks and origin are set here.
    PredictionOptions prediction = {};  ///< of its cost; seed and threads are those below.
    double exponent_error = 0.0;        ///< Recurrence: of chaos, see RecurrentMotionOptions.
    /// Atlas, Stable, StableVertices: decide on the decimals that the weights stand for.
    bool as_decimals = false;
    RoundingOptions rounding = {};
    bool certificate = false;  ///< make the evidence too; not with Newton.
    std::uint64_t seed = 1;    ///< of starts, draws and predictions.
    int threads = 0;           ///< 0: all processors. The result does not depend on it.

    /// The part at work, its share done (0 … 1) and a few words: "atlas", 0.4, "210 equilibria".
    /// May be empty, as all below.
    std::function<void(std::string_view, double, const std::string&)> on_progress = {};
    /// What is known before the result: a predicted cost, a method passed over. One line.
    std::function<void(const std::string&)> on_note = {};
    /// Atlas: takes every equilibrium, a batch at a time, in place of the list, which stays empty.
    std::function<void(const std::vector<AtlasEntry>&)> on_entries = {};
    /// Where the tasks run (work/farm.hpp), all methods but Recurrence; null: in threads. Where it
    /// does a shard only, the study holds nothing but whether it was interrupted; so it does for
    /// Data, Search and Newton after an interrupt.
    Farm* farm = nullptr;
};

/// What is said of a list of equilibria beside the list, one each or nothing.
struct ListedVerdicts {
    std::vector<TwoClocks> clocks = {};  ///< of the first ones only, where an interrupt came.
    std::vector<double> margins = {};    ///< not of more than 128 units that starts settled at.
    std::optional<RoundingReport> rounding = {};  ///< where there are margins.
};

/// Atlas, Recurrence.
struct AtlasAnswer {
    Atlas atlas = {};
    ListedVerdicts verdicts = {};  ///< Recurrence: clocks only.
    /// Of a logistic origin, where they take seconds and the weights are those stored.
    std::optional<OriginDirections> directions = {};
};

/// Stable, StableVertices.
struct StableAnswer {
    StableSearch search = {};
    bool vertices_only = false;  ///< graded equilibria were not looked for.
    CostPrediction prediction = {};
    ListedVerdicts verdicts = {};
    std::optional<OriginDirections> directions = {};  ///< as in AtlasAnswer.
};

/// AttractingFaces.
struct AttractingAnswer {
    AttractingFaces search = {};
    CostPrediction prediction = {};
    std::vector<EvidenceRate> evidence = {};  ///< one a face; empty without a read-out.
    std::optional<GrowthForm> growth = {};    ///< logistic.
};

/// Data, Search.
struct SettledAnswer {
    SettleResult result = {};
    SettleOptions options = {};               ///< how the starts were followed.
    std::string data = {};                    ///< name of the data; empty: random starts.
    std::vector<Index> samples = {};          ///< which samples of its source the starts are.
    std::optional<Contingency> classes = {};  ///< of data: groups against classes.
    ListedVerdicts verdicts = {};             ///< one a group; no clocks.
    std::optional<SettleResult> around = {};  ///< the second round, where it was asked for.

    /// Of the groups.
    std::vector<Equilibrium> equilibria() const;
};

/// Newton.
struct RootAnswer {
    RootSearchResult result = {};
    RootSearchOptions options = {};  ///< the rules that were applied.
    std::string variable = {};  ///< what the roots are given in: "y", or "u" where f is unbounded.
    std::optional<ConeReport> cones = {};  ///< f unbounded and N <= cones_up_to.
};

/// What Auto chose by predicted cost, and why nothing more conclusive, a sentence each.
struct EquilibriaChoice {
    EquilibriaMethod method = EquilibriaMethod::Auto;
    std::vector<std::string> passed_over = {};
};

/// Of the parts those of `method` are there. Lists are in the units of the weights as read.
struct EquilibriaStudy {
    ResidualSystem system;                             ///< of the weights as stored.
    std::optional<WholeSystem> whole = {};             ///< what was decided on, with as_decimals.
    EquilibriaMethod method = EquilibriaMethod::Auto;  ///< used; never Auto.
    Listing listing = Listing::All;
    std::optional<EquilibriaChoice> choice = {};  ///< where Auto compared costs.
    bool interrupted = false;                     ///< what is here is right; there may be more.

    std::optional<AtlasAnswer> atlas = {};
    std::optional<StableAnswer> stable = {};
    std::optional<AttractingAnswer> attracting = {};
    std::optional<SettledAnswer> settled = {};
    std::optional<RootAnswer> roots = {};
    std::optional<RecurrentMotion> recurrence = {};
    std::optional<Certificate> certificate = {};  ///< for `decided_on()`.
    bool proof_too_large = false;  ///< the certificate goes without the tree of the search.

    const ResidualSystem& decided_on() const { return whole ? whole->system : system; }
    /// The index check of a complete atlas does not fail.
    bool sound() const;
};

/// What `options.method` stands for where no cost has to be predicted to know; else Auto.
EquilibriaMethod method_meant(const EquilibriaStudyOptions& options, Activation activation,
                              bool has_data);

/// An interrupt (interrupt.hpp) ends it at once with what is known: Auto, Atlas, Stable,
/// StableVertices, AttractingFaces. The others look for one between their parts only.
bool ends_early(EquilibriaMethod method);

/// `data` of the network's width, or null. Weights must be shared. Throws std::invalid_argument,
/// and InputError for weights without a reading as decimals, before any work.
EquilibriaStudy study_equilibria(const ResidualNetwork& network,
                                 const EquilibriaStudyOptions& options = {},
                                 const Dataset* data = nullptr);

}  // namespace resdyn
