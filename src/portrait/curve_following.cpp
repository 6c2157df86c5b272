#include "curve_following.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <resdyn/core/error.hpp>
#include <resdyn/numerics/integrate.hpp>

#include "distances.hpp"
#include "field_parts.hpp"

namespace resdyn {

namespace {

/// The last stretch [k, k + 1] of the curve before point `at` that passes within `near` of it, the
/// curve having been farther than four times that in between; none: nullopt.
std::optional<std::size_t> passage(const std::vector<Vector>& points, std::size_t at, double near) {
    bool left = false;
    for (std::size_t k = at; k-- > 0;) {
        const double away = (points[k] - points[at]).norm();
        left = left || away > 4.0 * near;
        if (left && away <= near + (points[k + 1] - points[k]).norm() &&
            distance_to_piece(points[at], points[k], points[k + 1]) <= near) {
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
            if (distance_to_curve(cycle, points[at]) <= near) {
                return at + 1;
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
               FollowedCurve& curve) {
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

}  // namespace

void check_separatrix_options(const SeparatrixOptions& o) {
    require("separatrices", o.offset > 0 && o.offset <= 0.01, "0 < offset <= 0.01", o.offset);
    require("separatrices", o.rest_speed > 0, "rest_speed > 0", o.rest_speed);
    require("separatrices", o.end_radius > 0, "end_radius > 0", o.end_radius);
    require("separatrices", o.spacing >= 0, "spacing >= 0", o.spacing);
    require("separatrices", o.winding >= 0, "winding >= 0", o.winding);
    require("separatrices", o.max_turns >= 0, "max_turns >= 0", o.max_turns);
}

FollowedCurve follow_curve(const VectorField& field, const CurveStart& launch,
                           const CurveSpace& space, const std::vector<Vector>& ends,
                           const SeparatrixOptions& options) {
    const bool hold = space.at_border == AtBorder::Hold;
    const auto held = [&](const Vector& x) -> Vector {
        return hold ? Vector(x.cwiseMax(space.box.lower).cwiseMin(space.box.upper)) : x;
    };
    const double side = space.side;
    const Vector start = held(launch.from + options.offset * side * launch.direction);
    const TimedFlow flow(field, launch.time);
    // NOTE: the speed at the start is small as well; the rest test there asks for less.
    const double first_speed = flow.value(start).lpNorm<Eigen::Infinity>();
    const Trajectory path = integrate(flow, start,
                                      {.t_end = options.t_end,
                                       .rel_tol = options.rel_tol,
                                       .abs_tol = options.abs_tol,
                                       .max_steps = options.max_steps,
                                       .rest_tol = std::min(options.rest_speed, first_speed / 2)});
    FollowedCurve curve;
    std::vector<Vector> kept = {launch.from};
    for (Index k = 0; k < path.x.cols() && !curve.left_box; ++k) {
        const Vector x = held(path.x.col(k));
        curve.left_box = !hold && !contains(space.box, x);
        if (k + 1 == path.x.cols() || curve.left_box ||
            (x - kept.back()).norm() >= options.spacing * side) {
            kept.push_back(x);
        }
    }
    for (std::size_t k = 0; k < ends.size(); ++k) {
        const double distance = (kept.back() - ends[k]).lpNorm<Eigen::Infinity>();
        if (distance <= options.end_radius * side &&
            (!curve.end || distance < curve.end_distance)) {
            curve.end = k;
            curve.end_distance = distance;
        }
    }
    if (!curve.end) {
        cut_short(kept, options, side, curve);
        curve.left_box = curve.left_box && curve.cut == CurveCut::None;
    }
    curve.x.resize(field.dimension(), static_cast<Index>(kept.size()));
    for (std::size_t k = 0; k < kept.size(); ++k) {
        curve.x.col(static_cast<Index>(k)) = kept[k];
    }
    return curve;
}

}  // namespace resdyn
