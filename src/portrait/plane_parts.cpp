#include "plane_parts.hpp"

#include <algorithm>
#include <cmath>

#include "numerics/decompositions.hpp"

namespace resdyn {

namespace {

constexpr Index leakage_grid = 9;
constexpr double plastic = 1.32471795724474602596;  // real root of x³ = x + 1
constexpr double at_edge = 1e-12;                   // beyond the window that still counts as in it

}  // namespace

Slice coordinate_plane(Index i, Index j, const Vector& held) {
    Slice slice;
    slice.units = {i, j};
    slice.origin = held;
    slice.origin[i] = 0.0;
    slice.origin[j] = 0.0;
    slice.basis = Matrix::Zero(held.size(), 2);
    slice.basis(i, 0) = 1.0;
    slice.basis(j, 1) = 1.0;
    return slice;
}

double leakage(const Slice& slice, const PlaneSpace& space) {
    double worst = 0.0;
    for (Index i = 0; i < leakage_grid; ++i) {
        for (Index j = 0; j < leakage_grid; ++j) {
            const Vector weights{{(static_cast<double>(i) + 0.5) / leakage_grid,
                                  (static_cast<double>(j) + 0.5) / leakage_grid}};
            const Vector s =
                slice.window.lower + weights.cwiseProduct(slice.window.upper - slice.window.lower);
            const Vector q = slice.at(s);
            if (!space.contains(q)) {
                continue;
            }
            const Vector v = space.velocity(q);
            const double speed = v.norm();
            const double off = (v - slice.basis * (slice.basis.transpose() * v)).norm();
            worst = speed > 0 ? std::max(worst, off / speed) : worst;
        }
    }
    return worst;
}

std::vector<FieldArrow> arrows(const Slice& slice, const PlaneSpace& space, Index grid) {
    const Vector cell = (slice.window.upper - slice.window.lower) / static_cast<double>(grid);
    std::vector<FieldArrow> field;
    for (Index j = 0; j < grid; ++j) {
        for (Index i = 0; i < grid; ++i) {
            const Vector s{{slice.window.lower[0] + cell[0] * (static_cast<double>(i) + 0.5),
                            slice.window.lower[1] + cell[1] * (static_cast<double>(j) + 0.5)}};
            const Vector q = slice.at(s);
            if (!space.contains(q)) {
                continue;
            }
            const Vector velocity = slice.basis.transpose() * space.velocity(q);
            const double speed = velocity.norm();
            field.push_back({s, speed > 0 ? Vector(velocity / speed) : Vector::Zero(2), speed});
        }
    }
    return field;
}

std::vector<EigenDirection> eigen_directions(const Slice& slice, const Vector& at,
                                             const Matrix& J) {
    const Eigenpairs pairs = eigenpairs(Matrix(slice.basis.transpose() * J * slice.basis));
    std::vector<EigenDirection> result;
    for (Index k = 0; k < 2; ++k) {
        if (pairs.values[k].imag() == 0) {
            result.push_back(
                {at, pairs.vectors.col(k).real().normalized(), pairs.values[k].real()});
        }
    }
    return result;
}

bool in_window(const Slice& slice, const Vector& s) {
    return (s.array() >= slice.window.lower.array() - at_edge).all() &&
           (s.array() <= slice.window.upper.array() + at_edge).all();
}

PortraitTrajectory flow_path(const VectorField& field, const Slice& slice, const Vector& start,
                             const std::function<Vector(const Vector&)>& state,
                             const PathOptions& options) {
    IntegrateOptions integration{
        .t_end = options.t_end, .rel_tol = options.rel_tol, .abs_tol = options.abs_tol};
    for (Index k = 0; k < options.samples; ++k) {
        integration.sample_times.push_back(options.t_end * static_cast<double>(k) /
                                           static_cast<double>(options.samples - 1));
    }
    const Trajectory flow = integrate(field, start, integration);
    Matrix s(2, flow.x.cols());
    for (Index k = 0; k < flow.x.cols(); ++k) {
        s.col(k) = slice.coordinates(state(flow.x.col(k)));
    }
    const double spacing = options.spacing * (slice.window.upper - slice.window.lower).maxCoeff();
    std::vector<Index> kept;
    for (Index k = 0; k < s.cols(); ++k) {
        const bool moved = kept.empty() || (s.col(k) - s.col(kept.back())).norm() >= spacing;
        if (moved || k + 1 == s.cols()) {
            kept.push_back(k);
        }
    }
    PortraitTrajectory result;
    for (const Index k : kept) {
        result.t.push_back(flow.t[static_cast<std::size_t>(k)]);
    }
    result.s = s(Eigen::all, kept);
    result.outcome = flow.outcome;
    return result;
}

Vector spread_point(const Slice& slice, Index k) {
    const auto part = [k](double power) {
        const double value = 0.5 + static_cast<double>(k + 1) / power;
        return value - std::floor(value);
    };
    const Vector weights{{part(plastic), part(plastic * plastic)}};
    return slice.window.lower + weights.cwiseProduct(slice.window.upper - slice.window.lower);
}

}  // namespace resdyn
