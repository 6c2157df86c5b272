#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <iterator>
#include <map>
#include <optional>

#include <resdyn/statistics/meta_analysis.hpp>
#include <resdyn/statistics/sequential_test.hpp>
#include <resdyn/transient/decision.hpp>

#include "formats/input_file.hpp"
#include "formats/output_folder.hpp"
#include "smooth_layers.hpp"

namespace resdyn::smooth_layers {

namespace {

namespace fs = std::filesystem;

/// Values by set, arm and measure, a number a seed.
struct Rows {
    std::vector<std::string> sets;  ///< in the order in which they are met.
    std::map<std::string, std::map<std::string, std::map<std::string, std::vector<double>>>> values;
    std::map<std::string, std::map<std::string, std::map<std::string, Index>>> verdicts;
};

std::vector<std::string> cells_of(const std::string& line) {
    std::vector<std::string> cells = {""};
    bool quoted = false;
    for (const char c : line) {
        if (c == '"') {
            quoted = !quoted;
        } else if (c == ',' && !quoted) {
            cells.emplace_back();
        } else {
            cells.back() += c;
        }
    }
    return cells;
}

/// All files of the folder in one table, the sets in this order and the seeds by number.
std::string collected(const Options& options, Rows& rows) {
    std::string text;
    std::vector<std::string> sets = options.sets;
    for (const std::string& set : sets) {
        for (Index number = 0; number < options.seeds; ++number) {
            const fs::path file = file_of(options, set, number);
            if (!fs::exists(file)) {
                continue;
            }
            const std::string bytes = read_file(file);
            const std::size_t head = bytes.find('\n') + 1;
            text += text.empty() ? bytes : bytes.substr(head);
            for (std::size_t at = head; at < bytes.size();) {
                const std::size_t end = bytes.find('\n', at);
                const std::vector<std::string> cells = cells_of(bytes.substr(at, end - at));
                at = end + 1;
                auto& of_arm = rows.values[set][cells.at(3)];
                for (std::size_t k = 4; k + 1 < cells.size(); ++k) {
                    of_arm[columns()[k]].push_back(cells[k].empty() ? std::nan("")
                                                                    : std::stod(cells[k]));
                }
                ++rows.verdicts[set][cells.at(3)][cells.back()];
            }
        }
        if (rows.values.contains(set)) {
            rows.sets.push_back(set);
        }
    }
    return text;
}

MeanWithError mean_of(const std::vector<double>& values) {
    return mean_with_error(Eigen::Map<const Vector>(values.data(), std::ssize(values)));
}

void print_means(const Rows& rows) {
    for (const std::string& set : rows.sets) {
        std::cout << fmt::format("\n### {} ({} seeds)\n\n| training |", set,
                                 rows.values.at(set).at("plain").at("test_accuracy").size());
        for (const Measure& measure : measures()) {
            std::cout << fmt::format(" {} |", measure.title);
        }
        std::cout << " verdicts |\n|---|";
        for (std::size_t k = 0; k <= measures().size(); ++k) {
            std::cout << "---|";
        }
        std::cout << "\n";
        for (const Arm& arm : arms()) {
            std::cout << fmt::format("| {} |", arm.name);
            for (const Measure& measure : measures()) {
                const MeanWithError mean =
                    mean_of(rows.values.at(set).at(arm.name).at(measure.name));
                std::cout << fmt::format(" {:.3f} ± {:.3f} |", mean.mean, mean.standard_error);
            }
            std::string verdicts;
            for (const auto& [verdict, count] : rows.verdicts.at(set).at(arm.name)) {
                verdicts += fmt::format("{}{} {}", verdicts.empty() ? "" : ", ", count, verdict);
            }
            std::cout << fmt::format(" {} |\n", verdicts);
        }
    }
}

/// The arm less plain, seed by seed.
std::vector<double> effects(const Rows& rows, const std::string& set, const std::string& arm,
                            const std::string& measure) {
    std::vector<double> difference = rows.values.at(set).at(arm).at(measure);
    const std::vector<double>& plain = rows.values.at(set).at("plain").at(measure);
    for (std::size_t k = 0; k < difference.size(); ++k) {
        difference[k] -= plain[k];
    }
    return difference;
}

/// "higher", "lower", "negligible", "undecided (13)", with the seeds that it took or would take.
std::string decision(const std::vector<double>& differences, double margin) {
    const std::vector<std::optional<double>> by_seed(differences.begin(), differences.end());
    const SequentialResult result = sequential_test(by_seed, {.margin = margin});
    switch (result.verdict) {
        case EffectVerdict::Holds:
            return fmt::format("higher ({})", result.looks.back().seeds);
        case EffectVerdict::Fails:
            return fmt::format("lower ({})", result.looks.back().seeds);
        case EffectVerdict::Negligible:
            return fmt::format("negligible ({})", result.looks.back().seeds);
        case EffectVerdict::Undecided:
            return result.would_settle ? fmt::format("undecided (needs {})", *result.would_settle)
                                       : "undecided";
    }
    return "?";
}

EffectEstimate estimate_of(const std::vector<double>& differences, const std::string& set) {
    const MeanWithError mean = mean_of(differences);
    // No spread at all is no certainty: the resolution of an accuracy on 2,000 samples.
    constexpr double least = 1e-4;
    const double error = std::max(mean.standard_error, least);
    return {mean.mean, error * error, set};
}

void print_effects(const Rows& rows) {
    for (const Measure& measure : measures()) {
        std::cout << fmt::format("\n### {}: less plain, smallest that matters {}\n\n| training |",
                                 measure.title, measure.margin);
        for (const std::string& set : rows.sets) {
            std::cout << fmt::format(" {} |", set);
        }
        std::cout << " pooled (95 %) | a new set (95 %) | I² |\n|---|";
        for (std::size_t k = 0; k < rows.sets.size() + 3; ++k) {
            std::cout << "---|";
        }
        std::cout << "\n";
        for (const Arm& arm : arms()) {
            if (arm.name == "plain") {
                continue;
            }
            std::cout << fmt::format("| {} |", arm.name);
            std::vector<EffectEstimate> estimates;
            for (const std::string& set : rows.sets) {
                const std::vector<double> differences = effects(rows, set, arm.name, measure.name);
                estimates.push_back(estimate_of(differences, set));
                std::cout << fmt::format(" {:+.3f}: {} |", estimates.back().effect,
                                         decision(differences, measure.margin));
            }
            constexpr std::size_t fewest_to_pool = 5;
            if (estimates.size() < fewest_to_pool) {
                std::cout << " fewer than 5 settings | | |\n";
                continue;
            }
            const PooledEffect pooled = pool(estimates);
            std::cout << fmt::format(
                " {:+.3f} ({:+.3f} to {:+.3f}) | {:+.3f} to {:+.3f} | {:.2f} |\n", pooled.mean,
                pooled.low, pooled.high, pooled.prediction_low, pooled.prediction_high,
                pooled.i_squared);
        }
    }
}

}  // namespace

void print_tables(const Options& options) {
    Rows rows;
    const std::string all = collected(options, rows);
    write_file_atomically(fs::path(options.out) / "smooth_layers.csv", all);
    print_means(rows);
    print_effects(rows);
}

}  // namespace resdyn::smooth_layers
