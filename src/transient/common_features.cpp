#include <resdyn/transient/common_features.hpp>

#include <fmt/format.h>

#include <cmath>
#include <vector>

#include <resdyn/core/error.hpp>

namespace resdyn {

namespace {

/// Spread, relative to the largest entry, up to which a component counts as constant: that of
/// residuals which reach one level to rounding.
constexpr double constant_spread = 1e-9;

bool varies(const Matrix& columns, Index i) {
    const double spread = columns.row(i).maxCoeff() - columns.row(i).minCoeff();
    return spread > constant_spread * columns.cwiseAbs().maxCoeff();
}

/// Rows centred and of unit length, so that Z Zᵀ holds their correlations.
Matrix standardised(const Matrix& columns, const std::vector<Index>& rows) {
    Matrix Z = columns(rows, Eigen::all);
    Z.colwise() -= Vector(Z.rowwise().mean());
    Z.rowwise().normalize();
    return Z;
}

}  // namespace

CommonFeatures common_features(const Matrix& inputs, const Matrix& steady) {
    if (steady.rows() != inputs.rows()) {
        reject_argument("steady", fmt::format("{} components, as the inputs", inputs.rows()),
                        fmt::format("{}", steady.rows()));
    }
    if (!inputs.allFinite() || !steady.allFinite()) {
        reject_argument("inputs and steady", "finite numbers", "others");
    }
    CommonFeatures result;
    if (inputs.cols() == 0 || steady.cols() == 0) {
        return result;
    }
    std::vector<Index> rows;
    for (Index i = 0; i < inputs.rows(); ++i) {
        if (varies(inputs, i) && varies(steady, i)) {
            rows.push_back(i);
        }
    }
    result.varying = static_cast<Index>(rows.size());
    result.pairs = result.varying * (result.varying - 1) / 2;
    if (result.varying < 3) {
        return result;
    }
    const Matrix X = standardised(inputs, rows);
    const Matrix Y = standardised(steady, rows);
    const Matrix C = X * X.transpose();
    const Matrix R = Y * Y.transpose();
    Vector c(result.pairs);
    Vector r(result.pairs);
    Index k = 0;
    for (Index i = 0; i < result.varying; ++i) {
        for (Index j = i + 1; j < result.varying; ++j, ++k) {
            c[k] = C(i, j);
            r[k] = R(i, j);
        }
    }
    c.array() -= c.mean();
    r.array() -= r.mean();
    const double norms = c.norm() * r.norm();
    if (norms > 0) {
        result.likeness = c.dot(r) / norms;
    }
    return result;
}

}  // namespace resdyn
