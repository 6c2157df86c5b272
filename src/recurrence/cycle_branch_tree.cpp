#include "cycle_branch_tree.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "branch_switch.hpp"
#include "layer_cycle_curve.hpp"

namespace resdyn {

namespace {

constexpr double first_apart = 1e-3;  // of a branch, from where it is born
constexpr double smallest_apart = 1e-6;
constexpr double switched_residual = 1e-12;  // relative to the largest |u|
// A doubled cycle nearer than this to the one of half its period has come back to it: below, the
// corrector's tolerance no longer tells them apart.
constexpr double least_apart = 1e-4;
// A branch that came back is not followed again from its other end. Next to a PD points are
// determined to the root of the corrector's tolerance.
constexpr double same_birth = 1e-4;
// Of the parameter, relative: the two sides of a pitchfork begin at the same value.
constexpr double same_side = 1e-9;
constexpr double same_event = 1e-7;
constexpr double one_value = 1e-11;  // likewise: a family of cycles, which goes nowhere

class Tree {
  public:
    Tree(const FaceFamily& layer, std::vector<CycleBirth> births, double farthest_u,
         const CycleBranchOptions& options)
        : layer_(layer), farthest_u_(farthest_u), options_(options), births_(std::move(births)) {}

    CycleBranchTree follow() {
        for (std::size_t k = 0; k < births_.size(); ++k) {
            const CycleBirth birth = births_[k];
            if (birth.u.cols() > options_.max_period ||
                static_cast<Index>(tree_.branches.size()) >= options_.max_branches) {
                ++tree_.not_followed;
            } else if (!is_other_end(birth)) {
                follow_birth(birth);
            }
        }
        return std::move(tree_);
    }

  private:
    /// Some branch has come back to where this one would begin.
    bool is_other_end(const CycleBirth& birth) const {
        const Index p = birth.u.cols();
        const double size = std::max(1.0, birth.u.cwiseAbs().maxCoeff());
        return std::any_of(
            tree_.branches.begin(), tree_.branches.end(), [&](const CycleBranch& branch) {
                const CycleBranchPoint& last = branch.points.back();
                if (branch.end != CycleBranchEnd::Merges || branch.period != p ||
                    birth.label != CycleLabel::PeriodDoubling ||
                    std::abs(last.parameter - birth.parameter) >
                        same_birth * (1.0 + std::abs(birth.parameter))) {
                    return false;
                }
                for (Index shift = 0; shift < p; ++shift) {
                    double farthest = 0.0;
                    for (Index n = 0; n < p; ++n) {
                        const Vector apart = last.u.col((n + shift) % p) - birth.u.col(n);
                        farthest = std::max(farthest, apart.lpNorm<Eigen::Infinity>());
                    }
                    if (farthest <= same_birth * size) {
                        return true;
                    }
                }
                return false;
            });
    }

    void follow_birth(const CycleBirth& birth) {
        const bool doubles = birth.label == CycleLabel::PeriodDoubling;
        const double size = std::max(1.0, birth.u.cwiseAbs().maxCoeff());
        const LayerCycleCurve curve(layer_, birth.u.cols(), {std::max(farthest_u_, size)});
        const Index n = curve.dimension();
        Vector start(n + 1);
        start << Eigen::Map<const Vector>(birth.u.data(), n), birth.parameter;
        Vector direction = Vector::Zero(n + 1);
        direction.head(n) = Eigen::Map<const Vector>(birth.direction.data(), n);
        std::optional<double> other_side;
        // The two sides of a doubled cycle are one, half a round apart.
        for (int side = 0; side < (doubles ? 1 : 2); ++side, direction = -direction) {
            std::optional<Vector> z;
            for (double a = first_apart * size; !z && a >= smallest_apart * size; a *= 0.25) {
                z = switched(curve, start, direction, a, switched_residual * size);
            }
            if (!z) {
                ++tree_.not_followed;
                return;
            }
            const double first = (*z)[n];
            if (other_side &&
                std::abs(first - *other_side) <= same_side * (1.0 + std::abs(first))) {
                return;
            }
            other_side = first;
            if (first >= options_.from && first <= options_.to) {
                follow_from(birth, *z, *z - start);
            }
        }
    }

    void follow_from(const CycleBirth& birth, const Vector& z, const Vector& towards) {
        const double size = std::max(1.0, birth.u.cwiseAbs().maxCoeff());
        LayerCycleCurve::Limits limits{std::max(farthest_u_, size)};
        if (birth.u.cols() % 2 == 0) {
            const Matrix first = Eigen::Map<const Matrix>(z.data(), birth.u.rows(), birth.u.cols());
            limits.apart =
                std::min(least_apart * size, 0.25 * half_round_apart(first).cwiseAbs().maxCoeff());
        }
        const LayerCycleCurve curve(layer_, birth.u.cols(), limits);
        const Index n = curve.dimension();
        const auto width = std::sqrt(static_cast<double>(n));
        const bool family =
            std::abs(z[n] - birth.parameter) <= one_value * (1.0 + std::abs(birth.parameter));
        const std::vector<ContinuationPoint> found =
            follow_curve_of_equilibria(curve, z.head(n), z[n],
                                       {.from = options_.from,
                                        .to = options_.to,
                                        .first_step = 1e-3 * width,
                                        .min_step = 1e-12,
                                        .max_step = options_.max_step * width,
                                        .residual_tol = 1e-11 * size,
                                        .event_tol = 1e-12,
                                        .max_points = family ? 1 : options_.max_points,
                                        .marks = options_.marks},
                                       towards);
        CycleBranch branch;
        branch.face = layer_.pattern;
        branch.period = birth.u.cols();
        branch.parent = birth.parent;
        branch.born = birth.label;
        branch.birth = birth.parameter;
        branch.grows_upward = z[n] >= birth.parameter;
        for (const ContinuationPoint& point : found) {
            branch.points.push_back(described(curve, point));
        }
        branch.end = family ? CycleBranchEnd::Family : end_of(branch, std::max(farthest_u_, size));
        const std::size_t own = tree_.branches.size();
        tree_.branches.push_back(std::move(branch));
        for (const CycleBranchPoint& point : tree_.branches[own].points) {
            add_births_at(curve, point, own);
        }
    }

    CycleBranchPoint described(const LayerCycleCurve& curve, const ContinuationPoint& point) const {
        CycleBranchPoint row;
        row.parameter = point.alpha;
        row.u = curve.points(flat(point));
        row.residual = point.residual;
        row.multipliers = point.eigenvalues;
        row.outside = point.outside;
        row.label = label_of(point.label);
        row.y.resize(layer_.pattern.size(), row.u.cols());
        for (Index n = 0; n < row.u.cols(); ++n) {
            row.y.col(n) = layer_.residual(row.u.col(n));
        }
        row.leaving = layer_.leaving(row.y.rowwise().mean(), row.parameter);
        row.amplitude = (row.y.rowwise().maxCoeff() - row.y.rowwise().minCoeff()).maxCoeff();
        return row;
    }

    CycleBranchEnd end_of(const CycleBranch& branch, double farthest) const {
        constexpr double near = 1e-3;
        constexpr double at_end = 1e-9;
        const CycleBranchPoint& last = branch.points.back();
        if (last.label == CycleLabel::NoConvergence) {
            return CycleBranchEnd::NoConvergence;
        }
        // Where the parameter is at its end, even if a mark is there.
        if (last.parameter == options_.from || last.parameter == options_.to) {
            return CycleBranchEnd::Range;
        }
        if (last.label != CycleLabel::EndPoint) {
            return CycleBranchEnd::PointLimit;
        }
        const double span = options_.to - options_.from;
        if (std::min(last.parameter - options_.from, options_.to - last.parameter) <=
            at_end * span) {
            return CycleBranchEnd::Range;
        }
        return last.u.cwiseAbs().maxCoeff() >= (1.0 - near) * farthest ? CycleBranchEnd::Grows
                                                                       : CycleBranchEnd::Merges;
    }

    void add_births_at(const LayerCycleCurve& curve, const CycleBranchPoint& point,
                       std::size_t own) {
        if (point.label != CycleLabel::PeriodDoubling && point.label != CycleLabel::BranchPoint) {
            return;
        }
        // Met before: by another branch through it, by the same one on its way back (beyond a
        // pitchfork its images follow), or by an image.
        const auto is_same = [&](const CycleBranchPoint& other) {
            return other.label == point.label && other.u.cols() == point.u.cols() &&
                   std::abs(other.parameter - point.parameter) <=
                       same_event * (1.0 + std::abs(point.parameter)) &&
                   std::abs(other.amplitude - point.amplitude) <= same_event;
        };
        if (std::any_of(met_.begin(), met_.end(), is_same)) {
            return;
        }
        met_.push_back(point);
        Vector z(curve.dimension() + 1);
        z << Eigen::Map<const Vector>(point.u.data(), point.u.size()), point.parameter;
        const bool doubles = point.label == CycleLabel::PeriodDoubling;
        const Matrix v = splitting_direction(curve.layers(z), doubles ? -1.0 : 1.0);
        CycleBirth birth{own, point.label, point.parameter, point.u, v};
        if (doubles) {
            birth.u.resize(point.u.rows(), 2 * point.u.cols());
            birth.u << point.u, point.u;
            birth.direction.resize(point.u.rows(), 2 * point.u.cols());
            birth.direction << v, -v;
        }
        birth.direction /= birth.direction.norm();
        births_.push_back(std::move(birth));
    }

    const FaceFamily& layer_;
    double farthest_u_;
    const CycleBranchOptions& options_;
    std::vector<CycleBirth> births_;
    std::vector<CycleBranchPoint> met_;  // PDs and BPs
    CycleBranchTree tree_ = {};
};

}  // namespace

CycleBirth birth_at_flip(double parameter, const Vector& u_star, const Vector& eigenvector) {
    CycleBirth birth;
    birth.parameter = parameter;
    birth.u.resize(u_star.size(), 2);
    birth.u << u_star, u_star;
    birth.direction.resize(u_star.size(), 2);
    birth.direction << eigenvector, -eigenvector;
    birth.direction /= birth.direction.norm();
    return birth;
}

CycleBranchTree follow_births(const FaceFamily& layer, std::vector<CycleBirth> births,
                              double farthest_u, const CycleBranchOptions& options) {
    return Tree(layer, std::move(births), farthest_u, options).follow();
}

}  // namespace resdyn
