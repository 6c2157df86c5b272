#include "leaf_filter.hpp"

#include <algorithm>
#include <cmath>

#include "equilibria/rounding.hpp"
#include "equilibria/spectral_discs.hpp"
#include "numerics/decompositions.hpp"

namespace resdyn {

namespace {

constexpr double outward = 1.0 + 1e-9;  // covers the rounding of the bounds themselves
constexpr double underflow = 1e-300;

}  // namespace

LeafFilter::LeafFilter(const ResidualSystem& system, const FaceSolver& solver)
    : range_(levels(system.activation())),
      width_(range_.high - range_.low),
      W_(solver.nearest_weights()) {}

LeafFilter::Point LeafFilter::locate(const Pattern& pattern) const {
    Point point;
    point.free = pattern.free_units();
    const std::vector<Index>& free = point.free;
    const Index n = pattern.size();
    Vector& y = point.y;
    y.resize(n);
    for (Index i = 0; i < n; ++i) {
        y[i] = pattern[i] == UnitState::Low    ? range_.low
               : pattern[i] == UnitState::High ? range_.high
                                               : 0.0;
    }
    if (!free.empty()) {
        const double terms = static_cast<double>(n) + 4.0;
        const Matrix A = W_(free, free);
        const Vector load = -(W_ * y)(free);
        const Matrix R = Lu(A).inverse();
        y(free) = R * load;
        if (!R.allFinite() || !y.allFinite()) {
            return point;
        }
        const Matrix G = Matrix::Identity(A.rows(), A.cols()) - R * A;
        const Matrix G_error = 2.0 * terms * unit_roundoff * (R.cwiseAbs() * A.cwiseAbs()) +
                               underflow * R.cwiseAbs() * Matrix::Ones(A.rows(), A.cols());
        const double contraction = outward * (G.cwiseAbs() + G_error).rowwise().sum().maxCoeff();
        if (!(contraction < 0.5)) {
            return point;
        }
        const Vector residual = (W_ * y)(free).cwiseAbs() + row_errors(y)(free);
        point.y_error =
            outward * (R.cwiseAbs() * residual).maxCoeff() / (1.0 - contraction) + underflow;
        for (const Index i : free) {
            if (y[i] < range_.low - point.y_error || y[i] > range_.high + point.y_error) {
                point.place = Place::Excluded;
                return point;
            }
            if (!(y[i] > range_.low + point.y_error && y[i] < range_.high - point.y_error)) {
                return point;
            }
        }
    }
    const Vector rates = W_ * y;
    const Vector errors = row_errors(y);
    for (Index i = 0; i < n; ++i) {
        if (pattern[i] == UnitState::Free) {
            continue;
        }
        const double error =
            outward * (errors[i] + point.y_error * W_.row(i)(free).cwiseAbs().sum());
        const double rate = pattern[i] == UnitState::High ? rates[i] : -rates[i];
        if (rate < -error) {
            point.place = Place::Excluded;
            return point;
        }
        if (!(rate > error)) {
            return point;
        }
    }
    point.place = Place::Inside;
    return point;
}

std::optional<bool> LeafFilter::is_stable(const Point& point) const {
    if (point.free.empty()) {
        return true;
    }
    // g = (y − low)(high − y) · (1 for logistic and tanh): |g'| <= width.
    const double g_error =
        outward * (point.y_error * (width_ + point.y_error) + 16.0 * unit_roundoff);
    const Vector z = point.y(point.free);
    const Vector g = (z.array() - range_.low) * (range_.high - z.array());
    const Matrix A = W_(point.free, point.free);
    const Matrix J = g.asDiagonal() * A;
    const Matrix J_error = (g_error + 4.0 * unit_roundoff) * A.cwiseAbs() +
                           underflow * Matrix::Ones(A.rows(), A.cols());
    const auto discs = spectral_discs(J, J_error);
    return discs ? std::optional<bool>(discs->unstable == 0) : std::nullopt;
}

Vector LeafFilter::row_errors(const Vector& y) const {
    const double terms = static_cast<double>(y.size()) + 4.0;
    return 2.0 * terms * unit_roundoff * (W_.cwiseAbs() * y.cwiseAbs()) +
           Vector::Constant(y.size(), underflow * terms * (1.0 + y.lpNorm<1>()));
}

}  // namespace resdyn
