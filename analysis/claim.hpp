/// @file
/// A claim of the study as the ledger holds it: what was predicted, what was measured, within what
/// tolerance, in which settings, and the verdict.
///
/// Verdicts compare numbers by rules that are fixed in the code, before any run: `agrees` for
/// predictions that must be met; for effects that may be there or not the seeds of an experiment
/// (effect_finding.hpp), and of a single network of the user `exceeds`.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "effect_finding.hpp"
#include "figures/figure.hpp"
#include "verdict.hpp"

namespace resdyn::claims {

enum class ClaimKind {
    Theorem,    ///< proved for every network that meets its hypotheses: a failure is a mistake.
    Empirical,  ///< of trained networks: a failure is a finding.
};
/// "theorem", "empirical".
std::string_view to_string(ClaimKind kind);

struct Setting {
    std::string setting;  ///< what was run: network, data, seed, quantity.
    std::optional<double> prediction{};
    std::optional<double> measured{};
    /// Largest deviation from the prediction that counts as none: a rounding or integration bound,
    /// or a multiple of the standard error; `text` says which.
    std::optional<double> tolerance{};
    std::string text{};  ///< what the numbers are and how they were got.
    Verdict verdict = Verdict::Undecided;
};

/// Holds if |measured − prediction| <= tolerance, else fails (also where a number is NaN).
Setting agrees(std::string setting, double prediction, double measured, double tolerance,
               std::string text);

/// An effect: holds if measured − prediction > tolerance, fails if < −tolerance, else (NaN too)
/// undecided.
Setting exceeds(std::string setting, double prediction, double measured, double tolerance,
                std::string text);

/// What could not be decided, and why.
Setting undecided(std::string setting, std::string text);

struct ClaimResult {
    std::vector<Setting> settings;
    std::vector<figures::Figure> figures;
    std::vector<std::string> notes;  ///< what was left out and why, in whole sentences.
    /// Of a claim tested by seeds; `settings` are then those of its effects.
    std::optional<ExperimentFinding> experiment = {};

    /// That of the experiment, or of the worst of the settings; undecided without any.
    Verdict verdict() const;
};

class Workspace;
struct ClaimPart;

/// What a claim needs to be put to a network of the user.
enum class Needs {
    Matrix,    ///< W, f and h.
    Labelled,  ///< a model with a read-out, and labelled data.
    Training,  ///< it trains networks of its own: it cannot be put to a finished one.
};

struct Claim {
    int id = 0;
    std::string title;
    ClaimKind kind = ClaimKind::Theorem;
    Needs needs = Needs::Matrix;
    std::string method;  ///< the rule of its verdicts, one or two sentences.
    std::function<ClaimResult(Workspace&)> run;
    /// What of its work stands alone, in the order in which `run` asks for it
    /// (Workspace::result_of); empty: nothing.
    std::function<std::vector<ClaimPart>(Workspace&)> parts = {};
    bool takes_own_weights = false;  ///< it can be put to weights that differ by layer.
    /// How an empirical claim is tested on networks that the ledger trains; `run` is then for a
    /// network of the user alone.
    std::optional<Experiment> experiment = {};
};

/// Parts of the claims that look at trained networks with shared weights.
std::vector<ClaimPart> shared_trainings(Workspace& workspace);
/// The same, and the trainings of networks whose weights differ by layer.
std::vector<ClaimPart> trainings_of_both(Workspace& workspace);

/// The settings of the effects that decide: mean over the seeds at the last look against 0, half
/// the interval as tolerance.
std::vector<Setting> settings_of(const ExperimentFinding& finding);

/// "claim-ID": the settings of a claim, each as (measured − prediction)/tolerance.
figures::Figure settings_figure(const Claim& claim, const ClaimResult& result);

/// Colours and legend of curves whose names differ in their seed alone ("moons, seed 2"): one
/// colour for all seeds, one entry in the legend.
class SeedGroups {
  public:
    struct Look {
        std::string legend;  ///< the name without its seed; empty from its second curve on.
        std::string colour;
        int dash;  ///< dash-dotted where the ten colours come round again.
    };
    Look look(const std::string& name);

  private:
    std::vector<std::string> seen_;
};

}  // namespace resdyn::claims
