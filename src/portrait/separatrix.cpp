#include <resdyn/portrait/separatrix.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include <resdyn/core/error.hpp>

#include "core/parallel.hpp"
#include "curve_following.hpp"
#include "numerics/decompositions.hpp"

namespace resdyn {

namespace {

constexpr std::size_t most_ray_units = 12;  // 2^units supports
constexpr double inward_tol = 1e-12;        // a direction into the cube, up to rounding

struct Launch {
    InvariantCurve curve;  ///< without its points.
    Vector origin;
    double time = 1.0;  ///< direction of time.
};

void follow(const ResidualSystem& system, const std::vector<Equilibrium>& equilibria,
            const SeparatrixOptions& options, const Launch& launch, InvariantCurve& curve) {
    const Index n = system.dimension();
    const Levels range = levels(system.activation());
    std::vector<Vector> ends;
    for (const Equilibrium& equilibrium : equilibria) {
        ends.push_back(equilibrium.y);
    }
    FollowedCurve path =
        follow_curve(ResidualFlow(system), {launch.origin, launch.curve.direction, launch.time},
                     {.box = {Vector::Constant(n, range.low), Vector::Constant(n, range.high)},
                      .side = range.high - range.low,
                      .at_border = AtBorder::Hold},
                     ends, options);
    curve = launch.curve;
    curve.y = std::move(path.x);
    if (path.end) {
        curve.end = equilibria[*path.end].pattern;
    }
    curve.end_distance = path.end_distance;
    curve.cut = path.cut;
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
    check_separatrix_options(options);
    const Index n = system.dimension();
    const Matrix B = basis.size() == 0 ? Matrix(Matrix::Identity(n, n)) : basis;
    const Levels range = levels(system.activation());
    std::vector<Launch> launches;
    for (const Equilibrium& equilibrium : equilibria) {
        if (!equilibrium.spectrum.is_hyperbolic()) {
            continue;
        }
        const Matrix J = B.transpose() * system.residual_jacobian(equilibrium.y) * B;
        const Eigenpairs pairs = eigenpairs(J);
        const auto& values = pairs.values;
        const Index unstable = (values.real().array() > 0).count();
        if (unstable == 0 || unstable == values.size()) {
            continue;  // a node or a focus here
        }
        for (Index k = 0; k < values.size(); ++k) {
            const bool grows = values[k].real() > 0;
            if (values[k].imag() != 0 || (grows ? unstable : values.size() - unstable) != 1) {
                continue;
            }
            Vector v = B * pairs.vectors.col(k).real();
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
    check_separatrix_options(options);
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
        const RankRevealingLu lu(system.W()(K, K));
        if (!lu.is_invertible()) {
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
