#include "slicing.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <resdyn/core/error.hpp>
#include <resdyn/portrait/telling_plane.hpp>
#include <resdyn/settling/seeds.hpp>
#include <resdyn/settling/settle.hpp>

namespace resdyn::cli {

namespace {

constexpr Index followed_for_default = 200;  // starts that look for a place to hold other units at

Coordinate coordinate_of(const std::string& name) {
    if (name == "y") {
        return Coordinate::Residual;
    }
    return name == "u" ? Coordinate::Preactivation : Coordinate::Activity;
}

Equilibrium equilibrium_at(const ResidualSystem& system, const std::string& word,
                           const std::string& option) {
    const Pattern pattern = pattern_of_option(option, word, system.dimension());
    FaceDecision decision = FaceSolver(system).decide(pattern);
    auto* equilibrium = std::get_if<Equilibrium>(&decision);
    if (equilibrium == nullptr) {
        reject_input(
            option, "a pattern that holds an isolated equilibrium",
            fmt::format("{}, which holds {}", word,
                        std::holds_alternative<Continuum>(decision) ? "a continuum" : "none"));
    }
    return std::move(*equilibrium);
}

/// Where most random starts come to rest: what the other units are held at when nothing is said.
std::optional<Equilibrium> usual_rest(const ResidualSystem& system, const CommonOptions& common) {
    SettleResult settled = settle(system, random_seeds(system, followed_for_default, common.seed),
                                  {.clock = Clock::Flow, .threads = common.threads});
    if (settled.groups.empty()) {
        return std::nullopt;
    }
    return std::move(settled.groups.front().equilibrium);
}

/// The state of a sample in the space's coordinate.
Vector sample_state(const Plane& plane, Index sample, const std::string& option) {
    if (plane.starts.cols() == 0) {
        reject_argument(option, "--data beside it", "none");
    }
    const auto at = std::lower_bound(plane.samples.begin(), plane.samples.end(), sample);
    if (at == plane.samples.end() || *at != sample) {
        const Index last = plane.samples.back();
        reject_input(option,
                     last + 1 == plane.starts.cols()
                         ? fmt::format("a sample from 0 to {}", last)
                         : fmt::format("one of the {} samples drawn by --samples and --seed",
                                       plane.samples.size()),
                     fmt::format("{}", sample));
    }
    return plane.space.state(plane.starts.col(at - plane.samples.begin()));
}

struct Held {
    Vector values;
    std::string name;
};

Held held_values(const SlicingOptions& options, Plane& plane, Source& source,
                 const CommonOptions& common) {
    const StateSpace& space = plane.space;
    const Index n = space.dimension();
    if (!options.held.empty()) {
        Vector values = numbers_or_file(options.held, "--held", source.inputs);
        if (values.size() != n) {
            reject_input("--held", fmt::format("{} numbers", n), fmt::format("{}", values.size()));
        }
        return {std::move(values), "the point given"};
    }
    if (options.at_sample) {
        return {sample_state(plane, *options.at_sample, "--at-sample"),
                fmt::format("the {} of sample {}", symbol(space.coordinate()), *options.at_sample)};
    }
    if (n == 2) {
        if (!options.at.empty()) {
            reject_input("--at", "a system of more than two units, of which it holds the others",
                         "2 units");
        }
        return {Vector::Zero(2), ""};
    }
    std::optional<Equilibrium> rest;
    if (!options.at.empty()) {
        rest = equilibrium_at(space.system(), options.at, "--at");
    } else if (is_bounded(space.system().activation())) {
        rest = usual_rest(space.system(), common);
    }
    if (rest) {
        if (const std::optional<Vector> q = space.place(*rest)) {
            plane.known.push_back(*rest);
            return {*q, fmt::format("the equilibrium {}", to_string(rest->pattern))};
        }
        if (!options.at.empty()) {
            reject_input(
                "--at",
                fmt::format("an equilibrium that has a place in {}", symbol(space.coordinate())),
                options.at + ", which has saturated units");
        }
    }
    if (space.coordinate() == Coordinate::Residual) {
        // A face of the cube: the flow stays in it.
        UsualLevels usual =
            usual_levels(space.system(), followed_for_default, common.seed, common.threads);
        return {std::move(usual.y), std::move(usual.name)};
    }
    return {Vector::Zero(n), "0"};
}

Slice chosen_slice(const SlicingOptions& options, Plane& plane, Source& source,
                   const CommonOptions& common) {
    const StateSpace& space = plane.space;
    const ResidualSystem& system = space.system();
    if (!options.through.empty()) {
        if (options.through.size() != 3) {
            reject_input("--through", "three patterns", fmt::format("{}", options.through.size()));
        }
        std::array<Vector, 3> points;
        std::array<std::string, 3> names;
        for (std::size_t k = 0; k < 3; ++k) {
            plane.known.push_back(equilibrium_at(system, options.through[k], "--through"));
            points[k] = plane.known.back().y;
            names[k] = options.through[k];
        }
        return plane_through(space, points, names);
    }
    if (options.principal) {
        if (plane.starts.cols() == 0) {
            reject_argument("--principal", "--data beside it", "none");
        }
        Matrix states(space.dimension(), plane.starts.cols());
        for (Index k = 0; k < plane.starts.cols(); ++k) {
            states.col(k) = space.state(plane.starts.col(k));
        }
        return principal_slice(space, states);
    }
    if (options.leaf) {
        if (space.coordinate() != Coordinate::Preactivation) {
            reject_argument("--leaf", "--coordinates u (leaves are planes there)",
                            options.coordinates);
        }
        const Vector u0 = options.at_sample ? sample_state(plane, *options.at_sample, "--at-sample")
                                            : source.network.block(0).b;
        return leaf_slice(space, u0);
    }
    const bool named = !options.units.empty() || !options.at.empty() || !options.held.empty() ||
                       options.at_sample.has_value();
    if (!named && space.dimension() > 2 && space.coordinate() == Coordinate::Residual &&
        is_bounded(system.activation())) {
        TellingPlane chosen = telling_plane(
            space,
            {.projections = options.projections, .seed = common.seed, .threads = common.threads});
        for (Equilibrium& end : chosen.ends) {
            plane.known.push_back(std::move(end));
        }
        if (chosen.tried > 1) {
            chosen.slice.about += fmt::format(
                " (of {} planes tried the one whose starts come to the most different ends)",
                chosen.tried);
        }
        return std::move(chosen.slice);
    }
    std::array<Index, 2> units{0, 1};
    if (!options.units.empty()) {
        if (options.units.size() != 2) {
            reject_input("--units", "two units, such as 0,1",
                         fmt::format("{}", options.units.size()));
        }
        units = {options.units[0], options.units[1]};
    }
    for (const Index unit : units) {
        if (unit < 0 || unit >= space.dimension()) {
            reject_input("--units", fmt::format("units from 0 to {}", space.dimension() - 1),
                         fmt::format("{}", unit));
        }
    }
    if (units[0] == units[1]) {
        reject_input("--units", "two different units", fmt::format("{} twice", units[0]));
    }
    const Held held = held_values(options, plane, source, common);
    return unit_slice(space, units[0], units[1], held.values, held.name);
}

/// The window around a plane of x, where no cube says how far it reaches: the data, widened.
Box around(const Slice& slice, const Matrix& starts) {
    const Matrix s = slice.basis.transpose() * (starts.colwise() - slice.origin);
    const Vector lower = s.rowwise().minCoeff();
    const Vector upper = s.rowwise().maxCoeff();
    const Vector pad = (0.5 * (upper - lower)).cwiseMax(0.5);
    return {lower - pad, upper + pad};
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

Plane plane_of(const SlicingOptions& options, Source& source, const CommonOptions& common) {
    const int kinds =
        static_cast<int>(!options.through.empty()) + static_cast<int>(options.principal) +
        static_cast<int>(options.leaf) +
        static_cast<int>(!options.units.empty() || !options.at.empty() || !options.held.empty());
    if (kinds > 1) {
        reject_argument("plane", "one of --units (--at, --held), --through, --principal, --leaf",
                        fmt::format("{} of them", kinds));
    }
    const int places = static_cast<int>(!options.at.empty()) +
                       static_cast<int>(!options.held.empty()) +
                       static_cast<int>(options.at_sample.has_value());
    if (places > 1) {
        reject_argument("plane", "one of --at, --held, --at-sample",
                        fmt::format("{} of them", places));
    }
    const Activation activation = source.network.activation;
    if (!is_bounded(activation) && options.coordinates == "y") {
        reject_argument("--coordinates",
                        "u or x with an unbounded activation (y fills no cube to draw)",
                        fmt::format("y with {}", to_string(activation)));
    }
    Plane plane{StateSpace(source.network, coordinate_of(options.coordinates)),
                {},
                {},
                Matrix(0, 0),
                {},
                0,
                {},
                {}};
    plane.starts.resize(plane.space.dimension(), 0);
    if (!options.data.empty()) {
        LoadedDataset loaded =
            load_data(options.data, source,
                      {.part = DataPart::Test, .samples = options.samples, .seed = common.seed});
        const Matrix x0 = initial_activity(source.network, loaded.data.inputs.cast<double>());
        plane.starts = plane.space.coordinate() == Coordinate::Activity
                           ? x0
                           : initial_preactivation(source.network, x0);
        plane.labels = loaded.data.labels;
        for (Index k = 0; k < loaded.data.size(); ++k) {
            plane.samples.push_back(loaded.data.source_of(k));
        }
        plane.classes = loaded.data.classes;
        plane.data_name = loaded.data.name;
    }
    plane.slice = chosen_slice(options, plane, source, common);
    if (!options.window.empty()) {
        plane.slice = with_window(plane.space, plane.slice,
                                  {Vector{{options.window[0], options.window[2]}},
                                   Vector{{options.window[1], options.window[3]}}});
    } else if (plane.slice.coordinate == Coordinate::Activity && plane.starts.cols() > 0 &&
               plane.slice.is_whole()) {
        plane.slice = with_window(plane.space, plane.slice, around(plane.slice, plane.starts));
    }
    return plane;
}

}  // namespace resdyn::cli
