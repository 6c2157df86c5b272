// The study of equilibria, by every method. As studies.cpp.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <resdyn/core/error.hpp>

#include "accounts/equilibria_account.hpp"
#include "arrays.hpp"
#include "networks.hpp"
#include "options.hpp"
#include "results/equilibria_results.hpp"
#include "study_result.hpp"

namespace resdyn::python {

namespace {

EquilibriaMethod method_of(const std::string& name) {
    std::string all;
    for (const EquilibriaMethod method : equilibria_methods) {
        if (to_string(method) == name) {
            return method;
        }
        all += (all.empty() ? "" : ", ") + std::string(to_string(method));
    }
    reject_argument("method", "one of " + all, name);
}

/// What is listed, whichever method found it.
std::vector<Equilibrium> listed(const EquilibriaStudy& study) {
    if (study.atlas) {
        return study.atlas->atlas.equilibria;
    }
    if (study.stable) {
        return study.stable->search.equilibria;
    }
    return study.settled ? study.settled->equilibria() : std::vector<Equilibrium>();
}

const ListedVerdicts* verdicts(const EquilibriaStudy& study) {
    return study.atlas     ? &study.atlas->verdicts
           : study.stable  ? &study.stable->verdicts
           : study.settled ? &study.settled->verdicts
                           : nullptr;
}

void bind_study(py::module_& module) {
    py::class_<EquilibriaStudy, std::shared_ptr<EquilibriaStudy>>(module, "EquilibriaStudy")
        .def_property_readonly("method", name_of(&EquilibriaStudy::method))
        .def_readonly("interrupted", &EquilibriaStudy::interrupted)
        .def_property_readonly("equilibria", &listed)
        .def_property_readonly("clocks",
                               [](const EquilibriaStudy& self) {
                                   const ListedVerdicts* of = verdicts(self);
                                   return of ? of->clocks : std::vector<TwoClocks>();
                               })
        .def_property_readonly("margins",
                               [](const py::object& self) {
                                   static const std::vector<double> none;
                                   const ListedVerdicts* of =
                                       verdicts(self.cast<const EquilibriaStudy&>());
                                   const std::vector<double>& margins = of ? of->margins : none;
                                   return view_of(margins.data(), margins.size(), self);
                               })
        .def_property_readonly("atlas",
                               [](const EquilibriaStudy& self) {
                                   return self.atlas ? std::optional(self.atlas->atlas)
                                                     : std::nullopt;
                               })
        .def_property_readonly("settled",
                               [](const EquilibriaStudy& self) {
                                   return self.settled ? std::optional(self.settled->result)
                                                       : std::nullopt;
                               })
        .def_property_readonly("roots",
                               [](const EquilibriaStudy& self) {
                                   return self.roots ? std::optional(self.roots->result)
                                                     : std::nullopt;
                               })
        .def_property_readonly("certificate", &certificate_text);
    module.def(
        "study_equilibria",
        [](const ResidualNetwork& network, const std::string& method,
           const std::optional<std::string>& listing, Index starts, const Data& data, Index samples,
           Index around, double radius, const std::string& clock, Index max_layers, double t_end,
           double settle_tol, double slow_speed, double exponent_error, bool as_decimals,
           std::optional<double> tolerance, long max_denominator, bool certificate,
           std::uint64_t max_nodes, Index max_listed, Index probes, bool count_marginal,
           std::uint64_t seed, int threads, py::object progress) {
            system_of(network);  // refuses weights that differ by layer
            EquilibriaStudyOptions options;
            options.method = method_of(method);
            if (options.method == EquilibriaMethod::Data && !data) {
                reject_argument("method data", "data beside it", "none");
            }
            if (data && options.method != EquilibriaMethod::Data &&
                options.method != EquilibriaMethod::Auto) {
                reject_argument("data", "method data or auto beside it", method);
            }
            if (listing) {
                options.listing = listing_of(*listing);
            }
            options.starts = starts;
            options.samples = samples;
            options.around = around;
            options.radius = radius;
            options.settle.clock = one_of("clock", clock, {Clock::Flow, Clock::Map});
            options.settle.max_layers = max_layers;
            options.settle.t_end = t_end;
            options.settle.settle_tol = settle_tol;
            options.settle.slow_speed = slow_speed;
            options.exponent_error = exponent_error;
            options.as_decimals = as_decimals;
            options.rounding = rounding_of(tolerance, max_denominator);
            options.certificate = certificate;
            options.search.max_nodes = max_nodes;
            options.search.max_listed = max_listed;
            options.search.count_marginal = count_marginal;
            options.prediction.probes = probes;
            options.seed = seed;
            options.threads = threads;
            const bool keeps =
                ends_early(method_meant(options, network.activation, data != nullptr));
            return study_result(
                std::move(progress),
                [&](const Report& report) {
                    options.on_progress = [&](std::string_view part, double share,
                                              const std::string&) { report(part, share); };
                    return study_equilibria(network, options, data.get());
                },
                [](const EquilibriaStudy& study) { return account_of(study); },
                keeps ? graceful : at_once);
        });
}

}  // namespace

void add_equilibria_defaults(py::dict& all) {
    using namespace py::literals;
    const EquilibriaStudyOptions options;
    all["equilibria"] = py::dict(
        "method"_a = std::string(to_string(options.method)), "starts"_a = options.starts,
        "samples"_a = options.samples, "around"_a = options.around, "radius"_a = options.radius,
        "clock"_a = std::string(to_string(options.settle.clock)),
        "max_layers"_a = options.settle.max_layers, "t_end"_a = options.settle.t_end,
        "settle_tol"_a = options.settle.settle_tol, "slow_speed"_a = options.settle.slow_speed,
        "exponent_error"_a = options.exponent_error, "as_decimals"_a = options.as_decimals,
        "max_denominator"_a = options.rounding.max_denominator,
        "certificate"_a = options.certificate, "max_nodes"_a = options.search.max_nodes,
        "max_listed"_a = options.search.max_listed, "probes"_a = options.prediction.probes,
        "count_marginal"_a = options.search.count_marginal, "seed"_a = options.seed,
        "threads"_a = options.threads);
}

void bind_equilibria_study(py::module_& module) {
    bind_study(module);
}

}  // namespace resdyn::python
