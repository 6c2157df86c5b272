#include <resdyn/transient/decision.hpp>

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include <resdyn/core/error.hpp>

#include "core/parallel.hpp"
#include "tile_scores.hpp"

namespace resdyn {

namespace {

/// Tiles of samples one task sums over; fixed, so that sums are.
constexpr Index task_samples = 8 * sweep_tile;

Index tasks_for(Index samples) {
    return (samples + task_samples - 1) / task_samples;
}

Eigen::VectorXi argmax(const Eigen::MatrixXf& scores) {
    Eigen::VectorXi classes(scores.cols());
    for (Index j = 0; j < scores.cols(); ++j) {
        scores.col(j).maxCoeff(&classes[j]);
    }
    return classes;
}

Proportion accuracy_of(const Eigen::VectorXi& predicted, const Eigen::VectorXi& labels) {
    return proportion((predicted.array() == labels.array()).count(), labels.size());
}

/// Row c: V_c less the mean of the other rows; 0 with a single class.
Matrix lead_rows(const Matrix& V) {
    const auto C = static_cast<double>(V.rows());
    return V.rows() < 2 ? Matrix(Matrix::Zero(V.rows(), V.cols()))
                        : Matrix(((C * V).rowwise() - V.colwise().sum()) / (C - 1.0));
}

/// Mean over samples of score_label − mean of the others.
double mean_lead(const Eigen::MatrixXf& scores, const Eigen::VectorXi& labels) {
    if (scores.rows() < 2) {
        return 0.0;
    }
    const auto C = static_cast<double>(scores.rows());
    double total = 0.0;
    for (Index j = 0; j < scores.cols(); ++j) {
        total += (C * scores(labels[j], j) - scores.col(j).cast<double>().sum()) / (C - 1.0);
    }
    return total / static_cast<double>(scores.cols());
}

}  // namespace

MeanWithError mean_with_error(const Vector& values) {
    MeanWithError result;
    const auto n = static_cast<double>(values.size());
    result.mean = values.mean();
    if (values.size() > 1) {
        result.standard_error =
            std::sqrt((values.array() - result.mean).square().sum() / ((n - 1.0) * n));
    }
    return result;
}

DecisionTracker::DecisionTracker(const Network& network, const LayerSweep& sweep,
                                 const Eigen::VectorXi& labels)
    : depth_(sweep.depth()), labels_(labels), residual_(std::get_if<ResidualNetwork>(&network)) {
    classes_ = std::visit([](const auto& one) { return one.classes(); }, network);
    if (labels.size() != sweep.samples()) {
        reject_argument("labels", fmt::format("{}, one a sample", sweep.samples()),
                        fmt::format("{}", labels.size()));
    }
    if (labels.minCoeff() < 0 || labels.maxCoeff() >= classes_) {
        reject_argument("labels", fmt::format("classes from 0 to {}", classes_ - 1),
                        fmt::format("{} to {}", labels.minCoeff(), labels.maxCoeff()));
    }
    so_far_.predictions.resize(depth_ + 1, labels.size());
    if (residual_ != nullptr) {
        const Matrix& V = residual_->readout.M;
        for (const ResidualBlock& block : residual_->blocks) {
            read_.push_back((block.A ? Matrix(V * *block.A) : V).cast<float>());
        }
        so_far_.evidence.emplace();
        so_far_.evidence->by_unit.resize(residual_->hidden_width(), depth_);
        sum_.setZero(classes_, labels.size());
        last_.resize(classes_, labels.size());
        magnitude_.resize(classes_, labels.size());
    }
}

void DecisionTracker::observe_evidence(const LayerSweep& sweep) {
    const Index n = sweep.layer();
    const Index B = labels_.size();
    const auto h = static_cast<float>(residual_->step);
    if (n == 0) {
        start_ = logits_;
        const Eigen::MatrixXf V = residual_->readout.M.cwiseAbs().cast<float>();
        const Eigen::VectorXf c = residual_->readout.v.cwiseAbs().cast<float>();
        magnitude_.noalias() = V * sweep.start().cwiseAbs();
        magnitude_.colwise() += c;
        so_far_.evidence->start = mean_lead(start_, labels_);
        return;
    }
    const Index block = residual_->has_shared_weights() ? 0 : n - 1;
    const Eigen::MatrixXf& VA = read_[static_cast<std::size_t>(block)];
    const Eigen::MatrixXf VA_size = VA.cwiseAbs();
    const Index M = VA.cols();
    std::vector<Matrix> class_sums(static_cast<std::size_t>(tasks_for(B)),
                                   Matrix::Zero(M, classes_));
    parallel_for(tasks_for(B), sweep.threads(), [&](Index task) {
        Matrix& sums = class_sums[static_cast<std::size_t>(task)];
        const Index end = std::min(B, (task + 1) * task_samples);
        Eigen::MatrixXf tile_sums(M, classes_);
        for (Index first = task * task_samples; first < end; first += sweep_tile) {
            const Index count = std::min(sweep_tile, end - first);
            const auto y = sweep.residual().middleCols(first, count);
            last_.middleCols(first, count).noalias() = VA * y;
            sum_.middleCols(first, count) += h * last_.middleCols(first, count);
            magnitude_.middleCols(first, count).noalias() += h * (VA_size * y.cwiseAbs());
            tile_sums.setZero();
            for (Index j = 0; j < count; ++j) {
                tile_sums.col(labels_[first + j]) += y.col(j);
            }
            sums += tile_sums.cast<double>();
        }
    });
    Matrix sums = Matrix::Zero(M, classes_);
    for (const Matrix& part : class_sums) {
        sums += part;
    }
    const Matrix lead = lead_rows(VA.cast<double>());
    so_far_.evidence->by_unit.col(n - 1) = (residual_->step / static_cast<double>(B)) *
                                           lead.transpose().cwiseProduct(sums).rowwise().sum();
}

void DecisionTracker::observe(LayerSweep& sweep) {
    const Index n = sweep.layer();
    if (static_cast<Index>(so_far_.accuracy.size()) != n) {
        reject_argument("DecisionTracker::observe",
                        fmt::format("layer {}", so_far_.accuracy.size()), fmt::format("{}", n));
    }
    logits_ = sweep.logits();
    const Index B = labels_.size();
    const Eigen::VectorXi predicted = argmax(logits_);
    so_far_.predictions.row(n) = predicted.transpose();
    so_far_.accuracy.push_back(accuracy_of(predicted, labels_));
    Vector margins(B);
    Matrix shares = Matrix::Zero(classes_, classes_);
    for (Index j = 0; j < B; ++j) {
        margins[j] = margin_of(logits_, j, labels_[j]);
        shares(labels_[j], predicted[j]) += 1.0;
    }
    so_far_.margin.push_back(mean_with_error(margins));
    for (Index c = 0; c < classes_; ++c) {
        shares.row(c) /= std::max(1.0, shares.row(c).sum());
    }
    so_far_.trajectories.push_back(std::move(shares));
    if (residual_ != nullptr) {
        observe_evidence(sweep);
    }
}

DecisionReport DecisionTracker::report() const {
    if (static_cast<Index>(so_far_.accuracy.size()) != depth_ + 1) {
        reject_argument("DecisionTracker::report", fmt::format("all {} layers seen", depth_),
                        fmt::format("{}", so_far_.accuracy.size()));
    }
    DecisionReport report = so_far_;
    const Index B = labels_.size();
    report.final_count.assign(static_cast<std::size_t>(depth_ + 1), 0);
    Vector layers(B);
    for (Index j = 0; j < B; ++j) {
        Index n = depth_;
        while (n > 0 && report.predictions(n - 1, j) == report.predictions(depth_, j)) {
            --n;
        }
        report.final_from.push_back(n);
        ++report.final_count[static_cast<std::size_t>(n)];
        layers[j] = static_cast<double>(n);
    }
    report.final_layer = mean_with_error(layers);
    if (report.evidence) {
        LayerEvidence& evidence = *report.evidence;
        evidence.lead = mean_lead(logits_, labels_);
        evidence.rounding_residual = (start_ + sum_ - logits_).cwiseAbs().maxCoeff();
        evidence.rounding_bound =
            2.0 * static_cast<double>(residual_->width() + residual_->hidden_width() + depth_) *
            static_cast<double>(std::numeric_limits<float>::epsilon() * magnitude_.maxCoeff());
        evidence.accuracy_from_sum = accuracy_of(argmax(sum_), labels_);
        evidence.accuracy_from_last = accuracy_of(argmax(last_), labels_);
    }
    return report;
}

DecisionReport decisions(const Network& network, const Eigen::MatrixXf& inputs,
                         const Eigen::VectorXi& labels, int threads) {
    LayerSweep sweep(network, inputs, threads);
    DecisionTracker tracker(network, sweep, labels);
    tracker.observe(sweep);
    while (sweep.layer() < sweep.depth()) {
        sweep.advance();
        tracker.observe(sweep);
    }
    return tracker.report();
}

}  // namespace resdyn
