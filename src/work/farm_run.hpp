/// @file
/// One run of a farm, whoever does its tasks: which are to be done, what a journal knows already,
/// and the fold in the order of the numbers.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <resdyn/work/farm.hpp>

namespace resdyn {

struct FarmRun {
    const Job& job;
    const FarmWork& work;
    Shard shard;
    bool folds;  ///< false: results go to the journal only.
    FinishedTasks& finished;
    Journal* journal;  ///< may be none.
    std::function<bool()> stop;
    FarmProgress& progress;
    std::function<void()> count;  ///< `progress` has changed.

    /// The tasks of this run are first(), next(first()), … below job.tasks.
    Index first() const { return shard.index; }
    Index next(Index task) const { return task + shard.count; }

    /// A task's result, as it was done now.
    void keep(Index task, std::string_view bytes) const {
        if (journal != nullptr) {
            journal->append(task, bytes);
        }
    }
    /// Its turn: `bytes` where it was done now, else what the journal holds.
    void fold(Index task, const std::optional<std::string>& bytes) const {
        if (folds) {
            work.fold(task, bytes ? *bytes : finished.result(task));
        }
        ++progress.done;
        progress.resumed += bytes ? 0 : 1;
    }
    void end_round() const {
        count();
        if (work.on_round) {
            work.on_round(progress);
        }
    }
};

}  // namespace resdyn
