// The studies, one call each: what a verb of the program computes, from Python objects, with its
// account. The signatures that users see, with their defaults and documentation, are in
// resdyn/studies.py; option_defaults() lets the tests hold them against the library's.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <resdyn/core/error.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/studies/named_path.hpp>

#include "accounts/branch_account.hpp"
#include "accounts/interaction_account.hpp"
#include "accounts/spectrum_account.hpp"
#include "accounts/trajectory_account.hpp"
#include "arrays.hpp"
#include "networks.hpp"
#include "options.hpp"
#include "study_result.hpp"

namespace resdyn::python {

namespace {

WholeSystem decided_on(const ResidualSystem& system, bool decimals) {
    if (!decimals) {
        return as_stored(system);
    }
    auto whole = as_decimals(system);
    if (!whole) {
        reject_argument("as_decimals", "weights of at most some 30 decimal digits from end to end",
                        "weights that span more");
    }
    return std::move(*whole);
}

// ---- spectra ------------------------------------------------------------------------------

void bind_spectra(py::module_& module) {
    py::class_<TransientGrowth>(module, "TransientGrowth")
        .def_readonly("numerical_abscissa", &TransientGrowth::numerical_abscissa)
        .def_property_readonly("status", name_of(&TransientGrowth::status))
        .def_readonly("peak", &TransientGrowth::peak)
        .def_readonly("peak_error", &TransientGrowth::peak_error)
        .def_readonly("peak_time", &TransientGrowth::peak_time)
        .def_readonly("kreiss_bound", &TransientGrowth::kreiss_bound);
    py::class_<ClockPair>(module, "ClockPair")
        .def_readonly("eigenvalue", &ClockPair::eigenvalue)
        .def_readonly("multiplier", &ClockPair::multiplier)
        .def_readonly("unit", &ClockPair::unit);
    py::class_<TwoClocks>(module, "TwoClocks")
        .def_readonly("pairs", &TwoClocks::pairs)
        .def_readonly("flow", &TwoClocks::flow)
        .def_readonly("map", &TwoClocks::map)
        .def_property_readonly("flow_type", name_of(&TwoClocks::flow_type))
        .def_property_readonly("map_type", name_of(&TwoClocks::map_type))
        .def_readonly("proved", &TwoClocks::proved)
        .def_readonly("map_margin", &TwoClocks::map_margin)
        .def_readonly("largest_stable_step", &TwoClocks::largest_stable_step)
        .def_readonly("largest_stable_step_proved", &TwoClocks::largest_stable_step_proved)
        .def_readonly("culprit", &TwoClocks::culprit)
        .def_readonly("growth", &TwoClocks::growth);
    py::class_<RouteSpectrum>(module, "RouteSpectrum")
        .def_property_readonly("route", name_of(&RouteSpectrum::route))
        .def_property_readonly("values", numbers(&RouteSpectrum::values))
        .def_property_readonly("residuals", numbers(&RouteSpectrum::residuals))
        .def_property_readonly("status", name_of(&RouteSpectrum::status));
    py::class_<LocalSpectrum>(module, "LocalSpectrum")
        .def_readonly("y", &LocalSpectrum::y)
        .def_readonly("of_map", &LocalSpectrum::of_map)
        .def_readonly("routes", &LocalSpectrum::routes)
        .def_readonly("disagreement", &LocalSpectrum::disagreement);
    py::class_<EquilibriumSpectra, std::shared_ptr<EquilibriumSpectra>>(module,
                                                                        "EquilibriumSpectra")
        .def_readonly("equilibria", &EquilibriumSpectra::equilibria)
        .def_readonly("clocks", &EquilibriumSpectra::clocks)
        .def_property_readonly("margins", numbers(&EquilibriumSpectra::margins))
        .def_readonly("routes", &EquilibriumSpectra::routes);
    py::class_<PointSpectra, std::shared_ptr<PointSpectra>>(module, "PointSpectra")
        .def_readonly("y", &PointSpectra::y)
        .def_readonly("spectra", &PointSpectra::spectra)
        .def_readonly("speed", &PointSpectra::speed)
        .def_readonly("converged", &PointSpectra::converged);
    py::class_<PathSpectra, std::shared_ptr<PathSpectra>>(module, "PathSpectra")
        .def_readonly("run", &PathSpectra::run)
        .def_readonly("leading", &PathSpectra::leading)
        .def_readonly("spectra", &PathSpectra::spectra)
        .def_readonly("largest_residual", &PathSpectra::largest_residual)
        .def_readonly("converged", &PathSpectra::converged);

    module.def("spectra_at_equilibria", [](const ResidualNetwork& network,
                                           const std::vector<std::string>& at, bool as_decimals,
                                           std::optional<double> tolerance, long max_denominator,
                                           Index leading, int threads, py::object progress) {
        const ResidualSystem system = system_of(network);
        const EquilibriumSpectraOptions options{.at = patterns_of(at),
                                                .as_decimals = as_decimals,
                                                .rounding = rounding_of(tolerance, max_denominator),
                                                .leading = leading,
                                                .threads = threads};
        return study_result(
            std::move(progress),
            [&](const Report&) { return spectra_at_equilibria(system, options); },
            [system](const EquilibriumSpectra& study) { return account_of(study, system); });
    });
    module.def("spectra_at_point", [](const ResidualNetwork& network, const py::object& y,
                                      Index leading, py::object progress) {
        const ResidualSystem system = system_of(network);
        const Vector point = vector_of(y, "y");
        return study_result(
            std::move(progress),
            [&](const Report&) { return spectra_at_point(system, point, leading); },
            [system](const PointSpectra& study) { return account_of(study, system); });
    });
    module.def(
        "spectra_along", [](const ResidualNetwork& network, const py::object& y0, double t_end,
                            Index samples, Index leading, py::object progress) {
            const ResidualSystem system = system_of(network);
            const Vector start = vector_of(y0, "along");
            return study_result(
                std::move(progress),
                [&](const Report&) {
                    return spectra_along(network, start,
                                         {.t_end = t_end, .samples = samples, .leading = leading});
                },
                [system](const PathSpectra& study) { return account_of(study, system); });
        });
}

// ---- trajectories -------------------------------------------------------------------------

void bind_trajectories(py::module_& module) {
    py::class_<Simulation>(module, "Simulation")
        .def_property_readonly("t", numbers(&Simulation::t))
        .def_readonly("x", &Simulation::x)
        .def_readonly("u", &Simulation::u)
        .def_readonly("y", &Simulation::y)
        .def_property_readonly("outcome", name_of(&Simulation::outcome))
        .def_readonly("final_speed", &Simulation::final_speed)
        .def_readonly("steps", &Simulation::steps)
        .def_readonly("rejected", &Simulation::rejected)
        .def_readonly("rest", &Simulation::rest)
        .def_readonly("starts_at", &Simulation::starts_at)
        .def_readonly("start_distance", &Simulation::start_distance)
        .def_readonly("limit_distance", &Simulation::limit_distance);
    py::class_<TrajectoryStudy, std::shared_ptr<TrajectoryStudy>>(module, "TrajectoryStudy")
        .def_readonly("runs", &TrajectoryStudy::runs)
        .def_readonly("layers", &TrajectoryStudy::layers)
        .def_property_readonly("finite", &TrajectoryStudy::finite);
    // The start that is taken where none is given: a random u_0 of the seed, as the program's.
    module.def("random_start", [](const ResidualNetwork& network, std::uint64_t seed) {
        return Random(seed).uniform_vector(network.hidden_width(), -1.0, 1.0);
    });
    module.def("study_trajectories", [](const ResidualNetwork& network, const py::object& starts,
                                        const std::string& variable, const std::string& start,
                                        const std::string& clock, double t_end, Index layers,
                                        double rel_tol, double abs_tol, Index max_steps,
                                        Index samples, double settle_tol, int threads,
                                        py::object progress) {
        const Matrix columns = starts_of(starts, variable, Numbers::Any);
        const SimulationOptions options{.clock = one_of("clock", clock, {Clock::Flow, Clock::Map}),
                                        .start = variable == "x0"   ? StartVariable::Activity
                                                 : variable == "u0" ? StartVariable::Preactivation
                                                                    : StartVariable::Residual,
                                        .t_end = t_end,
                                        .layers = layers,
                                        .rel_tol = rel_tol,
                                        .abs_tol = abs_tol,
                                        .max_steps = max_steps,
                                        .samples = samples,
                                        .settle_tol = settle_tol};
        return study_result(
            std::move(progress),
            [&](const Report&) { return study_trajectories(network, columns, options, threads); },
            [activation = network.activation, columns, options,
             start](const TrajectoryStudy& study) {
                return account_of(study, activation, columns, options, start);
            });
    });
}

// ---- branches -----------------------------------------------------------------------------

void bind_branches(py::module_& module) {
    py::class_<Bifurcation>(module, "Bifurcation")
        .def_property_readonly(
            "kind", [](const Bifurcation& self) { return std::string(label(self.kind)); })
        .def_readonly("alpha", &Bifurcation::alpha)
        .def_readonly("lower", &Bifurcation::lower)
        .def_readonly("upper", &Bifurcation::upper)
        .def_readonly("exact", &Bifurcation::exact)
        .def_readonly("pattern", &Bifurcation::pattern)
        .def_readonly("partner", &Bifurcation::partner)
        .def_readonly("unit", &Bifurcation::unit)
        .def_readonly("y", &Bifurcation::y)
        .def_readonly("residual", &Bifurcation::residual)
        .def_readonly("unstable_before", &Bifurcation::unstable_before)
        .def_readonly("unstable_after", &Bifurcation::unstable_after)
        .def_readonly("multiplicity", &Bifurcation::multiplicity)
        .def_readonly("remark", &Bifurcation::remark)
        .def("__repr__", [](const Bifurcation& e) {
            return fmt::format("<{} at {:.13g}{} of {}>", label(e.kind), e.alpha,
                               e.exact.empty() ? "" : " = " + e.exact, to_string(e.pattern));
        });
    py::class_<BranchPoint>(module, "BranchPoint")
        .def_readonly("alpha", &BranchPoint::alpha)
        .def_readonly("label", &BranchPoint::label)
        .def_readonly("y", &BranchPoint::y)
        .def_readonly("residual", &BranchPoint::residual)
        .def_property_readonly("eigenvalues", numbers(&BranchPoint::eigenvalues))
        .def_property_readonly("multipliers", numbers(&BranchPoint::multipliers));
    py::class_<EquilibriumBranch>(module, "EquilibriumBranch")
        .def_readonly("pattern", &EquilibriumBranch::pattern)
        .def_readonly("from_", &EquilibriumBranch::from)
        .def_readonly("to", &EquilibriumBranch::to)
        .def_readonly("decided", &EquilibriumBranch::decided);
    py::class_<BranchStudy, std::shared_ptr<BranchStudy>>(module, "BranchStudy")
        .def_property_readonly("events", [](const BranchStudy& s) { return s.diagram.events; })
        .def_property_readonly("branches", [](const BranchStudy& s) { return s.diagram.branches; })
        .def_readonly("rows", &BranchStudy::rows)
        .def_property_readonly("complete", [](const BranchStudy& s) { return s.diagram.complete; })
        .def_property_readonly("scope", [](const BranchStudy& s) { return s.diagram.scope; });
    module.def(
        "study_branches",
        [](const ResidualNetwork& network, const std::string& path, const std::vector<Index>& units,
           const std::optional<ResidualNetwork>& other, std::optional<double> from,
           std::optional<double> to, Index points, bool layer_map, bool continuation, bool cycles,
           Index max_period, const std::vector<double>& marks, Index stable_samples,
           std::uint64_t max_nodes, bool as_decimals, std::optional<double> tolerance,
           long max_denominator, int threads, py::object progress) {
            const ResidualSystem system = system_of(network);
            const auto whole = std::make_shared<WholeSystem>(decided_on(system, as_decimals));
            const NamedPath named =
                other ? named_path_between(*whole, decided_on(system_of(*other), as_decimals))
                : units.empty() ? named_path(path, *whole)
                                : named_coupling_path(*whole, units.at(0), units.at(1));
            BranchStudyOptions options{.points = points,
                                       .continuation = continuation,
                                       .cycles = cycles,
                                       .max_period = max_period,
                                       .marks = marks,
                                       .rounding = rounding_of(tolerance, max_denominator)};
            options.bifurcation.from = from.value_or(named.from);
            options.bifurcation.to = to.value_or(named.to);
            options.bifurcation.layer_map = layer_map;
            options.bifurcation.stable_samples = stable_samples;
            options.bifurcation.max_nodes = max_nodes;
            options.bifurcation.threads = threads;
            const BranchSubject subject{
                .path = path,
                .parameter = named.parameter,
                .from = options.bifurcation.from,
                .to = options.bifurcation.to,
                .dimension = system.dimension(),
                .whole = as_decimals ? std::optional(*whole) : std::nullopt};
            return study_result(
                std::move(progress),
                [&](const Report& report) {
                    options.on_part = report;
                    return named.path ? study_branches(*named.path, options)
                                      : study_step_branches(*whole, options);
                },
                [system, subject](const BranchStudy& study) {
                    return account_of(study, system, subject);
                });
        });
}

// ---- cooperation and competition ----------------------------------------------------------

void bind_interactions(py::module_& module) {
    py::class_<InteractionStudy, std::shared_ptr<InteractionStudy>>(module, "InteractionStudy")
        .def_readonly("W", &InteractionStudy::W)
        .def_property_readonly(
            "camps", [](const InteractionStudy& self) { return self.interaction.pairs.camps; })
        .def_property_readonly(
            "received",
            [](const InteractionStudy& self) { return self.interaction.pairs.received; })
        .def_property_readonly(
            "given", [](const InteractionStudy& self) { return self.interaction.pairs.given; });
    module.def("study_interactions", [](const ResidualNetwork& network, const Data& data,
                                        Index listed_pairs, Index exact_up_to, Index trajectories,
                                        std::uint64_t seed, int threads, py::object progress) {
        system_of(network);  // refuses weights that differ by layer
        InteractionStudyOptions options{.seed = seed, .threads = threads};
        options.frustration.exact_up_to = exact_up_to;
        options.checks.starts = trajectories;
        return study_result(
            std::move(progress),
            [&](const Report&) { return study_interactions(network, data.get(), options); },
            [listed_pairs](const InteractionStudy& study) {
                return account_of(study, listed_pairs);
            });
    });
}

// ---- the library's defaults, for the tests ------------------------------------------------

py::dict option_defaults() {
    using namespace py::literals;
    const EquilibriumSpectraOptions spectra;
    const PathSpectraOptions along;
    const SimulationOptions simulation;
    const BranchStudyOptions branches;
    const InteractionStudyOptions interactions;
    py::dict all;
    all["spectrum"] = py::dict("as_decimals"_a = spectra.as_decimals, "leading"_a = spectra.leading,
                               "threads"_a = spectra.threads,
                               "max_denominator"_a = spectra.rounding.max_denominator,
                               "t_end"_a = along.t_end, "samples"_a = along.samples);
    all["trajectory"] = py::dict(
        "clock"_a = std::string(to_string(simulation.clock)), "rel_tol"_a = simulation.rel_tol,
        "abs_tol"_a = simulation.abs_tol, "max_steps"_a = simulation.max_steps,
        "samples"_a = simulation.samples, "settle_tol"_a = simulation.settle_tol);
    all["bifurcations"] = py::dict(
        "points"_a = branches.points, "continuation"_a = branches.continuation,
        "cycles"_a = branches.cycles, "max_period"_a = branches.max_period,
        "layer_map"_a = branches.bifurcation.layer_map,
        "stable_samples"_a = branches.bifurcation.stable_samples,
        "max_nodes"_a = branches.bifurcation.max_nodes, "threads"_a = branches.bifurcation.threads,
        "max_denominator"_a = branches.rounding.max_denominator);
    all["interactions"] =
        py::dict("exact_up_to"_a = interactions.frustration.exact_up_to,
                 "trajectories"_a = interactions.checks.starts, "seed"_a = interactions.seed,
                 "threads"_a = interactions.threads);
    add_equilibria_defaults(all);
    add_cycle_defaults(all);
    add_plane_defaults(all);
    add_field_defaults(all);
    add_labelled_defaults(all);
    add_experiment_defaults(all);
    return all;
}

}  // namespace

void bind_studies(py::module_& module) {
    bind_trajectories(module);
    bind_spectra(module);
    bind_branches(module);
    bind_interactions(module);
    module.def("option_defaults", &option_defaults);
}

}  // namespace resdyn::python
