// The studies that train networks of their own: the twin experiment, reduction, and, where the
// claims are built (analysis/), their ledger. As studies.cpp.
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <resdyn/core/error.hpp>
#include <resdyn/core/interrupt.hpp>
#include <resdyn/data/load_dataset.hpp>

#ifdef RESDYN_WITH_CLAIMS
#include <analysis/put_claims.hpp>
#endif

#include "accounts/reduction_account.hpp"
#include "accounts/twin_account.hpp"
#include "arrays.hpp"
#include "networks.hpp"
#include "options.hpp"
#include "results/reduction_results.hpp"
#include "study_result.hpp"

namespace resdyn::python {

namespace {

void bind_twin(py::module_& module) {
    py::class_<TwinReport, std::shared_ptr<TwinReport>>(module, "TwinReport")
        .def_readonly("largest_gap", &TwinReport::largest_gap);
    module.def("study_twins",
               [](const Data& training, const Data& test, const std::string& noise,
                  const std::vector<double>& levels, const std::string& activation, double step,
                  Index depth, Index units, Index seeds, std::optional<Index> epochs,
                  std::optional<double> learning_rate, double weight_decay, std::uint64_t seed,
                  int threads, py::object progress) {
                   TwinOptions options = usual_twins(is_builtin_dataset(training->name));
                   if (!choose_perturbation(noise, options)) {
                       reject_argument("noise", noise_kind_names, noise);
                   }
                   if (!levels.empty()) {
                       options.levels = levels;
                   }
                   options.activation = activation_of(activation);
                   options.step = step;
                   options.depth = depth;
                   options.width = units;
                   options.seeds = seeds;
                   options.epochs = epochs.value_or(options.epochs);
                   options.rate = learning_rate.value_or(options.rate);
                   options.weight_decay = weight_decay;
                   options.seed = seed;
                   options.threads = threads;
                   const Index samples = training->size();
                   const Index test_samples = test->size();
                   return study_result(
                       std::move(progress),
                       [&](const Report& report) {
                           options.on_part = report;
                           return twin_experiment(*training, *test, options);
                       },
                       [options, samples, test_samples](const TwinReport& study) {
                           return account_of(study, options, samples, test_samples);
                       });
               });
}

void bind_reduction(py::module_& module) {
    py::class_<Reduction, std::shared_ptr<Reduction>>(module, "Reduction")
        .def_property_readonly("networks", [](const Reduction& self) {
            py::dict networks;
            for (const auto& [file, network] : reduced_networks(self)) {
                networks[py::str(file.substr(0, file.rfind('.')))] = py::cast(network);
            }
            return networks;
        });
    module.def(
        "study_reduction",
        [](const Network& network, const Data& training, const Data& test, bool builtin,
           const std::vector<Index>& hidden_units, const std::vector<Index>& ranks,
           const std::optional<std::string>& imitation_activation, Index imitation_depth,
           std::optional<Index> epochs, Index batch, std::optional<double> learning_rate,
           double temperature, double state_weight, double proof_time, Index starts,
           Index trajectories, std::uint64_t seed, int threads, py::object progress) {
            ReductionOptions options{.hidden_units = hidden_units,
                                     .imitation = usual_imitation(builtin)};
            ImitationOptions& imitation = options.imitation;
            if (imitation_activation) {
                imitation.activation = activation_of(*imitation_activation);
            }
            imitation.depth = imitation_depth;
            imitation.epochs = epochs.value_or(imitation.epochs);
            imitation.batch = batch;
            imitation.rate.rate = learning_rate.value_or(imitation.rate.rate);
            imitation.temperature = temperature;
            imitation.state_weight = state_weight;
            imitation.seed = seed;
            imitation.threads = threads;
            imitation.stop_requested = interrupt_requested;
            options.proofs.seconds = proof_time;
            options.proofs.threads = threads;
            if (!ranks.empty()) {
                options.rank = RankStudyOptions{
                    .ranks = ranks, .trajectories = trajectories, .seed = seed, .threads = threads};
                options.rank->roots.starts = starts;
            }
            return study_result(
                std::move(progress),
                [&](const Report& report) {
                    options.on_part = report;
                    return reduce(network, training.get(), *test, options);
                },
                [network, test, imitation](const Reduction& study) {
                    return account_of(study, network, *test, imitation);
                },
                graceful);
        });
}

#ifdef RESDYN_WITH_CLAIMS

void bind_claims(py::module_& module) {
    using claims::Ledger;
    py::class_<Ledger, std::shared_ptr<Ledger>>(module, "Ledger")
        .def_readonly("notes", &Ledger::notes)
        .def_readonly("interrupted", &Ledger::interrupted)
        .def_property_readonly("anything_open", &Ledger::anything_open);
    module.def(
        "study_claims", [](const std::optional<ResidualNetwork>& network, const std::string& name,
                           const Data& training, const Data& test, bool quick,
                           const std::vector<int>& only, Index seeds, std::optional<double> margin,
                           double alpha, std::uint64_t seed, int threads, py::object progress) {
            claims::LedgerOptions options{
                .only = only, .design = {.seeds = seeds, .margin = margin, .alpha = alpha}};
            options.workspace.quick = quick;
            options.workspace.seed = seed;
            options.workspace.threads = threads;
            options.workspace.stop_requested = interrupt_requested;
            if (network) {
                options.workspace.user =
                    claims::UserNetwork{name, *network, test ? std::optional(*test) : std::nullopt};
            } else if (training) {
                options.workspace.data = claims::DataPair{name, *training, *test};
            }
            const Index count = std::max<Index>(count_claims(options), 1);
            return study_result(
                std::move(progress),
                [&](const Report& report) {
                    options.on_part = [&](const claims::Claim& claim, const std::string& part,
                                          Index done) {
                        report(fmt::format("claim {}: {}", claim.id, part),
                               static_cast<double>(done) / static_cast<double>(count));
                    };
                    return put_claims(options);
                },
                [quick](const Ledger& ledger) { return account_of(ledger, quick); }, graceful);
        });
}

#else

void bind_claims(py::module_&) {}  // built against an installed library, which has none

#endif

}  // namespace

void add_experiment_defaults(py::dict& all) {
    using namespace py::literals;
    const TwinOptions twins;
    const ImitationOptions imitation;
    const RankStudyOptions ranks;
    all["twin_experiment"] = py::dict(
        "activation"_a = std::string(to_string(twins.activation)), "step"_a = twins.step,
        "depth"_a = twins.depth, "units"_a = twins.width, "seeds"_a = twins.seeds,
        "weight_decay"_a = twins.weight_decay, "seed"_a = twins.seed, "threads"_a = twins.threads);
    all["reduce"] =
        py::dict("imitation_depth"_a = imitation.depth, "batch"_a = imitation.batch,
                 "temperature"_a = imitation.temperature, "state_weight"_a = imitation.state_weight,
                 "proof_time"_a = ProofOptions().seconds, "starts"_a = ranks.roots.starts,
                 "trajectories"_a = ranks.trajectories, "seed"_a = imitation.seed,
                 "threads"_a = imitation.threads);
}

void bind_experiments(py::module_& module) {
    bind_twin(module);
    bind_reduction(module);
    bind_claims(module);
}

}  // namespace resdyn::python
