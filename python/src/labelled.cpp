// The studies of networks on labelled data, and training. As studies.cpp.
#include <algorithm>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include <resdyn/learning/training_options.hpp>

#include "accounts/analysis_account.hpp"
#include "accounts/depth_account.hpp"
#include "accounts/discretisation_account.hpp"
#include "accounts/layer_account.hpp"
#include "accounts/perturbation_account.hpp"
#include "accounts/training_account.hpp"
#include "arrays.hpp"
#include "core/suggestion.hpp"
#include "networks.hpp"
#include "options.hpp"
#include "results/training_results.hpp"
#include "study_result.hpp"

namespace resdyn::python {

namespace {

void bind_analysis(py::module_& module) {
    py::class_<Analysis, std::shared_ptr<Analysis>>(module, "Analysis")
        .def_readonly("atlas", &Analysis::atlas)
        .def_readonly("settled", &Analysis::settled)
        .def_readonly("notes", &Analysis::notes);
    module.def("analyze",
               [](const ResidualNetwork& network, const Data& data, Index settle_samples,
                  Index max_layers, double proof_time, double cycle_time, Index beyond,
                  double settle_tol, std::uint64_t seed, int threads, py::object progress) {
                   AnalysisOptions options;
                   options.settle_samples = settle_samples;
                   options.seed = seed;
                   options.threads = threads;
                   options.settle.max_layers = max_layers;
                   options.settle.settle_tol = settle_tol;
                   options.proofs.seconds = proof_time;
                   options.cycle_seconds = cycle_time;
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

void bind_discretisation(py::module_& module) {
    py::class_<DiscretisationStudy, std::shared_ptr<DiscretisationStudy>>(module,
                                                                          "DiscretisationStudy")
        .def_readonly("samples", &DiscretisationStudy::samples)
        .def_property_readonly("flow_verdict",
                               [](const DiscretisationStudy& self) {
                                   return std::string(to_string(self.fidelity.verdict));
                               })
        .def_readonly("notes", &DiscretisationStudy::notes);
    module.def("discretisation", [](const ResidualNetwork& network, const Data& data, Index samples,
                                    Index halvings, double rel_tol, double abs_tol,
                                    std::uint64_t seed, int threads, py::object progress) {
        DiscretisationStudyOptions options{.samples = samples,
                                           .halvings = halvings,
                                           .rel_tol = rel_tol,
                                           .abs_tol = abs_tol,
                                           .seed = seed,
                                           .threads = threads};
        return study_result(
            std::move(progress),
            [&](const Report& report) {
                double part = 0.0;
                options.on_part = [&](const std::string& name) { report(name, part++ / 2.0); };
                return study_discretisation(network, data.get(), options);
            },
            [network, data](const DiscretisationStudy& study) {
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

void bind_layers(py::module_& module) {
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
}

void bind_noise(py::module_& module) {
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
}

void bind_depth(py::module_& module) {
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

// ---- training -----------------------------------------------------------------------------

/// The row of the training options that has this name; throws std::invalid_argument naming what is
/// like it.
const TrainingOption& row_of(const std::string& name) {
    std::vector<std::string> names;
    for (const TrainingOption& row : training_options()) {
        if (row.name == name) {
            return row;
        }
        names.emplace_back(row.name);
    }
    reject_argument("train", "an option of train",
                    name + ", and there is none of that name" + did_you_mean(name, names));
}

void set(const TrainingOption& row, const py::handle& value, TrainOptions& options) {
    std::visit(
        [&](const auto& field) {
            using Field = std::decay_t<decltype(field)>;
            if constexpr (std::is_same_v<Field, OptionChoice>) {
                choose(row, value.cast<std::string>(), options);
            } else {
                auto& held = field(options);
                try {
                    held = value.cast<std::decay_t<decltype(held)>>();
                } catch (const py::cast_error&) {
                    reject_argument(row.name,
                                    row.range.words(std::is_same_v<decltype(held), Index&>),
                                    py::repr(value).cast<std::string>());
                }
            }
        },
        row.field);
}

py::object value_of(const TrainingOption& row, TrainOptions& options) {
    return std::visit(
        [&](const auto& field) -> py::object {
            using Field = std::decay_t<decltype(field)>;
            if constexpr (std::is_same_v<Field, OptionChoice>) {
                return py::str(std::string(field.names.at(field.index(options))));
            } else {
                return py::cast(field(options));
            }
        },
        row.field);
}

void bind_training(py::module_& module) {
    py::class_<TrainingStudy, std::shared_ptr<TrainingStudy>>(module, "TrainingStudy")
        .def_property_readonly("network",
                               [](const TrainingStudy& self) {
                                   return std::visit([](const auto& one) { return py::cast(one); },
                                                     self.result.network);
                               })
        .def_property_readonly(
            "outcome",
            [](const TrainingStudy& self) { return std::string(to_string(self.result.outcome)); })
        .def_property_readonly("reason",
                               [](const TrainingStudy& self) { return self.result.reason; });
    // The metadata of the model file that the program would write.
    module.def("trained_metadata", [](const TrainingStudy& study, const Data& training) {
        return model_of(study, *training, "", {}).metadata;
    });
    // Name, help, default, and whether the data say it, of every option.
    module.def("training_options", [] {
        TrainOptions usual = usual_training(false, 1000);
        py::list list;
        for (const TrainingOption& row : training_options()) {
            list.append(py::make_tuple(std::string(row.name), std::string(row.help),
                                       value_of(row, usual), row.usual == OptionDefault::FromData));
        }
        return list;
    });
    module.def("study_training", [](const Data& training, const Data& test, const py::dict& plan,
                                    std::optional<double> held_out, const py::dict& options,
                                    std::uint64_t seed, int threads, py::object progress) {
        TrainingStudyOptions study;
        study.network = {.kind = one_of("kind", plan["kind"].cast<std::string>(),
                                        {NetworkKind::Residual, NetworkKind::Perceptron}),
                         .activation = activation_of(plan["activation"].cast<std::string>()),
                         .step = plan["step"].cast<double>(),
                         .depth = plan["depth"].cast<Index>(),
                         .units = plan["units"].cast<Index>(),
                         .hidden_units = plan["hidden_units"].cast<Index>(),
                         .own_weights = plan["own_weights"].cast<bool>()};
        TrainOptions given;
        for (const auto& [name, value] : options) {
            set(row_of(name.cast<std::string>()), value, given);
        }
        given.seed = seed;
        const TrainingData data =
            training_data(*training, test ? std::optional(*test) : std::nullopt, given, held_out);
        study.train = usual_training(is_builtin_dataset(training->name), data.training.size(),
                                     given.optimizer.method);
        for (const auto& [name, value] : options) {
            set(row_of(name.cast<std::string>()), value, study.train);
        }
        study.train.seed = seed;
        study.train.threads = threads;
        study.train.stop_requested = interrupt_requested;
        return study_result(
            std::move(progress),
            [&](const Report& report) {
                study.train.on_progress = [&](const TrainProgress& now) {
                    report(fmt::format("epoch {}, loss {:.4f}", now.epoch, now.loss),
                           now.done / static_cast<double>(std::max<Index>(study.train.epochs, 1)));
                };
                return study_training(data, study);
            },
            [](const TrainingStudy& trained) { return account_of(trained); }, graceful);
    });
}

}  // namespace

void add_labelled_defaults(py::dict& all) {
    using namespace py::literals;
    const AnalysisOptions analysis;
    const DiscretisationStudyOptions discretisation;
    const LayerStudyOptions layers;
    const PerturbationOptions noise;
    const DepthStudyOptions depth;
    const NetworkPlan plan;
    all["analyze"] = py::dict(
        "settle_samples"_a = analysis.settle_samples, "max_layers"_a = analysis.settle.max_layers,
        "proof_time"_a = analysis.proofs.seconds, "cycle_time"_a = analysis.cycle_seconds,
        "beyond"_a = analysis.behaviour.layers, "settle_tol"_a = analysis.settle.settle_tol,
        "seed"_a = analysis.seed, "threads"_a = analysis.threads);
    all["discretisation"] =
        py::dict("samples"_a = discretisation.samples, "halvings"_a = discretisation.halvings,
                 "rel_tol"_a = discretisation.rel_tol, "abs_tol"_a = discretisation.abs_tol,
                 "seed"_a = discretisation.seed, "threads"_a = discretisation.threads);
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
    all["train"] =
        py::dict("kind"_a = std::string(to_string(plan.kind)),
                 "activation"_a = std::string(to_string(plan.activation)), "step"_a = plan.step,
                 "depth"_a = plan.depth, "units"_a = plan.units,
                 "hidden_units"_a = plan.hidden_units, "own_weights"_a = plan.own_weights,
                 "seed"_a = TrainOptions().seed, "threads"_a = TrainOptions().threads);
}

void bind_labelled(py::module_& module) {
    bind_analysis(module);
    bind_discretisation(module);
    bind_layers(module);
    bind_noise(module);
    bind_depth(module);
    bind_training(module);
}

}  // namespace resdyn::python
