#include <resdyn/results/behaviour_results.hpp>

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include <resdyn/results/json_parts.hpp>

namespace resdyn {

namespace {

using Json = nlohmann::ordered_json;

Json long_run_json(const LongRun& run) {
    Json depths = Json::array();
    for (std::size_t k = 0; k < run.depth.size(); ++k) {
        Json entry = {{"layers", run.depth[k]}};
        if (!run.accuracy.empty()) {
            entry["accuracy"] = to_json(run.accuracy[k]);
        }
        entry["decision_kept"] = to_json(run.kept[k]);
        entry["residual_size"] = to_json(run.size[k]);
        depths.push_back(std::move(entry));
    }
    Index changed = 0;
    for (const DecisionLife& life : run.inputs) {
        changed += life.changed_by > 0 ? 1 : 0;
    }
    return {{"inputs", run.inputs.size()},
            {"changed_decision", changed},
            {"within_rounding", run.within_rounding},
            {"rounding_bound", json_number(run.rounding_bound)},
            {"depths", depths}};
}

Json story_json(const InputStory& story) {
    return {{"sample", story.sample},
            {"label", story.label >= 0 ? Json(story.label) : Json()},
            {"decided", story.decided},
            {"runner_up", story.runner_up},
            {"lead", story.lead},
            {"start", story.start},
            {"rounding_residual", story.rounding_residual},
            {"rounding_bound", story.rounding_bound}};
}

CsvTable unit_table(const UnitFields& units) {
    const Index C = units.effect.rows();
    std::vector<std::string> columns = {"unit", "rank", "evidence", "receptive_norm",
                                        "projective_norm"};
    for (Index c = 0; c < C; ++c) {
        columns.push_back(fmt::format("effect_{}", c));
    }
    std::vector<long> rank(units.order.size());
    for (std::size_t k = 0; k < units.order.size(); ++k) {
        rank[static_cast<std::size_t>(units.order[k])] = static_cast<long>(k);
    }
    CsvTable table(columns);
    for (Index i = 0; i < units.receptive.rows(); ++i) {
        std::vector<CsvTable::Cell> row = {static_cast<long>(i), rank[static_cast<std::size_t>(i)]};
        row.emplace_back(units.evidence.size() > 0 ? CsvTable::Cell(units.evidence.row(i).sum())
                                                   : CsvTable::Cell(std::string()));
        row.emplace_back(units.receptive.row(i).norm());
        row.emplace_back(units.projective.col(i).norm());
        for (Index c = 0; c < C; ++c) {
            row.emplace_back(units.effect(c, i));
        }
        table.add(row);
    }
    return table;
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

CsvTable long_run_table(const LongRun& run) {
    CsvTable table({"layers", "accuracy", "accuracy_error", "kept", "kept_error", "size_median",
                    "size_q05", "size_q95", "size_least", "size_most"});
    for (std::size_t k = 0; k < run.depth.size(); ++k) {
        std::vector<CsvTable::Cell> row = {static_cast<long>(run.depth[k])};
        if (run.accuracy.empty()) {
            row.insert(row.end(), 2, std::string());
        } else {
            row.emplace_back(run.accuracy[k].value);
            row.emplace_back(run.accuracy[k].standard_error);
        }
        const Spread& size = run.size[k];
        for (const double value : {run.kept[k].value, run.kept[k].standard_error, size.median,
                                   size.low, size.high, size.least, size.most}) {
            row.emplace_back(value);
        }
        table.add(row);
    }
    return table;
}

CsvTable life_table(const LongRun& run, const std::vector<Index>& samples) {
    CsvTable table({"sample", "decided", "last", "kept_to", "changed_by"});
    for (std::size_t k = 0; k < run.inputs.size(); ++k) {
        const DecisionLife& life = run.inputs[k];
        table.add({static_cast<long>(samples[k]), static_cast<long>(life.decided),
                   static_cast<long>(life.last), static_cast<long>(life.kept_to),
                   life.changed_by > 0 ? CsvTable::Cell(static_cast<long>(life.changed_by))
                                       : CsvTable::Cell(std::string())});
    }
    return table;
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
    Json stories = Json::array();
    for (const InputStory& story : behaviour.stories) {
        stories.push_back(story_json(story));
    }
    json["stories"] = std::move(stories);
    return json;
}

std::vector<std::pair<std::string, CsvTable>> behaviour_tables(const Behaviour& behaviour) {
    std::vector<std::pair<std::string, CsvTable>> tables;
    tables.emplace_back("unit_fields.csv", unit_table(behaviour.units));
    tables.emplace_back("class_residuals.csv", class_table(behaviour.classes));
    if (behaviour.beyond) {
        tables.emplace_back("long_run.csv", long_run_table(*behaviour.beyond));
        tables.emplace_back("decision_life.csv", life_table(*behaviour.beyond, behaviour.samples));
    }
    if (!behaviour.stories.empty()) {
        tables.emplace_back("stories.csv", story_table(behaviour.stories));
    }
    return tables;
}

}  // namespace resdyn
