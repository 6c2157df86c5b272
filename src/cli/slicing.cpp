#include "slicing.hpp"

#include <fmt/format.h>

#include <resdyn/core/error.hpp>

namespace resdyn::cli {

namespace {

Coordinate coordinate_of(const std::string& name) {
    if (name == "y") {
        return Coordinate::Residual;
    }
    return name == "u" ? Coordinate::Preactivation : Coordinate::Activity;
}

}  // namespace

void add_slicing_options(CLI::App& verb, SlicingOptions& options) {
    verb.add_option("--coordinates", options.coordinates,
                    "y: residuals (the cube); u: pre-activations; x: activities")
        ->check(CLI::IsMember({"y", "u", "x"}))
        ->capture_default_str();
    verb.add_option("--units", options.units,
                    "The two units drawn, from 0 (default: those whose plane shows the most "
                    "attractors; 0,1 with --at, --held, --at-sample)")
        ->delimiter(',');
    verb.add_option("--at", options.at,
                    "Hold the other units at this equilibrium, a pattern such as HLF (default: "
                    "where most random starts come to rest, else the levels that moving starts are "
                    "nearest to)");
    verb.add_option("--held", options.held, "Hold them at this point: numbers or a file");
    verb.add_option("--at-sample", options.at_sample,
                    "Hold them at this sample of the data, as the file counts from 0; with --leaf: "
                    "its leaf");
    verb.add_option("--through", options.through,
                    "The plane through three equilibria: patterns such as HLL,LHL,LLH")
        ->delimiter(',');
    verb.add_flag("--principal", options.principal,
                  "The first two principal components of the data's residuals, a projection");
    verb.add_flag("--leaf", options.leaf,
                  "The leaf of constant l.u, l the left null vectors of W (with --coordinates u)");
    verb.add_option("--window", options.window, "left,right,bottom,top in the plane's coordinates")
        ->delimiter(',')
        ->expected(4);
    verb.add_option("--data", options.data,
                    "rings, moons, spirals, xor, a CSV file (label last), an IDX file or a folder "
                    "with MNIST-like files (its test half)");
    verb.add_option("--samples", options.samples,
                    "Use so many samples, drawn with each class in its share (0: all; built-in "
                    "sets 2000)")
        ->check(CLI::Range(0, 100000000));
}

PlaneOptions plane_options(const SlicingOptions& options, Source& source) {
    const Index n = source.network.hidden_width();
    PlaneOptions with{.coordinate = coordinate_of(options.coordinates),
                      .units = options.units,
                      .at_sample = options.at_sample,
                      .principal = options.principal,
                      .leaf = options.leaf,
                      .projections = options.projections};
    if (!options.at.empty()) {
        with.at = pattern_of_option("--at", options.at, n);
    }
    if (!options.held.empty()) {
        with.held = numbers_or_file(options.held, "--held", source.inputs);
    }
    for (const std::string& word : options.through) {
        with.through.push_back(pattern_of_option("--through", word, n));
    }
    if (!options.window.empty()) {
        with.window = Box{Vector{{options.window[0], options.window[2]}},
                          Vector{{options.window[1], options.window[3]}}};
    }
    if (options.data.empty() &&
        (options.principal || (options.at_sample && !with.at && !with.held))) {
        reject_argument(options.principal ? "--principal" : "--at-sample", "--data beside it",
                        "none");
    }
    return with;
}

std::optional<Dataset> plane_data(const SlicingOptions& options, Source& source,
                                  std::uint64_t seed) {
    if (options.data.empty()) {
        return std::nullopt;
    }
    return load_data(options.data, source,
                     {.part = DataPart::Test, .samples = options.samples, .seed = seed})
        .data;
}

Plane plane_of(const SlicingOptions& options, Source& source, const CommonOptions& common) {
    PlaneOptions with = plane_options(options, source);
    with.seed = common.seed;
    with.threads = common.threads;
    const std::optional<Dataset> data = plane_data(options, source, common.seed);
    return choose_plane(source.network, data ? &*data : nullptr, with);
}

}  // namespace resdyn::cli
