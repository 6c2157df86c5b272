// The studies, one call each: what a verb of the program computes, from Python objects, with its
// account. The signatures that users see, with their defaults and documentation, are in
// resdyn/studies.py; option_defaults() lets the tests hold them against the library's.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <resdyn/accounts/analysis_account.hpp>
#include <resdyn/accounts/basin_account.hpp>
#include <resdyn/accounts/branch_account.hpp>
#include <resdyn/accounts/depth_account.hpp>
#include <resdyn/accounts/interaction_account.hpp>
#include <resdyn/accounts/layer_account.hpp>
#include <resdyn/accounts/perturbation_account.hpp>
#include <resdyn/accounts/spectrum_account.hpp>
#include <resdyn/accounts/trajectory_account.hpp>
#include <resdyn/core/error.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/studies/named_path.hpp>

#include "arrays.hpp"
#include "networks.hpp"
#include "study_result.hpp"

namespace resdyn::python {

namespace {

using Data = std::shared_ptr<Dataset>;

/// The value of a list of choices that has this name.
template <typename T>
T one_of(const char* option, const std::string& name, std::initializer_list<T> choices) {
    std::string all;
    for (const T choice : choices) {
        if (to_string(choice) == name) {
            return choice;
        }
        all += (all.empty() ? "" : ", ") + std::string(to_string(choice));
    }
    reject_argument(option, "one of " + all, name);
}

std::vector<Pattern> patterns_of(const std::vector<std::string>& words) {
    std::vector<Pattern> patterns;
    for (const std::string& word : words) {
        patterns.push_back(pattern_from_string(word));
    }
    return patterns;
}

RoundingOptions rounding_of(std::optional<double> tolerance, long max_denominator) {
    RoundingOptions rounding{.max_denominator = max_denominator};
    if (tolerance) {
        if (!(*tolerance >= 0)) {
            reject_argument("tolerance", "a number >= 0", fmt::format("{}", *tolerance));
        }
        rounding.tolerance = *tolerance;
    }
    require_at_least("max_denominator", max_denominator, 1);
    return rounding;
}

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
    module.def("study_branches", [](const ResidualNetwork& network, const std::string& path,
                                    const std::vector<Index>& units,
                                    const std::optional<ResidualNetwork>& other,
                                    std::optional<double> from, std::optional<double> to,
                                    Index points, bool layer_map, bool continuation,
                                    Index stable_samples, std::uint64_t max_nodes, bool as_decimals,
                                    std::optional<double> tolerance, long max_denominator,
                                    int threads, py::object progress) {
        const ResidualSystem system = system_of(network);
        const auto whole = std::make_shared<WholeSystem>(decided_on(system, as_decimals));
        const NamedPath named =
            other           ? named_path_between(*whole, decided_on(system_of(*other), as_decimals))
            : units.empty() ? named_path(path, *whole)
                            : named_coupling_path(*whole, units.at(0), units.at(1));
        BranchStudyOptions options{.points = points,
                                   .continuation = continuation,
                                   .rounding = rounding_of(tolerance, max_denominator)};
        options.bifurcation.from = from.value_or(named.from);
        options.bifurcation.to = to.value_or(named.to);
        options.bifurcation.layer_map = layer_map;
        options.bifurcation.stable_samples = stable_samples;
        options.bifurcation.max_nodes = max_nodes;
        options.bifurcation.threads = threads;
        const BranchSubject subject{.path = path,
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

// ---- basins -------------------------------------------------------------------------------

Plane plane_of(const ResidualNetwork& network, const Data& data, const py::dict& options,
               std::uint64_t seed, int threads) {
    const auto coordinates = options["coordinates"].cast<std::string>();
    if (coordinates != "y" && coordinates != "u" && coordinates != "x") {
        reject_argument("coordinates", "y, u or x", coordinates);
    }
    PlaneOptions plane{.coordinate = coordinates == "y"   ? Coordinate::Residual
                                     : coordinates == "u" ? Coordinate::Preactivation
                                                          : Coordinate::Activity,
                       .units = options["units"].cast<std::vector<Index>>(),
                       .at_sample = options["at_sample"].cast<std::optional<Index>>(),
                       .through = patterns_of(options["through"].cast<std::vector<std::string>>()),
                       .principal = options["principal"].cast<bool>(),
                       .leaf = options["leaf"].cast<bool>(),
                       .projections = options["projections"].cast<bool>(),
                       .seed = seed,
                       .threads = threads};
    if (const auto at = options["at"].cast<std::optional<std::string>>()) {
        plane.at = pattern_from_string(*at);
    }
    if (const py::object held = options["held"]; !held.is_none()) {
        plane.held = vector_of(held, "held");
    }
    if (const py::object window = options["window"]; !window.is_none()) {
        const Vector w = vector_of(window, "window");
        if (w.size() != 4) {
            reject_argument("window", "left, right, bottom, top",
                            fmt::format("{} numbers", w.size()));
        }
        plane.window = Box{Vector{{w[0], w[2]}}, Vector{{w[1], w[3]}}};
    }
    return choose_plane(network, data.get(), plane);
}

void bind_basins(py::module_& module) {
    py::class_<Slice>(module, "Slice")
        .def_readonly("about", &Slice::about)
        .def_readonly("origin", &Slice::origin)
        .def_readonly("basis", &Slice::basis);
    py::class_<BasinAttractor>(module, "BasinAttractor")
        .def_readonly("pattern", &BasinAttractor::pattern)
        .def_property_readonly("kind",
                               [](const BasinAttractor& self) { return std::string(self.kind()); })
        .def_property_readonly("name", &BasinAttractor::name)
        .def_readonly("proved", &BasinAttractor::proved)
        .def_readonly("y", &BasinAttractor::y)
        .def_property_readonly("type", name_of(&BasinAttractor::type))
        .def_readonly("members", &BasinAttractor::members)
        .def_readonly("period", &BasinAttractor::period)
        .def_readonly("orbit", &BasinAttractor::orbit);
    py::class_<BasinMap>(module, "BasinMap")
        .def_readonly("slice", &BasinMap::slice)
        .def_readonly("complete", &BasinMap::complete)
        .def_readonly("attractors", &BasinMap::attractors)
        .def_readonly("labels", &BasinMap::labels)
        .def_readonly("certified", &BasinMap::certified)
        .def_readonly("by_proof", &BasinMap::by_proof)
        .def_readonly("proof", &BasinMap::proof)
        .def("cell_centre", &BasinMap::cell_centre, py::arg("i"), py::arg("j"));
    py::class_<BasinStudy, std::shared_ptr<BasinStudy>>(module, "BasinStudy")
        .def_readonly("map", &BasinStudy::map)
        .def_property_readonly(
            "labels", [](const py::object& self) { return self.attr("map").attr("labels"); })
        .def_property_readonly("attractors", [](const py::object& self) {
            return self.attr("map").attr("attractors");
        });
    module.def("study_basins", [](const ResidualNetwork& network, const Data& data,
                                  const py::dict& plane_options, const std::string& clock,
                                  Index width, Index height, double t_end, Index max_layers,
                                  double rel_tol, double settle_tol, bool integrate,
                                  Index share_samples, Index settle_samples, int columns,
                                  std::uint64_t seed, int threads, py::object progress) {
        const ResidualSystem system = system_of(network);
        if (!is_bounded(system.activation())) {  // a plane would be refused for another reason
            reject_argument("basins", "a bounded activation (logistic or tanh)",
                            to_string(system.activation()));
        }
        if (system.dimension() < 2) {
            reject_argument("basins", "a system of at least 2 units", "1");
        }
        if (columns != 1 && columns != 2) {
            reject_argument("columns", "1 or 2", fmt::format("{}", columns));
        }
        BasinStudyOptions options{.share_samples = share_samples,
                                  .settle_samples = settle_samples,
                                  .seed = seed,
                                  .threads = threads};
        options.basins.width = width;
        options.basins.height = height;
        SettleOptions& settle = options.basins.settle;
        settle.clock = one_of("clock", clock, {Clock::Flow, Clock::Map});
        settle.t_end = t_end;
        settle.max_layers = max_layers;
        settle.rel_tol = rel_tol;
        settle.settle_tol = settle_tol;
        settle.prove_first = settle.skip_hopeless = !integrate;
        options.basins.stop_requested = [] { return interrupt_requested(); };
        const Plane plane = plane_of(network, data, plane_options, seed, threads);
        return study_result(
            std::move(progress),
            [&](const Report& report) {
                options.on_part = report;
                return study_basins(plane, options);
            },
            [system, columns](const BasinStudy& study) {
                return account_of(study, system,
                                  columns == 1 ? figures::Columns::One : figures::Columns::Two);
            },
            graceful);
    });
}

// ---- cooperation and competition, and everything ------------------------------------------

void bind_analyses(py::module_& module) {
    py::class_<InteractionAnalysis, std::shared_ptr<InteractionAnalysis>>(module,
                                                                          "InteractionAnalysis")
        .def_property_readonly("failed", &InteractionAnalysis::failed)
        .def_readonly("energy_weights", &InteractionAnalysis::energy_weights);
    module.def("analyze_interaction", [](const ResidualNetwork& network, const Data& data,
                                         Index listed_pairs, Index exact_up_to, Index trajectories,
                                         std::uint64_t seed, int threads, py::object progress) {
        const ResidualSystem system = system_of(network);
        AnalysisOptions options{.threads = threads};
        options.frustration.exact_up_to = exact_up_to;
        options.frustration.seed = seed;
        options.checks.starts = trajectories;
        options.checks.seed = seed;
        const Matrix x0 = data ? initial_activity(network, data->inputs.cast<double>())
                               : Matrix(network.width(), 0);
        const InteractionListing listing{.pairs = listed_pairs,
                                         .image_rows = data ? data->image_rows : 0,
                                         .image_cols = data ? data->image_cols : 0};
        return study_result(
            std::move(progress),
            [&](const Report&) { return analyze_interaction(network, x0, options); },
            [system, listing](const InteractionAnalysis& study) {
                return account_of(study, system, listing);
            });
    });
    py::class_<Analysis, std::shared_ptr<Analysis>>(module, "Analysis")
        .def_readonly("atlas", &Analysis::atlas)
        .def_readonly("settled", &Analysis::settled)
        .def_readonly("notes", &Analysis::notes);
    module.def("analyze", [](const ResidualNetwork& network, const Data& data, Index settle_samples,
                             Index max_layers, double proof_time, Index beyond, double settle_tol,
                             std::uint64_t seed, int threads, py::object progress) {
        if (!network.has_shared_weights()) {
            system_of(network);  // refuses
        }
        AnalysisOptions options{.settle_samples = settle_samples, .seed = seed, .threads = threads};
        options.settle.max_layers = max_layers;
        options.settle.settle_tol = settle_tol;
        options.proofs.seconds = proof_time;
        options.behaviour.layers = beyond;
        options.checks.seed = seed;
        options.frustration.seed = seed;
        return study_result(
            std::move(progress),
            [&](const Report&) { return analyze(network, data.get(), options); },
            [network, data](const Analysis& study) {
                return account_of(study, network, data.get());
            });
    });
}

// ---- networks on labelled data ------------------------------------------------------------

void need_readout(const Network& network) {
    if (std::visit([](const auto& one) { return !one.has_readout(); }, network)) {
        reject_argument("network", "a network with a read-out V, c", "none");
    }
}

void bind_labelled(py::module_& module) {
    py::class_<LayerStudy, std::shared_ptr<LayerStudy>>(module, "LayerStudy")
        .def_readonly("steady_states", &LayerStudy::steady_states)
        .def_readonly("notes", &LayerStudy::notes)
        .def_property_readonly("predictions",
                               [](const LayerStudy& self) { return self.decision.predictions; })
        .def_property_readonly("trajectories",
                               [](const LayerStudy& self) { return self.decision.trajectories; });
    module.def("study_layers", [](const Network& network, const Data& data, double held_out,
                                  double ridge, Index settle_samples, Index max_layers,
                                  double arrival_tol, double slow_speed, double impulse,
                                  Index ftle_points, double settle_tol, std::uint64_t seed,
                                  int threads, py::object progress) {
        need_readout(network);
        LayerStudyOptions options{.seed = seed, .sample = settle_samples, .threads = threads};
        options.separability.held_out = held_out;
        options.separability.ridge = ridge;
        options.regime.settle.max_layers = max_layers;
        options.regime.settle.settle_tol = settle_tol;
        options.regime.arrival_tol = arrival_tol;
        options.regime.slow_speed = slow_speed;
        options.filter.impulse = impulse;
        options.ftle.points = ftle_points;
        return study_result(
            std::move(progress),
            [&](const Report& report) {
                double part = 0.0;
                options.on_part = [&](const std::string& name) { report(name, part++ / 6.0); };
                return study_layers(network, *data, options);
            },
            [network, data](const LayerStudy& study) { return account_of(study, network, *data); });
    });
    py::class_<PerturbationStudy, std::shared_ptr<PerturbationStudy>>(module, "PerturbationStudy");
    module.def(
        "study_perturbation",
        [](const Network& network, const Data& data, const std::vector<std::string>& noise,
           const std::vector<double>& levels, Index draws, Index attack_samples, double layer_level,
           Index theory_samples, double small_noise, const std::optional<Network>& twin,
           std::uint64_t seed, int threads, py::object progress) {
            need_readout(network);
            PerturbationOptions options{.noise = noise,
                                        .levels = levels,
                                        .draws = draws,
                                        .attack_samples = attack_samples,
                                        .layer_level = layer_level,
                                        .seed = seed,
                                        .threads = threads};
            options.linear.sample = theory_samples;
            options.linear.deviation = small_noise;
            return study_result(
                std::move(progress),
                [&](const Report& report) {
                    options.on_part = report;
                    return study_perturbation(network, *data, options, twin ? &*twin : nullptr);
                },
                [network, data](const PerturbationStudy& study) {
                    return account_of(study, network, *data);
                });
        });
    py::class_<DepthStudy, std::shared_ptr<DepthStudy>>(module, "DepthStudy")
        .def_property_readonly("shorter_network",
                               [](const DepthStudy& self) {
                                   return std::visit([](const auto& one) { return py::cast(one); },
                                                     self.shorter.network);
                               })
        .def_property_readonly("how", [](const DepthStudy& self) { return self.shorter.how; });
    module.def("study_depth", [](const Network& network, const Data& data, const std::string& norm,
                                 const std::string& reduction, double tolerance, double allowance,
                                 Index min_depth, const std::string& rule, Index keep, bool tail,
                                 Index coarsen, Index settle_samples, std::uint64_t seed,
                                 int threads, py::object progress) {
        need_readout(network);
        const DepthStudyOptions options{
            .criteria = {.norm = one_of("norm", norm,
                                        {ChangeNorm::Two, ChangeNorm::Rms, ChangeNorm::Inf}),
                         .reduction = one_of(
                             "reduction", reduction,
                             {SampleReduction::Mean, SampleReduction::Q95, SampleReduction::Max}),
                         .tolerance = tolerance,
                         .allowance = allowance,
                         .min_depth = min_depth},
            .rule = one_of(
                "rule", rule,
                {DepthCriterion::LastTwoLayers, DepthCriterion::Accuracy, DepthCriterion::FinalMean,
                 DepthCriterion::FinalQ95, DepthCriterion::FinalWorst, DepthCriterion::Oracle}),
            .keep = keep,
            .tail = tail,
            .coarsen = coarsen,
            .settle_samples = settle_samples,
            .seed = seed,
            .threads = threads};
        return study_result(
            std::move(progress),
            [&](const Report&) { return study_depth(network, *data, options); },
            [network, data](const DepthStudy& study) { return account_of(study, network, *data); });
    });
}

// ---- the library's defaults, for the tests ------------------------------------------------

py::dict option_defaults() {
    using namespace py::literals;
    const EquilibriumSpectraOptions spectra;
    const PathSpectraOptions along;
    const SimulationOptions simulation;
    const BranchStudyOptions branches;
    const BasinStudyOptions basins;
    const AnalysisOptions analysis;
    const LayerStudyOptions layers;
    const PerturbationOptions noise;
    const DepthStudyOptions depth;
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
        "layer_map"_a = branches.bifurcation.layer_map,
        "stable_samples"_a = branches.bifurcation.stable_samples,
        "max_nodes"_a = branches.bifurcation.max_nodes, "threads"_a = branches.bifurcation.threads,
        "max_denominator"_a = branches.rounding.max_denominator);
    const SettleOptions& settle = basins.basins.settle;
    all["basins"] =
        py::dict("clock"_a = std::string(to_string(settle.clock)), "width"_a = basins.basins.width,
                 "height"_a = basins.basins.height, "t_end"_a = settle.t_end,
                 "max_layers"_a = settle.max_layers, "rel_tol"_a = settle.rel_tol,
                 "settle_tol"_a = settle.settle_tol, "share_samples"_a = basins.share_samples,
                 "settle_samples"_a = basins.settle_samples, "seed"_a = basins.seed,
                 "threads"_a = basins.threads);
    all["interactions"] = py::dict("exact_up_to"_a = analysis.frustration.exact_up_to,
                                   "trajectories"_a = analysis.checks.starts,
                                   "seed"_a = analysis.checks.seed, "threads"_a = analysis.threads);
    all["analyze"] = py::dict(
        "settle_samples"_a = analysis.settle_samples, "max_layers"_a = analysis.settle.max_layers,
        "proof_time"_a = analysis.proofs.seconds, "beyond"_a = analysis.behaviour.layers,
        "settle_tol"_a = analysis.settle.settle_tol, "seed"_a = analysis.seed,
        "threads"_a = analysis.threads);
    all["transient"] = py::dict(
        "held_out"_a = layers.separability.held_out, "ridge"_a = layers.separability.ridge,
        "settle_samples"_a = layers.sample, "max_layers"_a = layers.regime.settle.max_layers,
        "arrival_tol"_a = layers.regime.arrival_tol, "slow_speed"_a = layers.regime.slow_speed,
        "impulse"_a = layers.filter.impulse, "ftle_points"_a = layers.ftle.points,
        "settle_tol"_a = layers.regime.settle.settle_tol, "seed"_a = layers.seed,
        "threads"_a = layers.threads);
    all["perturb"] =
        py::dict("draws"_a = noise.draws, "attack_samples"_a = noise.attack_samples,
                 "layer_level"_a = noise.layer_level, "theory_samples"_a = noise.linear.sample,
                 "small_noise"_a = noise.linear.deviation, "seed"_a = noise.seed,
                 "threads"_a = noise.threads);
    all["depth"] = py::dict(
        "norm"_a = std::string(to_string(depth.criteria.norm)),
        "reduction"_a = std::string(to_string(depth.criteria.reduction)),
        "tolerance"_a = depth.criteria.tolerance, "allowance"_a = depth.criteria.allowance,
        "min_depth"_a = depth.criteria.min_depth, "rule"_a = std::string(to_string(depth.rule)),
        "keep"_a = depth.keep, "tail"_a = depth.tail, "coarsen"_a = depth.coarsen,
        "settle_samples"_a = depth.settle_samples, "seed"_a = depth.seed,
        "threads"_a = depth.threads);
    return all;
}

}  // namespace

void bind_studies(py::module_& module) {
    bind_trajectories(module);
    bind_spectra(module);
    bind_branches(module);
    bind_basins(module);
    bind_analyses(module);
    bind_labelled(module);
    module.def("option_defaults", &option_defaults);
}

}  // namespace resdyn::python
