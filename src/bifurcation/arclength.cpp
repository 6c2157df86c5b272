#include "arclength.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include <resdyn/core/error.hpp>
#include <resdyn/core/interrupt.hpp>

#include "numerics/decompositions.hpp"

namespace resdyn {

namespace {

constexpr double growth = 1.5;  // of the step after an easy correction
constexpr Index easy_corrections = 3;

void validate(Index dimension, const Vector& y0, double alpha0, const ContinuationOptions& o) {
    if (!(std::isfinite(o.from) && std::isfinite(o.to) && o.from < o.to)) {
        reject_argument("alpha", "a range from < to of finite numbers",
                        fmt::format("from {} to {}", o.from, o.to));
    }
    if (!(alpha0 >= o.from && alpha0 <= o.to)) {
        reject_argument("alpha0", fmt::format("a number in [{}, {}]", o.from, o.to),
                        fmt::format("{}", alpha0));
    }
    if (y0.size() != dimension) {
        reject_argument("y0", fmt::format("{} numbers", dimension), fmt::format("{}", y0.size()));
    }
    if (o.direction != 1 && o.direction != -1) {
        reject_argument("direction", "1 or -1", fmt::format("{}", o.direction));
    }
    if (!(o.first_step > 0 && o.min_step > 0 && o.max_step >= o.first_step && o.event_tol > 0 &&
          o.residual_tol > 0 && o.max_corrections >= 1 && o.max_points >= 1)) {
        reject_argument("continuation",
                        "steps and tolerances > 0, max_step >= first_step, counts >= 1",
                        "options that break this");
    }
}

class Continuation {
  public:
    Continuation(const ContinuationProblem& problem, const ContinuationOptions& options)
        : problem_(problem), options_(options) {}

    std::vector<ContinuationPoint> run(const Vector& y0, double alpha0, const Vector& towards) {
        const Index n = y0.size();
        Vector z(n + 1);
        z << y0, alpha0;
        const Vector ahead = towards.size() > 0
                                 ? towards.normalized()
                                 : Vector(options_.direction * Vector::Unit(n + 1, n));
        const auto start = correct(z, ahead, z);
        if (!start) {
            points_.push_back(describe(z, ContinuationLabel::NoConvergence));
            return std::move(points_);
        }
        z = *start;
        const auto& marks = options_.marks;
        const bool on_mark = std::find(marks.begin(), marks.end(), alpha0) != marks.end();
        ContinuationPoint here =
            describe(z, on_mark ? ContinuationLabel::UserValue : ContinuationLabel::EndPoint);
        points_.push_back(here);
        problem_.goes_on_from(z);
        Vector t = tangent(z, ahead);
        double step = options_.first_step;
        while (static_cast<Index>(points_.size()) < options_.max_points) {
            interruption_point("continuation");
            const auto next = advance(z, t, step);
            if (!next) {
                step *= 0.5;
                if (step < options_.min_step) {
                    points_.back().label = ContinuationLabel::NoConvergence;
                    break;
                }
                continue;
            }
            if (!inside(*next) || !problem_.may_move(z, *next)) {
                finish(z, here, t, step);
                break;
            }
            ContinuationPoint there = describe(*next, ContinuationLabel::Regular);
            locate_events(z, here, t, step, *next, there);
            problem_.goes_on_from(*next);
            const Vector turned = tangent(*next, t);
            z = *next;
            t = turned;
            here = there;
            points_.push_back(std::move(there));
            step = std::min(options_.max_step,
                            corrections_ <= easy_corrections ? growth * step : step);
        }
        return std::move(points_);
    }

  private:
    Vector tangent(const Vector& z, const Vector& before) const {
        const Index n = z.size() - 1;
        Matrix bordered(n + 1, n + 1);
        bordered.topRows(n) = problem_.jacobian(z);
        bordered.row(n) = before.transpose();
        Vector t = Lu(bordered).solve(Vector::Unit(n + 1, n));
        t.normalize();
        return t.allFinite() ? t : before;
    }

    /// Newton from `z` on F = 0 and t·(z − target) = 0.
    std::optional<Vector> correct(Vector z, const Vector& t, const Vector& target) {
        const Index n = z.size() - 1;
        for (corrections_ = 0; corrections_ <= options_.max_corrections; ++corrections_) {
            Vector residual(n + 1);
            residual << problem_.field(z), t.dot(z - target);
            if (!residual.allFinite()) {
                return std::nullopt;
            }
            if (residual.lpNorm<Eigen::Infinity>() <= options_.residual_tol) {
                return z;
            }
            Matrix bordered(n + 1, n + 1);
            bordered.topRows(n) = problem_.jacobian(z);
            bordered.row(n) = t.transpose();
            z -= Lu(bordered).solve(residual);
        }
        return std::nullopt;
    }

    std::optional<Vector> advance(const Vector& z, const Vector& t, double step) {
        const Vector target = z + step * t;
        auto next = correct(target, t, target);
        // A corrector that goes farther than the step has changed branch.
        if (next && (*next - target).norm() > 0.5 * step) {
            return std::nullopt;
        }
        return next;
    }

    /// Bisects in arclength from z for where the run leaves the range or the cube, or may not go
    /// on. Where another curve crosses, the corrector loses its own before that; from a nearer
    /// point it comes nearer.
    void finish(Vector z, ContinuationPoint here, Vector t, double step) {
        constexpr int most_rounds = 30;
        for (int round = 0; round < most_rounds; ++round) {
            Nearest reached = nearest_to_end(z, t, step);
            if (reached.leaves_range) {
                // Where it is the range that ends, the end is its value: a mark may be there.
                const double alpha = reached.beyond[reached.beyond.size() - 1];
                const double value = std::clamp(alpha, options_.from, options_.to);
                const auto exact = value != alpha ? at_alpha(reached.last, value) : std::nullopt;
                if (exact && problem_.contains(*exact)) {
                    reached.last = *exact;
                }
            }
            ContinuationPoint there = describe(reached.last, ContinuationLabel::Regular);
            locate_events(z, here, t, reached.arclength, reached.last, there);
            here = std::move(there);
            if (reached.leaves_range || reached.arclength <= options_.event_tol) {
                break;
            }
            problem_.goes_on_from(reached.last);
            t = tangent(reached.last, t);
            z = reached.last;
            step = std::min(step, reached.arclength);
        }
        here.label = ContinuationLabel::EndPoint;
        points_.push_back(std::move(here));
    }

    struct Nearest {
        Vector last = {};           ///< where the run may still be,
        double arclength = 0.0;     ///< so far from its base.
        Vector beyond = {};         ///< where it may not be any more,
        bool leaves_range = false;  ///< for `inside` does not hold there.
    };

    Nearest nearest_to_end(const Vector& z, const Vector& t, double step) {
        Nearest reached{.last = z};
        double high = step;
        while (high - reached.arclength > options_.event_tol) {
            const double middle = 0.5 * (reached.arclength + high);
            const auto next = advance(z, t, middle);
            if (next && inside(*next) && problem_.may_move(z, *next)) {
                reached.arclength = middle;
                reached.last = *next;
            } else {
                high = middle;
            }
        }
        if (const auto beyond = advance(z, t, high)) {
            reached.beyond = *beyond;
            reached.leaves_range = !inside(*beyond);
        }
        return reached;
    }

    /// A point of the curve and its arclength from the step's beginning.
    struct Place {
        double arclength = 0.0;
        Vector z;
    };

    /// Bisects for where `is_before` ceases to hold between the beginning of the step and `next`;
    /// the place is beyond it.
    template <typename Condition>
    Place bisected(const Vector& z, const Vector& t, double step, const Vector& next,
                   const Condition& is_before) {
        double low = 0.0;
        Place beyond{step, next};
        while (beyond.arclength - low > options_.event_tol) {
            const double middle = 0.5 * (low + beyond.arclength);
            const auto point = advance(z, t, middle);
            if (!point) {
                break;
            }
            if (is_before(*point)) {
                low = middle;
            } else {
                beyond = {middle, *point};
            }
        }
        return beyond;
    }

    /// Between z, described as `here`, and `next`, described as `there`; in the order of arclength.
    void locate_events(const Vector& z, const ContinuationPoint& here, const Vector& t, double step,
                       const Vector& next, const ContinuationPoint& there) {
        if (step == 0.0) {
            return;
        }
        std::vector<std::pair<double, ContinuationPoint>> found;
        for (const bool of_map : {false, true}) {
            const auto count = [&](const ContinuationPoint& point) {
                return of_map ? point.outside : point.unstable;
            };
            const Index before = count(here);
            if (count(there) == before) {
                continue;
            }
            const Place at = bisected(z, t, step, next, [&](const Vector& point) {
                return count(describe(point, ContinuationLabel::Regular)) == before;
            });
            ContinuationPoint event = describe(at.z, ContinuationLabel::Regular);
            event.label = problem_.name(at.z, event, of_map);
            // Crossings of zero show on both clocks; they are named once.
            if (!of_map || event.label == ContinuationLabel::Flip ||
                event.label == ContinuationLabel::NeimarkSacker) {
                found.emplace_back(at.arclength, std::move(event));
            }
        }
        for (const double mark : options_.marks) {
            const bool upward = here.alpha < mark && mark <= there.alpha;
            const bool downward = here.alpha > mark && mark >= there.alpha;
            if (upward || downward) {
                found.push_back(marked(z, t, step, next, mark, upward));
            }
        }
        std::stable_sort(found.begin(), found.end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
        for (auto& [arclength, event] : found) {
            points_.push_back(std::move(event));
        }
    }

    /// The point of this α next to one of about that α, by Newton (which fails near a fold).
    std::optional<Vector> at_alpha(const Vector& near, double alpha) {
        const Index n = near.size() - 1;
        Vector target = near;
        target[n] = alpha;
        const Index corrections = corrections_;
        auto exact = correct(target, Vector::Unit(n + 1, n), target);
        corrections_ = corrections;
        return exact;
    }

    /// The point at α = mark: by bisection, then at that α.
    std::pair<double, ContinuationPoint> marked(const Vector& z, const Vector& t, double step,
                                                const Vector& next, double mark, bool upward) {
        const Index n = z.size() - 1;
        const Place at = bisected(z, t, step, next, [&](const Vector& point) {
            return upward ? point[n] < mark : point[n] > mark;
        });
        const auto exact = at_alpha(at.z, mark);
        return {at.arclength, describe(exact ? *exact : at.z, ContinuationLabel::UserValue)};
    }

    bool inside(const Vector& z) const {
        const double alpha = z[z.size() - 1];
        return alpha >= options_.from && alpha <= options_.to && problem_.contains(z);
    }

    ContinuationPoint describe(const Vector& z, ContinuationLabel label) const {
        ContinuationPoint point;
        point.alpha = z[z.size() - 1];
        point.y = z.head(z.size() - 1);
        point.residual = problem_.field(z).lpNorm<Eigen::Infinity>();
        point.label = label;
        problem_.judge(z, point);
        return point;
    }

    const ContinuationProblem& problem_;
    const ContinuationOptions& options_;
    Index corrections_ = 0;
    std::vector<ContinuationPoint> points_ = {};
};

}  // namespace

bool ContinuationProblem::may_move(const Vector& /*from*/, const Vector& /*to*/) const {
    return true;
}

void ContinuationProblem::goes_on_from(const Vector& /*z*/) const {}

std::vector<ContinuationPoint> follow_curve_of_equilibria(const ContinuationProblem& problem,
                                                          const Vector& y0, double alpha0,
                                                          const ContinuationOptions& options,
                                                          const Vector& towards) {
    validate(problem.dimension(), y0, alpha0, options);
    return Continuation(problem, options).run(y0, alpha0, towards);
}

}  // namespace resdyn
