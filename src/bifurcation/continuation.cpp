#include <resdyn/bifurcation/continuation.hpp>

#include <fmt/format.h>

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <optional>

#include <resdyn/core/error.hpp>
#include <resdyn/numerics/exact_roots.hpp>

namespace resdyn {

std::string_view to_string(ContinuationLabel label) {
    switch (label) {
        case ContinuationLabel::Regular:
            return "";
        case ContinuationLabel::EndPoint:
            return "EP";
        case ContinuationLabel::Transcritical:
            return "TC";
        case ContinuationLabel::Hopf:
            return "HB";
        case ContinuationLabel::Flip:
            return "PD";
        case ContinuationLabel::NeimarkSacker:
            return "NS";
        case ContinuationLabel::NoConvergence:
            return "MX";
    }
    return "unknown";
}

namespace {

constexpr double growth = 1.5;  // of the step after an easy correction
constexpr Index easy_corrections = 3;
/// How far beyond a level rounding may carry a component of a point that is still inside.
constexpr double level_tol = 1e-10;

void validate(const ParameterPath& path, const Vector& y0, double alpha0,
              const ContinuationOptions& o) {
    if (!(std::isfinite(o.from) && std::isfinite(o.to) && o.from < o.to)) {
        reject_argument("alpha", "a range from < to of finite numbers",
                        fmt::format("from {} to {}", o.from, o.to));
    }
    if (!(alpha0 >= o.from && alpha0 <= o.to)) {
        reject_argument("alpha0", fmt::format("a number in [{}, {}]", o.from, o.to),
                        fmt::format("{}", alpha0));
    }
    if (y0.size() != path.dimension()) {
        reject_argument("y0", fmt::format("{} numbers", path.dimension()),
                        fmt::format("{}", y0.size()));
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
    Continuation(const ParameterPath& path, const ContinuationOptions& options)
        : options_(options),
          activation_(path.activation),
          h_(path.step),
          range_(levels(path.activation)),
          W0_(path.W(0)),
          W1_(path.rate()) {}

    std::vector<ContinuationPoint> run(const Vector& y0, double alpha0) {
        const Index n = y0.size();
        Vector z(n + 1);
        z << y0, alpha0;
        Vector along_alpha = Vector::Unit(n + 1, n);
        const auto start = correct(z, along_alpha, z);
        if (!start) {
            add(z, ContinuationLabel::NoConvergence);
            return std::move(points_);
        }
        z = *start;
        add(z, ContinuationLabel::EndPoint);
        Vector t = tangent(z, along_alpha);
        if (t[n] * options_.direction < 0) {
            t = -t;
        }
        double step = options_.first_step;
        while (static_cast<Index>(points_.size()) < options_.max_points) {
            const auto next = advance(z, t, step);
            if (!next) {
                step *= 0.5;
                if (step < options_.min_step) {
                    points_.back().label = ContinuationLabel::NoConvergence;
                    break;
                }
                continue;
            }
            if (!inside(*next)) {
                finish(z, t, step);
                break;
            }
            locate_events(z, t, step, *next);
            const Vector turned = tangent(*next, t);
            z = *next;
            t = turned;
            add(z, ContinuationLabel::Regular);
            step = std::min(options_.max_step,
                            corrections_ <= easy_corrections ? growth * step : step);
        }
        return std::move(points_);
    }

  private:
    Matrix W(double alpha) const { return W0_ + alpha * W1_; }

    Vector field(const Vector& z) const {
        const Index n = z.size() - 1;
        const Vector y = z.head(n);
        return gain(activation_, y).cwiseProduct(W(z[n]) * y);
    }

    Matrix jacobian(const Vector& z) const {
        const Index n = z.size() - 1;
        const Vector y = z.head(n);
        const Matrix weights = W(z[n]);
        const Vector g = gain(activation_, y);
        const Vector Wy = weights * y;
        Matrix J(n, n + 1);
        J.leftCols(n) = g.asDiagonal() * weights;
        for (Index i = 0; i < n; ++i) {
            J(i, i) += gain_slope(activation_, y[i]) * Wy[i];
        }
        J.col(n) = g.cwiseProduct(W1_ * y);
        return J;
    }

    Vector tangent(const Vector& z, const Vector& before) const {
        const Index n = z.size() - 1;
        Matrix bordered(n + 1, n + 1);
        bordered.topRows(n) = jacobian(z);
        bordered.row(n) = before.transpose();
        Vector t = bordered.partialPivLu().solve(Vector::Unit(n + 1, n));
        t.normalize();
        return t.allFinite() ? t : before;
    }

    /// Newton from `z` on F = 0 and t·(z − target) = 0.
    std::optional<Vector> correct(Vector z, const Vector& t, const Vector& target) {
        const Index n = z.size() - 1;
        for (corrections_ = 0; corrections_ <= options_.max_corrections; ++corrections_) {
            Vector residual(n + 1);
            residual << field(z), t.dot(z - target);
            if (!residual.allFinite()) {
                return std::nullopt;
            }
            if (residual.lpNorm<Eigen::Infinity>() <= options_.residual_tol) {
                return z;
            }
            Matrix bordered(n + 1, n + 1);
            bordered.topRows(n) = jacobian(z);
            bordered.row(n) = t.transpose();
            z -= bordered.partialPivLu().solve(residual);
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

    bool inside(const Vector& z) const {
        const Index n = z.size() - 1;
        return z[n] >= options_.from && z[n] <= options_.to &&
               z.head(n).minCoeff() >= range_.low - level_tol &&
               z.head(n).maxCoeff() <= range_.high + level_tol;
    }

    ContinuationPoint describe(const Vector& z, ContinuationLabel label) const {
        const Index n = z.size() - 1;
        ContinuationPoint point;
        point.alpha = z[n];
        point.y = z.head(n);
        point.residual = field(z).lpNorm<Eigen::Infinity>();
        point.label = label;
        point.eigenvalues = eigenvalues(Matrix(jacobian(z).leftCols(n)));
        // λ of a saturated unit is e^{hλ} on the map, μ of a free one 1 + hμ; units within
        // level_tol of a level are saturated. Blocks decouple, so each has its own eigenvalues.
        std::vector<Index> free;
        const Vector Wy = W(z[n]) * point.y;
        for (Index i = 0; i < n; ++i) {
            const double y = point.y[i];
            if (y > range_.low + level_tol && y < range_.high - level_tol) {
                free.push_back(i);
            } else {
                const bool grows = gain_slope(activation_, y) * Wy[i] > 0;
                point.unstable += grows ? 1 : 0;
                point.outside += grows ? 1 : 0;
            }
        }
        if (!free.empty()) {
            const Vector g = gain(activation_, Vector(point.y(free)));
            for (const Complex mu :
                 resdyn::eigenvalues(g.asDiagonal() * Matrix(W(z[n])(free, free)))) {
                point.unstable += mu.real() > 0 ? 1 : 0;
                point.outside += std::abs(1.0 + h_ * mu) > 1 ? 1 : 0;
            }
        }
        return point;
    }

    void add(const Vector& z, ContinuationLabel label) { points_.push_back(describe(z, label)); }

    /// Bisects in arclength from z for where the run leaves the range or the cube.
    void finish(const Vector& z, const Vector& t, double step) {
        double low = 0.0;
        double high = step;
        Vector last = z;
        while (high - low > options_.event_tol) {
            const double middle = 0.5 * (low + high);
            const auto next = advance(z, t, middle);
            if (next && inside(*next)) {
                low = middle;
                last = *next;
            } else {
                high = middle;
            }
        }
        locate_events(z, t, low, last);
        add(last, ContinuationLabel::EndPoint);
    }

    void locate_events(const Vector& z, const Vector& t, double step, const Vector& next) {
        for (const bool of_map : {false, true}) {
            const auto count = [&](const ContinuationPoint& point) {
                return of_map ? point.outside : point.unstable;
            };
            const Index before = count(describe(z, ContinuationLabel::Regular));
            if (step == 0.0 || count(describe(next, ContinuationLabel::Regular)) == before) {
                continue;
            }
            double low = 0.0;
            double high = step;
            Vector at = next;
            while (high - low > options_.event_tol) {
                const double middle = 0.5 * (low + high);
                const auto point = advance(z, t, middle);
                if (!point) {
                    break;
                }
                if (count(describe(*point, ContinuationLabel::Regular)) == before) {
                    low = middle;
                } else {
                    high = middle;
                    at = *point;
                }
            }
            ContinuationPoint event = describe(at, ContinuationLabel::Regular);
            event.label = name(event, of_map);
            // Crossings of zero show on both clocks; they are named once.
            if (!of_map || event.label == ContinuationLabel::Flip ||
                event.label == ContinuationLabel::NeimarkSacker) {
                points_.push_back(std::move(event));
            }
        }
    }

    ContinuationLabel name(const ContinuationPoint& point, bool of_map) const {
        if (!of_map) {
            const auto nearest = std::min_element(
                point.eigenvalues.begin(), point.eigenvalues.end(),
                [](Complex a, Complex b) { return std::abs(a.real()) < std::abs(b.real()); });
            return nearest->imag() == 0 ? ContinuationLabel::Transcritical
                                        : ContinuationLabel::Hopf;
        }
        // The candidates of each kind by distance from the circle.
        double flip = HUGE_VAL;
        double pair = HUGE_VAL;
        double zero = HUGE_VAL;
        for (const Complex mu : point.eigenvalues) {
            const Complex m = 1.0 + h_ * mu;
            double& distance = mu.imag() != 0 ? pair : m.real() < 0 ? flip : zero;
            distance = std::min(distance, std::abs(std::abs(m) - 1.0));
        }
        return flip <= std::min(pair, zero) ? ContinuationLabel::Flip
               : pair <= zero               ? ContinuationLabel::NeimarkSacker
                                            : ContinuationLabel::Transcritical;
    }

    const ContinuationOptions& options_;
    Activation activation_;
    double h_;
    Levels range_;
    Matrix W0_;
    Matrix W1_;
    Index corrections_ = 0;
    std::vector<ContinuationPoint> points_;
};

}  // namespace

std::vector<ContinuationPoint> continue_equilibrium(const ParameterPath& path, const Vector& y0,
                                                    double alpha0,
                                                    const ContinuationOptions& options) {
    validate(path, y0, alpha0, options);
    return Continuation(path, options).run(y0, alpha0);
}

}  // namespace resdyn
