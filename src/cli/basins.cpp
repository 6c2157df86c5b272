// resdyn basins: which attractor each start comes to, on a plane and in the whole cube.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>

#include <resdyn/core/error.hpp>
#include <resdyn/core/interrupt.hpp>
#include <resdyn/results/portrait_results.hpp>
#include <resdyn/results/results.hpp>
#include <resdyn/results/tables.hpp>
#include <resdyn/studies/basins.hpp>

#include "deliver.hpp"
#include "figure_options.hpp"
#include "labelled.hpp"
#include "number_check.hpp"
#include "slicing.hpp"

namespace resdyn::cli {

namespace {

constexpr std::size_t most_printed = 12;

struct BasinVerbOptions {
    CommonOptions common;
    SourceOptions source;
    SlicingOptions slicing;
    FigureOptions figures;
    BasinStudyOptions study;
    std::string clock = "flow";
    bool integrate = false;
};

std::string percent(const Proportion& p) {
    return fmt::format("{:.2f} % ± {:.2f} % [{:.2f}, {:.2f}]", 100 * p.value,
                       100 * p.standard_error, 100 * p.low, 100 * p.high);
}

/// What is not proved of an attractor, or proved of its face only.
std::string_view attractor_note(const BasinAttractor& attractor) {
    if (attractor.is_continuum || attractor.is_cycle()) {
        return "";
    }
    const bool stable = attractor.type == EquilibriumType::StableNode ||
                        attractor.type == EquilibriumType::StableFocus;
    return !attractor.proved ? " (double precision only)"
           : stable          ? ""
           : attractor.type == EquilibriumType::NonHyperbolic
               ? " (not hyperbolic)"
               : " (attracts within the face of the held units, not across it)";
}

void print_sharpness(const BoundarySharpness& sharpness) {
    if (!sharpness.fitted()) {
        fmt::print("boundary: {}: {}\n",
                   sharpness.status == SharpnessStatus::NoBoundary
                       ? "none on this plane at this resolution"
                       : "no uncertainty exponent or dimension is given",
                   sharpness.reason);
        return;
    }
    fmt::print(
        "boundary: uncertainty exponent {:.3f} ± {:.3f} (of the fit; local slopes within "
        "{:.3f}), from distances of {:.3g} to {:.3g}: {}\n",
        sharpness.exponent, sharpness.standard_error, sharpness.slope_spread,
        sharpness.distance.front(), sharpness.distance.back(),
        sharpness.looks_smooth() ? std::string("smooth as far as these cells tell (dimension 1)")
                                 : fmt::format("dimension {:.3f}", 2.0 - sharpness.exponent));
}

void print_map(const BasinMap& map, const BoundarySharpness& sharpness) {
    const auto cells = static_cast<double>(map.labels.size());
    fmt::print("plane: {}\n{} × {} cells, {}: {} attractor{}, {} cells proved to converge{}\n",
               map.slice.about, map.labels.rows(), map.labels.cols(), to_string(map.clock),
               map.attractors.size(), map.attractors.size() == 1 ? "" : "s", map.certified,
               map.by_proof > 0 ? "" : " by an invariant box");
    if (map.by_proof > 0) {
        fmt::print(
            "{} cells were not integrated, by proof: {}{}\n", map.by_proof, map.proof,
            map.count(NotFollowedCell) > 0 ? " (--integrate follows them all the same)" : "");
    }
    std::vector<const BasinAttractor*> order;
    for (const BasinAttractor& attractor : map.attractors) {
        order.push_back(&attractor);
    }
    std::stable_sort(order.begin(), order.end(),
                     [](auto* a, auto* b) { return a->members > b->members; });
    for (std::size_t k = 0; k < std::min(order.size(), most_printed); ++k) {
        fmt::print("  {:>7.3f} % of the map: {}{}{}\n",
                   100.0 * static_cast<double>(order[k]->members) / cells,
                   order[k]->is_continuum ? "continuum " : "", order[k]->name(),
                   attractor_note(*order[k]));
        if (order[k]->is_cycle()) {
            fmt::print(
                "      a limit cycle on {}{}, largest other multiplier {:.3g}, residual {:.1g}; "
                "cells stay within {:g} of the levels' width from it for a period\n",
                to_string(order[k]->pattern),
                order[k]->attracts_in_cube ? "" : ", attracting only where its held units are held",
                order[k]->multiplier, order[k]->residual, cycle_tol);
        }
    }
    if (order.size() > most_printed) {
        fmt::print("  … {} more in labels.csv\n", order.size() - most_printed);
    }
    for (int label = SlowCell; label >= lowest_label; --label) {
        if (map.count(label) > 0) {
            fmt::print("  {:>7.3f} % {}\n", 100.0 * static_cast<double>(map.count(label)) / cells,
                       to_string(static_cast<BasinLabel>(label)));
        }
    }
    if (map.count(UnsettledCell) + map.count(NotFollowedCell) > 0) {
        fmt::print(
            "{}; chaos and other motion are found by resdyn equilibria --recurrence\n",
            map.clock == Clock::Flow
                ? fmt::format("attractors are what comes to rest and, up to N = {}, limit cycles "
                              "that were found",
                              widest_cycle_search)
                : std::string("only what comes to rest is an attractor under the layers, whose "
                              "closed curves are no cycles of theirs"));
    }
    print_sharpness(sharpness);
}

void print_shares(const BasinShares& shares) {
    fmt::print("shares of the open cube, {} uniform starts (± standard error, 95 % interval)\n",
               shares.settled.outcomes.size());
    for (std::size_t k = 0; k < std::min(shares.attractors.size(), most_printed); ++k) {
        fmt::print("  {}: {}{}\n", percent(shares.shares[k]),
                   shares.attractors[k].is_continuum ? "continuum " : "",
                   shares.attractors[k].name());
    }
    if (shares.settled.by_proof > 0) {
        fmt::print("  {} starts were not integrated, by proof\n", shares.settled.by_proof);
    }
    if (shares.attractors.size() > most_printed) {
        fmt::print("  … {} more in shares.csv\n", shares.attractors.size() - most_printed);
    }
    for (std::size_t k = 0; k < settle_outcomes.size(); ++k) {
        if (settle_outcomes[k] != SettleOutcome::Settled &&
            settle_outcomes[k] != SettleOutcome::OnContinuum && shares.outcomes[k].value > 0) {
            fmt::print("  {}: {}\n", percent(shares.outcomes[k]), to_string(settle_outcomes[k]));
        }
    }
}

int run(const BasinVerbOptions& options) {
    const InterruptScope interrupts;
    Source source = load_source(options.source, options.common);
    const ResidualSystem system = residual_system(source.network);
    // First: a plane would be refused for another reason.
    require_bounded("basins", system.activation());
    if (system.dimension() < 2) {
        reject_argument("basins", "a system of at least 2 units (resdyn portrait draws one)", "1");
    }
    const Plane plane = plane_of(options.slicing, source, options.common);
    BasinStudyOptions with = options.study;
    with.basins.settle.clock = options.clock == "flow" ? Clock::Flow : Clock::Map;
    with.basins.settle.prove_first = with.basins.settle.skip_hopeless = !options.integrate;
    with.basins.stop_requested = [] { return interrupt_requested(); };
    with.seed = options.common.seed;
    with.threads = options.common.threads;
    std::optional<Progress> progress;
    progress.emplace("basins", 1.0, options.common.progress());
    with.on_part = [&](std::string_view part, double done) {
        progress->update(done, std::string(part));
    };
    const BasinStudy study = study_basins(plane, with);
    progress.reset();
    stop_if_interrupted("basins");
    Findings findings;
    findings.summary = [&] {
        print_source(source, system);
        print_map(study.map, study.sharpness);
        if (study.shares) {
            print_shares(*study.shares);
        }
        if (study.data) {
            const Contingency& c = study.data->classes;
            fmt::print(
                "basin against class: purity {:.4f} over {} inputs that settle{} ({} alone in "
                "theirs), mutual information {:.4f} bits ({:.4f} corrected) of {:.4f}\n",
                c.purity, c.inputs, study.data->cycles.empty() ? "" : " or come to a limit cycle",
                c.lone_inputs, c.mutual_information, c.mutual_information_corrected,
                c.class_entropy);
        }
    };
    findings.json = head_of(system);
    findings.json["map"] = to_json(study.map);
    findings.json["sharpness"] = to_json(study.sharpness);
    findings.files = {{"labels.csv", label_table(study.map).text()},
                      {"sharpness.csv", sharpness_table(study.sharpness).text()}};
    if (study.shares) {
        findings.json["shares"] = to_json(*study.shares);
        findings.files.emplace_back("shares.csv", share_table(*study.shares).text());
    }
    if (study.data) {
        findings.json["classes"] = to_json(study.data->classes);
        findings.files.emplace_back("groups.csv",
                                    data_basin_table(*study.data, study.cycles).text());
    }
    findings.figures = {figures::basin_figure(study.map, options.figures.figure_columns())};
    if (study.sharpness.fitted()) {
        findings.figures.push_back(
            figures::sharpness_figure(study.sharpness, options.figures.figure_columns()));
    }
    return deliver(std::move(findings), options.common,
                   make_provenance(options.common, source.inputs));
}

}  // namespace

Verb add_basins(CLI::App& program, const std::string& command) {
    auto options = std::make_shared<BasinVerbOptions>();
    options->common.command = command;
    options->slicing.projections = true;  // a map needs no plane that the flow stays in
    CLI::App* app = program.add_subcommand(
        "basins", "Which attractor each start comes to: a map on a plane, shares of the cube");
    add_source_options(*app, options->source);
    add_data_format_options(*app, options->source.format);
    add_slicing_options(*app, options->slicing);
    app->add_option("--clock", options->clock, "flow, or map (the layers)")
        ->check(CLI::IsMember({"flow", "map"}))
        ->capture_default_str();
    app->add_option("--width", options->study.basins.width, "Cells along the first axis")
        ->check(CLI::Range(2, 4096))
        ->capture_default_str();
    app->add_option("--height", options->study.basins.height, "Cells along the second axis")
        ->check(CLI::Range(2, 4096))
        ->capture_default_str();
    app->add_option("--t-end", options->study.basins.settle.t_end,
                    "Time a cell is followed at most")
        ->check(positive())
        ->capture_default_str();
    app->add_option("--max-layers", options->study.basins.settle.max_layers,
                    "Layers a cell is followed at most (--clock map)")
        ->check(CLI::Range(1, 100000000))
        ->capture_default_str();
    app->add_option("--rel-tol", options->study.basins.settle.rel_tol,
                    "Relative error of a step in u")
        ->check(positive())
        ->capture_default_str();
    app->add_flag("--integrate", options->integrate,
                  "Follow every cell, even where a proof says how all of them end");
    app->add_option("--share-samples", options->study.share_samples,
                    "Random starts for the shares of the cube (0: none)")
        ->check(CLI::Range(0, 100000000))
        ->capture_default_str();
    app->add_option("--settle-samples", options->study.settle_samples,
                    "Data samples followed for basin against class at most, drawn with each class "
                    "in its share")
        ->check(CLI::Range(1, 100000000))
        ->capture_default_str();
    add_settle_options(*app, options->study.basins.settle);
    add_figure_options(*app, options->figures);
    add_common_options(*app, options->common, {.figures = true});
    app->footer("Example: resdyn basins --system winner-takes-all --width 512 --height 512");
    return {app, [options] { return run(*options); }};
}

}  // namespace resdyn::cli
