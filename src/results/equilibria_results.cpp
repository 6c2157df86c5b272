#include "equilibria_results.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "attracting_results.hpp"
#include "certificate.hpp"
#include "equilibria_summary.hpp"
#include "recurrence_results.hpp"
#include "root_results.hpp"
#include "spectrum_results.hpp"
#include "tables.hpp"

namespace resdyn {

namespace {

using Json = nlohmann::ordered_json;

// Beyond, results.json lists the largest groups only; groups.csv and endings.csv hold all.
constexpr std::size_t groups_in_json = 1000;

Json atlas_part(const EquilibriaStudy& study) {
    const AtlasAnswer& answer = *study.atlas;
    Json json = atlas_json(answer.atlas, study.system, notes_of(answer.verdicts));
    if (answer.directions) {
        json["origin_directions"] = to_json(*answer.directions);
    }
    if (study.recurrence) {
        json["recurrent_motion"] = to_json(*study.recurrence);
    }
    return json;
}

Json stable_part(const EquilibriaStudy& study) {
    const StableAnswer& answer = *study.stable;
    Json json =
        stable_json(answer.search, answer.prediction, study.system,
                    answer.vertices_only ? "stable_vertices" : "stable", notes_of(answer.verdicts));
    if (answer.directions) {
        json["origin_directions"] = to_json(*answer.directions);
    }
    return json;
}

Json settled_part(const EquilibriaStudy& study) {
    const SettledAnswer& answer = *study.settled;
    const std::size_t groups = answer.result.groups.size();
    const auto json_of = [&](const SettleResult& listed) {
        return search_json(listed, study.system, study.listing,
                           answer.classes ? &*answer.classes : nullptr, notes_of(answer.verdicts));
    };
    Json json;
    if (groups > groups_in_json) {
        SettleResult largest = answer.result;
        largest.groups.resize(groups_in_json);
        json = json_of(largest);
    } else {
        json = json_of(answer.result);
    }
    Json& search = json["search"];
    search["clock"] = to_string(answer.options.clock);
    if (const std::vector<std::string> steps = next_steps(answer); !steps.empty()) {
        search["next_steps"] = steps;
    }
    search["groups"] = groups;
    search["groups_listed"] = std::min(groups, groups_in_json);
    if (study.method == EquilibriaMethod::Data) {
        json["method"] = "data";
        search["data"] = answer.data;
    }
    return json;
}

Json roots_part(const EquilibriaStudy& study) {
    const RootAnswer& answer = *study.roots;
    Json json = roots_json(answer.result, answer.options, study.system, answer.variable);
    if (answer.cones) {
        json["cones"] = cones_json(*answer.cones);
    }
    return json;
}

Json part_of(const EquilibriaStudy& study) {
    if (study.atlas) {
        return atlas_part(study);
    }
    if (study.stable) {
        return stable_part(study);
    }
    if (study.attracting) {
        Json json =
            attracting_json(study.attracting->search, study.attracting->prediction, study.system,
                            study.attracting->evidence, study.attracting->growth);
        if (study.recurrence) {
            json["recurrent_motion"] = to_json(*study.recurrence);
        }
        return json;
    }
    return study.settled ? settled_part(study) : roots_part(study);
}

}  // namespace

VerdictNotes notes_of(const ListedVerdicts& verdicts) {
    return {.margins = verdicts.rounding ? &verdicts.margins : nullptr,
            .rounding = verdicts.rounding ? &*verdicts.rounding : nullptr,
            .clocks = &verdicts.clocks};
}

Json to_json(const EquilibriaStudy& study) {
    Json json = part_of(study);
    if (study.whole) {
        json["weights_read_as"] = to_json(*study.whole);
    }
    if (study.choice) {
        json["choice"] = {{"method", to_string(study.choice->method)},
                          {"passed_over", study.choice->passed_over}};
    }
    if (study.interrupted) {
        json["interrupted"] = true;
    }
    return json;
}

std::vector<std::pair<std::string, CsvTable>> equilibria_tables(const EquilibriaStudy& study) {
    std::vector<std::pair<std::string, CsvTable>> tables;
    if (study.atlas) {
        tables.emplace_back("equilibria.csv", equilibrium_table(study.atlas->atlas.equilibria,
                                                                study.atlas->verdicts.margins));
    }
    if (study.stable) {
        tables.emplace_back("equilibria.csv", equilibrium_table(study.stable->search.equilibria,
                                                                study.stable->verdicts.margins));
    }
    if (study.attracting) {
        tables.emplace_back("attracting_faces.csv",
                            attracting_table(study.attracting->search, study.attracting->evidence));
    }
    if (study.settled) {
        const SettledAnswer& answer = *study.settled;
        tables.emplace_back(
            "groups.csv", group_table(answer.result, answer.classes ? answer.classes->groups
                                                                    : std::vector<GroupClasses>{}));
        tables.emplace_back("endings.csv", ending_table(answer.result, answer.samples));
        tables.emplace_back("equilibria.csv",
                            equilibrium_table(answer.equilibria(), answer.verdicts.margins));
        if (answer.around) {
            tables.emplace_back("groups_around.csv", group_table(*answer.around, {}));
            tables.emplace_back("endings_around.csv", ending_table(*answer.around));
        }
    }
    if (study.roots) {
        tables.emplace_back("equilibria.csv",
                            root_table(study.roots->result, study.roots->variable));
    }
    if (study.recurrence) {
        for (auto& named : recurrence_tables(*study.recurrence)) {
            tables.push_back(std::move(named));
        }
    }
    return tables;
}

std::string certificate_text(const EquilibriaStudy& study) {
    return study.certificate ? certificate_text(*study.certificate, study.decided_on())
                             : std::string();
}

}  // namespace resdyn
