#include <resdyn/studies/portrait.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <resdyn/core/error.hpp>
#include <resdyn/settling/seeds.hpp>

#include "core/stratified_sample.hpp"

namespace resdyn {

namespace {

constexpr Index data_drawn = 24;     // trajectories of the data, unless told otherwise
constexpr Index starts_drawn = 12;   // and where there are no data
constexpr Index cube_samples = 801;  // of each trajectory in the cube

std::string_view name_of(StartVariable variable) {
    switch (variable) {
        case StartVariable::Activity:
            return "x0";
        case StartVariable::Preactivation:
            return "u0";
        case StartVariable::Residual:
            return "y0";
    }
    return "starts";
}

/// One unit is a line: what chooses a plane, or starts on it, says nothing there.
void need_no_plane(const PortraitStudyOptions& options, bool has_data) {
    const PlaneOptions& plane = options.plane;
    const std::array<std::pair<std::string_view, bool>, 11> given = {
        {{options.starts ? name_of(options.starts->variable) : "starts",
          options.starts.has_value()},
         {"units", !plane.units.empty()},
         {"at", plane.at.has_value()},
         {"held", plane.held.has_value()},
         {"at_sample", plane.at_sample.has_value()},
         {"through", !plane.through.empty()},
         {"principal", plane.principal},
         {"leaf", plane.leaf},
         {"window", plane.window.has_value()},
         {"data", has_data},
         {"coordinates", plane.coordinate != Coordinate::Residual}}};
    for (const auto& [name, named] : given) {
        if (named) {
            reject_argument(name, "a system of at least 2 units (one unit is drawn as a line in y)",
                            "1 unit");
        }
    }
}

/// Named starts in the variable that the plane's trajectories run in: x for activities, else u.
Matrix in_plane(const NamedStarts& named, const ResidualNetwork& network, const StateSpace& space) {
    const std::string_view name = name_of(named.variable);
    const Matrix& columns = named.columns;
    const Index size =
        named.variable == StartVariable::Activity ? network.width() : network.hidden_width();
    if (columns.rows() != size) {
        reject_argument(name, fmt::format("{} numbers a start", size),
                        fmt::format("{}", columns.rows()));
    }
    if (space.coordinate() == Coordinate::Activity) {
        if (named.variable != StartVariable::Activity) {
            reject_argument(name, "--x0 with --coordinates x", fmt::format("--{}", name));
        }
        return columns;
    }
    if (named.variable != StartVariable::Residual) {
        return named.variable == StartVariable::Preactivation
                   ? columns
                   : initial_preactivation(network, columns);
    }
    const Levels range = levels(space.system().activation());
    if (!(columns.minCoeff() >= range.low && columns.maxCoeff() <= range.high)) {
        reject_argument(name, fmt::format("residuals within [{}, {}]", range.low, range.high),
                        fmt::format("{} to {}", columns.minCoeff(), columns.maxCoeff()));
    }
    return open_preactivation(space.system().activation(), columns);
}

/// What trajectories are drawn from.
struct DrawnStarts {
    Matrix columns;
    Eigen::VectorXi labels;
};

/// The named starts, else those of the data, else what `otherwise` gives for so many.
template <class Otherwise>
DrawnStarts starts_of(const PortraitStudyOptions& options, const ResidualNetwork& network,
                      const Plane& plane, Otherwise otherwise) {
    if (options.starts) {
        return {in_plane(*options.starts, network, plane.space), {}};
    }
    if (plane.starts.cols() > 0) {
        const std::vector<Index> drawn = stratified_sample(
            plane.labels, options.trajectories.value_or(data_drawn), options.seed);
        return {plane.starts(Eigen::all, drawn), plane.labels(drawn)};
    }
    return {otherwise(options.trajectories.value_or(starts_drawn)), {}};
}

}  // namespace

PortraitStudy study_portrait(const ResidualNetwork& network, const Dataset* data,
                             const PortraitStudyOptions& options) {
    require_at_least("trajectories", options.trajectories.value_or(0), 0);
    require_at_least("layers", options.layers.value_or(0), 0);
    const ResidualSystem system = residual_system(network);
    PortraitStudy study;
    study.dimension = system.dimension();
    if (system.dimension() == 1) {
        need_no_plane(options, data != nullptr);
        study.line = phase_line(system);
        return study;
    }
    PlaneOptions plane_options = options.plane;
    plane_options.seed = options.seed;
    plane_options.threads = options.threads;
    PortraitOptions portrait_options = options.portrait;
    portrait_options.threads = options.threads;
    const Plane plane = choose_plane(network, data, plane_options);
    const Index layers = options.layers.value_or(network.depth);
    const DrawnStarts starts = starts_of(options, network, plane, [&](Index count) {
        return spread_starts(plane.space, plane.slice, count);
    });
    study.portrait = phase_portrait(plane.space, plane.slice, starts.columns, starts.labels, layers,
                                    portrait_options, plane.known);
    study.portrait->layer_cycles = layer_cycles(
        plane.space, plane.slice, first_points(*study.portrait), {.threads = options.threads});
    if (system.dimension() == 3 && plane.space.coordinate() == Coordinate::Residual &&
        is_bounded(system.activation())) {
        study.cube_options = options.cube;
        study.cube_options.t_end = options.portrait.t_end;
        study.cube_options.threads = options.threads;
        study.cube_options.seed = options.seed;
        study.cube_options.samples = cube_samples;
        const ResidualSystem& cube = plane.space.system();
        const DrawnStarts inside = starts_of(options, network, plane, [&](Index count) {
            return random_seeds(cube, count, options.seed);
        });
        study.cube = cube_portrait(cube, inside.columns, inside.labels, layers, study.cube_options);
        study.notes.emplace_back(
            "In the cube the manifolds of saddles of dimension two are neither computed nor "
            "drawn.");
    }
    return study;
}

}  // namespace resdyn
