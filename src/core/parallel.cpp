#include "parallel.hpp"

#ifdef __linux__
#include <sched.h>
#endif
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <resdyn/core/interrupt.hpp>

#include "task_scope.hpp"

namespace resdyn {

namespace {

constexpr std::string_view who = "tasks";

thread_local bool inside_task = false;

/// One call of parallel_for: tasks are taken by number until none is left.
struct Job {
    Index tasks;
    const std::function<void(Index)>& task;
    std::atomic<Index> next{0};
    std::atomic<bool> failed{false};
    std::exception_ptr error{};
    std::mutex error_mutex{};
    StopScope* scope = detail::current_stop_scope();  ///< of the caller.

    void work() {
        const detail::WorkingFor working(scope);
        inside_task = true;
        for (Index i = next++; i < tasks && !failed; i = next++) {
            try {
                interruption_point(who);
                task(i);
            } catch (...) {
                const std::lock_guard lock(error_mutex);
                if (!failed.exchange(true)) {
                    error = std::current_exception();
                }
            }
        }
        inside_task = false;
    }
};

/// Workers that sleep between jobs. One job at a time; grows to the largest count asked for.
class Pool {
  public:
    Pool() = default;
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;
    ~Pool() {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        wake_.notify_all();
        for (std::thread& worker : workers_) {
            worker.join();
        }
    }

    void run(Job& job, int helpers) {
        const std::lock_guard one_job(run_mutex_);
        {
            const std::lock_guard lock(mutex_);
            while (static_cast<int>(workers_.size()) < helpers) {
                workers_.emplace_back([this] { serve(); });
            }
            job_ = &job;
            wanted_ = helpers;
        }
        wake_.notify_all();
        job.work();
        std::unique_lock lock(mutex_);
        job_ = nullptr;  // late wakers find nothing
        done_.wait(lock, [this] { return active_ == 0; });
    }

    pid_t owner() const { return owner_; }

  private:
    void serve() {
        std::unique_lock lock(mutex_);
        for (;;) {
            wake_.wait(lock, [this] { return stopping_ || (job_ != nullptr && wanted_ > 0); });
            if (stopping_) {
                return;
            }
            Job* job = job_;
            --wanted_;
            ++active_;
            lock.unlock();
            job->work();
            lock.lock();
            if (--active_ == 0) {
                done_.notify_one();
            }
        }
    }

    std::mutex run_mutex_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::condition_variable done_;
    std::vector<std::thread> workers_;
    const pid_t owner_ = getpid();
    Job* job_ = nullptr;
    int wanted_ = 0;
    int active_ = 0;
    bool stopping_ = false;
};

std::atomic<Pool*> current_pool{nullptr};

/// Ends the workers with the program.
struct PoolEnd {
    ~PoolEnd() {
        Pool* pool = current_pool.exchange(nullptr);
        if (pool != nullptr && pool->owner() == getpid()) {
            delete pool;
        }
    }
};

/// The pool of this process. A process that was forked (multiprocessing in Python) begins one of
/// its own: of its parent's it has the memory and none of the threads, and what these sleep on may
/// neither be used nor destroyed.
Pool& pool_of_process() {
    static const PoolEnd end;
    Pool* pool = current_pool.load();
    if (pool == nullptr || pool->owner() != getpid()) {
        auto fresh = std::make_unique<Pool>();
        if (current_pool.compare_exchange_strong(pool, fresh.get())) {
            pool = fresh.release();
        }
    }
    return *pool;
}

}  // namespace

detail::TaskScope::TaskScope() : before_(std::exchange(inside_task, true)) {}

detail::TaskScope::~TaskScope() {
    inside_task = before_;
}

int hardware_threads() {
#ifdef __linux__
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof(set), &set) == 0) {
        return std::max(1, CPU_COUNT(&set));
    }
#endif
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

void parallel_for(Index tasks, int threads, const std::function<void(Index)>& task) {
    const int wanted = threads > 0 ? threads : hardware_threads();
    const int count = static_cast<int>(std::min<Index>(wanted, tasks));
    if (count <= 1 || inside_task) {
        for (Index i = 0; i < tasks; ++i) {
            interruption_point(who);
            task(i);
        }
        return;
    }
    Job job{tasks, task};
    pool_of_process().run(job, count - 1);
    if (job.error) {
        std::rethrow_exception(job.error);
    }
}

}  // namespace resdyn
