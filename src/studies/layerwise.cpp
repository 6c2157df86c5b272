#include <resdyn/studies/layerwise.hpp>

#include <algorithm>
#include <cmath>

#include <resdyn/core/interrupt.hpp>
#include <resdyn/model/frozen_layer.hpp>
#include <resdyn/settling/seeds.hpp>

#include "core/stratified_sample.hpp"

namespace resdyn {

namespace {

FrozenRest rest_of(const ResidualNetwork& network, Index layer, const Matrix& x0,
                   const LayerwiseOptions& options) {
    const ResidualNetwork frozen = frozen_network(network, layer);
    const SettleResult settled = settle(
        residual_system(frozen), initial_preactivation(frozen, activity_before(network, layer, x0)),
        {.max_layers = options.settle_layers, .threads = options.threads});
    return {.inputs = static_cast<Index>(settled.outcomes.size()),
            .settled = settled.count(SettleOutcome::Settled),
            .places = static_cast<Index>(settled.groups.size()),
            .on_continuum = settled.count(SettleOutcome::OnContinuum),
            .slow = settled.count(SettleOutcome::Slow),
            .unsettled = settled.count(SettleOutcome::Unsettled),
            .not_finite = settled.count(SettleOutcome::NonFinite)};
}

FrozenLayer frozen_layer(const ResidualNetwork& network, Index n, const LayerwiseOptions& options) {
    const Matrix W = frozen_residual_system(network, n).W();
    const Index N = W.rows();
    FrozenLayer layer;
    layer.layer = n;
    layer.frobenius_norm = W.norm();
    const SingularTriplets largest =
        leading_singular_values({N, N, [&W](const Vector& v) -> Vector { return W * v; },
                                 [&W](const Vector& v) -> Vector { return W.transpose() * v; }},
                                {.count = 1});
    layer.largest_singular_value = largest.values[0];
    layer.singular_residual = largest.residuals.front();
    const auto apply = [&W](const Vector& v) -> Vector { return W * v; };
    layer.leading = leading_spectrum(N, apply, {.count = std::min(options.leading, N)});
    const LeadingSpectrum by_modulus =
        leading_spectrum(N, apply, {.count = 1, .leading = Leading::LargestModulus});
    if (by_modulus.status != SpectrumStatus::NotConverged) {
        layer.spectral_radius = std::abs(by_modulus.values.front());
    }
    const InteractionReport pairs = interaction_report(W);
    layer.pairs = pairs.pairs;
    layer.self = pairs.self;
    layer.frustration = frustration(W, options.frustration);
    return layer;
}

}  // namespace

LayerwiseAnalysis analyze_layers(const ResidualNetwork& network, const Dataset* data,
                                 const LayerwiseOptions& options) {
    LayerwiseAnalysis result;
    const Matrix x0 = data != nullptr ? initial_activity(network, data->inputs.cast<double>())
                                      : Matrix(network.width(), 0);
    const auto drawn = [&](Index count) {
        return stratified_sample(data->labels, count, options.seed);
    };
    for (Index n = 0; n < network.depth; ++n) {
        stop_if_interrupted("analyze");
        result.layers.push_back(frozen_layer(network, n, options));
        if (data != nullptr && is_bounded(network.activation)) {
            const std::vector<Index> followed = drawn(options.settle_samples);
            result.layers.back().rest = rest_of(network, n, x0(Eigen::all, followed), options);
        }
    }
    result.two_matrices = network.block(0).A.has_value();
    for (Index n = 0; !result.two_matrices && n + 1 < network.depth; ++n) {
        const auto at = static_cast<std::size_t>(n);
        result.changes.push_back(
            {.layer = n,
             .signs = sign_changes(network.block(n).W, network.block(n + 1).W),
             .camp_overlap = camp_overlap(result.layers[at].frustration.weight.camps,
                                          result.layers[at + 1].frustration.weight.camps)});
    }
    if (is_bounded(network.activation) && network.hidden_width() <= options.complete_up_to) {
        result.history = study_layer_history(
            network, {.complete_dimension = options.complete_up_to, .threads = options.threads});
    }
    if (data != nullptr) {
        stop_if_interrupted("analyze");
        result.split = step_split(network, x0, data->labels, data->classes, options.threads);
        const std::vector<Index> traced =
            drawn(network.width() > options.large_dimension ? options.exponent_samples_large
                                                            : options.exponent_samples);
        for (const Index column : traced) {
            result.exponent_samples.push_back(data->source_of(column));
        }
        stop_if_interrupted("analyze");
        result.exponents = finite_time_exponents(network, x0(Eigen::all, traced), options.threads);
    }
    return result;
}

}  // namespace resdyn
