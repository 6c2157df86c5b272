#include "branch_switch.hpp"

#include <cmath>

#include "numerics/decompositions.hpp"

namespace resdyn {

namespace {

constexpr int most_corrections = 20;
constexpr double crossing_null = 1e-6;  // |ψᵀ ∂F/∂α| up to which a branch crosses
constexpr int null_iterations = 3;

}  // namespace

bool is_crossed(const Matrix& jacobian) {
    const Index n = jacobian.rows();
    const Lu transposed(jacobian.leftCols(n).transpose());
    const Lu plain(jacobian.leftCols(n));
    // The left null vector ψ, by inverse iteration from a vector that no symmetry keeps.
    Vector psi(n);
    for (Index k = 0; k < n; ++k) {
        psi[k] = 1.0 + 0.5 * std::sin(static_cast<double>(k + 1));
    }
    for (int k = 0; k < null_iterations; ++k) {
        psi = transposed.solve(plain.solve(psi).normalized()).normalized();
    }
    const auto by_parameter = jacobian.col(n);
    return psi.allFinite() &&
           std::abs(psi.dot(by_parameter)) <= crossing_null * by_parameter.norm();
}

Matrix splitting_direction(const std::vector<Matrix>& pieces, double multiplier) {
    const Index m = pieces.front().rows();
    Matrix product = Matrix::Identity(m, m);
    for (const Matrix& piece : pieces) {
        product = piece * product;
    }
    const Eigenpairs pairs = eigenpairs(product);
    Index nearest = 0;
    (pairs.values.array() - Complex(multiplier)).abs().minCoeff(&nearest);
    Matrix direction(m, static_cast<Index>(pieces.size()));
    Vector v = pairs.vectors.col(nearest).real();
    for (std::size_t n = 0; n < pieces.size(); ++n) {
        direction.col(static_cast<Index>(n)) = v;
        v = pieces[n] * v;
    }
    return direction / direction.cwiseAbs().maxCoeff();
}

Matrix half_round_apart(const Matrix& points) {
    const Index half = points.cols() / 2;
    return points.leftCols(half) - points.rightCols(half);
}

bool stays_apart(const Matrix& from, const Matrix& to, double least) {
    const Matrix there = half_round_apart(to);
    return there.cwiseAbs().maxCoeff() >= least &&
           half_round_apart(from).cwiseProduct(there).sum() > 0;
}

CycleLabel label_of(ContinuationLabel label) {
    switch (label) {
        case ContinuationLabel::EndPoint:
            return CycleLabel::EndPoint;
        case ContinuationLabel::Flip:
            return CycleLabel::PeriodDoubling;
        case ContinuationLabel::NeimarkSacker:
            return CycleLabel::NeimarkSacker;
        case ContinuationLabel::Fold:
            return CycleLabel::LimitPoint;
        case ContinuationLabel::BranchPoint:
            return CycleLabel::BranchPoint;
        case ContinuationLabel::NoConvergence:
            return CycleLabel::NoConvergence;
        case ContinuationLabel::UserValue:
            return CycleLabel::UserValue;
        default:
            return CycleLabel::Regular;
    }
}

ContinuationLabel event_on_circle(const std::vector<Complex>& multipliers) {
    Complex nearest = 0.0;
    for (const Complex m : multipliers) {
        if (std::abs(std::abs(m) - 1.0) < std::abs(std::abs(nearest) - 1.0)) {
            nearest = m;
        }
    }
    return nearest.imag() != 0  ? ContinuationLabel::NeimarkSacker
           : nearest.real() < 0 ? ContinuationLabel::Flip
                                : ContinuationLabel::Regular;
}

Vector flat(const ContinuationPoint& point) {
    Vector z(point.y.size() + 1);
    z << point.y, point.alpha;
    return z;
}

std::optional<Vector> switched(const ContinuationProblem& problem, const Vector& start,
                               const Vector& direction, double amplitude, double residual_tol) {
    const Index n = problem.dimension();
    Vector z = start + amplitude * direction;
    for (int k = 0; k < most_corrections; ++k) {
        Vector residual(n + 1);
        residual << problem.field(z), direction.dot(z - start) - amplitude;
        if (!residual.allFinite()) {
            return std::nullopt;
        }
        if (residual.lpNorm<Eigen::Infinity>() <= residual_tol) {
            return z;
        }
        Matrix bordered(n + 1, n + 1);
        bordered.topRows(n) = problem.jacobian(z);
        bordered.row(n) = direction.transpose();
        z -= Lu(bordered).solve(residual);
    }
    return std::nullopt;
}

}  // namespace resdyn
