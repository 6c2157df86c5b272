/// @file
/// How well a network does on labelled data, and how far its residuals have settled.
///
/// The settle measure of a sample is ‖y_{L−1} − y_{L−2}‖₂, the change of the residuals over the
/// last two layers (doc/theory.md §11.1); it is reduced over the samples here.
/// Method: fixed tiles of samples, summed in a fixed order. What it can miss: the settle measure
/// of the last two layers says slow, not settled (transient/residual_change.hpp).
/// Reference: criterion of F. Lagzi, T. Ball, J. Boedecker, NIPS 2018 workshop on compact networks.
#pragma once

#include <limits>

#include <resdyn/data/dataset.hpp>
#include <resdyn/model/parameters.hpp>

namespace resdyn {

/// Reductions over samples of ‖y_{L−1} − y_{L−2}‖₂; NaN for a network of one layer.
struct SettleMeasure {
    double mean = std::numeric_limits<double>::quiet_NaN();
    /// Smallest value that at least 95 % of the samples do not exceed.
    double q95 = std::numeric_limits<double>::quiet_NaN();
    double max = std::numeric_limits<double>::quiet_NaN();
};

struct Evaluation {
    double loss = 0.0;      ///< mean cross-entropy, natural logarithm.
    double accuracy = 0.0;  ///< share of samples classified right.
    SettleMeasure settle;
};

/// Evaluates parameters in float or double on all samples of data that fit the shape (check_fits).
/// Same bits for any number of threads (0: all).
template <class Scalar>
Evaluation evaluate(const NetworkShape& shape,
                    const Eigen::Matrix<Scalar, Eigen::Dynamic, 1>& parameters, const Dataset& data,
                    int threads = 0);

}  // namespace resdyn
