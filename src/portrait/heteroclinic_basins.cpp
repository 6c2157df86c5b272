#include <resdyn/portrait/heteroclinic_basins.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include <resdyn/recurrence/connections.hpp>
#include <resdyn/settling/seeds.hpp>

#include "cell_start.hpp"
#include "model/residual_batch.hpp"

namespace resdyn {

namespace {

constexpr double at_vertex = 4.0;  // |u_i| of every unit: y within some 2 % of its levels
constexpr std::size_t band = 8192;
constexpr int no_cycle = -1;

/// The last visits go round the cycle once, and one more.
bool goes_round(const std::vector<Pattern>& visits, const AttractingHeteroclinicCycle& cycle) {
    const std::size_t m = cycle.saddles.size();
    if (visits.size() < m + 1) {
        return false;
    }
    const std::size_t first = visits.size() - (m + 1);
    const auto at = std::find(cycle.saddles.begin(), cycle.saddles.end(), visits[first]);
    if (at == cycle.saddles.end()) {
        return false;
    }
    const auto shift = static_cast<std::size_t>(at - cycle.saddles.begin());
    for (std::size_t k = 0; k <= m; ++k) {
        if (visits[first + k] != cycle.saddles[(shift + k) % m]) {
            return false;
        }
    }
    return true;
}

/// The cycle that each start (u0, N×B) goes round, or no_cycle.
std::vector<int> rounds_of(const ResidualSystem& system, const Matrix& u0,
                           const std::vector<AttractingHeteroclinicCycle>& cycles,
                           const SettleOptions& options) {
    const auto count = static_cast<std::size_t>(u0.cols());
    std::vector<std::vector<Pattern>> visits(count);
    const EnsembleMonitor look = [&](const EnsembleView& view, std::span<char> leave) {
        for (std::size_t j = 0; j < leave.size(); ++j) {
            const auto u = view.x.col(static_cast<Index>(j));
            if (!(u.cwiseAbs().minCoeff() >= at_vertex)) {
                continue;
            }
            Pattern vertex;
            for (Index i = 0; i < u.size(); ++i) {
                vertex.states.push_back(u[i] > 0 ? UnitState::High : UnitState::Low);
            }
            auto& own = visits[static_cast<std::size_t>(view.columns[j])];
            if (own.empty() || own.back() != vertex) {
                own.push_back(std::move(vertex));
            }
        }
    };
    integrate_ensemble(PreactivationBatch(system), u0,
                       {.t_end = options.t_end,
                        .rel_tol = options.rel_tol,
                        .abs_tol = options.abs_tol,
                        .max_steps = options.max_steps,
                        .threads = options.threads},
                       look);
    std::vector<int> result(count, no_cycle);
    for (std::size_t k = 0; k < count; ++k) {
        for (std::size_t c = 0; c < cycles.size() && result[k] == no_cycle; ++c) {
            result[k] = goes_round(visits[k], cycles[c]) ? static_cast<int>(c) : no_cycle;
        }
    }
    return result;
}

BasinAttractor attractor_of(const ResidualSystem& system, const AttractingHeteroclinicCycle& cycle,
                            Index members) {
    BasinAttractor attractor;
    attractor.pattern = cycle.face;
    attractor.members = members;
    attractor.growth = cycle.growth;
    const Levels range = levels(system.activation());
    attractor.y = Vector::Constant(system.dimension(), range.low);
    for (const Pattern& saddle : cycle.saddles) {
        attractor.saddles.push_back(saddle);
    }
    for (Index i = 0; i < system.dimension(); ++i) {
        if (cycle.saddles.front()[i] == UnitState::High) {
            attractor.y[i] = range.high;
        }
    }
    return attractor;
}

}  // namespace

std::vector<AttractingHeteroclinicCycle> attracting_heteroclinic_cycles(
    const ResidualSystem& system, std::uint64_t seed, int threads) {
    const Index n = std::max<Index>(system.dimension(), 1);
    const Atlas atlas = equilibrium_atlas(system, {.max_dimension = n, .threads = threads});
    std::vector<AttractingHeteroclinicCycle> found;
    if (!atlas.complete || atlas.not_listed > 0) {
        return found;
    }
    const ConnectionGraph graph =
        connection_graph(system, atlas, {.max_dimension = n, .seed = seed, .threads = threads});
    for (const HeteroclinicCycle& cycle : graph.cycles) {
        if (cycle.stability != CycleStability::Attracting) {
            continue;
        }
        AttractingHeteroclinicCycle& one = found.emplace_back();
        one.face = cycle.face;
        one.growth = cycle.growth;
        for (const std::size_t node : cycle.nodes) {
            one.saddles.push_back(graph.nodes[node].pattern);
        }
    }
    std::erase_if(found, [](const AttractingHeteroclinicCycle& cycle) {
        return std::any_of(cycle.saddles.begin(), cycle.saddles.end(),
                           [](const Pattern& saddle) { return !saddle.is_vertex(); });
    });
    return found;
}

void label_heteroclinic_cycles(BasinMap& map, const StateSpace& space,
                               const std::vector<AttractingHeteroclinicCycle>& cycles,
                               const BasinOptions& options) {
    if (cycles.empty() || map.clock != Clock::Flow || !map.complete) {
        return;
    }
    const Index width = map.labels.rows();
    std::vector<Index> cells;
    std::vector<Vector> starts;
    for (Index cell = 0; cell < map.labels.size(); ++cell) {
        int& label = map.labels(cell % width, cell / width);
        if (label == SlowCell || label == UnsettledCell || label == NotFollowedCell) {
            const Vector u0 = cell_start(space, map.slice,
                                         map.slice.at(map.cell_centre(cell % width, cell / width)));
            if (u0.allFinite()) {  // of the open cube
                map.by_proof -= label == NotFollowedCell ? 1 : 0;
                label = label == NotFollowedCell ? UnsettledCell : label;
                cells.push_back(cell);
                starts.push_back(u0);
            }
        }
    }
    if (map.by_proof == 0) {
        map.proof.clear();
    }
    std::vector<std::vector<Index>> members(cycles.size());
    for (std::size_t first = 0; first < cells.size(); first += band) {
        if (options.stop_requested && options.stop_requested()) {
            map.complete = false;
            break;
        }
        const std::size_t count = std::min(band, cells.size() - first);
        Matrix u0(space.system().dimension(), static_cast<Index>(count));
        for (std::size_t k = 0; k < count; ++k) {
            u0.col(static_cast<Index>(k)) = starts[first + k];
        }
        const std::vector<int> rounds = rounds_of(space.system(), u0, cycles, options.settle);
        for (std::size_t k = 0; k < count; ++k) {
            if (rounds[k] != no_cycle) {
                members[static_cast<std::size_t>(rounds[k])].push_back(cells[first + k]);
            }
        }
        if (options.on_progress) {
            options.on_progress(static_cast<double>(first + count) /
                                static_cast<double>(cells.size()));
        }
    }
    for (std::size_t c = 0; c < cycles.size(); ++c) {
        for (const Index cell : members[c]) {
            map.labels(cell % width, cell / width) = static_cast<int>(map.attractors.size());
        }
        if (!members[c].empty()) {
            map.attractors.push_back(
                attractor_of(space.system(), cycles[c], static_cast<Index>(members[c].size())));
        }
    }
}

void count_heteroclinic_cycles(BasinShares& shares, const ResidualSystem& system,
                               std::uint64_t seed,
                               const std::vector<AttractingHeteroclinicCycle>& cycles,
                               const SettleOptions& options) {
    if (cycles.empty() || options.clock != Clock::Flow) {
        return;
    }
    const std::vector<SettleOutcome>& outcomes = shares.settled.outcomes;
    const auto samples = static_cast<Index>(outcomes.size());
    std::vector<Index> moving;
    for (Index k = 0; k < samples; ++k) {
        const SettleOutcome outcome = outcomes[static_cast<std::size_t>(k)];
        if (outcome == SettleOutcome::Slow || outcome == SettleOutcome::Unsettled) {
            moving.push_back(k);
        }
    }
    const Matrix u0 = random_seeds(system, samples, seed)(Eigen::all, moving);
    const std::vector<int> rounds = rounds_of(system, u0, cycles, options);
    std::vector<Index> members(cycles.size(), 0);
    std::vector<Index> of_outcome(settle_outcomes.size(), 0);
    for (std::size_t k = 0; k < moving.size(); ++k) {
        if (rounds[k] != no_cycle) {
            ++members[static_cast<std::size_t>(rounds[k])];
            ++of_outcome[static_cast<std::size_t>(outcomes[static_cast<std::size_t>(moving[k])])];
        }
    }
    for (std::size_t c = 0; c < cycles.size(); ++c) {
        if (members[c] > 0) {
            shares.attractors.push_back(attractor_of(system, cycles[c], members[c]));
        }
    }
    std::stable_sort(
        shares.attractors.begin(), shares.attractors.end(),
        [](const BasinAttractor& a, const BasinAttractor& b) { return a.members > b.members; });
    shares.shares.clear();
    for (const BasinAttractor& attractor : shares.attractors) {
        shares.shares.push_back(proportion(attractor.members, samples));
    }
    for (const SettleOutcome outcome : {SettleOutcome::Slow, SettleOutcome::Unsettled}) {
        for (std::size_t k = 0; k < settle_outcomes.size(); ++k) {
            if (settle_outcomes[k] == outcome) {
                const auto had = static_cast<Index>(
                    std::lround(shares.outcomes[k].value * static_cast<double>(samples)));
                shares.outcomes[k] =
                    proportion(had - of_outcome[static_cast<std::size_t>(outcome)], samples);
            }
        }
    }
}

}  // namespace resdyn
