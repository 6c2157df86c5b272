// resdyn spectrum: eigenvalues of the flow and multipliers of the layer map side by side, at
// equilibria, at a point, or along a trajectory.
#include <fmt/format.h>

#include <cmath>
#include <memory>

#include <resdyn/core/error.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/equilibria/clocks.hpp>
#include <resdyn/equilibria/origin_from_directions.hpp>
#include <resdyn/figures/figures.hpp>
#include <resdyn/formats/output_folder.hpp>
#include <resdyn/model/residual_system.hpp>
#include <resdyn/results/results.hpp>
#include <resdyn/results/spectrum_results.hpp>
#include <resdyn/results/tables.hpp>
#include <resdyn/stable/stable_equilibria.hpp>
#include <resdyn/transient/simulation.hpp>

#include "common.hpp"
#include "deliver.hpp"
#include "number_check.hpp"
#include "source.hpp"
#include "weight_reading.hpp"

namespace resdyn::cli {

namespace {

constexpr Index enumerated_up_to = 10;    // without --at: every equilibrium up to this N
constexpr Index directions_up_to = 18;    // units: about a second
constexpr std::size_t most_printed = 12;  // equilibria and eigenvalues on the terminal

struct SpectrumVerbOptions {
    CommonOptions common;
    SourceOptions source;
    std::vector<std::string> at;
    std::string y;
    std::string along;
    double t_end = 20.0;
    Index samples = 201;
    Index leading = 0;
    WeightReading reading;
};

std::string complex_text(Complex value) {
    return value.imag() == 0 ? fmt::format("{:.6g}", value.real())
                             : fmt::format("{:.6g}{:+.6g}i", value.real(), value.imag());
}

std::string step_text(const TwoClocks& clocks) {
    if (!clocks.largest_stable_step) {
        return "none: the flow is not stable";
    }
    if (std::isinf(*clocks.largest_stable_step)) {
        return "infinite";
    }
    return fmt::format("{:.10g}{}", *clocks.largest_stable_step,
                       clocks.largest_stable_step_proved ? " (proved to 1e-9)" : "");
}

std::string type_text(EquilibriumType type, const SpectralCounts& counts) {
    std::string text(to_string(type));
    if (type == EquilibriumType::Saddle || type == EquilibriumType::NonHyperbolic) {
        text += fmt::format(" (unstable {}, neutral {})", counts.unstable, counts.neutral);
    }
    return text;
}

void print_clocks(const Equilibrium& e, const TwoClocks& c, double h, double margin) {
    fmt::print("{}  y = (", to_string(e.pattern));
    for (Index i = 0; i < std::min<Index>(e.y.size(), 8); ++i) {
        fmt::print("{}{:.6g}", i > 0 ? ", " : "", e.y[i]);
    }
    fmt::print("{})  |flow| = {:.1e}  margin {:.1e}\n", e.y.size() > 8 ? ", …" : "", e.residual,
               margin);
    fmt::print("  flow     {}\n  network  {} at h = {}{}\n  h*       {}\n",
               type_text(c.flow_type, c.flow), type_text(c.map_type, c.map), h,
               c.proved ? "  (both proved)" : "  (double precision)", step_text(c));
    if (c.culprit) {
        fmt::print("  decided by  λ = {} ({}), multiplier {}\n",
                   complex_text(c.culprit->eigenvalue),
                   c.culprit->unit < 0 ? std::string("free block")
                                       : fmt::format("unit {}", c.culprit->unit),
                   complex_text(c.culprit->multiplier));
    }
    if (c.growth) {
        const TransientGrowth& g = *c.growth;
        fmt::print("  free block: numerical abscissa {:.6g}, max over t of the norm of exp(tJ) {}",
                   g.numerical_abscissa, to_string(g.status));
        if (g.status != GrowthStatus::Unbounded) {
            fmt::print(" {:.8g} (+{:.1e} relative) at t = {:.4g}, Kreiss bound {:.6g}", g.peak,
                       g.peak_error, g.peak_time, g.kreiss_bound);
        }
        fmt::print("\n");
    }
    for (std::size_t k = 0; k < std::min(most_printed, c.pairs.size()); ++k) {
        fmt::print(
            "    λ = {:<28} m = {:<28} {}\n", complex_text(c.pairs[k].eigenvalue),
            complex_text(c.pairs[k].multiplier),
            c.pairs[k].unit < 0 ? std::string("free") : fmt::format("unit {}", c.pairs[k].unit));
    }
}

Findings at_equilibria(const SpectrumVerbOptions& options, const ResidualSystem& stored,
                       bool talk) {
    const std::optional<WholeSystem> whole = read_weights(options.reading, stored);
    const ResidualSystem& system = whole ? whole->system : stored;
    std::vector<Equilibrium> equilibria;
    if (!options.at.empty()) {
        const FaceSolver solver(system);
        for (const std::string& word : options.at) {
            FaceDecision decision =
                solver.decide(pattern_of_option("--at", word, system.dimension()));
            if (auto* equilibrium = std::get_if<Equilibrium>(&decision)) {
                equilibria.push_back(std::move(*equilibrium));
            } else {
                reject_input("--at", "a pattern that holds an isolated equilibrium",
                             fmt::format("{}, {}", word,
                                         std::holds_alternative<Continuum>(decision)
                                             ? "which holds a continuum of equilibria"
                                             : "which holds none"));
            }
        }
    } else if (system.dimension() <= enumerated_up_to) {
        equilibria = equilibrium_atlas(system, {.threads = options.common.threads}).equilibria;
    } else {
        reject_argument(
            "spectrum",
            fmt::format("--at, --y or --along for more than {} units", enumerated_up_to),
            fmt::format("{} units and none of them", system.dimension()));
    }
    const std::vector<double> margins = verdict_margins(system, equilibria, options.common.threads);
    const RoundingReport rounding =
        rounding_report(system, equilibria, margins, options.reading.rounding);
    const VerdictNotes notes{&margins, &rounding, whole ? &*whole : nullptr};
    std::vector<TwoClocks> clocks;
    for (const Equilibrium& equilibrium : equilibria) {
        clocks.push_back(two_clocks(system, equilibrium));
    }
    Findings findings;
    nlohmann::ordered_json list = equilibria_json(equilibria, clocks, notes);
    for (std::size_t k = 0; k < equilibria.size(); ++k) {
        if (whole) {
            in_units_of(*whole, equilibria[k]);
            in_units_of(*whole, clocks[k]);
        }
        if (!options.at.empty()) {
            nlohmann::ordered_json routes = nlohmann::ordered_json::array();
            std::vector<LocalSpectrum> spectra;
            for (const bool of_map : {false, true}) {
                spectra.push_back(local_spectrum(stored, equilibria[k].y,
                                                 {.of_map = of_map, .leading = options.leading}));
                routes.push_back(to_json(spectra.back()));
            }
            list[k]["routes"] = routes;
            findings.files.emplace_back("routes-" + to_string(equilibria[k].pattern) + ".csv",
                                        local_spectrum_table(spectra).text());
        }
    }
    findings.json["equilibria"] = std::move(list);
    add_notes(findings.json, notes);
    if (system.activation() == Activation::Logistic) {
        std::optional<OriginDirections> directions;
        if (system.dimension() <= directions_up_to) {
            directions = origin_directions(system, {.threads = options.common.threads});
        }
        const OriginOptions origin_options{
            .rival = [&] { return stable_rival(system, options.common.threads); },
            .threads = options.common.threads};
        const OriginReport origin = directions ? origin_report(system, *directions, origin_options)
                                               : origin_report(system, origin_options);
        findings.json["origin"] = to_json(origin);
        if (talk) {
            fmt::print("origin (degenerate): stable: {} ({}); attracts the open cube: {} ({})\n",
                       to_string(origin.stable), origin.stable_reason, to_string(origin.attracts),
                       origin.attracts_reason);
        }
        if (directions) {
            findings.json["origin_directions"] = to_json(*directions);
            if (talk) {
                fmt::print("{}\n", describe(*directions));
            }
        }
    }
    for (std::size_t k = 0; talk && k < std::min(most_printed, equilibria.size()); ++k) {
        print_clocks(equilibria[k], clocks[k], stored.step(), margins[k]);
    }
    if (talk && equilibria.size() > most_printed) {
        fmt::print("{} more in clocks.csv\n", equilibria.size() - most_printed);
    }
    if (talk) {
        print_notes(notes);
    }
    findings.files.emplace_back("clocks.csv", clock_table(equilibria, clocks).text());
    findings.files.emplace_back("spectrum.csv", spectrum_table(equilibria).text());
    findings.figures = figures::spectrum_figures(equilibria);
    return findings;
}

void print_routes(const LocalSpectrum& spectrum) {
    fmt::print("{}: routes differ by at most {:.1e}\n", spectrum.of_map ? "network" : "flow",
               spectrum.disagreement);
    for (const RouteSpectrum& route : spectrum.routes) {
        fmt::print("  {} ({})\n", to_string(route.route), to_string(route.status));
        for (std::size_t k = 0; k < std::min(most_printed, route.values.size()); ++k) {
            fmt::print("    {:<28} |Jv - λv| = {:.1e}\n", complex_text(route.values[k]),
                       route.residuals[k]);
        }
    }
}

Findings at_point(const SpectrumVerbOptions& options, const ResidualSystem& system, const Vector& y,
                  bool talk) {
    Findings findings;
    std::vector<LocalSpectrum> spectra;
    for (const bool of_map : {false, true}) {
        spectra.push_back(
            local_spectrum(system, y, {.of_map = of_map, .leading = options.leading}));
        findings.json[of_map ? "map" : "flow"] = to_json(spectra.back());
        for (const RouteSpectrum& route : spectra.back().routes) {
            if (route.status == SpectrumStatus::NotConverged) {
                findings.exit_code = CheckFailed;
            }
        }
        if (talk) {
            print_routes(spectra.back());
        }
    }
    const double speed = system.residual_velocity(y).lpNorm<Eigen::Infinity>();
    findings.json["speed"] = speed;
    if (talk) {
        fmt::print("|y'| = {:.3e} there{}\n", speed,
                   speed > 1e-9 ? ": not an equilibrium, the spectrum speaks of short times" : "");
    }
    findings.files.emplace_back("spectrum.csv", local_spectrum_table(spectra).text());
    Equilibrium point;  // the figures draw the two lists of values and the name
    point.pattern = pattern_of(y, system.activation());
    point.flow_eigenvalues = spectra[0].routes.front().values;
    point.multipliers = spectra[1].routes.front().values;
    findings.figures = figures::spectrum_figures({point}, "the point given");
    return findings;
}

Findings along_trajectory(const SpectrumVerbOptions& options, const ResidualSystem& system,
                          const ResidualNetwork& network, const Vector& y0, bool talk) {
    const Simulation run =
        simulate(network, y0, {.t_end = options.t_end, .samples = options.samples});
    const Index leading =
        options.leading > 0 ? options.leading : std::min<Index>(3, system.dimension());
    Findings findings;
    CsvTable table({"t", "clock", "index", "re", "im", "modulus", "residual"});
    figures::SpectrumPath path;
    double worst = 0.0;
    for (std::size_t s = 0; s < run.t.size(); ++s) {
        path.t.push_back(run.t[s]);
        for (const bool of_map : {false, true}) {
            const LocalSpectrum local =
                local_spectrum(system, run.y.col(static_cast<Index>(s)),
                               {.of_map = of_map, .leading = leading, .dense_up_to = 96});
            const RouteSpectrum& route = local.routes.front();
            if (route.status == SpectrumStatus::NotConverged) {
                findings.exit_code = CheckFailed;
            }
            for (std::size_t k = 0; k < static_cast<std::size_t>(leading); ++k) {
                table.add({run.t[s], std::string(of_map ? "map" : "flow"), static_cast<long>(k),
                           route.values[k].real(), route.values[k].imag(),
                           std::abs(route.values[k]), route.residuals[k]});
                worst = std::max(worst, route.residuals[k]);
                auto& rows = of_map ? path.modulus : path.real_part;
                rows.resize(static_cast<std::size_t>(leading));
                rows[k].push_back(of_map ? std::abs(route.values[k]) : route.values[k].real());
            }
        }
    }
    findings.json = {{"samples", run.t.size()},
                     {"t_end", run.t.back()},
                     {"outcome", to_string(run.outcome)},
                     {"leading", leading},
                     {"largest_residual", worst}};
    if (talk) {
        fmt::print("{} samples to t = {:g} ({}); {} leading values each, |Jv - λv| <= {:.1e}\n",
                   run.t.size(), run.t.back(), to_string(run.outcome), leading, worst);
    }
    findings.files.emplace_back("spectrum.csv", table.text());
    findings.figures = {figures::spectrum_path_figure(path)};
    return findings;
}

int run(const SpectrumVerbOptions& options) {
    Source source = load_source(options.source, options.common);
    const ResidualSystem system = residual_system(source.network);
    if (!is_bounded(system.activation())) {
        reject_argument("spectrum", "logistic or tanh", to_string(system.activation()));
    }
    const int places = static_cast<int>(!options.at.empty()) +
                       static_cast<int>(!options.y.empty()) +
                       static_cast<int>(!options.along.empty());
    if (places > 1) {
        reject_argument("spectrum", "one of --at, --y, --along", fmt::format("{} of them", places));
    }
    if (options.reading.as_decimals && (!options.y.empty() || !options.along.empty())) {
        reject_argument("--as-decimals",
                        "equilibria, where it is decided exactly (neither --y nor --along)",
                        options.y.empty() ? "--along" : "--y");
    }
    if (options.leading < 0 || options.leading > system.dimension()) {
        reject_input("--leading", fmt::format("1 to {} eigenvalues", system.dimension()),
                     fmt::format("{}", options.leading));
    }
    if (!(options.t_end > 0 && std::isfinite(options.t_end))) {
        reject_input("--t-end", "a finite number > 0", fmt::format("{}", options.t_end));
    }
    const bool talk = talks(options.common);
    if (talk) {
        print_source(source, system);
    }
    Findings findings;
    if (!options.y.empty()) {
        findings =
            at_point(options, system, numbers_or_file(options.y, "--y", source.inputs), talk);
    } else if (!options.along.empty()) {
        findings = along_trajectory(options, system, source.network,
                                    numbers_or_file(options.along, "--along", source.inputs), talk);
    } else {
        findings = at_equilibria(options, system, talk);
    }
    nlohmann::ordered_json json = head_of(system);
    json.update(findings.json);
    findings.json = std::move(json);
    return deliver(std::move(findings), options.common,
                   make_provenance(options.common, source.inputs));
}

}  // namespace

Verb add_spectrum(CLI::App& program, const std::string& command) {
    auto options = std::make_shared<SpectrumVerbOptions>();
    options->common.command = command;
    CLI::App* app = program.add_subcommand(
        "spectrum",
        "Flow eigenvalues and layer multipliers: at equilibria, a point, or along a run");
    add_source_options(*app, options->source);
    app->add_option("--at", options->at,
                    "Patterns of equilibria, such as HLF (default: all, for N <= 10)");
    app->add_option("--y", options->y, "A point instead: numbers \"0.3,0.7\" or a file");
    app->add_option("--along", options->along,
                    "A trajectory of the flow from this y0 instead: numbers or a file");
    app->add_option("--t-end", options->t_end, "Final time of --along")
        ->check(positive())
        ->capture_default_str();
    app->add_option("--times", options->samples, "Equally spaced times of --along to record")
        ->check(CLI::Range(2, 100000))
        ->capture_default_str();
    app->add_option(
        "--leading", options->leading,
        "Eigenvalues by real part, multipliers by modulus (default: all; 3 on --along)");
    add_reading_options(*app, options->reading, "at equilibria");
    add_common_options(*app, options->common, {.figures = true});
    app->footer("Example: resdyn spectrum --system dissipative --at FFF --step 0.2");
    return {app, [options] { return run(*options); }};
}

}  // namespace resdyn::cli
