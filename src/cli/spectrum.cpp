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
#include <resdyn/results/spectrum_text.hpp>
#include <resdyn/results/tables.hpp>
#include <resdyn/studies/spectra.hpp>

#include "common.hpp"
#include "deliver.hpp"
#include "number_check.hpp"
#include "source.hpp"
#include "weight_reading.hpp"

namespace resdyn::cli {

namespace {

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
        fmt::print("{}", summary(study, step));
        fmt::print("{}", notes_text({margins.get(), &study.rounding,
                                     study.whole ? &*study.whole : nullptr}));
    };
    return findings;
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
    findings.summary = [study] { fmt::print("{}", summary(study)); };
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
    findings.summary = [text = summary(study)] { fmt::print("{}", text); };
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
