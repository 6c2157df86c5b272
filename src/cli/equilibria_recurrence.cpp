// resdyn equilibria --recurrence: the atlas, and what moves for ever.
#include <fmt/format.h>

#include <algorithm>

#include <resdyn/core/error.hpp>
#include <resdyn/figures/figures.hpp>
#include <resdyn/recurrence/recurrent_motion.hpp>
#include <resdyn/results/recurrence_results.hpp>
#include <resdyn/results/results.hpp>
#include <resdyn/results/tables.hpp>

#include "equilibria_methods.hpp"

namespace resdyn::cli {

namespace {

constexpr std::size_t printed_cycles = 12;
constexpr std::size_t printed_findings = 60;
constexpr Index most_starts = 10000;  // a face

void print_graph(const ConnectionGraph& graph) {
    fmt::print("connections: {} between {} equilibria ({} runs, of which {} did not come to rest",
               graph.connections.size(), graph.nodes.size(), graph.runs, graph.unresolved_runs);
    if (graph.equilibria_left_out > 0) {
        fmt::print("; {} equilibria not followed", graph.equilibria_left_out);
    }
    fmt::print(")\nheteroclinic cycles: {}{}\n", graph.cycles.size(),
               graph.all_cycles ? "" : ", and more that are not listed");
    for (std::size_t k = 0; k < std::min(graph.cycles.size(), printed_cycles); ++k) {
        const HeteroclinicCycle& cycle = graph.cycles[k];
        fmt::print("  {}  {}{}: {}\n", k + 1, cycle_text(graph, cycle),
                   cycle.exact ? ", exact" : "", to_string(cycle.stability));
        fmt::print("     {}{}\n", cycle.reason,
                   cycle.krupa_melbourne != 0
                       ? fmt::format("; Krupa-Melbourne product {:.6g}", cycle.krupa_melbourne)
                       : "");
    }
}

void print_motion(const RecurrentMotion& motion) {
    fmt::print("face theorem: {}; {} face{} searched{}\n", describe(motion.face_theorem.verdict),
               motion.faces_searched, motion.faces_searched == 1 ? "" : "s",
               motion.faces_not_searched > 0
                   ? fmt::format(", {} candidates not", motion.faces_not_searched)
                   : "");
    print_graph(motion.connections);
    for (std::size_t k = 0; k < std::min(motion.findings.size(), printed_findings); ++k) {
        const MotionFinding& f = motion.findings[k];
        fmt::print("from {}{}: {} ({} starts): {}\n", to_string(f.searched),
                   f.face == f.searched ? "" : " into " + to_string(f.face), to_string(f.motion),
                   f.starts, f.evidence);
        if (f.orbit && !f.transverse_rates.empty()) {
            fmt::print(
                "     across its face the largest mean rate is {:.6g}: {}\n",
                *std::max_element(f.transverse_rates.begin(), f.transverse_rates.end()),
                f.attracts_in_cube ? "attracts in the cube" : "does not attract in the cube");
        }
    }
    fmt::print("what the starts did not come to is not excluded by this search\n");
}

}  // namespace

EquilibriaOutput equilibria_recurrence(const EquilibriaTask& task) {
    RecurrentMotionOptions options{.seed = task.options.common.seed,
                                   .threads = task.options.common.threads};
    if (task.options.exponent_error > 0) {
        options.exponent_share = 0.0;
        options.exponent_error = task.options.exponent_error;
    }
    if (!is_bounded(task.system.activation())) {
        reject_input("--recurrence", "a bounded activation (logistic or tanh)",
                     to_string(task.system.activation()));
    }
    if (task.system.dimension() > options.max_dimension) {
        reject_input("--recurrence",
                     fmt::format("at most {} units (all vertices and faces are followed); "
                                 "trajectory follows single starts of larger ones",
                                 options.max_dimension),
                     fmt::format("{}", task.system.dimension()));
    }
    if (task.options.starts_given) {
        if (task.options.starts > most_starts) {
            reject_input("--starts", fmt::format("1 to {} a face", most_starts),
                         fmt::format("{}", task.options.starts));
        }
        options.starts = task.options.starts;
    }
    const Atlas atlas = equilibrium_atlas(
        task.system,
        {.listing = task.listing, .origin = true, .threads = task.options.common.threads});
    const RecurrentMotion motion = recurrent_motion(task.system, options);
    if (task.talk) {
        print_motion(motion);
    }
    EquilibriaOutput output{atlas_json(atlas, task.system),
                            {{"equilibria.csv", equilibrium_table(atlas.equilibria).text()}},
                            certificate_of(task, atlas)};
    output.json["recurrent_motion"] = to_json(motion);
    for (const auto& [name, table] : recurrence_tables(motion)) {
        output.files.emplace_back(name, table.text());
    }
    output.figures = figures::recurrence_figures(motion);
    return output;
}

}  // namespace resdyn::cli
