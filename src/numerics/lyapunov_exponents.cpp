#include <resdyn/numerics/lyapunov_exponents.hpp>

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include <resdyn/core/error.hpp>
#include <resdyn/core/random.hpp>

#include "decompositions.hpp"

namespace resdyn {

namespace {

constexpr double sure = 3.0;  // standard errors

void validate(Index dimension, const Vector& x0, const LyapunovOptions& o) {
    if (x0.size() != dimension || !x0.allFinite()) {
        reject_argument("lyapunov_exponents", fmt::format("a finite x0 of size {}", dimension),
                        fmt::format("size {}{}", x0.size(), x0.allFinite() ? "" : ", not finite"));
    }
    if (o.count < 0 || o.count > dimension) {
        reject_argument("lyapunov_exponents", fmt::format("0 <= count <= {}", dimension),
                        fmt::format("{}", o.count));
    }
    require("lyapunov_exponents", std::isfinite(o.transient) && o.transient >= 0,
            "transient finite and >= 0", o.transient);
    require("lyapunov_exponents", std::isfinite(o.t_end) && o.t_end > 0, "t_end finite and > 0",
            o.t_end);
    require("lyapunov_exponents", o.interval > 0, "interval > 0", o.interval);
    require("lyapunov_exponents",
            o.blocks >= 4 && static_cast<double>(o.blocks) <= o.t_end / o.interval,
            "4 <= blocks <= t_end / interval", static_cast<double>(o.blocks));
    require("lyapunov_exponents", o.target_error >= 0 && o.target_share >= 0,
            "target_error >= 0 and target_share >= 0", std::min(o.target_error, o.target_share));
    require("lyapunov_exponents", o.t_max == 0 || (std::isfinite(o.t_max) && o.t_max >= o.t_end),
            "t_max finite and >= t_end, or 0", o.t_max);
    require("lyapunov_exponents", o.rel_tol > 0, "rel_tol > 0", o.rel_tol);
    require("lyapunov_exponents", o.abs_tol > 0, "abs_tol > 0", o.abs_tol);
    require("lyapunov_exponents", o.max_steps >= 1, "max_steps >= 1",
            static_cast<double>(o.max_steps));
}

/// V ← Q, and ln|r_ii|: what each direction grew by.
Vector orthonormalise(Matrix& V) {
    const Qr qr(V);
    Vector growth = qr.r().diagonal().cwiseAbs().array().log();
    V = qr.thin_q();
    return growth;
}

MotionVerdict verdict_of(const LyapunovSpectrum& s) {
    const Index k = s.exponents.size();
    const auto error = [&](Index i) { return std::max(sure * s.standard_errors[i], s.zero_floor); };
    Index zeros = 0;
    bool all_in_the_limit = true;
    for (Index i = 0; i < k; ++i) {
        if (s.exponents[i] > error(i)) {
            return MotionVerdict::Chaotic;
        }
        if (std::abs(s.exponents[i]) <= error(i)) {
            ++zeros;
            all_in_the_limit =
                all_in_the_limit &&
                std::abs(s.limits[i]) <= std::max(sure * s.limit_errors[i], s.integration_floor);
        }
    }
    // A zero that only a large error bar makes one decides nothing.
    for (Index i = 0; i < k; ++i) {
        if (std::abs(s.exponents[i]) <= error(i) && sure * s.standard_errors[i] > s.zero_floor) {
            return MotionVerdict::Undecided;
        }
    }
    if (zeros >= 2) {
        return all_in_the_limit ? MotionVerdict::QuasiPeriodic : MotionVerdict::Undecided;
    }
    return zeros == 1 ? MotionVerdict::OneZero : MotionVerdict::AllNegative;
}

/// A number and its standard error.
struct Estimate {
    double value = 0.0;
    double error = 0.0;
};

/// λ of the rates r_b = λ + m ln(t_{b+1}/t_b)/τ of blocks `first` and later (of length τ), by least
/// squares.
Estimate fit_limit(const Vector& rates, Index first, double length) {
    const Index used = rates.size() - first;
    Vector x(used);
    for (Index b = 0; b < used; ++b) {
        x[b] = std::log1p(1.0 / static_cast<double>(first + b)) / length;
    }
    const Vector r = rates.tail(used);
    const Vector dx = x.array() - x.mean();
    const Vector dr = r.array() - r.mean();
    const double m = dx.dot(dr) / dx.squaredNorm();
    const double variance =
        (dr - m * dx).squaredNorm() / static_cast<double>(std::max<Index>(used - 2, 1));
    return {r.mean() - m * x.mean(),
            std::sqrt(variance *
                      (1.0 / static_cast<double>(used) + x.mean() * x.mean() / dx.squaredNorm()))};
}

/// Of all blocks but the first. How far the later half alone would move it is part of its error:
/// the logarithm is what growth by shear becomes, not what it begins with.
void fit_limits(LyapunovSpectrum& result) {
    const Index k = result.blocks.rows();
    const Index count = result.blocks.cols();
    const double length = result.time / static_cast<double>(count);
    result.limits = result.exponents;
    result.limit_errors = Vector::Zero(k);
    for (Index i = 0; i < k; ++i) {
        const Vector rates = result.blocks.row(i);
        if (rates.allFinite()) {
            const Estimate all = fit_limit(rates, 1, length);
            const Estimate later = fit_limit(rates, count / 2, length);
            result.limits[i] = all.value;
            result.limit_errors[i] = std::hypot(all.error, later.value - all.value);
        }
    }
}

/// Exponents and errors of the blocks in hand.
void average(LyapunovSpectrum& result) {
    const auto count = static_cast<double>(result.blocks.cols());
    result.exponents = result.blocks.rowwise().mean();
    result.standard_errors = ((result.blocks.colwise() - result.exponents).rowwise().squaredNorm() /
                              (count * (count - 1)))
                                 .cwiseSqrt();
    for (Index i = 0; i < result.exponents.size(); ++i) {
        if (std::isinf(result.exponents[i])) {
            result.standard_errors[i] = 0.0;  // −∞ in every sense
        }
    }
}

bool good_enough(const LyapunovSpectrum& s, const LyapunovOptions& options) {
    return s.standard_errors[0] <=
           std::max(options.target_error, options.target_share * std::abs(s.exponents[0]));
}

/// Two neighbours become one block of twice the length.
Matrix merged(const Matrix& blocks) {
    Matrix result(blocks.rows(), blocks.cols() / 2);
    for (Index b = 0; b < result.cols(); ++b) {
        result.col(b) = 0.5 * (blocks.col(2 * b) + blocks.col(2 * b + 1));
    }
    return result;
}

/// Blocks of equally many intervals; `advance(V)` moves state and tangents by one interval and says
/// whether that went well.
template <class Advance>
void measure(LyapunovSpectrum& result, Matrix& V, const LyapunovOptions& options, double interval,
             Advance advance) {
    const Index k = V.cols();
    auto intervals = static_cast<Index>(
        std::floor(options.t_end / interval / static_cast<double>(options.blocks)));
    result.has_target = options.target_error > 0 || options.target_share > 0;
    const double t_max = result.has_target ? std::max(options.t_max, options.t_end) : options.t_end;
    std::vector<Vector> rates;
    const auto take_blocks = [&](Index count) {
        for (Index b = 0; b < count; ++b) {
            Vector growth = Vector::Zero(k);
            for (Index i = 0; i < intervals; ++i) {
                result.outcome = advance(V);
                if (result.outcome != Outcome::ReachedEnd || !V.allFinite()) {
                    result.outcome =
                        result.outcome == Outcome::ReachedEnd ? Outcome::NonFinite : result.outcome;
                    return false;
                }
                growth += orthonormalise(V);
            }
            rates.emplace_back(growth / (static_cast<double>(intervals) * interval));
        }
        return true;
    };
    const auto time = [&] {
        return static_cast<double>(intervals) * interval * static_cast<double>(rates.size());
    };
    if (!take_blocks(options.blocks)) {
        return;
    }
    while (true) {
        result.blocks.resize(k, static_cast<Index>(rates.size()));
        for (std::size_t b = 0; b < rates.size(); ++b) {
            result.blocks.col(static_cast<Index>(b)) = rates[b];
        }
        average(result);
        result.target_reached = result.has_target && good_enough(result, options);
        if (!result.has_target || result.target_reached || 2 * time() > t_max) {
            break;
        }
        if (static_cast<Index>(rates.size()) >= 2 * options.blocks) {
            const Matrix longer = merged(result.blocks);
            rates.clear();
            for (Index b = 0; b < longer.cols(); ++b) {
                rates.emplace_back(longer.col(b));
            }
            intervals *= 2;
        }
        if (!take_blocks(static_cast<Index>(rates.size()))) {
            result.exponents.resize(0);
            result.standard_errors.resize(0);
            return;
        }
    }
    result.time = time();
    result.zero_floor = 2.0 * std::log(std::numbers::e + result.time) / result.time;
    fit_limits(result);
}

/// What the run itself says, once its length is known.
void finish(LyapunovSpectrum& result, Index dimension) {
    if (result.exponents.size() == 0) {
        return;
    }
    result.mean_divergence /= result.time;
    result.mean_observable /= result.time;
    result.integration_floor /= result.time;
    result.divergence_error = result.exponents.size() == dimension
                                  ? std::abs(result.exponents.sum() - result.mean_divergence)
                                  : std::numeric_limits<double>::quiet_NaN();
    result.verdict = verdict_of(result);
}

/// Tangents, and the integrals of the divergence and of an observable, along x' = f(x).
class MeasuredFlow final : public VectorField {
  public:
    MeasuredFlow(const VectorField& field, Index tangents,
                 const std::function<Vector(const Vector&)>& observable, Index observed)
        : field_(field), k_(tangents), observable_(observable), observed_(observed) {}

    Index dimension() const override { return field_.dimension() * (1 + k_) + 1 + observed_; }

    Vector value(const Vector& state) const override {
        const Index n = field_.dimension();
        const Vector x = state.head(n);
        const Matrix J = field_.jacobian(x);
        Vector derivative(state.size());
        derivative.head(n) = field_.value(x);
        Eigen::Map<Matrix>(derivative.data() + n, n, k_) =
            J.lazyProduct(Eigen::Map<const Matrix>(state.data() + n, n, k_));
        derivative[n * (1 + k_)] = J.trace();
        if (observed_ > 0) {
            derivative.tail(observed_) = observable_(x);
        }
        return derivative;
    }
    Matrix jacobian(const Vector& state) const override {
        return finite_difference_jacobian([this](const Vector& s) { return value(s); }, state);
    }

    Vector state(const Vector& x, const Matrix& V) const {
        Vector result = Vector::Zero(dimension());
        result.head(x.size()) = x;
        result.segment(x.size(), V.size()) = V.reshaped();
        return result;
    }
    Matrix tangents(const Vector& state) const {
        const Index n = field_.dimension();
        return Eigen::Map<const Matrix>(state.data() + n, n, k_);
    }
    double divergence(const Vector& state) const { return state[field_.dimension() * (1 + k_)]; }
    Vector observed(const Vector& state) const { return state.tail(observed_); }

  private:
    const VectorField& field_;
    Index k_;
    const std::function<Vector(const Vector&)>& observable_;
    Index observed_;
};

Matrix first_tangents(Index n, const LyapunovOptions& options) {
    Matrix V = Random(options.seed).normal_matrix(n, options.count > 0 ? options.count : n, 1.0);
    orthonormalise(V);
    return V;
}

}  // namespace

std::string_view to_string(MotionVerdict verdict) {
    switch (verdict) {
        case MotionVerdict::Chaotic:
            return "chaotic";
        case MotionVerdict::QuasiPeriodic:
            return "quasi_periodic";
        case MotionVerdict::OneZero:
            return "one_zero";
        case MotionVerdict::AllNegative:
            return "all_negative";
        case MotionVerdict::Undecided:
            return "undecided";
    }
    return "unknown";
}

LyapunovSpectrum lyapunov_exponents(const VectorField& field, const Vector& x0,
                                    const LyapunovOptions& options) {
    validate(field.dimension(), x0, options);
    LyapunovSpectrum result;
    result.end = x0;
    const IntegrateOptions transient{.t_end = options.transient,
                                     .rel_tol = options.rel_tol,
                                     .abs_tol = options.abs_tol,
                                     .max_steps = options.max_steps,
                                     .sample_times = {options.transient}};
    if (options.transient > 0) {
        const Trajectory run = integrate(field, x0, transient);
        result.outcome = run.outcome;
        if (run.outcome != Outcome::ReachedEnd) {
            return result;
        }
        result.end = run.x.col(run.x.cols() - 1);
    }
    result.begin = result.end;
    Matrix V = first_tangents(field.dimension(), options);
    result.mean_observable = options.observable ? options.observable(result.begin) : Vector();
    const MeasuredFlow tangent(field, V.cols(), options.observable, result.mean_observable.size());
    result.mean_observable.setZero();
    IntegrateOptions one = transient;
    one.t_end = options.interval;
    one.sample_times = {options.interval};
    one.initial_step = options.interval / 8;  // what Dopri5 then makes of it
    measure(result, V, options, options.interval, [&](Matrix& tangents) {
        const Trajectory run = integrate(tangent, tangent.state(result.end, tangents), one);
        if (run.outcome == Outcome::ReachedEnd) {
            const Vector state = run.x.col(run.x.cols() - 1);
            result.end = state.head(field.dimension());
            tangents = tangent.tangents(state);
            result.mean_divergence += tangent.divergence(state);
            result.mean_observable += tangent.observed(state);
            result.integration_floor += options.rel_tol * static_cast<double>(run.steps);
        }
        return run.outcome;
    });
    finish(result, field.dimension());
    return result;
}

LyapunovSpectrum lyapunov_exponents(const DiscreteMap& map, const Vector& x0,
                                    const LyapunovOptions& options) {
    if (!map.value || !map.jacobian) {
        reject_argument("lyapunov_exponents", "a map with value and Jacobian", "an empty function");
    }
    validate(map.dimension, x0, options);
    LyapunovSpectrum result;
    result.end = x0;
    for (Index k = 0; k < static_cast<Index>(options.transient); ++k) {
        result.end = map.value(result.end);
    }
    result.begin = result.end;
    Matrix V = first_tangents(map.dimension, options);
    const bool all = V.cols() == map.dimension;
    result.mean_divergence = all ? 0.0 : std::numeric_limits<double>::quiet_NaN();
    const double interval = std::max(1.0, std::floor(options.interval));
    measure(result, V, options, interval, [&](Matrix& tangents) {
        for (Index k = 0; k < static_cast<Index>(interval); ++k) {
            const Matrix J = map.jacobian(result.end);
            tangents = (J * tangents).eval();
            if (all) {
                result.mean_divergence += std::log(std::abs(Lu(J).determinant()));
            }
            result.end = map.value(result.end);
        }
        return result.end.allFinite() ? Outcome::ReachedEnd : Outcome::NonFinite;
    });
    finish(result, map.dimension);
    return result;
}

}  // namespace resdyn
