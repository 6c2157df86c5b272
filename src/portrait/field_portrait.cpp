#include <resdyn/portrait/field_portrait.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include <resdyn/core/error.hpp>

#include "core/parallel.hpp"
#include "curve_following.hpp"
#include "cycle_search.hpp"
#include "field_parts.hpp"
#include "zero_curves.hpp"

namespace resdyn {

namespace {

constexpr std::string_view portrait_name = "portrait";
constexpr double beyond = 0.1;  // of the box's sides: how far curves are followed out of it
constexpr double same_field_orbit =
    1e-3;                         // of the shortest side: a run this near a known orbit is on it
constexpr double far_out = 10.0;  // times the box: runs that are farther are not looked at

void validate(const FieldPortraitOptions& o) {
    require(portrait_name, o.grid >= 2, "grid >= 2", static_cast<double>(o.grid));
    require(portrait_name, o.trace_grid >= 8, "trace_grid >= 8", static_cast<double>(o.trace_grid));
    require(portrait_name, o.samples >= 2, "samples >= 2", static_cast<double>(o.samples));
    require(portrait_name, o.spacing >= 0, "spacing >= 0", o.spacing);
    require(portrait_name, o.t_end > 0 && std::isfinite(o.t_end), "t_end finite and > 0", o.t_end);
    require(portrait_name, o.on_slice_tol > 0, "on_slice_tol > 0", o.on_slice_tol);
    require(portrait_name, o.cycle_time >= 0 && std::isfinite(o.cycle_time),
            "cycle_time finite and >= 0", o.cycle_time);
    check_separatrix_options(o.separatrix);
}

/// s' = Bᵀ f(origin + B s), the field within an invariant plane; refers to both.
class PlaneField final : public VectorField {
  public:
    PlaneField(const VectorField& field, const Slice& slice) : field_(field), slice_(slice) {}
    Index dimension() const override { return 2; }
    Vector value(const Vector& s) const override {
        return slice_.basis.transpose() * field_.value(slice_.at(s));
    }
    Matrix jacobian(const Vector& s) const override {
        return slice_.basis.transpose() * field_.jacobian(slice_.at(s)) * slice_.basis;
    }

  private:
    const VectorField& field_;
    const Slice& slice_;
};

std::vector<Nullcline> traced(const VectorField& field, const Slice& slice, Index grid) {
    std::vector<Nullcline> result;
    for (const Index axis : {0, 1}) {
        const PlaneFunction component = [&](const Vector& s) {
            return slice.basis.col(axis).dot(field.value(slice.at(s)));
        };
        for (Matrix& curve : zero_curves(component, slice.window, grid)) {
            result.push_back({axis, false, false,
                              slice.axes[static_cast<std::size_t>(axis)] + "' = 0",
                              std::move(curve)});
        }
    }
    return result;
}

/// The manifolds of dimension one, within the plane, of saddles on it.
std::vector<FieldCurve> separatrices_of(const VectorField& field, const FieldPortrait& portrait,
                                        const FieldPortraitOptions& options) {
    const Slice& slice = portrait.slice;
    std::vector<FieldCurve> curves;
    for (const FieldEquilibrium& placed : portrait.equilibria) {
        const Root& root = portrait.roots.roots[static_cast<std::size_t>(placed.root)];
        if (placed.distance > options.on_slice_tol || !root.spectrum.is_hyperbolic()) {
            continue;
        }
        const std::vector<EigenDirection> directions =
            eigen_directions(slice, placed.at, field.jacobian(root.x));
        if (directions.size() < 2 ||
            (directions[0].eigenvalue > 0) == (directions[1].eigenvalue > 0)) {
            continue;  // no saddle within the plane
        }
        for (const EigenDirection& one : directions) {
            for (const double way : {1.0, -1.0}) {
                curves.push_back(
                    {.kind = one.eigenvalue > 0 ? CurveKind::Unstable : CurveKind::Stable,
                     .from = placed.root,
                     .eigenvalue = one.eigenvalue,
                     .direction = way * slice.basis * one.direction,
                     .x = {},
                     .s = {},
                     .end = std::nullopt});
            }
        }
    }
    std::vector<Vector> ends;
    for (const Root& root : portrait.roots.roots) {
        ends.push_back(root.x);
    }
    SeparatrixOptions with = options.separatrix;
    for (const LimitCycle& cycle : portrait.cycles) {
        Matrix closed(field.dimension(), cycle.s.cols());
        for (Index k = 0; k < closed.cols(); ++k) {
            closed.col(k) = slice.at(cycle.s.col(k));
        }
        with.cycles.push_back(std::move(closed));
    }
    const CurveSpace space{.box = enlarged(portrait.box, 1.0 + 2.0 * beyond),
                           .side = shortest_side(portrait.box),
                           .at_border = AtBorder::End};
    parallel_for(static_cast<Index>(curves.size()), options.threads, [&](Index k) {
        FieldCurve& curve = curves[static_cast<std::size_t>(k)];
        const Vector& from = ends[static_cast<std::size_t>(curve.from)];
        FollowedCurve path = follow_curve(
            field, {from, curve.direction, curve.kind == CurveKind::Unstable ? 1.0 : -1.0}, space,
            ends, with);
        curve.s = slice.basis.transpose() * (path.x.colwise() - slice.origin);
        curve.x = std::move(path.x);
        curve.end = path.end ? std::optional(static_cast<Index>(*path.end)) : std::nullopt;
        curve.end_distance = path.end_distance;
        curve.cut = path.cut;
        curve.left_box = path.left_box;
    });
    return curves;
}

std::vector<LimitCycle> cycles_of(const VectorField& field, const FieldPortrait& portrait,
                                  const FieldPortraitOptions& options) {
    const Slice& slice = portrait.slice;
    const PlaneField plane(field, slice);
    const Box reach = enlarged(slice.window, far_out);
    const CycleRuns runs{.near = same_field_orbit * shortest_side(slice.window),
                         .look_time = options.cycle_time,
                         .is_near = [&](const Vector& s) { return contains(reach, s); }};
    std::vector<Vector> starts;
    for (const PortraitTrajectory& path : portrait.trajectories) {
        starts.emplace_back(path.s.col(0));
    }
    std::vector<LimitCycle> cycles;
    for (const double sign : {1.0, -1.0}) {
        const TimedFlow flow(plane, sign);
        add_cycles(
            flow, sign,
            {.place = [](const Vector& s) { return s; },
             .speed = [&](const Vector& s) { return flow.value(s).lpNorm<Eigen::Infinity>(); }},
            starts, runs, cycles);
    }
    std::erase_if(cycles, [&](const LimitCycle& cycle) {
        Index seen = 0;
        for (Index k = 0; k < cycle.s.cols(); ++k) {
            seen += in_window(slice, cycle.s.col(k)) ? 1 : 0;
        }
        return seen == 0;
    });
    std::sort(cycles.begin(), cycles.end(),
              [](const LimitCycle& a, const LimitCycle& b) { return a.period < b.period; });
    return cycles;
}

std::vector<std::string> notes_of(const FieldPortrait& portrait) {
    std::vector<std::string> notes;
    if (!portrait.slice.is_invariant()) {
        notes.push_back(fmt::format(
            "The flow leaves this plane (up to {:.0f} % of its speed points out of it): the field "
            "is the component in the plane, trajectories are projections, separatrices and cycles "
            "are not drawn.",
            100.0 * portrait.slice.leakage));
    }
    notes.push_back(
        fmt::format("Equilibria were sought by Newton's method with deflation from {} starts in "
                    "the box; the list is not proved complete.",
                    portrait.roots.starts));
    return notes;
}

}  // namespace

Slice field_slice(const VectorField& field, const Box& box, Index i, Index j, const Vector& held,
                  const std::array<std::string, 2>& names) {
    const Index n = field.dimension();
    check_box(portrait_name, box, n);
    for (const Index axis : {i, j}) {
        if (axis < 0 || axis >= n) {
            reject_argument("axes", fmt::format("coordinates from 0 to {}", n - 1),
                            fmt::format("{}", axis));
        }
    }
    if (i == j) {
        reject_argument("axes", "two different coordinates", fmt::format("{} twice", i));
    }
    if (held.size() != n || !held.allFinite()) {
        reject_argument("held", fmt::format("{} finite numbers", n),
                        fmt::format("{}", held.size()));
    }
    Slice slice = coordinate_plane(i, j, held);
    slice.coordinate = Coordinate::Activity;
    slice.window = {Vector{{box.lower[i], box.lower[j]}}, Vector{{box.upper[i], box.upper[j]}}};
    for (Index k = 0; k < n; ++k) {
        if (k != i && k != j && !(held[k] >= box.lower[k] && held[k] <= box.upper[k])) {
            reject_argument("held", "values within the box", fmt::format("x_{} = {}", k, held[k]));
        }
    }
    const auto name = [&](std::size_t axis) {
        return names[axis].empty() ? fmt::format("x_{{{}}}", slice.units[axis]) : names[axis];
    };
    slice.axes = {name(0), name(1)};
    const auto plain = [&](std::size_t axis) {
        return names[axis].empty() ? fmt::format("x_{}", slice.units[axis]) : names[axis];
    };
    slice.about = fmt::format("{} and {}{}", plain(0), plain(1),
                              n == 2 ? "" : ", the other coordinates held");
    slice.leakage = slice.is_whole() ? 0.0 : leakage(slice, space_of(field));
    return slice;
}

FieldPortrait field_portrait(const VectorField& field, const Box& box, const Slice& slice,
                             const Matrix& starts, const FieldPortraitOptions& options) {
    validate(options);
    check_box(portrait_name, box, field.dimension());
    if (slice.origin.size() != field.dimension()) {
        reject_argument(portrait_name, fmt::format("a plane in {} dimensions", field.dimension()),
                        fmt::format("one in {}", slice.origin.size()));
    }
    if (starts.cols() > 0 && (starts.rows() != field.dimension() || !starts.allFinite())) {
        reject_argument("starts", fmt::format("finite points of {} numbers", field.dimension()),
                        fmt::format("{}{}", starts.rows(),
                                    starts.allFinite() ? "" : " with a value that is not finite"));
    }
    FieldPortrait portrait;
    portrait.slice = slice;
    portrait.box = box;
    portrait.field = arrows(slice, space_of(field), options.grid);
    portrait.nullclines = traced(field, slice, options.trace_grid);
    RootSearchOptions roots = options.roots;
    roots.threads = options.threads;
    portrait.roots = find_roots(field, box, roots);
    for (std::size_t k = 0; k < portrait.roots.roots.size(); ++k) {
        const Root& root = portrait.roots.roots[k];
        const Vector at = slice.coordinates(root.x);
        if (!in_window(slice, at)) {
            continue;
        }
        portrait.equilibria.push_back({static_cast<Index>(k), at, slice.distance(root.x)});
        if (portrait.equilibria.back().distance <= options.on_slice_tol && slice.is_invariant() &&
            root.spectrum.is_hyperbolic()) {
            for (EigenDirection& direction : eigen_directions(slice, at, field.jacobian(root.x))) {
                portrait.eigenvectors.push_back(std::move(direction));
            }
        }
    }
    portrait.trajectories.resize(static_cast<std::size_t>(starts.cols()));
    parallel_for(starts.cols(), options.threads, [&](Index start) {
        portrait.trajectories[static_cast<std::size_t>(start)] = flow_path(
            field, slice, starts.col(start), [](const Vector& x) { return x; },
            {options.t_end, options.samples, options.spacing, options.rel_tol, options.abs_tol});
    });
    if (slice.is_invariant()) {
        if (options.cycle_time > 0) {
            portrait.cycles = cycles_of(field, portrait, options);
        }
        portrait.curves = separatrices_of(field, portrait, options);
    }
    portrait.notes = notes_of(portrait);
    return portrait;
}

Matrix spread_starts(const Slice& slice, Index count) {
    if (count < 0) {
        reject_argument("starts", "a number >= 0", fmt::format("{}", count));
    }
    Matrix starts(slice.origin.size(), count);
    for (Index k = 0; k < count; ++k) {
        starts.col(k) = slice.at(spread_point(slice, k));
    }
    return starts;
}

}  // namespace resdyn
