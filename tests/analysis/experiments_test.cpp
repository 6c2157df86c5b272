// The claims that are put by seeds: their settings and effects are whole, a seed says the same each
// time, and what is no subject is said to be none.
#include <analysis/claims.hpp>
#include <analysis/workspace.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <set>

#include "work/task_fields.hpp"

using namespace resdyn;
using namespace resdyn::claims;

BOOST_AUTO_TEST_SUITE(experiments_)

namespace {

Experiment experiment_of(int id) {
    for (const Claim& claim : all_claims()) {
        if (claim.id == id) {
            return claim.experiment.value();
        }
    }
    throw std::logic_error("no such claim");
}

constexpr std::array with_experiments = {4, 6, 8, 9};

/// A small setting of the claim, soon trained.
EffectSetting small_setting(const Experiment& experiment, const Workspace& workspace,
                            std::size_t which) {
    EffectSetting setting = experiment.settings(workspace).at(which);
    setting.recipe.samples = 300;
    setting.recipe.test_samples = 200;
    setting.recipe.epochs = 12;
    return setting;
}

}  // namespace

BOOST_AUTO_TEST_CASE(settings_differ_by_name_and_effects_have_margins) {
    for (const bool quick : {true, false}) {
        const Workspace workspace({.quick = quick});
        for (const int id : with_experiments) {
            const Experiment experiment = experiment_of(id);
            BOOST_TEST_CONTEXT("claim " << id) {
                const std::vector<EffectSetting> settings = experiment.settings(workspace);
                BOOST_TEST(settings.size() >= 5U);
                std::set<std::string> names;
                for (const EffectSetting& setting : settings) {
                    BOOST_TEST(names.insert(setting.name()).second, setting.name());
                }
                BOOST_TEST(factors_of(settings).size() >= 2U);
                BOOST_TEST(std::any_of(experiment.effects.begin(), experiment.effects.end(),
                                       [](const Effect& effect) { return effect.decides; }));
                for (const Effect& effect : experiment.effects) {
                    BOOST_TEST(effect.margin > 0.0);
                    BOOST_TEST(!effect.meaning.empty());
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_seed_says_the_same_each_time_and_another_seed_something_else) {
    for (const int id : with_experiments) {
        const Experiment experiment = experiment_of(id);
        BOOST_TEST_CONTEXT("claim " << id) {
            const Workspace workspace({.quick = true});
            const EffectSetting setting = small_setting(experiment, workspace, 0);
            const SeedResult one = experiment.measure(workspace, setting, 5).value();
            BOOST_TEST(one.effects.size() == experiment.effects.size());
            BOOST_TEST(one.beside.size() == experiment.beside.size());
            const Workspace again({.quick = true, .threads = 2});
            BOOST_TEST(task_bytes(one) ==
                       task_bytes(experiment.measure(again, setting, 5).value()));
            BOOST_TEST(task_bytes(one) !=
                       task_bytes(experiment.measure(workspace, setting, 6).value()));
        }
    }
}

BOOST_AUTO_TEST_CASE(inputs_of_a_face_gather_the_same_evidence_late) {
    // Settling networks: symmetric W, shared.
    const Experiment experiment = experiment_of(6);
    const Workspace workspace({.quick = true});
    EffectSetting setting = small_setting(experiment, workspace, 0);
    setting.recipe.structure = WeightStructure::Symmetric;
    setting.recipe.own_weights = false;
    setting.recipe.epochs = 60;
    const SeedResult result = experiment.measure(workspace, setting, 3).value();
    BOOST_REQUIRE(result.effects[2].has_value());
    BOOST_TEST(*result.effects[2] > 0.9);
    BOOST_TEST(*result.effects[2] <= 1.0);
    BOOST_TEST(result.beside[1] <= 1.0);  // the ledger sums to the logits
    BOOST_TEST(result.beside[7] <= 1.0);  // the theory's bound on the mean of y
    const double shares = result.beside[2] + result.beside[4] + result.beside[5];
    BOOST_TEST(std::abs(shares - 1.0) < 1e-12);
    // Weights that differ by layer have no faces to end on: the sum alone is judged.
    setting.recipe.own_weights = true;
    setting.recipe.structure = WeightStructure::Free;
    const SeedResult own = experiment.measure(workspace, setting, 3).value();
    BOOST_TEST(own.effects[0].has_value());
    BOOST_TEST(!own.effects[1].has_value());
    BOOST_TEST(!own.effects[2].has_value());
}

BOOST_AUTO_TEST_CASE(few_attractors_are_no_subjects_of_common_features) {
    const Experiment experiment = experiment_of(4);
    const Workspace workspace({.quick = true});
    EffectSetting setting = small_setting(experiment, workspace, 0);
    setting.recipe.units = 4;  // not ten attractors
    const SeedResult result = experiment.measure(workspace, setting, 3).value();
    BOOST_TEST(!result.effects[0].has_value());
    BOOST_TEST(result.beside[2] < 10.0);
}

BOOST_AUTO_TEST_CASE(a_network_that_keeps_its_layers_is_no_subject_of_adjusting) {
    const Experiment experiment = experiment_of(9);
    const Workspace workspace({.quick = true});
    EffectSetting setting = small_setting(experiment, workspace, 0);
    setting.parameter = 1e-12;  // never below
    const SeedResult kept = experiment.measure(workspace, setting, 3).value();
    BOOST_TEST(!kept.effects[0].has_value());
    BOOST_TEST(kept.beside[0] == kept.beside[1]);  // the same network
    BOOST_TEST(kept.beside[4] == static_cast<double>(setting.recipe.depth));
    setting.parameter = 10.0;  // always below: cut as soon as the guard lets
    setting.recipe.epochs = 60;
    const SeedResult cut = experiment.measure(workspace, setting, 3).value();
    if (cut.beside[4] < static_cast<double>(setting.recipe.depth)) {
        BOOST_TEST(cut.effects[0].has_value());
        BOOST_TEST(cut.beside[5] > 0.0);
        // Fewer layers for more epochs: the one of the same time has more of these.
        BOOST_TEST(cut.beside[6] >= static_cast<double>(setting.recipe.epochs));
        BOOST_TEST(std::abs(*cut.effects[1] - (cut.beside[0] - cut.beside[2])) < 1e-15);
    }
}

BOOST_AUTO_TEST_CASE(a_twin_that_has_not_learnt_is_no_subject) {
    const Experiment experiment = experiment_of(8);
    const Workspace workspace({.quick = true});
    EffectSetting setting = small_setting(experiment, workspace, 0);
    setting.recipe.rate = 1e-9;
    const SeedResult result = experiment.measure(workspace, setting, 3).value();
    for (const auto& effect : result.effects) {
        BOOST_TEST(!effect.has_value());
    }
    BOOST_TEST(result.beside[0] < 0.95);
}

BOOST_AUTO_TEST_SUITE_END()
