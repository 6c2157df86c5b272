#include "layer_cycle_curve.hpp"

#include <algorithm>
#include <cmath>

#include "branch_switch.hpp"

namespace resdyn {

Matrix LayerCycleCurve::points(const Vector& z) const {
    return Eigen::Map<const Matrix>(z.data(), family_.units(), period_);
}

std::vector<Matrix> LayerCycleCurve::layers(const Vector& z) const {
    const Matrix u = points(z);
    std::vector<Matrix> all;
    for (Index n = 0; n < period_; ++n) {
        all.push_back(family_.jacobian(u.col(n), z[z.size() - 1]));
        all.back().diagonal().array() += 1.0;
    }
    return all;
}

Vector LayerCycleCurve::field(const Vector& z) const {
    const Matrix u = points(z);
    Matrix r(u.rows(), u.cols());
    for (Index n = 0; n < period_; ++n) {
        r.col(n) = u.col((n + 1) % period_) - u.col(n) - family_.value(u.col(n), z[z.size() - 1]);
    }
    return Eigen::Map<const Vector>(r.data(), r.size());
}

Matrix LayerCycleCurve::jacobian(const Vector& z) const {
    const Index m = family_.units();
    const Matrix u = points(z);
    const std::vector<Matrix> layer = layers(z);
    Matrix J = Matrix::Zero(m * period_, m * period_ + 1);
    for (Index n = 0; n < period_; ++n) {
        J.block(n * m, (n + 1) % period_ * m, m, m).diagonal().array() += 1.0;
        J.block(n * m, n * m, m, m) -= layer[static_cast<std::size_t>(n)];
        J.col(m * period_).segment(n * m, m) = -family_.by_parameter(u.col(n));
    }
    return J;
}

bool LayerCycleCurve::contains(const Vector& z) const {
    const auto u = z.head(z.size() - 1);
    return u.allFinite() && u.lpNorm<Eigen::Infinity>() <= limits_.size;
}

bool LayerCycleCurve::may_move(const Vector& from, const Vector& to) const {
    return limits_.apart == 0 || stays_apart(points(from), points(to), limits_.apart);
}

void LayerCycleCurve::judge(const Vector& z, ContinuationPoint& point) const {
    Matrix product = Matrix::Identity(family_.units(), family_.units());
    for (const Matrix& layer : layers(z)) {
        product = layer * product;
    }
    point.eigenvalues.clear();
    point.unstable = 0;
    point.outside = 0;
    if (!product.allFinite()) {
        return;
    }
    point.eigenvalues = eigenvalues(product);
    sort_multipliers(point.eigenvalues);
    for (const Complex m : point.eigenvalues) {
        point.outside += std::abs(m) > 1.0 ? 1 : 0;
        point.unstable ^= m.imag() == 0 && m.real() > 1.0 ? 1 : 0;
    }
}

ContinuationLabel LayerCycleCurve::name(const Vector& z, const ContinuationPoint& point,
                                        bool of_map) const {
    if (!of_map) {
        return is_crossed(jacobian(z)) ? ContinuationLabel::BranchPoint : ContinuationLabel::Fold;
    }
    return event_on_circle(point.eigenvalues);
}

}  // namespace resdyn
