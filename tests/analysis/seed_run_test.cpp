// Seeds on the farm: who gets more of them, that a journal spares them, that threads and shards do
// not matter, and the design of the settings.
#include <analysis/seed_run.hpp>
#include <analysis/workspace.hpp>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <map>
#include <set>

#include <resdyn/core/random.hpp>

#include "support/refusal.hpp"

using namespace resdyn;
using namespace resdyn::claims;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(seed_run_)

namespace {

/// Three settings: clear, unclear, and one without subjects. Counts what is measured.
struct Trial {
    std::atomic<int> measured{0};
    Experiment experiment{
        .effects = {{.name = "gain", .meaning = "A gain", .unit = "accuracy", .margin = 0.01}},
        .beside = {"seed"},
        .settings =
            [](const Workspace&) {
                std::vector<EffectSetting> settings(3);
                settings[0].recipe.epochs = 10;
                settings[1].recipe.epochs = 20;
                settings[2].recipe.epochs = 30;
                return settings;
            },
        .measure = [this](const Workspace&, const EffectSetting& setting,
                          std::uint64_t seed) -> std::optional<SeedResult> {
            ++measured;
            Random random(seed);
            const auto noise = static_cast<double>(setting.recipe.epochs) / 10.0;
            SeedResult result{{std::nullopt}, {static_cast<double>(seed)}};
            if (setting.recipe.epochs < 30) {
                result.effects[0] = (noise < 1.5 ? 1.0 : 0.0) + 0.1 * noise * random.normal();
            }
            return result;
        },
        .together = {},
        .version = "trial 1"};
};

std::vector<Index> seeds_of(const std::vector<MeasuredSetting>& measured) {
    std::vector<Index> seeds;
    for (const MeasuredSetting& one : measured) {
        seeds.push_back(static_cast<Index>(one.seeds.size()));
    }
    return seeds;
}

struct Folder {
    std::filesystem::path path = std::filesystem::temp_directory_path() / "resdyn-seed-run-test";
    Folder() {
        std::filesystem::remove_all(path);
        std::filesystem::create_directories(path);
    }
    ~Folder() { std::filesystem::remove_all(path); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
};

}  // namespace

BOOST_AUTO_TEST_CASE(undecided_settings_alone_get_more_than_eight_seeds) {
    Trial trial;
    const Workspace workspace({});
    Farm farm;
    const auto measured = measure_seeds(trial.experiment, workspace, {.id = "claim-0"}, farm);
    BOOST_REQUIRE(measured);
    BOOST_TEST((seeds_of(*measured) == std::vector<Index>{8, 21, 8}));
    BOOST_TEST(trial.measured == 37);
    for (const MeasuredSetting& one : *measured) {  // what is measured is of its seed
        for (std::size_t k = 0; k < one.seeds.size(); ++k) {
            BOOST_TEST(one.results[k].beside[0] == static_cast<double>(one.seeds[k]));
            BOOST_TEST(one.seeds[k] ==
                       seed_of(workspace, one.setting.name(), static_cast<Index>(k)));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_journal_spares_what_was_measured_whatever_the_margin) {
    const Folder folder;
    Trial trial;
    const Workspace workspace({});
    const SeedRunOptions options{.id = "claim-0"};
    Farm first({.folder = folder.path});
    const auto before = measure_seeds(trial.experiment, workspace, options, first);
    trial.measured = 0;
    Farm again({.folder = folder.path, .resume = true});
    const auto after = measure_seeds(trial.experiment, workspace, options, again);
    BOOST_TEST(trial.measured == 0);
    BOOST_TEST((seeds_of(*before) == seeds_of(*after)));
    BOOST_TEST(before->at(1).results.back().beside[0] == after->at(1).results.back().beside[0]);
    Farm wider({.folder = folder.path, .resume = true});
    const auto negligible = measure_seeds(trial.experiment, workspace,
                                          {.design = {.margin = 50.0}, .id = "claim-0"}, wider);
    BOOST_TEST(trial.measured == 0);
    BOOST_TEST((seeds_of(*negligible) == std::vector<Index>{8, 8, 8}));
    trial.experiment.version = "trial 2";
    Farm other({.folder = folder.path, .resume = true});
    BOOST_TEST(says(
        refusal<InputError>([&] { measure_seeds(trial.experiment, workspace, options, other); }),
        "experiment"));
}

BOOST_AUTO_TEST_CASE(threads_do_not_matter_and_a_shard_has_no_result) {
    std::vector<std::vector<double>> values;
    for (const int threads : {1, 3}) {
        Trial trial;
        const Workspace workspace({.threads = threads});
        Farm farm;
        const auto measured = measure_seeds(trial.experiment, workspace, {.id = "claim-0"}, farm);
        values.emplace_back();
        for (const MeasuredSetting& one : *measured) {
            for (const SeedResult& result : one.results) {
                values.back().push_back(result.effects[0].value_or(99.0));
            }
        }
    }
    BOOST_TEST((values[0] == values[1]));
    const Folder folder;
    Trial trial;
    const Workspace workspace({});
    Farm shard({.folder = folder.path, .shard = {.index = 1, .count = 2}});
    BOOST_TEST(!measure_seeds(trial.experiment, workspace, {.id = "claim-0"}, shard));
    BOOST_TEST(trial.measured == 12);
}

BOOST_AUTO_TEST_CASE(seeds_are_of_the_settings_name_and_of_the_run) {
    const Workspace usual({});
    const Workspace quick({.quick = true});
    const Workspace other({.seed = 2});
    std::set<std::uint64_t> seeds;
    for (const Workspace* workspace : {&usual, &quick, &other}) {
        for (const char* name : {"rings", "moons"}) {
            for (Index k = 0; k < 21; ++k) {
                seeds.insert(seed_of(*workspace, name, k));
            }
        }
    }
    BOOST_TEST(seeds.size() == 3U * 2U * 21U);
}

BOOST_AUTO_TEST_CASE(the_standard_design_keeps_its_factors_apart) {
    const Workspace workspace({});
    const std::vector<EffectSetting> settings = standard_settings(workspace);
    BOOST_TEST(settings.size() == 32U);
    const std::vector<Factor> factors = factors_of(settings);
    std::vector<std::vector<double>> signs;  // of the two-level factors
    for (const Factor& factor : factors) {
        if (factor.levels() != 2) {
            continue;
        }
        std::vector<double> sign;
        for (std::size_t s = 0; s < settings.size(); ++s) {
            const bool low = factor.scale == FactorScale::Words
                                 ? factor.words[s] == factor.words[0]
                                 : factor.numbers[s] == factor.numbers[0];
            sign.push_back(low ? -1.0 : 1.0);
        }
        signs.push_back(std::move(sign));
    }
    BOOST_TEST(signs.size() == 8U);
    for (std::size_t a = 0; a < signs.size(); ++a) {
        double sum = 0.0;
        for (const double sign : signs[a]) {
            sum += sign;
        }
        BOOST_TEST(sum == 0.0);  // each level in half of the settings
        for (std::size_t b = 0; b < a; ++b) {
            double product = 0.0;
            for (std::size_t s = 0; s < settings.size(); ++s) {
                product += signs[a][s] * signs[b][s];
            }
            BOOST_TEST(product == 0.0);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_network_of_a_recipe_is_trained_once_by_its_seed) {
    const Workspace workspace({});
    TrainingRecipe recipe;
    recipe.samples = 200;
    recipe.test_samples = 100;
    recipe.epochs = 2;
    recipe.structure = WeightStructure::Symmetric;
    const auto first = workspace.network_of(recipe, 5);
    const auto again = workspace.network_of(recipe, 5);
    const auto other = workspace.network_of(recipe, 6);
    BOOST_REQUIRE((first && first->network && other->network));
    BOOST_TEST((first->network->block(0).W == again->network->block(0).W));
    BOOST_TEST((first->network->block(0).W != other->network->block(0).W));
    BOOST_TEST((first->network->block(0).W == first->network->block(0).W.transpose()));
    BOOST_TEST(first->data.training.size() == 200);
    BOOST_TEST(first->data.test.size() == 100);
    BOOST_TEST((first->data.test.inputs != other->data.test.inputs));
    const Workspace stopped({.stop_requested = [] { return true; }});
    BOOST_TEST(!stopped.network_of(recipe, 7));
}

BOOST_AUTO_TEST_SUITE_END()
