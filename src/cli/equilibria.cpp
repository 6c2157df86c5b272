// resdyn equilibria: the fixed points of a network's residual system, with the contract of --json.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include <resdyn/core/error.hpp>
#include <resdyn/core/interrupt.hpp>
#include <resdyn/equilibria/origin_directions.hpp>
#include <resdyn/figures/figures.hpp>
#include <resdyn/formats/output_folder.hpp>
#include <resdyn/results/results.hpp>
#include <resdyn/results/spectrum_results.hpp>

#include "equilibria_methods.hpp"
#include "number_check.hpp"

namespace resdyn::cli {

namespace {

using Method = EquilibriaOutput (*)(const EquilibriaTask&);

/// The methods by name; `auto` chooses one of them by size and by what was given.
const std::map<std::string, Method>& methods() {
    static const std::map<std::string, Method> all = {
        {"atlas", equilibria_atlas},
        {"attracting-faces", equilibria_attracting},
        {"data", equilibria_data},
        {"newton", equilibria_newton},
        {"recurrence", equilibria_recurrence},
        {"search", equilibria_search},
        {"stable", equilibria_stable},
        {"stable-vertices", equilibria_stable_vertices},
    };
    return all;
}

Method chosen_method(const EquilibriaOptions& options, const ResidualSystem& system) {
    if (!options.data.empty() && options.method != "auto" && options.method != "data") {
        reject_argument("--data", "--method data or auto beside it", options.method);
    }
    if (options.recurrence && options.method != "auto" && options.method != "recurrence") {
        reject_argument("equilibria", "--recurrence without another --method", options.method);
    }
    if (options.recurrence) {
        return equilibria_recurrence;
    }
    if (options.method != "auto") {
        return methods().at(options.method);
    }
    if (!options.data.empty()) {
        return equilibria_data;
    }
    if (!is_bounded(system.activation())) {
        return equilibria_newton;
    }
    return options.starts_given ? equilibria_search : equilibria_auto;
}

Listing listing_of(const std::string& name, Index dimension) {
    if (name.empty()) {
        return dimension <= all_listed_up_to ? Listing::All : Listing::Stable;
    }
    return name == "all" ? Listing::All : name == "stable" ? Listing::Stable : Listing::Faces;
}

/// The weights as --as-decimals reads them, for the methods that decide exactly.
std::optional<WholeSystem> whole_system_of(const EquilibriaOptions& options, Method method,
                                           const ResidualSystem& system) {
    if (options.reading.as_decimals && method != equilibria_atlas && method != equilibria_stable &&
        method != equilibria_stable_vertices && method != equilibria_auto) {
        reject_argument("--as-decimals",
                        "a method that decides exactly: atlas, stable, stable-vertices, auto",
                        options.method);
    }
    return read_weights(options.reading, system);
}

int run(const EquilibriaOptions& options) {
    if (!options.certificate.empty()) {
        check_writable(std::filesystem::path(options.certificate).parent_path());
    }
    Source source = load_source(options.source, options.common);
    const ResidualSystem system = residual_system(source.network);
    const bool talk = talks(options.common);
    if (talk) {
        print_source(source, system);
    }
    const Method method = chosen_method(options, system);
    const std::optional<WholeSystem> whole = whole_system_of(options, method, system);
    EquilibriaOutput output =
        method({options, source, whole ? whole->system : system, whole ? &*whole : nullptr,
                listing_of(options.list, system.dimension()), talk});
    if (!options.certificate.empty()) {
        write_certificate(options.certificate, output.certificate, talk);
    }
    Findings findings{.json = std::move(output.json),
                      .files = std::move(output.files),
                      .figures = std::move(output.figures),
                      .written_already = std::move(output.written_already),
                      .exit_code = output.exit_code,
                      .partial = true};
    return deliver(std::move(findings), options.common,
                   make_provenance(options.common, source.inputs));
}

std::vector<std::string> method_names() {
    std::vector<std::string> names = {"auto"};
    for (const auto& [name, method] : methods()) {
        names.push_back(name);
    }
    return names;
}

}  // namespace

std::string point_text(const Vector& y) {
    std::string text;
    constexpr Index shown = 6;
    for (Index i = 0; i < std::min(shown, y.size()); ++i) {
        text += fmt::format("{}{:.6g}", i > 0 ? ", " : "", y[i]);
    }
    return y.size() > shown ? text + ", …" : text;
}

std::string pattern_text(const Pattern& pattern) {
    constexpr std::size_t shown = 24;
    const std::string word = to_string(pattern);
    return word.size() <= shown ? word : figures::short_name(pattern);
}

void print_equilibrium(const Equilibrium& e, std::optional<double> margin) {
    fmt::print("  {}  {:<15} unstable {}  residual {:.1e}{}  y = ({}){}\n", pattern_text(e.pattern),
               to_string(e.type), e.spectrum.unstable, e.residual,
               margin ? fmt::format("  margin {:.1e}", *margin) : "", point_text(e.y),
               e.on_continuum ? "  on a continuum" : "");
}

void print_origin(const OriginReport& origin) {
    fmt::print("origin (degenerate): stable: {} ({}); attracts the open cube: {} ({})\n",
               to_string(origin.stable), origin.stable_reason, to_string(origin.attracts),
               origin.attracts_reason);
}

void add_origin_directions(const EquilibriaTask& task, const std::optional<OriginReport>& origin,
                           nlohmann::ordered_json& json) {
    constexpr double affordable = 2.0;  // seconds of one processor
    const Index n = task.system.dimension();
    if (!origin || task.whole != nullptr || n > largest_directions_dimension ||
        !(predicted_direction_seconds(n, task.source.network.width()) <= affordable) ||
        interrupt_requested()) {
        return;
    }
    const OriginDirections directions =
        origin_directions(task.system, {.threads = task.options.common.threads});
    json["origin_directions"] = to_json(directions);
    if (task.talk) {
        fmt::print("{}\n", describe(directions));
    }
}

void print_attraction(const std::optional<OriginReport>& origin) {
    if (origin && origin->attracts == Decision::Yes) {
        fmt::print("proved: the origin attracts every start of the open cube\n");
    }
}

Verb add_equilibria(App& program, const std::string& command) {
    auto options = std::make_shared<EquilibriaOptions>();
    options->common.command = command;
    App* app = program.add_subcommand(
        "equilibria",
        "Every fixed point of the residual system, proved, or the most that is affordable");
    add_source_options(*app, options->source);
    add_data_format_options(*app, options->source.format);
    app->add_option(
           "--method", options->method,
           "atlas: every one, proved, N <= 24; stable, stable-vertices: every stable one, proved, "
           "by branch and bound; attracting-faces: every face where a trajectory can end, at rest "
           "or in a cycle, torus or chaos, proved; data: where --data come to rest; search: from "
           "random starts; "
           "newton: roots, cones where f is unbounded; recurrence: see --recurrence; auto: data if "
           "given, newton if f is unbounded, search if --starts is given, else the first of atlas, "
           "stable and search whose predicted cost is affordable")
        ->check(is_member(method_names()))
        ->capture_default_str();
    app->add_flag(
        "--recurrence", options->recurrence,
        "Beyond the atlas, N <= 8: what never rests. Connections between equilibria, "
        "heteroclinic cycles, limit cycles, closed orbits, Lyapunov exponents (--starts a "
        "face, default 4)");
    app->add_option("--exponent-error", options->exponent_error,
                    "With --recurrence: standard error wanted of the leading exponent of chaos, "
                    "per unit of time (default 0: 2.5 % of its size)")
        ->check(not_negative());
    app->add_option("--list", options->list,
                    "Which to list: all (default for N <= 10; beyond, all go to atlas.csv in "
                    "--out), stable, "
                    "faces")
        ->check(is_member({"all", "stable", "faces"}));
    app->add_option("--starts", options->starts, "Random starts of the search")
        ->check(in_range(1, 10000000))
        ->capture_default_str();
    app->add_option("--data", options->data,
                    "Follow the residuals of these: rings, moons, spirals, xor, a CSV file (label "
                    "last), an IDX file or a folder with MNIST-like files (its test half)");
    app->add_option("--samples", options->samples,
                    "Data samples followed at most, drawn with each class in its share")
        ->check(in_range(1, 100000000))
        ->capture_default_str();
    app->add_option("--around", options->around,
                    "With data or search: starts around every equilibrium found, in a second round")
        ->check(in_range(0, 1000000))
        ->capture_default_str();
    app->add_option("--radius", options->radius,
                    "Standard deviation of --around, a share of the levels' width; > 0")
        ->check(positive())
        ->capture_default_str();
    app->add_option("--clock", options->clock,
                    "Follow starts under the layer map or in the flow (ODE)")
        ->check(is_member({"flow", "map"}))
        ->capture_default_str();
    app->add_option("--max-layers", options->settle.max_layers,
                    "Layers each start may take (--clock map)")
        ->check(in_range(1, 100000000))
        ->capture_default_str();
    app->add_option("--t-end", options->settle.t_end,
                    "Time each start may take (--clock flow); > 0")
        ->check(positive())
        ->capture_default_str();
    add_settle_options(*app, options->settle);
    app->add_option("--slow-speed", options->settle.slow_speed,
                    "Last speed (a layer, or a unit time) up to which a start counts as slow")
        ->check(positive())
        ->capture_default_str();
    add_reading_options(*app, options->reading, "atlas, stable, stable-vertices, auto");
    add_certificate_option(*app, options->certificate);
    add_branch_and_bound_options(*app, *options);
    add_common_options(*app, options->common, {.figures = true, .json_alone = true});
    app->footer(
        "Example: resdyn equilibria --weights W.csv --activation tanh --json\n"
        "         resdyn equilibria model.safetensors --data rings --clock flow\n"
        "Output: results.json and equilibria.csv in --out (with --json only if --out is given);\n"
        "attracting-faces has attracting_faces.csv instead;\n"
        "data and search add groups.csv and endings.csv (how every start ended); recurrence adds\n"
        "connections, heteroclinic, motions, orbits, multipliers, exponents, stays (.csv), "
        "figures.");
    return {app, [options, app] {
                options->starts_given = app->count("--starts") > 0;
                return run(*options);
            }};
}

}  // namespace resdyn::cli
