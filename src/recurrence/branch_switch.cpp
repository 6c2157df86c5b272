#include "branch_switch.hpp"

#include <Eigen/LU>

namespace resdyn {

namespace {

constexpr int most_corrections = 20;

}  // namespace

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
        default:
            return CycleLabel::Regular;
    }
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
        z -= bordered.partialPivLu().solve(residual);
    }
    return std::nullopt;
}

}  // namespace resdyn
