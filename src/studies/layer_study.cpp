#include <resdyn/studies/layer_study.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include <resdyn/core/error.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/learning/gradient.hpp>

namespace resdyn {

namespace {

constexpr std::size_t most_steady_states = 12;

double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// One sweep for decisions and separability.
void sweep_samples(const Network& network, const Dataset& data, const FitOrder& order,
                   const LayerStudyOptions& options, LayerStudy& study) {
    const Dataset ordered = data.select(order.order);
    const auto start = std::chrono::steady_clock::now();
    LayerSweep sweep(network, ordered.inputs, options.threads);
    DecisionTracker decision(network, sweep, ordered.labels);
    SeparabilityTracker separability(network, ordered.labels, order.fit_samples,
                                     options.separability);
    const auto observe = [&] {
        decision.observe(sweep);
        separability.observe(sweep);
    };
    observe();
    while (sweep.layer() < sweep.depth()) {
        sweep.advance();
        observe();
    }
    study.decision = decision.report();
    study.separability = separability.report();
    study.sweep_seconds = seconds_since(start) - study.separability.seconds;
    // Back to the order of the data.
    const Eigen::MatrixXi predictions = study.decision.predictions;
    const std::vector<Index> final_from = study.decision.final_from;
    for (std::size_t j = 0; j < order.order.size(); ++j) {
        const Index to = order.order[j];
        study.decision.predictions.col(to) = predictions.col(static_cast<Index>(j));
        study.decision.final_from[static_cast<std::size_t>(to)] = final_from[j];
    }
}

/// Where the sampled inputs rest, if the theory of resting places holds for the network.
void follow_to_rest(const Network& any, const Matrix& inputs, const Dataset& data,
                    const LayerStudyOptions& options, LayerStudy& study) {
    const auto* network = std::get_if<ResidualNetwork>(&any);
    const bool decided =
        network != nullptr && network->has_shared_weights() && is_bounded(network->activation);
    if (!decided) {
        study.notes.emplace_back(
            "no regimes: resting places are verified for residual networks of shared weights and a "
            "bounded activation");
        return;
    }
    RegimeOptions regime = options.regime;
    regime.settle.threads = options.threads;
    study.regime = regimes(*network, inputs, regime);
    const std::vector<SettledGroup>& groups = study.regime->settled.groups;
    if (groups.empty()) {
        study.notes.emplace_back("no steady residuals: no input came to rest");
        return;
    }
    if (network->input || network->blocks.front().A) {
        study.notes.emplace_back(
            "no comparison of steady residuals with the inputs: their units are not components of "
            "the input");
        return;
    }
    const std::size_t count = std::min(most_steady_states, groups.size());
    study.steady_states.resize(network->width(), static_cast<Index>(count));
    for (std::size_t g = 0; g < count; ++g) {
        study.steady_states.col(static_cast<Index>(g)) = groups[g].equilibrium.y;
    }
    SteadyFeatureOptions steady = options.steady;
    steady.seed = options.seed;
    study.steady =
        steady_features(study.steady_states, data.inputs, data.labels, network->classes(), steady);
}

}  // namespace

LayerStudy study_layers(const Network& network, const Dataset& data,
                        const LayerStudyOptions& options) {
    const NetworkShape shape = shape_of(network);
    check_fits(shape, data);
    require_at_least("sample", options.sample, 1);
    const auto part = [&](const char* name) {
        if (options.on_part) {
            options.on_part(name);
        }
    };
    LayerStudyOptions seeded = options;
    seeded.separability.seed = options.seed;
    seeded.filter.seed = options.seed;
    const FitOrder order = fit_order(data.labels, shape.classes, seeded.separability);
    LayerStudy study;
    const std::vector<Index> drawn = Random(options.seed, 1).permutation(data.size());
    study.sample.assign(drawn.begin(), drawn.begin() + std::min(options.sample, data.size()));
    std::sort(study.sample.begin(), study.sample.end());
    const Dataset sample = data.select(study.sample);
    const Matrix inputs = sample.inputs.cast<double>();

    part("decisions and separability");
    sweep_samples(network, data, order, seeded, study);
    part("ledger");
    if (const auto* residual = std::get_if<ResidualNetwork>(&network)) {
        study.ledger =
            evidence_ledger(*residual, initial_activity(*residual, inputs), sample.labels);
    } else {
        study.notes.emplace_back(
            "no evidence ledger: the logits of a perceptron are no sum over its layers");
    }
    part("regimes");
    follow_to_rest(network, inputs, data, seeded, study);
    part("filter");
    study.filter =
        filter_response(network, data.inputs, data.labels, seeded.filter, options.threads);
    if (data.width() == 2) {
        part("FTLE field");
        const Matrix all = data.inputs.cast<double>();
        const Vector low = all.rowwise().minCoeff();
        const Vector high = all.rowwise().maxCoeff();
        const Vector margin = (0.1 * (high - low)).cwiseMax(1e-6);
        FtleOptions ftle = seeded.ftle;
        ftle.threads = options.threads;
        study.ftle = ftle_field(network, {low - margin, high + margin}, ftle);
    }
    return study;
}

}  // namespace resdyn
