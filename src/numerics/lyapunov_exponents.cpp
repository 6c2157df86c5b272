#include <resdyn/numerics/lyapunov_exponents.hpp>

#include <fmt/format.h>

#include <Eigen/QR>
#include <cmath>
#include <limits>
#include <numbers>

#include <resdyn/core/error.hpp>
#include <resdyn/core/random.hpp>

#include "variational_flow.hpp"

namespace resdyn {

namespace {

constexpr double sure = 3.0;  // standard errors

void validate(Index dimension, const Vector& x0, const LyapunovOptions& o) {
    const auto need = [](bool holds, const char* rule, double value) {
        if (!holds) {
            reject_argument("lyapunov_exponents", rule, fmt::format("{}", value));
        }
    };
    if (x0.size() != dimension || !x0.allFinite()) {
        reject_argument("lyapunov_exponents", fmt::format("a finite x0 of size {}", dimension),
                        fmt::format("size {}{}", x0.size(), x0.allFinite() ? "" : ", not finite"));
    }
    if (o.count < 0 || o.count > dimension) {
        reject_argument("lyapunov_exponents", fmt::format("0 <= count <= {}", dimension),
                        fmt::format("{}", o.count));
    }
    need(std::isfinite(o.transient) && o.transient >= 0, "transient finite and >= 0", o.transient);
    need(std::isfinite(o.t_end) && o.t_end > 0, "t_end finite and > 0", o.t_end);
    need(o.interval > 0, "interval > 0", o.interval);
    need(o.blocks >= 2 && static_cast<double>(o.blocks) <= o.t_end / o.interval,
         "2 <= blocks <= t_end / interval", static_cast<double>(o.blocks));
    need(o.rel_tol > 0, "rel_tol > 0", o.rel_tol);
    need(o.abs_tol > 0, "abs_tol > 0", o.abs_tol);
    need(o.max_steps >= 1, "max_steps >= 1", static_cast<double>(o.max_steps));
}

/// V ← Q, and ln|r_ii|: what each direction grew by.
Vector orthonormalise(Matrix& V) {
    const Eigen::HouseholderQR<Matrix> qr(V);
    Vector growth = qr.matrixQR().diagonal().cwiseAbs().array().log();
    V = qr.householderQ() * Matrix::Identity(V.rows(), V.cols());
    return growth;
}

MotionVerdict verdict_of(const LyapunovSpectrum& s) {
    const Index k = s.exponents.size();
    const auto error = [&](Index i) { return std::max(sure * s.standard_errors[i], s.zero_floor); };
    Index zeros = 0;
    for (Index i = 0; i < k; ++i) {
        if (s.exponents[i] > error(i)) {
            return MotionVerdict::Chaotic;
        }
        zeros += std::abs(s.exponents[i]) <= error(i) ? 1 : 0;
    }
    // A zero that only a large error bar makes one decides nothing.
    for (Index i = 0; i < k; ++i) {
        if (std::abs(s.exponents[i]) <= error(i) && sure * s.standard_errors[i] > s.zero_floor) {
            return MotionVerdict::Undecided;
        }
    }
    return zeros >= 2   ? MotionVerdict::QuasiPeriodic
           : zeros == 1 ? MotionVerdict::OneZero
                        : MotionVerdict::AllNegative;
}

/// Blocks of equally many intervals; `advance(V)` moves state and tangents by one interval and says
/// whether that went well.
template <class Advance>
void measure(LyapunovSpectrum& result, Matrix& V, const LyapunovOptions& options, double interval,
             Advance advance) {
    const Index k = V.cols();
    const auto intervals = static_cast<Index>(
        std::floor(options.t_end / interval / static_cast<double>(options.blocks)));
    Matrix blocks = Matrix::Zero(k, options.blocks);
    for (Index b = 0; b < options.blocks; ++b) {
        for (Index i = 0; i < intervals; ++i) {
            result.outcome = advance(V);
            if (result.outcome != Outcome::ReachedEnd || !V.allFinite()) {
                result.outcome =
                    result.outcome == Outcome::ReachedEnd ? Outcome::NonFinite : result.outcome;
                return;
            }
            blocks.col(b) += orthonormalise(V);
        }
    }
    blocks /= static_cast<double>(intervals) * interval;
    const auto count = static_cast<double>(options.blocks);
    result.blocks = blocks;
    result.time = static_cast<double>(intervals * options.blocks) * interval;
    result.zero_floor = 2.0 * std::log(std::numbers::e + result.time) / result.time;
    result.exponents = blocks.rowwise().mean();
    result.standard_errors =
        ((blocks.colwise() - result.exponents).rowwise().squaredNorm() / (count * (count - 1)))
            .cwiseSqrt();
    for (Index i = 0; i < k; ++i) {
        if (std::isinf(result.exponents[i])) {
            result.standard_errors[i] = 0.0;  // −∞ in every sense
        }
    }
    result.verdict = verdict_of(result);
}

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
    Matrix V = first_tangents(field.dimension(), options);
    const VariationalFlow tangent(field, V.cols());
    IntegrateOptions one = transient;
    one.t_end = options.interval;
    one.sample_times = {options.interval};
    one.initial_step = options.interval / 8;  // what Dopri5 then makes of it
    measure(result, V, options, options.interval, [&](Matrix& tangents) {
        const Trajectory run =
            integrate(tangent, VariationalFlow::state(result.end, tangents), one);
        if (run.outcome == Outcome::ReachedEnd) {
            const Vector state = run.x.col(run.x.cols() - 1);
            result.end = state.head(field.dimension());
            tangents = tangent.tangents(state);
        }
        return run.outcome;
    });
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
    Matrix V = first_tangents(map.dimension, options);
    const double interval = std::max(1.0, std::floor(options.interval));
    measure(result, V, options, interval, [&](Matrix& tangents) {
        for (Index k = 0; k < static_cast<Index>(interval); ++k) {
            tangents = (map.jacobian(result.end) * tangents).eval();
            result.end = map.value(result.end);
        }
        return result.end.allFinite() ? Outcome::ReachedEnd : Outcome::NonFinite;
    });
    return result;
}

}  // namespace resdyn
