#include "map_motion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <resdyn/core/interrupt.hpp>
#include <resdyn/settling/global_attraction.hpp>

#include "equilibria/held_units.hpp"
#include "numerics/decompositions.hpp"
#include "orbit_on_face.hpp"

namespace resdyn {

namespace {

constexpr double outward_u = 30.0;    // |u| from which a unit that moves outward may be held
constexpr int longest_map_chain = 8;  // subfaces entered one after the other
constexpr Index shortest_window = 1000;
constexpr Index longest_window = 100000;   // layers
constexpr double resting_step = 1e-7;      // of u in a layer, relative: a fixed point is tried
constexpr double close_map_return = 1e-3;  // of a run that has come to a cycle, to its extent
constexpr double same_extent = 2e-2;       // of two stretches of stationary motion
constexpr Index longest_refined = 1024;    // unknowns of Newton
constexpr int most_refined = 6;            // close returns of one run: chaos has them without end
constexpr Index refining_steps = 12;       // of Newton: a run that is on a cycle needs fewer
constexpr int most_windows = 3;            // longer and longer windows
constexpr Index exponent_layers = 20000;

/// A stretch of layers: ranges of u by quarter, and where it ended.
struct Stretch {
    std::array<Vector, 4> low;
    std::array<Vector, 4> high;
    Vector end;
    bool finite = true;

    /// Of the last two quarters.
    Vector extent() const { return high[2].cwiseMax(high[3]) - low[2].cwiseMin(low[3]); }
};

Stretch run_layers(const FaceFlow& flow, double h, Vector u, Index layers) {
    Stretch stretch;
    for (std::size_t quarter = 0; quarter < 4; ++quarter) {
        Vector low = u;
        Vector high = u;
        for (Index k = 0; k < (layers + 3) / 4; ++k) {
            u += h * flow.value(u);
            low = low.cwiseMin(u);
            high = high.cwiseMax(u);
        }
        stretch.low[quarter] = low;
        stretch.high[quarter] = high;
        interruption_point("cycles");
    }
    stretch.finite = u.allFinite();
    stretch.end = u;
    return stretch;
}

class MapSearch {
  public:
    MapSearch(const ResidualSystem& system, const FaceSolver& solver, double speed,
              const CycleSearchOptions& options)
        : system_(system), solver_(solver), options_(options), h_(system.step()) {
        const double layers = std::ceil(options.duration / (speed * h_));
        window_ = static_cast<Index>(std::clamp(layers, static_cast<double>(shortest_window),
                                                static_cast<double>(longest_window)));
    }

    MapFinding from(const Pattern& face, Vector u) const {
        MapFinding finding;
        finding.face = face;
        for (int depth = 0; depth < longest_map_chain; ++depth) {
            if (proved_to_settle(finding)) {
                return finding;
            }
            const FaceFlow flow(system_, finding.face);
            const Stretch run = run_layers(flow, h_, u, window_);
            u = run.end;
            if (!run.finite || at_rest(flow, u, finding)) {
                return finding;
            }
            const Stretch next = run_layers(flow, h_, u, 2 * window_);
            u = next.end;
            if (!next.finite) {
                return finding;
            }
            const std::vector<Index> held = gone_for_good(flow, next);
            if (static_cast<Index>(held.size()) == flow.dimension()) {
                Pattern vertex = hold(flow, held, u, finding.face);
                return at_vertex(std::move(vertex), finding);
            }
            if (held.empty()) {
                stay(flow, next, u, finding);
                return finding;
            }
            const Pattern inner = hold(flow, held, u, finding.face);
            u = without(u, held);
            finding.face = inner;
        }
        finding.evidence = "units went to their levels one after the other until the run ended";
        return finding;
    }

  private:
    /// How far the size of a layer reaches: amplitudes of large steps are no sign of saturation.
    double reach(const FaceFlow& flow) const {
        return h_ * (flow.block().cwiseAbs().rowwise().sum() + flow.load().cwiseAbs()).maxCoeff();
    }

    bool proved_to_settle(MapFinding& finding) const {
        const Pattern& face = finding.face;
        const bool none_high = std::none_of(face.states.begin(), face.states.end(),
                                            [](UnitState s) { return s == UnitState::High; });
        if (system_.activation() != Activation::Logistic || !none_high) {
            return false;
        }
        const HeldUnits held(system_, face);
        const auto limit = proved_limit(held.system(), Clock::Map);
        if (!limit) {
            return false;
        }
        finding.motion = FaceVerdict::Settles;
        finding.rest = held.embedded(limit->equilibrium.pattern);
        finding.evidence = fmt::format("at {}, proved for every start of this face: {}",
                                       to_string(*finding.rest), limit->proof);
        return true;
    }

    /// Units that moved outward from quarter to quarter, beyond what a layer reaches.
    std::vector<Index> gone_for_good(const FaceFlow& flow, const Stretch& run) const {
        std::vector<Index> held;
        const double beyond = outward_u + 2.0 * reach(flow);
        for (Index i = 0; i < flow.dimension(); ++i) {
            bool up = run.low[3][i] > beyond;
            bool down = run.high[3][i] < -beyond;
            for (std::size_t q = 1; q < 4; ++q) {
                up = up && run.low[q][i] > run.low[q - 1][i] && run.low[q - 1][i] > 0;
                down = down && run.high[q][i] < run.high[q - 1][i] && run.high[q - 1][i] < 0;
            }
            up = up && run.low[3][i] > run.high[0][i] + 1.0;
            down = down && run.high[3][i] < run.low[0][i] - 1.0;
            if (up || down) {
                held.push_back(i);
            }
        }
        return held;
    }

    static Pattern hold(const FaceFlow& flow, const std::vector<Index>& held, const Vector& u,
                        Pattern face) {
        for (const Index k : held) {
            face.states[static_cast<std::size_t>(flow.free_units()[static_cast<std::size_t>(k)])] =
                u[k] > 0 ? UnitState::High : UnitState::Low;
        }
        return face;
    }

    static Vector without(const Vector& u, const std::vector<Index>& held) {
        std::vector<Index> kept;
        for (Index k = 0; k < u.size(); ++k) {
            if (std::find(held.begin(), held.end(), k) == held.end()) {
                kept.push_back(k);
            }
        }
        return u(kept);
    }

    MapFinding at_vertex(Pattern vertex, MapFinding finding) const {
        const FaceDecision decision = solver_.decide(vertex);
        const auto* equilibrium = std::get_if<Equilibrium>(&decision);
        finding.rest = vertex;
        finding.face = std::move(vertex);
        if (equilibrium != nullptr && equilibrium->spectrum.is_stable()) {
            finding.motion = FaceVerdict::Settles;
            finding.evidence = fmt::format("at {}, verified", to_string(*finding.rest));
        } else if (equilibrium != nullptr && equilibrium->spectrum.unstable == 0) {
            finding.motion = FaceVerdict::Settles;
            finding.evidence =
                fmt::format("towards {}, which is not hyperbolic", to_string(*finding.rest));
        } else {
            finding.rest.reset();
            finding.evidence = fmt::format(
                "all units went outward near {}, which does not attract across: a long stay, as "
                "beside a heteroclinic cycle",
                to_string(finding.face));
        }
        return finding;
    }

    std::optional<MapCycle> refined(const FaceFlow& flow, Vector u, Index period) const {
        if (period * flow.dimension() > longest_refined) {
            return std::nullopt;
        }
        Matrix guess(flow.dimension(), period);
        for (Index n = 0; n < period; ++n) {
            guess.col(n) = u;
            u += h_ * flow.value(u);
        }
        return refine_map_cycle(system_, flow.pattern(), guess,
                                inner_equilibrium(solver_, flow.pattern()),
                                {.max_iterations = refining_steps});
    }

    /// At the face's equilibrium, attracting within the face; or on a continuum.
    bool at_rest(const FaceFlow& flow, const Vector& u, MapFinding& finding) const {
        const double step = h_ * flow.value(u).lpNorm<Eigen::Infinity>();
        const double size = std::max(1.0, u.lpNorm<Eigen::Infinity>());
        if (step > resting_step * size) {
            return false;
        }
        const FaceDecision decision = solver_.decide(finding.face);
        if (std::holds_alternative<Continuum>(decision)) {
            finding.motion = FaceVerdict::Settles;
            finding.evidence = "on a continuum of equilibria, at a point of its own for each start";
            return true;
        }
        if (!std::holds_alternative<Equilibrium>(decision)) {
            return false;
        }
        const auto point = refined(flow, u, 1);
        if (!point || point->stability != OrbitStability::Attracting ||
            (point->u.col(0) - u).lpNorm<Eigen::Infinity>() > close_map_return * size) {
            return false;
        }
        finding.motion = FaceVerdict::Settles;
        finding.rest = finding.face;
        finding.evidence =
            fmt::format("at {}, verified: largest multiplier inside the face {:.6g}",
                        to_string(finding.face), std::abs(point->multipliers.front()));
        return true;
    }

    /// An attracting cycle that the run has come to; moves `u` along.
    bool cycle_at(const FaceFlow& flow, const Vector& extent, Vector& u, Index longest,
                  MapFinding& finding) const {
        const Vector ref = u;
        const double near = close_map_return * extent.maxCoeff();
        int tried = 0;
        for (Index p = 1; p <= longest && tried < most_refined; ++p) {
            u += h_ * flow.value(u);
            if ((u - ref).lpNorm<Eigen::Infinity>() > near) {
                continue;
            }
            ++tried;
            auto cycle = refined(flow, ref, p);
            if (!cycle || cycle->stability != OrbitStability::Attracting ||
                distance(*cycle, ref) > 10.0 * near) {
                continue;
            }
            if (cycle->period() == 1) {
                finding.motion = FaceVerdict::Settles;
                finding.rest = finding.face;
                finding.evidence = fmt::format("at {}, slowly, verified", to_string(finding.face));
                return true;
            }
            finding.motion = FaceVerdict::Cycle;
            finding.evidence =
                fmt::format("period {}, residual {:.1e}, largest multiplier inside the face {:.6g}",
                            cycle->period(), cycle->residual, std::abs(cycle->multipliers.front()));
            finding.cycle = std::move(cycle);
            return true;
        }
        return false;
    }

    static double distance(const MapCycle& cycle, const Vector& u) {
        return (cycle.u.colwise() - u).cwiseAbs().colwise().maxCoeff().minCoeff();
    }

    void stay(const FaceFlow& flow, const Stretch& run, Vector u, MapFinding& finding) const {
        const double before = run.high[0].cwiseAbs().cwiseMax(run.low[0].cwiseAbs()).maxCoeff();
        const double after = run.high[3].cwiseAbs().cwiseMax(run.low[3].cwiseAbs()).maxCoeff();
        if (after > outward_u + 2.0 * reach(flow) && after > before + 1.0) {
            finding.evidence = fmt::format(
                "|u| still grows, from {:.3g} to {:.3g}: towards the boundary, by turns", before,
                after);
            return;
        }
        const FaceDecision decision = solver_.decide(finding.face);
        if (std::holds_alternative<EmptyFace>(decision) ||
            std::holds_alternative<EmptySingularFace>(decision)) {
            finding.evidence =
                "the open face holds no equilibrium, so nothing recurs in it (face theorem); where "
                "the run goes was not seen in its length";
            return;
        }
        Vector extent = run.extent();
        if (cycle_at(flow, extent, u, options_.max_period, finding) ||
            by_exponents(flow, u, finding)) {
            return;
        }
        const std::string said = finding.evidence;
        Index layers = window_;
        for (int attempt = 0; attempt < most_windows; ++attempt) {
            layers *= 4;
            const Stretch more = run_layers(flow, h_, u, layers);
            u = more.end;
            extent = more.extent();
            const Index longest = attempt + 1 == most_windows
                                      ? std::max(options_.max_period, longest_refined)
                                      : options_.max_period;
            if (!more.finite || at_rest(flow, u, finding) ||
                cycle_at(flow, extent, u, longest, finding)) {
                return;
            }
        }
        finding.evidence = said;
    }

    /// Chaotic or TorusLike by the exponents; else leaves their words as evidence.
    bool by_exponents(const FaceFlow& flow, const Vector& u, MapFinding& finding) const {
        const DiscreteMap layer{flow.dimension(),
                                [&](const Vector& v) { return face_layer(flow, h_, v); },
                                [&](const Vector& v) { return face_layer_jacobian(flow, h_, v); }};
        const Index layers = std::max(exponent_layers, 2 * window_);
        finding.exponents =
            lyapunov_exponents(layer, u, {.t_end = static_cast<double>(layers), .interval = 1.0});
        const LyapunovSpectrum& s = *finding.exponents;
        if (s.outcome != Outcome::ReachedEnd) {
            finding.evidence = fmt::format("the run ended early: {}", to_string(s.outcome));
            return false;
        }
        finding.evidence = fmt::format(
            "leading exponent {:.4g} +- {:.2g} a layer (zero up to {:.2g}) over {} "
            "layers",
            s.exponents[0], s.standard_errors[0], s.zero_floor, layers);
        const bool has_zero =
            s.verdict == MotionVerdict::OneZero || s.verdict == MotionVerdict::QuasiPeriodic;
        if (s.verdict == MotionVerdict::Chaotic) {
            finding.motion = FaceVerdict::Chaotic;
        } else if (has_zero && flow.dimension() >= 2 && is_stationary(flow, s.end)) {
            finding.motion = FaceVerdict::TorusLike;
        } else {
            return false;
        }
        add_mean(flow, u, layers, finding);
        return true;
    }

    /// The extent no longer changes: a decay, however slow, does.
    bool is_stationary(const FaceFlow& flow, const Vector& u) const {
        const Stretch first = run_layers(flow, h_, u, 4 * window_);
        const Stretch second = run_layers(flow, h_, first.end, 16 * window_);
        const Vector change = second.extent() - first.extent();
        return change.lpNorm<Eigen::Infinity>() <= same_extent * first.extent().maxCoeff();
    }

    /// Theory: W_FF (ȳ_F − y*_F) = (u_n − u_0)/(nh) exactly.
    void add_mean(const FaceFlow& flow, Vector u, Index layers, MapFinding& finding) const {
        const auto y = inner_equilibrium(solver_, finding.face);
        if (!y) {
            return;
        }
        const Vector begin = u;
        Vector sum = Vector::Zero(u.size());
        for (Index n = 0; n < layers; ++n) {
            sum += activate(flow.activation(), u);
            u += h_ * flow.value(u);
        }
        const auto n = static_cast<double>(layers);
        const Matrix inverse = Lu(flow.block()).inverse();
        finding.mean_error = (sum / n - (*y)(flow.free_units())).lpNorm<Eigen::Infinity>();
        finding.mean_bound = inverse.cwiseAbs().rowwise().sum().maxCoeff() *
                             (u - begin).lpNorm<Eigen::Infinity>() / (n * h_);
        finding.evidence += fmt::format(
            "; the mean of y is y* of the face to {:.1e} (at most {:.1e} in exact arithmetic)",
            finding.mean_error, finding.mean_bound);
    }

    const ResidualSystem& system_;
    const FaceSolver& solver_;
    const CycleSearchOptions& options_;
    double h_;
    Index window_ = shortest_window;  ///< layers.
};

}  // namespace

MapFinding map_motion_from(const ResidualSystem& system, const FaceSolver& solver,
                           const Pattern& face, const Vector& u0, double speed,
                           const CycleSearchOptions& options) {
    return MapSearch(system, solver, speed, options).from(face, u0);
}

}  // namespace resdyn
