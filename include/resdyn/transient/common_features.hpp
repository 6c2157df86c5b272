/// @file
/// Do steady residuals show what the input dimensions have in common? The correlations between the
/// input dimensions, held against those between the components of the steady residuals.
///
/// Returns the correlation of the entries above the diagonals of C (correlations of the input
/// dimensions over the inputs) and R (of the components of the steady residuals over the inputs
/// that settled), over the components that vary in both.
/// Method: Pearson throughout, in double. What it can miss: images are smooth, and so are steady
/// residuals of weights that never saw them; what training brings is the difference to the same
/// network before it was trained. No p-value is given: permuting components would forget the
/// smoothness. Reference: F. Lagzi, arXiv:2101.03009, which claims the likeness; the test is this
/// project's.
#pragma once

#include <limits>

#include <resdyn/core/types.hpp>

namespace resdyn {

struct CommonFeatures {
    Index varying = 0;  ///< components that vary over the inputs and over the steady residuals.
    Index pairs = 0;    ///< of them: entries that are correlated.
    /// In [−1, 1]; NaN where fewer than three components vary, or all entries of R or of C are
    /// equal.
    double likeness = std::numeric_limits<double>::quiet_NaN();
};

/// inputs: D×B, a sample a column; steady: D×S, the steady residual of one settled input a column
/// (of two-matrix blocks A y*), so that one that many inputs reach stands there as often. Throws
/// std::invalid_argument for another D or NaN.
CommonFeatures common_features(const Matrix& inputs, const Matrix& steady);

}  // namespace resdyn
