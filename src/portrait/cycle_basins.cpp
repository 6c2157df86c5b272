#include <resdyn/portrait/cycle_basins.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <span>

#include <resdyn/recurrence/cycles.hpp>
#include <resdyn/recurrence/recurrent_motion.hpp>
#include <resdyn/settling/seeds.hpp>

#include "cell_start.hpp"
#include "core/parallel.hpp"
#include "distances.hpp"
#include "equilibria/held_units.hpp"
#include "model/residual_batch.hpp"

namespace resdyn {

namespace {

constexpr Index cells_at_once = 8192;  // cells followed between two questions whether to stop
constexpr int no_cycle = -1;           // followed, and came to none
constexpr int not_followed = -2;       // its face holds no cycle

/// A start with these units held may come to the cycle: it lies in their face, and draws in along
/// every unit that is free at the start and not on the cycle.
bool may_reach(const Pattern& held, const AttractingCycle& cycle) {
    std::size_t saturated = 0;
    for (Index i = 0; i < held.size(); ++i) {
        if (held[i] != UnitState::Free && held[i] != cycle.face[i]) {
            return false;
        }
        if (cycle.face[i] != UnitState::Free) {
            const double rate = cycle.transverse_rates[saturated++];
            if (held[i] == UnitState::Free && !(rate < 0)) {
                return false;
            }
        }
    }
    return true;
}

/// How long a run has been near which cycle.
struct Stay {
    int cycle = no_cycle;
    double since = 0.0;
};

/// Starts (u0, N×B) of one face, `face` free where they may move.
std::vector<int> followed(const ResidualSystem& system, const Pattern& face, const Matrix& u0,
                          const std::vector<AttractingCycle>& cycles,
                          const SettleOptions& options) {
    std::optional<HeldUnits> held;
    if (face.free_units().size() < face.states.size()) {
        held.emplace(system, face);
    }
    const Activation f = system.activation();
    const Levels range = levels(f);
    const double near = cycle_tol * (range.high - range.low);
    const auto count = static_cast<std::size_t>(u0.cols());
    std::vector<Stay> stays(count);
    std::vector<int> result(count, no_cycle);
    const EnsembleMonitor look = [&](const EnsembleView& view, std::span<char> leave) {
        for (std::size_t j = 0; j < leave.size(); ++j) {
            const auto column = static_cast<std::size_t>(view.columns[j]);
            Vector y = activate(f, Vector(view.x.col(static_cast<Index>(j))));
            if (held) {
                y = held->embedded(y);
            }
            int at = no_cycle;
            for (std::size_t c = 0; c < cycles.size() && at == no_cycle; ++c) {
                at = may_reach(face, cycles[c]) && distance_near(cycles[c].y, y) <= near
                         ? static_cast<int>(c)
                         : no_cycle;
            }
            Stay& stay = stays[column];
            if (at == no_cycle || at != stay.cycle) {
                stay = {at, view.t[j]};
            } else if (view.t[j] - stay.since >= cycles[static_cast<std::size_t>(at)].period) {
                result[column] = at;
                leave[j] = 1;
            }
        }
    };
    integrate_ensemble(PreactivationBatch(held ? held->system() : system),
                       held ? held->restricted(u0) : u0,
                       {.t_end = options.t_end,
                        .rel_tol = options.rel_tol,
                        .abs_tol = options.abs_tol,
                        .max_steps = options.max_steps,
                        .threads = options.threads},
                       look);
    return result;
}

/// The same under the layer map: within `near` of the points of a cycle in every layer of a period.
std::vector<int> followed_by_layers(const ResidualSystem& system, const Pattern& face,
                                    const Matrix& u0, const std::vector<AttractingCycle>& cycles,
                                    const SettleOptions& options) {
    std::optional<HeldUnits> held;
    if (face.free_units().size() < face.states.size()) {
        held.emplace(system, face);
    }
    const ResidualSystem& moving = held ? held->system() : system;
    const Matrix starts = held ? held->restricted(u0) : u0;
    const Levels range = levels(system.activation());
    const double near = cycle_tol * (range.high - range.low);
    std::vector<int> result(static_cast<std::size_t>(u0.cols()), no_cycle);
    parallel_for(u0.cols(), options.threads, [&](Index k) {
        Vector u = starts.col(k);
        int at = no_cycle;
        double layers_near = 0.0;
        for (Index layer = 0; layer < options.max_layers && u.allFinite(); ++layer) {
            Vector y = activate(system.activation(), u);
            u += moving.step() * (moving.W() * y);
            if (held) {
                y = held->embedded(y);
            }
            const auto is_near = [&](std::size_t c) {
                return may_reach(face, cycles[c]) &&
                       (cycles[c].y.colwise() - y).colwise().norm().minCoeff() <= near;
            };
            if (at == no_cycle || !is_near(static_cast<std::size_t>(at))) {
                at = no_cycle;
                layers_near = 0.0;
                for (std::size_t c = 0; c < cycles.size() && at == no_cycle; ++c) {
                    at = is_near(c) ? static_cast<int>(c) : no_cycle;
                }
            }
            layers_near += at == no_cycle ? 0.0 : 1.0;
            if (at != no_cycle && layers_near > cycles[static_cast<std::size_t>(at)].period) {
                result[static_cast<std::size_t>(k)] = at;
                return;
            }
        }
    });
    return result;
}

/// The cycle that each start comes to, no_cycle or not_followed.
std::vector<int> ends_of(const ResidualSystem& system, const Matrix& u0,
                         const std::vector<AttractingCycle>& cycles, const SettleOptions& options) {
    std::vector<int> result(static_cast<std::size_t>(u0.cols()), not_followed);
    std::map<Pattern, std::vector<Index>> faces;
    for (Index k = 0; k < u0.cols(); ++k) {
        faces[held_face(u0.col(k))].push_back(k);
    }
    for (const auto& [face, columns] : faces) {
        const Pattern& held = face;
        if (std::none_of(cycles.begin(), cycles.end(), [&held](const AttractingCycle& cycle) {
                return may_reach(held, cycle);
            })) {
            continue;
        }
        const Matrix part_u0 = u0(Eigen::all, columns);
        const std::vector<int> part =
            options.clock == Clock::Map ? followed_by_layers(system, face, part_u0, cycles, options)
                                        : followed(system, face, part_u0, cycles, options);
        for (std::size_t k = 0; k < columns.size(); ++k) {
            result[static_cast<std::size_t>(columns[k])] = part[k];
        }
    }
    return result;
}

/// The starts that came to no rest.
std::vector<Index> still_moving(const SettleResult& settled) {
    std::vector<Index> moving;
    for (std::size_t k = 0; k < settled.outcomes.size(); ++k) {
        if (settled.outcomes[k] == SettleOutcome::Unsettled ||
            settled.outcomes[k] == SettleOutcome::NotFollowed) {
            moving.push_back(static_cast<Index>(k));
        }
    }
    return moving;
}

BasinAttractor attractor_of(const AttractingCycle& cycle, std::size_t number, Index members) {
    BasinAttractor attractor;
    attractor.pattern = cycle.face;
    attractor.y = cycle.y.col(0);
    attractor.members = members;
    attractor.cycle = static_cast<Index>(number);
    attractor.period = cycle.period;
    attractor.multiplier = cycle.multiplier;
    attractor.residual = cycle.residual;
    attractor.orbit = cycle.y;
    attractor.attracts_in_cube = cycle.attracts_in_cube();
    return attractor;
}

/// The network's, by period.
std::vector<AttractingCycle> cycles_of_network(const ResidualSystem& system, std::uint64_t seed,
                                               int threads) {
    std::vector<AttractingCycle> cycles;
    const Cycles found = find_cycles(system, {.flow = false, .seed = seed, .threads = threads});
    for (const MapFinding& finding : found.network) {
        if (!finding.cycle || finding.cycle->stability != OrbitStability::Attracting) {
            continue;
        }
        const MapCycle& cycle = *finding.cycle;
        const auto p = static_cast<double>(cycle.period());
        AttractingCycle one{cycle.face, cycle.y, p, std::abs(cycle.multipliers.front()),
                            cycle.residual};
        one.y.conservativeResize(Eigen::NoChange, cycle.period() + 1);
        one.y.rightCols(1) = cycle.y.col(0);
        for (const double m : cycle.transverse_multipliers) {
            one.transverse_rates.push_back(std::log(m) / (system.step() * p));
        }
        one.transverse_rates.resize(
            cycle.face.states.size() - cycle.face.free_units().size(),
            std::numeric_limits<double>::quiet_NaN());  // without an isolated equilibrium
        cycles.push_back(std::move(one));
    }
    std::stable_sort(
        cycles.begin(), cycles.end(),
        [](const AttractingCycle& a, const AttractingCycle& b) { return a.period < b.period; });
    return cycles;
}

}  // namespace

bool AttractingCycle::attracts_in_cube() const {
    return std::all_of(transverse_rates.begin(), transverse_rates.end(),
                       [](double rate) { return rate < 0; });
}

std::vector<AttractingCycle> attracting_cycles(const ResidualSystem& system, std::uint64_t seed,
                                               int threads, Clock clock) {
    if (clock == Clock::Map) {
        return cycles_of_network(system, seed, threads);
    }
    RecurrentMotionOptions options{
        .max_dimension = std::max<Index>(system.dimension(), 1), .seed = seed, .threads = threads};
    options.exponent_time = 1.0;  // exponents of other motion are not asked for
    const Levels range = levels(system.activation());
    const double near = cycle_tol * (range.high - range.low);
    std::vector<AttractingCycle> cycles;
    for (const MotionFinding& finding : recurrent_motion(system, options).findings) {
        if (finding.motion != Motion::LimitCycle ||
            std::any_of(cycles.begin(), cycles.end(), [&](const AttractingCycle& known) {
                return distance_near(known.y, finding.orbit_y.col(0)) <= near;
            })) {
            continue;
        }
        const PeriodicOrbit& orbit = *finding.orbit;
        // Without an equilibrium inside the face no rate is known, and none is counted on.
        std::vector<double> rates = finding.transverse_rates;
        rates.resize(finding.face.states.size() - finding.face.free_units().size(),
                     std::numeric_limits<double>::quiet_NaN());
        AttractingCycle cycle{finding.face, finding.orbit_y, orbit.period,
                              0.0,          orbit.residual,  std::move(rates)};
        cycle.y.conservativeResize(Eigen::NoChange, finding.orbit_y.cols() + 1);
        cycle.y.rightCols(1) = finding.orbit_y.col(0);
        for (std::size_t k = 0; k < orbit.multipliers.size(); ++k) {
            if (k != orbit.trivial) {
                cycle.multiplier = std::max(cycle.multiplier, std::abs(orbit.multipliers[k]));
            }
        }
        cycles.push_back(std::move(cycle));
    }
    std::stable_sort(
        cycles.begin(), cycles.end(),
        [](const AttractingCycle& a, const AttractingCycle& b) { return a.period < b.period; });
    return cycles;
}

void label_cycles(BasinMap& map, const StateSpace& space,
                  const std::vector<AttractingCycle>& cycles, const BasinOptions& options) {
    if (cycles.empty() || !map.complete) {
        return;
    }
    const Index width = map.labels.rows();
    std::vector<Index> cells;
    for (Index cell = 0; cell < map.labels.size(); ++cell) {
        const int label = map.labels(cell % width, cell / width);
        if (label == UnsettledCell || label == NotFollowedCell) {
            cells.push_back(cell);
        }
    }
    std::vector<std::vector<Index>> members(cycles.size());
    for (std::size_t first = 0; first < cells.size(); first += cells_at_once) {
        if (options.stop_requested && options.stop_requested()) {
            map.complete = false;
            break;
        }
        const std::size_t count = std::min<std::size_t>(cells_at_once, cells.size() - first);
        Matrix u0(space.system().dimension(), static_cast<Index>(count));
        for (std::size_t k = 0; k < count; ++k) {
            const Index cell = cells[first + k];
            u0.col(static_cast<Index>(k)) = cell_start(
                space, map.slice, map.slice.at(map.cell_centre(cell % width, cell / width)));
        }
        const std::vector<int> reached = ends_of(space.system(), u0, cycles, options.settle);
        for (std::size_t k = 0; k < count; ++k) {
            if (reached[k] == not_followed) {
                continue;
            }
            const Index cell = cells[first + k];
            int& label = map.labels(cell % width, cell / width);
            map.by_proof -= label == NotFollowedCell ? 1 : 0;
            label = UnsettledCell;
            if (reached[k] >= 0) {
                members[static_cast<std::size_t>(reached[k])].push_back(cell);
            }
        }
        if (options.on_progress) {
            options.on_progress(static_cast<double>(first + count) /
                                static_cast<double>(cells.size()));
        }
    }
    if (map.by_proof == 0) {
        map.proof.clear();
    }
    for (std::size_t c = 0; c < cycles.size(); ++c) {
        if (members[c].empty()) {
            continue;
        }
        for (const Index cell : members[c]) {
            map.labels(cell % width, cell / width) = static_cast<int>(map.attractors.size());
        }
        map.attractors.push_back(attractor_of(cycles[c], c, static_cast<Index>(members[c].size())));
    }
}

std::vector<Index> cycles_reached(const ResidualSystem& system, const Matrix& u0,
                                  const SettleResult& settled,
                                  const std::vector<AttractingCycle>& cycles,
                                  const SettleOptions& options) {
    std::vector<Index> result(settled.outcomes.size(), -1);
    if (cycles.empty()) {
        return result;
    }
    const std::vector<Index> moving = still_moving(settled);
    const std::vector<int> reached = ends_of(system, u0(Eigen::all, moving), cycles, options);
    for (std::size_t k = 0; k < moving.size(); ++k) {
        result[static_cast<std::size_t>(moving[k])] = std::max(reached[k], no_cycle);
    }
    return result;
}

void count_cycles(BasinShares& shares, const ResidualSystem& system, std::uint64_t seed,
                  const std::vector<AttractingCycle>& cycles, const SettleOptions& options) {
    if (cycles.empty()) {
        return;
    }
    std::vector<SettleOutcome>& outcomes = shares.settled.outcomes;
    const auto samples = static_cast<Index>(outcomes.size());
    const std::vector<Index> moving = still_moving(shares.settled);
    const Matrix u0 = random_seeds(system, samples, seed)(Eigen::all, moving);
    const std::vector<int> reached = ends_of(system, u0, cycles, options);
    std::vector<Index> members(cycles.size(), 0);
    Index on_cycles = 0;
    for (std::size_t k = 0; k < moving.size(); ++k) {
        SettleOutcome& outcome = outcomes[static_cast<std::size_t>(moving[k])];
        if (reached[k] != not_followed && outcome == SettleOutcome::NotFollowed) {
            outcome = SettleOutcome::Unsettled;
            --shares.settled.by_proof;
        }
        if (reached[k] >= 0) {
            ++members[static_cast<std::size_t>(reached[k])];
            ++on_cycles;
        }
    }
    if (shares.settled.by_proof == 0) {
        shares.settled.proof.clear();
    }
    for (std::size_t c = 0; c < cycles.size(); ++c) {
        if (members[c] > 0) {
            shares.attractors.push_back(attractor_of(cycles[c], c, members[c]));
        }
    }
    std::stable_sort(
        shares.attractors.begin(), shares.attractors.end(),
        [](const BasinAttractor& a, const BasinAttractor& b) { return a.members > b.members; });
    shares.shares.clear();
    for (const BasinAttractor& attractor : shares.attractors) {
        shares.shares.push_back(proportion(attractor.members, samples));
    }
    for (std::size_t k = 0; k < settle_outcomes.size(); ++k) {
        const Index count = shares.settled.count(settle_outcomes[k]);
        shares.outcomes[k] = proportion(
            settle_outcomes[k] == SettleOutcome::Unsettled ? count - on_cycles : count, samples);
    }
}

}  // namespace resdyn
