/// @file
/// What the seeds of all settings say of an effect: a verdict a setting, the pooled effect and the
/// claim's verdict, and on which factors the effect depends.
///
/// Settings: sequential_test.hpp, with looks at 3, 5, 8, 13 and 21 seeds. The claim: the first
/// eight seeds of every setting (as many as all have; what stopped early would be biased), pooled
/// by random effects clustered by data set (meta_analysis.hpp, Paule and Mandel's τ²). In this
/// order: *negligible*: the pooled interval lies inside (−δ, δ) and no setting shows more (after
/// Holm); *holds in general*: the prediction interval of a new setting lies above 0; *depends*:
/// after Holm over the settings some are above 0 and some below; *holds on average*: the pooled
/// interval lies above 0; *fails*: it lies below; else *undecided*. With fewer than five settings
/// these are only listed, and the claim is undecided. A setting whose seeds all agree has no
/// variance of its own and takes the smallest of the others'. Factors: each alone, from ten
/// settings on, p corrected by Holm over the factors; together those that the claim names, one
/// coefficient for ten settings.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <resdyn/statistics/meta_regression.hpp>
#include <resdyn/statistics/sequential_test.hpp>

#include "experiment.hpp"
#include "verdict.hpp"

namespace resdyn::claims {

/// What may be chosen of the design. What differs from these defaults is shown with the results.
struct DesignOptions {
    Index seeds = 21;                ///< most seeds of a setting, >= 3.
    std::optional<double> margin{};  ///< in place of every effect's own, > 0.
    double alpha = 0.05;             ///< of false verdicts of a setting, in (0, 1).

    /// 3, 5, 8, 13 and 21 as far as `seeds` goes, and `seeds` itself.
    std::vector<Index> looks() const;
    /// 8, or `seeds` where that is less.
    Index pooled_seeds() const;
    double margin_of(const Effect& effect) const { return margin.value_or(effect.margin); }
};
/// Throws std::invalid_argument naming the field that breaks its range.
void validate(const DesignOptions& options);

/// A setting and its seeds, in the order of their numbers.
struct MeasuredSetting {
    EffectSetting setting;
    std::vector<std::uint64_t> seeds;
    std::vector<SeedResult> results;

    /// The k-th effect of every seed.
    std::vector<std::optional<double>> effects(std::size_t k) const;
};

struct SettingFinding {
    SequentialResult test;
    Verdict verdict = Verdict::Undecided;
    /// Of the first pooled_seeds(); absent with fewer than three values.
    std::optional<EffectEstimate> estimate;
    Index values = 0;                ///< that it is of.
    bool borrowed_variance = false;  ///< its seeds all agree: the variance is another's.
    double p = 1.0;                  ///< that the first seeds' effect is not 0, two-sided.
    double p_holm = 1.0;             ///< the same, corrected for the number of settings.
};

struct FactorFinding {
    Factor factor;
    std::optional<MetaRegression> fit{};  ///< alone; absent with fewer than ten settings.
    double p_holm = 1.0;     ///< of all its slopes, corrected for the number of factors.
    bool shown = false;      ///< the effect depends on it: p_holm below the level.
    std::string sentence{};  ///< what it says.
};

struct EffectFinding {
    Effect effect;  ///< with the margin as it was used.
    std::vector<SettingFinding> settings{};
    std::optional<PooledEffect> pooled{};  ///< absent with fewer than five estimates.
    Verdict verdict = Verdict::Undecided;
    std::string why{};  ///< the rule that gave the verdict, with its numbers; a sentence.
    std::vector<FactorFinding> factors{};
    std::optional<MetaRegression> together{};  ///< absent where fewer than two factors can be.
    std::vector<std::string> together_of{};    ///< its factors.
};

/// How the effect depends on its factors: a sentence for each on which a dependence is shown, and
/// one that names all others.
std::vector<std::string> where_it_holds(const EffectFinding& finding);

/// Of the k-th effect of the experiment.
EffectFinding find_effect(const Experiment& experiment, std::size_t k,
                          const std::vector<MeasuredSetting>& settings,
                          const DesignOptions& options);

/// An experiment, done.
struct ExperimentFinding {
    std::vector<MeasuredSetting> settings;
    std::vector<std::string> beside;  ///< Experiment::beside.
    std::vector<EffectFinding> effects;

    /// The weakest of the effects that decide.
    Verdict verdict() const;
};

ExperimentFinding find_effects(const Experiment& experiment, std::vector<MeasuredSetting> settings,
                               const DesignOptions& options);

}  // namespace resdyn::claims
