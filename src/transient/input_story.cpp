#include <resdyn/transient/input_story.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include <resdyn/core/error.hpp>

namespace resdyn {

namespace {

/// Row of the largest entry other than `except` (the first at a tie).
Index best_other(const Vector& values, Index except) {
    Index best = except == 0 ? 1 : 0;
    for (Index c = 0; c < values.size(); ++c) {
        if (c != except && values[c] > values[best]) {
            best = c;
        }
    }
    return best;
}

}  // namespace

InputStory input_story(const ResidualNetwork& network, const Matrix& data, Index sample,
                       Index label) {
    if (!network.has_readout() || network.classes() < 2) {
        reject_argument("input_story", "a network with a read-out of two classes or more",
                        fmt::format("{} classes", network.classes()));
    }
    if (sample < 0 || sample >= data.cols()) {
        reject_argument("input_story", fmt::format("a sample from 0 to {}", data.cols() - 1),
                        fmt::format("{}", sample));
    }
    const Matrix& V = network.readout.M;
    const Index L = network.depth;
    InputStory story;
    story.sample = sample;
    story.label = label;
    story.data = data.col(sample);
    const LayerStates states = run_layers(network, initial_activity(network, data.col(sample)));
    story.y.resize(network.hidden_width(), L);
    story.logits.resize(network.classes(), L + 1);
    for (Index n = 0; n <= L; ++n) {
        story.logits.col(n) = network.readout(states.x[static_cast<std::size_t>(n)]);
    }
    const Vector last = story.logits.col(L);
    last.maxCoeff(&story.decided);
    story.runner_up = best_other(last, story.decided);
    story.lead = last[story.decided] - last[story.runner_up];
    story.start = story.logits(story.decided, 0) - story.logits(story.runner_up, 0);

    const auto difference = V.row(story.decided) - V.row(story.runner_up);
    story.evidence.resize(story.y.rows(), L);
    double magnitude = (V.row(story.decided).cwiseAbs() + V.row(story.runner_up).cwiseAbs())
                           .dot(states.x.front().col(0).cwiseAbs());
    for (Index n = 0; n < L; ++n) {
        const auto& A = network.block(n).A;
        const Vector effect =
            A ? Vector((difference * *A).transpose()) : Vector(difference.transpose());
        story.y.col(n) = states.y[static_cast<std::size_t>(n)].col(0);
        story.evidence.col(n) = network.step * effect.cwiseProduct(story.y.col(n));
        const Vector size = A ? Vector(A->cwiseAbs() * story.y.col(n).cwiseAbs())
                              : Vector(story.y.col(n).cwiseAbs());
        magnitude +=
            network.step *
            (V.row(story.decided).cwiseAbs() + V.row(story.runner_up).cwiseAbs()).dot(size);
    }
    magnitude +=
        std::abs(network.readout.v[story.decided]) + std::abs(network.readout.v[story.runner_up]);
    story.rounding_residual = std::abs(story.start + story.evidence.sum() - story.lead);
    story.rounding_bound = 2.0 * static_cast<double>(network.width() + network.hidden_width() + L) *
                           std::numeric_limits<double>::epsilon() * magnitude;
    return story;
}

TellingSamples telling_samples(const Matrix& logits, const Eigen::VectorXi& labels) {
    if (logits.rows() < 2 || logits.cols() < 1 || labels.size() != logits.cols()) {
        reject_argument(
            "telling_samples", "logits of two classes or more and a label for each column",
            fmt::format("{}×{} and {} labels", logits.rows(), logits.cols(), labels.size()));
    }
    std::vector<double> lead;
    for (Index k = 0; k < logits.cols(); ++k) {
        const Vector column = logits.col(k);
        lead.push_back(column[labels[k]] - column[best_other(column, labels[k])]);
    }
    std::vector<Index> order(lead.size());
    std::iota(order.begin(), order.end(), Index{0});
    std::stable_sort(order.begin(), order.end(), [&lead](Index a, Index b) {
        return lead[static_cast<std::size_t>(a)] < lead[static_cast<std::size_t>(b)];
    });
    TellingSamples samples;
    samples.typical = order[order.size() / 2];
    samples.closest = *std::min_element(order.begin(), order.end(), [&lead](Index a, Index b) {
        return std::abs(lead[static_cast<std::size_t>(a)]) <
               std::abs(lead[static_cast<std::size_t>(b)]);
    });
    return samples;
}

}  // namespace resdyn
