/// @file
/// The methods of `resdyn equilibria`: one file each (equilibria_METHOD.cpp), one line of dispatch
/// in equilibria.cpp. A method computes, prints for people, and returns what the files hold.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <resdyn/atlas/atlas.hpp>
#include <resdyn/data/load_dataset.hpp>
#include <resdyn/figures/figure.hpp>
#include <resdyn/model/residual_system.hpp>
#include <resdyn/settling/settle.hpp>
#include <resdyn/stable/attracting_faces.hpp>
#include <resdyn/stable/branch_and_bound.hpp>
#include <resdyn/stable/certificate.hpp>

#include "deliver.hpp"
#include "source.hpp"
#include "weight_reading.hpp"

namespace resdyn::cli {

/// Everything that can be asked of the verb; a method reads what concerns it.
struct EquilibriaOptions {
    CommonOptions common;
    SourceOptions source;
    std::string method = "auto";
    bool recurrence = false;      ///< stands for --method recurrence.
    double exponent_error = 0.0;  ///< of its chaotic findings; 0: a share of the exponent.
    std::string certificate;      ///< file to write; empty: none.
    std::string list;             ///< all | stable | faces; empty: chosen by size.
    Index starts = 256;
    bool starts_given = false;
    std::string data;       ///< the data whose residuals are followed; empty: none.
    Index samples = 10000;  ///< of them at most.
    Index around = 0;       ///< starts around every equilibrium found.
    double radius = 0.05;   ///< their standard deviation, a share of the levels' width.
    std::string clock = "map";
    SettleOptions settle;
    BranchAndBoundOptions bound;
    PredictionOptions prediction;
    WeightReading reading;
};

/// What a method is called with.
struct EquilibriaTask {
    const EquilibriaOptions& options;
    Source& source;                ///< its inputs gain the files that the method reads.
    const ResidualSystem& system;  ///< what is decided on.
    const WholeSystem* whole;      ///< with --as-decimals what `system` belongs to, else null.
    Listing listing;
    bool talk;  ///< print for people.
};

/// What a method hands back: the contract of --json, the files beside results.json, the exit code.
struct EquilibriaOutput {
    nlohmann::ordered_json json;
    std::vector<NamedText> files;
    std::string certificate = {};  ///< content of --certificate; empty where it was not asked for.
    int exit_code = Done;
    std::vector<figures::Figure> figures = {};
    std::vector<std::string> written_already = {};  ///< files in --out that it has written itself.
};

/// Without --list, N up to this lists all equilibria; beyond, the stable ones.
inline constexpr Index all_listed_up_to = 10;

/// The atlas if its predicted cost is affordable, else the stable ones if theirs is, else random
/// starts; results.json says under `choice` what was passed over.
EquilibriaOutput equilibria_auto(const EquilibriaTask& task);
/// Complete enumeration, every decision proved.
EquilibriaOutput equilibria_atlas(const EquilibriaTask& task);
/// The same unless it is predicted to cost more than `seconds` of work: then nothing, and `cost`.
std::optional<EquilibriaOutput> equilibria_atlas_within(const EquilibriaTask& task, double seconds,
                                                        AtlasCost& cost);
/// Damped Newton from seeds, with deflation; every activation.
EquilibriaOutput equilibria_newton(const EquilibriaTask& task);
/// The atlas, and what moves for ever: connections, cycles, closed orbits, chaos.
EquilibriaOutput equilibria_recurrence(const EquilibriaTask& task);
/// From random starts, followed to rest.
EquilibriaOutput equilibria_search(const EquilibriaTask& task);
/// Every stable one, by branch and bound.
EquilibriaOutput equilibria_stable(const EquilibriaTask& task);
/// What a search may cost that nobody insisted on.
struct NodeLimits {
    double predicted;  ///< nodes predicted at most.
    double allowance;  ///< the search itself may take so many times the predicted …
    double least;      ///< … and so many in any case.
};
/// The same unless it is predicted to cost more: then nothing, and `prediction`.
std::optional<EquilibriaOutput> equilibria_stable_within(const EquilibriaTask& task,
                                                         const NodeLimits& limits,
                                                         CostPrediction& prediction);
/// Every stable vertex, by branch and bound.
EquilibriaOutput equilibria_stable_vertices(const EquilibriaTask& task);
/// Every face where a trajectory of the open cube can end, by branch and bound.
EquilibriaOutput equilibria_attracting(const EquilibriaTask& task);
/// The options that only those three read.
void add_branch_and_bound_options(App& verb, EquilibriaOptions& options);
/// From the residuals of data, followed to rest.
EquilibriaOutput equilibria_data(const EquilibriaTask& task);

/// --certificate FILE.
void add_certificate_option(App& verb, std::string& file);
/// The content of the file, for a method that lists equilibria of a bounded activation; empty
/// unless it was asked for.
std::string certificate_of(const EquilibriaTask& task, const Atlas& atlas);
std::string certificate_of(const EquilibriaTask& task, const std::vector<Equilibrium>& found,
                           CertificateClaim claim = CertificateClaim::Listed,
                           const ProofTree& tree = ProofTree());
std::string certificate_of(const EquilibriaTask& task, const AttractingFaces& search,
                           const ProofTree& tree);
/// What a search hands its nodes to: `tree`, or nothing where no certificate was asked for.
std::function<void(const NodeProof&)> proofs_into(ProofTree& tree, const EquilibriaTask& task);
/// Writes it; refuses if the method had none to give.
void write_certificate(const std::string& file, const std::string& content, bool talk);

/// One line for people: pattern, type, residual, margin where known, and the first components of y.
void print_equilibrium(const Equilibrium& equilibrium, std::optional<double> margin = {});
/// What is decided of the degenerate origin of a logistic system.
void print_origin(const OriginReport& origin);
/// Of a logistic system whose origin was decided, where they take seconds and the weights are those
/// stored: its directions, printed and into `json`.
void add_origin_directions(const EquilibriaTask& task, const std::optional<OriginReport>& origin,
                           nlohmann::ordered_json& json);
/// Where it is proved, one line that the origin attracts the open cube: counts of isolated
/// hyperbolic equilibria alone would let a reader think that nothing does.
void print_attraction(const std::optional<OriginReport>& origin);
/// A pattern; where it is long, how many units are Low, High and Free.
std::string pattern_text(const Pattern& pattern);
/// The first components of y.
std::string point_text(const Vector& y);

}  // namespace resdyn::cli
