#include <resdyn/work/farm.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <iterator>
#include <utility>

#include <resdyn/core/error.hpp>

#include "core/parallel.hpp"
#include "farm_run.hpp"
#include "journal_file.hpp"
#include "rank_farm.hpp"

namespace resdyn {

namespace {

void check(const Job& job) {
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    };
    require("job", !job.name.empty() && std::all_of(job.name.begin(), job.name.end(), plain),
            "a name of small letters, digits and -", job.name);
    require_at_least("tasks", job.tasks, 0);
    require_at_least("tasks_per_round", job.tasks_per_round, 1);
}

Index shard_size(Index tasks, const Shard& shard) {
    return (tasks - shard.index + shard.count - 1) / shard.count;
}

/// Where a run without a shard goes on, what shards have done counts too.
void add_others(const Job& job, const JournalOptions& options, FinishedTasks& finished) {
    const std::string own = journal_name(job.name, options.shard);
    std::vector<std::filesystem::path> others;
    for (const auto& entry : std::filesystem::directory_iterator(options.folder)) {
        const std::string name = entry.path().filename().string();
        if (name != own && name.starts_with(job.name + ".") && name.ends_with(".journal")) {
            others.push_back(entry.path());
        }
    }
    std::sort(others.begin(), others.end());
    for (const std::filesystem::path& file : others) {
        finished.add(file);
    }
}

/// The journals of a job among some; those without a whole head could be anybody's.
std::vector<std::filesystem::path> of_job(const std::vector<std::filesystem::path>& journals,
                                          const std::string& name) {
    std::vector<std::filesystem::path> result;
    std::copy_if(journals.begin(), journals.end(), std::back_inserter(result),
                 [&](const std::filesystem::path& file) {
                     const auto head = journal_file::scan(file, [](const JournalHead&) {}, {}).head;
                     return !head || head->job.name == name;
                 });
    return result;
}

void need_all(const FinishedTasks& finished, const Job& job) {
    if (finished.size() < job.tasks) {
        reject_input("journals", fmt::format("all {} tasks", job.tasks),
                     fmt::format("{}, without number {} (the shard that lacks it goes on with "
                                 "--resume)",
                                 finished.size(), finished.first_missing()));
    }
}

FarmProgress sum(const FarmProgress& a, const FarmProgress& b) {
    return {a.tasks + b.tasks, a.done + b.done, a.resumed + b.resumed};
}

/// Who once wanted to stop wants to stop.
class StopOnce {
  public:
    explicit StopOnce(const FarmWork& work) : work_(work) {}
    bool operator()() {
        if (!stopped_ && work_.stop_requested && work_.stop_requested()) {
            stopped_ = true;
        }
        return stopped_.load();
    }

  private:
    const FarmWork& work_;
    std::atomic<bool> stopped_{false};
};

/// In threads of this process. A round holds as many of a shard's tasks as of a whole job's.
void do_in_rounds(const FarmRun& run) {
    for (Index first = run.first(); first < run.job.tasks && !run.stop();) {
        std::vector<Index> tasks;
        std::vector<Index> missing;
        for (; first < run.job.tasks && static_cast<Index>(tasks.size()) < run.job.tasks_per_round;
             first = run.next(first)) {
            tasks.push_back(first);
            if (!run.finished.contains(first)) {
                missing.push_back(first);
            }
        }
        std::vector<std::optional<std::string>> results(missing.size());
        parallel_for(static_cast<Index>(missing.size()), run.work.threads, [&](Index k) {
            if (run.stop()) {
                return;
            }
            const Index task = missing[static_cast<std::size_t>(k)];
            std::optional<std::string> result = run.work.task(task);
            if (result) {
                run.keep(task, *result);
                results[static_cast<std::size_t>(k)] = std::move(result);
            }
        });
        std::size_t next = 0;
        for (const Index task : tasks) {
            if (next == missing.size() || missing[next] != task) {
                run.fold(task, std::nullopt);
            } else if (const auto& result = results[next++]) {
                run.fold(task, result);
            }
        }
        run.end_round();
    }
}

}  // namespace

Farm::Farm(JournalOptions journal) : journal_(std::move(journal)) {
    const Shard& shard = journal_->shard;
    if (shard.count < 1 || shard.index < 0 || shard.index >= shard.count) {
        reject_argument("shard", "I/N with 0 <= I < N",
                        fmt::format("{}/{}", shard.index, shard.count));
    }
    std::error_code error;
    if (journal_->resume && !std::filesystem::is_directory(journal_->folder, error)) {
        reject_input("resume", "the folder of a journal (an empty one is begun)",
                     journal_->folder.string() + ", which is not there");
    }
}

Farm Farm::of_journals(std::vector<std::filesystem::path> journals) {
    Farm farm;
    farm.merged_ = journals_in(journals);
    return farm;
}

FarmProgress Farm::run(const Job& job, const FarmWork& work) {
    check(job);
    if (is_helper()) {
        const FarmProgress dealt = do_dealt(job, work, *ranks_);
        progress_ = sum(progress_, dealt);
        return dealt;
    }
    FinishedTasks finished(job);
    std::optional<Journal> journal;
    const std::vector<std::filesystem::path> its_own = of_job(merged_, job.name);
    // Where the first job has none, what is there is of another one: add() says what differs.
    for (const std::filesystem::path& file : its_own.empty() && !has_merged_ ? merged_ : its_own) {
        finished.add(file);
    }
    if (!its_own.empty()) {
        need_all(finished, job);
        has_merged_ = true;
    }
    if (journal_) {
        journal.emplace(job, *journal_, finished);
        if (journal_->resume && !is_shard()) {
            add_others(job, *journal_, finished);
        }
    }
    StopOnce stop(work);
    FarmProgress progress{.tasks = shard_size(job.tasks, journal_ ? journal_->shard : Shard{})};
    const FarmProgress before = progress_;
    const FarmRun run{.job = job,
                      .work = work,
                      .shard = journal_ ? journal_->shard : Shard{},
                      .folds = !is_shard(),
                      .finished = finished,
                      .journal = journal ? &*journal : nullptr,
                      .stop = std::ref(stop),
                      .progress = progress,
                      .count = [&] { progress_ = sum(before, progress); }};
    run.count();
    if (ranks() > 1 && !stop()) {  // what is stopped already opens nothing on others
        deal(run, *ranks_);
    } else {
        do_in_rounds(run);
    }
    if (journal) {
        journal->sync();
    }
    return progress;
}

int Farm::ranks() const {
    return ranks_ != nullptr && merged_.empty() ? ranks_->size() : 1;
}

bool Farm::prepare(const Job& job, const FarmWork& work, const std::function<std::string()>& made) {
    check(job);
    if (is_helper()) {
        do_dealt(job, work, *ranks_);
        return false;
    }
    FinishedTasks none(job);
    StopOnce stop(work);
    FarmProgress progress{.tasks = job.tasks};
    const FarmRun run{.job = job,
                      .work = work,
                      .shard = {},
                      .folds = true,
                      .finished = none,
                      .journal = nullptr,
                      .stop = std::ref(stop),
                      .progress = progress,
                      .count = [] {}};
    if (ranks() > 1 && !stop()) {
        deal(run, *ranks_);
    } else {
        do_in_rounds(run);
    }
    if (progress.complete()) {
        std::string bytes = made();
        if (ranks() > 1) {
            ranks_->prepare({.job = job.name, .bytes = std::move(bytes)});
        }
    }
    return true;
}

bool Farm::is_opened(const std::string& job) const {
    return is_helper() && ranks_->opened() && ranks_->opened()->head.job.name == job;
}

std::optional<std::string> Farm::take_prepared(const std::string& job) {
    if (!is_helper() || !ranks_->opened() || ranks_->opened()->prepared.job != job) {
        return std::nullopt;
    }
    return ranks_->take_prepared().bytes;
}

}  // namespace resdyn
