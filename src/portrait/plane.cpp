#include <resdyn/portrait/plane.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include <resdyn/core/error.hpp>
#include <resdyn/portrait/telling_plane.hpp>
#include <resdyn/settling/seeds.hpp>
#include <resdyn/settling/settle.hpp>

namespace resdyn {

namespace {

constexpr Index followed_for_default = 200;  // starts that look for a place to hold other units at

Equilibrium equilibrium_at(const ResidualSystem& system, const Pattern& pattern,
                           const char* option) {
    FaceDecision decision = FaceSolver(system).decide(pattern);
    auto* equilibrium = std::get_if<Equilibrium>(&decision);
    if (equilibrium == nullptr) {
        reject_argument(
            option, "a pattern that holds an isolated equilibrium",
            fmt::format("{}, which holds {}", to_string(pattern),
                        std::holds_alternative<Continuum>(decision) ? "a continuum" : "none"));
    }
    return std::move(*equilibrium);
}

/// Where most random starts come to rest: what the other units are held at when nothing is said.
std::optional<Equilibrium> usual_rest(const ResidualSystem& system, const PlaneOptions& options) {
    SettleResult settled = settle(system, random_seeds(system, followed_for_default, options.seed),
                                  {.clock = Clock::Flow, .threads = options.threads});
    if (settled.groups.empty()) {
        return std::nullopt;
    }
    return std::move(settled.groups.front().equilibrium);
}

/// The state of a sample in the space's coordinate.
Vector sample_state(const Plane& plane, Index sample) {
    if (plane.starts.cols() == 0) {
        reject_argument("at_sample", "data beside it", "none");
    }
    const auto at = std::lower_bound(plane.samples.begin(), plane.samples.end(), sample);
    if (at == plane.samples.end() || *at != sample) {
        const Index last = plane.samples.back();
        reject_argument("at_sample",
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

Held held_values(const PlaneOptions& options, Plane& plane) {
    const StateSpace& space = plane.space;
    const Index n = space.dimension();
    if (options.held) {
        if (options.held->size() != n) {
            reject_argument("held", fmt::format("{} numbers", n),
                            fmt::format("{}", options.held->size()));
        }
        return {*options.held, "the point given"};
    }
    if (options.at_sample) {
        return {sample_state(plane, *options.at_sample),
                fmt::format("the {} of sample {}", symbol(space.coordinate()), *options.at_sample)};
    }
    if (n == 2) {
        if (options.at) {
            reject_argument("at", "a system of more than two units, of which it holds the others",
                            "2 units");
        }
        return {Vector::Zero(2), ""};
    }
    std::optional<Equilibrium> rest;
    if (options.at) {
        rest = equilibrium_at(space.system(), *options.at, "at");
    } else if (is_bounded(space.system().activation())) {
        rest = usual_rest(space.system(), options);
    }
    if (rest) {
        if (const std::optional<Vector> q = space.place(*rest)) {
            plane.known.push_back(*rest);
            return {*q, fmt::format("the equilibrium {}", to_string(rest->pattern))};
        }
        if (options.at) {
            reject_argument(
                "at",
                fmt::format("an equilibrium that has a place in {}", symbol(space.coordinate())),
                to_string(*options.at) + ", which has saturated units");
        }
    }
    if (space.coordinate() == Coordinate::Residual) {
        // A face of the cube: the flow stays in it.
        UsualLevels usual =
            usual_levels(space.system(), followed_for_default, options.seed, options.threads);
        return {std::move(usual.y), std::move(usual.name)};
    }
    return {Vector::Zero(n), "0"};
}

Slice chosen_slice(const ResidualNetwork& network, const PlaneOptions& options, Plane& plane) {
    const StateSpace& space = plane.space;
    const ResidualSystem& system = space.system();
    if (!options.through.empty()) {
        if (options.through.size() != 3) {
            reject_argument("through", "three patterns", fmt::format("{}", options.through.size()));
        }
        std::array<Vector, 3> points;
        std::array<std::string, 3> names;
        for (std::size_t k = 0; k < 3; ++k) {
            plane.known.push_back(equilibrium_at(system, options.through[k], "through"));
            points[k] = plane.known.back().y;
            names[k] = to_string(options.through[k]);
        }
        return plane_through(space, points, names);
    }
    if (options.principal) {
        if (plane.starts.cols() == 0) {
            reject_argument("principal", "data beside it", "none");
        }
        Matrix states(space.dimension(), plane.starts.cols());
        for (Index k = 0; k < plane.starts.cols(); ++k) {
            states.col(k) = space.state(plane.starts.col(k));
        }
        return principal_slice(space, states);
    }
    if (options.leaf) {
        if (space.coordinate() != Coordinate::Preactivation) {
            reject_argument("leaf", "coordinates u (leaves are planes there)",
                            symbol(space.coordinate()));
        }
        const Vector u0 =
            options.at_sample ? sample_state(plane, *options.at_sample) : network.block(0).b;
        return leaf_slice(space, u0);
    }
    const bool named = !options.units.empty() || options.at || options.held || options.at_sample;
    if (!named && space.dimension() > 2 && space.coordinate() == Coordinate::Residual &&
        is_bounded(system.activation())) {
        TellingPlane chosen = telling_plane(
            space,
            {.projections = options.projections, .seed = options.seed, .threads = options.threads});
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
            reject_argument("units", "two units, such as 0,1",
                            fmt::format("{}", options.units.size()));
        }
        units = {options.units[0], options.units[1]};
    }
    for (const Index unit : units) {
        if (unit < 0 || unit >= space.dimension()) {
            reject_argument("units", fmt::format("units from 0 to {}", space.dimension() - 1),
                            fmt::format("{}", unit));
        }
    }
    if (units[0] == units[1]) {
        reject_argument("units", "two different units", fmt::format("{} twice", units[0]));
    }
    const Held held = held_values(options, plane);
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

void check(const ResidualNetwork& network, const PlaneOptions& options) {
    const int kinds = static_cast<int>(!options.through.empty()) +
                      static_cast<int>(options.principal) + static_cast<int>(options.leaf) +
                      static_cast<int>(!options.units.empty() || options.at.has_value() ||
                                       options.held.has_value());
    if (kinds > 1) {
        reject_argument("plane", "one of units (at, held), through, principal, leaf",
                        fmt::format("{} of them", kinds));
    }
    const int places = static_cast<int>(options.at.has_value()) +
                       static_cast<int>(options.held.has_value()) +
                       static_cast<int>(options.at_sample.has_value());
    if (places > 1) {
        reject_argument("plane", "one of at, held, at_sample", fmt::format("{} of them", places));
    }
    const Activation activation = network.activation;
    if (!is_bounded(activation) && options.coordinate == Coordinate::Residual) {
        reject_argument("coordinates",
                        "u or x with an unbounded activation (y fills no cube to draw)",
                        fmt::format("y with {}", to_string(activation)));
    }
}

/// The starts of the data, in the trajectories' variable.
void add_data(const ResidualNetwork& network, const Dataset& data, Plane& plane) {
    const Matrix x0 = initial_activity(network, data.inputs.cast<double>());
    plane.starts =
        plane.space.coordinate() == Coordinate::Activity ? x0 : initial_preactivation(network, x0);
    plane.labels = data.labels;
    for (Index k = 0; k < data.size(); ++k) {
        plane.samples.push_back(data.source_of(k));
    }
    plane.classes = data.classes;
    plane.data_name = data.name;
}

}  // namespace

Plane choose_plane(const ResidualNetwork& network, const Dataset* data,
                   const PlaneOptions& options) {
    check(network, options);
    Plane plane{StateSpace(network, options.coordinate), {}, {}, Matrix(0, 0), {}, 0, {}, {}};
    plane.starts.resize(plane.space.dimension(), 0);
    if (data != nullptr) {
        add_data(network, *data, plane);
    }
    plane.slice = chosen_slice(network, options, plane);
    if (options.window) {
        plane.slice = with_window(plane.space, plane.slice, *options.window);
    } else if (plane.slice.coordinate == Coordinate::Activity && plane.starts.cols() > 0 &&
               plane.slice.is_whole()) {
        plane.slice = with_window(plane.space, plane.slice, around(plane.slice, plane.starts));
    }
    return plane;
}

}  // namespace resdyn
