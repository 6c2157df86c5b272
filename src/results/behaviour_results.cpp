#include "behaviour_results.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "json_parts.hpp"
#include "table.hpp"

namespace resdyn {

namespace {

using Json = nlohmann::ordered_json;

Table<Index> long_run_table(const LongRun& run) {
    const auto at = [](Index k) { return static_cast<std::size_t>(k); };
    return {{"layers", [&run, at](Index k) { return run.depth[at(k)]; }},
            Field<Index>("accuracy",
                         [&run, at](Index k) {
                             return run.accuracy.empty() ? std::nullopt
                                                         : std::optional(run.accuracy[at(k)]);
                         })
                .if_present(),
            Field<Index>("decision_kept", [&run, at](Index k) { return run.kept[at(k)]; })
                .parts({{"kept", "value"}, {"kept_error", "standard_error"}}),
            Field<Index>("residual_size", [&run, at](Index k) { return run.size[at(k)]; })
                .parts({{"size_median", "median"},
                        {"size_q05", "q05"},
                        {"size_q95", "q95"},
                        {"size_least", "least"},
                        {"size_most", "most"}})};
}

Json long_run_json(const LongRun& run) {
    Index changed = 0;
    for (const DecisionLife& life : run.inputs) {
        changed += life.changed_by > 0 ? 1 : 0;
    }
    return {
        {"inputs", run.inputs.size()},
        {"changed_decision", changed},
        {"within_rounding", run.within_rounding},
        {"rounding_bound", json_number(run.rounding_bound)},
        {"depths", long_run_table(run).json(indices_up_to(static_cast<Index>(run.depth.size())))}};
}

const Table<InputStory>& input_story_table() {
    using S = InputStory;
    static const Table<S> table = {
        {"sample", &S::sample},
        {"label", [](const S& s) { return s.label >= 0 ? std::optional(s.label) : std::nullopt; }},
        {"decided", &S::decided},
        {"runner_up", &S::runner_up},
        {"lead", &S::lead},
        {"start", &S::start},
        {"rounding_residual", &S::rounding_residual},
        {"rounding_bound", &S::rounding_bound}};
    return table;
}

CsvTable unit_table(const UnitFields& units) {
    std::vector<Index> rank(units.order.size());
    for (std::size_t k = 0; k < units.order.size(); ++k) {
        rank[static_cast<std::size_t>(units.order[k])] = static_cast<Index>(k);
    }
    const Table<Index> table = {
        {"unit", [](Index i) { return i; }},
        {"rank", [&](Index i) { return rank[static_cast<std::size_t>(i)]; }},
        {"evidence",
         [&](Index i) {
             return units.evidence.size() > 0 ? std::optional(units.evidence.row(i).sum())
                                              : std::nullopt;
         }},
        {"receptive_norm", [&](Index i) { return units.receptive.row(i).norm(); }},
        {"projective_norm", [&](Index i) { return units.projective.col(i).norm(); }},
        Field<Index>("effect", [&](Index i) {
            return Vector(units.effect.col(i));
        }).width(units.effect.rows())};
    return table.csv(indices_up_to(units.receptive.rows()));
}

CsvTable class_table(const ClassResiduals& classes) {
    CsvTable table({"unit", "layer", "class", "samples", "mean", "standard_deviation"});
    for (std::size_t n = 0; n < classes.mean.size(); ++n) {
        for (Index i = 0; i < classes.mean[n].rows(); ++i) {
            for (Index c = 0; c < classes.mean[n].cols(); ++c) {
                const Index samples = classes.samples[static_cast<std::size_t>(c)];
                if (samples > 0) {
                    table.add({static_cast<long>(i), static_cast<long>(n), static_cast<long>(c),
                               static_cast<long>(samples), classes.mean[n](i, c),
                               classes.deviation[n](i, c)});
                }
            }
        }
    }
    return table;
}

CsvTable life_table(const LongRun& run, const std::vector<Index>& samples) {
    const auto at = [](Index k) { return static_cast<std::size_t>(k); };
    const Table<Index> table = {{"sample", [&, at](Index k) { return samples[at(k)]; }},
                                {"decided", [&, at](Index k) { return run.inputs[at(k)].decided; }},
                                {"last", [&, at](Index k) { return run.inputs[at(k)].last; }},
                                {"kept_to", [&, at](Index k) { return run.inputs[at(k)].kept_to; }},
                                {"changed_by", [&, at](Index k) {
                                     const Index changed = run.inputs[at(k)].changed_by;
                                     return changed > 0 ? std::optional(changed) : std::nullopt;
                                 }}};
    return table.csv(indices_up_to(static_cast<Index>(run.inputs.size())));
}

CsvTable story_table(const std::vector<InputStory>& stories) {
    CsvTable table({"sample", "unit", "layer", "residual", "evidence"});
    for (const InputStory& story : stories) {
        for (Index n = 0; n < story.y.cols(); ++n) {
            for (Index i = 0; i < story.y.rows(); ++i) {
                table.add({static_cast<long>(story.sample), static_cast<long>(i),
                           static_cast<long>(n), story.y(i, n), story.evidence(i, n)});
            }
        }
    }
    return table;
}

}  // namespace

Json to_json(const Behaviour& behaviour) {
    Json json = {{"units_by_evidence", behaviour.units.order},
                 {"samples_by_class", behaviour.classes.samples}};
    if (behaviour.beyond) {
        json["beyond_the_last_layer"] = long_run_json(*behaviour.beyond);
    }
    json["stories"] = input_story_table().json(behaviour.stories);
    return json;
}

std::vector<std::pair<std::string, CsvTable>> behaviour_tables(const Behaviour& behaviour) {
    std::vector<std::pair<std::string, CsvTable>> tables;
    tables.emplace_back("unit_fields.csv", unit_table(behaviour.units));
    tables.emplace_back("class_residuals.csv", class_table(behaviour.classes));
    if (behaviour.beyond) {
        tables.emplace_back(
            "long_run.csv",
            long_run_table(*behaviour.beyond)
                .csv(indices_up_to(static_cast<Index>(behaviour.beyond->depth.size()))));
        tables.emplace_back("decision_life.csv", life_table(*behaviour.beyond, behaviour.samples));
    }
    if (!behaviour.stories.empty()) {
        tables.emplace_back("stories.csv", story_table(behaviour.stories));
    }
    return tables;
}

}  // namespace resdyn
