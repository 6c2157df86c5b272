#include "rank_farm.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include <resdyn/core/error.hpp>

#include "hands.hpp"
#include "journal_file.hpp"
#include "rank_messages.hpp"

namespace resdyn {

namespace {

constexpr Nap::Duration longest_nap{2'000};
/// Between two looks for messages while there is work in store: each look costs a processor that
/// computes some microseconds.
constexpr Nap::Duration steady_nap{5'000};
/// What a rank has in store should last so long.
constexpr double stored_seconds = 0.025;
constexpr Index most_stored = 64;  // tasks, for each that it does at a time
/// Results that may wait for their turn, for each task at work and beside those in store: how far
/// the fastest may run ahead.
constexpr Index ahead = 8;
/// A rank has at most this part of what is left for it in store, so that near the end nobody hoards
/// what another could begin.
constexpr Index plenty = 4;

double thread_seconds() {
    std::timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// Rank 0 at work.
class Manager {
  public:
    Manager(const FarmRun& run, Ranks& ranks)
        : run_(run),
          ranks_(ranks),
          hands_(run.job, run.work),
          left_(run.progress.tasks - std::min(run.progress.tasks, run.finished.size())),
          next_(run.first()),
          turn_(run.first()),
          begun_(thread_seconds()) {
        if (left_ > 0) {
            number_ = ranks_.open(run.job);
        }
        employ(0, hands_.count());
    }
    ~Manager() {
        close();
        ranks_.add_manager_seconds(thread_seconds() - begun_);
    }
    Manager(const Manager&) = delete;
    Manager& operator=(const Manager&) = delete;

    void run() {
        Nap nap(longest_nap);
        while (turn_ < run_.job.tasks) {
            bool moved = listen();
            moved = fold() || moved;
            if (run_.stop()) {
                end_early();
                return;
            }
            moved = deal() || moved;
            if (moved) {
                nap.reset();
            } else {
                hands_.wait(hands_.starves() ? nap.next() : steady_nap);
            }
        }
        end_round();
    }

  private:
    using Clock = std::chrono::steady_clock;

    struct Worker {
        Index at_a_time = 0;
        std::set<Index> tasks{};  ///< dealt to it and not answered.
    };

    void employ(int rank, Index at_a_time) {
        workers_[rank].at_a_time = at_a_time;
        at_a_time_ += at_a_time;
        hungry_.insert(rank);
    }

    /// What has come in: messages, and results of the own threads.
    bool listen() {
        bool moved = false;
        while (const std::optional<RankMessage> message = ranks_.receive()) {
            moved = true;
            hear(message->from, RankReader(message->bytes));
        }
        for (const Hands::Result& result : hands_.take()) {
            moved = true;
            accept(0, result.task, result.bytes);
        }
        return moved;
    }

    void hear(int from, RankReader said) {
        if (said.job != number_) {
            return;  // of a job that is over
        }
        switch (said.what) {
            case RankSays::Ready:
                employ(from, said.rest.next_signed());
                break;
            case RankSays::Results:
                for (std::uint64_t count = said.rest.next(); count > 0; --count) {
                    const Index task = said.rest.next_signed();
                    accept(from, task, said.rest.next_text());
                }
                break;
            case RankSays::Left: {
                const auto worker = workers_.find(from);
                if (worker != workers_.end()) {
                    free_.insert(worker->second.tasks.begin(), worker->second.tasks.end());
                    at_a_time_ -= worker->second.at_a_time;
                    workers_.erase(worker);
                    hungry_.erase(from);
                }
                break;
            }
            case RankSays::Failed: {
                const bool by_input = said.rest.next() != 0;
                const std::string text =
                    fmt::format("{}: {}", ranks_.name(from), said.rest.next_text());
                if (by_input) {
                    throw InputError(text);
                }
                throw ResourceError(text);
            }
            default:
                break;
        }
    }

    void accept(int from, Index task, std::string bytes) {
        if (workers_.at(from).tasks.erase(task) == 0) {
            return;
        }
        ++accepted_;
        run_.keep(task, bytes);
        results_.emplace(task, std::move(bytes));
        hungry_.insert(from);
    }

    /// Folds what has its turn.
    bool fold() {
        const Index before = turn_;
        for (; turn_ < run_.job.tasks; turn_ = run_.next(turn_)) {
            const auto result = results_.find(turn_);
            if (result != results_.end()) {
                run_.fold(turn_, std::move(result->second));
                results_.erase(result);
                --unfolded_;
            } else if (!known(turn_)) {
                break;
            } else {
                run_.fold(turn_, std::nullopt);
            }
            if (++folded_in_round_ == run_.job.tasks_per_round) {
                end_round();
            }
        }
        return turn_ != before;
    }

    /// A journal of before holds it.
    bool known(Index task) const { return run_.finished.contains(task); }

    void end_round() {
        if (folded_in_round_ > 0) {
            run_.end_round();
        }
        folded_in_round_ = 0;
    }

    /// The next task to be dealt; none where all are, or where too many results wait.
    std::optional<Index> take_next() {
        if (!free_.empty()) {
            return free_.extract(free_.begin()).value();
        }
        if (unfolded_ >= std::max(run_.job.tasks_per_round, (ahead + stored()) * at_a_time_)) {
            return std::nullopt;
        }
        while (next_ < run_.job.tasks && known(next_)) {
            next_ = run_.next(next_);
        }
        if (next_ >= run_.job.tasks) {
            return std::nullopt;
        }
        ++unfolded_;
        --left_;
        return std::exchange(next_, run_.next(next_));
    }

    /// Tasks in store for each that a rank does at a time: what lasts long enough, by the pace of
    /// all so far.
    Index stored() const {
        if (accepted_ == 0) {
            return 1;
        }
        const std::chrono::duration<double> taken = Clock::now() - started_;
        const double task =
            taken.count() * static_cast<double>(at_a_time_) / static_cast<double>(accepted_);
        return static_cast<Index>(
            std::clamp(std::ceil(stored_seconds / task), 1.0, static_cast<double>(most_stored)));
    }

    bool deal() {
        bool dealt = false;
        const Index here = std::min(stored(), left_ / (plenty * at_a_time_));
        for (auto rank = hungry_.begin(); rank != hungry_.end();) {
            Worker& worker = workers_.at(*rank);
            const Index wanted =
                worker.at_a_time * (1 + here) - static_cast<Index>(worker.tasks.size());
            std::vector<Index> tasks;
            while (static_cast<Index>(tasks.size()) < wanted) {
                const std::optional<Index> task = take_next();
                if (!task) {
                    break;
                }
                tasks.push_back(*task);
            }
            if (!tasks.empty()) {
                dealt = true;
                give(*rank, worker, tasks);
            }
            if (static_cast<Index>(tasks.size()) < wanted) {
                break;  // there is none at the moment
            }
            rank = hungry_.erase(rank);
        }
        return dealt;
    }

    void give(int rank, Worker& worker, const std::vector<Index>& tasks) {
        worker.tasks.insert(tasks.begin(), tasks.end());
        if (rank == 0) {
            for (const Index task : tasks) {
                hands_.give(task);
            }
            return;
        }
        TaskWriter writer = rank_message(RankSays::Tasks, number_);
        writer.add(tasks.size());
        for (const Index task : tasks) {
            writer.add_signed(task);
        }
        ranks_.send(rank, writer.take());
    }

    void close() {
        if (number_ == 0 || std::exchange(closed_, true)) {
            return;
        }
        for (int rank = 1; rank < ranks_.size(); ++rank) {
            ranks_.send(rank, rank_message(RankSays::Close, number_).take());
        }
    }

    /// After a request to stop: what was begun is finished and kept.
    void end_early() {
        hands_.drop();
        close();
        Nap nap(longest_nap);
        while (workers_.size() > 1 || !hands_.empty()) {
            if (listen()) {
                nap.reset();
            } else {
                hands_.wait(nap.next());
            }
        }
        while (turn_ < run_.job.tasks && !results_.empty()) {
            if (!fold()) {
                turn_ = run_.next(turn_);  // the interrupt has left it out
            }
        }
        end_round();
    }

    const FarmRun& run_;
    Ranks& ranks_;
    Hands hands_;
    std::uint64_t number_ = 0;  ///< of the job; 0: never opened.
    bool closed_ = false;
    std::map<int, Worker> workers_{};
    std::set<int> hungry_{};  ///< those that may be given more.
    Index at_a_time_ = 0;     ///< of all workers.
    Index left_;              ///< never dealt yet.
    Index next_;              ///< those before are dealt or known.
    std::set<Index> free_{};  ///< handed back.
    Index turn_;              ///< the next to be folded.
    std::map<Index, std::string> results_{};
    Index unfolded_ = 0;  ///< dealt and not folded.
    Index folded_in_round_ = 0;
    Index accepted_ = 0;
    Clock::time_point started_ = Clock::now();
    double begun_;
};

/// A rank above 0 at work.
class Worker {
  public:
    Worker(const Job& job, const FarmWork& work, Ranks& ranks)
        : job_(job), work_(work), ranks_(ranks), hands_(job, work) {
        TaskWriter writer = message(RankSays::Ready);
        writer.add_signed(hands_.count());
        ranks_.send(0, writer.take());
    }

    FarmProgress run() {
        Nap nap(longest_nap);
        bool leaving = false;
        bool closed = false;
        while (!leaving || !hands_.empty()) {
            bool moved = false;
            while (!closed) {  // what comes after that is not of this job
                const std::optional<RankMessage> heard = ranks_.receive();
                if (!heard) {
                    break;
                }
                moved = true;
                RankReader said(heard->bytes);
                if (said.what == RankSays::Close) {
                    closed = leaving = true;
                } else if (said.what == RankSays::Tasks && !leaving) {
                    for (std::uint64_t count = said.rest.next(); count > 0; --count) {
                        hands_.give(said.rest.next_signed());
                    }
                }
            }
            leaving = leaving || (work_.stop_requested && work_.stop_requested());
            if (leaving) {
                hands_.drop();
            }
            moved = answer() || moved;
            if (moved) {
                nap.reset();
            } else {
                hands_.wait(hands_.starves() ? nap.next() : steady_nap);
            }
        }
        ranks_.send(0, message(RankSays::Left).take());
        return done_;
    }

  private:
    TaskWriter message(RankSays what) const { return rank_message(what, ranks_.opened()->number); }

    bool answer() {
        const std::vector<Hands::Result> results = hands_.take();
        if (results.empty()) {
            return false;
        }
        TaskWriter writer = message(RankSays::Results);
        writer.add(results.size());
        for (const Hands::Result& result : results) {
            writer.add_signed(result.task);
            writer.add_text(result.bytes);
        }
        ranks_.send(0, writer.take());
        const Index rounds = done_.done / job_.tasks_per_round;
        done_.tasks = done_.done += static_cast<Index>(results.size());
        if (work_.on_round && done_.done / job_.tasks_per_round != rounds) {
            work_.on_round(done_);
        }
        return true;
    }

    const Job& job_;
    const FarmWork& work_;
    Ranks& ranks_;
    Hands hands_;
    FarmProgress done_{};
};

}  // namespace

void deal(const FarmRun& run, Ranks& ranks) {
    Manager(run, ranks).run();
}

FarmProgress do_dealt(const Job& job, const FarmWork& work, Ranks& ranks) {
    const auto& opened = ranks.opened();
    if (!opened || opened->head.job.name != job.name) {
        return {};
    }
    JournalHead here{.version = opened->head.version, .command = {}, .job = job};
    if (const auto differs = journal_file::difference(here, opened->head)) {
        reject_input("job", "that of rank 0", *differs);
    }
    return Worker(job, work, ranks).run();
}

}  // namespace resdyn
