#include <resdyn/numerics/integrate.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <boost/numeric/odeint/stepper/controlled_runge_kutta.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta_dopri5.hpp>
#include <cmath>
#include <limits>

#include <resdyn/core/error.hpp>
#include <resdyn/core/interrupt.hpp>

namespace resdyn {

namespace {

namespace odeint = boost::numeric::odeint;
// NOTE: a std::vector state keeps Odeint's Eigen adapter, and the operators that it adds to
// namespace Eigen, out of the program.
using State = std::vector<double>;

void validate(const VectorField& field, const Vector& x0, const IntegrateOptions& o) {
    if (x0.size() != field.dimension()) {
        reject_argument("integrate", fmt::format("x0 of size {}", field.dimension()),
                        fmt::format("{}", x0.size()));
    }
    if (!x0.allFinite()) {
        reject_argument("integrate", "x0 finite", "NaN or infinity");
    }
    require("integrate", std::isfinite(o.t_end) && o.t_end >= 0, "t_end finite and >= 0", o.t_end);
    require("integrate", o.rel_tol > 0, "rel_tol > 0", o.rel_tol);
    require("integrate", o.abs_tol > 0, "abs_tol > 0", o.abs_tol);
    require("integrate", o.max_steps >= 1, "max_steps >= 1", static_cast<double>(o.max_steps));
    require("integrate", o.initial_step > 0, "initial_step > 0", o.initial_step);
    double previous = -1.0;
    for (const double t : o.sample_times) {
        require("integrate", t > previous && t <= o.t_end,
                "sample_times increasing within [0, t_end]", t);
        previous = t;
    }
}

Eigen::Map<const Vector> as_vector(const State& s) {
    return {s.data(), static_cast<Index>(s.size())};
}

}  // namespace

std::string_view to_string(Outcome outcome) {
    switch (outcome) {
        case Outcome::ReachedEnd:
            return "reached_end";
        case Outcome::AtRest:
            return "at_rest";
        case Outcome::StepLimit:
            return "step_limit";
        case Outcome::StepUnderflow:
            return "step_underflow";
        case Outcome::NonFinite:
            return "non_finite";
        case Outcome::Stopped:
            return "stopped";
    }
    return "unknown";
}

Trajectory integrate(const VectorField& field, const Vector& x0, const IntegrateOptions& options) {
    validate(field, x0, options);
    const auto n = static_cast<std::size_t>(x0.size());
    const auto rhs = [&field](const State& x, State& dxdt, double) {
        const Vector f = field.value(as_vector(x));
        std::copy(f.begin(), f.end(), dxdt.begin());
    };
    // NOTE: built by hand. The factory make_controlled, without one of its specialisation headers,
    // compiles and silently takes the relative tolerance for a largest step.
    using Stepper = odeint::runge_kutta_dopri5<State>;
    odeint::controlled_runge_kutta<Stepper> stepper(
        odeint::controlled_runge_kutta<Stepper>::error_checker_type(options.abs_tol,
                                                                    options.rel_tol),
        odeint::controlled_runge_kutta<Stepper>::step_adjuster_type(), Stepper());

    Trajectory result;
    std::vector<double> samples;  // flat, n a sample
    State x(x0.begin(), x0.end());
    double t = 0.0;
    double dt = options.initial_step;
    std::size_t next_sample = 0;
    const bool every_step = options.sample_times.empty();
    const auto record = [&] {
        result.t.push_back(t);
        samples.insert(samples.end(), x.begin(), x.end());
    };
    const auto record_if_due = [&] {
        if (every_step) {
            record();
        } else if (next_sample < options.sample_times.size() &&
                   t >= options.sample_times[next_sample]) {
            record();
            ++next_sample;
        }
    };

    double residual = field.value(x0).lpNorm<Eigen::Infinity>();
    record_if_due();
    result.outcome = Outcome::ReachedEnd;
    while (true) {
        if (!std::isfinite(residual)) {
            result.outcome = Outcome::NonFinite;
            break;
        }
        if (residual <= options.rest_tol) {
            result.outcome = Outcome::AtRest;
            break;
        }
        interruption_point("integrate");
        const double target = !every_step && next_sample < options.sample_times.size()
                                  ? options.sample_times[next_sample]
                                  : options.t_end;
        if (t >= target) {
            break;  // only t_end is left, and it is reached
        }
        if (result.steps + result.rejected >= options.max_steps) {
            result.outcome = Outcome::StepLimit;
            break;
        }
        const double remaining = target - t;
        const bool clipped = dt >= remaining;
        double step = clipped ? remaining : dt;
        if (t + step == t) {
            result.outcome = Outcome::StepUnderflow;
            break;
        }
        const State before = x;
        const double t_before = t;
        if (stepper.try_step(rhs, x, t, step) == odeint::success) {
            // NOTE: a NaN error estimate passes Odeint's check (NaN > 1 is false), so look here.
            if (!as_vector(x).allFinite()) {
                x = before;
                t = t_before;
                stepper.reset();
                result.outcome = Outcome::NonFinite;
                break;
            }
            ++result.steps;
            if (clipped) {
                t = target;               // no drift by rounding
                dt = std::max(dt, step);  // a step cut short says nothing against dt
            } else {
                dt = step;
            }
            residual = field.value(as_vector(x)).lpNorm<Eigen::Infinity>();
            record_if_due();
        } else {
            ++result.rejected;
            dt = step;
        }
    }
    if (every_step && result.t.back() != t) {
        record();
    }
    result.residual = residual;
    result.x = Eigen::Map<const Matrix>(samples.data(), static_cast<Index>(n),
                                        static_cast<Index>(result.t.size()));
    return result;
}

}  // namespace resdyn
