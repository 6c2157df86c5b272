#include <resdyn/portrait/layer_cycles.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include <resdyn/core/error.hpp>
#include <resdyn/recurrence/cycles.hpp>

#include "core/parallel.hpp"
#include "recurrence/characteristic_speed.hpp"
#include "recurrence/map_motion.hpp"

namespace resdyn {

namespace {

constexpr Index most_layers = 512;

/// The face of the cube that the plane is.
Pattern face_of(const Slice& slice, Activation activation) {
    Pattern face = pattern_of(slice.origin, activation);
    for (const Index unit : slice.units) {
        face.states[static_cast<std::size_t>(unit)] = UnitState::Free;
    }
    return face;
}

LayerCycle placed_cycle(const MapCycle& cycle, const Slice& slice) {
    LayerCycle result;
    result.s.resize(2, cycle.period());
    for (Index n = 0; n < cycle.period(); ++n) {
        result.s.col(n) = slice.coordinates(cycle.y.col(n));
    }
    result.face = cycle.face;
    result.multiplier = std::abs(cycle.multipliers.front());
    result.residual = cycle.residual;
    return result;
}

}  // namespace

std::vector<LayerCycle> layer_cycles(const StateSpace& space, const Slice& slice, const Matrix& s,
                                     const LayerCycleOptions& options) {
    require_at_least("starts", options.starts, 1);
    require("max_period", options.max_period >= 1 && options.max_period <= most_layers,
            fmt::format("1 to {}", most_layers), static_cast<double>(options.max_period));
    const ResidualSystem& system = space.system();
    if (slice.kind != SliceKind::Units || slice.coordinate != Coordinate::Residual ||
        !is_bounded(system.activation()) || !slice.is_invariant()) {
        return {};
    }
    const CycleSearchOptions search{.max_period = options.max_period};
    const Pattern face = face_of(slice, system.activation());
    const FaceSolver solver(system);
    const double speed = characteristic_speed(system, {}, face);
    std::vector<std::optional<MapCycle>> found(
        static_cast<std::size_t>(std::min(s.cols(), options.starts)));
    parallel_for(static_cast<Index>(found.size()), options.threads, [&](Index k) {
        const Vector u =
            inverse(system.activation(), Vector(slice.at(s.col(k))(face.free_units())));
        if (u.allFinite()) {  // else on an edge
            MapFinding run = map_motion_from(system, solver, face, u, speed, search);
            found[static_cast<std::size_t>(k)] = std::move(run.cycle);
        }
    });
    std::vector<MapCycle> cycles;
    for (std::optional<MapCycle>& cycle : found) {
        if (cycle && std::none_of(cycles.begin(), cycles.end(), [&](const MapCycle& known) {
                return is_same_cycle(known, *cycle);
            })) {
            cycles.push_back(std::move(*cycle));
        }
    }
    std::stable_sort(cycles.begin(), cycles.end(),
                     [](const MapCycle& a, const MapCycle& b) { return a.period() < b.period(); });
    std::vector<LayerCycle> result;
    for (const MapCycle& cycle : cycles) {
        result.push_back(placed_cycle(cycle, slice));
    }
    return result;
}

}  // namespace resdyn
