#include "flow_cycle_curve.hpp"

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <limits>

#include <resdyn/numerics/integrate.hpp>

#include "branch_switch.hpp"

namespace resdyn {

namespace {

constexpr double shooting_tol = 1e-10;
// Where a branch turns, a second multiplier meets the trivial 1, and rounding may make both of them
// a pair: this near to 1 none is taken for NS.
constexpr double double_one = 1e-3;
constexpr double first_share = 0.1;  // of a segment: the first step tried

/// (x, ∂x/∂x_0 column by column, ∂x/∂α).
class Sensitivities final : public VectorField {
  public:
    Sensitivities(const FaceFamily& family, double alpha)
        : family_(family),
          block_(family.block + alpha * family.block_rate),
          load_(family.load + alpha * family.load_rate) {}

    Index dimension() const override { return load_.size() * (load_.size() + 2); }

    Vector value(const Vector& state) const override {
        const Index n = load_.size();
        Vector derivative = Vector::Zero(state.size());
        derivative.head(n) = load_;
        derivative.tail(n) = family_.load_rate;
        for (Index j = 0; j < n; ++j) {
            const double y = activate(family_.activation, state[j]);
            const double g = slope(family_.activation, state[j]);
            derivative.head(n) += y * block_.col(j);
            derivative.tail(n) += y * family_.block_rate.col(j);
            // ∂u'/∂u_j times row j of the n + 1 derivatives of u.
            for (Index k = 1; k <= n + 1; ++k) {
                derivative.segment(k * n, n) += g * state[k * n + j] * block_.col(j);
            }
        }
        return derivative;
    }

    /// By differences: second derivatives are not needed.
    Matrix jacobian(const Vector& state) const override {
        return finite_difference_jacobian([this](const Vector& s) { return value(s); }, state);
    }

  private:
    const FaceFamily& family_;
    Matrix block_;
    Vector load_;
};

}  // namespace

FaceFamily::FaceFamily(const ParameterPath& path, const Pattern& face)
    : activation(path.activation) {
    const std::vector<Index> free = face.free_units();
    const Levels range = levels(activation);
    Vector saturated = Vector::Zero(face.size());
    for (Index i = 0; i < face.size(); ++i) {
        if (face[i] != UnitState::Free) {
            saturated[i] = face[i] == UnitState::Low ? range.low : range.high;
        }
    }
    const Matrix W0 = path.W(0);
    const Matrix W1 = path.rate();
    block = W0(free, free);
    block_rate = W1(free, free);
    load = (W0 * saturated)(free);
    load_rate = (W1 * saturated)(free);
}

Matrix FlowCycleCurve::points(const Vector& z) const {
    return Eigen::Map<const Matrix>(z.data(), units(), segments);
}

double FlowCycleCurve::amplitude(const Vector& z) const {
    const Matrix x = points(z);
    const Vector mean = x.rowwise().mean();
    return (x.colwise() - mean).cwiseAbs().maxCoeff();
}

Vector FlowCycleCurve::velocity(const Vector& x, double alpha) const {
    return (family_.block + alpha * family_.block_rate) * activate(family_.activation, x) +
           family_.load + alpha * family_.load_rate;
}

const FlowCycleCurve::Shot& FlowCycleCurve::shoot(const Vector& z) const {
    if (last_.z.size() == z.size() && last_.z == z) {
        return last_;
    }
    const Index n = units();
    last_.z = z;
    last_.ends = Matrix::Constant(n, segments, std::numeric_limits<double>::quiet_NaN());
    last_.by_x.assign(static_cast<std::size_t>(segments), Matrix::Identity(n, n));
    last_.by_alpha = Matrix::Zero(n, segments);
    const double T = period(z);
    if (!z.allFinite() || !(T > 0) || T > 10.0 * limits_.period ||
        points(z).cwiseAbs().maxCoeff() > 10.0 * limits_.size) {
        return last_;
    }
    const Sensitivities flow(family_, z[z.size() - 1]);
    const Matrix x = points(z);
    for (Index k = 0; k < segments; ++k) {
        Vector state = Vector::Zero(n * (n + 2));
        state.head(n) = x.col(k);
        for (Index i = 0; i < n; ++i) {
            state[n + i * n + i] = 1.0;
        }
        const double length = T / static_cast<double>(segments);
        const Trajectory run = integrate(flow, state,
                                         {.t_end = length,
                                          .rel_tol = shooting_tol,
                                          .abs_tol = shooting_tol * 1e-2,
                                          .initial_step = length * first_share,
                                          .sample_times = {length}});
        if (run.outcome != Outcome::ReachedEnd) {
            return last_;
        }
        const Vector end = run.x.col(run.x.cols() - 1);
        last_.ends.col(k) = end.head(n);
        last_.by_x[static_cast<std::size_t>(k)] = Eigen::Map<const Matrix>(end.data() + n, n, n);
        last_.by_alpha.col(k) = end.tail(n);
    }
    return last_;
}

Vector FlowCycleCurve::field(const Vector& z) const {
    const Shot& shot = shoot(z);
    const Index n = units();
    const Matrix x = points(z);
    Vector G(dimension());
    for (Index k = 0; k < segments; ++k) {
        G.segment(k * n, n) = shot.ends.col(k) - x.col((k + 1) % segments);
    }
    G[dimension() - 1] = phase_.dot(x.col(0) - x.rowwise().mean());
    return G;
}

Matrix FlowCycleCurve::jacobian(const Vector& z) const {
    const Shot& shot = shoot(z);
    const Index n = units();
    const Index m = segments;
    Matrix J = Matrix::Zero(n * m + 1, n * m + 2);
    for (Index k = 0; k < m; ++k) {
        J.block(k * n, k * n, n, n) = shot.by_x[static_cast<std::size_t>(k)];
        J.block(k * n, (k + 1) % m * n, n, n) -= Matrix::Identity(n, n);
        J.block(k * n, n * m, n, 1) =
            velocity(shot.ends.col(k), z[z.size() - 1]) / static_cast<double>(m);
        J.block(k * n, n * m + 1, n, 1) = shot.by_alpha.col(k);
        J.block(n * m, k * n, 1, n) =
            phase_.transpose() * ((k == 0 ? 1.0 : 0.0) - 1.0 / static_cast<double>(m));
    }
    return J;
}

bool FlowCycleCurve::contains(const Vector& z) const {
    return z.allFinite() && period(z) > 0 && period(z) <= limits_.period &&
           amplitude(z) >= limits_.amplitude && points(z).cwiseAbs().maxCoeff() <= limits_.size;
}

void FlowCycleCurve::judge(const Vector& z, ContinuationPoint& point) const {
    const Shot& shot = shoot(z);
    Matrix product = Matrix::Identity(units(), units());
    for (const Matrix& segment : shot.by_x) {
        product = segment * product;
    }
    point.eigenvalues.clear();
    point.unstable = 0;
    point.outside = 0;
    if (!product.allFinite()) {
        return;
    }
    point.eigenvalues = eigenvalues(product);
    sort_multipliers(point.eigenvalues);
    const auto trivial = std::min_element(
        point.eigenvalues.begin(), point.eigenvalues.end(),
        [](Complex a, Complex b) { return std::abs(a - 1.0) < std::abs(b - 1.0); });
    for (auto m = point.eigenvalues.begin(); m != point.eigenvalues.end(); ++m) {
        point.outside += m != trivial && std::abs(*m) > 1.0 ? 1 : 0;
    }
    // Where the curve turns, or another one crosses, this determinant changes sign.
    const Matrix J = jacobian(z);
    point.unstable = J.leftCols(dimension()).partialPivLu().determinant() < 0 ? 1 : 0;
}

ContinuationLabel FlowCycleCurve::name(const Vector& z, const ContinuationPoint& point,
                                       bool of_map) const {
    if (!of_map) {
        return is_crossed(jacobian(z)) ? ContinuationLabel::BranchPoint : ContinuationLabel::Fold;
    }
    const auto trivial = std::min_element(
        point.eigenvalues.begin(), point.eigenvalues.end(),
        [](Complex a, Complex b) { return std::abs(a - 1.0) < std::abs(b - 1.0); });
    Complex nearest = 0.0;
    for (auto m = point.eigenvalues.begin(); m != point.eigenvalues.end(); ++m) {
        if (m != trivial && std::abs(std::abs(*m) - 1.0) < std::abs(std::abs(nearest) - 1.0)) {
            nearest = *m;
        }
    }
    if (std::abs(nearest - 1.0) <= double_one) {
        return ContinuationLabel::Regular;
    }
    return nearest.imag() != 0  ? ContinuationLabel::NeimarkSacker
           : nearest.real() < 0 ? ContinuationLabel::Flip
                                : ContinuationLabel::Regular;
}

}  // namespace resdyn
