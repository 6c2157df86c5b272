#include <resdyn/transient/simulation.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include <resdyn/core/error.hpp>
#include <resdyn/equilibria/face.hpp>
#include <resdyn/model/residual_system.hpp>

#include "equilibria/held_units.hpp"

namespace resdyn {

namespace {

/// u_F' = W_FF f(u_F) + W_FS y_S with the units of S held at a level.
class HeldFlow final : public VectorField {
  public:
    HeldFlow(const ResidualSystem& system, const std::vector<Index>& free, const Vector& y_held)
        : W_(system.W()(free, free)),
          load_((system.W() * y_held)(free)),
          activation_(system.activation()) {}
    Index dimension() const override { return W_.rows(); }
    Vector value(const Vector& u) const override { return W_ * activate(activation_, u) + load_; }
    Matrix jacobian(const Vector& u) const override {
        return W_ * slope(activation_, u).asDiagonal();
    }

  private:
    Matrix W_;
    Vector load_;
    Activation activation_;
};

Vector starting_preactivation(const ResidualNetwork& network, const Vector& start,
                              StartVariable variable) {
    const auto need_size = [&start](Index size, const char* name) {
        if (start.size() != size) {
            reject_argument(name, fmt::format("{} numbers", size), fmt::format("{}", start.size()));
        }
        if (start.hasNaN()) {
            reject_argument(name, "numbers", "NaN");
        }
    };
    const ResidualBlock& block = network.block(0);
    switch (variable) {
        case StartVariable::Activity:
            need_size(network.width(), "x0");
            return block.W * start + block.b;
        case StartVariable::Preactivation:
            need_size(network.hidden_width(), "u0");
            return start;
        case StartVariable::Residual:
            break;
    }
    need_size(network.hidden_width(), "y0");
    Vector u = inverse(network.activation, start);
    for (Index i = 0; i < u.size(); ++i) {
        if (std::isnan(u[i])) {
            const Levels range = levels(network.activation);
            reject_argument(
                fmt::format("y0[{}]", i),
                network.activation == Activation::ReLU
                    ? std::string("a residual > 0 for relu (0 has no single u: give u0 or x0)")
                    : fmt::format("a residual within [{}, {}]", range.low, range.high),
                fmt::format("{}", start[i]));
        }
    }
    return u;
}

void run_flow(const ResidualNetwork& network, const ResidualSystem& system, const Vector& start,
              const Vector& u0, const SimulationOptions& options, Simulation& result) {
    IntegrateOptions integration{.t_end = options.t_end,
                                 .rel_tol = options.rel_tol,
                                 .abs_tol = options.abs_tol,
                                 .max_steps = options.max_steps};
    for (Index k = 0; k < options.samples; ++k) {
        integration.sample_times.push_back(options.t_end * static_cast<double>(k) /
                                           static_cast<double>(options.samples - 1));
    }
    Trajectory trajectory;
    if (options.start == StartVariable::Activity) {
        const ResidualBlock& block = network.block(0);
        trajectory = integrate(ActivityFlow(block, network.activation), start, integration);
        result.u = (block.W * trajectory.x).colwise() + block.b;
        result.x = std::move(trajectory.x);
    } else {
        std::vector<Index> free;
        Vector y_held = activate(network.activation, u0);
        for (Index i = 0; i < u0.size(); ++i) {
            if (std::isfinite(u0[i])) {
                free.push_back(i);
                y_held[i] = 0.0;
            }
        }
        trajectory = integrate(HeldFlow(system, free, y_held), u0(free), integration);
        result.u = u0.replicate(1, trajectory.x.cols());
        result.u(free, Eigen::all) = trajectory.x;
    }
    result.t = std::move(trajectory.t);
    result.outcome = trajectory.outcome;
    result.steps = trajectory.steps;
    result.rejected = trajectory.rejected;
    result.y = activate(network.activation, result.u);
    const Vector u_end = result.u.rightCols(1);
    const Vector y_end = result.y.rightCols(1);
    result.final_speed =
        slope(network.activation, u_end).cwiseProduct(system.W() * y_end).lpNorm<Eigen::Infinity>();
}

void run_map(const ResidualNetwork& network, const ResidualSystem& system, const Vector& start,
             const Vector& u0, const SimulationOptions& options, Simulation& result) {
    const bool with_activity = options.start == StartVariable::Activity;
    const ResidualBlock& block = network.block(0);
    Matrix u(u0.size(), options.layers + 1);
    Matrix x(network.width(), with_activity ? options.layers + 1 : 0);
    u.col(0) = u0;
    if (with_activity) {
        x.col(0) = start;
    }
    Index used = 1;
    result.t = {0.0};
    for (Index n = 1; n <= options.layers; ++n) {
        const Vector y = activate(network.activation, Vector(u.col(n - 1)));
        if (with_activity) {
            x.col(n) = x.col(n - 1) + system.step() * (block.A ? Vector(*block.A * y) : y);
            u.col(n) = block.W * x.col(n) + block.b;
        } else {
            u.col(n) = u.col(n - 1) + system.step() * (system.W() * y);
        }
        const bool lost = !u0.array().isFinite().select(u.col(n).array(), 0.0).allFinite();
        if (lost || (with_activity && !x.col(n).allFinite())) {
            result.outcome = Outcome::NonFinite;
            break;
        }
        result.t.push_back(static_cast<double>(n) * system.step());
        ++used;
    }
    result.steps = used - 1;
    result.u = u.leftCols(used);
    result.x = x.leftCols(with_activity ? used : 0);
    result.y = activate(network.activation, result.u);
    const Vector u_end = result.u.rightCols(1);
    const Vector y_end = result.y.rightCols(1);
    const Vector next =
        activate(network.activation, Vector(u_end + system.step() * (system.W() * y_end)));
    result.final_speed = (next - y_end).lpNorm<Eigen::Infinity>();
}

/// The equilibrium of the start's pattern within `tol` of it.
std::optional<Equilibrium> equilibrium_at(const ResidualSystem& system, const Vector& u0,
                                          const Vector& y0, double tol) {
    Pattern pattern = pattern_of(y0, system.activation());
    Index free = 0;
    const Vector Wy = system.W() * y0;
    for (Index i = 0; i < u0.size(); ++i) {
        if (!std::isfinite(u0[i])) {
            continue;  // held at its level for ever
        }
        pattern.states[static_cast<std::size_t>(i)] = UnitState::Free;
        ++free;
        // At y*, (Wy*)_i = 0: it cannot be farther from 0 than y is from y*.
        if (std::abs(Wy[i]) > 2.0 * tol * system.W().row(i).lpNorm<1>()) {
            return std::nullopt;
        }
    }
    if (free > SettleOptions{}.exact_free_units) {
        return std::nullopt;
    }
    FaceDecision decision = FaceSolver(system).decide(pattern);
    auto* equilibrium = std::get_if<Equilibrium>(&decision);
    if (equilibrium == nullptr || (equilibrium->y - y0).lpNorm<Eigen::Infinity>() > tol) {
        return std::nullopt;
    }
    return std::move(*equilibrium);
}

/// The proved end of every start on the face of u0.
std::optional<ProvedLimit> limit_of(const ResidualSystem& system, const Vector& u0, Clock clock) {
    if (u0.allFinite()) {
        return proved_limit(system, clock);
    }
    const Pattern face = held_face(u0);
    const bool none_high = std::none_of(face.states.begin(), face.states.end(),
                                        [](UnitState state) { return state == UnitState::High; });
    if (face.is_vertex() || !none_high || system.activation() != Activation::Logistic) {
        return std::nullopt;
    }
    // Held Low units of a logistic system do not act: the others are a system of their own.
    const HeldUnits held(system, face);
    auto limit = proved_limit(held.system(), clock);
    if (limit) {
        limit->equilibrium = std::get<Equilibrium>(
            FaceSolver(system).decide(held.embedded(limit->equilibrium.pattern)));
    }
    return limit;
}

void validate(const SimulationOptions& options) {
    if (!(options.settle_tol > 0 && options.settle_tol < 0.1)) {
        reject_argument("settle_tol", "a number in (0, 0.1)",
                        fmt::format("{}", options.settle_tol));
    }
    require_at_least("layers", options.layers, 0);
    if (options.samples != 0 && options.samples < 2) {
        reject_argument("samples", "0 (every step) or a whole number >= 2",
                        fmt::format("{}", options.samples));
    }
    if (options.samples != 0 && !(options.t_end > 0)) {
        reject_argument("t_end", "a number > 0 where samples are asked for",
                        fmt::format("{}", options.t_end));
    }
}

}  // namespace

Simulation simulate(const ResidualNetwork& network, const Vector& start,
                    const SimulationOptions& options) {
    validate(network);
    validate(options);
    const ResidualSystem system = residual_system(network);
    const Vector u0 = starting_preactivation(network, start, options.start);
    Simulation result;
    if (options.clock == Clock::Flow) {
        run_flow(network, system, start, u0, options, result);
    } else {
        run_map(network, system, start, u0, options, result);
    }
    if (is_bounded(system.activation()) && result.outcome != Outcome::NonFinite) {
        const Vector y0 = result.y.col(0);
        result.rest = resting_place(system, result.y.rightCols(1), options.clock == Clock::Map,
                                    {.settle_tol = options.settle_tol});
        result.starts_at = equilibrium_at(system, u0, y0, options.settle_tol);
        if (result.starts_at) {
            result.start_distance = (result.starts_at->y - y0).lpNorm<Eigen::Infinity>();
        }
        // A start that rests where it is does not go anywhere, whatever attracts its neighbours.
        if (!result.rest && !result.starts_at) {
            result.limit = limit_of(system, u0, options.clock);
        }
        if (result.limit) {
            result.limit_distance =
                (result.y.rightCols(1) - result.limit->equilibrium.y).lpNorm<Eigen::Infinity>();
        }
    }
    return result;
}

}  // namespace resdyn
