#include "interaction_results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "json_parts.hpp"
#include "table.hpp"

namespace resdyn {

using Json = nlohmann::ordered_json;

namespace {

/// How many pairs of a type there are, and how strong.
struct TypeTally {
    PairType type;
    PairTally tally;
};

const Table<TypeTally>& pair_table() {
    using F = Field<TypeTally>;
    static const Table<TypeTally> table = {
        F("type", &TypeTally::type).csv_only(),
        {"count", [](const TypeTally& row) { return row.tally.count; }},
        {"mean_strength", [](const TypeTally& row) { return row.tally.mean_strength; }},
        {"max_strength", [](const TypeTally& row) { return row.tally.max_strength; }}};
    return table;
}

std::vector<TypeTally> by_type(const std::array<PairTally, 6>& pairs) {
    std::vector<TypeTally> rows;
    for (std::size_t k = 0; k < pair_types.size(); ++k) {
        rows.push_back({pair_types[k], pairs[k]});
    }
    return rows;
}

Json tallies(const std::array<PairTally, 6>& pairs) {
    Json json = Json::object();
    for (const TypeTally& row : by_type(pairs)) {
        pair_table().add_to(json[std::string(to_string(row.type))], row);
    }
    return json;
}

/// A frustration index by the measure that it is in.
struct IndexRow {
    const char* measure;
    const FrustrationIndex* index;
    double of;  ///< pairs, or weight, that are linked.
};

template <typename V>
auto of_index(V FrustrationIndex::*member) {
    return [member](const IndexRow& row) { return row.index->*member; };
}

const Table<IndexRow>& index_table() {
    using F = Field<IndexRow>;
    static const Table<IndexRow> table = {
        F("measure", &IndexRow::measure).csv_only(),
        {"lower", of_index(&FrustrationIndex::lower)},
        {"upper", of_index(&FrustrationIndex::upper)},
        {"of", &IndexRow::of},
        {"exact", [](const IndexRow& row) { return row.index->is_exact(); }},
        {"proof", of_index(&FrustrationIndex::proof)},
        {"packing_bound", of_index(&FrustrationIndex::packing_bound)},
        {"spectral_bound", of_index(&FrustrationIndex::spectral_bound)},
        {"nodes", of_index(&FrustrationIndex::nodes)},
        F("camps", of_index(&FrustrationIndex::camps)).json_only()};
    return table;
}

std::vector<IndexRow> indices_of(const Frustration& frustration) {
    return {{"pairs", &frustration.pairs, static_cast<double>(frustration.linked_pairs)},
            {"weight", &frustration.weight, frustration.total_weight}};
}

const Table<StructureVerdict>& verdict_table() {
    using F = Field<StructureVerdict>;
    static const Table<StructureVerdict> table = {
        F("name", &StructureVerdict::name).column("verdict"),
        F("holds", [](const StructureVerdict& v) { return v.holds(); }).json_only(),
        {"status", &StructureVerdict::status},
        {"test", &StructureVerdict::test},
        {"margin", &StructureVerdict::margin},
        {"margin_meaning", &StructureVerdict::margin_meaning},
        {"violations", &StructureVerdict::violations},
        {"witness", &StructureVerdict::witness},
        {"consequence", &StructureVerdict::consequence},
        {"non_consequence", &StructureVerdict::non_consequence},
        {"reference", &StructureVerdict::reference},
        {"network_test", &StructureVerdict::network_test},
        {"network_holds", &StructureVerdict::network_holds},
        {"network_margin", [](const StructureVerdict& v) {
             return v.network_holds ? std::optional(v.network_margin) : std::nullopt;
         }}};
    return table;
}

const Table<StructureCheck>& check_table() {
    static const Table<StructureCheck> table = {
        {"law", &StructureCheck::law},
        {"verdict", &StructureCheck::verdict},
        {"clock", [](const StructureCheck& c) { return c.map ? "map" : "flow"; }},
        {"claimed", &StructureCheck::claimed},
        {"passed", &StructureCheck::passed},
        {"trajectories", &StructureCheck::trajectories},
        {"comparisons", &StructureCheck::comparisons},
        {"largest_violation", &StructureCheck::violation},
        {"tolerance", &StructureCheck::tolerance}};
    return table;
}

Json dissipativity_json(const Dissipativity& result) {
    return {{"status", to_string(result.status)},
            {"largest_eigenvalue", json_number(result.largest_eigenvalue)},
            {"proof", result.proof},
            {"p", json_numbers(result.p)},
            {"newton_steps", result.steps}};
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

CsvTable unit_table(const InteractionAnalysis& interaction) {
    const StructureReport& structure = interaction.structure;
    const Frustration& frustration = interaction.frustration;
    const auto at = [](Index i) { return static_cast<std::size_t>(i); };
    // A scaling where its verdict holds.
    const auto scaling = [&structure](Structure verdict, const Vector& p) {
        return [holds = structure[verdict].holds(), &p](Index i) {
            return holds ? std::optional(p[i]) : std::nullopt;
        };
    };
    const Table<Index> table = {
        {"unit", [](Index i) { return i; }},
        {"component", [&, at](Index i) { return interaction.components.component_of[at(i)]; }},
        {"camp_by_pairs", [&, at](Index i) { return frustration.pairs.camps[at(i)]; }},
        {"camp_by_weight", [&, at](Index i) { return frustration.weight.camps[at(i)]; }},
        {"received", [&](Index i) { return interaction.pairs.received[i]; }},
        {"given", [&](Index i) { return interaction.pairs.given[i]; }},
        {"symmetrizer_p", scaling(Structure::GradientLike, structure.gradient.p)},
        {"antisymmetrizer_p", scaling(Structure::Conservative, structure.conservative.p)},
        {"dissipative_p", scaling(Structure::Dissipative, structure.dissipative.p)}};
    return table.csv(indices_up_to(interaction.pairs.received.size()));
}

CsvTable effective_table(const EffectiveInteraction& effective) {
    std::vector<Field<Index>> fields = {
        {"layer", [](Index n) { return n; }},
        {"t", [&](Index n) { return effective.t[static_cast<std::size_t>(n)]; }},
        {"help", [&](Index n) { return effective.help[n]; }},
        {"harm", [&](Index n) { return effective.harm[n]; }}};
    for (Index type = 0; type < effective.strength.rows(); ++type) {
        fields.emplace_back(
            fmt::format("{}_strength", to_string(pair_types[static_cast<std::size_t>(type)])),
            [&effective, type](Index n) { return effective.strength(type, n); });
    }
    return Table<Index>(fields).csv(indices_up_to(static_cast<Index>(effective.t.size())));
}

CsvTable energy_table(const EnergyBudget& energy) {
    const auto of = [](const Vector& values) { return [&values](Index n) { return values[n]; }; };
    const Table<Index> table = {{"layer", [](Index n) { return n; }},
                                {"energy", of(energy.energy)},
                                {"change", of(energy.change)},
                                {"change_standard_error", of(energy.change_error)},
                                {"work", of(energy.work)},
                                {"work_standard_error", of(energy.work_error)},
                                {"injection", of(energy.injection)},
                                {"injection_standard_error", of(energy.injection_error)},
                                {"injection_bound", of(energy.bound)}};
    return table.csv(indices_up_to(energy.work.size()));
}

/// A linked pair of units, its strength and whether the camps by weight leave it frustrated.
struct LinkedPair {
    Index i;
    Index j;
    double w_ij;
    double w_ji;
    bool frustrated;

    double strength() const { return 0.5 * (std::abs(w_ij) + std::abs(w_ji)); }
};

}  // namespace

Json to_json(const StructureReport& structure) {
    const auto scaling = [](const DiagonalScaling& s) {
        return Json{{"p", json_numbers(s.p)}, {"exact", s.exact}, {"asymmetry", s.asymmetry}};
    };
    return {{"verdicts", verdict_table().json(structure.verdicts)},
            {"exact_subject", structure.exact_subject},
            {"symmetrizer", scaling(structure.gradient)},
            {"antisymmetrizer", scaling(structure.conservative)},
            {"dissipativity", dissipativity_json(structure.dissipative)},
            {"network_dissipativity", dissipativity_json(structure.network_dissipative)},
            {"exact_rank", {structure.exact_rank.at_least, structure.exact_rank.at_most}}};
}

Json to_json(const InteractionAnalysis& interaction) {
    const InteractionReport& report = interaction.pairs;
    Json json = {{"pairs", tallies(report.pairs)},
                 {"self",
                  {{"positive", report.self.positive},
                   {"negative", report.self.negative},
                   {"zero", report.self.zero}}},
                 {"camps", report.camps}};
    json.update(to_json(interaction.structure));
    json["checks"] = check_table().json(interaction.checks);
    Json sizes = Json::array();
    for (const auto& members : interaction.components.members) {
        sizes.push_back(members.size());
    }
    json["components"] = {{"count", interaction.components.members.size()},
                          {"sizes", sizes},
                          {"component_of", interaction.components.component_of}};
    json["frustration"] = {{"mixed_pairs", interaction.frustration.mixed_pairs}};
    for (const IndexRow& row : indices_of(interaction.frustration)) {
        index_table().add_to(json["frustration"][row.measure], row);
    }
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
    tables.emplace_back("pairs.csv", pair_table().csv(by_type(interaction.pairs.pairs)));
    tables.emplace_back("frustration.csv", index_table().csv(indices_of(interaction.frustration)));
    tables.emplace_back("structure.csv", verdict_table().csv(interaction.structure.verdicts));
    tables.emplace_back("structure_checks.csv", check_table().csv(interaction.checks));
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
    const std::vector<int>& camps = interaction.frustration.weight.camps;
    std::vector<LinkedPair> pairs;
    for (Index i = 0; i < W.rows(); ++i) {
        for (Index j = i + 1; j < W.cols(); ++j) {
            if (W(i, j) != 0 || W(j, i) != 0) {
                const int wanted =
                    camps[static_cast<std::size_t>(i)] * camps[static_cast<std::size_t>(j)];
                pairs.push_back(
                    {i, j, W(i, j), W(j, i), wanted * W(i, j) < 0 || wanted * W(j, i) < 0});
            }
        }
    }
    std::stable_sort(pairs.begin(), pairs.end(), [](const LinkedPair& a, const LinkedPair& b) {
        return a.strength() > b.strength();
    });
    pairs.resize(std::min(pairs.size(), static_cast<std::size_t>(largest)));
    static const Table<LinkedPair> table = {
        {"i", &LinkedPair::i},
        {"j", &LinkedPair::j},
        {"type", [](const LinkedPair& pair) { return pair_type(pair.w_ij, pair.w_ji); }},
        {"w_ij", &LinkedPair::w_ij},
        {"w_ji", &LinkedPair::w_ji},
        {"strength", &LinkedPair::strength},
        {"frustrated", &LinkedPair::frustrated}};
    return table.csv(pairs);
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
