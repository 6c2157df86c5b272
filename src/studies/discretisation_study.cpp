#include <resdyn/studies/discretisation_study.hpp>

#include <fmt/format.h>

#include <cmath>

#include <resdyn/core/error.hpp>
#include <resdyn/core/interrupt.hpp>
#include <resdyn/core/random.hpp>

namespace resdyn {

namespace {

constexpr const char* study_name = "discretisation";

void check(const DiscretisationStudyOptions& options) {
    require_at_least("samples", options.samples, 1);
    for (const auto& [name, value] :
         {std::pair("rel_tol", options.rel_tol), std::pair("abs_tol", options.abs_tol)}) {
        require(name, value > 0 && std::isfinite(value), "a finite number > 0", value);
    }
}

void add_notes(const ResidualNetwork& network, DiscretisationStudy& study) {
    if (!study.has_data) {
        study.notes.emplace_back(
            "No data were given: the inputs are independent standard normal numbers, which the "
            "network was not made for.");
    }
    if (!network.has_readout() || network.classes() < 2) {
        study.notes.emplace_back(
            "The network reads out no classes, so the agreement of network and ODE was not "
            "measured; the verdict rests on the other criteria.");
    }
    if (const Index lost = study.fidelity.inputs - study.fidelity.followed; lost > 0) {
        study.notes.push_back(fmt::format(
            "{} of {} inputs were left out: the flow did not reach the end, or the network did not "
            "move them.",
            lost, study.fidelity.inputs));
    }
}

}  // namespace

DiscretisationStudy study_discretisation(const ResidualNetwork& network, const Dataset* data,
                                         const DiscretisationStudyOptions& options) {
    validate(network);
    check(options);
    const auto part = [&](const char* name) {
        stop_if_interrupted(study_name);
        if (options.on_part) {
            options.on_part(name);
        }
    };
    DiscretisationStudy study;
    study.has_data = data != nullptr;
    Matrix inputs;
    Eigen::VectorXi labels;
    if (data != nullptr) {
        const Dataset drawn = data->draw(options.samples, options.seed);
        inputs = drawn.inputs.cast<double>();
        labels = drawn.labels;
        for (Index k = 0; k < drawn.size(); ++k) {
            study.samples.push_back(drawn.source_of(k));
        }
    } else {
        inputs = Random(options.seed).normal_matrix(network.input_width(), options.samples, 1.0);
        for (Index k = 0; k < options.samples; ++k) {
            study.samples.push_back(k);
        }
    }
    if (inputs.rows() != network.input_width()) {
        reject_argument(data->name, fmt::format("samples of width {}", network.input_width()),
                        fmt::format("{}", inputs.rows()));
    }
    const Matrix x0 = initial_activity(network, inputs);
    part("flow and refined networks");
    study.flow = compare_with_flow(network, x0,
                                   {.halvings = options.halvings,
                                    .rel_tol = options.rel_tol,
                                    .abs_tol = options.abs_tol,
                                    .threads = options.threads});
    study.fidelity = flow_fidelity(network, study.flow, labels);
    part("variation of the layers");
    study.split =
        step_split(network, x0, labels, data != nullptr ? data->classes : 0, options.threads);
    add_notes(network, study);
    return study;
}

}  // namespace resdyn
