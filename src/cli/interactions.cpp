// resdyn interactions: cooperation and competition, structure theorems, the energy budget.
#include "interactions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include <resdyn/core/random.hpp>
#include <resdyn/data/load_dataset.hpp>
#include <resdyn/figures/figures.hpp>
#include <resdyn/results/interaction_results.hpp>
#include <resdyn/results/results.hpp>

#include "deliver.hpp"
#include "source.hpp"

namespace resdyn::cli {

namespace {

struct InteractionOptions {
    CommonOptions common;
    SourceOptions source;
    std::string data;
    Index samples = 500;
    Index listed_pairs = 10000;
    AnalysisOptions analysis;
};

std::string index_text(const FrustrationIndex& index, double of) {
    const std::string share =
        of > 0 ? fmt::format(" of {:.6g} ({:.1f} %)", of, 100.0 * index.upper / of)
               : std::string(" of 0");
    return index.is_exact()
               ? fmt::format("{:.6g}{}, exact ({})", index.upper, share, to_string(index.proof))
               : fmt::format("between {:.6g} and {:.6g}{}, bounds", index.lower, index.upper,
                             share);
}

void print_pairs(const InteractionAnalysis& interaction) {
    fmt::print("{:<14}{:>10}{:>16}{:>16}\n", "pair type", "pairs", "mean strength", "max strength");
    for (std::size_t k = 0; k < pair_types.size(); ++k) {
        const PairTally& tally = interaction.pairs.pairs[k];
        fmt::print("{:<14}{:>10}{:>16.6g}{:>16.6g}\n", to_string(pair_types[k]), tally.count,
                   tally.mean_strength, tally.max_strength);
    }
    const Components& components = interaction.components;
    std::size_t largest = 0;
    for (const auto& members : components.members) {
        largest = std::max(largest, members.size());
    }
    fmt::print("strongly connected components: {}, the largest of {} units\n",
               components.members.size(), largest);
    if (!interaction.pairs.camps.empty()) {
        const auto first =
            std::count(interaction.pairs.camps.begin(), interaction.pairs.camps.end(), 1);
        fmt::print("camps: {} and {} units\n", first,
                   static_cast<Index>(interaction.pairs.camps.size()) - first);
    }
}

void print_energy(const EnergyBudget& energy) {
    fmt::print(
        "energy budget, mean of {} samples, by layer (imbalance {:.1e}, tolerance {:.1e}):\n",
        energy.samples, std::max(energy.imbalance, energy.violation), energy.tolerance);
    fmt::print("{:>6}{:>14}{:>14}{:>14}{:>14}\n", "layer", "E", "work", "injection", "its bound");
    for (Index n = 0; n < energy.work.size(); ++n) {
        fmt::print("{:>6}{:>14.5g}{:>14.5g}{:>14.5g}{:>14.5g}\n", n, energy.energy[n],
                   energy.work[n], energy.injection[n], energy.bound[n]);
    }
}

int run(const InteractionOptions& options) {
    Source source = load_source(options.source, options.common);
    LoadedDataset loaded;
    Matrix x0(source.network.width(), 0);
    if (!options.data.empty()) {
        loaded = load_data(
            options.data, source,
            {.part = DataPart::Test, .samples = options.samples, .seed = options.common.seed});
        x0 = initial_activity(source.network, loaded.data.inputs.cast<double>());
    }
    AnalysisOptions analysis_options = options.analysis;
    analysis_options.threads = options.common.threads;
    analysis_options.checks.seed = options.common.seed;
    analysis_options.frustration.seed = options.common.seed;
    const InteractionAnalysis interaction =
        analyze_interaction(source.network, x0, analysis_options);
    const Matrix W = residual_system(source.network).W();

    Findings findings;
    findings.json = {{"activation", to_string(source.network.activation)},
                     {"step", source.network.step},
                     {"dimension", W.rows()},
                     {"interaction", to_json(interaction)}};
    findings.add(interaction_tables(interaction));
    findings.files.emplace_back("linked_pairs.csv",
                                linked_pair_table(W, interaction, options.listed_pairs).text());
    findings.figures = figures::interaction_figures(interaction, W, loaded.data.image_rows,
                                                    loaded.data.image_cols);
    findings.summary = [&] {
        fmt::print("{}{}: {}, N = {}, h = {}\n", source.name,
                   source.is_default ? " (no matrix was named)" : "",
                   to_string(source.network.activation), W.rows(), source.network.step);
        print_pairs(interaction);
        print_structure(interaction);
        if (interaction.energy) {
            print_energy(*interaction.energy);
        }
    };
    findings.exit_code = interaction.failed() ? CheckFailed : Done;
    return deliver(std::move(findings), options.common,
                   make_provenance(options.common, source.inputs));
}

}  // namespace

void print_structure(const InteractionAnalysis& interaction) {
    const Frustration& frustration = interaction.frustration;
    fmt::print("frustration, pairs to change for balance: {}\n",
               index_text(frustration.pairs, static_cast<double>(frustration.linked_pairs)));
    fmt::print("frustration, weight to remove for balance: {}\n",
               index_text(frustration.weight, frustration.total_weight));
    for (const StructureVerdict& v : interaction.structure.verdicts) {
        switch (v.status) {
            case VerdictStatus::Holds:
            case VerdictStatus::HoldsToRounding:
                fmt::print("{}: yes{} (margin {:.4g}): {}\n", v.name,
                           v.status == VerdictStatus::Holds ? "" : ", to rounding", v.margin,
                           v.consequence);
                if (v.network_holds) {
                    fmt::print("  in the network (h): {}: {}\n",
                               *v.network_holds ? "kept" : "not kept", v.network_test);
                }
                break;
            case VerdictStatus::Fails:
                fmt::print("{}: no ({})\n", v.name, v.witness);
                break;
            case VerdictStatus::NotFound:
                fmt::print("{}: not found ({})\n", v.name, v.witness);
                break;
        }
    }
    for (const StructureCheck& c : interaction.checks) {
        fmt::print(
            "check, {}: {}: {} in {} comparisons on {} trajectories (largest violation "
            "{:.2e}, tolerance {:.2e})\n",
            c.map ? "layers" : "flow", c.law,
            c.passed    ? "kept"
            : c.claimed ? "BROKEN"
                        : "broken, not claimed",
            c.comparisons, c.trajectories, c.violation, c.tolerance);
    }
}

Verb add_interactions(App& program, const std::string& command) {
    auto options = std::make_shared<InteractionOptions>();
    options->common.command = command;
    App* app = program.add_subcommand(
        "interactions", "Who helps whom, what the structure of W decides, the energy by layer");
    add_source_options(*app, options->source);
    add_data_format_options(*app, options->source.format);
    app->add_option(
        "--data", options->data,
        "Inputs for the effective interaction and the energy budget: rings, moons, "
        "spirals, xor, a CSV file (label last), an IDX file or a folder (its test half)");
    app->add_option("--samples", options->samples,
                    "Data samples used at most, drawn with each class in its share")
        ->check(in_range(1, 100000000))
        ->capture_default_str();
    app->add_option("--pairs", options->listed_pairs, "Strongest pairs listed one by one at most")
        ->check(in_range(0, 100000000))
        ->capture_default_str();
    app->add_option("--exact-up-to", options->analysis.frustration.exact_up_to,
                    "N up to which frustration is searched to the end")
        ->check(in_range(0, 64))
        ->capture_default_str();
    app->add_option("--trajectories", options->analysis.checks.starts,
                    "Sampled trajectories that each verdict is checked on")
        ->check(in_range(1, 1000000))
        ->capture_default_str();
    add_common_options(*app, options->common, {.figures = true});
    app->footer("Example: resdyn interactions --system heteroclinic-cycle");
    return {app, [options] { return run(*options); }};
}

}  // namespace resdyn::cli
