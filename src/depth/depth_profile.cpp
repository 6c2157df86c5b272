#include <resdyn/depth/depth_profile.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <resdyn/depth/shortening.hpp>

#include "core/parallel.hpp"

namespace resdyn {

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

ChangeFigures figures_of(const ChangeTracker& tracker, Index n, ChangeNorm norm) {
    if (n < 2) {
        return {not_a_number, not_a_number, not_a_number};
    }
    return {tracker.change(n, norm, SampleReduction::Mean),
            tracker.change(n, norm, SampleReduction::Q95),
            tracker.change(n, norm, SampleReduction::Max)};
}

Eigen::VectorXi argmax(const Eigen::MatrixXf& scores) {
    Eigen::VectorXi classes(scores.cols());
    for (Index j = 0; j < scores.cols(); ++j) {
        scores.col(j).maxCoeff(&classes[j]);
    }
    return classes;
}

Proportion equal_share(const Eigen::VectorXi& a, const Eigen::VectorXi& b) {
    return proportion((a.array() == b.array()).count(), a.size());
}

/// Mean over the columns of ‖after − before‖₂ / ‖after‖₂.
double relative_step(const Eigen::MatrixXf& before, const Eigen::MatrixXf& after) {
    double total = 0.0;
    for (Index j = 0; j < after.cols(); ++j) {
        const auto size = static_cast<double>(after.col(j).norm());
        const auto step = static_cast<double>((after.col(j) - before.col(j)).norm());
        total += size > 0 ? step / size : 0.0;
    }
    return total / static_cast<double>(after.cols());
}

Eigen::VectorXi predictions(const Network& network, const Eigen::MatrixXf& inputs, int threads) {
    LayerSweep sweep(network, inputs, threads);
    while (sweep.layer() < sweep.depth()) {
        sweep.advance();
    }
    return argmax(sweep.logits());
}

std::vector<Lesion> lesions_of(const Network& network, const Eigen::MatrixXf& inputs,
                               const Eigen::VectorXi& labels, const Eigen::VectorXi& whole,
                               const std::vector<Eigen::MatrixXf>& logits, int threads) {
    const Index L = depth_of(network);
    const bool shared =
        std::visit([](const auto& one) { return one.has_shared_weights(); }, network);
    std::vector<Lesion> lesions;
    for (Index k = 1; k <= L; ++k) {
        Lesion lesion;
        if (k > 1 && shared) {
            lesion = lesions.front();  // the same map, L − 1 times
        } else {
            std::vector<Index> kept(static_cast<std::size_t>(L));
            std::iota(kept.begin(), kept.end(), Index{0});
            kept.erase(kept.begin() + static_cast<std::ptrdiff_t>(k - 1));
            const Eigen::VectorXi without =
                predictions(with_layers(network, kept), inputs, threads);
            lesion.accuracy = equal_share(without, labels);
            lesion.agreement = equal_share(without, whole);
        }
        lesion.layer = k;
        lesion.accuracy_without_evidence = not_a_number;
        if (std::holds_alternative<ResidualNetwork>(network)) {
            // logits_n − logits_{n−1} = h V A y_{n−1}: what the layer says itself.
            const auto n = static_cast<std::size_t>(k);
            lesion.accuracy_without_evidence =
                equal_share(argmax(logits.back() - (logits[n] - logits[n - 1])), labels).value;
        }
        lesions.push_back(lesion);
    }
    return lesions;
}

}  // namespace

double DepthLayer::change(ChangeNorm norm, SampleReduction reduction) const {
    const ChangeFigures& figures = norm == ChangeNorm::Two   ? two
                                   : norm == ChangeNorm::Rms ? rms
                                                             : inf;
    switch (reduction) {
        case SampleReduction::Mean:
            return figures.mean;
        case SampleReduction::Q95:
            return figures.q95;
        case SampleReduction::Max:
            break;
    }
    return figures.max;
}

DepthProfile depth_profile(const Network& network, const Eigen::MatrixXf& inputs,
                           const Eigen::VectorXi& labels, int threads) {
    LayerSweep sweep(network, inputs, threads);
    DecisionTracker decision(network, sweep, labels);
    ChangeTracker change(sweep);
    DepthProfile profile;
    std::vector<Eigen::MatrixXf> logits;
    Eigen::MatrixXf before;
    while (true) {
        decision.observe(sweep);
        logits.push_back(sweep.logits());
        DepthLayer layer;
        layer.depth = sweep.layer();
        if (layer.depth > 0) {
            change.observe(sweep);
            layer.contribution = relative_step(before, sweep.state());
        }
        layer.two = figures_of(change, layer.depth, ChangeNorm::Two);
        layer.rms = figures_of(change, layer.depth, ChangeNorm::Rms);
        layer.inf = figures_of(change, layer.depth, ChangeNorm::Inf);
        profile.layers.push_back(layer);
        if (sweep.layer() == sweep.depth()) {
            break;
        }
        before = sweep.state();
        sweep.advance();
    }
    const DecisionReport report = decision.report();
    const Index L = sweep.depth();
    const Index B = inputs.cols();
    const Eigen::VectorXi whole = report.predictions.row(L).transpose();
    for (DepthLayer& layer : profile.layers) {
        const auto n = static_cast<std::size_t>(layer.depth);
        layer.accuracy = report.accuracy[n];
        layer.margin = report.margin[n];
        layer.agreement = equal_share(report.predictions.row(layer.depth).transpose(), whole);
    }
    profile.final_from = report.final_from;
    for (Index j = 0; j < B; ++j) {
        Index n = 0;
        while (report.predictions(n, j) != whole[j]) {
            ++n;
        }
        profile.agrees_at.push_back(n);
    }
    profile.shared_weights =
        std::visit([](const auto& one) { return one.has_shared_weights(); }, network);
    if (L > 1) {
        profile.lesions = lesions_of(network, inputs, labels, whole, logits, threads);
    }
    return profile;
}

}  // namespace resdyn
