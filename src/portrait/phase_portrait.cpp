#include <resdyn/portrait/phase_portrait.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include <resdyn/core/error.hpp>
#include <resdyn/settling/seeds.hpp>

#include "core/parallel.hpp"
#include "plane_parts.hpp"

namespace resdyn {

namespace {

constexpr std::string_view phase_portrait_name = "phase portrait";
constexpr Index wide = 64;  // units beyond which a look at a trajectory costs more than a glance
constexpr Index samples_if_wide = 500;
constexpr Index samples_if_narrow = 4000;

void validate(const PortraitOptions& o) {
    require(phase_portrait_name, o.grid >= 2, "grid >= 2", static_cast<double>(o.grid));
    require(phase_portrait_name, o.samples == 0 || o.samples >= 2, "samples >= 2, or 0",
            static_cast<double>(o.samples));
    require(phase_portrait_name, o.spacing >= 0, "spacing >= 0", o.spacing);
    require(phase_portrait_name, o.t_end > 0 && std::isfinite(o.t_end), "t_end finite and > 0",
            o.t_end);
    require(phase_portrait_name, o.on_slice_tol > 0, "on_slice_tol > 0", o.on_slice_tol);
    require(phase_portrait_name, o.complete_up_to >= 0 && o.complete_up_to <= 12,
            "0 <= complete_up_to <= 12", static_cast<double>(o.complete_up_to));
}

bool inside(const StateSpace& space, const Slice& slice, const Vector& q) {
    if (slice.coordinate != Coordinate::Residual) {
        return true;
    }
    const Levels range = levels(space.system().activation());
    return q.minCoeff() >= range.low && q.maxCoeff() <= range.high;
}

PortraitTrajectory trajectory(const StateSpace& space, const Slice& slice, const Vector& start,
                              Index layers, const PortraitOptions& options) {
    const Index samples = options.samples > 0        ? options.samples
                          : space.dimension() > wide ? samples_if_wide
                                                     : samples_if_narrow;
    PortraitTrajectory result =
        flow_path(space.flow(), slice, start, [&](const Vector& own) { return space.state(own); },
                  {options.t_end, samples, options.spacing, options.rel_tol, options.abs_tol});
    result.layers.resize(2, layers + 1);
    Vector state = start;
    for (Index n = 0; n <= layers; ++n) {
        result.layers.col(n) = slice.coordinates(space.state(state));
        state = space.next_layer(state);
    }
    return result;
}

/// What is known of the equilibria: all of them for small N, else those of the face that a slice
/// of two units is, and those given.
struct Rests {
    std::vector<Equilibrium> equilibria;
    std::vector<Continuum> continua;
    bool complete = false;
};

Rests resting_places(const StateSpace& space, const Slice& slice, const PortraitOptions& options,
                     const std::vector<Equilibrium>& known) {
    const ResidualSystem& system = space.system();
    Rests rests;
    if (!is_bounded(system.activation())) {
        return rests;
    }
    if (system.dimension() <= options.complete_up_to) {
        Atlas atlas = equilibrium_atlas(
            system, {.max_dimension = options.complete_up_to, .threads = options.threads});
        return {std::move(atlas.equilibria), std::move(atlas.continua), atlas.complete};
    }
    rests.equilibria = known;
    if (slice.kind != SliceKind::Units || slice.coordinate != Coordinate::Residual ||
        !slice.is_invariant()) {
        return rests;
    }
    // The slice is a face: nine patterns decide it.
    const FaceSolver solver(system);
    Pattern pattern = pattern_of(slice.origin, system.activation());
    rests.equilibria.clear();
    for (const UnitState first : {UnitState::Low, UnitState::High, UnitState::Free}) {
        for (const UnitState second : {UnitState::Low, UnitState::High, UnitState::Free}) {
            pattern.states[static_cast<std::size_t>(slice.units[0])] = first;
            pattern.states[static_cast<std::size_t>(slice.units[1])] = second;
            FaceDecision decision = solver.decide(pattern);
            if (auto* equilibrium = std::get_if<Equilibrium>(&decision)) {
                rests.equilibria.push_back(std::move(*equilibrium));
            } else if (auto* continuum = std::get_if<Continuum>(&decision)) {
                rests.continua.push_back(std::move(*continuum));
            }
        }
    }
    rests.complete = true;
    return rests;
}

/// A continuum of dimension one on a slice of two units: a whole edge where one of them is free,
/// else the line on which both nullclines lie.
std::optional<PortraitContinuum> placed(const Continuum& continuum, const Slice& slice,
                                        const std::vector<Nullcline>& lines, const Levels& range,
                                        double tolerance) {
    if (continuum.dimension != 1 || slice.kind != SliceKind::Units ||
        slice.coordinate != Coordinate::Residual || slice.distance(continuum.point) > tolerance) {
        return std::nullopt;
    }
    const Pattern& pattern = continuum.pattern;
    PortraitContinuum result{pattern, Matrix(2, 2)};
    const bool first = pattern[slice.units[0]] == UnitState::Free;
    const bool second = pattern[slice.units[1]] == UnitState::Free;
    if (first != second) {
        result.ends.colwise() = slice.coordinates(continuum.point);
        result.ends.row(first ? 0 : 1) << range.low, range.high;
        return result;
    }
    const auto line =
        std::find_if(lines.begin(), lines.end(), [](const Nullcline& n) { return !n.edge; });
    if (!first || line == lines.end()) {
        return std::nullopt;
    }
    result.ends = line->points;
    return result;
}

/// Real eigenvectors of the flow within the slice.
std::vector<EigenDirection> directions_at(const StateSpace& space, const Slice& slice,
                                          const PortraitEquilibrium& placed) {
    const Equilibrium& e = placed.equilibrium;
    if (!e.spectrum.is_hyperbolic()) {
        return {};
    }
    const ResidualSystem& system = space.system();
    const Matrix J = slice.coordinate == Coordinate::Residual
                         ? system.residual_jacobian(e.y)
                         : space.flow().jacobian(slice.at(placed.at));
    return eigen_directions(slice, placed.at, J);
}

void add_curves(PhasePortrait& portrait, const StateSpace& space, const Slice& slice,
                const PortraitOptions& options) {
    const ResidualSystem& system = space.system();
    std::vector<Equilibrium> here;
    for (const PortraitEquilibrium& placed : portrait.equilibria) {
        if (placed.distance <= options.on_slice_tol) {
            here.push_back(placed.equilibrium);
        }
    }
    SeparatrixOptions separatrix = options.separatrix;
    separatrix.threads = options.threads;
    for (const LimitCycle& cycle : portrait.cycles) {
        Matrix closed(system.dimension(), cycle.s.cols());
        for (Index k = 0; k < closed.cols(); ++k) {
            closed.col(k) = slice.at(cycle.s.col(k));
        }
        separatrix.cycles.push_back(std::move(closed));
    }
    std::vector<InvariantCurve> curves = separatrices(system, here, slice.basis, separatrix);
    const bool through_origin =
        slice.distance(Vector::Zero(system.dimension())) <= options.on_slice_tol;
    if (slice.kind == SliceKind::Units && through_origin) {
        for (InvariantCurve& ray :
             origin_rays(system, {slice.units[0], slice.units[1]}, here, separatrix)) {
            curves.push_back(std::move(ray));
        }
    }
    for (InvariantCurve& curve : curves) {
        Matrix s = slice.basis.transpose() * (curve.y.colwise() - slice.origin);
        portrait.curves.push_back({std::move(curve), std::move(s)});
    }
}

}  // namespace

std::vector<FieldArrow> direction_field(const StateSpace& space, const Slice& slice,
                                        const PortraitOptions& options) {
    validate(options);
    return arrows(slice,
                  {.velocity = [&](const Vector& q) { return space.velocity(q); },
                   .contains = [&](const Vector& q) { return inside(space, slice, q); }},
                  options.grid);
}

PhasePortrait phase_portrait(const StateSpace& space, const Slice& slice, const Matrix& starts,
                             const Eigen::VectorXi& labels, Index layers,
                             const PortraitOptions& options,
                             const std::vector<Equilibrium>& known) {
    validate(options);
    if (slice.origin.size() != space.dimension() || slice.coordinate != space.coordinate()) {
        reject_argument(phase_portrait_name,
                        fmt::format("a slice of {}-space", symbol(space.coordinate())),
                        fmt::format("one of {}", symbol(slice.coordinate)));
    }
    if (starts.cols() > 0 && (starts.rows() != space.dimension() || !starts.allFinite())) {
        reject_argument(phase_portrait_name,
                        fmt::format("starts as a finite {}×B matrix", space.dimension()),
                        fmt::format("{}×{}{}", starts.rows(), starts.cols(),
                                    starts.allFinite() ? "" : " with a value that is not finite"));
    }
    if (labels.size() != 0 && labels.size() != starts.cols()) {
        reject_argument(phase_portrait_name, fmt::format("{} labels or none", starts.cols()),
                        fmt::format("{}", labels.size()));
    }
    if (layers < 0) {
        reject_argument(phase_portrait_name, "layers >= 0", fmt::format("{}", layers));
    }
    const Levels range = levels(space.system().activation());
    PhasePortrait portrait;
    portrait.slice = slice;
    portrait.activation = space.system().activation();
    portrait.step = space.system().step();
    portrait.W = space.system().W();
    portrait.outline = outline(space, slice);
    portrait.field = direction_field(space, slice, options);
    portrait.nullclines = nullclines(space, slice, options.trace_grid);

    const Rests rests = resting_places(space, slice, options, known);
    portrait.complete = rests.complete;
    const bool projects = slice.kind == SliceKind::Principal;
    for (const Equilibrium& equilibrium : rests.equilibria) {
        const std::optional<Vector> q = space.place(equilibrium);
        if (!q) {
            continue;
        }
        const double distance = slice.distance(*q);
        const Vector at = slice.coordinates(*q);
        if (in_window(slice, at) && (projects || distance <= options.on_slice_tol)) {
            portrait.equilibria.push_back({equilibrium, at, distance});
        }
    }
    for (const Continuum& continuum : rests.continua) {
        if (auto piece =
                placed(continuum, slice, portrait.nullclines, range, options.on_slice_tol)) {
            portrait.continua.push_back(std::move(*piece));
        }
    }
    for (const PortraitEquilibrium& placed : portrait.equilibria) {
        if (placed.distance <= options.on_slice_tol && slice.is_invariant()) {
            for (EigenDirection& direction : directions_at(space, slice, placed)) {
                portrait.eigenvectors.push_back(std::move(direction));
            }
        }
    }
    if (!slice.is_invariant()) {
        portrait.notes.push_back(fmt::format(
            "The flow leaves this plane (up to {:.0f} % of its speed points out of it): the field "
            "is the component in the plane, trajectories are projections, separatrices are not "
            "drawn.",
            100.0 * slice.leakage));
    }
    if (!portrait.complete) {
        portrait.notes.emplace_back(
            is_bounded(portrait.activation)
                ? "Equilibria on this plane were not enumerated; those shown are the ones known."
                : "Equilibria of unbounded activations are cones and are not drawn.");
    }
    portrait.trajectories.resize(static_cast<std::size_t>(starts.cols()));
    parallel_for(starts.cols(), options.threads, [&](Index start) {
        PortraitTrajectory& path = portrait.trajectories[static_cast<std::size_t>(start)];
        path = trajectory(space, slice, starts.col(start), layers, options);
        path.label = labels.size() == 0 ? -1 : labels[start];
    });
    portrait.cycles = limit_cycles(space, slice, first_points(portrait));
    if (slice.coordinate == Coordinate::Residual && slice.is_invariant() &&
        is_bounded(portrait.activation)) {
        add_curves(portrait, space, slice, options);
    }
    return portrait;
}

PhasePortrait phase_portrait(const ResidualSystem& system, const Matrix& u0,
                             const Eigen::VectorXi& labels, Index layers,
                             const PortraitOptions& options) {
    if (system.dimension() != 2) {
        reject_argument(phase_portrait_name, "a system of 2 units",
                        fmt::format("{}", system.dimension()));
    }
    require_bounded(phase_portrait_name, system.activation());
    const StateSpace space(system, Coordinate::Residual);
    return phase_portrait(space, unit_slice(space, 0, 1, Vector::Zero(2)), u0, labels, layers,
                          options);
}

Matrix first_points(const PhasePortrait& portrait) {
    Matrix first(2, static_cast<Index>(portrait.trajectories.size()));
    for (Index k = 0; k < first.cols(); ++k) {
        first.col(k) = portrait.trajectories[static_cast<std::size_t>(k)].s.col(0);
    }
    return first;
}

Matrix spread_starts(const StateSpace& space, const Slice& slice, Index count) {
    if (count < 0) {
        reject_argument("starts", "a number >= 0", fmt::format("{}", count));
    }
    std::vector<Vector> starts;
    const Index tried = 16 * count;  // a plane may fill little of its window
    for (Index k = 0; k < tried && static_cast<Index>(starts.size()) < count; ++k) {
        const Vector q = slice.at(spread_point(slice, k));
        if (inside(space, slice, q)) {
            starts.push_back(slice.coordinate == Coordinate::Activity ? q : space.preactivation(q));
        }
    }
    Matrix result(space.dimension(), static_cast<Index>(starts.size()));
    for (std::size_t k = 0; k < starts.size(); ++k) {
        result.col(static_cast<Index>(k)) = starts[k];
    }
    return result;
}

}  // namespace resdyn
