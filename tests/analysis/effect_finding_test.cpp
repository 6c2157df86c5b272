// From seeds to verdicts: every verdict of a claim where it is due, the pooled seeds, factors in
// sentences, and what has no subjects.
#include <algorithm>
#include <analysis/effect_figures.hpp>
#include <analysis/effect_finding.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>

#include <resdyn/core/random.hpp>

#include "support/refusal.hpp"

using namespace resdyn;
using namespace resdyn::claims;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(effect_finding_)

namespace {

Experiment one_effect(double margin) {
    return {
        .effects = {{.name = "gain", .meaning = "A gain", .unit = "accuracy", .margin = margin}},
        .beside = {},
        .settings = {},
        .measure = {},
        .together = {"training steps", "activation"},
        .version = "test 1"};
}

/// Twelve settings on four data sets, two activations, three lengths of training.
std::vector<EffectSetting> twelve_settings() {
    std::vector<EffectSetting> settings;
    const std::vector<std::string> sets = {"rings", "moons", "spirals", "xor"};
    for (int k = 0; k < 12; ++k) {
        TrainingRecipe recipe;
        recipe.data = sets[static_cast<std::size_t>(k % 4)];
        recipe.epochs = 50 << (k / 4);
        recipe.activation = (k + k / 4) % 2 == 0 ? Activation::Logistic : Activation::Tanh;
        settings.push_back({.recipe = recipe});
    }
    return settings;
}

/// `effect` of the number of a setting, and noise.
template <typename Effect>
std::vector<MeasuredSetting> measured(const Effect& effect, double noise, Index seeds = 8) {
    std::vector<MeasuredSetting> all;
    Random random(11);
    for (const EffectSetting& setting : twelve_settings()) {
        MeasuredSetting one{setting, {}, {}};
        for (Index k = 0; k < seeds; ++k) {
            one.seeds.push_back(static_cast<std::uint64_t>(k));
            one.results.push_back(
                {{effect(all.size()) + noise * random.normal()}, std::vector<double>()});
        }
        all.push_back(std::move(one));
    }
    return all;
}

template <typename Effect>
EffectFinding found(const Effect& effect, double noise, double margin = 0.02) {
    return find_effect(one_effect(margin), 0, measured(effect, noise), {});
}

}  // namespace

BOOST_AUTO_TEST_CASE(an_effect_alike_everywhere_holds_in_general) {
    const EffectFinding finding = found([](std::size_t) { return 0.1; }, 0.02);
    BOOST_TEST((finding.verdict == Verdict::HoldsInGeneral));
    BOOST_TEST(finding.pooled->settings == 12);
    BOOST_TEST(finding.pooled->clusters == 4);
    BOOST_TEST(std::abs(finding.pooled->mean - 0.1) < 0.01);
    for (const SettingFinding& setting : finding.settings) {
        BOOST_TEST((setting.verdict == Verdict::Holds));
        BOOST_TEST(setting.values == 8);
    }
}

BOOST_AUTO_TEST_CASE(an_effect_that_varies_holds_on_average_or_depends) {
    const auto varies = [](std::size_t k) { return 0.03 + 0.05 * static_cast<double>(k / 4); };
    BOOST_TEST((found(varies, 0.01).verdict == Verdict::HoldsOnAverage));
    const auto both = [](std::size_t k) { return k / 4 == 0 ? -0.1 : 0.15; };
    const EffectFinding depends = found(both, 0.01);
    BOOST_TEST((depends.verdict == Verdict::Depends));
    BOOST_TEST(says(depends.why, "above 0 in 8 settings", "below 0 in 4"));
}

BOOST_AUTO_TEST_CASE(small_opposite_and_unknown_effects_are_called_so) {
    const EffectFinding small = found([](std::size_t) { return 0.002; }, 0.003);
    BOOST_TEST((small.verdict == Verdict::Negligible));
    BOOST_TEST(says(small.why, "positive"));
    BOOST_TEST((found([](std::size_t) { return -0.1; }, 0.02).verdict == Verdict::Fails));
    BOOST_TEST((found([](std::size_t) { return 0.005; }, 0.2).verdict == Verdict::Undecided));
}

BOOST_AUTO_TEST_CASE(a_mean_within_the_margin_of_effects_beyond_it_is_not_negligible) {
    const auto opposite = [](std::size_t k) { return k / 4 == 0 ? -0.1 : 0.05; };
    const EffectFinding finding = found(opposite, 0.002, 0.09);
    BOOST_TEST(std::abs(finding.pooled->mean) < 0.03);
    BOOST_TEST((finding.verdict == Verdict::Depends));
}

BOOST_AUTO_TEST_CASE(under_the_null_claims_seldom_hold_or_fail) {
    constexpr int runs = 300;
    int wrong = 0;
    for (int run = 0; run < runs; ++run) {
        Random random(static_cast<std::uint64_t>(run), 3);
        std::vector<MeasuredSetting> settings = measured([](std::size_t) { return 0.0; }, 0.0);
        for (MeasuredSetting& setting : settings) {
            const double of_setting = 0.05 * random.normal();
            for (SeedResult& seed : setting.results) {
                seed.effects[0] = of_setting + 0.1 * random.normal();
            }
        }
        const Verdict verdict = find_effect(one_effect(0.001), 0, settings, {}).verdict;
        wrong += holds(verdict) || verdict == Verdict::Fails ? 1 : 0;
    }
    BOOST_TEST(wrong <= 0.05 * runs + 3 * std::sqrt(0.05 * 0.95 * runs));
}

BOOST_AUTO_TEST_CASE(only_the_first_eight_seeds_are_pooled) {
    std::vector<MeasuredSetting> settings = measured([](std::size_t) { return 0.1; }, 0.05, 21);
    const double before = find_effect(one_effect(0.02), 0, settings, {}).pooled->mean;
    for (MeasuredSetting& setting : settings) {
        for (std::size_t k = 8; k < setting.results.size(); ++k) {
            setting.results[k].effects[0] = -5.0;
        }
    }
    BOOST_TEST(find_effect(one_effect(0.02), 0, settings, {}).pooled->mean == before);
}

BOOST_AUTO_TEST_CASE(factors_are_said_in_sentences) {
    const auto falls = [](std::size_t k) {
        return 0.3 - 0.03 * static_cast<double>(k / 4) + ((k + k / 4) % 2 == 1 ? 0.1 : 0.0);
    };
    const EffectFinding finding = found(falls, 0.01);
    std::string sentences;
    for (const FactorFinding& factor : finding.factors) {
        sentences += factor.sentence + " ";
    }
    BOOST_TEST(says(sentences, "No dependence on data set is shown",
                    "It depends on activation: with tanh it is 0.", "higher than with logistic"));
    BOOST_TEST(!finding.together);  // two factors want twenty settings
    const auto only_steps = [](std::size_t k) { return 0.3 - 0.03 * static_cast<double>(k / 4); };
    const EffectFinding steps = found(only_steps, 0.005);
    const auto step_sentence =
        std::find_if(steps.factors.begin(), steps.factors.end(),
                     [](const FactorFinding& f) { return f.factor.name == "training steps"; });
    BOOST_TEST(says(step_sentence->sentence, "It falls by 0.0", "accuracy for each doubling of"));
    BOOST_TEST(step_sentence->shown);
    // What is not shown is named, no more.
    const std::vector<std::string> where = where_it_holds(steps);
    BOOST_TEST_REQUIRE(where.size() == 2U);
    BOOST_TEST(where[0] == step_sentence->sentence);
    BOOST_TEST(says(where[1], "No dependence is shown on (p after Holm in brackets): data set (",
                    ", activation ("));
}

BOOST_AUTO_TEST_CASE(
    seeds_that_agree_borrow_a_variance_and_settings_without_subjects_are_left_out) {
    std::vector<MeasuredSetting> settings = measured([](std::size_t) { return 0.1; }, 0.02);
    for (SeedResult& seed : settings[0].results) {
        seed.effects[0] = 0.125;
    }
    for (SeedResult& seed : settings[1].results) {
        seed.effects[0] = std::nullopt;
    }
    const EffectFinding finding = find_effect(one_effect(0.02), 0, settings, {});
    BOOST_TEST(finding.settings[0].borrowed_variance);
    BOOST_TEST((finding.settings[0].verdict == Verdict::Holds));  // eight signs alike
    BOOST_TEST(!finding.settings[1].estimate);
    BOOST_TEST((finding.settings[1].verdict == Verdict::Undecided));
    BOOST_TEST(finding.pooled->settings == 11);
}

BOOST_AUTO_TEST_CASE(fewer_than_five_settings_are_listed_only) {
    std::vector<MeasuredSetting> settings = measured([](std::size_t) { return 0.1; }, 0.02);
    settings.resize(4);
    const EffectFinding finding = find_effect(one_effect(0.02), 0, settings, {});
    BOOST_TEST(!finding.pooled);
    BOOST_TEST((finding.verdict == Verdict::Undecided));
    BOOST_TEST(says(finding.why, "listed"));
    BOOST_TEST(finding.factors.empty());
}

BOOST_AUTO_TEST_CASE(a_claim_of_two_effects_is_as_strong_as_the_weaker) {
    Experiment two = one_effect(0.02);
    two.effects.push_back(
        {.name = "loss", .meaning = "A loss", .unit = "accuracy", .margin = 0.02});
    std::vector<MeasuredSetting> settings = measured([](std::size_t) { return 0.1; }, 0.02);
    for (MeasuredSetting& setting : settings) {
        for (SeedResult& seed : setting.results) {
            seed.effects.push_back(-*seed.effects[0]);
        }
    }
    BOOST_TEST((find_effects(two, settings, {}).verdict() == Verdict::Fails));
    two.effects[1].decides = false;
    BOOST_TEST((find_effects(two, settings, {}).verdict() == Verdict::HoldsInGeneral));
}

BOOST_AUTO_TEST_CASE(a_forest_plot_has_room_for_its_longest_name) {
    std::vector<MeasuredSetting> settings = measured([](std::size_t) { return 0.1; }, 0.02);
    double narrow = 0.0;
    for (const std::size_t letters : {0U, 40U, 90U}) {
        settings.back().setting.further = {{.name = "rule", .word = std::string(letters, 'm')}};
        const ExperimentFinding finding = find_effects(one_effect(0.02), settings, {});
        const figures::Figure figure = forest_plot("forest", finding, finding.effects.front());
        BOOST_TEST_REQUIRE(figure.margins.has_value());
        const auto width = static_cast<double>(figure.width);
        std::size_t longest = 0;
        for (const auto& tick : figure.panels.front().y.ticks) {
            longest = std::max(longest, tick.label.size());
        }
        BOOST_TEST(longest >= letters);
        // Text of 14 px: a letter takes half of that, and a little more.
        BOOST_TEST(figure.margins->left * width >= 7.5 * static_cast<double>(longest));
        // What is drawn keeps its room.
        const double drawn = (figure.margins->right - figure.margins->left) * width;
        narrow = narrow == 0.0 ? drawn : narrow;
        BOOST_TEST(drawn >= 0.9 * narrow);
    }
}

BOOST_AUTO_TEST_CASE(a_margin_from_outside_is_used_and_a_bad_design_refused) {
    const auto settings = measured([](std::size_t) { return 0.1; }, 0.02);
    const EffectFinding finding = find_effect(one_effect(0.02), 0, settings, {.margin = 0.5});
    BOOST_TEST(finding.effect.margin == 0.5);
    BOOST_TEST((finding.verdict == Verdict::Negligible));
    BOOST_TEST((DesignOptions{.seeds = 10}.looks() == std::vector<Index>{3, 5, 8, 10}));
    BOOST_TEST((DesignOptions{.seeds = 3}.looks() == std::vector<Index>{3}));
    BOOST_TEST((DesignOptions{}.looks() == std::vector<Index>{3, 5, 8, 13, 21}));
    BOOST_TEST(says(refusal([] { validate(DesignOptions{.seeds = 2}); }), "seeds", ">= 3"));
    BOOST_TEST(says(refusal([] { validate(DesignOptions{.margin = -1.0}); }), "margin", "> 0"));
    BOOST_TEST(says(refusal([] { validate(DesignOptions{.alpha = 1.0}); }), "alpha", "(0, 1)"));
}

BOOST_AUTO_TEST_SUITE_END()
