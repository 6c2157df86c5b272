#include <resdyn/recurrence/map_cycle.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <resdyn/core/error.hpp>
#include <resdyn/equilibria/stability.hpp>

#include "numerics/decompositions.hpp"

namespace resdyn {

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr double value_error = 4.0;  // ε: of f as computed, and of sums of a few terms
constexpr int most_halvings = 12;
constexpr double nearest_step = 1e-5;  // of Newton at a solution, relative to |u|

/// Column n: u_{n+1} − u_n − h (W_FF f(u_n) + load).
Matrix mismatches(const FaceFlow& flow, double h, const Matrix& u) {
    Matrix r(u.rows(), u.cols());
    for (Index n = 0; n < u.cols(); ++n) {
        r.col(n) = u.col((n + 1) % u.cols()) - u.col(n) - h * flow.value(u.col(n));
    }
    return r;
}

/// The derivative of the mismatches, columns of u one below the other.
Matrix mismatch_jacobian(const FaceFlow& flow, double h, const Matrix& u) {
    const Index m = u.rows();
    const Index p = u.cols();
    Matrix J = Matrix::Zero(m * p, m * p);
    for (Index n = 0; n < p; ++n) {
        J.block(n * m, (n + 1) % p * m, m, m).diagonal().setOnes();
        J.block(n * m, n * m, m, m) -= face_layer_jacobian(flow, h, u.col(n));
    }
    return J;
}

/// The size that residuals are measured by.
double scale_of(const FaceFlow& flow, double h, const Matrix& u) {
    const double row =
        flow.block().cwiseAbs().rowwise().sum().maxCoeff() + flow.load().lpNorm<Eigen::Infinity>();
    return std::max({1.0, u.cwiseAbs().maxCoeff(), h * row});
}

std::optional<Matrix> newton_on_cycle(const FaceFlow& flow, double h, Matrix u,
                                      const MapCycleOptions& options) {
    Matrix r = mismatches(flow, h, u);
    for (Index k = 0; k <= options.max_iterations; ++k) {
        const double size = r.cwiseAbs().maxCoeff();
        if (!std::isfinite(size)) {
            return std::nullopt;
        }
        const Vector flat = Eigen::Map<const Vector>(r.data(), r.size());
        const Vector d = Lu(mismatch_jacobian(flow, h, u)).solve(flat);
        // Towards a level the equations hold ever better and no step brings a solution nearer.
        const bool good =
            size <= options.residual_tol * scale_of(flow, h, u) &&
            d.lpNorm<Eigen::Infinity>() <= nearest_step * std::max(1.0, u.cwiseAbs().maxCoeff());
        if (k == options.max_iterations || !d.allFinite()) {
            return good ? std::optional(u) : std::nullopt;
        }
        const Matrix change = Eigen::Map<const Matrix>(d.data(), u.rows(), u.cols());
        double share = 1.0;
        bool descends = false;
        for (int halving = 0; halving < most_halvings && !descends; ++halving, share *= 0.5) {
            const Matrix next = u - share * change;
            Matrix after = mismatches(flow, h, next);
            if (after.norm() < (1.0 - 1e-4 * share) * r.norm()) {
                u = next;
                r = std::move(after);
                descends = true;
            }
        }
        if (!descends) {  // at rounding, or stuck
            return good ? std::optional(u) : std::nullopt;
        }
    }
    return std::nullopt;
}

/// The smallest d that divides p and after which the points repeat, to `tolerance`.
Index minimal_period(const Matrix& u, double tolerance) {
    const Index p = u.cols();
    for (Index d = 1; d < p; ++d) {
        if (p % d != 0) {
            continue;
        }
        double farthest = 0.0;
        for (Index n = 0; n < p; ++n) {
            farthest =
                std::max(farthest, (u.col(n) - u.col((n + d) % p)).lpNorm<Eigen::Infinity>());
        }
        if (farthest <= tolerance * std::max(1.0, u.cwiseAbs().maxCoeff())) {
            return d;
        }
    }
    return p;
}

/// The same motion, beginning with the point of smallest first unit.
Matrix in_order(const Matrix& u) {
    Index first = 0;
    u.row(0).minCoeff(&first);
    Matrix turned(u.rows(), u.cols());
    for (Index n = 0; n < u.cols(); ++n) {
        turned.col(n) = u.col((first + n) % u.cols());
    }
    return turned;
}

OrbitStability stability_of(const std::vector<Complex>& multipliers, double tolerance) {
    std::size_t inside = 0;
    std::size_t outside = 0;
    for (const Complex m : multipliers) {
        inside += std::abs(m) < 1.0 - tolerance ? 1 : 0;
        outside += std::abs(m) > 1.0 + tolerance ? 1 : 0;
    }
    if (inside + outside < multipliers.size()) {
        return OrbitStability::NonHyperbolic;
    }
    return outside == 0  ? OrbitStability::Attracting
           : inside == 0 ? OrbitStability::Repelling
                         : OrbitStability::Saddle;
}

/// What the face's equilibrium says of the cycle.
void compare(const ResidualSystem& system, const FaceFlow& flow, const Vector& y_star,
             MapCycle& cycle) {
    const double h = cycle.step;
    const auto p = static_cast<double>(cycle.period());
    const Matrix inverse = Lu(flow.block()).inverse();
    const double norm = inverse.cwiseAbs().rowwise().sum().maxCoeff();
    const Vector gap = mismatches(flow, h, cycle.u).rowwise().sum();
    const double rounding = value_error * epsilon * p * scale_of(flow, h, cycle.u);
    cycle.mean_error = (cycle.mean - y_star).lpNorm<Eigen::Infinity>();
    cycle.mean_bound =
        norm * (gap.lpNorm<Eigen::Infinity>() + rounding) / (p * h) + value_error * epsilon;
    cycle.attracts_in_cube = cycle.stability == OrbitStability::Attracting;
    for (const double rate : equilibrium_spectrum(system, cycle.face, y_star).saturated) {
        cycle.transverse_multipliers.push_back(std::exp(h * p * rate));
        cycle.attracts_in_cube = cycle.attracts_in_cube && rate < 0;
    }
}

}  // namespace

Vector face_layer(const FaceFlow& flow, double step, const Vector& u) {
    return u + step * flow.value(u);
}

Matrix face_layer_jacobian(const FaceFlow& flow, double step, const Vector& u) {
    Matrix J = step * flow.jacobian(u);
    J.diagonal().array() += 1.0;
    return J;
}

std::optional<MapCycle> refine_map_cycle(const ResidualSystem& system, const Pattern& face,
                                         const Matrix& guess,
                                         const std::optional<Vector>& equilibrium,
                                         const MapCycleOptions& options) {
    const FaceFlow flow(system, face);
    if (guess.rows() != flow.dimension() || guess.cols() < 1) {
        reject_argument("guess", fmt::format("{} rows and a column or more", flow.dimension()),
                        fmt::format("{}x{}", guess.rows(), guess.cols()));
    }
    require("map cycle", options.residual_tol > 0 && options.same_point > 0,
            "residual_tol > 0 and same_point > 0",
            std::min(options.residual_tol, options.same_point));
    require("map cycle", options.multiplier_tol >= 0, "multiplier_tol >= 0",
            options.multiplier_tol);
    require_at_least("max_iterations", options.max_iterations, 1);
    const double h = system.step();
    const auto found = newton_on_cycle(flow, h, guess, options);
    if (!found) {
        return std::nullopt;
    }
    MapCycle cycle;
    cycle.face = face;
    cycle.step = h;
    cycle.u = in_order(found->leftCols(minimal_period(*found, options.same_point)));
    cycle.residual = mismatches(flow, h, cycle.u).cwiseAbs().maxCoeff();
    cycle.y.resize(system.dimension(), cycle.u.cols());
    Matrix product = Matrix::Identity(flow.dimension(), flow.dimension());
    for (Index n = 0; n < cycle.u.cols(); ++n) {
        cycle.y.col(n) = flow.residual(cycle.u.col(n));
        product = face_layer_jacobian(flow, h, cycle.u.col(n)) * product;
    }
    if (!product.allFinite()) {
        return std::nullopt;
    }
    cycle.mean = cycle.y.rowwise().mean();
    cycle.multipliers = eigenvalues(product);
    sort_multipliers(cycle.multipliers);
    cycle.stability = stability_of(cycle.multipliers, options.multiplier_tol);
    if (equilibrium) {
        compare(system, flow, *equilibrium, cycle);
    }
    return cycle;
}

bool is_same_cycle(const MapCycle& a, const MapCycle& b, double tolerance) {
    if (a.face != b.face || a.period() != b.period()) {
        return false;
    }
    const double near = tolerance * std::max(1.0, a.u.cwiseAbs().maxCoeff());
    for (Index shift = 0; shift < a.period(); ++shift) {
        double farthest = 0.0;
        for (Index n = 0; n < a.period(); ++n) {
            const Vector apart = a.u.col(n) - b.u.col((n + shift) % b.period());
            farthest = std::max(farthest, apart.lpNorm<Eigen::Infinity>());
        }
        if (farthest <= near) {
            return true;
        }
    }
    return false;
}

}  // namespace resdyn
