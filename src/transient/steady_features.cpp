#include <resdyn/transient/steady_features.hpp>

#include <fmt/format.h>

#include <algorithm>

#include <resdyn/core/error.hpp>
#include <resdyn/core/random.hpp>

#include "numerics/decompositions.hpp"

namespace resdyn {

namespace {

void validate(const SteadyFeatureOptions& options) {
    require_at_least("directions", options.directions, 1);
    require_at_least("shuffles", options.shuffles, 1);
}

/// Centred and of unit length; 0 if constant.
Vector normalised(const Vector& z) {
    const Vector centred = z.array() - z.mean();
    const double norm = centred.norm();
    return norm > 0 ? Vector(centred / norm) : Vector(Vector::Zero(z.size()));
}

AgainstShuffled against(double value, const std::vector<double>& shuffled) {
    AgainstShuffled result;
    result.value = value;
    Index at_least = 0;
    for (const double other : shuffled) {
        result.shuffled_mean += other / static_cast<double>(shuffled.size());
        result.shuffled_largest = std::max(result.shuffled_largest, other);
        at_least += other >= value ? 1 : 0;
    }
    result.p = static_cast<double>(1 + at_least) / static_cast<double>(1 + shuffled.size());
    return result;
}

}  // namespace

SteadyFeatureReport steady_features(const Matrix& steady, const Eigen::MatrixXf& inputs,
                                    const Eigen::VectorXi& labels, Index classes,
                                    const SteadyFeatureOptions& options) {
    validate(options);
    const Index B = inputs.cols();
    if (steady.rows() != inputs.rows()) {
        reject_argument("steady", fmt::format("{} components, as the inputs", inputs.rows()),
                        fmt::format("{}", steady.rows()));
    }
    if (B < 2 || labels.size() != B) {
        reject_argument("inputs", "at least 2, a label each",
                        fmt::format("{} and {} labels", B, labels.size()));
    }
    const Matrix X = inputs.cast<double>();
    const Vector mean = X.rowwise().mean();
    const Vector spread = X.rowwise().maxCoeff() - X.rowwise().minCoeff();
    std::vector<Index> varying;
    for (Index i = 0; i < X.rows(); ++i) {
        if (spread[i] > 0) {
            varying.push_back(i);
        }
    }
    SteadyFeatureReport report;
    report.varying = static_cast<Index>(varying.size());
    if (varying.empty()) {
        reject_argument("inputs", "a component that varies", "constant inputs");
    }
    Matrix centred = X(varying, Eigen::all);
    centred.colwise() -= mean(varying);
    Matrix covariance = Matrix::Zero(report.varying, report.varying);
    rank_update(covariance, centred, 1.0 / static_cast<double>(B));
    const SymmetricEigenpairs eigen = symmetric_eigenpairs(covariance);
    const Index k = std::min(options.directions, report.varying);
    const Matrix E = eigen.vectors.rightCols(k).rowwise().reverse();
    report.variance_share = eigen.values.tail(k).reverse() / eigen.values.sum();
    report.directions = Matrix::Zero(X.rows(), k);
    report.directions(varying, Eigen::all) = E;

    Matrix class_means = Matrix::Zero(report.varying, classes);
    Vector counts = Vector::Zero(classes);
    for (Index j = 0; j < B; ++j) {
        class_means.col(labels[j]) += centred.col(j);
        counts[labels[j]] += 1.0;
    }
    Matrix M(report.varying, classes);
    for (Index c = 0; c < classes; ++c) {
        M.col(c) = normalised(class_means.col(c) / std::max(1.0, counts[c]));
    }
    for (Index g = 0; g < steady.cols(); ++g) {
        const Vector z = normalised(steady(varying, g));
        SteadyFeature feature;
        feature.class_correlation = M.transpose() * z;
        const double correlation =
            feature.class_correlation.cwiseAbs().maxCoeff(&feature.nearest_class);
        feature.direction_share = (E.transpose() * z).cwiseAbs2();
        std::vector<double> shuffled_correlation;
        std::vector<double> shuffled_share;
        Random random(options.seed, static_cast<std::uint64_t>(g));
        for (Index s = 0; s < options.shuffles; ++s) {
            const Vector other = z(random.permutation(report.varying));
            shuffled_correlation.push_back((M.transpose() * other).cwiseAbs().maxCoeff());
            shuffled_share.push_back((E.transpose() * other).squaredNorm());
        }
        feature.to_class_means = against(correlation, shuffled_correlation);
        feature.to_directions = against(feature.direction_share.sum(), shuffled_share);
        report.features.push_back(std::move(feature));
    }
    return report;
}

}  // namespace resdyn
