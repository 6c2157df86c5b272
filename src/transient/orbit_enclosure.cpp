#include <resdyn/transient/orbit_enclosure.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

#include <resdyn/core/error.hpp>

#include "equilibria/rounded_weights.hpp"
#include "equilibria/rounding.hpp"
#include "logistic_series.hpp"
#include "numerics/decompositions.hpp"

namespace resdyn {

namespace {

constexpr Index most_degree = 14;
constexpr Index most_transition_degree = 8;
/// Layers of the shortest step that is no single layer: below, the series in 1/n do not converge.
constexpr double least_layers = 16.0;
constexpr double first_time = 0x1p-6;  // the flow's first step
/// What a step may miss of q, as a share of the change of q in it.
constexpr double aim = 1e-12;
/// And what the transition matrix may, in the maximum norm.
constexpr double transition_aim = 1e-7;
constexpr double refused = 1e3;  // times the aims: tried again with half the span
constexpr Index most_passes = 12;
/// Covers double arithmetic in the transition matrices, fewer than 10^4 operations an entry.
constexpr double matrix_slack = 1e-11;
/// Beyond this the nonlinear part is no longer small.
constexpr double largest_radius = 0.25;

double binomial(Index n, Index k) {
    double value = 1.0;
    for (Index i = 1; i <= k; ++i) {
        value = value * static_cast<double>(n - k + i) / static_cast<double>(i);
    }
    return value;  // exact: n <= 2 most_degree
}

std::size_t at(Index i) {
    return static_cast<std::size_t>(i);
}

double norm(const Matrix& M) {
    return M.cwiseAbs().rowwise().sum().maxCoeff();
}

/// Σ_{l ≥ 2} C(j + l, l) θ^{l−1} c_{j+l}: what the difference of a layer adds to the derivative.
template <typename Column>
Matrix beyond_derivative(Index j, Index degree, double theta, const Column& column) {
    Matrix sum = Matrix::Zero(column(0).rows(), column(0).cols());
    double power = theta;
    for (Index l = 2; j + l <= degree; ++l) {
        sum += (binomial(j + l, l) * power) * column(j + l);
        power *= theta;
    }
    return sum;
}

}  // namespace

OrbitField::OrbitField(const ResidualSystem& system, Clock clock)
    : clock_(clock), step_(system.step()) {
    if (system.activation() != Activation::Logistic) {
        reject_argument("OrbitField", "a logistic system", to_string(system.activation()));
    }
    W_ = rounded_weights(system);
    W_size_ = (W_.cwiseAbs() * bound_slack).array() + underflow_cover;
}

/// The approximate orbit over one step.
struct OrbitEnclosure::Series {
    double span = 1.0;  ///< m, or T in the flow.
    Interval T;
    double theta = 0.0;  ///< 1 / m; 0 in the flow.
    Interval theta_bound;
    bool single = false;  ///< one layer: only x = 0 counts.
    Index degree = 1;
    Index transition_degree = 1;
    Matrix c;                       ///< q, N × (degree + 1).
    Matrix a;                       ///< u.
    std::vector<Eigen::ArrayXd> w;  ///< f'(u), orders of x.
};

/// What is proved about it, over the whole step.
struct OrbitEnclosure::Bounds {
    Vector missed_q;  ///< sum over the layers of what q misses its equation by.
    Vector missed_u;
    Vector slope;        ///< sup f'(u).
    Vector next_slope;   ///< sup of the Taylor coefficient of f'(u) of order transition_degree + 1.
    double share = 0.0;  ///< missed_q over the change of q, the largest.
    double missed_transition = 0.0;  ///< of the matrix, with its growth inside the step.
};

OrbitEnclosure::OrbitEnclosure(const OrbitField& field, const Vector& u, const Vector& radius)
    : field_(&field),
      u_(u),
      frame_(Matrix::Identity(u.size(), u.size())),
      widths_(radius),
      q_(Vector::Zero(u.size())),
      q_error_(Vector::Zero(u.size())),
      span_(field.clock() == Clock::Map ? 1.0 : first_time) {
    if (u.size() != field.dimension() || radius.size() != u.size() || !(radius.minCoeff() >= 0.0)) {
        reject_argument("OrbitEnclosure", "u and radius >= 0 of the size of the system",
                        "something else");
    }
}

Vector OrbitEnclosure::radius() const {
    return (frame_.cwiseAbs() * widths_) * bound_slack;
}

bool OrbitEnclosure::advance() {
    // The shortest span is no shorter than a layer; a flow may need to shorten many times.
    constexpr int most_tries = 40;
    for (int tried = 0; tried < most_tries; ++tried) {
        if (try_step(span_)) {
            return true;
        }
        if (field_->clock() == Clock::Map) {
            if (span_ == 1.0) {
                return false;
            }
            span_ = span_ < 2.0 * least_layers ? 1.0 : std::floor(span_ / 2.0);
        } else {
            span_ /= 2.0;
        }
    }
    return false;
}

bool OrbitEnclosure::try_step(double span) {
    Series series;
    series.span = span;
    const bool map = field_->clock() == Clock::Map;
    series.single = map && span == 1.0;
    series.T = map ? Interval(span) * Interval(field_->step()) : Interval(span);
    series.theta_bound = map ? Interval(1.0) / Interval(span) : Interval(0.0);
    series.theta = map ? 1.0 / span : 0.0;
    series.degree = series.single ? 1 : most_degree;
    series.transition_degree = series.single ? 1 : most_transition_degree;
    expand(series);
    Bounds bounds = bound(series);
    if ((!series.single && !(bounds.share <= refused * aim)) || !carry(series, bounds)) {
        return false;
    }
    span_ = next_span(bounds);
    return true;
}

double OrbitEnclosure::next_span(const Bounds& bounds) const {
    constexpr double least_change = 0.3;
    constexpr double most_change = 1.5;
    const double span = last_.layers > 0.0 ? last_.layers : last_.span.high;
    if (last_.layers == 1.0) {
        // A step of several layers is tried when it can be a small share of the past.
        constexpr double share_of_past = 0.1;
        return share_of_past * layers_ >= least_layers ? least_layers : 1.0;
    }
    const auto change_for = [](double aimed, double reached, Index degree) {
        return std::pow(aimed / (reached + 1e-300), 1.0 / static_cast<double>(degree + 1));
    };
    const double change = std::clamp(
        std::min(change_for(aim, bounds.share, most_degree),
                 change_for(transition_aim, bounds.missed_transition, most_transition_degree)),
        least_change, most_change);
    const double next = span * change;
    if (field_->clock() == Clock::Flow) {
        return next;
    }
    return next < least_layers ? 1.0 : std::floor(next);
}

void OrbitEnclosure::expand(Series& series) const {
    const Index n = u_.size();
    const Index p = series.degree;
    const double T = series.T.high;
    series.c = Matrix::Zero(n, p + 1);
    series.a = Matrix::Zero(n, p + 1);
    series.a.col(0) = u_;
    const Eigen::ArrayXd start = u_.unaryExpr([](double u) {
        return u > 0.0 ? 1.0 / (1.0 + std::exp(-u)) : std::exp(u) / (1.0 + std::exp(u));
    });
    const Matrix& W = field_->W();
    Matrix previous;
    for (Index pass = 0; pass < most_passes; ++pass) {
        previous = series.c;
        LogisticSeries<Eigen::ArrayXd> f;
        std::vector<Eigen::ArrayXd> u(1, u_.array());
        f.extend(u, start);
        for (Index j = 0; j < p; ++j) {
            Vector next = T * f.y[at(j)].matrix();
            if (pass > 0 && !series.single) {
                next -=
                    beyond_derivative(j, p, series.theta, [&](Index l) { return previous.col(l); });
            }
            series.c.col(j + 1) = next / static_cast<double>(j + 1);
            series.a.col(j + 1) = W * series.c.col(j + 1);
            u.emplace_back(series.a.col(j + 1).array());
            f.extend(u, start);
        }
        series.w = f.w;
        constexpr double settled = 1e-16;
        if (series.theta == 0.0 || series.single ||
            (series.c - previous).cwiseAbs().maxCoeff() <=
                settled * series.c.cwiseAbs().maxCoeff()) {
            break;
        }
    }
}

OrbitEnclosure::Bounds OrbitEnclosure::bound(const Series& series) const {
    const Index n = u_.size();
    const Index p = series.degree;
    const Index d = series.transition_degree;
    Bounds bounds{Vector::Zero(n), Vector::Zero(n), Vector::Zero(n), Vector::Zero(n)};
    std::vector<Interval> theta(at(p) + 1, Interval(1.0));
    for (Index l = 1; l <= p; ++l) {
        theta[at(l)] = theta[at(l - 1)] * series.theta_bound;
    }
    for (Index i = 0; i < n; ++i) {
        // At x = 0: the coefficients. Over the step: the next one, as the remainder of Taylor.
        std::vector<Interval> here;
        std::vector<Interval> over;
        for (Index j = 0; j <= p; ++j) {
            here.emplace_back(series.a(i, j));
            double low = series.a(i, j);
            double high = low;
            double size = std::abs(low);
            for (Index l = 1; j + l <= p && !series.single; ++l) {
                const double term = binomial(j + l, l) * series.a(i, j + l);
                low += std::min(0.0, term);
                high += std::max(0.0, term);
                size += std::abs(term);
            }
            const double rounding = rounding_gamma(p + 4) * size + underflow_cover;
            over.emplace_back(low - rounding, high + rounding);
        }
        here.emplace_back(0.0);
        over.emplace_back(0.0);
        LogisticSeries<Interval> point;
        LogisticSeries<Interval> range;
        const Interval point_start = logistic(here[0]);
        const Interval range_start = logistic(over[0]);
        for (Index j = 0; j <= (series.single ? 0 : p); ++j) {
            point.extend(here, point_start);
        }
        for (Index j = 0; j <= (series.single ? 0 : p + 1); ++j) {
            range.extend(over, range_start);
        }
        bounds.slope[i] = std::max(0.0, std::min(range.w[0].high, range.y[0].high));
        double missed = underflow_cover;
        if (series.single) {
            missed += (Interval(series.c(i, 1)) - series.T * point.y[0]).size();
        } else {
            bounds.next_slope[i] = range.w[at(d + 1)].size();
            for (Index j = 0; j <= p; ++j) {
                Interval residual = -(series.T * point.y[at(j)]);
                for (Index l = 1; j + l <= p; ++l) {
                    residual +=
                        (theta[at(l - 1)] * binomial(j + l, l)) * Interval(series.c(i, j + l));
                    if (series.theta == 0.0) {
                        break;
                    }
                }
                missed += residual.size();
            }
            missed += (series.T * range.y[at(p + 1)]).size();
        }
        bounds.missed_q[i] = missed * bound_slack;
    }
    const double gamma = rounding_gamma(n + 6) * bound_slack;
    bounds.missed_u = field_->W_size() * bounds.missed_q;
    for (Index j = 1; j <= p; ++j) {
        bounds.missed_u += gamma * (field_->W_size() * series.c.col(j).cwiseAbs());
    }
    bounds.missed_u *= bound_slack;
    const double change = series.c.rowwise().sum().cwiseAbs().maxCoeff();
    bounds.share = bounds.missed_q.maxCoeff() / std::max(change, 1e-300);
    return bounds;
}

/// An approximation of the derivative of the end of the step by its start; `missed` bounds, in the
/// maximum norm, what its polynomial misses the variational equation by, summed over the layers.
Matrix OrbitEnclosure::transition(const Series& series, const Bounds& bounds,
                                  double& missed) const {
    const Index n = u_.size();
    const Index d = series.transition_degree;
    const double T = series.T.high;
    const Matrix& W = field_->W();
    std::vector<Matrix> phi(at(d) + 1, Matrix::Zero(n, n));
    phi[0].setIdentity();
    const auto driven = [&](Index j) {
        Matrix sum = Matrix::Zero(n, n);
        for (Index i = 0; i <= j; ++i) {
            sum += series.w[at(i)].matrix().asDiagonal() * phi[at(j - i)];
        }
        return Matrix(T * (W * sum));
    };
    const auto column = [&](Index l) -> const Matrix& { return phi[at(l)]; };
    constexpr double settled = 1e-9;
    for (Index pass = 0; pass < most_passes; ++pass) {
        double change = 0.0;
        for (Index j = 0; j < d; ++j) {
            Matrix next = driven(j);
            if (series.theta > 0.0 && !series.single && pass > 0) {
                next -= beyond_derivative(j, d, series.theta, column);
            }
            next /= static_cast<double>(j + 1);
            change = std::max(change, norm(next - phi[at(j + 1)]));
            phi[at(j + 1)] = std::move(next);
        }
        if (series.theta == 0.0 || series.single || change <= settled) {
            break;
        }
    }
    missed = 0.0;
    Matrix end = phi[0];
    double size = 1.0;
    for (Index j = 0; j < d; ++j) {
        Matrix residual = static_cast<double>(j + 1) * phi[at(j + 1)] - driven(j);
        if (!series.single) {
            residual += beyond_derivative(j, d, series.theta, column);
        }
        missed += norm(residual);
        end += phi[at(j + 1)];
        size += norm(phi[at(j + 1)]);
    }
    std::vector<double> drive;
    double all_drive = 0.0;
    for (Index i = 0; i <= d && i < static_cast<Index>(series.w.size()); ++i) {
        drive.push_back(T * norm(field_->W_size() * series.w[at(i)].abs().matrix().asDiagonal()));
        all_drive += drive.back();
    }
    if (!series.single) {
        for (Index i = 0; i <= d; ++i) {
            for (Index k = d - i; k <= d; ++k) {
                missed += drive[at(i)] * norm(phi[at(k)]);
            }
        }
        missed += T * norm(field_->W_size() * bounds.next_slope.asDiagonal()) * size;
    }
    constexpr double largest_coefficient = 70.0;  // C(8, 4)
    missed = missed * bound_slack +
             matrix_slack * size * (largest_coefficient * static_cast<double>(d) + all_drive);
    return end;
}

bool OrbitEnclosure::carry(const Series& series, Bounds& bounds) {
    const Index n = u_.size();
    const double start = radius().maxCoeff();
    // |e| <= reach over the step: its growth is that of Π (1 + h ‖|W| f'‖), f' taken that far away.
    const double missed_u = bounds.missed_u.maxCoeff();
    const double drive = series.T.high * (field_->W_size() * bounds.slope).maxCoeff() * bound_slack;
    double reach = std::exp(drive) * (start + missed_u) * 1.5;
    const double wider = std::exp(reach) * bound_slack;
    const double growth = std::exp(drive * wider) * bound_slack;
    if (!(reach < largest_radius) || !(growth * (start + missed_u) * bound_slack <= reach)) {
        return false;
    }
    double missed_transition = 0.0;
    const Matrix phi = transition(series, bounds, missed_transition);
    bounds.missed_transition = growth * missed_transition;
    if (!series.single && !(bounds.missed_transition <= refused * transition_aim)) {
        return false;
    }
    const double nonlinear = 0.5 * drive * wider * reach * reach;
    const double missed = growth * (missed_u + missed_transition * start + nonlinear) * bound_slack;

    OrbitStep step;
    step.layers_before = layers_;
    step.layers = field_->clock() == Clock::Map ? series.span : 0.0;
    step.time = time_;
    step.span = series.T;
    step.q = q_;
    step.increments = series.c;

    Vector moved = Vector::Zero(n);
    Vector change = Vector::Zero(n);
    for (Index j = series.degree; j >= 1; --j) {
        moved += series.a.col(j);
        change += series.c.col(j);
    }
    const double gamma = rounding_gamma(series.degree + 4);
    const Vector next_u = u_ + moved;
    const Vector u_rounding = 2.0 * unit_roundoff * next_u.cwiseAbs() +
                              gamma * series.a.rightCols(series.degree).cwiseAbs().rowwise().sum();
    const Vector next_q = q_ + change;
    q_error_ += bounds.missed_q + (series.T.high * wider * reach) * bounds.slope +
                2.0 * unit_roundoff * next_q.cwiseAbs() +
                gamma * series.c.cwiseAbs().rowwise().sum();
    q_error_ = (q_error_ * bound_slack).array() + underflow_cover;
    step.q_error = q_error_;

    // The image {phi Q c} + box, in the frame that follows its longest directions first.
    const Matrix image = phi * frame_;
    std::vector<Index> order(at(n));
    std::iota(order.begin(), order.end(), Index{0});
    const Vector lengths = image.colwise().norm().transpose().cwiseProduct(widths_);
    std::stable_sort(order.begin(), order.end(),
                     [&](Index i, Index j) { return lengths[i] > lengths[j]; });
    const Matrix frame = Qr(image(Eigen::all, order)).thin_q();
    const double crooked = norm(frame.transpose() * frame - Matrix::Identity(n, n)) + matrix_slack;
    if (!(crooked < 1e-6) || !image.allFinite()) {
        return false;
    }
    const Vector added = (u_rounding.array() + missed).matrix();
    Vector widths =
        (frame.transpose() * image).cwiseAbs() * widths_ + frame.cwiseAbs().transpose() * added;
    // Rounding of the products, and Q⁻¹ = (QᵀQ)⁻¹ Qᵀ.
    const double slack =
        (2.0 * crooked + matrix_slack) * static_cast<double>(n) *
        (norm(image) * start + widths.maxCoeff() + widths_.maxCoeff() * norm(image));
    widths = (widths * bound_slack).array() + slack + underflow_cover;
    if (!next_u.allFinite() || !widths.allFinite()) {
        return false;
    }
    u_ = next_u;
    q_ = next_q;
    frame_ = frame;
    widths_ = widths;
    layers_ += step.layers;
    time_ += 0.5 * (series.T.low + series.T.high);
    ++steps_;
    last_ = std::move(step);
    return true;
}

}  // namespace resdyn
