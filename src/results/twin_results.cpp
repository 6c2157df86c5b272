#include "twin_results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace resdyn {

namespace {

using Json = nlohmann::ordered_json;

CsvTable run_table(const TwinReport& report, const TwinOptions& options) {
    std::vector<std::string> columns = {"comparison", "kind",     "seed",   "epoch",
                                        "clean",      "exponent", "settle", "agreement"};
    for (Index n = 0; n <= options.depth; ++n) {
        columns.push_back(fmt::format("read_out_{}", n));
    }
    for (Index n = 0; n <= options.depth; ++n) {
        columns.push_back(fmt::format("noise_gain_{}", n));
    }
    for (const double level : options.levels) {
        columns.push_back(fmt::format("{}_{:g}", perturbation(options), level));
    }
    columns.emplace_back("zero_gradients");
    CsvTable table(columns);
    const auto add = [&](const std::string& comparison, const std::vector<TwinRun>& runs) {
        for (const TwinRun& run : runs) {
            std::vector<CsvTable::Cell> row = {comparison,
                                               std::string(to_string(run.kind)),
                                               static_cast<long>(run.seed),
                                               static_cast<long>(run.epoch),
                                               run.clean,
                                               run.exponent,
                                               run.settle,
                                               run.agreement};
            for (const auto* values : {&run.by_layer, &run.noise_gain, &run.robust}) {
                row.insert(row.end(), values->begin(), values->end());
            }
            row.push_back(options.attack ? CsvTable::Cell(run.zero_gradients)
                                         : CsvTable::Cell(std::string()));
            table.add(row);
        }
    };
    add("equal budget", report.budget);
    add("equal clean accuracy", report.matched);
    return table;
}

CsvTable claim_table(const TwinReport& report) {
    CsvTable table({"claim", "difference", "standard_error", "t", "p", "verdict"});
    for (const TwinClaim& claim : report.claims) {
        table.add({claim.text, claim.difference.mean, claim.difference.standard_error, claim.t,
                   claim.p, std::string(to_string(claim.verdict))});
    }
    return table;
}

Json claims_json(const TwinReport& report) {
    Json claims = Json::array();
    for (const TwinClaim& claim : report.claims) {
        claims.push_back({{"claim", claim.text},
                          {"difference", claim.difference.mean},
                          {"standard_error", claim.difference.standard_error},
                          {"t", claim.t},
                          {"p", claim.p},
                          {"verdict", to_string(claim.verdict)}});
    }
    return claims;
}

/// One line a kind: mean ± standard error over seeds at every noise level.
std::string table_words(const char* name, const std::vector<TwinMeans>& means,
                        const TwinOptions& options) {
    std::string text = fmt::format("{} (accuracy, %, mean ± standard error of {} seeds)\n{:<18}",
                                   name, options.seeds, perturbation(options));
    for (const double level : options.levels) {
        text += fmt::format("{:>14g}", level);
    }
    text += "\n";
    for (const TwinMeans& of_kind : means) {
        text += fmt::format("{:<18}", to_string(of_kind.kind));
        for (const MeanWithError& m : of_kind.robust) {
            text += fmt::format(
                "{:>14}", fmt::format("{:.2f} ± {:.2f}", 100 * m.mean, 100 * m.standard_error));
        }
        text += "\n";
    }
    return text;
}

/// Accuracies under an attack without a direction say nothing.
Index largest_zero_gradients(const TwinReport& report) {
    Index largest = 0;
    for (const auto* runs : {&report.budget, &report.matched}) {
        for (const TwinRun& run : *runs) {
            largest = std::max(largest, run.zero_gradients);
        }
    }
    return largest;
}

}  // namespace

Json to_json(const TwinReport& report, const TwinOptions& options, Index training_samples,
             Index test_samples) {
    return {{"perturbation", perturbation(options)},
            {"zero_gradients", options.attack ? Json(largest_zero_gradients(report)) : Json()},
            {"training_samples", training_samples},
            {"test_samples", test_samples},
            {"seeds", options.seeds},
            {"epochs", options.epochs},
            {"largest_gap_of_clean_accuracy", report.largest_gap},
            {"claims", claims_json(report)}};
}

std::vector<std::pair<std::string, CsvTable>> twin_tables(const TwinReport& report,
                                                          const TwinOptions& options) {
    return {{"twin_runs.csv", run_table(report, options)},
            {"twin_claims.csv", claim_table(report)}};
}

std::string summary(const TwinReport& report, const TwinOptions& options, Index test_samples) {
    std::string text = table_words("equal budget", report.budget_means, options) +
                       table_words("equal clean accuracy", report.matched_means, options);
    text += fmt::format("largest gap of clean accuracy within a seed: {:.2f} %\n",
                        100.0 * report.largest_gap);
    if (options.attack) {
        text += fmt::format("inputs whose gradient is 0, at most of a network: {} of {}\n",
                            largest_zero_gradients(report), test_samples);
    }
    for (const TwinClaim& claim : report.claims) {
        text += fmt::format("{:<9} {} ({:+.2f} ± {:.2f} %, p = {:.3g})\n", to_string(claim.verdict),
                            claim.text, 100.0 * claim.difference.mean,
                            100.0 * claim.difference.standard_error, claim.p);
    }
    return text;
}

}  // namespace resdyn
