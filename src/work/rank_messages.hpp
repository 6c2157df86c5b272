/// @file
/// What ranks say to one another: a kind, the number of the job, and what belongs to it, written
/// with task_bytes.hpp.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>

#include "task_bytes.hpp"

namespace resdyn {

enum class RankSays : std::uint64_t {
    // To rank 0.
    Hello,    ///< version, command, host. Its job is 0.
    Ready,    ///< how many tasks it does at a time.
    Results,  ///< count, then number and bytes of each.
    Failed,   ///< 1 if by input, and why.
    Left,     ///< does no more tasks of the job; those it was given and has not answered are free.
    Bye,      ///< the last message of a rank.
    // From rank 0.
    Open,   ///< version, name of the job, tasks, identity; what another job has made for it.
    Tasks,  ///< count, then the numbers.
    Close,  ///< what is at work is to be finished, what waits is not.
    End,    ///< nothing follows.
};

/// Begins a message.
inline TaskWriter rank_message(RankSays what, std::uint64_t job = 0) {
    TaskWriter writer;
    writer.add(static_cast<std::uint64_t>(what));
    writer.add(job);
    return writer;
}

/// The beginning of a message; the rest is read from `rest`.
struct RankReader {
    TaskReader rest;
    RankSays what;
    std::uint64_t job;

    explicit RankReader(std::string_view bytes)
        : rest(bytes), what(static_cast<RankSays>(rest.next())), job(rest.next()) {}
};

/// How long a rank sleeps between two looks for messages: longer while nothing happens.
class Nap {
  public:
    using Duration = std::chrono::microseconds;
    explicit Nap(Duration longest) : longest_(longest) {}

    void reset() { next_ = shortest; }
    /// The length of the next one.
    Duration next() {
        const Duration now = next_;
        next_ = std::min(2 * next_, longest_);
        return now;
    }
    void take() { std::this_thread::sleep_for(next()); }

  private:
    static constexpr Duration shortest{250};
    Duration longest_;
    Duration next_ = shortest;
};

}  // namespace resdyn
