/// @file
/// Accuracy and margins by level of a perturbation, tile by tile of the samples: what robustness
/// and attacks share.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <mutex>
#include <vector>

#include <resdyn/core/parallel.hpp>
#include <resdyn/noise/robustness.hpp>

namespace resdyn {

/// Samples of one product, and of one stream of random numbers.
inline constexpr Index noise_tile = 128;

/// Outcomes by level; B samples each.
struct LevelScores {
    std::vector<Vector> correct;  ///< share of the draws in which the sample is right.
    std::vector<Vector> margins;  ///< mean over the draws.
};

/// score(first, count, scores): adds what becomes of samples first … first + count − 1 at every
/// level to their entries; runs on several threads, every tile once.
inline RobustnessCurve sweep_levels(
    const std::vector<double>& levels, Index draws, Index samples, int threads,
    const std::function<void(double)>& on_progress,
    const std::function<void(Index first, Index count, LevelScores& scores)>& score) {
    const auto start = std::chrono::steady_clock::now();
    LevelScores scores;
    scores.correct.assign(levels.size(), Vector::Zero(samples));
    scores.margins = scores.correct;
    const Index tiles = (samples + noise_tile - 1) / noise_tile;
    std::mutex progress;
    Index done = 0;
    parallel_for(tiles, threads, [&](Index tile) {
        const Index first = tile * noise_tile;
        score(first, std::min(noise_tile, samples - first), scores);
        if (on_progress) {
            const std::scoped_lock lock(progress);
            on_progress(static_cast<double>(++done) / static_cast<double>(tiles));
        }
    });
    RobustnessCurve curve;
    curve.draws = draws;
    for (std::size_t k = 0; k < levels.size(); ++k) {
        curve.points.push_back(
            robustness_point(levels[k], std::move(scores.correct[k]), scores.margins[k]));
    }
    curve.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return curve;
}

}  // namespace resdyn
