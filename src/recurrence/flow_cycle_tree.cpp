#include "flow_cycle_tree.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>
#include <utility>

#include "branch_switch.hpp"
#include "flow_cycle_curve.hpp"
#include "numerics/decompositions.hpp"

namespace resdyn {

namespace {

constexpr Index segments_a_turn = 8;
constexpr double first_amplitude = 1e-2;     // of a branch, in u, from where it is born
constexpr double smallest_amplitude = 1e-4;  // tried at birth
constexpr double shrunk = 0.25;              // of the first amplitude: the cycle is gone
constexpr double farthest_u = 60.0;
constexpr double good_residual = 1e-9;
// A doubled cycle nearer than this to the one of half as many turns has come back to it: below, the
// residual no longer tells them apart.
constexpr double least_apart_in_flow = 1e-3;
// Relative: where a branch that came back and a birth are one point, and where the two sides of a
// pitchfork begin.
constexpr double same_flow_birth = 1e-5;
constexpr double same_flow_side = 1e-7;
constexpr double one_flow_value = 1e-8;  // relative: a family of cycles, which goes nowhere

/// Where a branch leaves another, or the equilibrium.
struct FlowBirth {
    std::optional<std::size_t> parent;
    CycleLabel label = CycleLabel::Hopf;
    Index turns = 1;
    Vector start;       ///< (x_0 … x_{m−1}, T, α), still on the old one.
    Vector direction;   ///< |·|_2 = 1.
    Matrix velocities;  ///< at its points, |F|×m: how the phase is held.
};

/// A PD or BP.
struct MetEvent {
    CycleLabel label = CycleLabel::Regular;
    double alpha = 0.0;
    double period = 0.0;
};

/// The pair nearest the imaginary axis at the Hopf point: ω and q = a + ib.
struct Pair {
    double frequency = 0.0;
    Eigen::VectorXcd q;
};

std::optional<Pair> pair_at(const Matrix& J) {
    const Eigenpairs pairs = eigenpairs(J);
    std::optional<Pair> pair;
    double nearest = std::numeric_limits<double>::infinity();
    for (Index k = 0; k < J.rows(); ++k) {
        const Complex mu = pairs.values[k];
        if (mu.imag() > 0 && std::abs(mu.real()) < nearest) {
            nearest = std::abs(mu.real());
            pair = Pair{mu.imag(), pairs.vectors.col(k)};
        }
    }
    return pair;
}

FlowBirth birth_at(const Bifurcation& event, const Vector& centre, const Pair& pair) {
    const Index n = centre.size();
    const Index m = segments_a_turn;
    FlowBirth birth;
    birth.start.resize(n * m + 2);
    birth.direction = Vector::Zero(n * m + 2);
    birth.velocities.resize(n, m);
    for (Index k = 0; k < m; ++k) {
        const Complex turn = std::polar(
            1.0, 2.0 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(m));
        birth.start.segment(k * n, n) = centre;
        birth.direction.segment(k * n, n) = (turn * pair.q).real();
        birth.velocities.col(k) = -(turn * pair.q).imag();
    }
    birth.start[n * m] = 2.0 * std::numbers::pi / pair.frequency;
    birth.start[n * m + 1] = event.alpha;
    birth.direction.normalize();
    return birth;
}

/// At a PD: twice round, the second time displaced to the other side.
Vector doubling_direction(const FlowCycleCurve& curve, const Vector& z) {
    const Matrix v = splitting_direction(curve.pieces(z), -1.0);
    Matrix twice(v.rows(), 2 * v.cols());
    twice << v, -v;
    Vector direction = Vector::Zero(twice.size() + 2);
    direction.head(twice.size()) = Eigen::Map<const Vector>(twice.data(), twice.size());
    return direction.normalized();
}

/// At a BP: in the plane of the two curves, across the one that came from `before`.
Vector crossing_direction(const Matrix& jacobian, const Vector& z, const Vector& before) {
    const Matrix plane = singular_vectors(jacobian).right.rightCols(2);
    const Vector along = plane.transpose() * (z - before);
    const Eigen::Vector2d across(-along[1], along[0]);
    return (plane * across).normalized();
}

class FlowTree {
  public:
    FlowTree(const FaceFamily& family, const Bifurcation& event, const FlowCycleOptions& options)
        : family_(family), options_(options) {
        const Vector centre = inverse(family.activation, Vector(event.y(family.free)));
        if (const auto pair = pair_at(family.jacobian(centre, event.alpha))) {
            first_period_ = 2.0 * std::numbers::pi / pair->frequency;
            births_.push_back(birth_at(event, centre, *pair));
        } else {
            tree_.not_followed = 1;
        }
    }

    FlowCycleTree follow() {
        for (std::size_t k = 0; k < births_.size(); ++k) {
            const FlowBirth birth = births_[k];
            if (birth.turns > options_.max_turns ||
                static_cast<Index>(tree_.branches.size()) >= options_.max_connected) {
                ++tree_.not_followed;
            } else if (!is_other_end(birth)) {
                follow_birth(birth);
            }
        }
        return std::move(tree_);
    }

  private:
    FlowCycleCurve curve_of(const FlowBirth& birth, const FlowCycleCurve::Limits& limits) const {
        const Index m = segments_a_turn * birth.turns;
        return {family_, m, limits,
                Eigen::Map<const Matrix>(birth.start.data(), family_.units(), m), birth.velocities};
    }

    FlowCycleCurve::Limits limits_of(const FlowBirth& birth, double amplitude) const {
        return {options_.max_growth * first_period_ * static_cast<double>(birth.turns), amplitude,
                farthest_u};
    }

    static bool is_near(double a, double b, double tolerance) {
        return std::abs(a - b) <= tolerance * (1.0 + std::abs(b));
    }

    /// Some branch of doubled cycles has come back to where this one would begin.
    bool is_other_end(const FlowBirth& birth) const {
        const Index n = birth.start.size();
        return birth.label == CycleLabel::PeriodDoubling &&
               std::any_of(tree_.branches.begin(), tree_.branches.end(),
                           [&](const FlowCycleBranch& branch) {
                               const FlowCyclePoint& last = branch.points.back();
                               return branch.end == CycleBranchEnd::Merges &&
                                      branch.turns == birth.turns &&
                                      branch.parent == birth.parent &&
                                      is_near(last.alpha, birth.start[n - 1], same_flow_birth) &&
                                      is_near(last.period, birth.start[n - 2], same_flow_birth);
                           });
    }

    void follow_birth(const FlowBirth& birth) {
        const FlowCycleCurve curve = curve_of(birth, limits_of(birth, 0.0));
        const Index n = birth.start.size();
        const double width = std::sqrt(static_cast<double>(curve.segments()));
        // Of cycles born at HB and PD the two sides are one, half a round apart.
        const int sides = birth.label == CycleLabel::BranchPoint ? 2 : 1;
        std::optional<double> other_side;
        for (int side = 0; side < sides; ++side) {
            const Vector direction = side == 0 ? birth.direction : Vector(-birth.direction);
            std::optional<Vector> z;
            for (double a = first_amplitude; !z && a >= smallest_amplitude; a *= 0.25) {
                z = switched(curve, birth.start, direction, a * width, good_residual);
            }
            if (!z) {
                ++tree_.not_followed;
                return;
            }
            const double first = (*z)[n - 1];
            if (other_side && is_near(first, *other_side, same_flow_side)) {
                return;  // the image of the first
            }
            other_side = first;
            if (first >= options_.from && first <= options_.to) {
                follow_from(birth, *z);
            }
        }
    }

    void follow_from(const FlowBirth& birth, const Vector& z) {
        // A cycle born at a point is gone when it has shrunk to a part of the first one.
        const double least = birth.label == CycleLabel::Hopf
                                 ? shrunk * curve_of(birth, limits_of(birth, 0.0)).amplitude(z)
                                 : least_amplitude_;
        least_amplitude_ = least;
        FlowCycleCurve::Limits limits = limits_of(birth, least);
        if (birth.turns % 2 == 0) {
            limits.apart =
                std::min(least_apart_in_flow,
                         0.25 * half_round_apart(curve_of(birth, limits_of(birth, 0.0)).points(z))
                                    .cwiseAbs()
                                    .maxCoeff());
        }
        const FlowCycleCurve curve = curve_of(birth, limits);
        const Index n = curve.dimension();
        const auto width = std::sqrt(static_cast<double>(n - 1));
        const bool family = is_near(z[n], birth.start[n], one_flow_value);
        const std::vector<ContinuationPoint> found =
            follow_curve_of_equilibria(curve, z.head(n), z[n],
                                       {.from = options_.from,
                                        .to = options_.to,
                                        .first_step = std::min(0.02, options_.max_step) * width,
                                        .min_step = 1e-8,
                                        .max_step = options_.max_step * width,
                                        .residual_tol = good_residual,
                                        .event_tol = 1e-8,
                                        .max_points = family ? 1 : options_.max_points,
                                        .marks = options_.marks},
                                       z - birth.start);
        FlowCycleBranch branch;
        branch.face = family_.pattern;
        branch.parent = birth.parent;
        branch.born = birth.label;
        branch.turns = birth.turns;
        branch.birth = birth.start[n];
        branch.frequency = 2.0 * std::numbers::pi / birth.start[n - 1];
        for (const ContinuationPoint& point : found) {
            branch.points.push_back(described(curve, point));
        }
        branch.end = family ? CycleBranchEnd::Family : end_of(branch, limits);
        tree_.branches.push_back(std::move(branch));
        Vector before = birth.start;
        for (const ContinuationPoint& point : found) {
            const Vector at = flat(point);
            add_births_at(curve, birth, label_of(point.label), at, before);
            before = at;
        }
    }

    /// This event was met before: by another branch through it, by the same one on its way back
    /// (beyond a pitchfork its images follow), or by an image.
    bool is_known(CycleLabel label, const Vector& z) {
        const Index n = z.size() - 1;
        const bool known = std::any_of(met_.begin(), met_.end(), [&](const MetEvent& event) {
            return event.label == label && is_near(z[n], event.alpha, same_flow_birth) &&
                   is_near(z[n - 1], event.period, same_flow_birth);
        });
        if (!known) {
            met_.push_back({label, z[n], z[n - 1]});
        }
        return known;
    }

    void add_births_at(const FlowCycleCurve& curve, const FlowBirth& on, CycleLabel label,
                       const Vector& z, const Vector& before) {
        FlowBirth birth;
        birth.parent = tree_.branches.size() - 1;
        birth.label = label;
        if (is_known(label, z)) {
            return;
        }
        if (label == CycleLabel::BranchPoint) {
            birth.turns = on.turns;
            birth.start = z;
            birth.velocities = curve.velocities(z);
            birth.direction = crossing_direction(curve.jacobian(z), z, before);
        } else if (label == CycleLabel::PeriodDoubling) {
            birth.turns = 2 * on.turns;
            const Index points = z.size() - 2;
            birth.start.resize(2 * points + 2);
            birth.start << z.head(points), z.head(points), 2.0 * curve.period(z), z[z.size() - 1];
            birth.direction = doubling_direction(curve, z);
            birth.velocities.resize(curve.units(), 2 * curve.segments());
            birth.velocities << curve.velocities(z), curve.velocities(z);
        } else {
            return;
        }
        births_.push_back(std::move(birth));
    }

    FlowCyclePoint described(const FlowCycleCurve& curve, const ContinuationPoint& point) const {
        const Vector z = flat(point);
        FlowCyclePoint row;
        row.alpha = point.alpha;
        row.period = curve.period(z);
        row.u = curve.points(z);
        row.residual = point.residual;
        row.multipliers = point.eigenvalues;
        row.trivial_error = curve.monodromy(z).trivial_error;
        row.outside = point.outside;
        row.label = label_of(point.label);
        row.low = family_.residual(row.u.col(0));
        row.high = row.low;
        for (Index k = 1; k < row.u.cols(); ++k) {
            const Vector y = family_.residual(row.u.col(k));
            row.low = row.low.cwiseMin(y);
            row.high = row.high.cwiseMax(y);
        }
        return row;
    }

    CycleBranchEnd end_of(const FlowCycleBranch& branch,
                          const FlowCycleCurve::Limits& limits) const {
        constexpr double near = 1e-3;
        const FlowCyclePoint& last = branch.points.back();
        const double span = options_.to - options_.from;
        if (last.label == CycleLabel::NoConvergence) {
            return CycleBranchEnd::NoConvergence;
        }
        if (last.alpha == options_.from || last.alpha == options_.to) {
            return CycleBranchEnd::Range;
        }
        if (last.label != CycleLabel::EndPoint) {
            return CycleBranchEnd::PointLimit;
        }
        if (last.period >= (1.0 - near) * limits.period) {
            return CycleBranchEnd::PeriodGrows;
        }
        if (last.u.cwiseAbs().maxCoeff() >= (1.0 - near) * limits.size) {
            return CycleBranchEnd::Grows;
        }
        if (std::min(last.alpha - options_.from, options_.to - last.alpha) <= 1e-6 * span) {
            return CycleBranchEnd::Range;
        }
        const Vector mean = last.u.rowwise().mean();
        const double amplitude = (last.u.colwise() - mean).cwiseAbs().maxCoeff();
        return limits.apart > 0 && amplitude > (1.0 + near) * limits.amplitude
                   ? CycleBranchEnd::Merges
                   : CycleBranchEnd::Shrinks;
    }

    const FaceFamily& family_;
    const FlowCycleOptions& options_;
    double first_period_ = 0.0;
    double least_amplitude_ = 0.0;
    std::vector<FlowBirth> births_;
    std::vector<MetEvent> met_;
    FlowCycleTree tree_ = {};
};

}  // namespace

FlowCycleTree follow_hopf_point(const FaceFamily& family, const Bifurcation& event,
                                const FlowCycleOptions& options) {
    return FlowTree(family, event, options).follow();
}

}  // namespace resdyn
