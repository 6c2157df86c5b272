// resdyn basins: which attractor each start comes to, on a plane and in the whole cube.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>

#include <resdyn/core/error.hpp>
#include <resdyn/core/interrupt.hpp>
#include <resdyn/core/stratified_sample.hpp>
#include <resdyn/data/contingency.hpp>
#include <resdyn/portrait/cycle_basins.hpp>
#include <resdyn/results/portrait_results.hpp>
#include <resdyn/results/results.hpp>
#include <resdyn/results/tables.hpp>

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
    BasinOptions basins;
    std::string clock = "flow";
    bool integrate = false;
    Index share_samples = 2000;
    Index settle_samples = 2000;
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

bool still_moving(const BasinMap& map) {
    return map.count(UnsettledCell) + map.count(NotFollowedCell) > 0;
}

bool still_moving(const SettleResult& settled) {
    return settled.count(SettleOutcome::Unsettled) + settled.count(SettleOutcome::NotFollowed) > 0;
}

/// Basin against class of the data.
struct DataBasins {
    std::vector<Index> followed;  ///< of the plane's starts.
    SettleResult settled;
    std::vector<std::size_t> cycles;  ///< those that some input comes to: groups after the settled.
    Contingency classes;
};

DataBasins settled_data(const Plane& plane, Index samples, std::uint64_t seed,
                        const SettleOptions& options) {
    DataBasins data;
    data.followed = stratified_sample(plane.labels, samples, seed);
    data.settled = settle(plane.space.system(), plane.starts(Eigen::all, data.followed), options);
    return data;
}

/// Resting places and limit cycles against the classes.
void count_classes(DataBasins& data, const Plane& plane, const std::vector<AttractingCycle>& cycles,
                   const SettleOptions& options) {
    std::vector<std::vector<Index>> members;
    for (const SettledGroup& group : data.settled.groups) {
        members.push_back(group.members);
    }
    const std::vector<Index> reached =
        cycles_reached(plane.space.system(), plane.starts(Eigen::all, data.followed), data.settled,
                       cycles, options);
    for (std::size_t c = 0; c < cycles.size(); ++c) {
        std::vector<Index> on_cycle;
        for (std::size_t k = 0; k < reached.size(); ++k) {
            if (reached[k] == static_cast<Index>(c)) {
                on_cycle.push_back(static_cast<Index>(k));
            }
        }
        if (!on_cycle.empty()) {
            data.cycles.push_back(c);
            members.push_back(std::move(on_cycle));
        }
    }
    data.classes = contingency(members, plane.labels(data.followed), plane.classes);
}

/// The settled groups, then the cycles.
CsvTable data_table(const DataBasins& data, const std::vector<AttractingCycle>& cycles) {
    CsvTable table = group_table(data.settled, data.classes.groups);
    for (std::size_t k = 0; k < data.cycles.size(); ++k) {
        const std::size_t at = data.settled.groups.size() + k;
        const GroupClasses& classes = data.classes.groups[at];
        const Proportion& share = classes.share;
        std::vector<CsvTable::Cell> row = {
            static_cast<long>(at) + 1,
            fmt::format("cycle {} on {}", data.cycles[k], to_string(cycles[data.cycles[k]].face)),
            std::accumulate(classes.by_class.begin(), classes.by_class.end(), Index{0}),
            share.value,
            share.standard_error,
            share.low,
            share.high,
            std::string("limit_cycle"),
            std::string("false"),
            classes.purity};
        for (const Index count : classes.by_class) {
            row.emplace_back(count);
        }
        table.add(row);
    }
    return table;
}

int run(const BasinVerbOptions& options) {
    const InterruptScope interrupts;
    Source source = load_source(options.source, options.common);
    if (!is_bounded(source.network.activation)) {
        reject_argument("basins", "a bounded activation (logistic or tanh)",
                        to_string(source.network.activation));
    }
    const ResidualSystem system = residual_system(source.network);
    const bool talk = talks(options.common);
    if (talk) {
        print_source(source, system);
    }
    if (options.slicing.coordinates == "x") {
        reject_argument("basins", "--coordinates y or u (x never comes to rest)", "x");
    }
    if (system.dimension() < 2) {
        reject_argument("basins", "a system of at least 2 units (resdyn portrait draws one)", "1");
    }
    const Plane plane = plane_of(options.slicing, source, options.common);
    BasinOptions basin_options = options.basins;
    basin_options.settle.clock = options.clock == "flow" ? Clock::Flow : Clock::Map;
    basin_options.settle.threads = options.common.threads;
    basin_options.settle.prove_first = basin_options.settle.skip_hopeless = !options.integrate;
    basin_options.stop_requested = [] { return interrupt_requested(); };
    BasinMap map;
    {
        Progress progress("basins", 1.0, options.common.progress());
        basin_options.on_progress = [&progress](double done) { progress.update(done); };
        map = basin_map(plane.space, plane.slice, basin_options);
    }
    std::optional<BasinShares> shares;
    std::optional<DataBasins> data;
    if (map.complete && options.share_samples > 0) {
        shares =
            basin_shares(system, options.share_samples, options.common.seed, basin_options.settle);
    }
    if (map.complete && plane.starts.cols() > 0) {
        data =
            settled_data(plane, options.settle_samples, options.common.seed, basin_options.settle);
    }
    std::vector<AttractingCycle> cycles;
    if (map.complete && map.clock == Clock::Flow && system.dimension() <= widest_cycle_search &&
        (still_moving(map) || (shares && still_moving(shares->settled)) ||
         (data && still_moving(data->settled)))) {
        cycles = attracting_cycles(system, options.common.seed, options.common.threads);
        Progress progress("cycles", 1.0, options.common.progress());
        basin_options.on_progress = [&progress](double done) { progress.update(done); };
        label_cycles(map, plane.space, cycles, basin_options);
        if (shares) {
            count_cycles(*shares, system, options.common.seed, cycles, basin_options.settle);
        }
    }
    if (data) {
        count_classes(*data, plane, cycles, basin_options.settle);
    }
    stop_if_interrupted("basins");
    const BoundarySharpness sharpness = boundary_sharpness(map);
    if (talk) {
        print_map(map, sharpness);
        if (shares) {
            print_shares(*shares);
        }
        if (data) {
            const Contingency& c = data->classes;
            fmt::print(
                "basin against class: purity {:.4f} over {} inputs that settle{} ({} alone in "
                "theirs), mutual information {:.4f} bits ({:.4f} corrected) of {:.4f}\n",
                c.purity, c.inputs, data->cycles.empty() ? "" : " or come to a limit cycle",
                c.lone_inputs, c.mutual_information, c.mutual_information_corrected,
                c.class_entropy);
        }
    }
    Findings findings;
    findings.json = head_of(system);
    findings.json["map"] = to_json(map);
    findings.json["sharpness"] = to_json(sharpness);
    findings.files = {{"labels.csv", label_table(map).text()},
                      {"sharpness.csv", sharpness_table(sharpness).text()}};
    if (shares) {
        findings.json["shares"] = to_json(*shares);
        findings.files.emplace_back("shares.csv", share_table(*shares).text());
    }
    if (data) {
        findings.json["classes"] = to_json(data->classes);
        findings.files.emplace_back("groups.csv", data_table(*data, cycles).text());
    }
    findings.figures = {figures::basin_figure(map, options.figures.figure_columns())};
    if (sharpness.fitted()) {
        findings.figures.push_back(
            figures::sharpness_figure(sharpness, options.figures.figure_columns()));
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
    app->add_option("--width", options->basins.width, "Cells along the first axis")
        ->check(CLI::Range(2, 4096))
        ->capture_default_str();
    app->add_option("--height", options->basins.height, "Cells along the second axis")
        ->check(CLI::Range(2, 4096))
        ->capture_default_str();
    app->add_option("--t-end", options->basins.settle.t_end, "Time a cell is followed at most")
        ->check(positive())
        ->capture_default_str();
    app->add_option("--max-layers", options->basins.settle.max_layers,
                    "Layers a cell is followed at most (--clock map)")
        ->check(CLI::Range(1, 100000000))
        ->capture_default_str();
    app->add_option("--rel-tol", options->basins.settle.rel_tol, "Relative error of a step in u")
        ->check(positive())
        ->capture_default_str();
    app->add_flag("--integrate", options->integrate,
                  "Follow every cell, even where a proof says how all of them end");
    app->add_option("--share-samples", options->share_samples,
                    "Random starts for the shares of the cube (0: none)")
        ->check(CLI::Range(0, 100000000))
        ->capture_default_str();
    app->add_option("--settle-samples", options->settle_samples,
                    "Data samples followed for basin against class at most, drawn with each class "
                    "in its share")
        ->check(CLI::Range(1, 100000000))
        ->capture_default_str();
    add_settle_options(*app, options->basins.settle);
    add_figure_options(*app, options->figures);
    add_common_options(*app, options->common, {.figures = true});
    app->footer("Example: resdyn basins --system winner-takes-all --width 512 --height 512");
    return {app, [options] { return run(*options); }};
}

}  // namespace resdyn::cli
