#include "level_sweep.hpp"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <utility>

#include <resdyn/core/error.hpp>
#include <resdyn/core/interrupt.hpp>

#include "core/parallel.hpp"
#include "work/task_fields.hpp"

namespace resdyn {

inline auto task_fields(LevelScores& scores) {
    return std::tie(scores.correct, scores.margins, scores.lost);
}

namespace {

/// Calls copy(entries of `whole`, entries of `tile`) for every level and quantity.
template <typename Whole, typename Tile, typename Copy>
void for_each_entry(Whole& whole, Tile& tile, const Copy& copy) {
    for (std::size_t k = 0; k < whole.correct.size(); ++k) {
        copy(whole.correct[k], tile.correct[k]);
        copy(whole.margins[k], tile.margins[k]);
        copy(whole.lost[k], tile.lost[k]);
    }
}

LevelScores zeros(std::size_t levels, Index samples) {
    LevelScores scores;
    scores.correct.assign(levels, Vector::Zero(samples));
    scores.margins = scores.lost = scores.correct;
    return scores;
}

}  // namespace

RobustnessCurve sweep_levels(const LevelSweep& sweep, Farm* farm, Job job) {
    const auto start = std::chrono::steady_clock::now();
    const std::vector<double>& levels = sweep.levels;
    LevelScores scores = zeros(levels.size(), sweep.samples);
    const Index tiles = (sweep.samples + noise_tile - 1) / noise_tile;
    const auto count_of = [&](Index tile) {
        return std::min(noise_tile, sweep.samples - tile * noise_tile);
    };
    const auto tell = [&](Index done) {
        if (sweep.on_progress) {
            sweep.on_progress(static_cast<double>(done) / static_cast<double>(tiles));
        }
    };
    if (farm == nullptr) {
        std::mutex progress;
        Index done = 0;
        parallel_for(tiles, sweep.threads, [&](Index tile) {
            sweep.score(tile * noise_tile, count_of(tile), scores);
            const std::scoped_lock lock(progress);
            tell(++done);
        });
    } else {
        job.tasks = tiles;
        FarmWork work{.threads = sweep.threads, .stop_requested = interrupt_requested};
        work.task = [&](Index tile) {
            sweep.score(tile * noise_tile, count_of(tile), scores);
            LevelScores part = zeros(levels.size(), 0);
            for_each_entry(scores, part, [&](const Vector& whole, Vector& mine) {
                mine = whole.segment(tile * noise_tile, count_of(tile));
            });
            return task_bytes(part);
        };
        work.fold = [&](Index tile, std::string_view bytes) {
            const auto part = task_result<LevelScores>(bytes);
            for (const auto* entries : {&part.correct, &part.margins, &part.lost}) {
                for (const Vector& entry : *entries) {
                    if (entries->size() != levels.size() || entry.size() != count_of(tile)) {
                        reject_input("task", "the scores of its tile", "those of another");
                    }
                }
            }
            for_each_entry(scores, part, [&](Vector& whole, const Vector& mine) {
                whole.segment(tile * noise_tile, count_of(tile)) = mine;
            });
        };
        work.on_round = [&](const FarmProgress& progress) { tell(progress.done); };
        farm->run(job, work);
    }
    RobustnessCurve curve;
    curve.draws = sweep.draws;
    for (std::size_t k = 0; k < levels.size(); ++k) {
        curve.points.push_back(
            robustness_point(levels[k], std::move(scores.correct[k]), scores.margins[k]));
        if (sweep.has_directions) {
            curve.points.back().zero_gradients = static_cast<Index>(scores.lost[k].sum());
        }
    }
    curve.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return curve;
}

}  // namespace resdyn
