#include <resdyn/results/reduction_results.hpp>

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include <resdyn/results/json_parts.hpp>
#include <resdyn/results/proof_results.hpp>
#include <resdyn/results/root_results.hpp>

namespace resdyn {

namespace {

using Json = nlohmann::ordered_json;

Json to_json(const NetworkAgreement& agreement) {
    Json layers = Json::array();
    for (const StreamDistance& layer : agreement.by_layer) {
        layers.push_back({{"layer", layer.layers.layer},
                          {"layer_of_original", layer.layers.of_original},
                          {"distance", to_json(layer.distance)},
                          {"way_of_original", to_json(layer.way)},
                          {"relative", to_json(layer.relative)}});
    }
    return {{"agreement", to_json(agreement.agreement)},
            {"accuracy", to_json(agreement.accuracy)},
            {"accuracy_of_original", to_json(agreement.original_accuracy)},
            {"accuracy_gain", to_json(agreement.accuracy_gain)},
            {"divergence", to_json(agreement.divergence)},
            {"stream", std::move(layers)}};
}

Json to_json(const ImitationReport& report) {
    const Imitation& imitation = report.imitation;
    const ResidualNetwork& network = imitation.network;
    Json record = Json::array();
    for (const ImitationEpoch& epoch : imitation.record) {
        record.push_back({{"epoch", epoch.epoch},
                          {"loss", epoch.loss},
                          {"agreement", epoch.agreement},
                          {"gradient_norm", epoch.gradient_norm}});
    }
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
                   {"record", std::move(record)}}}};
    json.update(to_json(report.agreement));
    json["statements"] = describe(report);
    json["proofs_of_the_imitation"] = report.proofs ? to_json(*report.proofs) : Json();
    return json;
}

Json to_json(const LowRankReport& report) {
    Json equilibria = Json::array();
    for (std::size_t k = 0; k < report.roots.roots.size(); ++k) {
        const Root& root = report.roots.roots[k];
        const EvidenceRate& evidence = report.evidence[k];
        Json eigenvalues = Json::array();
        for (const Complex value : root.eigenvalues) {
            eigenvalues.push_back(json_number(value));
        }
        equilibria.push_back({{"z", json_numbers(root.x)},
                              {"residual", root.residual},
                              {"type", to_string(root.type)},
                              {"eigenvalues", std::move(eigenvalues)},
                              {"singular", root.singular},
                              {"starts", root.starts},
                              {"round", root.round},
                              {"class", evidence.is_decided() ? Json(evidence.best) : Json()},
                              {"evidence_margin", evidence.margin},
                              {"evidence_margin_error", evidence.margin_error}});
    }
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
        {"list", std::move(equilibria)}};
    Json notes = Json::array();
    for (const PhasePortrait& portrait : report.portraits) {
        notes.push_back({{"plane", portrait.slice.about}, {"notes", portrait.notes}});
    }
    json["portraits"] = std::move(notes);
    return json;
}

CsvTable imitation_table(const Reduction& reduction) {
    CsvTable table({"hidden_units", "agreement", "agreement_error", "accuracy", "accuracy_error",
                    "original_accuracy", "original_accuracy_error", "accuracy_gain",
                    "accuracy_gain_error", "divergence", "divergence_error", "relative_distance",
                    "relative_distance_error", "matched_layers", "seconds"});
    for (const ImitationReport& report : reduction.imitations) {
        const NetworkAgreement& a = report.agreement;
        const MeanWithError last = a.by_layer.empty()
                                       ? MeanWithError{std::numeric_limits<double>::quiet_NaN(),
                                                       std::numeric_limits<double>::quiet_NaN()}
                                       : a.by_layer.back().relative;
        table.add({static_cast<long>(report.hidden_units), a.agreement.value,
                   a.agreement.standard_error, a.accuracy.value, a.accuracy.standard_error,
                   a.original_accuracy.value, a.original_accuracy.standard_error,
                   a.accuracy_gain.mean, a.accuracy_gain.standard_error, a.divergence.mean,
                   a.divergence.standard_error, last.mean, last.standard_error,
                   static_cast<long>(report.imitation.matched_layers), report.imitation.seconds});
    }
    return table;
}

CsvTable training_table(const Reduction& reduction) {
    CsvTable table({"hidden_units", "epoch", "loss", "agreement", "gradient_norm"});
    for (const ImitationReport& report : reduction.imitations) {
        for (const ImitationEpoch& epoch : report.imitation.record) {
            table.add({static_cast<long>(report.hidden_units), static_cast<long>(epoch.epoch),
                       epoch.loss, epoch.agreement, epoch.gradient_norm});
        }
    }
    return table;
}

void add_distances(CsvTable& table, const std::string& network, const NetworkAgreement& a) {
    for (const StreamDistance& layer : a.by_layer) {
        table.add({network, static_cast<long>(layer.layers.layer),
                   static_cast<long>(layer.layers.of_original), layer.distance.mean,
                   layer.distance.standard_error, layer.way.mean, layer.way.standard_error,
                   layer.relative.mean, layer.relative.standard_error});
    }
}

CsvTable distance_table(const Reduction& reduction) {
    CsvTable table({"network", "layer", "layer_of_original", "distance", "distance_error", "way",
                    "way_error", "relative", "relative_error"});
    for (const ImitationReport& report : reduction.imitations) {
        add_distances(table, fmt::format("imitation-{}", report.hidden_units), report.agreement);
    }
    if (reduction.ranks) {
        for (const LowRankReport& report : reduction.ranks->ranks) {
            add_distances(table, fmt::format("rank-{}", report.network.rank), report.agreement);
        }
    }
    return table;
}

void add_rank_tables(const RankStudy& study,
                     std::vector<std::pair<std::string, CsvTable>>& tables) {
    CsvTable values({"k", "singular_value"});
    for (Index k = 0; k < study.singular_values.size(); ++k) {
        values.add({static_cast<long>(k + 1), study.singular_values[k]});
    }
    CsvTable ranks({"rank", "kept", "agreement", "agreement_error", "accuracy", "accuracy_error",
                    "original_accuracy", "original_accuracy_error", "accuracy_gain",
                    "accuracy_gain_error", "divergence", "divergence_error", "relative_distance",
                    "relative_distance_error", "rounding", "equilibria"});
    for (const LowRankReport& report : study.ranks) {
        const NetworkAgreement& a = report.agreement;
        const MeanWithError& last = a.by_layer.back().relative;
        ranks.add({static_cast<long>(report.network.rank), report.kept, a.agreement.value,
                   a.agreement.standard_error, a.accuracy.value, a.accuracy.standard_error,
                   a.original_accuracy.value, a.original_accuracy.standard_error,
                   a.accuracy_gain.mean, a.accuracy_gain.standard_error, a.divergence.mean,
                   a.divergence.standard_error, last.mean, last.standard_error, report.rounding,
                   report.not_sought.empty()
                       ? CsvTable::Cell(static_cast<long>(report.roots.roots.size()))
                       : CsvTable::Cell(std::string())});
    }
    tables.emplace_back("ranks.csv", std::move(ranks));
    tables.emplace_back("singular_values.csv", std::move(values));
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
    CsvTable distances = distance_table(reduction);
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
