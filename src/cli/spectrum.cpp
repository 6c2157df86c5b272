// resdyn spectrum: eigenvalues of the flow and multipliers of the layer map side by side, at
// equilibria, at a point, or along a trajectory.
#include <fmt/format.h>

#include <cmath>
#include <memory>

#include <resdyn/core/error.hpp>
#include <resdyn/figures/figures.hpp>
#include <resdyn/results/equilibrium_words.hpp>
#include <resdyn/results/results.hpp>
#include <resdyn/results/spectrum_results.hpp>
#include <resdyn/results/tables.hpp>
#include <resdyn/studies/spectra.hpp>

#include "common.hpp"
#include "deliver.hpp"
#include "number_check.hpp"
#include "source.hpp"
#include "weight_reading.hpp"

namespace resdyn::cli {

namespace {

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

void print_equilibria(const EquilibriumSpectra& study, double step, const VerdictNotes& notes) {
    if (study.origin) {
        fmt::print("{}", origin_line(*study.origin));
    }
    if (study.directions) {
        fmt::print("{}\n", describe(*study.directions));
    }
    for (std::size_t k = 0; k < std::min(most_printed, study.equilibria.size()); ++k) {
        print_clocks(study.equilibria[k], study.clocks[k], step, study.margins[k]);
    }
    if (study.equilibria.size() > most_printed) {
        fmt::print("{} more in clocks.csv\n", study.equilibria.size() - most_printed);
    }
    fmt::print("{}", notes_text(notes));
}

Findings at_equilibria(const SpectrumVerbOptions& options, const ResidualSystem& system) {
    EquilibriumSpectraOptions with{.as_decimals = options.reading.as_decimals,
                                   .rounding = options.reading.rounding,
                                   .leading = options.leading,
                                   .threads = options.common.threads};
    for (const std::string& word : options.at) {
        with.at.push_back(pattern_of_option("--at", word, system.dimension()));
    }
    EquilibriumSpectra study = spectra_at_equilibria(system, with);
    const auto margins = std::make_shared<const std::vector<double>>(study.margins);
    const VerdictNotes notes{margins.get(), &study.rounding, study.whole ? &*study.whole : nullptr,
                             &study.clocks};
    Findings findings;
    findings.json["equilibria"] = equilibria_json(study.equilibria, notes);
    add_notes(findings.json, notes);
    if (study.origin) {
        findings.json["origin"] = to_json(*study.origin);
    }
    if (study.directions) {
        findings.json["origin_directions"] = to_json(*study.directions);
    }
    for (std::size_t k = 0; k < study.equilibria.size(); ++k) {
        if (study.whole) {  // tables, figures and words are in the units of the stored weights
            in_units_of(*study.whole, study.equilibria[k]);
            in_units_of(*study.whole, study.clocks[k]);
        }
        if (!study.routes.empty()) {
            const BothSpectra& both = study.routes[k];
            findings.json["equilibria"][k]["routes"] = {to_json(both[0]), to_json(both[1])};
            findings.files.emplace_back("routes-" + to_string(study.equilibria[k].pattern) + ".csv",
                                        local_spectrum_table({both[0], both[1]}).text());
        }
    }
    findings.files.emplace_back("clocks.csv", clock_table(study.equilibria, study.clocks).text());
    findings.files.emplace_back("spectrum.csv", spectrum_table(study.equilibria).text());
    findings.figures = figures::spectrum_figures(study.equilibria);
    findings.summary = [study = std::move(study), margins, step = system.step()] {
        print_equilibria(study, step,
                         {margins.get(), &study.rounding, study.whole ? &*study.whole : nullptr});
    };
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

Findings at_point(const PointSpectra& study, const ResidualSystem& system) {
    Findings findings;
    findings.json = {{"flow", to_json(study.spectra[0])},
                     {"map", to_json(study.spectra[1])},
                     {"speed", study.speed}};
    findings.files = {
        {"spectrum.csv", local_spectrum_table({study.spectra[0], study.spectra[1]}).text()}};
    Equilibrium point;  // the figures draw the two lists of values and the name
    point.pattern = pattern_of(study.y, system.activation());
    point.flow_eigenvalues = study.spectra[0].routes.front().values;
    point.multipliers = study.spectra[1].routes.front().values;
    findings.figures = figures::spectrum_figures({point}, "the point given");
    findings.summary = [study] {
        print_routes(study.spectra[0]);
        print_routes(study.spectra[1]);
        fmt::print(
            "|y'| = {:.3e} there{}\n", study.speed,
            study.speed > 1e-9 ? ": not an equilibrium, the spectrum speaks of short times" : "");
    };
    findings.exit_code = study.converged ? Done : CheckFailed;
    return findings;
}

Findings along_trajectory(const PathSpectra& study) {
    CsvTable table({"t", "clock", "index", "re", "im", "modulus", "residual"});
    figures::SpectrumPath path;
    path.t = study.run.t;
    for (std::size_t s = 0; s < study.spectra.size(); ++s) {
        for (const bool of_map : {false, true}) {
            const RouteSpectrum& route = study.spectra[s][of_map ? 1 : 0];
            auto& rows = of_map ? path.modulus : path.real_part;
            rows.resize(static_cast<std::size_t>(study.leading));
            for (std::size_t k = 0; k < rows.size(); ++k) {
                const double modulus = std::abs(route.values[k]);
                table.add({study.run.t[s], std::string(of_map ? "map" : "flow"),
                           static_cast<long>(k), route.values[k].real(), route.values[k].imag(),
                           modulus, route.residuals[k]});
                rows[k].push_back(of_map ? modulus : route.values[k].real());
            }
        }
    }
    Findings findings;
    findings.json = {{"samples", study.run.t.size()},
                     {"t_end", study.run.t.back()},
                     {"outcome", to_string(study.run.outcome)},
                     {"leading", study.leading},
                     {"largest_residual", study.largest_residual}};
    findings.files = {{"spectrum.csv", table.text()}};
    findings.figures = {figures::spectrum_path_figure(path)};
    findings.summary = [samples = study.run.t.size(), t_end = study.run.t.back(),
                        outcome = study.run.outcome, leading = study.leading,
                        worst = study.largest_residual] {
        fmt::print("{} samples to t = {:g} ({}); {} leading values each, |Jv - λv| <= {:.1e}\n",
                   samples, t_end, to_string(outcome), leading, worst);
    };
    findings.exit_code = study.converged ? Done : CheckFailed;
    return findings;
}

int run(const SpectrumVerbOptions& options) {
    Source source = load_source(options.source, options.common);
    const ResidualSystem system = residual_system(source.network);
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
    Findings findings;
    if (!options.y.empty()) {
        const Vector y = numbers_or_file(options.y, "--y", source.inputs);
        findings = at_point(spectra_at_point(system, y, options.leading), system);
    } else if (!options.along.empty()) {
        const Vector y0 = numbers_or_file(options.along, "--along", source.inputs);
        findings = along_trajectory(spectra_along(
            source.network, y0,
            {.t_end = options.t_end, .samples = options.samples, .leading = options.leading}));
    } else {
        findings = at_equilibria(options, system);
    }
    findings.summary = [&, say = std::move(findings.summary)] {
        print_source(source, system);
        say();
    };
    nlohmann::ordered_json json = head_of(system);
    json.update(findings.json);
    findings.json = std::move(json);
    return deliver(std::move(findings), options.common,
                   make_provenance(options.common, source.inputs));
}

}  // namespace

Verb add_spectrum(App& program, const std::string& command) {
    auto options = std::make_shared<SpectrumVerbOptions>();
    options->common.command = command;
    App* app = program.add_subcommand(
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
        ->check(in_range(2, 100000))
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
