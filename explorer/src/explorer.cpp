// What the page calls: plain C functions that take a request and give an answer, both JSON. What
// results.json has is written by the same code here; points to draw stand beside it.
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <string>

#include <resdyn/atlas/atlas.hpp>
#include <resdyn/bifurcation/step_bifurcation.hpp>
#include <resdyn/core/error.hpp>
#include <resdyn/equilibria/clocks.hpp>
#include <resdyn/interaction/structure.hpp>
#include <resdyn/model/systems.hpp>
#include <resdyn/portrait/basins.hpp>
#include <resdyn/portrait/cube.hpp>
#include <resdyn/portrait/line.hpp>
#include <resdyn/settling/seeds.hpp>
#include <resdyn/transient/simulation.hpp>

#include "request.hpp"
#include "results/bifurcation_results.hpp"
#include "results/interaction_results.hpp"
#include "results/json_parts.hpp"
#include "results/portrait_points.hpp"
#include "results/portrait_results.hpp"
#include "results/results.hpp"
#include "results/spectrum_results.hpp"

namespace resdyn::explorer {

namespace {

constexpr Index all_listed_up_to = 10;  // units, as `resdyn equilibria`
constexpr Index enumerated_up_to = 14;  // beyond, random starts are followed
constexpr Index starts_followed = 128;
constexpr int one_thread = 1;

Json list_systems(const Json&) {
    Json systems = Json::array();
    for (const NamedSystem& system : named_systems()) {
        systems.push_back({{"name", system.name},
                           {"about", system.about},
                           {"activation", to_string(system.activation)},
                           {"W", json_rows(system.W)}});
    }
    return systems;
}

/// "origin": decide the degenerate origin too.
Json find_equilibria(const Json& request) {
    const ResidualSystem system = residual_system(network_of(request));
    if (!is_bounded(system.activation())) {
        reject_argument("activation", "logistic or tanh for the atlas of equilibria",
                        to_string(system.activation()));
    }
    if (system.dimension() > enumerated_up_to) {
        const SettleOptions options{.clock = Clock::Flow, .t_end = 500.0, .threads = one_thread};
        const SettleResult settled =
            Settler(system, options).settle(random_seeds(system, starts_followed, 1));
        Json json = search_json(settled, system, Listing::All);
        json["starts"] = starts_followed;
        return json;
    }
    const Listing listing = system.dimension() <= all_listed_up_to ? Listing::All : Listing::Stable;
    const Atlas atlas = equilibrium_atlas(
        system,
        {.listing = listing, .origin = request.value("origin", false), .threads = one_thread});
    const std::vector<TwoClocks> clocks = listed_clocks(system, atlas.equilibria, one_thread);
    return atlas_json(atlas, system, {.clocks = &clocks});
}

/// "grid": arrows a side; "curves": separatrices too; "cycles": points of the plane from which
/// limit cycles are sought, [[s0, s1] …].
Json draw_plane(const Json& request) {
    const ResidualSystem system = residual_system(network_of(request));
    const RequestedPlane plane = plane_of(request, system);
    PortraitOptions options{.grid = request.value("grid", Index{21}),
                            .trace_grid = request.value("trace", Index{80}),
                            .t_end = 200.0,
                            .samples = 2,
                            .threads = one_thread};
    if (!request.value("curves", true)) {
        options.separatrix.max_steps = 1;
    }
    const Index starts = request.value("cycle_starts", Index{0});
    PhasePortrait portrait =
        phase_portrait(plane.space, plane.slice,
                       starts > 0 ? spread_starts(plane.space, plane.slice, starts)
                                  : Matrix(plane.space.dimension(), 0),
                       {}, 0, options);
    if (!request.value("curves", true)) {
        portrait.curves.clear();
    }
    portrait.trajectories.clear();
    return portrait_with_points(portrait);
}

/// The field alone, of the plane's window: "grid": arrows a side.
Json draw_field(const Json& request) {
    const ResidualSystem system = residual_system(network_of(request));
    const RequestedPlane plane = plane_of(request, system);
    const PortraitOptions options{.grid = request.value("grid", Index{21}), .threads = one_thread};
    return {{"grid", options.grid},
            {"field", to_json(direction_field(plane.space, plane.slice, options))}};
}

/// "start": {"y" or "u" or "x": numbers}; "t_end", "samples", "layers"; "plane": the request of a
/// plane on which the states are drawn too.
Json run_trajectory(const Json& request) {
    const ResidualNetwork network = network_of(request);
    const Json& start = request.at("start");
    const std::string variable = start.contains("y") ? "y" : start.contains("u") ? "u" : "x";
    SimulationOptions options;
    options.start = variable == "y"   ? StartVariable::Residual
                    : variable == "u" ? StartVariable::Preactivation
                                      : StartVariable::Activity;
    const Vector from = vector_of(start.at(variable), "start");
    options.t_end = request.value("t_end", 40.0);
    options.samples = request.value("samples", Index{401});
    options.layers = request.value("layers", Index{20});
    options.rel_tol = request.value("rel_tol", 1e-9);
    options.abs_tol = 1e-12;
    options.max_steps = 200'000;
    Json json;
    const std::optional<RequestedPlane> plane =
        request.contains("plane")
            ? std::optional(plane_of(request["plane"], residual_system(network)))
            : std::nullopt;
    for (const Clock clock : {Clock::Flow, Clock::Map}) {
        options.clock = clock;
        const Simulation run = simulate(network, from, options);
        Json side = to_json(run);
        side["t"] = run.t;
        side["y"] = json_rows(run.y);
        if (plane) {
            const Matrix& states =
                plane->space.coordinate() == Coordinate::Residual ? run.y : run.u;
            side["s"] = json_rows(plane->slice.basis.transpose() *
                                  (states.colwise() - plane->slice.origin));
        }
        json[clock == Clock::Flow ? "flow" : "network"] = std::move(side);
    }
    return json;
}

/// Cells of one band: "window", "width", "height"; "clock".
Json map_basins(const Json& request) {
    const ResidualSystem system = residual_system(network_of(request));
    const RequestedPlane plane = plane_of(request, system);
    BasinOptions options;
    options.width = request.at("width");
    options.height = request.at("height");
    options.settle.clock = request.value("clock", "flow") == "map" ? Clock::Map : Clock::Flow;
    options.settle.t_end = 300.0;
    options.settle.max_layers = 2000;
    options.settle.threads = one_thread;
    const BasinMap map = basin_map(plane.space, plane.slice, options);
    Json json = to_json(map);
    std::vector<int> labels(map.labels.data(), map.labels.data() + map.labels.size());
    json["labels"] = labels;
    return json;
}

Json decide_structure(const Json& request) {
    const ResidualSystem system = residual_system(network_of(request));
    const RankReport rank = rank_report(system.W());
    Json json = to_json(structure_report(system, interaction_report(system.W()), rank));
    json["rank"] = rank.rank;
    return json;
}

/// Multipliers outside the unit circle, as decided on the segment.
Index outside_at(const EquilibriumBranch& branch, double alpha) {
    const auto here = std::find_if(branch.segments.begin(), branch.segments.end(),
                                   [&](const BranchSegment& s) { return alpha <= s.to; });
    return (here == branch.segments.end() ? branch.segments.back() : *here).map.unstable;
}

/// "path", "from", "to" (null: the path's own), "points": rows of a branch.
Json follow_branches(const Json& request) {
    Json bare = request;
    bare.erase("path");
    const ResidualSystem system = residual_system(network_of(bare));
    require_bounded("path", system.activation());
    const NamedPath named = path_of(request, system);
    BifurcationOptions options{
        .complete_dimension = 6, .vertex_dimension = 8, .stable_samples = 5, .threads = one_thread};
    options.from = request.contains("from") ? request["from"].get<double>() : named.from;
    options.to = request.contains("to") ? request["to"].get<double>() : named.to;
    if (!(options.from < options.to)) {
        reject_argument("range", "from < to", fmt::format("{} to {}", options.from, options.to));
    }
    const Index points = request.value("points", Index{21});
    const BifurcationDiagram diagram =
        named.path ? bifurcations(*named.path, options) : step_bifurcations(system, options);
    Json json = to_json(diagram);
    json["from"] = options.from;
    json["to"] = options.to;
    json["rows"] = Json::array();
    for (const EquilibriumBranch& branch : diagram.branches) {
        const std::vector<BranchPoint> rows =
            named.path ? branch_points(*named.path, branch, diagram.events, points)
                       : step_branch_points(system, branch, diagram.events, points);
        Json list = Json::array();
        for (const BranchPoint& row : rows) {
            list.push_back({{"alpha", row.alpha},
                            {"label", row.label},
                            {"y", json_numbers(row.y)},
                            {"unstable", row.flow.unstable},
                            {"neutral", row.flow.neutral},
                            {"outside", outside_at(branch, row.alpha)}});
        }
        json["rows"].push_back(std::move(list));
    }
    return json;
}

Json draw_line(const Json& request) {
    const PhaseLine line = phase_line(residual_system(network_of(request)), 201);
    return {{"range", {line.range.low, line.range.high}},
            {"y", line.y},
            {"velocity", line.velocity},
            {"all_rest", line.all_rest}};
}

/// "cycles": whether limit cycles are sought.
Json draw_cube(const Json& request) {
    const ResidualSystem system = residual_system(network_of(request));
    CubeOptions options;
    options.cycles = request.value("cycles", false);
    options.threads = one_thread;
    const CubePortrait cube = cube_portrait(system, Matrix(3, 0), {}, 0, options);
    Json curves = Json::array();
    for (const InvariantCurve& curve : cube.curves) {
        curves.push_back(curve_with_points(curve, curve.y));
    }
    Json cycles = Json::array();
    for (const AttractingCycle& cycle : cube.cycles) {
        cycles.push_back({{"face", to_string(cycle.face)}, {"points", json_rows(cycle.y)}});
    }
    return {{"range", {cube.range.low, cube.range.high}},
            {"curves", std::move(curves)},
            {"cycles", std::move(cycles)}};
}

/// The weights that answers at this request speak of.
Json tell_weights(const Json& request) {
    const ResidualNetwork network = network_of(request);
    return {{"W", json_rows(residual_system(network).W())}, {"step", network.step}};
}

/// The answer stands until the next call.
const char* answer(Json (*ask)(const Json&), const char* request) {
    static std::string text;
    try {
        text = ask(Json::parse(request)).dump();
    } catch (const std::exception& error) {
        text = Json{{"error", error.what()}}.dump();
    }
    return text.c_str();
}

}  // namespace

}  // namespace resdyn::explorer

extern "C" {

using namespace resdyn::explorer;

const char* resdyn_systems(const char* request) {
    return answer(list_systems, request);
}
const char* resdyn_weights(const char* request) {
    return answer(tell_weights, request);
}
const char* resdyn_equilibria(const char* request) {
    return answer(find_equilibria, request);
}
const char* resdyn_plane(const char* request) {
    return answer(draw_plane, request);
}
const char* resdyn_field(const char* request) {
    return answer(draw_field, request);
}
const char* resdyn_line(const char* request) {
    return answer(draw_line, request);
}
const char* resdyn_cube(const char* request) {
    return answer(draw_cube, request);
}
const char* resdyn_trajectory(const char* request) {
    return answer(run_trajectory, request);
}
const char* resdyn_basins(const char* request) {
    return answer(map_basins, request);
}
const char* resdyn_structure(const char* request) {
    return answer(decide_structure, request);
}
const char* resdyn_branches(const char* request) {
    return answer(follow_branches, request);
}
}
