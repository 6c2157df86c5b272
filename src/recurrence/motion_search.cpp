#include "motion_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include <resdyn/interaction/scaling.hpp>
#include <resdyn/settling/global_attraction.hpp>
#include <resdyn/settling/settle.hpp>

#include "characteristic_speed.hpp"
#include "equilibria/held_units.hpp"
#include "motion_exponents.hpp"
#include "orbit_on_face.hpp"

namespace resdyn {

namespace {

constexpr double saturated_u = 30.0;       // |u| from which a unit that keeps its sign may be held
constexpr double far_u = 12.0;             // |u| from which a run counts as near the boundary
constexpr int longest_chain = 8;           // subfaces entered one after the other
constexpr double resting_speed = 1e-9;     // of u, relative to the fastest possible
constexpr double resting_distance = 1e-2;  // of y, from an equilibrium that is not hyperbolic
constexpr double growth_agreement = 0.05;  // of stays, measured against predicted
constexpr double close_return = 1e-3;      // of a run that has come to a cycle, to its extent
constexpr double decay_lengths = 30.0;     // 1/rates until a weak attraction is at rest
constexpr double patience = 500.0;         // windows that may take

Trajectory run_for(const FaceFlow& flow, const Vector& u, double t) {
    return integrate(flow, u, {.t_end = t, .rel_tol = 1e-9, .abs_tol = 1e-10});
}

Vector last(const Trajectory& run) {
    return run.x.col(run.x.cols() - 1);
}

std::optional<Pattern> rest_of(const FaceFlow& flow, const Vector& u) {
    const auto rest = resting_place(flow.as_system(), flow.as_residual(u), false);
    return rest ? std::optional(flow.embedded(rest->pattern)) : std::nullopt;
}

/// What the free units did in a window.
struct Window {
    std::vector<Index> held;  ///< beyond saturated_u, of one sign throughout, farther than before.
    double largest_held_back = 0.0;  ///< largest |u| of the others.
    bool far = false;                ///< some other unit went beyond far_u, farther than before.
};

Window look(const Trajectory& run) {
    Window window;
    const Index n = run.x.rows();
    const Index half = run.x.cols() / 2;
    for (Index i = 0; i < n; ++i) {
        const auto row = run.x.row(i);
        const double end = std::abs(row[row.size() - 1]);
        const bool one_sign = (row.array() > 0).all() || (row.array() < 0).all();
        if (one_sign && end > saturated_u && end > std::abs(row[0]) + 1) {
            window.held.push_back(i);
            continue;
        }
        const double before = row.head(half + 1).cwiseAbs().maxCoeff();
        const double after = row.tail(row.size() - half).cwiseAbs().maxCoeff();
        window.largest_held_back = std::max({window.largest_held_back, before, after});
        window.far = window.far || (after > far_u && after > before + 1);
    }
    return window;
}

class Search {
  public:
    Search(const ResidualSystem& system, const ConnectionGraph& graph, const FaceSolver& solver,
           const Pattern& face, const RecurrentMotionOptions& options)
        : system_(system),
          graph_(graph),
          solver_(solver),
          options_(options),
          speed_(characteristic_speed(system, graph, face)),
          window_(options.duration / speed_) {}

    MotionFinding from(const Pattern& face, Vector u) const {
        MotionFinding finding;
        finding.face = face;
        for (int depth = 0; depth < longest_chain; ++depth) {
            if (proved_to_settle(finding)) {
                return finding;
            }
            const FaceFlow flow(system_, finding.face);
            if (conservative(flow, u, finding)) {
                return finding;
            }
            const Trajectory transient = run_for(flow, u, window_);
            if (ended(transient, finding)) {
                return finding;
            }
            u = last(transient);
            if ((finding.rest = rest_of(flow, u))) {
                finding.motion = Motion::Settles;
                finding.evidence = fmt::format("at {}, verified", to_string(*finding.rest));
                return finding;
            }
            if (flow.value(u).lpNorm<Eigen::Infinity>() <= resting_speed * largest_speed(system_) &&
                on_continuum(finding)) {
                return finding;
            }
            const Trajectory run = run_for(flow, u, 2 * window_);
            if (ended(run, finding)) {
                return finding;
            }
            const Window window = look(run);
            u = last(run);
            const auto free = static_cast<std::size_t>(flow.dimension());
            if (window.held.size() == free || window.far ||
                window.largest_held_back > saturated_u) {
                boundary_motion(flow, u, finding);
                return finding;
            }
            if (window.held.empty() && !inhabited(finding.face)) {
                boundary_motion(flow, u, finding);
                return finding;
            }
            if (window.held.empty()) {
                bounded_motion(flow, u, finding);
                return finding;
            }
            // Some units are gone for good: what is left moves in a subface.
            std::vector<double> rest;
            std::size_t next = 0;
            for (std::size_t k = 0; k < free; ++k) {
                if (next < window.held.size() && window.held[next] == static_cast<Index>(k)) {
                    finding.face.states[static_cast<std::size_t>(flow.free_units()[k])] =
                        u[static_cast<Index>(k)] > 0 ? UnitState::High : UnitState::Low;
                    ++next;
                } else {
                    rest.push_back(u[static_cast<Index>(k)]);
                }
            }
            u = Eigen::Map<const Vector>(rest.data(), static_cast<Index>(rest.size()));
        }
        finding.evidence = "units went to their levels one after the other until the run ended";
        return finding;
    }

  private:
    static bool ended(const Trajectory& run, MotionFinding& finding) {
        if (run.outcome == Outcome::ReachedEnd) {
            return false;
        }
        finding.evidence = fmt::format("the run ended early: {}", to_string(run.outcome));
        return true;
    }

    /// The origin attracts every start of the face, by proof. Units held Low do not act.
    bool proved_to_settle(MotionFinding& finding) const {
        const Pattern& face = finding.face;
        const bool none_high =
            std::none_of(face.states.begin(), face.states.end(),
                         [](UnitState state) { return state == UnitState::High; });
        if (system_.activation() != Activation::Logistic || !none_high) {
            return false;
        }
        const HeldUnits held(system_, face);
        const auto limit = proved_limit(held.system(), Clock::Flow);
        if (!limit) {
            return false;
        }
        finding.motion = Motion::Settles;
        finding.rest = held.embedded(limit->equilibrium.pattern);
        finding.evidence = fmt::format("at {}, proved for every start of this face: {}",
                                       to_string(*finding.rest), limit->proof);
        return true;
    }

    /// The face holds a continuum of equilibria, and the run stands on it.
    bool on_continuum(MotionFinding& finding) const {
        const bool known = std::holds_alternative<Continuum>(solver_.decide(finding.face));
        if (known) {
            finding.motion = Motion::Settles;
            finding.evidence = "on a continuum of equilibria, at a point of its own for each start";
        }
        return known;
    }

    /// A slow approach to an equilibrium that linear theory does not decide, such as the degenerate
    /// origin: near it, with no unstable eigenvalue.
    bool slowly_at(const Vector& y, MotionFinding& finding) const {
        for (const Equilibrium& node : graph_.nodes) {
            const double distance = (node.y - y).lpNorm<Eigen::Infinity>();
            if (node.spectrum.zero > 0 && node.spectrum.unstable == 0 &&
                distance <= resting_distance) {
                finding.motion = Motion::Settles;
                finding.rest = node.pattern;
                finding.evidence = fmt::format(
                    "within {:.1e} of {}, which is not hyperbolic: approached, not verified to "
                    "attract",
                    distance, to_string(node.pattern));
                return true;
            }
        }
        return false;
    }

    /// Faces with a constant of motion and an equilibrium inside.
    bool conservative(const FaceFlow& flow, const Vector& u, MotionFinding& finding) const {
        if (flow.dimension() < 2) {
            return false;
        }
        const ResidualSystem block(flow.block(), flow.activation());
        const DiagonalScaling scaling = diagonal_scaling(block, Symmetry::Antisymmetric);
        const auto y = inner_equilibrium(solver_, finding.face);
        if (!scaling.exact || !y) {
            return false;
        }
        ReturnOptions returns = options_.returns;
        returns.transient = 0.0;
        returns.t_search = window_;
        finding.orbit = find_periodic_orbit(flow, u, returns);
        if (!finding.orbit) {
            if (flow.dimension() == 2) {
                finding.evidence = "conservative, but the run did not return in its window";
                return true;
            }
            set_exponents(flow, u, speed_, window_, finding);
            if (finding.motion == Motion::QuasiPeriodic) {
                hold_against_drift(flow, u, finding);
            }
            finding.evidence = "conservative face; " + finding.evidence;
            return true;
        }
        finding.motion = Motion::ClosedOrbit;
        describe_orbit(solver_, flow, finding);
        finding.energy_drift =
            energy_drift(flow, scaling.p, (*y)(flow.free_units()), *finding.orbit);
        finding.evidence =
            fmt::format("conservative face: one of a family, period {:.9g}, E constant to {:.1e}",
                        finding.orbit->period, *finding.energy_drift);
        return true;
    }

    /// Something can recur in the open face only if it holds an equilibrium (face theorem).
    bool inhabited(const Pattern& face) const {
        const FaceDecision decision = solver_.decide(face);
        return std::holds_alternative<Equilibrium>(decision) ||
               std::holds_alternative<Continuum>(decision);
    }

    void bounded_motion(const FaceFlow& flow, const Vector& u, MotionFinding& finding) const {
        if (!inhabited(finding.face)) {
            finding.evidence =
                "the open face holds no equilibrium, so nothing recurs in it (face theorem); where "
                "the run goes was not seen in its length";
            return;
        }
        Vector state = u;
        // A run that has come to a limit cycle returns to itself closely; chaos does not.
        if (cycle_at(flow, state, close_return, finding) || settles_slowly(flow, state, finding)) {
            return;
        }
        if (flow.dimension() >= 3) {
            set_exponents(flow, state, speed_, window_, finding);
            if (finding.motion == Motion::QuasiPeriodic) {
                hold_against_drift(flow, state, finding);
            }
            if (finding.motion != Motion::Undecided) {
                return;
            }
        }
        const std::string said = finding.evidence;
        for (int attempt = 0; attempt < 3; ++attempt) {
            if (cycle_at(flow, state, options_.returns.close, finding)) {
                return;
            }
            // A weak attraction needs longer.
            const Trajectory more = run_for(flow, state, 4 * window_);
            if (ended(more, finding)) {
                return;
            }
            state = last(more);
            if ((finding.rest = rest_of(flow, state))) {
                finding.motion = Motion::Settles;
                finding.evidence = fmt::format("at {}, slowly, verified", to_string(*finding.rest));
                return;
            }
        }
        if (slowly_at(flow.residual(state), finding)) {
            return;
        }
        finding.evidence =
            flow.dimension() >= 3
                ? said
                : "two free units, so neither a torus nor chaos; neither rest nor an attracting "
                  "closed orbit was found in the run's length";
    }

    /// Tori are stationary: what still drifts is called undecided, or a slow way to rest.
    void hold_against_drift(const FaceFlow& flow, const Vector& u, MotionFinding& finding) const {
        const auto drift = drift_of(flow, u, inner_equilibrium(solver_, finding.face), window_);
        if (drift) {
            finding.motion = Motion::Undecided;
            finding.evidence += "; but " + *drift;
        }
    }

    /// An attracting closed orbit that the run from u has come to within `close` of its extent.
    bool cycle_at(const FaceFlow& flow, const Vector& u, double close,
                  MotionFinding& finding) const {
        if (flow.dimension() < 2) {
            return false;
        }
        ReturnOptions returns = options_.returns;
        returns.transient = 0.0;
        returns.t_search = window_;
        returns.close = close;
        finding.orbit = find_periodic_orbit(flow, u, returns);
        if (!finding.orbit || finding.orbit->stability != OrbitStability::Attracting) {
            finding.orbit.reset();
            return false;
        }
        finding.motion = Motion::LimitCycle;
        describe_orbit(solver_, flow, finding);
        finding.evidence = fmt::format(
            "period {:.9g}, residual {:.1e}, trivial multiplier off by {:.1e}, the largest other "
            "{:.6g}",
            finding.orbit->period, finding.orbit->residual, finding.orbit->trivial_error,
            largest_other(*finding.orbit));
        return true;
    }

    /// The face's equilibrium attracts within the face, however weakly: a run long enough to come
    /// there, if that is bearable. Moves `u` along.
    bool settles_slowly(const FaceFlow& flow, Vector& u, MotionFinding& finding) const {
        const auto y = inner_equilibrium(solver_, finding.face);
        if (!y) {
            return false;
        }
        double slowest = std::numeric_limits<double>::infinity();
        for (const Complex mu : equilibrium_spectrum(system_, finding.face, *y).free) {
            slowest = std::min(slowest, -mu.real());
        }
        const double needed = decay_lengths / slowest;
        if (!(slowest > 0) || needed > patience * window_) {
            return false;
        }
        const double half = 0.5 * needed;
        const auto away = [&] { return (flow.residual(u) - *y).lpNorm<Eigen::Infinity>(); };
        double before = away();
        for (int part = 0; part < 2; ++part) {
            const Trajectory run = integrate(
                flow, u,
                {.t_end = half, .rel_tol = 1e-9, .abs_tol = 1e-10, .sample_times = {half}});
            if (run.outcome != Outcome::ReachedEnd) {
                return false;
            }
            u = last(run);
            if ((finding.rest = rest_of(flow, u))) {
                finding.motion = Motion::Settles;
                finding.evidence = fmt::format("at {}, at rate {:.3g}, verified",
                                               to_string(*finding.rest), slowest);
                return true;
            }
            if (away() > 0.5 * before) {
                return false;  // it is not drawn to it
            }
            before = away();
        }
        return false;
    }

    static double largest_other(const PeriodicOrbit& orbit) {
        double largest = 0.0;
        for (std::size_t k = 0; k < orbit.multipliers.size(); ++k) {
            largest =
                k == orbit.trivial ? largest : std::max(largest, std::abs(orbit.multipliers[k]));
        }
        return largest;
    }

    /// Ever longer stays near vertices, or a slow way to rest.
    void boundary_motion(const FaceFlow& flow, const Vector& u, MotionFinding& finding) const {
        const Trajectory run = run_for(flow, u, options_.long_duration / largest_speed(system_));
        if (ended(run, finding)) {
            return;
        }
        if ((finding.rest = rest_of(flow, last(run)))) {
            finding.motion = Motion::Settles;
            finding.evidence = fmt::format("at {}, verified", to_string(*finding.rest));
            return;
        }
        if (slowly_at(flow.residual(last(run)), finding)) {
            return;
        }
        std::vector<Dwell> stays = dwells(flow, run);
        for (std::size_t c = 0; c < graph_.cycles.size(); ++c) {
            const HeteroclinicCycle& cycle = graph_.cycles[c];
            if (!follows(stays, cycle)) {
                continue;
            }
            const std::size_t m = cycle.nodes.size();
            finding.motion = Motion::HeteroclinicCycle;
            finding.cycle = c;
            finding.measured_growth = stays.back().duration / stays[stays.size() - 1 - m].duration;
            finding.stays = std::move(stays);
            finding.evidence = fmt::format(
                "{} stays round {} saddles; the last is {:.6g} times that a round before",
                finding.stays.size(), m, finding.measured_growth);
            if (cycle.growth > 0) {
                finding.evidence += fmt::format(" (predicted {:.6g})", cycle.growth);
            }
            return;
        }
        if (run.x.rightCols(run.x.cols() / 2).lpNorm<Eigen::Infinity>() <= saturated_u) {
            bounded_motion(flow, last(run), finding);  // it came near the boundary, and back
            return;
        }
        finding.stays = std::move(stays);
        finding.evidence = fmt::format(
            "near the boundary, {} stays at vertices that are no cycle of the graph, at rest "
            "nowhere "
            "verified",
            finding.stays.size());
    }

    /// The last stays go round the cycle and grow: by the predicted factor over one round and one
    /// stay more, or, where none is predicted, over two rounds.
    bool follows(const std::vector<Dwell>& stays, const HeteroclinicCycle& cycle) const {
        const std::size_t m = cycle.nodes.size();
        const std::size_t needed = cycle.growth > 0 ? m + 1 : 2 * m + 1;
        if (stays.size() < needed) {
            return false;
        }
        const auto node = [&](std::size_t k) -> const Pattern& {
            return graph_.nodes[cycle.nodes[k % m]].pattern;
        };
        const std::size_t first = stays.size() - needed;
        std::size_t shift = 0;
        while (shift < m && node(shift) != stays[first].vertex) {
            ++shift;
        }
        if (shift == m) {
            return false;
        }
        for (std::size_t k = 0; k < needed; ++k) {
            if (stays[first + k].vertex != node(shift + k)) {
                return false;
            }
        }
        const double growth = stays.back().duration / stays[stays.size() - 1 - m].duration;
        return cycle.growth > 0 ? std::abs(growth / cycle.growth - 1) <= growth_agreement
                                : growth > 1;
    }

    const ResidualSystem& system_;
    const ConnectionGraph& graph_;
    const FaceSolver& solver_;
    const RecurrentMotionOptions& options_;
    double speed_;   ///< see characteristic_speed.
    double window_;  ///< a run's unit of time.
};

}  // namespace

/// Half the starts near the face's equilibrium, half across the face.
Vector start_on_face(const ResidualSystem& system, const Pattern& face,
                     const std::optional<Vector>& y, Index k, double spread, Random& random) {
    const auto n = static_cast<Index>(face.free_units().size());
    Vector across = random.uniform_vector(n, -spread, spread);
    if (y && k % 2 == 0) {
        return inverse(system.activation(), Vector((*y)(face.free_units()))) + 0.05 * across;
    }
    return across;
}

MotionFinding motion_from(const ResidualSystem& system, const FaceSolver& solver,
                          const ConnectionGraph& graph, const Pattern& face, const Vector& u0,
                          const RecurrentMotionOptions& options) {
    return Search(system, graph, solver, face, options).from(face, u0);
}

}  // namespace resdyn
