#include "experiment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "workspace.hpp"

namespace resdyn::claims {

namespace {

/// A factor as a function of a setting: a number or a word.
struct RecipeFactor {
    const char* name;
    FactorScale scale;
    double (*number)(const TrainingRecipe&);
    std::string (*word)(const TrainingRecipe&);
};

std::string form_of(const TrainingRecipe& recipe) {
    return recipe.two_matrices ? "two matrices" : "one matrix";
}

const std::vector<RecipeFactor>& recipe_factors() {
    using Recipe = const TrainingRecipe&;
    static const std::vector<RecipeFactor> factors = {
        {"data set", FactorScale::Words, nullptr, [](Recipe r) { return r.data; }},
        {"form", FactorScale::Words, nullptr, form_of},
        {"activation", FactorScale::Words, nullptr,
         [](Recipe r) { return std::string(to_string(r.activation)); }},
        {"units", FactorScale::Doubling, [](Recipe r) { return static_cast<double>(r.units); },
         nullptr},
        {"depth", FactorScale::Doubling, [](Recipe r) { return static_cast<double>(r.depth); },
         nullptr},
        {"step h", FactorScale::Doubling, [](Recipe r) { return r.step; }, nullptr},
        {"total time hL", FactorScale::Doubling,
         [](Recipe r) { return r.step * static_cast<double>(r.depth); }, nullptr},
        {"training steps", FactorScale::Doubling,
         [](Recipe r) { return static_cast<double>(r.training_steps()); }, nullptr},
        {"weight decay", FactorScale::Words, nullptr,
         [](Recipe r) { return fmt::format("{:g}", r.weight_decay); }},
        {"settling penalty", FactorScale::Words, nullptr,
         [](Recipe r) { return fmt::format("{:g}", r.settling_penalty); }},
        {"structure", FactorScale::Words, nullptr,
         [](Recipe r) { return std::string(to_string(r.structure)); }},
        {"weights", FactorScale::Words, nullptr,
         [](Recipe r) { return std::string(r.own_weights ? "own" : "shared"); }}};
    return factors;
}

/// Signs of eight two-level factors, four of them free (bits of `run`, 0 … 15): the others are
/// products of three, so that main effects are clear of each other and of pairs.
std::array<bool, 8> fraction(unsigned run) {
    const auto bit = [run](unsigned k) { return ((run >> k) & 1U) != 0U; };
    const bool a = bit(0);
    const bool b = bit(1);
    const bool c = bit(2);
    const bool d = bit(3);
    return {a,
            b,
            c,
            d,
            static_cast<bool>(b ^ c ^ d),
            static_cast<bool>(a ^ c ^ d),
            static_cast<bool>(a ^ b ^ c),
            static_cast<bool>(a ^ b ^ d)};
}

/// The runs of one half of the fraction: factors a and b at equal levels, or at different ones.
std::vector<unsigned> half(bool different) {
    std::vector<unsigned> runs;
    for (unsigned run = 0; run < 16; ++run) {
        if ((((run ^ (run >> 1U)) & 1U) != 0U) == different) {
            runs.push_back(run);
        }
    }
    return runs;
}

/// The setting at these levels; of wide data more samples are taken, fewer times.
EffectSetting setting_at(const std::string& data, bool wide, const std::array<bool, 8>& high) {
    TrainingRecipe recipe;
    recipe.data = data;
    recipe.samples = wide ? 6000 : 1000;
    recipe.activation = high[0] ? Activation::Tanh : Activation::Logistic;
    recipe.units = high[1] ? 16 : 8;
    recipe.depth = high[2] ? 16 : 6;
    recipe.step = (high[3] ? 8.0 : 4.0) / static_cast<double>(recipe.depth);
    // Some 400 or 1,600 steps of training, whatever the data.
    recipe.epochs = (wide ? 8 : 50) * (high[4] ? 4 : 1);
    recipe.rate = wide ? 0.01 : 0.03;
    recipe.weight_decay = high[5] ? 0.1 : 0.0;
    recipe.structure = high[6] ? WeightStructure::Symmetric : WeightStructure::Free;
    recipe.own_weights = high[7];
    return {.recipe = recipe};
}

/// Few, small and soon trained, of every factor both levels.
std::vector<EffectSetting> quick_settings() {
    std::vector<EffectSetting> settings;
    for (const unsigned run : half(false)) {
        EffectSetting setting =
            setting_at(built_in_sets[settings.size() % built_in_sets.size()], false, fraction(run));
        setting.recipe.samples = 500;
        setting.recipe.test_samples = 500;
        setting.recipe.epochs /= 2;
        settings.push_back(std::move(setting));
    }
    return settings;
}

}  // namespace

std::string EffectSetting::name() const {
    std::string name = fmt::format("{}, {}, {}{} units, L = {}, h = {:.3g}, {} epochs", recipe.data,
                                   to_string(recipe.activation), recipe.two_matrices ? "M = " : "",
                                   recipe.units, recipe.depth, recipe.step, recipe.epochs);
    if (recipe.weight_decay > 0) {
        name += fmt::format(", decay {:g}", recipe.weight_decay);
    }
    if (recipe.settling_penalty > 0) {
        name += fmt::format(", settling penalty {:g}", recipe.settling_penalty);
    }
    if (recipe.structure != WeightStructure::Free) {
        name += fmt::format(", {} W", to_string(recipe.structure));
    }
    if (recipe.own_weights) {
        name += ", own weights";
    }
    for (const FurtherFactor& factor : further) {
        name += factor.scale == FactorScale::Words
                    ? fmt::format(", {}", factor.word)
                    : fmt::format(", {} {:g}", factor.name, factor.number);
    }
    return name;
}

std::vector<Factor> factors_of(const std::vector<EffectSetting>& settings) {
    std::vector<Factor> factors;
    for (const RecipeFactor& known : recipe_factors()) {
        Factor factor{.name = known.name, .scale = known.scale};
        for (const EffectSetting& setting : settings) {
            if (known.scale == FactorScale::Words) {
                factor.words.push_back(known.word(setting.recipe));
            } else {
                factor.numbers.push_back(known.number(setting.recipe));
            }
        }
        factors.push_back(std::move(factor));
    }
    const std::size_t further = settings.empty() ? 0 : settings.front().further.size();
    for (std::size_t f = 0; f < further; ++f) {
        Factor factor{.name = settings.front().further[f].name,
                      .scale = settings.front().further[f].scale};
        for (const EffectSetting& setting : settings) {
            const FurtherFactor& one = setting.further.at(f);
            if (factor.scale == FactorScale::Words) {
                factor.words.push_back(one.word);
            } else {
                factor.numbers.push_back(one.number);
            }
        }
        factors.push_back(std::move(factor));
    }
    std::erase_if(factors, [](const Factor& factor) { return factor.levels() < 2; });
    return factors;
}

std::vector<std::string> design_sets(const Workspace& workspace) {
    std::vector<std::string> sets;
    for (const char* name : built_in_sets) {
        sets.emplace_back(name);
    }
    if (workspace.data() != nullptr && !workspace.quick()) {
        sets.push_back(workspace.data()->name);
    }
    return sets;
}

void limit_samples(TrainingRecipe& recipe, const DataPair& data) {
    recipe.samples = std::min(recipe.samples, data.training.size());
    recipe.test_samples = std::min(recipe.test_samples, data.test.size());
}

std::vector<EffectSetting> standard_settings(const Workspace& workspace) {
    if (workspace.quick()) {
        return quick_settings();
    }
    std::vector<EffectSetting> settings;
    bool different = false;
    const auto add = [&](const std::string& data, bool wide) {
        for (const unsigned run : half(different)) {
            settings.push_back(setting_at(data, wide, fraction(run)));
        }
        different = !different;
    };
    for (const char* data : built_in_sets) {
        add(data, false);
    }
    if (const DataPair* data = workspace.data()) {
        add(data->name, workspace.is_wide(data->training));
        for (auto setting = settings.end() - 8; setting != settings.end(); ++setting) {
            limit_samples(setting->recipe, *data);
        }
    }
    return settings;
}

}  // namespace resdyn::claims
