#include "reduction_results.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "json_parts.hpp"
#include "proof_results.hpp"
#include "root_results.hpp"
#include "table.hpp"

namespace resdyn {

namespace {

using Json = nlohmann::ordered_json;

/// How far the stream of one layer is from the original's; `network` names whose it is.
struct LayerDistance {
    std::string network;
    const StreamDistance* stream;
};

template <typename V>
auto of_stream(V StreamDistance::*member) {
    return [member](const LayerDistance& row) { return row.stream->*member; };
}

const Table<LayerDistance>& distance_table() {
    using F = Field<LayerDistance>;
    static const Table<LayerDistance> table = {
        F("network", &LayerDistance::network).csv_only(),
        {"layer", [](const LayerDistance& row) { return row.stream->layers.layer; }},
        {"layer_of_original",
         [](const LayerDistance& row) { return row.stream->layers.of_original; }},
        {"distance", of_stream(&StreamDistance::distance)},
        F("way_of_original", of_stream(&StreamDistance::way))
            .parts({{"way", "mean"}, {"way_error", "standard_error"}}),
        {"relative", of_stream(&StreamDistance::relative)}};
    return table;
}

std::vector<LayerDistance> distances_of(const std::string& network, const NetworkAgreement& a) {
    std::vector<LayerDistance> rows;
    for (const StreamDistance& layer : a.by_layer) {
        rows.push_back({network, &layer});
    }
    return rows;
}

/// What a smaller network is held against the original by.
const Table<NetworkAgreement>& agreement_table() {
    using A = NetworkAgreement;
    using F = Field<A>;
    static const Table<A> table = {
        {"agreement", &A::agreement},
        {"accuracy", &A::accuracy},
        F("accuracy_of_original", &A::original_accuracy)
            .parts({{"original_accuracy", "value"}, {"original_accuracy_error", "standard_error"}}),
        {"accuracy_gain", &A::accuracy_gain},
        {"divergence", &A::divergence},
        // In JSON the distances of all layers stand instead.
        F("relative_distance",
          [](const A& a) {
              return a.by_layer.empty() ? std::nullopt : std::optional(a.by_layer.back().relative);
          })
            .parts({{"relative_distance", "mean"}, {"relative_distance_error", "standard_error"}})
            .csv_only()};
    return table;
}

/// The same of a network that stands in `member` of a larger report.
template <typename T>
std::vector<Field<T>> agreement_fields(NetworkAgreement T::*member) {
    return agreement_table().fields_of<T>(
        [member](const T& row) -> const NetworkAgreement& { return row.*member; });
}

Json to_json(const NetworkAgreement& agreement) {
    Json json = Json::object();
    agreement_table().add_to(json, agreement);
    json["stream"] = distance_table().json(distances_of("", agreement));
    return json;
}

/// An epoch of an imitation's training, with the units of the imitation.
struct ImitationLine {
    Index hidden_units;
    const ImitationEpoch* epoch;
};

template <typename V>
auto of_epoch(V ImitationEpoch::*member) {
    return [member](const ImitationLine& row) { return row.epoch->*member; };
}

const Table<ImitationLine>& epoch_table() {
    using F = Field<ImitationLine>;
    static const Table<ImitationLine> table = {
        F("hidden_units", &ImitationLine::hidden_units).csv_only(),
        {"epoch", of_epoch(&ImitationEpoch::epoch)},
        {"loss", of_epoch(&ImitationEpoch::loss)},
        {"agreement", of_epoch(&ImitationEpoch::agreement)},
        {"gradient_norm", of_epoch(&ImitationEpoch::gradient_norm)}};
    return table;
}

std::vector<ImitationLine> epochs_of(const ImitationReport& report) {
    std::vector<ImitationLine> rows;
    for (const ImitationEpoch& epoch : report.imitation.record) {
        rows.push_back({report.hidden_units, &epoch});
    }
    return rows;
}

Json to_json(const ImitationReport& report) {
    const Imitation& imitation = report.imitation;
    const ResidualNetwork& network = imitation.network;
    Json json = {{"hidden_units", report.hidden_units},
                 {"activation", to_string(network.activation)},
                 {"depth", network.depth},
                 {"step", network.step},
                 {"training",
                  {{"outcome", to_string(imitation.outcome)},
                   {"reason", imitation.reason},
                   {"samples", imitation.samples},
                   {"steps", imitation.steps},
                   {"matched_layers", imitation.matched_layers},
                   {"seconds", imitation.seconds},
                   {"record", epoch_table().json(epochs_of(report))}}}};
    json.update(to_json(report.agreement));
    json["statements"] = describe(report);
    json["proofs_of_the_imitation"] = report.proofs ? to_json(*report.proofs) : Json();
    return json;
}

Json to_json(const LowRankReport& report) {
    const auto root = [&report](Index k) -> const Root& {
        return report.roots.roots[static_cast<std::size_t>(k)];
    };
    const auto evidence = [&report](Index k) -> const EvidenceRate& {
        return report.evidence[static_cast<std::size_t>(k)];
    };
    const Table<Index> equilibria = {
        {"z", [root](Index k) { return root(k).x; }},
        {"residual", [root](Index k) { return root(k).residual; }},
        {"type", [root](Index k) { return root(k).type; }},
        {"eigenvalues", [root](Index k) { return root(k).eigenvalues; }},
        {"singular", [root](Index k) { return root(k).singular; }},
        {"starts", [root](Index k) { return root(k).starts; }},
        {"round", [root](Index k) { return root(k).round; }},
        {"class",
         [evidence](Index k) {
             return evidence(k).is_decided() ? std::optional(evidence(k).best) : std::nullopt;
         }},
        {"evidence_margin", [evidence](Index k) { return evidence(k).margin; }},
        {"evidence_margin_error", [evidence](Index k) { return evidence(k).margin_error; }}};
    Json json = {{"rank", report.network.rank}, {"kept", report.kept}};
    json.update(to_json(report.agreement));
    json["rounding"] = json_number(report.rounding);
    json["equilibria_of_z"] = {
        {"statement", describe_equilibria(report)},
        {"complete", report.monotone.has_value()},
        {"monotone_variable", report.monotone ? Json(report.monotone->variable) : Json()},
        {"box",
         {{"lower", json_numbers(report.box.lower)}, {"upper", json_numbers(report.box.upper)}}},
        {"starts", report.roots.starts},
        {"at_roots", report.roots.at_roots},
        {"at_slow_points", report.roots.at_slow_points},
        {"outside", report.roots.outliers},
        {"deflation_rounds", report.roots.rounds},
        {"list", equilibria.json(indices_up_to(static_cast<Index>(report.roots.roots.size())))}};
    Json notes = Json::array();
    for (const PhasePortrait& portrait : report.portraits) {
        notes.push_back({{"plane", portrait.slice.about}, {"notes", portrait.notes}});
    }
    json["portraits"] = std::move(notes);
    return json;
}

CsvTable imitation_table(const Reduction& reduction) {
    using T = ImitationReport;
    std::vector<Field<T>> fields = {{"hidden_units", &T::hidden_units}};
    for (const Field<T>& field : agreement_fields(&T::agreement)) {
        fields.push_back(field);
    }
    fields.emplace_back("matched_layers", [](const T& r) { return r.imitation.matched_layers; });
    fields.emplace_back("seconds", [](const T& r) { return r.imitation.seconds; });
    return Table<T>(fields).csv(reduction.imitations);
}

CsvTable training_table(const Reduction& reduction) {
    std::vector<ImitationLine> rows;
    for (const ImitationReport& report : reduction.imitations) {
        const std::vector<ImitationLine> epochs = epochs_of(report);
        rows.insert(rows.end(), epochs.begin(), epochs.end());
    }
    return epoch_table().csv(rows);
}

CsvTable all_distances(const Reduction& reduction) {
    std::vector<LayerDistance> rows;
    const auto add = [&rows](const std::string& network, const NetworkAgreement& agreement) {
        const std::vector<LayerDistance> more = distances_of(network, agreement);
        rows.insert(rows.end(), more.begin(), more.end());
    };
    for (const ImitationReport& report : reduction.imitations) {
        add(fmt::format("imitation-{}", report.hidden_units), report.agreement);
    }
    if (reduction.ranks) {
        for (const LowRankReport& report : reduction.ranks->ranks) {
            add(fmt::format("rank-{}", report.network.rank), report.agreement);
        }
    }
    return distance_table().csv(rows);
}

CsvTable rank_table(const RankStudy& study) {
    using T = LowRankReport;
    std::vector<Field<T>> fields = {{"rank", [](const T& r) { return r.network.rank; }},
                                    {"kept", &T::kept}};
    for (const Field<T>& field : agreement_fields(&T::agreement)) {
        fields.push_back(field);
    }
    fields.emplace_back("rounding", &T::rounding);
    fields.emplace_back("equilibria", [](const T& r) {
        return r.not_sought.empty() ? std::optional(r.roots.roots.size()) : std::nullopt;
    });
    return Table<T>(fields).csv(study.ranks);
}

void add_rank_tables(const RankStudy& study,
                     std::vector<std::pair<std::string, CsvTable>>& tables) {
    tables.emplace_back("ranks.csv", rank_table(study));
    const Table<Index> values = {
        {"k", [](Index k) { return k + 1; }},
        {"singular_value", [&](Index k) { return study.singular_values[k]; }}};
    tables.emplace_back("singular_values.csv",
                        values.csv(indices_up_to(study.singular_values.size())));
    for (const LowRankReport& report : study.ranks) {
        if (!report.roots.roots.empty() || !report.roots.slow.empty()) {
            tables.emplace_back(fmt::format("equilibria-rank-{}.csv", report.network.rank),
                                root_table(report.roots, "z"));
        }
    }
}

std::string agreement_words(const NetworkAgreement& a) {
    std::string text;
    text += fmt::format("agrees with the original on {:.4f} ± {:.4f}, accuracy {:.4f} ± {:.4f}",
                        a.agreement.value, a.agreement.standard_error, a.accuracy.value,
                        a.accuracy.standard_error);
    if (!a.by_layer.empty()) {
        text +=
            fmt::format(", stream apart by {:.3g} ± {:.1g} of its way",
                        a.by_layer.back().relative.mean, a.by_layer.back().relative.standard_error);
    }
    text += "\n";
    return text;
}

}  // namespace

Json to_json(const Reduction& reduction) {
    Json json = {{"accuracy_of_original", to_json(reduction.accuracy)}};
    json["imitations"] = Json::array();
    for (const ImitationReport& report : reduction.imitations) {
        json["imitations"].push_back(to_json(report));
    }
    json["low_rank"] = Json();
    if (reduction.ranks) {
        Json ranks = Json::array();
        for (const LowRankReport& report : reduction.ranks->ranks) {
            ranks.push_back(to_json(report));
        }
        json["low_rank"] = {{"singular_values", json_numbers(reduction.ranks->singular_values)},
                            {"ranks", std::move(ranks)}};
    }
    return json;
}

std::vector<std::pair<std::string, CsvTable>> reduction_tables(const Reduction& reduction) {
    std::vector<std::pair<std::string, CsvTable>> tables;
    if (!reduction.imitations.empty()) {
        tables.emplace_back("imitations.csv", imitation_table(reduction));
        tables.emplace_back("imitation_training.csv", training_table(reduction));
    }
    CsvTable distances = all_distances(reduction);
    if (distances.rows() > 0) {
        tables.emplace_back("distances.csv", std::move(distances));
    }
    for (const ImitationReport& report : reduction.imitations) {
        if (report.proofs) {
            for (auto& [name, table] : proof_tables(*report.proofs)) {
                tables.emplace_back(fmt::format("imitation-{}-{}", report.hidden_units, name),
                                    std::move(table));
            }
        }
    }
    if (reduction.ranks) {
        add_rank_tables(*reduction.ranks, tables);
    }
    return tables;
}

std::vector<std::pair<std::string, ResidualNetwork>> reduced_networks(const Reduction& reduction) {
    std::vector<std::pair<std::string, ResidualNetwork>> networks;
    for (const ImitationReport& report : reduction.imitations) {
        networks.emplace_back(fmt::format("imitation-{}.safetensors", report.hidden_units),
                              report.imitation.network);
    }
    if (reduction.ranks) {
        for (const LowRankReport& report : reduction.ranks->ranks) {
            networks.emplace_back(fmt::format("rank-{}.safetensors", report.network.rank),
                                  report.network.compact);
        }
    }
    return networks;
}

std::string summary(const Reduction& reduction) {
    std::string text;
    text += fmt::format("accuracy of the original {:.4f} ± {:.4f} of {} test samples\n",
                        reduction.accuracy.value, reduction.accuracy.standard_error,
                        reduction.accuracy.samples);
    if (reduction.ranks) {
        for (const LowRankReport& report : reduction.ranks->ranks) {
            text += fmt::format("rank {} ({:.2f} % of |W|_F^2): ", report.network.rank,
                                100.0 * report.kept);
            text += agreement_words(report.agreement);
            text += fmt::format("  {} Logits by z against those by x: {:.1e} apart.\n",
                                describe_equilibria(report), report.rounding);
        }
    }
    for (const ImitationReport& report : reduction.imitations) {
        text += fmt::format("imitation with {} residuals ({} in {:.1f} s): ", report.hidden_units,
                            to_string(report.imitation.outcome), report.imitation.seconds);
        text += agreement_words(report.agreement);
        for (const std::string& sentence : describe(report)) {
            text += fmt::format("  {}\n", sentence);
        }
    }
    return text;
}

}  // namespace resdyn
