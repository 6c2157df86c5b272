// What is drawn of any vector field on a plane, its portrait and its basins, and its equilibria
// followed along a parameter.
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <resdyn/bifurcation/continuation.hpp>
#include <resdyn/core/error.hpp>
#include <resdyn/core/interrupt.hpp>

#include "accounts/field_account.hpp"
#include "arrays.hpp"
#include "columns.hpp"
#include "field_interrupt.hpp"
#include "options.hpp"
#include "python_field.hpp"
#include "study_result.hpp"

namespace resdyn::python {

namespace {

Box box_of(const py::object& lower, const py::object& upper) {
    return {vector_of(lower, "lower"), vector_of(upper, "upper")};
}

/// What the keyword arguments say of the plane.
struct PlaneOfField {
    Index i;
    Index j;
    Vector held;
    std::array<std::string, 2> names;
};

PlaneOfField plane_of(const VectorField& field, const Box& box, const std::vector<Index>& axes,
                      const py::object& held, const std::vector<std::string>& names) {
    if (field.dimension() < 2) {
        reject_argument("field", "at least 2 dimensions", fmt::format("{}", field.dimension()));
    }
    if (axes.size() != 2) {
        reject_argument("axes", "two coordinates", fmt::format("{}", axes.size()));
    }
    if (!names.empty() && names.size() != 2) {
        reject_argument("names", "two", fmt::format("{}", names.size()));
    }
    PlaneOfField plane{axes[0], axes[1], {}, {}};
    if (!held.is_none()) {
        plane.held = vector_of(held, "held");
    } else if (box.lower.size() == box.upper.size()) {
        plane.held = (box.lower + box.upper) / 2;
    }
    if (!names.empty()) {
        plane.names = {names[0], names[1]};
    }
    return plane;
}

RootSearchOptions roots_of(Index starts, std::uint64_t seed) {
    return {.starts = starts, .seed = seed};
}

void bind_field_portrait(py::module_& module) {
    py::class_<FieldEquilibrium>(module, "FieldEquilibrium")
        .def_readonly("root", &FieldEquilibrium::root)
        .def_readonly("at", &FieldEquilibrium::at)
        .def_readonly("distance", &FieldEquilibrium::distance);
    py::class_<FieldCurve>(module, "FieldCurve")
        .def_property_readonly("kind", name_of(&FieldCurve::kind))
        .def_readonly("origin", &FieldCurve::from)
        .def_readonly("eigenvalue", &FieldCurve::eigenvalue)
        .def_readonly("x", &FieldCurve::x)
        .def_readonly("end", &FieldCurve::end)
        .def_readonly("end_distance", &FieldCurve::end_distance)
        .def_property_readonly("cut", name_of(&FieldCurve::cut))
        .def_readonly("left_box", &FieldCurve::left_box);
    py::class_<LimitCycle>(module, "LimitCycle")
        .def_readonly("s", &LimitCycle::s)
        .def_readonly("period", &LimitCycle::period)
        .def_readonly("multiplier", &LimitCycle::multiplier)
        .def_readonly("residual", &LimitCycle::residual)
        .def_property_readonly("attracts", &LimitCycle::attracts);
    py::class_<FieldPortrait, std::shared_ptr<FieldPortrait>>(module, "FieldPortrait")
        .def_readonly("slice", &FieldPortrait::slice)
        .def_property_readonly("roots", [](const FieldPortrait& self) { return self.roots.roots; })
        .def_readonly("search", &FieldPortrait::roots)
        .def_readonly("equilibria", &FieldPortrait::equilibria)
        .def_readonly("separatrices", &FieldPortrait::curves)
        .def_readonly("limit_cycles", &FieldPortrait::cycles)
        .def_readonly("notes", &FieldPortrait::notes);
    module.def("field_portrait", [](const std::shared_ptr<VectorField>& field,
                                    const py::object& lower, const py::object& upper,
                                    const std::vector<Index>& axes, const py::object& held,
                                    const std::vector<std::string>& names, const py::object& starts,
                                    Index trajectories, double t_end, Index grid, Index trace_grid,
                                    double cycle_time, Index root_starts, int columns,
                                    std::uint64_t seed, int threads, py::object progress) {
        const Box box = box_of(lower, upper);
        const PlaneOfField plane = plane_of(*field, box, axes, held, names);
        const std::optional<Matrix> given =
            starts.is_none() ? std::nullopt : std::optional(starts_of(starts, "starts"));
        require_at_least("trajectories", trajectories, 0);
        FieldPortraitOptions options{.grid = grid,
                                     .trace_grid = trace_grid,
                                     .t_end = t_end,
                                     .cycle_time = cycle_time,
                                     .roots = roots_of(root_starts, seed),
                                     .threads = threads_for(*field, threads)};
        const figures::Columns breadth = columns_of(columns);
        return study_result(
            std::move(progress),
            [&](const Report&) {
                const Slice slice =
                    field_slice(*field, box, plane.i, plane.j, plane.held, plane.names);
                return field_portrait(*field, box, slice,
                                      given ? *given : spread_starts(slice, trajectories), options);
            },
            [breadth](const FieldPortrait& portrait) { return account_of(portrait, breadth); });
    });
}

void bind_field_basins(py::module_& module) {
    py::class_<FieldAttractor>(module, "FieldAttractor")
        .def_property_readonly("name", &FieldAttractor::name)
        .def_property_readonly("kind",
                               [](const FieldAttractor& self) { return std::string(self.kind()); })
        .def_readonly("root", &FieldAttractor::root)
        .def_readonly("x", &FieldAttractor::x)
        .def_property_readonly("type", name_of(&FieldAttractor::type))
        .def_readonly("residual", &FieldAttractor::residual)
        .def_readonly("period", &FieldAttractor::period)
        .def_readonly("multiplier", &FieldAttractor::multiplier)
        .def_readonly("orbit", &FieldAttractor::orbit)
        .def_readonly("members", &FieldAttractor::members)
        .def("__repr__", [](const FieldAttractor& self) {
            return fmt::format("<FieldAttractor: {}, {} cells>", self.name(), self.members);
        });
    py::class_<FieldBasins, std::shared_ptr<FieldBasins>>(module, "FieldBasins")
        .def_readonly("slice", &FieldBasins::slice)
        .def_property_readonly("roots", [](const FieldBasins& self) { return self.roots.roots; })
        .def_readonly("search", &FieldBasins::roots)
        .def_readonly("attractors", &FieldBasins::attractors)
        .def_readonly("labels", &FieldBasins::labels)
        .def_readonly("complete", &FieldBasins::complete)
        .def("cell_centre", &FieldBasins::cell_centre, py::arg("i"), py::arg("j"));
    module.def(
        "field_basins",
        [](const std::shared_ptr<VectorField>& field, const py::object& lower,
           const py::object& upper, const std::vector<Index>& axes, const py::object& held,
           const std::vector<std::string>& names, Index width, Index height, double t_end,
           double rel_tol, double abs_tol, Index max_steps, double arrival, double slow_speed,
           double escape, double cycle_time, double cycle_tol, Index root_starts, int columns,
           std::uint64_t seed, int threads, py::object progress) {
            const Box box = box_of(lower, upper);
            const PlaneOfField plane = plane_of(*field, box, axes, held, names);
            FieldBasinOptions options{.width = width,
                                      .height = height,
                                      .t_end = t_end,
                                      .rel_tol = rel_tol,
                                      .abs_tol = abs_tol,
                                      .max_steps = max_steps,
                                      .arrival = arrival,
                                      .slow_speed = slow_speed,
                                      .escape = escape,
                                      .cycle_time = cycle_time,
                                      .cycle_tol = cycle_tol,
                                      .roots = roots_of(root_starts, seed),
                                      .threads = threads_for(*field, threads)};
            FieldInterrupt interrupt;
            options.stop_requested = [&] { return interrupt.came() || interrupt_requested(); };
            const figures::Columns breadth = columns_of(columns);
            auto result = study_result(
                std::move(progress),
                [&](const Report& report) {
                    options.on_progress = [&](double share) { report("basins", share); };
                    const Slice slice =
                        field_slice(*field, box, plane.i, plane.j, plane.held, plane.names);
                    const std::unique_ptr<BatchField> batch = batch_of(*field);
                    return batch ? field_basins(*field, *batch, box, slice, options)
                                 : field_basins(*field, box, slice, options);
                },
                [breadth](const FieldBasins& map) { return account_of(map, breadth); }, graceful);
            if (interrupt.came()) {
                interrupt.raise(py::cast(std::move(result)));
            }
            return result;
        });
}

void bind_continuation(py::module_& module) {
    py::class_<ContinuationPoint>(module, "ContinuationPoint")
        .def_readonly("alpha", &ContinuationPoint::alpha)
        .def_readonly("x", &ContinuationPoint::y)
        .def_readonly("residual", &ContinuationPoint::residual)
        .def_property_readonly("eigenvalues", numbers(&ContinuationPoint::eigenvalues))
        .def_readonly("unstable", &ContinuationPoint::unstable)
        .def_property_readonly("label", name_of(&ContinuationPoint::label))
        .def("__repr__", [](const ContinuationPoint& self) {
            return fmt::format("<ContinuationPoint: alpha = {:.6g}, |f| = {:.1e}, {} unstable{}{}>",
                               self.alpha, self.residual, self.unstable,
                               to_string(self.label).empty() ? "" : ", ", to_string(self.label));
        });
    module.def("continue_equilibrium",
               [](const py::function& f, const py::object& x0, double alpha0, double start,
                  double end, const std::optional<py::function>& jacobian, int direction,
                  double first_step, double min_step, double max_step, double residual_tol,
                  Index max_points, const py::object& lower, const py::object& upper) {
                   const Vector from = vector_of(x0, "x0");
                   if (lower.is_none() != upper.is_none()) {
                       reject_argument("box", "lower and upper together", "one of them");
                   }
                   const std::optional<Box> box =
                       lower.is_none() ? std::nullopt : std::optional(box_of(lower, upper));
                   const PythonFamily family(f, jacobian, from.size());
                   return run([&](const Report&) {
                       return continue_equilibrium(family, from, alpha0,
                                                   {.from = start,
                                                    .to = end,
                                                    .direction = direction,
                                                    .first_step = first_step,
                                                    .min_step = min_step,
                                                    .max_step = max_step,
                                                    .residual_tol = residual_tol,
                                                    .max_points = max_points},
                                                   box);
                   });
               });
}

}  // namespace

void bind_field_planes(py::module_& module) {
    bind_field_portrait(module);
    bind_field_basins(module);
    bind_continuation(module);
}

void add_field_defaults(py::dict& all) {
    using namespace py::literals;
    const FieldPortraitOptions portrait;
    const FieldBasinOptions basins;
    const ContinuationOptions run;
    all["field_portrait"] = py::dict(
        "t_end"_a = portrait.t_end, "grid"_a = portrait.grid, "trace_grid"_a = portrait.trace_grid,
        "cycle_time"_a = portrait.cycle_time, "root_starts"_a = portrait.roots.starts,
        "seed"_a = portrait.roots.seed, "threads"_a = portrait.threads);
    all["field_basins"] =
        py::dict("width"_a = basins.width, "height"_a = basins.height, "t_end"_a = basins.t_end,
                 "rel_tol"_a = basins.rel_tol, "abs_tol"_a = basins.abs_tol,
                 "max_steps"_a = basins.max_steps, "arrival"_a = basins.arrival,
                 "slow_speed"_a = basins.slow_speed, "escape"_a = basins.escape,
                 "cycle_time"_a = basins.cycle_time, "cycle_tol"_a = basins.cycle_tol,
                 "root_starts"_a = basins.roots.starts, "seed"_a = basins.roots.seed,
                 "threads"_a = basins.threads);
    all["continue_equilibrium"] =
        py::dict("direction"_a = run.direction, "first_step"_a = run.first_step,
                 "min_step"_a = run.min_step, "max_step"_a = run.max_step,
                 "residual_tol"_a = run.residual_tol, "max_points"_a = run.max_points);
}

}  // namespace resdyn::python
