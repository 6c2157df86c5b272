/// @file
/// Cycles of twice the period, sought where a flip gives birth to them.
#pragma once

#include <optional>
#include <vector>

#include <resdyn/recurrence/map_cycle.hpp>

namespace resdyn {

inline constexpr std::size_t most_born_cycles = 40;  // of a face: chaos has cycles without end

/// From the face's equilibrium y* (size N) the cycles of period 2, from these of period 4, and so
/// on up to `max_period`: whatever Newton finds along the eigenvectors of real multipliers below
/// −1/4, until there are most_born_cycles. Each once, whatever its stability.
std::vector<MapCycle> cycles_born_by_flips(const ResidualSystem& system, const Pattern& face,
                                           const Vector& equilibrium, Index max_period);

/// Points (u_n + a δ_n, u_n − a δ_n): a guess of twice the period.
Matrix doubled(const MapCycle& cycle, const Matrix& direction, double amplitude);

}  // namespace resdyn
