#include "effect_tables.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "results/json_number.hpp"
#include "results/table.hpp"
#include "workspace.hpp"

namespace resdyn::claims {

namespace {

using Json = nlohmann::ordered_json;

struct EffectRow {
    int claim = 0;
    const EffectFinding* finding = nullptr;
};

/// A number of the pooled effect; absent where nothing was pooled.
template <typename T>
Field<EffectRow> pooled_field(const char* name, T PooledEffect::*member) {
    return {name, [member](const EffectRow& row) {
                return row.finding->pooled ? std::optional<T>((*row.finding->pooled).*member)
                                           : std::nullopt;
            }};
}

const Table<EffectRow>& effect_table() {
    using R = EffectRow;
    static const Table<R> table = {
        Field<R>("claim", &R::claim).csv_only(),
        {"effect", [](const R& r) { return r.finding->effect.name; }},
        {"meaning", [](const R& r) { return r.finding->effect.meaning; }},
        {"in_units_of", [](const R& r) { return r.finding->effect.unit; }},
        {"margin", [](const R& r) { return r.finding->effect.margin; }},
        {"decides", [](const R& r) { return r.finding->effect.decides; }},
        {"verdict", [](const R& r) { return r.finding->verdict; }},
        {"why", [](const R& r) { return r.finding->why; }},
        pooled_field("mean", &PooledEffect::mean),
        pooled_field("standard_error", &PooledEffect::standard_error),
        pooled_field("low", &PooledEffect::low),
        pooled_field("high", &PooledEffect::high),
        pooled_field("prediction_low", &PooledEffect::prediction_low),
        pooled_field("prediction_high", &PooledEffect::prediction_high),
        pooled_field("tau", &PooledEffect::tau),
        pooled_field("i_squared", &PooledEffect::i_squared),
        pooled_field("q", &PooledEffect::q),
        pooled_field("p", &PooledEffect::p),
        pooled_field("degrees", &PooledEffect::degrees),
        pooled_field("pooled_settings", &PooledEffect::settings),
        pooled_field("clusters", &PooledEffect::clusters)};
    return table;
}

struct SettingRow {
    int claim = 0;
    std::size_t number = 0;  ///< of the setting within its claim.
    const EffectFinding* finding = nullptr;
    const MeasuredSetting* measured = nullptr;
    const SettingFinding* setting = nullptr;

    const TrainingRecipe& recipe() const { return measured->setting.recipe; }
    const SequentialLook* last() const {
        return setting->test.looks.empty() ? nullptr : &setting->test.looks.back();
    }
};

/// A number of the last look.
template <typename T>
Field<SettingRow> look_field(const char* name, T SequentialLook::*member) {
    return {name, [member](const SettingRow& row) {
                return row.last() != nullptr ? std::optional<T>(row.last()->*member) : std::nullopt;
            }};
}

const Table<SettingRow>& setting_table() {
    using R = SettingRow;
    static const Table<R> table = {
        Field<R>("claim", &R::claim).csv_only(),
        Field<R>("effect", [](const R& r) { return r.finding->effect.name; }).csv_only(),
        Field<R>("number", &R::number).csv_only(),
        {"setting", [](const R& r) { return r.measured->setting.name(); }},
        {"data", [](const R& r) { return r.recipe().data; }},
        {"activation", [](const R& r) { return r.recipe().activation; }},
        {"units", [](const R& r) { return r.recipe().units; }},
        {"two_matrices", [](const R& r) { return r.recipe().two_matrices; }},
        {"depth", [](const R& r) { return r.recipe().depth; }},
        {"step", [](const R& r) { return r.recipe().step; }},
        {"training_steps", [](const R& r) { return r.recipe().training_steps(); }},
        {"weight_decay", [](const R& r) { return r.recipe().weight_decay; }},
        {"structure", [](const R& r) { return r.recipe().structure; }},
        {"own_weights", [](const R& r) { return r.recipe().own_weights; }},
        look_field("seeds", &SequentialLook::seeds),
        look_field("values", &SequentialLook::values),
        look_field("mean", &SequentialLook::mean),
        look_field("deviation", &SequentialLook::deviation),
        look_field("low", &SequentialLook::low),
        look_field("high", &SequentialLook::high),
        {"verdict", [](const R& r) { return r.setting->verdict; }},
        {"would_settle", [](const R& r) { return r.setting->test.would_settle; }},
        {"pooled_effect",
         [](const R& r) {
             return r.setting->estimate ? std::optional(r.setting->estimate->effect) : std::nullopt;
         }},
        {"pooled_variance",
         [](const R& r) {
             return r.setting->estimate ? std::optional(r.setting->estimate->variance)
                                        : std::nullopt;
         }},
        {"borrowed_variance", [](const R& r) { return r.setting->borrowed_variance; }},
        {"p", [](const R& r) { return r.setting->p; }},
        {"p_holm", [](const R& r) { return r.setting->p_holm; }}};
    return table;
}

struct SlopeRow {
    int claim = 0;
    const EffectFinding* finding = nullptr;
    const MetaRegression* fit = nullptr;
    const Slope* slope = nullptr;
    bool together = false;
    std::optional<double> p_holm;  ///< of factors alone.
    std::string scale;
};

const Table<SlopeRow>& slope_table() {
    using R = SlopeRow;
    static const Table<R> table = {
        Field<R>("claim", &R::claim).csv_only(),
        Field<R>("effect", [](const R& r) { return r.finding->effect.name; }).csv_only(),
        Field<R>("together", &R::together).csv_only(),
        {"factor", [](const R& r) { return r.slope->factor; }},
        {"scale", &R::scale},
        {"level", [](const R& r) { return r.slope->level; }},
        {"slope", [](const R& r) { return r.slope->value; }},
        {"standard_error", [](const R& r) { return r.slope->standard_error; }},
        {"low", [](const R& r) { return r.slope->low; }},
        {"high", [](const R& r) { return r.slope->high; }},
        {"p", [](const R& r) { return r.slope->p; }},
        {"factor_p", [](const R& r) { return r.fit->p; }},
        {"factor_p_holm", &R::p_holm},
        {"intercept", [](const R& r) { return r.fit->intercept; }},
        {"explained", [](const R& r) { return r.fit->explained; }},
        {"tau", [](const R& r) { return r.fit->tau; }},
        {"settings", [](const R& r) { return r.fit->settings; }}};
    return table;
}

std::string scale_of(FactorScale scale) {
    switch (scale) {
        case FactorScale::Words:
            return "words";
        case FactorScale::Linear:
            return "linear";
        case FactorScale::Doubling:
            return "doubling";
    }
    return "unknown";
}

std::vector<SettingRow> setting_rows_of(int claim, const ExperimentFinding& finding,
                                        const EffectFinding& effect) {
    std::vector<SettingRow> rows;
    for (std::size_t s = 0; s < effect.settings.size(); ++s) {
        rows.push_back({claim, s, &effect, &finding.settings[s], &effect.settings[s]});
    }
    return rows;
}

std::vector<SlopeRow> slope_rows_of(int claim, const EffectFinding& effect) {
    std::vector<SlopeRow> rows;
    for (const FactorFinding& factor : effect.factors) {
        if (factor.fit) {
            for (const Slope& slope : factor.fit->slopes) {
                rows.push_back({claim, &effect, &*factor.fit, &slope, false, factor.p_holm,
                                scale_of(factor.factor.scale)});
            }
        }
    }
    return rows;
}

std::vector<SlopeRow> joint_rows_of(int claim, const EffectFinding& effect) {
    std::vector<SlopeRow> rows;
    if (effect.together) {
        for (const Slope& slope : effect.together->slopes) {
            std::string scale;
            for (const FactorFinding& factor : effect.factors) {
                if (factor.factor.name == slope.factor) {
                    scale = scale_of(factor.factor.scale);
                }
            }
            rows.push_back({claim, &effect, &*effect.together, &slope, true, std::nullopt, scale});
        }
    }
    return rows;
}

CsvTable seed_table(const std::vector<NumberedFinding>& findings) {
    CsvTable table({"claim", "setting_number", "seed_number", "seed", "quantity", "value"});
    for (const auto& [claim, finding] : findings) {
        for (std::size_t s = 0; s < finding->settings.size(); ++s) {
            const MeasuredSetting& measured = finding->settings[s];
            for (std::size_t k = 0; k < measured.results.size(); ++k) {
                const auto add = [&](const std::string& quantity, double value) {
                    table.add({static_cast<long>(claim), static_cast<long>(s), static_cast<long>(k),
                               static_cast<long>(measured.seeds[k]), quantity, value});
                };
                const SeedResult& result = measured.results[k];
                for (std::size_t e = 0; e < result.effects.size(); ++e) {
                    add(finding->effects[e].effect.name, result.effects[e].value_or(std::nan("")));
                }
                for (std::size_t b = 0; b < result.beside.size(); ++b) {
                    add(finding->beside[b], result.beside[b]);
                }
            }
        }
    }
    return table;
}

}  // namespace

nlohmann::ordered_json design_json(const std::vector<Claim>& claims, const Workspace& workspace,
                                   const DesignOptions& options) {
    Json json = {{"seed", workspace.seed()},
                 {"quick", workspace.quick()},
                 {"alpha", options.alpha},
                 {"looks", options.looks()},
                 {"pooled_seeds", options.pooled_seeds()},
                 {"tau_estimator", to_string(TauEstimator::PauleMandel)},
                 {"claims", Json::array()}};
    if (options.margin) {
        json["margin"] = *options.margin;
    }
    for (const Claim& claim : claims) {
        if (!claim.experiment) {
            continue;
        }
        Json effects = Json::array();
        for (const Effect& effect : claim.experiment->effects) {
            effects.push_back({{"effect", effect.name},
                               {"meaning", effect.meaning},
                               {"in_units_of", effect.unit},
                               {"margin", options.margin_of(effect)},
                               {"decides", effect.decides}});
        }
        Json settings = Json::array();
        for (const EffectSetting& setting : claim.experiment->settings(workspace)) {
            settings.push_back(setting.name());
        }
        json["claims"].push_back({{"id", claim.id},
                                  {"version", claim.experiment->version},
                                  {"effects", std::move(effects)},
                                  {"together", claim.experiment->together},
                                  {"settings", std::move(settings)}});
    }
    return json;
}

nlohmann::ordered_json effects_json(const ExperimentFinding& finding) {
    Json effects = Json::array();
    for (const EffectFinding& effect : finding.effects) {
        Json one = Json::object();
        effect_table().add_to(one, EffectRow{0, &effect});
        one["settings"] = setting_table().json(setting_rows_of(0, finding, effect));
        one["where"] = where_it_holds(effect);
        one["factors"] = slope_table().json(slope_rows_of(0, effect));
        one["together"] = slope_table().json(joint_rows_of(0, effect));
        effects.push_back(std::move(one));
    }
    return effects;
}

std::vector<std::pair<std::string, CsvTable>> effect_tables(
    const std::vector<NumberedFinding>& findings) {
    std::vector<EffectRow> effects;
    std::vector<SettingRow> settings;
    std::vector<SlopeRow> slopes;
    for (const auto& [claim, finding] : findings) {
        for (const EffectFinding& effect : finding->effects) {
            effects.push_back({claim, &effect});
            for (const SettingRow& row : setting_rows_of(claim, *finding, effect)) {
                settings.push_back(row);
            }
            for (const auto& rows : {slope_rows_of(claim, effect), joint_rows_of(claim, effect)}) {
                slopes.insert(slopes.end(), rows.begin(), rows.end());
            }
        }
    }
    std::vector<std::pair<std::string, CsvTable>> tables;
    tables.emplace_back("effects.csv", effect_table().csv(effects));
    tables.emplace_back("effect_settings.csv", setting_table().csv(settings));
    tables.emplace_back("effect_factors.csv", slope_table().csv(slopes));
    tables.emplace_back("effect_seeds.csv", seed_table(findings));
    return tables;
}

std::vector<std::vector<std::string>> setting_rows(const ExperimentFinding& finding,
                                                   const EffectFinding& effect) {
    std::vector<std::vector<std::string>> rows;
    for (const SettingRow& row : setting_rows_of(0, finding, effect)) {
        const SequentialLook* last = row.last();
        const bool any = last != nullptr && last->values > 0;
        rows.push_back(
            {row.measured->setting.name(), any ? fmt::format("{:+.3g}", last->mean) : "",
             any && std::isfinite(last->high)
                 ? fmt::format("{:+.3g} to {:+.3g}", last->low, last->high)
                 : "",
             last == nullptr               ? ""
             : last->values == last->seeds ? fmt::format("{}", last->seeds)
                                           : fmt::format("{} of {}", last->values, last->seeds),
             std::string(any ? to_string(row.setting->verdict) : "no subjects"),
             row.setting->test.would_settle ? fmt::format("{}", *row.setting->test.would_settle)
                                            : ""});
    }
    return rows;
}

std::vector<std::vector<std::string>> factor_rows(const EffectFinding& effect) {
    std::vector<std::vector<std::string>> rows;
    for (const SlopeRow& row : slope_rows_of(0, effect)) {
        const Slope& slope = *row.slope;
        const std::string what = row.scale == "words"    ? slope.level + " against the first"
                                 : row.scale == "linear" ? "a unit more"
                                                         : "doubled";
        rows.push_back({slope.factor, what, fmt::format("{:+.3g}", slope.value),
                        fmt::format("{:+.3g} to {:+.3g}", slope.low, slope.high),
                        fmt::format("{:.2g}", slope.p), fmt::format("{:.2g}", *row.p_holm)});
    }
    return rows;
}

}  // namespace resdyn::claims
