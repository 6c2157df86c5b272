/// @file
/// Threads of this process that do the tasks they are handed, while the thread that hands them out
/// does something else: receives messages, writes a journal, folds.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <resdyn/work/farm.hpp>

namespace resdyn {

class Hands {
  public:
    struct Result {
        Index task = 0;
        std::string bytes;
    };

    /// A job whose tasks have threads of their own (Job::tasks_per_round = 1) gets one thread,
    /// others one each processor or FarmWork::threads. `work` must outlive it.
    Hands(const Job& job, const FarmWork& work);
    /// Forgets what waits, finishes what is at work.
    ~Hands();
    Hands(const Hands&) = delete;
    Hands& operator=(const Hands&) = delete;

    /// Tasks done at a time.
    Index count() const { return static_cast<Index>(threads_.size()); }
    void give(Index task);
    /// Forgets what waits.
    void drop();
    /// Whether all is done and taken.
    bool empty();
    /// What is done, in no order. Throws what a task threw, once nothing is at work any more.
    std::vector<Result> take();
    /// A thread has nothing to do, and nothing waits for it.
    bool starves();
    /// Sleeps until something is done and nothing waits to be begun, at most so long: while there
    /// is work, results are taken together.
    void wait(std::chrono::microseconds longest);

  private:
    void serve(bool alone);

    const FarmWork& work_;
    std::mutex mutex_{};
    std::condition_variable given_{};
    std::condition_variable done_{};
    std::deque<Index> waiting_{};
    std::vector<Result> results_{};
    Index at_work_ = 0;
    bool ending_ = false;
    std::exception_ptr error_{};
    std::vector<std::thread> threads_{};
};

}  // namespace resdyn
