#include <resdyn/portrait/separatrix.hpp>

#include <fmt/format.h>

#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include <resdyn/core/error.hpp>
#include <resdyn/core/parallel.hpp>
#include <resdyn/numerics/integrate.hpp>

namespace resdyn {

namespace {

constexpr std::size_t most_ray_units = 12;  // 2^units supports
constexpr double inward_tol = 1e-12;        // a direction into the cube, up to rounding

void validate(const SeparatrixOptions& o) {
    require("separatrices", o.offset > 0 && o.offset <= 0.01, "0 < offset <= 0.01", o.offset);
    require("separatrices", o.rest_speed > 0, "rest_speed > 0", o.rest_speed);
    require("separatrices", o.end_radius > 0, "end_radius > 0", o.end_radius);
    require("separatrices", o.spacing >= 0, "spacing >= 0", o.spacing);
    require("separatrices", o.winding >= 0, "winding >= 0", o.winding);
    require("separatrices", o.max_turns >= 0, "max_turns >= 0", o.max_turns);
}

/// The residual flow, forward or backward in time.
class TimedFlow final : public VectorField {
  public:
    TimedFlow(const ResidualSystem& system, double direction)
        : system_(system), direction_(direction) {}
    Index dimension() const override { return system_.dimension(); }
    Vector value(const Vector& y) const override {
        return direction_ * system_.residual_velocity(y);
    }
    Matrix jacobian(const Vector& y) const override {
        return direction_ * system_.residual_jacobian(y);
    }

  private:
    const ResidualSystem& system_;
    double direction_;
};

struct Launch {
    InvariantCurve curve;  ///< without its points.
    Vector origin;
    double time = 1.0;  ///< direction of time.
};

double distance_to_segment(const Vector& p, const Vector& a, const Vector& b) {
    const Vector ab = b - a;
    const double length = ab.squaredNorm();
    const double t = length > 0 ? std::clamp(ab.dot(p - a) / length, 0.0, 1.0) : 0.0;
    return (p - a - t * ab).norm();
}

/// The last stretch [k, k + 1] of the curve before point `at` that passes within `near` of it, the
/// curve having been farther than four times that in between; none: nullopt.
std::optional<std::size_t> passage(const std::vector<Vector>& points, std::size_t at, double near) {
    bool left = false;
    for (std::size_t k = at; k-- > 0;) {
        const double away = (points[k] - points[at]).norm();
        left = left || away > 4.0 * near;
        if (left && away <= near + (points[k + 1] - points[k]).norm() &&
            distance_to_segment(points[at], points[k], points[k + 1]) <= near) {
            return k;
        }
    }
    return std::nullopt;
}

/// How many points a curve has until it has run a whole turn along itself; all of them if it never
/// does.
std::size_t first_turn(const std::vector<Vector>& points, double near) {
    double retraced = 0.0;  // length of the run along itself
    double turn = 0.0;      // length of the turn at which that run began
    for (std::size_t at = 1; at < points.size(); ++at) {
        const std::optional<std::size_t> earlier = passage(points, at, near);
        if (!earlier) {
            retraced = turn = 0.0;
            continue;
        }
        if (turn == 0) {
            for (std::size_t k = *earlier; k < at; ++k) {
                turn += (points[k + 1] - points[k]).norm();
            }
        } else {
            retraced += (points[at] - points[at - 1]).norm();
        }
        if (retraced >= turn) {
            return at + 1;
        }
    }
    return points.size();
}

/// How many points a curve has until it is within `near` of one of the closed curves.
std::size_t first_near(const std::vector<Vector>& points, const std::vector<Matrix>& cycles,
                       double near) {
    for (std::size_t at = 1; at < points.size(); ++at) {
        for (const Matrix& cycle : cycles) {
            for (Index k = 0; k + 1 < cycle.cols(); ++k) {
                if (distance_to_segment(points[at], cycle.col(k), cycle.col(k + 1)) <= near) {
                    return at + 1;
                }
            }
        }
    }
    return points.size();
}

/// How many points a curve has until its tangent has turned by `turns` times 2π.
std::size_t first_turned(const std::vector<Vector>& points, double turns) {
    double angle = 0.0;
    for (std::size_t at = 1; at + 1 < points.size(); ++at) {
        const Vector before = points[at] - points[at - 1];
        const Vector after = points[at + 1] - points[at];
        const double lengths = before.norm() * after.norm();
        if (lengths > 0) {
            angle += std::acos(std::clamp(before.dot(after) / lengths, -1.0, 1.0));
        }
        if (angle >= turns * 2.0 * std::numbers::pi) {
            return at + 1;
        }
    }
    return points.size();
}

/// Cuts a curve without an end at the first of what the options say.
void cut_short(std::vector<Vector>& points, const SeparatrixOptions& options, double side,
               InvariantCurve& curve) {
    const auto cut_at = [&](std::size_t count, CurveCut cut) {
        if (count < points.size()) {
            points.resize(count);
            curve.cut = cut;
        }
    };
    if (options.winding > 0) {
        cut_at(first_turn(points, options.winding * side), CurveCut::Itself);
        cut_at(first_near(points, options.cycles, options.winding * side), CurveCut::Cycle);
    }
    if (options.max_turns > 0) {
        cut_at(first_turned(points, options.max_turns), CurveCut::Turns);
    }
}

void follow(const ResidualSystem& system, const std::vector<Equilibrium>& equilibria,
            const SeparatrixOptions& options, const Launch& launch, InvariantCurve& curve) {
    const Levels range = levels(system.activation());
    const double side = range.high - range.low;
    Vector start = launch.origin + options.offset * side * launch.curve.direction;
    start = start.cwiseMax(range.low).cwiseMin(range.high);
    // NOTE: the speed at the start is small as well; the rest test there asks for less.
    const double first_speed = system.residual_velocity(start).lpNorm<Eigen::Infinity>();
    const Trajectory path = integrate(TimedFlow(system, launch.time), start,
                                      {.t_end = options.t_end,
                                       .rel_tol = options.rel_tol,
                                       .abs_tol = options.abs_tol,
                                       .max_steps = options.max_steps,
                                       .rest_tol = std::min(options.rest_speed, first_speed / 2)});
    curve = launch.curve;
    std::vector<Vector> kept = {launch.origin};
    for (Index k = 0; k < path.x.cols(); ++k) {
        const Vector y = path.x.col(k).cwiseMax(range.low).cwiseMin(range.high);
        if (k + 1 == path.x.cols() || (y - kept.back()).norm() >= options.spacing * side) {
            kept.push_back(y);
        }
    }
    for (const Equilibrium& equilibrium : equilibria) {
        const double distance = (kept.back() - equilibrium.y).lpNorm<Eigen::Infinity>();
        if (distance <= options.end_radius * side &&
            (!curve.end || distance < curve.end_distance)) {
            curve.end = equilibrium.pattern;
            curve.end_distance = distance;
        }
    }
    if (!curve.end) {
        cut_short(kept, options, side, curve);
    }
    curve.y.resize(system.dimension(), static_cast<Index>(kept.size()));
    for (std::size_t k = 0; k < kept.size(); ++k) {
        curve.y.col(static_cast<Index>(k)) = kept[k];
    }
}

std::vector<InvariantCurve> followed(const ResidualSystem& system,
                                     const std::vector<Equilibrium>& equilibria,
                                     const SeparatrixOptions& options,
                                     const std::vector<Launch>& launches) {
    std::vector<InvariantCurve> curves(launches.size());
    parallel_for(static_cast<Index>(launches.size()), options.threads, [&](Index k) {
        const auto at = static_cast<std::size_t>(k);
        follow(system, equilibria, options, launches[at], curves[at]);
    });
    return curves;
}

/// A step along v stays in the closed cube.
bool points_inward(const Levels& range, const Vector& y, const Vector& v) {
    for (Index i = 0; i < y.size(); ++i) {
        if ((y[i] <= range.low && v[i] < -inward_tol) ||
            (y[i] >= range.high && v[i] > inward_tol)) {
            return false;
        }
    }
    return true;
}

}  // namespace

std::string_view to_string(CurveKind kind) {
    switch (kind) {
        case CurveKind::Unstable:
            return "unstable";
        case CurveKind::Stable:
            return "stable";
        case CurveKind::Ray:
            return "ray";
    }
    return "unknown";
}

std::string_view to_string(CurveCut cut) {
    switch (cut) {
        case CurveCut::None:
            return "none";
        case CurveCut::Cycle:
            return "cycle";
        case CurveCut::Itself:
            return "itself";
        case CurveCut::Turns:
            return "turns";
    }
    return "unknown";
}

std::vector<InvariantCurve> separatrices(const ResidualSystem& system,
                                         const std::vector<Equilibrium>& equilibria,
                                         const Matrix& basis, const SeparatrixOptions& options) {
    validate(options);
    const Index n = system.dimension();
    const Matrix B = basis.size() == 0 ? Matrix(Matrix::Identity(n, n)) : basis;
    const Levels range = levels(system.activation());
    std::vector<Launch> launches;
    for (const Equilibrium& equilibrium : equilibria) {
        if (!equilibrium.spectrum.is_hyperbolic()) {
            continue;
        }
        const Matrix J = B.transpose() * system.residual_jacobian(equilibrium.y) * B;
        const Eigen::EigenSolver<Matrix> solver(J);
        const auto& values = solver.eigenvalues();
        const Index unstable = (values.real().array() > 0).count();
        if (unstable == 0 || unstable == values.size()) {
            continue;  // a node or a focus here
        }
        for (Index k = 0; k < values.size(); ++k) {
            const bool grows = values[k].real() > 0;
            if (values[k].imag() != 0 || (grows ? unstable : values.size() - unstable) != 1) {
                continue;
            }
            Vector v = B * solver.eigenvectors().col(k).real();
            v = (v.array().abs() <= inward_tol * v.cwiseAbs().maxCoeff()).select(0.0, v);
            v.normalize();
            for (const double way : {1.0, -1.0}) {
                if (points_inward(range, equilibrium.y, way * v)) {
                    launches.push_back({{.kind = grows ? CurveKind::Unstable : CurveKind::Stable,
                                         .from = equilibrium.pattern,
                                         .eigenvalue = values[k].real(),
                                         .direction = way * v,
                                         .y = {},
                                         .end = std::nullopt},
                                        equilibrium.y,
                                        grows ? 1.0 : -1.0});
                }
            }
        }
    }
    return followed(system, equilibria, options, launches);
}

std::vector<InvariantCurve> origin_rays(const ResidualSystem& system,
                                        const std::vector<Index>& units,
                                        const std::vector<Equilibrium>& equilibria,
                                        const SeparatrixOptions& options) {
    validate(options);
    if (units.size() > most_ray_units) {
        reject_argument("rays of the origin", fmt::format("at most {} units", most_ray_units),
                        fmt::format("{}", units.size()));
    }
    if (system.activation() != Activation::Logistic) {
        return {};
    }
    const Index n = system.dimension();
    std::vector<Launch> launches;
    for (std::size_t support = 1; support < (std::size_t{1} << units.size()); ++support) {
        std::vector<Index> K;
        for (std::size_t k = 0; k < units.size(); ++k) {
            if ((support >> k & 1U) != 0) {
                K.push_back(units[k]);
            }
        }
        const Eigen::FullPivLU<Matrix> lu(system.W()(K, K));
        if (!lu.isInvertible()) {
            continue;
        }
        Vector v = lu.solve(Vector::Ones(static_cast<Index>(K.size())));
        const double sign = v.minCoeff() > 0 ? 1.0 : v.maxCoeff() < 0 ? -1.0 : 0.0;
        if (sign == 0) {
            continue;
        }
        Vector ray = Vector::Zero(n);
        ray(K) = sign * v;
        const double kappa = sign / ray.maxCoeff();
        Pattern origin;
        origin.states.assign(static_cast<std::size_t>(n), UnitState::Low);
        launches.push_back({{.kind = CurveKind::Ray,
                             .from = origin,
                             .eigenvalue = kappa,
                             .direction = ray.normalized(),
                             .y = {},
                             .end = std::nullopt},
                            Vector::Zero(n),
                            sign});
    }
    SeparatrixOptions ray_options = options;
    ray_options.offset = std::max(options.offset, 1e-4);  // speeds there are of second order
    return followed(system, equilibria, ray_options, launches);
}

}  // namespace resdyn
