#include <resdyn/transient/evidence.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include <resdyn/core/error.hpp>

#include "core/parallel.hpp"

namespace resdyn {

namespace {

constexpr Index columns_per_task = 128;

Index correct(const Matrix& scores, const Eigen::VectorXi& labels) {
    return (predicted_classes(scores).array() == labels.array()).count();
}

/// Mean over samples of scores[true] − best other score; 0 with a single class.
double mean_margin(const Matrix& scores, const Eigen::VectorXi& labels) {
    if (scores.rows() < 2) {
        return 0.0;
    }
    double sum = 0.0;
    for (Index s = 0; s < scores.cols(); ++s) {
        double best_other = -std::numeric_limits<double>::infinity();
        for (Index c = 0; c < scores.rows(); ++c) {
            if (c != labels[s]) {
                best_other = std::max(best_other, scores(c, s));
            }
        }
        sum += scores(labels[s], s) - best_other;
    }
    return sum / static_cast<double>(scores.cols());
}

}  // namespace

EvidenceRate evidence_rate(const ResidualNetwork& network, const Vector& y) {
    if (!network.has_readout() || !network.has_shared_weights()) {
        reject_argument("evidence_rate", "shared weights and a read-out V, c",
                        network.has_readout() ? "weights by layer" : "no read-out");
    }
    if (y.size() != network.hidden_width()) {
        reject_argument("evidence_rate", fmt::format("{} residuals", network.hidden_width()),
                        fmt::format("{}", y.size()));
    }
    const ResidualBlock& block = network.block(0);
    const Matrix& V = network.readout.M;
    const Vector z = block.A ? Vector(*block.A * y) : y;
    const Vector z_abs = block.A ? Vector(block.A->cwiseAbs() * y.cwiseAbs()) : y.cwiseAbs();
    EvidenceRate result;
    result.rate = network.step * (V * z);
    const double scale = network.step * (V.cwiseAbs() * z_abs).maxCoeff();
    const double terms = static_cast<double>(z.size() + y.size()) + 4.0;
    result.margin_error = 2.0 * terms * std::numeric_limits<double>::epsilon() * scale;
    const double best = result.rate.maxCoeff(&result.best);
    double next = -std::numeric_limits<double>::infinity();
    for (Index c = 0; c < result.rate.size(); ++c) {
        next = c == result.best ? next : std::max(next, result.rate[c]);
    }
    result.margin = result.rate.size() > 1 ? best - next : 0.0;
    return result;
}

EvidenceLedger evidence_ledger(const ResidualNetwork& network, const Matrix& x0,
                               const Eigen::VectorXi& labels) {
    if (!network.has_readout()) {
        reject_argument("evidence_ledger", "a network with a read-out V, c", "none");
    }
    if (labels.size() != 0 && labels.size() != x0.cols()) {
        reject_argument("evidence_ledger", fmt::format("{} labels or none", x0.cols()),
                        fmt::format("{}", labels.size()));
    }
    const Index L = network.depth;
    const Index C = network.classes();
    const Index B = x0.cols();
    const Matrix& V = network.readout.M;
    const Matrix V_abs = V.cwiseAbs();
    EvidenceLedger ledger;
    ledger.terms.assign(static_cast<std::size_t>(L + 1), Matrix(C, B));
    ledger.logits.resize(C, B);
    const Index tasks = (B + columns_per_task - 1) / columns_per_task;
    Vector largest_scale = Vector::Zero(tasks);
    parallel_for(tasks, 0, [&](Index task) {
        const Index first = task * columns_per_task;
        const Index count = std::min(columns_per_task, B - first);
        const LayerStates layers = run_layers(network, x0.middleCols(first, count));
        ledger.terms[0].middleCols(first, count) = network.readout(layers.x.front());
        Matrix magnitude = layers.x.front().cwiseAbs();
        for (Index n = 0; n < L; ++n) {
            const Matrix& y = layers.y[static_cast<std::size_t>(n)];
            const auto& A = network.block(n).A;
            const Matrix evidence = A ? Matrix(V * (*A * y)) : Matrix(V * y);
            ledger.terms[static_cast<std::size_t>(n + 1)].middleCols(first, count) =
                network.step * evidence;
            magnitude +=
                network.step * (A ? Matrix(A->cwiseAbs() * y.cwiseAbs()) : Matrix(y.cwiseAbs()));
        }
        ledger.logits.middleCols(first, count) = network.readout(layers.x.back());
        largest_scale[task] =
            ((V_abs * magnitude).colwise() + network.readout.v.cwiseAbs()).maxCoeff();
    });

    ledger.rounding_bound =
        2.0 * static_cast<double>(network.width() + network.hidden_width() + L) *
        std::numeric_limits<double>::epsilon() * (tasks > 0 ? largest_scale.maxCoeff() : 0.0);
    Matrix sum = ledger.terms.front();
    const bool labelled = labels.size() > 0;
    const auto record = [&](const Matrix& term) {
        if (labelled) {
            ledger.accuracy_by_layer.push_back(proportion(correct(sum, labels), B));
            ledger.mean_margin_by_layer.push_back(mean_margin(sum, labels));
            ledger.mean_evidence_by_layer.push_back(mean_margin(term, labels));
        }
    };
    record(ledger.terms.front());
    for (Index n = 1; n <= L; ++n) {
        sum += ledger.terms[static_cast<std::size_t>(n)];
        record(ledger.terms[static_cast<std::size_t>(n)]);
    }
    ledger.rounding_residual = B > 0 ? (sum - ledger.logits).cwiseAbs().maxCoeff() : 0.0;
    if (labelled) {
        ledger.accuracy_from_start = proportion(correct(ledger.terms.front(), labels), B);
        ledger.accuracy_from_sum = proportion(correct(sum - ledger.terms.front(), labels), B);
        ledger.accuracy_from_last = proportion(correct(ledger.terms.back(), labels), B);
        ledger.confusion = Eigen::MatrixXi::Zero(C, C);
        const Eigen::VectorXi answers = predicted_classes(ledger.logits);
        for (Index s = 0; s < B; ++s) {
            ++ledger.confusion(labels[s], answers[s]);
        }
    }
    return ledger;
}

}  // namespace resdyn
