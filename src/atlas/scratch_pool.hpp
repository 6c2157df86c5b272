/// @file
/// Work space that tasks lend one another: made once a thread, not once a task. What a task
/// computes must not depend on what is left in it.
#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace resdyn {

template <typename T>
class ScratchPool {
  public:
    /// use(T&), with one that is free or the std::unique_ptr<T> that `make` makes.
    template <typename Make, typename Use>
    void with(const Make& make, const Use& use) {
        std::unique_ptr<T> lent = take();
        if (!lent) {
            lent = make();
        }
        use(*lent);
        const std::scoped_lock lock(mutex_);
        idle_.push_back(std::move(lent));
    }

  private:
    std::unique_ptr<T> take() {
        const std::scoped_lock lock(mutex_);
        if (idle_.empty()) {
            return nullptr;
        }
        std::unique_ptr<T> last = std::move(idle_.back());
        idle_.pop_back();
        return last;
    }

    std::mutex mutex_;
    std::vector<std::unique_ptr<T>> idle_;
};

}  // namespace resdyn
