#include <resdyn/results/interaction_results.hpp>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include <resdyn/results/json_parts.hpp>

namespace resdyn {

using Json = nlohmann::ordered_json;

namespace {

std::string text(std::string_view view) {
    return std::string(view);
}

std::string truth(bool value) {
    return value ? "true" : "false";
}

Json tallies(const std::array<PairTally, 6>& pairs) {
    Json json = Json::object();
    for (std::size_t k = 0; k < pair_types.size(); ++k) {
        json[text(to_string(pair_types[k]))] = {{"count", pairs[k].count},
                                                {"mean_strength", pairs[k].mean_strength},
                                                {"max_strength", pairs[k].max_strength}};
    }
    return json;
}

Json index_json(const FrustrationIndex& index, double of) {
    return {{"lower", index.lower},
            {"upper", index.upper},
            {"of", of},
            {"exact", index.is_exact()},
            {"proof", to_string(index.proof)},
            {"packing_bound", index.packing_bound},
            {"spectral_bound", index.spectral_bound},
            {"nodes", index.nodes},
            {"camps", index.camps}};
}

Json dissipativity_json(const Dissipativity& result) {
    return {{"status", to_string(result.status)},
            {"largest_eigenvalue", json_number(result.largest_eigenvalue)},
            {"proof", result.proof},
            {"p", json_numbers(result.p)},
            {"newton_steps", result.steps}};
}

Json structure_json(const StructureReport& structure) {
    Json verdicts = Json::array();
    for (const StructureVerdict& v : structure.verdicts) {
        verdicts.push_back(
            {{"name", v.name},
             {"holds", v.holds()},
             {"status", to_string(v.status)},
             {"test", v.test},
             {"margin", json_number(v.margin)},
             {"margin_meaning", v.margin_meaning},
             {"violations", v.violations},
             {"witness", v.witness},
             {"consequence", v.consequence},
             {"non_consequence", v.non_consequence},
             {"reference", v.reference},
             {"network_test", v.network_test},
             {"network_holds", v.network_holds ? Json(*v.network_holds) : Json(nullptr)},
             {"network_margin", v.network_holds ? json_number(v.network_margin) : Json(nullptr)}});
    }
    const auto scaling = [](const DiagonalScaling& s) {
        return Json{{"p", json_numbers(s.p)}, {"exact", s.exact}, {"asymmetry", s.asymmetry}};
    };
    return {{"verdicts", verdicts},
            {"exact_subject", structure.exact_subject},
            {"symmetrizer", scaling(structure.gradient)},
            {"antisymmetrizer", scaling(structure.conservative)},
            {"dissipativity", dissipativity_json(structure.dissipative)},
            {"network_dissipativity", dissipativity_json(structure.network_dissipative)},
            {"exact_rank", {structure.exact_rank.at_least, structure.exact_rank.at_most}}};
}

Json checks_json(const std::vector<StructureCheck>& checks) {
    Json list = Json::array();
    for (const StructureCheck& c : checks) {
        list.push_back({{"law", c.law},
                        {"verdict", c.verdict},
                        {"clock", c.map ? "map" : "flow"},
                        {"claimed", c.claimed},
                        {"passed", c.passed},
                        {"trajectories", c.trajectories},
                        {"comparisons", c.comparisons},
                        {"largest_violation", json_number(c.violation)},
                        {"tolerance", json_number(c.tolerance)}});
    }
    return list;
}

Json energy_json(const EnergyBudget& energy) {
    return {{"samples", energy.samples},
            {"energy", json_numbers(energy.energy)},
            {"change", json_numbers(energy.change)},
            {"work", json_numbers(energy.work)},
            {"injection", json_numbers(energy.injection)},
            {"bound", json_numbers(energy.bound)},
            {"violation", energy.violation},
            {"imbalance", energy.imbalance},
            {"tolerance", energy.tolerance},
            {"balances", energy.balances()}};
}

CsvTable tally_table(const InteractionReport& report) {
    CsvTable table({"type", "count", "mean_strength", "max_strength"});
    for (std::size_t k = 0; k < pair_types.size(); ++k) {
        const PairTally& tally = report.pairs[k];
        table.add(
            {text(to_string(pair_types[k])), tally.count, tally.mean_strength, tally.max_strength});
    }
    return table;
}

CsvTable verdict_table(const StructureReport& structure) {
    CsvTable table({"verdict", "status", "test", "margin", "margin_meaning", "violations",
                    "witness", "consequence", "non_consequence", "reference", "network_test",
                    "network_holds", "network_margin"});
    for (const StructureVerdict& v : structure.verdicts) {
        table.add({v.name, text(to_string(v.status)), v.test, v.margin, v.margin_meaning,
                   v.violations, v.witness, v.consequence, v.non_consequence, v.reference,
                   v.network_test, v.network_holds ? truth(*v.network_holds) : "",
                   v.network_holds ? CsvTable::Cell(v.network_margin) : CsvTable::Cell("")});
    }
    return table;
}

CsvTable check_table(const std::vector<StructureCheck>& checks) {
    CsvTable table({"law", "verdict", "clock", "claimed", "passed", "trajectories", "comparisons",
                    "largest_violation", "tolerance"});
    for (const StructureCheck& c : checks) {
        table.add({c.law, c.verdict, text(c.map ? "map" : "flow"), truth(c.claimed),
                   truth(c.passed), c.trajectories, c.comparisons, c.violation, c.tolerance});
    }
    return table;
}

CsvTable unit_table(const InteractionAnalysis& interaction) {
    CsvTable table({"unit", "component", "camp_by_pairs", "camp_by_weight", "received", "given",
                    "symmetrizer_p", "antisymmetrizer_p", "dissipative_p"});
    const StructureReport& structure = interaction.structure;
    const auto optional = [](bool present, const Vector& p, Index i) {
        return present ? CsvTable::Cell(p[i]) : CsvTable::Cell("");
    };
    for (Index i = 0; i < interaction.pairs.received.size(); ++i) {
        const auto unit = static_cast<std::size_t>(i);
        table.add(
            {i, interaction.components.component_of[unit],
             static_cast<long>(interaction.frustration.pairs.camps[unit]),
             static_cast<long>(interaction.frustration.weight.camps[unit]),
             interaction.pairs.received[i], interaction.pairs.given[i],
             optional(structure[Structure::GradientLike].holds(), structure.gradient.p, i),
             optional(structure[Structure::Conservative].holds(), structure.conservative.p, i),
             optional(structure[Structure::Dissipative].holds(), structure.dissipative.p, i)});
    }
    return table;
}

CsvTable frustration_table(const Frustration& frustration) {
    CsvTable table({"measure", "lower", "upper", "of", "exact", "proof", "packing_bound",
                    "spectral_bound", "nodes"});
    const auto add = [&table](const char* name, const FrustrationIndex& index, double of) {
        table.add({text(name), index.lower, index.upper, of, truth(index.is_exact()),
                   text(to_string(index.proof)), index.packing_bound, index.spectral_bound,
                   index.nodes});
    };
    add("pairs", frustration.pairs, static_cast<double>(frustration.linked_pairs));
    add("weight", frustration.weight, frustration.total_weight);
    return table;
}

CsvTable effective_table(const EffectiveInteraction& effective) {
    std::vector<std::string> columns = {"layer", "t", "help", "harm"};
    for (const PairType type : pair_types) {
        columns.push_back(text(to_string(type)) + "_strength");
    }
    CsvTable table(columns);
    for (std::size_t k = 0; k < effective.t.size(); ++k) {
        const auto n = static_cast<Index>(k);
        std::vector<CsvTable::Cell> row = {n, effective.t[k], effective.help[n], effective.harm[n]};
        for (Index type = 0; type < effective.strength.rows(); ++type) {
            row.emplace_back(effective.strength(type, n));
        }
        table.add(row);
    }
    return table;
}

CsvTable energy_table(const EnergyBudget& energy) {
    CsvTable table({"layer", "energy", "change", "change_standard_error", "work",
                    "work_standard_error", "injection", "injection_standard_error",
                    "injection_bound"});
    for (Index n = 0; n < energy.work.size(); ++n) {
        table.add({n, energy.energy[n], energy.change[n], energy.change_error[n], energy.work[n],
                   energy.work_error[n], energy.injection[n], energy.injection_error[n],
                   energy.bound[n]});
    }
    return table;
}

}  // namespace

Json to_json(const InteractionAnalysis& interaction) {
    const InteractionReport& report = interaction.pairs;
    Json json = {{"pairs", tallies(report.pairs)},
                 {"self",
                  {{"positive", report.self.positive},
                   {"negative", report.self.negative},
                   {"zero", report.self.zero}}},
                 {"camps", report.camps}};
    json.update(structure_json(interaction.structure));
    json["checks"] = checks_json(interaction.checks);
    Json sizes = Json::array();
    for (const auto& members : interaction.components.members) {
        sizes.push_back(members.size());
    }
    json["components"] = {{"count", interaction.components.members.size()},
                          {"sizes", sizes},
                          {"component_of", interaction.components.component_of}};
    const Frustration& f = interaction.frustration;
    json["frustration"] = {{"mixed_pairs", f.mixed_pairs},
                           {"pairs", index_json(f.pairs, static_cast<double>(f.linked_pairs))},
                           {"weight", index_json(f.weight, f.total_weight)}};
    if (interaction.effective) {
        json["effective"] = {{"t", interaction.effective->t},
                             {"help", json_numbers(interaction.effective->help)},
                             {"harm", json_numbers(interaction.effective->harm)},
                             {"start", tallies(interaction.effective->start)},
                             {"end", tallies(interaction.effective->end)}};
    }
    if (interaction.energy) {
        json["energy"] = energy_json(*interaction.energy);
        json["energy"]["p"] = json_numbers(interaction.energy_weights);
    }
    return json;
}

std::vector<std::pair<std::string, CsvTable>> interaction_tables(
    const InteractionAnalysis& interaction) {
    std::vector<std::pair<std::string, CsvTable>> tables;
    tables.emplace_back("pairs.csv", tally_table(interaction.pairs));
    tables.emplace_back("frustration.csv", frustration_table(interaction.frustration));
    tables.emplace_back("structure.csv", verdict_table(interaction.structure));
    tables.emplace_back("structure_checks.csv", check_table(interaction.checks));
    tables.emplace_back("units.csv", unit_table(interaction));
    if (interaction.effective) {
        tables.emplace_back("effective_interaction.csv", effective_table(*interaction.effective));
    }
    if (interaction.energy) {
        tables.emplace_back("energy_budget.csv", energy_table(*interaction.energy));
    }
    return tables;
}

CsvTable linked_pair_table(const Matrix& W, const InteractionAnalysis& interaction, Index largest) {
    struct Pair {
        double strength;
        Index i;
        Index j;
    };
    std::vector<Pair> pairs;
    for (Index i = 0; i < W.rows(); ++i) {
        for (Index j = i + 1; j < W.cols(); ++j) {
            if (W(i, j) != 0 || W(j, i) != 0) {
                pairs.push_back({0.5 * (std::abs(W(i, j)) + std::abs(W(j, i))), i, j});
            }
        }
    }
    std::stable_sort(pairs.begin(), pairs.end(),
                     [](const Pair& a, const Pair& b) { return a.strength > b.strength; });
    pairs.resize(std::min(pairs.size(), static_cast<std::size_t>(largest)));
    CsvTable table({"i", "j", "type", "w_ij", "w_ji", "strength", "frustrated"});
    const std::vector<int>& camps = interaction.frustration.weight.camps;
    for (const Pair& pair : pairs) {
        const double a = W(pair.i, pair.j);
        const double b = W(pair.j, pair.i);
        const int wanted =
            camps[static_cast<std::size_t>(pair.i)] * camps[static_cast<std::size_t>(pair.j)];
        table.add({pair.i, pair.j, text(to_string(pair_type(a, b))), a, b, pair.strength,
                   truth(wanted * a < 0 || wanted * b < 0)});
    }
    return table;
}

Json to_json(const InteractionStudy& study) {
    return {{"activation", to_string(study.activation)},
            {"step", study.step},
            {"dimension", study.W.rows()},
            {"interaction", to_json(study.interaction)}};
}

std::vector<std::pair<std::string, CsvTable>> interaction_tables(const InteractionStudy& study,
                                                                 Index listed_pairs) {
    auto tables = interaction_tables(study.interaction);
    tables.emplace_back("linked_pairs.csv",
                        linked_pair_table(study.W, study.interaction, listed_pairs));
    return tables;
}

}  // namespace resdyn
