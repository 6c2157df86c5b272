#include "hands.hpp"

#include <optional>
#include <utility>

#include <resdyn/core/interrupt.hpp>

#include "core/parallel.hpp"
#include "core/task_scope.hpp"

namespace resdyn {

Hands::Hands(const Job& job, const FarmWork& work) : work_(work) {
    const bool alone = job.tasks_per_round == 1;
    const int count = alone ? 1 : work.threads > 0 ? work.threads : hardware_threads();
    StopScope* const scope = detail::current_stop_scope();
    for (int k = 0; k < count; ++k) {
        threads_.emplace_back([this, alone, scope] {
            const detail::WorkingFor working(scope);
            serve(alone);
        });
    }
}

Hands::~Hands() {
    {
        const std::lock_guard lock(mutex_);
        waiting_.clear();
        ending_ = true;
    }
    given_.notify_all();
    for (std::thread& thread : threads_) {
        thread.join();
    }
}

void Hands::serve(bool alone) {
    std::optional<detail::TaskScope> inside;
    if (!alone) {
        inside.emplace();
    }
    std::unique_lock lock(mutex_);
    for (;;) {
        given_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
        if (ending_) {
            return;
        }
        const Index task = waiting_.front();
        waiting_.pop_front();
        ++at_work_;
        lock.unlock();
        std::optional<std::string> bytes;
        std::exception_ptr error;
        try {
            bytes = work_.task(task);
        } catch (...) {
            error = std::current_exception();
        }
        lock.lock();
        --at_work_;
        if (bytes) {
            results_.push_back({task, std::move(*bytes)});
        } else if (error) {
            waiting_.clear();
            error_ = error_ ? error_ : error;
        }
        done_.notify_one();
    }
}

void Hands::give(Index task) {
    {
        const std::lock_guard lock(mutex_);
        if (error_) {
            return;
        }
        waiting_.push_back(task);
    }
    given_.notify_one();
}

void Hands::drop() {
    const std::lock_guard lock(mutex_);
    waiting_.clear();
}

bool Hands::empty() {
    const std::lock_guard lock(mutex_);
    return waiting_.empty() && at_work_ == 0 && results_.empty() && !error_;
}

bool Hands::starves() {
    const std::lock_guard lock(mutex_);
    return waiting_.empty() && at_work_ < count();
}

std::vector<Hands::Result> Hands::take() {
    const std::lock_guard lock(mutex_);
    // What others have done comes first: a journal is to keep it.
    if (results_.empty() && at_work_ == 0 && error_) {
        std::rethrow_exception(std::exchange(error_, nullptr));
    }
    return std::exchange(results_, {});
}

void Hands::wait(std::chrono::microseconds longest) {
    std::unique_lock lock(mutex_);
    done_.wait_for(lock, longest, [this] {
        return waiting_.empty() && (!results_.empty() || (error_ && at_work_ == 0));
    });
}

}  // namespace resdyn
