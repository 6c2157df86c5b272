#include "effect_finding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include <resdyn/core/error.hpp>

#include "statistics/distributions.hpp"

namespace resdyn::claims {

namespace {

constexpr std::size_t least_pooled = 5;  // settings
constexpr Index settings_a_factor = 10;

/// The first seeds' effect with its variance, and p that it is 0: by t, or where all agree by
/// signs.
void add_estimate(SettingFinding& finding, const MeasuredSetting& measured, std::size_t k,
                  Index pooled_seeds) {
    std::vector<std::optional<double>> first = measured.effects(k);
    first.resize(std::min(first.size(), static_cast<std::size_t>(pooled_seeds)));
    std::vector<double> values;
    for (const auto& effect : first) {
        if (effect) {
            values.push_back(*effect);
        }
    }
    constexpr std::size_t least = 3;
    if (values.size() < least) {
        return;
    }
    const Vector d = Eigen::Map<const Vector>(values.data(), static_cast<Index>(values.size()));
    const auto n = static_cast<double>(values.size());
    const bool alike = d.minCoeff() == d.maxCoeff();
    EffectEstimate estimate{alike ? values.front() : d.mean(), 0.0, measured.setting.recipe.data};
    if (alike) {
        finding.p = estimate.effect == 0 ? 1.0 : std::exp2(1.0 - n);
    } else {
        estimate.variance = (d.array() - d.mean()).square().sum() / (n - 1.0) / n;
        finding.p = student_two_sided_p(estimate.effect / std::sqrt(estimate.variance), n - 1.0);
    }
    finding.estimate = estimate;
    finding.values = d.size();
}

/// A variance for those whose seeds all agree; without one nothing can be weighed.
void lend_variance(std::vector<SettingFinding>& settings) {
    double smallest = 0.0;
    for (const SettingFinding& one : settings) {
        if (one.estimate && one.estimate->variance > 0 &&
            (smallest == 0 || one.estimate->variance < smallest)) {
            smallest = one.estimate->variance;
        }
    }
    for (SettingFinding& one : settings) {
        if (one.estimate && one.estimate->variance == 0) {
            one.estimate->variance = smallest;
            one.borrowed_variance = true;
        }
    }
}

/// Of the settings that have an estimate.
struct Estimates {
    std::vector<EffectEstimate> values;
    std::vector<EffectSetting> settings;
};

Estimates estimates_of(const EffectFinding& finding, const std::vector<MeasuredSetting>& measured) {
    Estimates estimates;
    for (std::size_t s = 0; s < measured.size(); ++s) {
        const auto& estimate = finding.settings[s].estimate;
        if (estimate && estimate->variance > 0) {
            estimates.values.push_back(*estimate);
            estimates.settings.push_back(measured[s].setting);
        }
    }
    const auto of_first = [&](const EffectEstimate& one) {
        return one.cluster == estimates.values.front().cluster;
    };
    if (std::all_of(estimates.values.begin(), estimates.values.end(), of_first)) {
        for (EffectEstimate& one : estimates.values) {
            one.cluster.clear();  // of a single data set: what is found is about that one
        }
    }
    return estimates;
}

/// "95 %".
std::string percent(double share) {
    return fmt::format("{:g} %", 100.0 * share);
}

void correct_for_settings(std::vector<SettingFinding>& settings) {
    std::vector<double> p;
    for (const SettingFinding& one : settings) {
        if (one.estimate) {
            p.push_back(one.p);
        }
    }
    const std::vector<double> adjusted = holm_adjusted(p);
    auto next = adjusted.begin();
    for (SettingFinding& one : settings) {
        if (one.estimate) {
            one.p_holm = *next++;
        }
    }
}

void decide(EffectFinding& finding, double alpha) {
    Index above = 0;
    Index below = 0;
    bool more_than_margin = false;
    for (const SettingFinding& one : finding.settings) {
        if (one.estimate && one.p_holm < alpha) {
            above += one.estimate->effect > 0 ? 1 : 0;
            below += one.estimate->effect < 0 ? 1 : 0;
            more_than_margin =
                more_than_margin || std::abs(one.estimate->effect) >= finding.effect.margin;
        }
    }
    const std::string& unit = finding.effect.unit;
    if (!finding.pooled) {
        finding.why =
            "Fewer than five settings have an effect with a spread: they are listed, not "
            "pooled.";
        return;
    }
    const PooledEffect& pooled = *finding.pooled;
    const std::string interval =
        fmt::format("mean {:.3g} {}, {} interval {:.3g} to {:.3g}", pooled.mean, unit,
                    percent(1.0 - alpha), pooled.low, pooled.high);
    const std::string prediction =
        fmt::format("a new setting is expected between {:.3g} and {:.3g}", pooled.prediction_low,
                    pooled.prediction_high);
    const double margin = finding.effect.margin;
    if (pooled.low > -margin && pooled.high < margin && !more_than_margin) {
        finding.verdict = Verdict::Negligible;
        finding.why = fmt::format("The {} lies within ±{:g}, and no setting shows more; it is {}.",
                                  interval, margin, pooled.mean >= 0 ? "positive" : "negative");
    } else if (pooled.prediction_low > 0) {
        finding.verdict = Verdict::HoldsInGeneral;
        finding.why = fmt::format("Of settings of this kind {} ({}).", prediction, interval);
    } else if (above > 0 && below > 0) {
        finding.verdict = Verdict::Depends;
        finding.why = fmt::format(
            "It is above 0 in {} settings and below 0 in {}, after Holm's correction ({}; {}).",
            above, below, interval, prediction);
    } else if (pooled.low > 0) {
        finding.verdict = Verdict::HoldsOnAverage;
        finding.why = fmt::format("The {} is above 0, but {}.", interval, prediction);
    } else if (pooled.high < 0) {
        finding.verdict = Verdict::Fails;
        finding.why = fmt::format("The {} is below 0.", interval);
    } else {
        finding.why = fmt::format("The {} holds 0 and reaches beyond ±{:g}; {}.", interval, margin,
                                  prediction);
    }
}

/// "(interval -0.05 to -0.01, p = 0.003, after Holm 0.02)".
std::string evidence_of(const Slope& slope, double p_holm) {
    return fmt::format("(interval {:.3g} to {:.3g}, p = {:.2g}, after Holm {:.2g})", slope.low,
                       slope.high, slope.p, p_holm);
}

std::string sentence_of_number(const FactorFinding& finding, const Effect& effect) {
    const Slope& slope = finding.fit->slopes.front();
    const std::string by = finding.factor.scale == FactorScale::Doubling
                               ? fmt::format("for each doubling of {}", finding.factor.name)
                               : fmt::format("for each unit of {}", finding.factor.name);
    if (finding.shown) {
        return fmt::format("It {} by {:.3g} {} {} {}.", slope.value < 0 ? "falls" : "rises",
                           std::abs(slope.value), effect.unit, by,
                           evidence_of(slope, finding.p_holm));
    }
    return fmt::format("No dependence on {} is shown: {:+.3g} {} {} {}.", finding.factor.name,
                       slope.value, effect.unit, by, evidence_of(slope, finding.p_holm));
}

std::string sentence_of_words(const FactorFinding& finding, const Effect& effect) {
    const MetaRegression& fit = *finding.fit;
    const std::string& first = finding.factor.words.front();
    if (fit.slopes.size() == 1) {
        const Slope& slope = fit.slopes.front();
        return fmt::format("{} {}: with {} it is {:.3g} {} {} than with {} {}.",
                           finding.shown ? "It depends on" : "No dependence on",
                           finding.shown ? finding.factor.name : finding.factor.name + " is shown",
                           slope.level, std::abs(slope.value), effect.unit,
                           slope.value < 0 ? "lower" : "higher", first,
                           evidence_of(slope, finding.p_holm));
    }
    std::string means = fmt::format("{} {:.3g}", first, fit.intercept);
    for (const Slope& slope : fit.slopes) {
        means += fmt::format(", {} {:.3g}", slope.level, fit.intercept + slope.value);
    }
    return fmt::format("{} {}: {} (F = {:.3g}, p = {:.2g}, after Holm {:.2g}).",
                       finding.shown ? "It differs by" : "No dependence on",
                       finding.shown ? finding.factor.name : finding.factor.name + " is shown",
                       means, fit.f, fit.p, finding.p_holm);
}

void regress(EffectFinding& finding, const Experiment& experiment, const Estimates& estimates,
             double alpha) {
    if (static_cast<Index>(estimates.values.size()) < settings_a_factor) {
        return;
    }
    const std::vector<Factor> factors = factors_of(estimates.settings);
    std::vector<double> p;
    for (const Factor& factor : factors) {
        FactorFinding one{
            .factor = factor,
            .fit = meta_regression(estimates.values, {factor}, {.level = 1.0 - alpha})};
        if (one.fit) {
            p.push_back(one.fit->p);
        }
        finding.factors.push_back(std::move(one));
    }
    const std::vector<double> adjusted = holm_adjusted(p);
    auto next = adjusted.begin();
    for (FactorFinding& one : finding.factors) {
        if (!one.fit) {
            one.sentence =
                fmt::format("{} has too many levels for so few settings.", one.factor.name);
            continue;
        }
        one.p_holm = *next++;
        one.shown = one.p_holm < alpha;
        one.sentence = one.factor.scale == FactorScale::Words
                           ? sentence_of_words(one, finding.effect)
                           : sentence_of_number(one, finding.effect);
    }
    std::vector<Factor> together;
    Index columns = 0;
    for (const std::string& name : experiment.together) {
        const auto found = std::find_if(factors.begin(), factors.end(),
                                        [&](const Factor& f) { return f.name == name; });
        if (found != factors.end() && (columns + found->columns()) * settings_a_factor <=
                                          static_cast<Index>(estimates.values.size())) {
            columns += found->columns();
            together.push_back(*found);
        }
    }
    if (together.size() >= 2) {
        finding.together = meta_regression(estimates.values, together, {.level = 1.0 - alpha});
        for (const Factor& factor : together) {
            finding.together_of.push_back(factor.name);
        }
    }
}

}  // namespace

std::vector<std::string> where_it_holds(const EffectFinding& finding) {
    std::vector<std::string> sentences;
    std::string others;
    for (const FactorFinding& factor : finding.factors) {
        if (factor.shown || !factor.fit) {
            sentences.push_back(factor.sentence);
        } else {
            others += fmt::format("{}{} ({:.2g})", others.empty() ? "" : ", ", factor.factor.name,
                                  factor.p_holm);
        }
    }
    if (!others.empty()) {
        sentences.push_back(
            fmt::format("No dependence is shown on (p after Holm in brackets): {}.", others));
    }
    return sentences;
}

std::vector<Index> DesignOptions::looks() const {
    std::vector<Index> looks;
    for (const Index look : {3, 5, 8, 13, 21}) {
        if (look < seeds) {
            looks.push_back(look);
        }
    }
    looks.push_back(seeds);
    return looks;
}

Index DesignOptions::pooled_seeds() const {
    constexpr Index pooled = 8;
    return std::min(seeds, pooled);
}

void validate(const DesignOptions& options) {
    constexpr Index least = 3;
    require_at_least("seeds", options.seeds, least);
    require("margin", !options.margin || (*options.margin > 0 && std::isfinite(*options.margin)),
            "a number > 0", options.margin.value_or(0.0));
    require("alpha", options.alpha > 0 && options.alpha < 1, "a number in (0, 1)", options.alpha);
}

std::vector<std::optional<double>> MeasuredSetting::effects(std::size_t k) const {
    std::vector<std::optional<double>> values;
    values.reserve(results.size());
    for (const SeedResult& result : results) {
        values.push_back(result.effects.at(k));
    }
    return values;
}

EffectFinding find_effect(const Experiment& experiment, std::size_t k,
                          const std::vector<MeasuredSetting>& settings,
                          const DesignOptions& options) {
    validate(options);
    EffectFinding finding{.effect = experiment.effects.at(k)};
    finding.effect.margin = options.margin_of(finding.effect);
    for (const MeasuredSetting& measured : settings) {
        SettingFinding one;
        one.test = sequential_test(
            measured.effects(k),
            {.margin = finding.effect.margin, .alpha = options.alpha, .looks = options.looks()});
        one.verdict = verdict_of(one.test.verdict);
        add_estimate(one, measured, k, options.pooled_seeds());
        finding.settings.push_back(std::move(one));
    }
    lend_variance(finding.settings);
    correct_for_settings(finding.settings);
    const Estimates estimates = estimates_of(finding, settings);
    if (estimates.values.size() >= least_pooled) {
        finding.pooled = pool(estimates.values, {.level = 1.0 - options.alpha});
    }
    decide(finding, options.alpha);
    regress(finding, experiment, estimates, options.alpha);
    return finding;
}

Verdict ExperimentFinding::verdict() const {
    std::vector<Verdict> deciding;
    for (const EffectFinding& finding : effects) {
        if (finding.effect.decides) {
            deciding.push_back(finding.verdict);
        }
    }
    return weakest(deciding);
}

ExperimentFinding find_effects(const Experiment& experiment, std::vector<MeasuredSetting> settings,
                               const DesignOptions& options) {
    ExperimentFinding finding{std::move(settings), experiment.beside, {}};
    for (std::size_t k = 0; k < experiment.effects.size(); ++k) {
        finding.effects.push_back(find_effect(experiment, k, finding.settings, options));
    }
    return finding;
}

}  // namespace resdyn::claims
