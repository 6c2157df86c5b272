/// @file
/// Ranks that are threads of one process: what messages do is the same, and nothing else is shared.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include <resdyn/core/random.hpp>
#include <resdyn/work/ranks.hpp>

namespace resdyn::test {

/// Letter boxes of all ranks. Messages of different senders overtake one another at random.
class Post {
  public:
    explicit Post(int ranks) : boxes_(static_cast<std::size_t>(ranks)) {
        for (auto& box : boxes_) {
            box.resize(boxes_.size());
        }
    }
    int size() const { return static_cast<int>(boxes_.size()); }
    void put(int from, int to, std::string bytes) {
        const std::lock_guard lock(mutex_);
        boxes_[place(to)][place(from)].push_back(std::move(bytes));
    }
    std::optional<RankMessage> take(int to) {
        const std::lock_guard lock(mutex_);
        auto& box = boxes_[place(to)];
        const auto first = place(static_cast<int>(random_.below(box.size())));
        for (std::size_t k = 0; k < box.size(); ++k) {
            auto& queue = box[(first + k) % box.size()];
            if (!queue.empty()) {
                RankMessage message{static_cast<int>((first + k) % box.size()),
                                    std::move(queue.front())};
                queue.pop_front();
                return message;
            }
        }
        return std::nullopt;
    }

  private:
    static std::size_t place(int rank) { return static_cast<std::size_t>(rank); }

    std::mutex mutex_{};
    std::vector<std::vector<std::deque<std::string>>> boxes_;  ///< by receiver and sender.
    Random random_{7, 0};
};

class LocalCommunicator : public Communicator {
  public:
    LocalCommunicator(Post& post, int rank) : post_(post), rank_(rank) {}
    int rank() const override { return rank_; }
    int size() const override { return post_.size(); }
    void send(int to, std::string bytes) override { post_.put(rank_, to, std::move(bytes)); }
    std::optional<RankMessage> receive() override { return post_.take(rank_); }

  private:
    Post& post_;
    int rank_;
};

/// One thread a rank; `program` is what each runs, as rank 0 to its end, as another once for every
/// job that is opened. What it throws there goes to rank 0; what it throws on rank 0 is thrown
/// here. `command`: what a rank introduces itself with.
inline void run_ranks(
    int count, const std::function<void(Ranks&, int)>& program,
    const std::function<std::pair<std::string, std::string>(int)>& introduction = [](int) {
        return std::pair<std::string, std::string>("1.0", "resdyn");
    }) {
    Post post(count);
    std::vector<std::thread> helpers;
    for (int rank = 1; rank < count; ++rank) {
        helpers.emplace_back([&, rank] {
            LocalCommunicator communicator(post, rank);
            Ranks ranks(communicator);
            const auto [version, command] = introduction(rank);
            ranks.introduce(version, command);
            while (ranks.await_job()) {
                try {
                    program(ranks, rank);
                } catch (const std::invalid_argument& error) {
                    ranks.report_failure(true, error.what());
                } catch (const std::exception& error) {
                    ranks.report_failure(false, error.what());
                }
            }
        });
    }
    LocalCommunicator communicator(post, 0);
    Ranks ranks(communicator);
    std::exception_ptr error;
    try {
        const auto [version, command] = introduction(0);
        ranks.introduce(version, command);
        program(ranks, 0);
    } catch (...) {
        error = std::current_exception();
    }
    ranks.dismiss();
    for (std::thread& helper : helpers) {
        helper.join();
    }
    if (error) {
        std::rethrow_exception(error);
    }
}

}  // namespace resdyn::test
