#include <resdyn/studies/behaviour.hpp>

#include <fmt/format.h>

#include <algorithm>

#include <resdyn/core/error.hpp>

namespace resdyn {

namespace {

/// Layers that the work allows, at least the network's own.
Index affordable_layers(const ResidualNetwork& network, Index inputs,
                        const BehaviourOptions& options) {
    const auto M = static_cast<double>(network.hidden_width());
    // An exponential a residual costs as much as some twenty multiplications.
    const double per_layer = (M * M + 20.0 * M) * static_cast<double>(inputs);
    const double layers =
        std::min(static_cast<double>(options.layers), options.multiplications / per_layer);
    return std::max(network.depth, static_cast<Index>(layers));
}

}  // namespace

Behaviour behaviour(const ResidualNetwork& network, const Dataset& data,
                    const BehaviourOptions& options) {
    if (data.width() != network.input_width()) {
        reject_argument(data.name, fmt::format("samples of width {}", network.input_width()),
                        fmt::format("{}", data.width()));
    }
    if (options.samples < 1 || options.layers < 1 || !(options.multiplications > 0)) {
        reject_argument(
            "behaviour", "samples >= 1, layers >= 1 and multiplications > 0",
            fmt::format("{}, {} and {}", options.samples, options.layers, options.multiplications));
    }
    const Dataset drawn = data.draw(options.samples, options.seed);
    const Matrix inputs = drawn.inputs.cast<double>();
    const Matrix x0 = initial_activity(network, inputs);
    const bool decides = network.has_readout() && network.classes() >= 2;

    Behaviour result;
    for (Index k = 0; k < drawn.size(); ++k) {
        result.samples.push_back(drawn.source_of(k));
    }
    if (network.has_readout()) {
        const DecisionReport report =
            decisions(network, drawn.inputs, drawn.labels, options.threads);
        result.units = unit_fields(network, report.evidence ? &*report.evidence : nullptr);
    } else {
        result.units = unit_fields(network, nullptr);
    }
    result.classes = class_residuals(network, x0, drawn.labels, data.classes);
    if (decides) {
        const Matrix logits = network.readout(run_layers(network, x0).x.back());
        const TellingSamples telling = telling_samples(logits, drawn.labels);
        for (const Index sample : {telling.typical, telling.closest}) {
            result.stories.push_back(input_story(network, inputs, sample, drawn.labels[sample]));
            result.stories.back().sample = drawn.source_of(sample);
        }
    }
    if (decides && network.has_shared_weights() && is_bounded(network.activation)) {
        result.beyond = long_run(network, x0, drawn.labels,
                                 {.layers = affordable_layers(network, drawn.size(), options),
                                  .per_decade = options.per_decade,
                                  .threads = options.threads});
    }
    return result;
}

}  // namespace resdyn
