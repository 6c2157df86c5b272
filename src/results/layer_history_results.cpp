#include "layer_history_results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "table.hpp"

namespace resdyn {

namespace {

using Json = nlohmann::ordered_json;
using Tables = std::vector<std::pair<std::string, CsvTable>>;

constexpr std::size_t most_layers_told = 40;

const Table<EpochCounts>& count_table() {
    static const Table<EpochCounts> table = {{"layer", &EpochCounts::epoch},
                                             {"equilibria", &EpochCounts::equilibria},
                                             {"stable", &EpochCounts::stable},
                                             {"complete", &EpochCounts::complete}};
    return table;
}

const Table<PatternPersistence>& neighbour_table() {
    using P = PatternPersistence;
    static const Table<P> table = {{"layer", &P::layer},
                                   {"kept", &P::kept},
                                   {"lost", &P::lost},
                                   {"born", &P::born},
                                   {"stable_kept", &P::stable_kept},
                                   {"stable_lost", &P::stable_lost},
                                   {"stable_born", &P::stable_born}};
    return table;
}

std::optional<Index> present(Index count) {
    return count < 0 ? std::nullopt : std::optional(count);
}

const Table<PatternEvent>& change_table() {
    using E = PatternEvent;
    static const Table<E> table = {
        {"change", &E::change},
        {"pattern", &E::pattern},
        {"layer", &E::before},
        {"unstable_before", [](const E& e) { return present(e.unstable_before); }},
        {"unstable_after", [](const E& e) { return present(e.unstable_after); }}};
    return table;
}

CsvTable sighting_table(const PatternHistory& history) {
    struct Row {
        const Pattern* pattern;
        const PatternSighting* seen;
    };
    const Table<Row> table = {
        {"layer", [](const Row& row) { return row.seen->epoch; }},
        {"pattern", [](const Row& row) { return *row.pattern; }},
        {"unstable_dimension", [](const Row& row) { return row.seen->flow.unstable; }},
        {"neutral_dimension", [](const Row& row) { return row.seen->flow.neutral; }},
        {"outside", [](const Row& row) { return row.seen->outside; }},
        {"residual", [](const Row& row) { return row.seen->residual; }},
        {"y", [](const Row& row) { return row.seen->y; }}};
    std::vector<Row> rows;
    for (const PatternTrack& track : history.tracks) {
        for (const PatternSighting& sighting : track.sightings) {
            rows.push_back({&track.pattern, &sighting});
        }
    }
    std::stable_sort(rows.begin(), rows.end(),
                     [](const Row& a, const Row& b) { return a.seen->epoch < b.seen->epoch; });
    return table.csv(rows);
}

}  // namespace

Json to_json(const LayerHistory& study) {
    Json json = {{"method", "layers"},
                 {"activation", to_string(study.activation)},
                 {"step", study.step},
                 {"dimension", study.dimension},
                 {"found_by", to_string(study.history.method)},
                 {"scope", study.history.scope},
                 {"two_matrices", study.two_matrices},
                 {"layers", count_table().json(study.history.epochs)}};
    if (!study.two_matrices) {
        json["patterns"] = study.history.tracks.size();
        json["in_every_layer"] = study.everywhere;
        json["stable_in_every_layer"] = study.stable_everywhere;
        json["neighbours"] = neighbour_table().json(study.neighbours);
        json["changes"] = change_table().json(study.history.events);
    }
    return json;
}

Tables layer_history_tables(const LayerHistory& study) {
    Tables tables;
    tables.emplace_back("layer_counts.csv", count_table().csv(study.history.epochs));
    tables.emplace_back("layer_equilibria.csv", sighting_table(study.history));
    if (!study.two_matrices) {
        tables.emplace_back("layer_neighbours.csv", neighbour_table().csv(study.neighbours));
        tables.emplace_back("layer_changes.csv", change_table().csv(study.history.events));
    }
    return tables;
}

std::string summary(const LayerHistory& study) {
    std::string text = fmt::format("{}\n{:>8}{:>12}{:>10}\n", study.history.scope, "layer",
                                   "equilibria", "stable");
    for (std::size_t k = 0; k < std::min(most_layers_told, study.history.epochs.size()); ++k) {
        const EpochCounts& e = study.history.epochs[k];
        text += fmt::format("{:>8}{:>12}{:>10}{}\n", e.epoch, e.equilibria, e.stable,
                            e.complete ? "" : "  (not complete)");
    }
    if (study.two_matrices) {
        return text +
               "patterns are not followed: hidden units of two-matrix blocks have no identity from "
               "layer to layer\n";
    }
    for (std::size_t k = 0; k < std::min(most_layers_told, study.neighbours.size()); ++k) {
        const PatternPersistence& p = study.neighbours[k];
        text += fmt::format(
            "layers {} to {}: {} patterns kept, {} lost, {} born; stable: {} kept, {} lost, {} "
            "born\n",
            p.layer, p.layer + 1, p.kept, p.lost, p.born, p.stable_kept, p.stable_lost,
            p.stable_born);
    }
    return text + fmt::format("{} patterns; {} in every layer, {} stable in every layer\n",
                              study.history.tracks.size(), study.everywhere,
                              study.stable_everywhere);
}

}  // namespace resdyn
