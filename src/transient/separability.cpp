#include <resdyn/transient/separability.hpp>

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <limits>

#include <resdyn/core/error.hpp>
#include <resdyn/core/random.hpp>

#include "core/parallel.hpp"
#include "numerics/decompositions.hpp"

namespace resdyn {

namespace {

/// Columns of the scatter matrix one task computes; fixed.
constexpr Index scatter_columns = 64;

void validate(const SeparabilityOptions& options) {
    const auto need_share = [](const char* field, double value) {
        if (!(value > 0 && value < 1)) {
            reject_argument(field, "a number in (0, 1)", fmt::format("{}", value));
        }
    };
    need_share("held_out", options.held_out);
    need_share("within_tol", options.within_tol);
    if (!(options.ridge > 0) || !std::isfinite(options.ridge)) {
        reject_argument("ridge", "a finite number > 0", fmt::format("{}", options.ridge));
    }
}

/// X Xᵀ of centred samples (P×n), lower triangle.
Matrix scatter(const Eigen::MatrixXf& X, int threads) {
    const Index P = X.rows();
    Matrix S = Matrix::Zero(P, P);
    parallel_for((P + scatter_columns - 1) / scatter_columns, threads, [&](Index task) {
        const Index first = task * scatter_columns;
        const Index count = std::min(scatter_columns, P - first);
        const Eigen::MatrixXf block =
            X.bottomRows(P - first) * X.middleRows(first, count).transpose();
        S.block(first, first, P - first, count) = block.cast<double>();
    });
    return S;
}

/// tr(S_W⁺ S_B) with S_B = G Gᵀ, and the number of directions of S_W that count.
void fisher_ratio(const Matrix& S_within, const Matrix& G, double tolerance,
                  LayerSeparability& into) {
    const SymmetricEigenpairs eigen = symmetric_eigenpairs(S_within);
    const Vector& values = eigen.values;
    const Matrix along = eigen.vectors.transpose() * G;
    for (Index i = 0; i < values.size(); ++i) {
        if (values[i] > tolerance * values[values.size() - 1] && values[i] > 0) {
            into.fisher += along.row(i).squaredNorm() / values[i];
            ++into.directions;
        }
    }
}

}  // namespace

std::string_view to_string(LayerVariable variable) {
    switch (variable) {
        case LayerVariable::Start:
            return "start";
        case LayerVariable::Residual:
            return "residual";
        case LayerVariable::Sum:
            return "sum";
    }
    return "unknown";
}

FitOrder fit_order(const Eigen::VectorXi& labels, Index classes,
                   const SeparabilityOptions& options) {
    validate(options);
    const Index B = labels.size();
    if (B < std::max<Index>(classes, 2)) {
        reject_argument(
            "separability",
            fmt::format("at least as many samples as classes ({})", std::max<Index>(classes, 2)),
            fmt::format("{}", B));
    }
    FitOrder result;
    result.order = Random(options.seed).permutation(B);
    const double wanted = std::round((1.0 - options.held_out) * static_cast<double>(B));
    result.fit_samples = std::clamp<Index>(static_cast<Index>(wanted), 1, B - 1);
    std::vector<bool> seen(static_cast<std::size_t>(classes), false);
    for (Index j = 0; j < result.fit_samples; ++j) {
        seen[static_cast<std::size_t>(labels[result.order[static_cast<std::size_t>(j)]])] = true;
    }
    for (Index c = 0; c < classes; ++c) {
        if (!seen[static_cast<std::size_t>(c)]) {
            reject_argument("separability",
                            fmt::format("a sample of every class, 0 to {}, among the {} to fit on",
                                        classes - 1, result.fit_samples),
                            fmt::format("none of class {}", c));
        }
    }
    return result;
}

SeparabilityTracker::SeparabilityTracker(const Network& network, const Eigen::VectorXi& labels,
                                         Index fit_samples, const SeparabilityOptions& options)
    : has_sum_(kind_of(network) == NetworkKind::Residual),
      classes_(std::visit([](const auto& one) { return one.classes(); }, network)),
      labels_(labels),
      options_(options) {
    validate(options);
    if (fit_samples < 1 || fit_samples >= labels.size()) {
        reject_argument("fit_samples", fmt::format("1 to {}", labels.size() - 1),
                        fmt::format("{}", fit_samples));
    }
    report_.fit_samples = fit_samples;
    report_.held_out_samples = labels.size() - fit_samples;
}

namespace {

/// The separability of P×B activities of which the first `fit` are to fit on. Differences that are
/// rounding of numbers of size `scale` are taken for none: Σ = x_n − x_0 would else betray x_0 by
/// how it was rounded.
LayerSeparability judge(Eigen::MatrixXf X, double scale, const Eigen::VectorXi& labels,
                        Index classes, Index fit, const SeparabilityOptions& options, int threads) {
    const Index P = X.rows();
    const auto n = static_cast<double>(fit);
    const Eigen::VectorXf mean = (X.leftCols(fit).cast<double>().rowwise().sum() / n).cast<float>();
    X.colwise() -= mean;
    constexpr double roundings = 64.0;
    const double noise = roundings * std::numeric_limits<float>::epsilon() * scale;
    if (X.leftCols(fit).squaredNorm() <= noise * noise * n * static_cast<double>(P)) {
        X.setZero();
    }
    // Class sums of the centred fit samples, whose own mean is 0 up to rounding.
    Matrix sums = Matrix::Zero(P, classes);
    Vector counts = Vector::Zero(classes);
    for (Index j = 0; j < fit; ++j) {
        sums.col(labels[j]) += X.col(j).cast<double>();
        counts[labels[j]] += 1.0;
    }
    const Matrix means = sums * counts.cwiseInverse().asDiagonal();
    const Matrix G = means * counts.cwiseSqrt().asDiagonal();  // S_B = G Gᵀ
    const Matrix S = scatter(X.leftCols(fit), threads);
    LayerSeparability result;
    Matrix S_within = S;
    rank_update(S_within, G, -1.0);
    fisher_ratio(S_within, G, options.within_tol, result);
    result.within = std::sqrt(std::max(0.0, S_within.trace()) / n);
    double squares = 0.0;
    for (Index c = 0; c < classes; ++c) {
        for (Index d = 0; d < c; ++d) {
            squares += (means.col(c) - means.col(d)).squaredNorm();
        }
    }
    const double pairs = 0.5 * static_cast<double>(classes * (classes - 1));
    result.between = pairs > 0 ? std::sqrt(squares / pairs) : 0.0;
    // Probe: (S + λI) w_c = Σ over fit samples of x (1[label = c] − share of c).
    Matrix ridge = S;
    const double lambda = options.ridge * S.trace() / static_cast<double>(P);
    ridge.diagonal().array() += lambda > 0 ? lambda : 1.0;
    const Eigen::MatrixXf weights = Cholesky(ridge).solve(sums).cast<float>();
    const Vector shares = counts / n;
    const auto held = X.rightCols(X.cols() - fit);
    const auto held_labels = labels.tail(X.cols() - fit);
    const Matrix probe = (weights.transpose() * held).cast<double>().colwise() + shares;
    const Matrix nearness = ((means.cast<float>().transpose() * held).cast<double>().colwise() -
                             0.5 * means.colwise().squaredNorm().transpose());
    const auto accuracy = [&](const Matrix& scores) {
        return proportion((predicted_classes(scores).array() == held_labels.array()).count(),
                          held_labels.size());
    };
    result.probe = accuracy(probe);
    result.nearest_mean = accuracy(nearness);
    return result;
}

}  // namespace

void SeparabilityTracker::observe(const LayerSweep& sweep) {
    const auto start = std::chrono::steady_clock::now();
    const Index n = sweep.layer();
    std::vector<std::pair<LayerVariable, Eigen::MatrixXf>> all;
    if (n == 0) {
        all.emplace_back(LayerVariable::Start, sweep.start());
    } else {
        all.emplace_back(LayerVariable::Residual, sweep.residual());
        if (has_sum_) {
            all.emplace_back(LayerVariable::Sum, sweep.state() - sweep.start());
        }
    }
    const double scale = sweep.state().cwiseAbs().maxCoeff();
    std::vector<LayerSeparability> judged(all.size());
    // Two variables side by side: their eigenvalue problems are serial.
    parallel_for(static_cast<Index>(all.size()), sweep.threads(), [&](Index k) {
        const auto i = static_cast<std::size_t>(k);
        judged[i] = judge(std::move(all[i].second), scale, labels_, classes_, report_.fit_samples,
                          options_, sweep.threads());
        judged[i].variable = all[i].first;
        judged[i].layer = n;
    });
    report_.layers.insert(report_.layers.end(), judged.begin(), judged.end());
    report_.seconds +=
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

SeparabilityReport separability(const Network& network, const Eigen::MatrixXf& inputs,
                                const Eigen::VectorXi& labels, const SeparabilityOptions& options,
                                int threads) {
    const Index classes = std::visit([](const auto& one) { return one.classes(); }, network);
    if (labels.size() != inputs.cols()) {
        reject_argument("labels", fmt::format("{}, one a sample", inputs.cols()),
                        fmt::format("{}", labels.size()));
    }
    if (labels.size() > 0 && (labels.minCoeff() < 0 || labels.maxCoeff() >= classes)) {
        reject_argument("labels", fmt::format("classes from 0 to {}", classes - 1),
                        fmt::format("{} to {}", labels.minCoeff(), labels.maxCoeff()));
    }
    const FitOrder order = fit_order(labels, classes, options);
    const Eigen::MatrixXf ordered = inputs(Eigen::all, order.order);
    const Eigen::VectorXi ordered_labels = labels(order.order);
    LayerSweep sweep(network, ordered, threads);
    SeparabilityTracker tracker(network, ordered_labels, order.fit_samples, options);
    tracker.observe(sweep);
    while (sweep.layer() < sweep.depth()) {
        sweep.advance();
        tracker.observe(sweep);
    }
    return tracker.report();
}

}  // namespace resdyn
