/// @file
/// Result structs as JSON: what `results.json` holds and `--json` prints.
///
/// Numbers are shortest round-trip decimals; infinity and NaN are written as json_number.hpp says.
/// Every field is described in doc/schema, which says what a version promises.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include <resdyn/equilibria/verdict_margin.hpp>
#include <resdyn/equilibria/whole_weights.hpp>
#include <resdyn/model/residual_system.hpp>
#include <resdyn/stable/branch_and_bound.hpp>
#include <resdyn/studies/analysis.hpp>
#include <resdyn/transient/orientation.hpp>
#include <resdyn/transient/simulation.hpp>

namespace resdyn {

/// "MAJOR.MINOR" of results.json of all verbs: a new field raises the minor, a renamed or removed
/// one, or one of another meaning, the major.
inline constexpr std::string_view results_schema = "2.7";

/// Where a result came from, enough to repeat it.
struct Provenance {
    std::string version;  ///< of resdyn.
    std::string command;  ///< the command line that repeats it.
    std::uint64_t seed = 0;
    std::map<std::string, std::string> input_sha256;  ///< input file as named → SHA-256.
    std::vector<std::string> notes = {};  ///< what was noticed in reading them, a sentence each.
};

nlohmann::ordered_json to_json(const Provenance& provenance);
nlohmann::ordered_json to_json(const Equilibrium& equilibrium);
nlohmann::ordered_json to_json(const Continuum& continuum);
/// Purity and mutual information of groups against classes.
nlohmann::ordered_json to_json(const Contingency& classes);

/// What is said of a list of equilibria beside the list: margins, one each, what hangs on rounding,
/// the reading of the weights that was decided on, where it is not the stored numbers (the list is
/// then that of `whole`, and is written in the units of the weights as read), and both clocks of
/// the first equilibria. All may be null.
struct VerdictNotes {
    const std::vector<double>* margins = nullptr;
    const RoundingReport* rounding = nullptr;
    const WholeSystem* whole = nullptr;
    const std::vector<TwoClocks>* clocks = nullptr;
};

nlohmann::ordered_json to_json(const RoundingReport& report);
/// How the weights were read.
nlohmann::ordered_json to_json(const WholeSystem& whole);
/// A list of equilibria and what is said of each.
nlohmann::ordered_json equilibria_json(const std::vector<Equilibrium>& equilibria,
                                       const VerdictNotes& notes = {});
/// Adds `rounding`, and `weights_read_as` with the step of the weights as read.
void add_notes(nlohmann::ordered_json& json, const VerdictNotes& notes);

/// The contract of `resdyn equilibria --json` for a complete atlas.
nlohmann::ordered_json atlas_json(const Atlas& atlas, const ResidualSystem& system,
                                  const VerdictNotes& notes = {});

/// The same contract where equilibria were searched: `complete` is false, `counts` are of what was
/// found, and a `search` object says how: outcomes, continua, slow passages by the equilibrium they
/// are near, and, with `classes` (may be null), purity and mutual information. `listing` as for
/// the atlas.
nlohmann::ordered_json search_json(const SettleResult& result, const ResidualSystem& system,
                                   Listing listing, const Contingency* classes = nullptr,
                                   const VerdictNotes& notes = {});

/// The same contract for a search by branch and bound. `complete` speaks of what was asked for, as
/// `scope` says: "stable" equilibria, or "stable_vertices" only; the counts are of those.
/// `prediction` is the cost as it was predicted.
nlohmann::ordered_json stable_json(const StableSearch& search, const CostPrediction& prediction,
                                   const ResidualSystem& system, std::string_view scope,
                                   const VerdictNotes& notes = {});

/// Branch and bound: its cost as it was predicted, and the work that it was.
nlohmann::ordered_json to_json(const CostPrediction& prediction);
nlohmann::ordered_json to_json(const SearchWork& work);

nlohmann::ordered_json to_json(const Analysis& analysis);

/// Outcome, resting place and work of a run; the samples go to CSV.
nlohmann::ordered_json to_json(const Simulation& simulation);
/// `layers_as_flow` of train and analyze.
nlohmann::ordered_json to_json(const Orientation& orientation);

}  // namespace resdyn
