// Vector fields, of Python callables or of a residual system, and what takes any of them:
// integration, Newton's method with deflation, roots, spectra, Lyapunov exponents, closed orbits.
#include <memory>
#include <optional>

#include <resdyn/model/residual_system.hpp>
#include <resdyn/numerics/integrate.hpp>
#include <resdyn/numerics/lyapunov_exponents.hpp>
#include <resdyn/numerics/newton.hpp>
#include <resdyn/numerics/periodic_orbit.hpp>
#include <resdyn/numerics/spectrum.hpp>
#include <resdyn/settling/root_search.hpp>

#include "arrays.hpp"
#include "calls.hpp"
#include "python_field.hpp"

namespace resdyn::python {

namespace {

Deflation deflation_of(const py::object& roots) {
    Deflation deflation;
    if (!roots.is_none()) {
        for (const py::handle& root : roots) {
            deflation.roots.push_back(vector_of(root, "deflate"));
        }
    }
    return deflation;
}

constexpr const char* python_field_help = R"(x' = f(x) from Python functions.

Parameters
----------
f : callable
    f(x) -> n numbers, x an array of n.
jacobian : callable, optional
    jacobian(x) -> n x n, entry (i, j) the derivative of f_i by x_j. Default: central differences.
dimension : int
    n >= 1.
vectorized : bool
    f also takes an n x B array, a state a column, and returns as many velocities (as SciPy's
    solve_ivp has it): basins are then many times as fast.

What f raises comes out of the call that asked it; anything else than n real numbers is a
ValueError. It is called from the calling thread only.

Examples
--------
>>> pendulum = resdyn.VectorField(lambda x: [x[1], -np.sin(x[0]) - 0.1 * x[1]], dimension=2)
>>> resdyn.find_roots(pendulum, [-4, -1], [4, 1]).roots)";

void bind_field_classes(py::module_& module) {
    py::class_<VectorField, std::shared_ptr<VectorField>>(
        module, "Field",
        "A vector field x' = f(x): value(x) (n), jacobian(x) (n x n), and dimension n.")
        .def_property_readonly("dimension", &VectorField::dimension)
        .def(
            "value",
            [](const VectorField& self, const py::object& x) {
                return self.value(start_of(self, x));
            },
            py::arg("x"))
        .def(
            "__call__",
            [](const VectorField& self, const py::object& x) {
                return self.value(start_of(self, x));
            },
            py::arg("x"))
        .def(
            "jacobian",
            [](const VectorField& self, const py::object& x) {
                return self.jacobian(start_of(self, x));
            },
            py::arg("x"));
    py::class_<PythonField, VectorField, std::shared_ptr<PythonField>>(module, "VectorField",
                                                                       python_field_help)
        .def(py::init<py::function, std::optional<py::function>, Index, bool>(), py::arg("f"),
             py::arg("jacobian") = py::none(), py::kw_only(), py::arg("dimension"),
             py::arg("vectorized") = false)
        .def_property_readonly("vectorized", &PythonField::vectorized);
    py::class_<ResidualFlow, VectorField, std::shared_ptr<ResidualFlow>>(
        module, "ResidualFlow",
        "y' = g(y) * (W y) of a residual system; logistic, tanh or softplus.")
        .def(py::init<ResidualSystem>(), py::arg("system"));
    py::class_<PreactivationFlow, VectorField, std::shared_ptr<PreactivationFlow>>(
        module, "PreactivationFlow", "u' = W f(u) of a residual system.")
        .def(py::init<ResidualSystem>(), py::arg("system"));
}

void bind_integration(py::module_& module) {
    py::class_<Trajectory>(module, "Trajectory")
        .def_property_readonly("t", numbers(&Trajectory::t))
        .def_readonly("x", &Trajectory::x)
        .def_property_readonly("outcome", name_of(&Trajectory::outcome))
        .def_readonly("residual", &Trajectory::residual)
        .def_readonly("steps", &Trajectory::steps)
        .def_readonly("rejected", &Trajectory::rejected);
    module.def(
        "integrate", [](const VectorField& field, const py::object& x0, double t_end,
                        double rel_tol, double abs_tol, Index max_steps, double initial_step,
                        double rest_tol, const std::optional<std::vector<double>>& sample_times) {
            const Vector start = start_of(field, x0);
            return run([&](const Report&) {
                return integrate(field, start,
                                 {.t_end = t_end,
                                  .rel_tol = rel_tol,
                                  .abs_tol = abs_tol,
                                  .max_steps = max_steps,
                                  .initial_step = initial_step,
                                  .rest_tol = rest_tol,
                                  .sample_times = sample_times.value_or(std::vector<double>())});
            });
        });
}

void bind_newton(py::module_& module) {
    py::class_<NewtonResult>(module, "NewtonResult")
        .def_readonly("x", &NewtonResult::x)
        .def_property_readonly("status", name_of(&NewtonResult::status))
        .def_readonly("residual", &NewtonResult::residual)
        .def_property_readonly("residuals", numbers(&NewtonResult::residuals))
        .def_readonly("iterations", &NewtonResult::iterations);
    module.def("newton",
               [](const VectorField& field, const py::object& x0, const py::object& deflate,
                  double residual_tol, Index max_iterations, double min_damping) {
                   const Vector start = start_of(field, x0);
                   const Deflation deflation = deflation_of(deflate);
                   return run([&](const Report&) {
                       return newton(field, start,
                                     {.residual_tol = residual_tol,
                                      .max_iterations = max_iterations,
                                      .min_damping = min_damping},
                                     deflation);
                   });
               });
    module.def("slowest_point", [](const VectorField& field, const py::object& x0,
                                   double gradient_tol, Index max_iterations) {
        const Vector start = start_of(field, x0);
        return run([&](const Report&) {
            return slowest_point(field, start,
                                 {.gradient_tol = gradient_tol, .max_iterations = max_iterations});
        });
    });
    py::class_<Root>(module, "Root")
        .def_readonly("x", &Root::x)
        .def_readonly("residual", &Root::residual)
        .def_property_readonly("eigenvalues", numbers(&Root::eigenvalues))
        .def_readonly("spectrum", &Root::spectrum)
        .def_property_readonly("type", name_of(&Root::type))
        .def_readonly("smallest_singular_value", &Root::smallest_singular_value)
        .def_readonly("singular", &Root::singular)
        .def_readonly("round", &Root::round)
        .def_readonly("starts", &Root::starts)
        .def("__repr__", [](const Root& root) {
            return fmt::format("<Root: {}, |f| = {:.1e}>", to_string(root.type), root.residual);
        });
    py::class_<SlowPoint>(module, "SlowPoint")
        .def_readonly("x", &SlowPoint::x)
        .def_readonly("q", &SlowPoint::q)
        .def_readonly("gradient", &SlowPoint::gradient)
        .def_property_readonly("eigenvalues", numbers(&SlowPoint::eigenvalues))
        .def_readonly("starts", &SlowPoint::starts);
    py::class_<RootSearchResult>(module, "RootSearchResult")
        .def_readonly("roots", &RootSearchResult::roots)
        .def_readonly("slow", &RootSearchResult::slow)
        .def_readonly("starts", &RootSearchResult::starts)
        .def_readonly("at_roots", &RootSearchResult::at_roots)
        .def_readonly("at_slow_points", &RootSearchResult::at_slow_points)
        .def_readonly("outliers", &RootSearchResult::outliers)
        .def_readonly("fast_minima", &RootSearchResult::fast_minima)
        .def_readonly("iteration_limit", &RootSearchResult::iteration_limit)
        .def_readonly("non_finite", &RootSearchResult::non_finite)
        .def_readonly("rounds", &RootSearchResult::rounds);
    module.def(
        "find_roots",
        [](const VectorField& field, const py::object& lower, const py::object& upper, Index starts,
           std::uint64_t seed, Index deflation_rounds, double merge_tol, double outlier_factor,
           double slow_speed, double singular_tol, double residual_tol, int threads) {
            const Box box{vector_of(lower, "lower"), vector_of(upper, "upper")};
            return run([&](const Report&) {
                return find_roots(field, box,
                                  {.starts = starts,
                                   .seed = seed,
                                   .deflation_rounds = deflation_rounds,
                                   .merge_tol = merge_tol,
                                   .outlier_factor = outlier_factor,
                                   .slow_speed = slow_speed,
                                   .singular_tol = singular_tol,
                                   .newton = {.residual_tol = residual_tol},
                                   .threads = threads_for(field, threads)});
            });
        });
}

void bind_motion(py::module_& module) {
    py::class_<LyapunovSpectrum>(module, "LyapunovSpectrum")
        .def_readonly("exponents", &LyapunovSpectrum::exponents)
        .def_readonly("standard_errors", &LyapunovSpectrum::standard_errors)
        .def_readonly("limits", &LyapunovSpectrum::limits)
        .def_readonly("limit_errors", &LyapunovSpectrum::limit_errors)
        .def_readonly("time", &LyapunovSpectrum::time)
        .def_readonly("zero_floor", &LyapunovSpectrum::zero_floor)
        .def_readonly("mean_divergence", &LyapunovSpectrum::mean_divergence)
        .def_readonly("divergence_error", &LyapunovSpectrum::divergence_error)
        .def_property_readonly("outcome", name_of(&LyapunovSpectrum::outcome))
        .def_readonly("end", &LyapunovSpectrum::end)
        .def_property_readonly("verdict", name_of(&LyapunovSpectrum::verdict));
    module.def("lyapunov_exponents",
               [](const VectorField& field, const py::object& x0, Index count, double transient,
                  double t_end, double interval, Index blocks, double rel_tol, double abs_tol,
                  std::uint64_t seed) {
                   const Vector start = start_of(field, x0);
                   return run([&](const Report&) {
                       return lyapunov_exponents(field, start,
                                                 LyapunovOptions{.count = count,
                                                                 .transient = transient,
                                                                 .t_end = t_end,
                                                                 .interval = interval,
                                                                 .blocks = blocks,
                                                                 .rel_tol = rel_tol,
                                                                 .abs_tol = abs_tol,
                                                                 .seed = seed});
                   });
               });
    py::class_<PeriodicOrbit>(module, "PeriodicOrbit")
        .def_property_readonly("status", name_of(&PeriodicOrbit::status))
        .def_readonly("period", &PeriodicOrbit::period)
        .def_readonly("points", &PeriodicOrbit::points)
        .def_readonly("residual", &PeriodicOrbit::residual)
        .def_readonly("amplitude", &PeriodicOrbit::amplitude)
        .def_property_readonly("multipliers", numbers(&PeriodicOrbit::multipliers))
        .def_readonly("trivial", &PeriodicOrbit::trivial)
        .def_readonly("trivial_error", &PeriodicOrbit::trivial_error)
        .def_property_readonly("stability", name_of(&PeriodicOrbit::stability))
        .def_readonly("iterations", &PeriodicOrbit::iterations);
    module.def("find_periodic_orbit",
               [](const VectorField& field, const py::object& x0, double transient, double t_search,
                  double close, double rel_tol, double abs_tol, Index tries) {
                   const Vector start = start_of(field, x0);
                   return run([&](const Report&) {
                       return find_periodic_orbit(field, start,
                                                  {.transient = transient,
                                                   .t_search = t_search,
                                                   .close = close,
                                                   .rel_tol = rel_tol,
                                                   .abs_tol = abs_tol,
                                                   .tries = tries});
                   });
               });
    module.def("refine_periodic_orbit", [](const VectorField& field, const py::object& x0,
                                           double period, Index segments, double residual_tol) {
        const Vector start = start_of(field, x0);
        return run([&](const Report&) {
            return refine_periodic_orbit(field, start, period,
                                         {.segments = segments, .residual_tol = residual_tol});
        });
    });
    module.def("orbit_samples",
               [](const VectorField& field, const PeriodicOrbit& orbit, Index count) {
                   return run([&](const Report&) { return orbit_samples(field, orbit, count); });
               });
    module.def("eigenvalues", [](const py::object& matrix) {
        const Matrix J = matrix_of(matrix, "matrix");
        const std::vector<Complex> values = run([&](const Report&) { return eigenvalues(J); });
        return py::array_t<Complex>(static_cast<py::ssize_t>(values.size()), values.data());
    });
}

}  // namespace

void bind_fields(py::module_& module) {
    bind_field_classes(module);
    bind_integration(module);
    bind_newton(module);
    bind_motion(module);
}

}  // namespace resdyn::python
