#include <resdyn/work/farm.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <iterator>
#include <utility>

#include <resdyn/core/error.hpp>
#include <resdyn/core/parallel.hpp>

#include "journal_file.hpp"

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

/// The tasks of a round that fall to a shard.
std::vector<Index> tasks_of(Index first, Index end, const Shard& shard) {
    std::vector<Index> tasks;
    for (Index task = first; task < end; ++task) {
        if (shard.holds(task)) {
            tasks.push_back(task);
        }
    }
    return tasks;
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
    std::atomic<bool> stopped{false};
    const auto stop = [&] {
        if (!stopped && work.stop_requested && work.stop_requested()) {
            stopped = true;
        }
        return stopped.load();
    };
    const Shard shard = is_shard() ? journal_->shard : Shard{};
    FarmProgress progress{.tasks = shard_size(job.tasks, shard)};
    const FarmProgress before = progress_;
    const auto count = [&] {
        progress_ = {before.tasks + progress.tasks, before.done + progress.done,
                     before.resumed + progress.resumed};
    };
    count();
    for (Index first = 0; first < job.tasks && !stop();) {
        // A shard's rounds hold as many of its own tasks.
        const Index reach = job.tasks_per_round * shard.count;
        const Index end = std::min(job.tasks, first + std::min(reach, job.tasks));
        const std::vector<Index> tasks = tasks_of(std::exchange(first, end), end, shard);
        std::vector<Index> missing;
        std::copy_if(tasks.begin(), tasks.end(), std::back_inserter(missing),
                     [&](Index task) { return !finished.contains(task); });
        std::vector<std::optional<std::string>> results(missing.size());
        parallel_for(static_cast<Index>(missing.size()), work.threads, [&](Index k) {
            if (stop()) {
                return;
            }
            const Index task = missing[static_cast<std::size_t>(k)];
            std::optional<std::string> result = work.task(task);
            if (!result) {
                return;
            }
            if (journal) {
                journal->append(task, *result);
            }
            results[static_cast<std::size_t>(k)] = std::move(result);
        });
        std::size_t next = 0;
        for (const Index task : tasks) {
            const bool is_new = next < missing.size() && missing[next] == task;
            if (is_new && !results[next]) {
                ++next;
                continue;
            }
            if (is_new && !is_shard()) {
                work.fold(task, *results[next]);
            } else if (!is_shard()) {
                work.fold(task, finished.result(task));
            }
            ++progress.done;
            progress.resumed += is_new ? 0 : 1;
            next += is_new ? 1 : 0;
        }
        count();
        if (work.on_round) {
            work.on_round(progress);
        }
    }
    if (journal) {
        journal->sync();
    }
    return progress;
}

}  // namespace resdyn
