/// @file
/// Long work as a farm: independent tasks that carry numbers, each returning bytes that depend on
/// its number only, folded in the order of the numbers. What is folded is then the same for any
/// number of threads, in one go or in pieces: with a journal (journal.hpp) finished tasks outlive
/// the process, a shard does every N-th task only, and the journals of all shards fold to the
/// result of one undisturbed run.
///
/// A task that draws random numbers takes its seed from its number, never from a thread, a rank or
/// a shard. Memory: at most Job::tasks_per_round results wait to be folded (of several ranks, eight
/// to 72 for each task that is at work somewhere, the more the shorter the tasks are), and some 80
/// bytes a finished task of a journal.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <resdyn/core/types.hpp>
#include <resdyn/work/journal.hpp>
#include <resdyn/work/ranks.hpp>

namespace resdyn {

/// Tasks of a farm: of a shard those that fall to it.
struct FarmProgress {
    Index tasks = 0;
    Index done = 0;     ///< folded; of a shard: in its journal.
    Index resumed = 0;  ///< those of them that a journal held already.

    bool complete() const { return done == tasks; }
};

/// How the tasks of a job are done, and what is done with their results.
struct FarmWork {
    /// The result of a task; nothing where a stop came in its midst, and then it is not done.
    /// Called from any thread, never with the same number twice.
    std::function<std::optional<std::string>(Index)> task = {};
    /// Takes the results, in the order of the numbers, from the calling thread. A task that an
    /// interrupt left out is passed over. What a journal holds is what a task once returned. Of
    /// several ranks, other tasks are at work meanwhile: they must not read what a fold writes.
    std::function<void(Index, std::string_view)> fold = {};
    int threads = 0;  ///< 0: all processors.
    /// Asked before each task, from any thread; true ends the run. Tasks that were begun are
    /// finished.
    std::function<bool()> stop_requested = {};
    /// After every round of tasks, from the calling thread; may be empty.
    std::function<void(const FarmProgress&)> on_round = {};
};

/// Where tasks are done: in threads of this process, or of several; over a journal or without.
class Farm {
  public:
    /// Without a journal.
    Farm() = default;
    /// Every finished task goes into a journal. Throws InputError where the journal may not be
    /// begun or gone on with (JournalOptions).
    explicit Farm(JournalOptions journal);
    /// Folds what these journals hold, files or folders of them, and does no task itself; run()
    /// throws InputError where a task is missing. Only a later job that none of them is of is done
    /// here: one that needs the result of an earlier one, which no shard has.
    static Farm of_journals(std::vector<std::filesystem::path> journals);

    /// Runs the tasks that fall to this farm until all are done or a stop is requested; returns the
    /// progress of this job. A farm with a journal takes one job of a name. Throws InputError where
    /// a journal is not of this job, ResourceError where it cannot be written: what was written can
    /// be gone on with.
    FarmProgress run(const Job& job, const FarmWork& work);

    /// @name What every task of the next job reads, made once by all ranks
    /// @{
    /// Ranks that would share such work: 1 where nobody else is there.
    int ranks() const;
    /// As run(), but without a journal and never of a shard only. On rank 0, once all is folded,
    /// `made` is asked for the bytes that go to the other ranks with the next job, and it returns
    /// true; after a stop nothing goes to them. On a rank above 0 it returns false: its part of it
    /// is done, and the program runs here again for the next job.
    bool prepare(const Job& job, const FarmWork& work, const std::function<std::string()>& made);
    /// On a rank above 0: this is the job that rank 0 has opened.
    bool is_opened(const std::string& job) const;
    /// On a rank above 0: what rank 0 has made of the job of this name, where it has come with the
    /// one that is opened. Once.
    std::optional<std::string> take_prepared(const std::string& job);
    /// @}

    /// Has the tasks done by all of these processes. On rank 0 run() deals and folds, on the others
    /// it does what it is dealt. `ranks` must outlive the farm.
    void spread_over(Ranks& ranks) { ranks_ = &ranks; }

    /// Part of the tasks is done here, and nothing is folded: a shard, whose results are made of
    /// the journals, or a rank above 0.
    bool is_shard() const { return is_helper() || (journal_ && journal_->shard.count > 1); }
    /// A rank above 0: somebody else folds, writes and tells.
    bool is_helper() const { return ranks_ != nullptr && !ranks_->leads(); }
    /// Of all jobs so far.
    const FarmProgress& progress() const { return progress_; }

  private:
    std::optional<JournalOptions> journal_;
    std::vector<std::filesystem::path> merged_;
    Ranks* ranks_ = nullptr;
    bool has_merged_ = false;  ///< a job whose journals were there.
    FarmProgress progress_;
};

}  // namespace resdyn
