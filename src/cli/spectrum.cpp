// resdyn spectrum: eigenvalues of the flow and multipliers of the layer map side by side, at
// equilibria, at a point, or along a trajectory.
#include <fmt/format.h>

#include <memory>

#include <resdyn/core/error.hpp>

#include "accounts/spectrum_account.hpp"
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

Account at_equilibria(const SpectrumVerbOptions& options, const ResidualSystem& system) {
    EquilibriumSpectraOptions with{.as_decimals = options.reading.as_decimals,
                                   .rounding = options.reading.rounding,
                                   .leading = options.leading,
                                   .threads = options.common.threads};
    for (const std::string& word : options.at) {
        with.at.push_back(pattern_of_option("--at", word, system.dimension()));
    }
    return account_of(spectra_at_equilibria(system, with), system);
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
    Account account;
    if (!options.y.empty()) {
        const Vector y = numbers_or_file(options.y, "--y", source.inputs);
        account = account_of(spectra_at_point(system, y, options.leading), system);
    } else if (!options.along.empty()) {
        const Vector y0 = numbers_or_file(options.along, "--along", source.inputs);
        account = account_of(
            spectra_along(
                source.network, y0,
                {.t_end = options.t_end, .samples = options.samples, .leading = options.leading}),
            system);
    } else {
        account = at_equilibria(options, system);
    }
    return deliver(findings_of(std::move(account), source_line(source, system)), options.common,
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
