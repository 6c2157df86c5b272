#include "flow_cycle_curve.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <resdyn/numerics/integrate.hpp>

#include "branch_switch.hpp"
#include "numerics/decompositions.hpp"
#include "product_eigenvalues.hpp"

namespace resdyn {

namespace {

constexpr double shooting_tol = 1e-10;
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

Matrix FlowCycleCurve::points(const Vector& z) const {
    return Eigen::Map<const Matrix>(z.data(), units(), segments_);
}

double FlowCycleCurve::amplitude(const Vector& z) const {
    const Matrix x = points(z);
    const Vector mean = x.rowwise().mean();
    return (x.colwise() - mean).cwiseAbs().maxCoeff();
}

const FlowCycleCurve::Shot& FlowCycleCurve::shoot(const Vector& z) const {
    if (last_.z.size() == z.size() && last_.z == z) {
        return last_;
    }
    const Index n = units();
    last_.z = z;
    last_.ends = Matrix::Constant(n, segments_, std::numeric_limits<double>::quiet_NaN());
    last_.by_x.assign(static_cast<std::size_t>(segments_), Matrix::Identity(n, n));
    last_.by_alpha = Matrix::Zero(n, segments_);
    const double T = period(z);
    if (!z.allFinite() || !(T > 0) || T > 10.0 * limits_.period ||
        points(z).cwiseAbs().maxCoeff() > 10.0 * limits_.size) {
        return last_;
    }
    const Sensitivities flow(family_, z[z.size() - 1]);
    const Matrix x = points(z);
    for (Index k = 0; k < segments_; ++k) {
        Vector state = Vector::Zero(n * (n + 2));
        state.head(n) = x.col(k);
        for (Index i = 0; i < n; ++i) {
            state[n + i * n + i] = 1.0;
        }
        const double length = T / static_cast<double>(segments_);
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
    for (Index k = 0; k < segments_; ++k) {
        G.segment(k * n, n) = shot.ends.col(k) - x.col((k + 1) % segments_);
    }
    G[dimension() - 1] = normal_.cwiseProduct(x - reference_).sum();
    return G;
}

Matrix FlowCycleCurve::jacobian(const Vector& z) const {
    const Shot& shot = shoot(z);
    const Index n = units();
    const Index m = segments_;
    Matrix J = Matrix::Zero(n * m + 1, n * m + 2);
    for (Index k = 0; k < m; ++k) {
        J.block(k * n, k * n, n, n) = shot.by_x[static_cast<std::size_t>(k)];
        J.block(k * n, (k + 1) % m * n, n, n) -= Matrix::Identity(n, n);
        J.block(k * n, n * m, n, 1) =
            family_.value(shot.ends.col(k), z[z.size() - 1]) / static_cast<double>(m);
        J.block(k * n, n * m + 1, n, 1) = shot.by_alpha.col(k);
        J.block(n * m, k * n, 1, n) = normal_.col(k).transpose();
    }
    return J;
}

bool FlowCycleCurve::contains(const Vector& z) const {
    return z.allFinite() && period(z) > 0 && period(z) <= limits_.period &&
           amplitude(z) >= limits_.amplitude && points(z).cwiseAbs().maxCoeff() <= limits_.size;
}

bool FlowCycleCurve::may_move(const Vector& from, const Vector& to) const {
    return limits_.apart == 0 || stays_apart(points(from), points(to), limits_.apart);
}

void FlowCycleCurve::goes_on_from(const Vector& z) const {
    reference_ = points(z);
    normal_ = velocities(z);
    normal_ /= normal_.norm();
}

Matrix FlowCycleCurve::velocities(const Vector& z) const {
    Matrix v = points(z);
    for (Index k = 0; k < v.cols(); ++k) {
        v.col(k) = family_.value(v.col(k), z[z.size() - 1]);
    }
    return v;
}

FlowCycleCurve::Monodromy FlowCycleCurve::monodromy(const Vector& z) const {
    const Index n = units();
    const std::vector<Matrix>& pieces = shoot(z).by_x;
    Monodromy result;
    if (!z.allFinite() || !last_.ends.allFinite()) {
        return result;
    }
    // The velocity goes over into itself: the others are the multipliers of the quotient by it.
    // (Where a branch turns one of them is 1 too, and in one matrix the two would spoil each
    // other's digits.)
    const Matrix velocity = velocities(z);
    std::vector<Matrix> bases;
    for (Index k = 0; k < segments_; ++k) {
        bases.emplace_back(Qr(velocity.col(k)).full_q());
    }
    std::vector<Matrix> quotient;
    result.trivial = 1.0;
    for (Index k = 0; k < segments_; ++k) {
        const auto at = static_cast<std::size_t>(k);
        const Matrix& next = bases[static_cast<std::size_t>((k + 1) % segments_)];
        const Vector arrives = pieces[at] * velocity.col(k);
        const auto there = velocity.col((k + 1) % segments_);
        result.trivial *= there.dot(arrives) / there.squaredNorm();
        result.trivial_error =
            std::max(result.trivial_error, (arrives - there).norm() / there.norm());
        quotient.emplace_back(
            (next.transpose() * pieces[at] * bases[at]).bottomRightCorner(n - 1, n - 1));
    }
    result.others = product_eigenvalues(quotient);
    return result;
}

void FlowCycleCurve::judge(const Vector& z, ContinuationPoint& point) const {
    point.eigenvalues.clear();
    point.unstable = 0;
    point.outside = 0;
    const Monodromy turn = monodromy(z);
    if (!(turn.trivial_error >= 0)) {
        return;
    }
    point.eigenvalues = turn.others;
    point.eigenvalues.emplace_back(turn.trivial);
    sort_multipliers(point.eigenvalues);
    for (const Complex m : turn.others) {
        point.outside += std::abs(m) > 1.0 ? 1 : 0;
    }
    // Where the curve turns, or another one crosses, this determinant changes sign.
    const Matrix J = jacobian(z);
    point.unstable = Lu(J.leftCols(dimension())).determinant() < 0 ? 1 : 0;
}

ContinuationLabel FlowCycleCurve::name(const Vector& z, const ContinuationPoint& /*point*/,
                                       bool of_map) const {
    if (!of_map) {
        return is_crossed(jacobian(z)) ? ContinuationLabel::BranchPoint : ContinuationLabel::Fold;
    }
    return event_on_circle(monodromy(z).others);
}

}  // namespace resdyn
