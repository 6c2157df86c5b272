/// @file
/// Accuracy and margins by level of a perturbation, tile by tile of the samples: what robustness
/// and attacks share.
#pragma once

#include <functional>
#include <vector>

#include <resdyn/noise/robustness.hpp>
#include <resdyn/work/farm.hpp>

namespace resdyn {

/// Samples of one product, and of one stream of random numbers.
inline constexpr Index noise_tile = 128;

/// Outcomes by level; B samples each.
struct LevelScores {
    std::vector<Vector> correct;  ///< share of the draws in which the sample is right.
    std::vector<Vector> margins;  ///< mean over the draws.
    std::vector<Vector> lost;     ///< of an attack: 1 where a step found no direction.
};

/// A sweep over the samples, tile by tile.
struct LevelSweep {
    std::vector<double> levels;
    Index draws = 1;
    Index samples = 0;
    bool has_directions = false;  ///< an attack: the points say where there was none.
    int threads = 0;
    std::function<void(double)> on_progress = {};  ///< share done; may be empty.
    /// Adds what becomes of samples first … first + count − 1 at every level to their entries; runs
    /// on several threads, every tile once.
    std::function<void(Index first, Index count, LevelScores& scores)> score = {};
};

/// `farm`: where a tile is a task of `job`, of which the tasks are set here; null: threads alone.
/// Where the farm does not fold all of it, the points mean nothing.
RobustnessCurve sweep_levels(const LevelSweep& sweep, Farm* farm = nullptr, Job job = {});

}  // namespace resdyn
