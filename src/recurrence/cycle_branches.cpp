#include <resdyn/recurrence/cycle_branches.hpp>

#include <fmt/format.h>

#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include <resdyn/core/error.hpp>
#include <resdyn/equilibria/face.hpp>

#include "bifurcation/arclength.hpp"
#include "branch_switch.hpp"
#include "core/parallel.hpp"
#include "flip_births.hpp"
#include "orbit_on_face.hpp"

namespace resdyn {

namespace {

constexpr double feigenbaum = 4.669201609102990;
constexpr double first_amplitude = 1e-3;  // of a branch, from where it is born
constexpr double smallest_amplitude = 1e-6;
constexpr double farthest_u = 1e6;
constexpr double switched_residual = 1e-12;  // relative to the largest |u|

/// The cycles of one period of a face as a curve in (u_0 … u_{p−1}, h).
class CycleCurve final : public ContinuationProblem {
  public:
    /// `away`: a direction in which the cycle must stay from the one that it was born at, or empty.
    CycleCurve(const FaceFlow& flow, Index period, Vector away = {})
        : flow_(flow), period_(period), away_(std::move(away)) {}

    Index dimension() const override { return flow_.dimension() * period_; }

    Matrix points(const Vector& z) const {
        return Eigen::Map<const Matrix>(z.data(), flow_.dimension(), period_);
    }

    Vector field(const Vector& z) const override {
        const Matrix u = points(z);
        const double h = z[z.size() - 1];
        Matrix r(u.rows(), u.cols());
        for (Index n = 0; n < period_; ++n) {
            r.col(n) = u.col((n + 1) % period_) - u.col(n) - h * flow_.value(u.col(n));
        }
        return Eigen::Map<const Vector>(r.data(), r.size());
    }

    Matrix jacobian(const Vector& z) const override {
        const Index m = flow_.dimension();
        const Matrix u = points(z);
        const double h = z[z.size() - 1];
        Matrix J = Matrix::Zero(m * period_, m * period_ + 1);
        for (Index n = 0; n < period_; ++n) {
            J.block(n * m, (n + 1) % period_ * m, m, m).diagonal().array() += 1.0;
            J.block(n * m, n * m, m, m) -= face_layer_jacobian(flow_, h, u.col(n));
            J.col(m * period_).segment(n * m, m) = -flow_.value(u.col(n));
        }
        return J;
    }

    bool contains(const Vector& z) const override {
        const auto u = z.head(z.size() - 1);
        return u.allFinite() && u.lpNorm<Eigen::Infinity>() <= farthest_u &&
               (away_.size() == 0 || away_.dot(apart(z)) > 0);
    }

    /// What tells a doubled cycle from the one it was born at: u_n − u_{n + p/2}.
    Vector apart(const Vector& z) const {
        const Matrix u = points(z);
        const Index half = period_ / 2;
        Vector difference(u.rows() * half);
        for (Index n = 0; n < half; ++n) {
            difference.segment(n * u.rows(), u.rows()) = u.col(n) - u.col(n + half);
        }
        return difference;
    }

    /// `unstable` is the parity of real multipliers beyond 1: the sign of det(I − M).
    void judge(const Vector& z, ContinuationPoint& point) const override {
        const Matrix u = points(z);
        Matrix product = Matrix::Identity(u.rows(), u.rows());
        for (Index n = 0; n < period_; ++n) {
            product = face_layer_jacobian(flow_, z[z.size() - 1], u.col(n)) * product;
        }
        point.eigenvalues.clear();
        point.unstable = 0;
        point.outside = 0;
        if (!product.allFinite()) {
            return;
        }
        point.eigenvalues = eigenvalues(product);
        sort_multipliers(point.eigenvalues);
        for (const Complex m : point.eigenvalues) {
            point.outside += std::abs(m) > 1.0 ? 1 : 0;
            point.unstable ^= m.imag() == 0 && m.real() > 1.0 ? 1 : 0;
        }
    }

    ContinuationLabel name(const Vector& z, const ContinuationPoint& point,
                           bool of_map) const override {
        if (!of_map) {
            return is_crossed(jacobian(z)) ? ContinuationLabel::BranchPoint
                                           : ContinuationLabel::Fold;
        }
        Complex nearest = 0.0;
        for (const Complex m : point.eigenvalues) {
            if (std::abs(std::abs(m) - 1.0) < std::abs(std::abs(nearest) - 1.0)) {
                nearest = m;
            }
        }
        return nearest.imag() != 0  ? ContinuationLabel::NeimarkSacker
               : nearest.real() < 0 ? ContinuationLabel::Flip
                                    : ContinuationLabel::Regular;
    }

  private:
    const FaceFlow& flow_;
    Index period_;
    Vector away_;
};

/// Where a branch leaves another: the cycle there, and the direction in u.
struct Birth {
    std::optional<std::size_t> parent;
    CycleLabel label = CycleLabel::PeriodDoubling;
    double step = 0.0;
    Matrix u;          ///< |F|×p of the new branch, still on the old one.
    Matrix direction;  ///< likewise, |·|_2 = 1.
};

class FaceBranches {
  public:
    FaceBranches(const ResidualSystem& system, const Pattern& face,
                 const CycleBranchOptions& options)
        : flow_(system, face), options_(options) {}

    void follow(const Vector& y_star) {
        add_flips_of_equilibrium(y_star);
        for (std::size_t k = 0; k < births_.size(); ++k) {
            const Birth birth = births_[k];
            if (birth.u.cols() > options_.max_period ||
                static_cast<Index>(branches.size()) >= options_.max_branches) {
                ++not_followed;
                continue;
            }
            follow_birth(birth);
        }
    }

    std::vector<CycleBranch> branches;
    Index not_followed = 0;

  private:
    void add_flips_of_equilibrium(const Vector& y_star) {
        const Vector u_star = inverse(flow_.activation(), Vector(y_star(flow_.free_units())));
        const Eigen::EigenSolver<Matrix> solver(flow_.jacobian(u_star));
        std::vector<std::pair<double, Vector>> flips;
        for (Index k = 0; k < solver.eigenvalues().size(); ++k) {
            const Complex mu = solver.eigenvalues()[k];
            if (mu.imag() == 0 && mu.real() < 0) {
                flips.emplace_back(-2.0 / mu.real(), solver.eigenvectors().col(k).real());
            }
        }
        std::sort(flips.begin(), flips.end(),
                  [](const auto& a, const auto& b) { return a.first < b.first; });
        for (const auto& [h, v] : flips) {
            if (h >= options_.from && h <= options_.to) {
                Matrix u(u_star.size(), 2);
                u << u_star, u_star;
                Matrix direction(u_star.size(), 2);
                direction << v, -v;
                births_.push_back(
                    {{}, CycleLabel::PeriodDoubling, h, u, direction / direction.norm()});
            }
        }
    }

    void follow_birth(const Birth& birth) {
        const Index p = birth.u.cols();
        const bool doubles = birth.label == CycleLabel::PeriodDoubling;
        const CycleCurve free_curve(flow_, p);
        const double size = std::max(1.0, birth.u.cwiseAbs().maxCoeff());
        const Index n = free_curve.dimension();
        Vector start(n + 1);
        start << Eigen::Map<const Vector>(birth.u.data(), n), birth.step;
        Vector direction = Vector::Zero(n + 1);
        direction.head(n) = Eigen::Map<const Vector>(birth.direction.data(), n);
        std::optional<Vector> z;
        for (double a = first_amplitude * size; !z && a >= smallest_amplitude * size; a *= 0.25) {
            z = switched(free_curve, start, direction, a, switched_residual * size);
        }
        if (!z) {
            ++not_followed;
            return;
        }
        const double h = (*z)[z->size() - 1];
        if (h < options_.from || h > options_.to) {
            return;
        }
        const CycleCurve curve(flow_, p, doubles ? free_curve.apart(*z) : Vector());
        const auto width = std::sqrt(static_cast<double>(p * flow_.dimension()));
        const std::vector<ContinuationPoint> found =
            follow_curve_of_equilibria(curve, z->head(z->size() - 1), h,
                                       {.from = options_.from,
                                        .to = options_.to,
                                        .direction = h >= birth.step ? 1 : -1,
                                        .first_step = 1e-3 * width,
                                        .min_step = 1e-12,
                                        .max_step = options_.max_step * width,
                                        .residual_tol = 1e-11 * size,
                                        .event_tol = 1e-12,
                                        .max_points = options_.max_points,
                                        .marks = options_.marks});
        CycleBranch branch;
        branch.face = flow_.pattern();
        branch.period = p;
        branch.parent = birth.parent;
        branch.born = birth.label;
        branch.birth = birth.step;
        branch.grows_upward = h >= birth.step;
        const std::size_t own = branches.size();
        for (const ContinuationPoint& point : found) {
            branch.points.push_back(described(curve, point));
        }
        branches.push_back(std::move(branch));
        for (const CycleBranchPoint& point : branches[own].points) {
            add_births_at(point, own);
        }
    }

    CycleBranchPoint described(const CycleCurve& curve, const ContinuationPoint& point) const {
        CycleBranchPoint row;
        row.step = point.alpha;
        Vector z(point.y.size() + 1);
        z << point.y, point.alpha;
        row.u = curve.points(z);
        row.residual = point.residual;
        row.multipliers = point.eigenvalues;
        row.outside = point.outside;
        row.label = label_of(point.label);
        row.y.resize(flow_.pattern().size(), row.u.cols());
        for (Index n = 0; n < row.u.cols(); ++n) {
            row.y.col(n) = flow_.residual(row.u.col(n));
        }
        row.amplitude = (row.y.rowwise().maxCoeff() - row.y.rowwise().minCoeff()).maxCoeff();
        return row;
    }

    void add_births_at(const CycleBranchPoint& point, std::size_t own) {
        if (point.label != CycleLabel::PeriodDoubling && point.label != CycleLabel::BranchPoint) {
            return;
        }
        MapCycle cycle;
        cycle.step = point.step;
        cycle.u = point.u;
        const bool doubles = point.label == CycleLabel::PeriodDoubling;
        const Matrix v = splitting_direction(flow_, cycle, doubles ? -1.0 : 1.0);
        Birth birth{own, point.label, point.step, point.u, v};
        if (doubles) {
            birth.u.resize(point.u.rows(), 2 * point.u.cols());
            birth.u << point.u, point.u;
            birth.direction.resize(point.u.rows(), 2 * point.u.cols());
            birth.direction << v, -v;
        }
        birth.direction /= birth.direction.norm();
        births_.push_back(std::move(birth));
    }

    FaceFlow flow_;
    const CycleBranchOptions& options_;
    std::vector<Birth> births_;
};

/// The h of the first PD on each branch down the chain that begins at `first`.
DoublingCascade cascade_from(const std::vector<CycleBranch>& branches, std::size_t first) {
    DoublingCascade cascade;
    std::optional<std::size_t> at = first;
    while (at) {
        cascade.steps.push_back(branches[*at].birth);
        std::optional<std::size_t> next;
        for (std::size_t k = *at + 1; k < branches.size() && !next; ++k) {
            if (branches[k].parent == at && branches[k].born == CycleLabel::PeriodDoubling) {
                next = k;
            }
        }
        if (!next) {
            const auto& points = branches[*at].points;
            const auto pd = std::find_if(points.begin(), points.end(), [](const auto& point) {
                return point.label == CycleLabel::PeriodDoubling;
            });
            if (pd != points.end()) {
                cascade.steps.push_back(pd->step);
            }
        }
        at = next;
    }
    for (std::size_t k = 1; k + 1 < cascade.steps.size(); ++k) {
        cascade.ratios.push_back((cascade.steps[k] - cascade.steps[k - 1]) /
                                 (cascade.steps[k + 1] - cascade.steps[k]));
    }
    if (cascade.ratios.size() >= 2) {
        const double last = cascade.steps.back();
        cascade.limit =
            last + (last - cascade.steps[cascade.steps.size() - 2]) / (feigenbaum - 1.0);
    }
    return cascade;
}

}  // namespace

std::string_view to_string(CycleLabel label) {
    switch (label) {
        case CycleLabel::Regular:
            return "";
        case CycleLabel::EndPoint:
            return "EP";
        case CycleLabel::PeriodDoubling:
            return "PD";
        case CycleLabel::NeimarkSacker:
            return "NS";
        case CycleLabel::LimitPoint:
            return "LPC";
        case CycleLabel::BranchPoint:
            return "BP";
        case CycleLabel::NoConvergence:
            return "MX";
        case CycleLabel::UserValue:
            return "UZ";
    }
    return "unknown";
}

CycleBranches follow_cycles(const ResidualSystem& system, const std::vector<Pattern>& faces,
                            const CycleBranchOptions& options, int threads) {
    if (!(std::isfinite(options.to) && options.from >= 0 && options.from < options.to)) {
        reject_argument("step range", "0 <= from < to, finite",
                        fmt::format("from {} to {}", options.from, options.to));
    }
    require("max_period", options.max_period >= 1 && options.max_period <= 512,
            "a whole number from 1 to 512", fmt::format("{}", options.max_period));
    require_at_least("max_branches", options.max_branches, 1);
    require_at_least("max_points", options.max_points, 1);
    require("max_step", options.max_step > 0, "a number > 0", options.max_step);
    const FaceSolver solver(system);
    std::vector<CycleBranches> of_faces(faces.size());
    parallel_for(static_cast<Index>(faces.size()), threads, [&](Index k) {
        const Pattern& face = faces[static_cast<std::size_t>(k)];
        const auto y = face.is_vertex() ? std::nullopt : inner_equilibrium(solver, face);
        if (!y) {
            return;
        }
        FaceBranches found(system, face, options);
        found.follow(*y);
        CycleBranches& own = of_faces[static_cast<std::size_t>(k)];
        own.not_followed = found.not_followed;
        own.branches = std::move(found.branches);
        for (std::size_t b = 0; b < own.branches.size(); ++b) {
            if (own.branches[b].born == CycleLabel::PeriodDoubling) {
                DoublingCascade cascade = cascade_from(own.branches, b);
                if (!own.branches[b].parent ||
                    own.branches[*own.branches[b].parent].born != CycleLabel::PeriodDoubling ||
                    own.branches[b].period == 2) {
                    own.cascades.push_back(std::move(cascade));
                }
            }
        }
    });
    CycleBranches result;
    for (CycleBranches& own : of_faces) {
        const std::size_t first = result.branches.size();
        for (CycleBranch& branch : own.branches) {
            if (branch.parent) {
                *branch.parent += first;
            }
            result.branches.push_back(std::move(branch));
        }
        std::move(own.cascades.begin(), own.cascades.end(), std::back_inserter(result.cascades));
        result.not_followed += own.not_followed;
    }
    std::erase_if(result.cascades,
                  [](const DoublingCascade& cascade) { return cascade.steps.size() < 3; });
    std::stable_sort(result.cascades.begin(), result.cascades.end(),
                     [](const DoublingCascade& a, const DoublingCascade& b) {
                         return a.steps.size() > b.steps.size();
                     });
    return result;
}

}  // namespace resdyn
