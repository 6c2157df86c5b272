#include <resdyn/portrait/telling_plane.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <resdyn/core/error.hpp>
#include <resdyn/numerics/ensemble.hpp>
#include <resdyn/settling/seeds.hpp>

#include "model/residual_batch.hpp"

namespace resdyn {

namespace {

constexpr double better = 1e-9;       // bits by which a plane must tell more than an earlier one
constexpr double coarse_tol = 1e-5;   // relative, of the steps behind a coarse map
constexpr double coarse_end = 300.0;  // time its cells are followed
// When starts say where units usually are: a run that stays ever longer near one vertex after the
// other is at one of them at any single time.
constexpr std::array usual_times = {10.0, 20.0, 50.0, 100.0, 200.0};

void validate(const StateSpace& space, const TellingPlaneOptions& o) {
    require_bounded("telling plane", space.system().activation());
    require("telling plane", space.coordinate() == Coordinate::Residual, "the coordinate y",
            symbol(space.coordinate()));
    require("telling plane", space.dimension() > 2, "more than two units",
            fmt::format("{}", space.dimension()));
    require("telling plane", o.starts >= 1, "starts >= 1", fmt::format("{}", o.starts));
    require("telling plane", o.most_units >= 2, "most_units >= 2", fmt::format("{}", o.most_units));
    require("telling plane", o.most_ends >= 1, "most_ends >= 1", fmt::format("{}", o.most_ends));
    require("telling plane", o.cells >= 2 && o.cells <= 64, "2 to 64 cells",
            fmt::format("{}", o.cells));
}

struct Place {
    Vector y;
    std::string name;
};

/// The units whose residuals differ most between the ends of the starts, in their own order.
std::vector<Index> differing_units(const SettleResult& settled, Index n, Index most) {
    Vector mean = Vector::Zero(n);
    Vector square = Vector::Zero(n);
    double weight = 0.0;
    for (const SettledGroup& group : settled.groups) {
        const auto members = static_cast<double>(group.members.size());
        mean += members * group.equilibrium.y;
        square += members * group.equilibrium.y.cwiseAbs2();
        weight += members;
    }
    const Vector variance = weight > 0 ? Vector(square / weight - (mean / weight).cwiseAbs2())
                                       : Vector(Vector::Zero(n));
    std::vector<Index> units(static_cast<std::size_t>(n));
    std::iota(units.begin(), units.end(), Index{0});
    std::stable_sort(units.begin(), units.end(),
                     [&](Index a, Index b) { return variance[a] > variance[b] + better; });
    units.resize(static_cast<std::size_t>(std::min(n, most)));
    std::sort(units.begin(), units.end());
    return units;
}

struct Telling {
    Index attractors = 0;
    double entropy = 0.0;
};

/// Cells that came to no attractor tell nothing.
Telling judged(const BasinMap& map) {
    Telling result;
    const auto cells = static_cast<double>(map.labels.size());
    for (std::size_t k = 0; k < map.attractors.size(); ++k) {
        const Index members = map.count(static_cast<int>(k));
        if (members > 0) {
            const double share = static_cast<double>(members) / cells;
            ++result.attractors;
            result.entropy -= share * std::log2(share);
        }
    }
    return result;
}

}  // namespace

UsualLevels usual_levels(const ResidualSystem& system, Index starts, std::uint64_t seed,
                         int threads) {
    if (starts < 1) {
        reject_argument("usual levels", "starts >= 1", fmt::format("{}", starts));
    }
    const PreactivationBatch field(system);
    Matrix u = random_seeds(system, starts, seed);
    Vector mean = Vector::Zero(system.dimension());
    double t = 0.0;
    for (const double look : usual_times) {
        u = integrate_ensemble(field, u,
                               {.t_end = look - t, .rel_tol = coarse_tol, .threads = threads})
                .x;
        t = look;
        mean += activate(system.activation(), u).rowwise().mean() /
                static_cast<double>(usual_times.size());
    }
    const Levels range = levels(system.activation());
    const double middle = 0.5 * (range.low + range.high);
    UsualLevels result{Vector::Constant(system.dimension(), range.low), {}};
    Pattern vertex{std::vector<UnitState>(static_cast<std::size_t>(mean.size()), UnitState::Low)};
    bool all_low = true;
    for (Index i = 0; i < mean.size(); ++i) {
        if (mean[i] > middle) {
            result.y[i] = range.high;
            vertex.states[static_cast<std::size_t>(i)] = UnitState::High;
            all_low = false;
        }
    }
    result.name = all_low
                      ? fmt::format("their lower level {:g}", range.low)
                      : fmt::format("their levels in {}, which starts are nearest to on average",
                                    to_string(vertex));
    return result;
}

TellingPlane telling_plane(const StateSpace& space, const TellingPlaneOptions& options) {
    validate(space, options);
    const ResidualSystem& system = space.system();
    const Index n = system.dimension();
    const Levels range = levels(system.activation());
    const SettleResult settled = settle(system, random_seeds(system, options.starts, options.seed),
                                        {.clock = Clock::Flow, .threads = options.threads});
    TellingPlane result;
    std::vector<Place> places;
    for (const SettledGroup& group : settled.groups) {
        if (static_cast<Index>(places.size()) < options.most_ends) {
            const Equilibrium& end = group.equilibrium;
            places.push_back({end.y, fmt::format("the equilibrium {}", to_string(end.pattern))});
            result.ends.push_back(end);
        }
    }
    if (places.empty()) {  // a face of the cube: the flow stays in it
        const UsualLevels usual =
            usual_levels(system, options.starts, options.seed, options.threads);
        places.push_back({usual.y, usual.name});
    }
    result.slice = unit_slice(space, 0, 1, places.front().y, places.front().name);
    if (n > options.widest_tried) {
        return result;
    }
    if (options.projections) {
        const double middle = 0.5 * (range.low + range.high);
        places.push_back({Vector::Constant(n, middle), fmt::format("{:g}, the middle", middle)});
    }
    std::vector<std::array<Index, 2>> pairs = {{0, 1}};
    const std::vector<Index> units = differing_units(settled, n, options.most_units);
    for (std::size_t a = 0; a < units.size(); ++a) {
        for (std::size_t b = a + 1; b < units.size(); ++b) {
            if (units[a] != 0 || units[b] != 1) {
                pairs.push_back({units[a], units[b]});
            }
        }
    }
    BasinOptions coarse{.width = options.cells, .height = options.cells};
    coarse.settle.t_end = coarse_end;
    coarse.settle.rel_tol = coarse_tol;
    coarse.settle.threads = options.threads;
    for (const Place& place : places) {
        for (const auto& [i, j] : pairs) {
            Slice slice = unit_slice(space, i, j, place.y, place.name);
            if (!options.projections && !slice.is_invariant() && result.tried > 0) {
                continue;
            }
            const Telling telling = judged(basin_map(space, slice, coarse));
            if (result.tried == 0 || telling.entropy > result.entropy + better) {
                result.attractors = telling.attractors;
                result.entropy = telling.entropy;
                result.slice = std::move(slice);
            }
            ++result.tried;
        }
    }
    return result;
}

}  // namespace resdyn
