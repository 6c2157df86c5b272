/// @file
/// Several processes at one farm (farm.hpp). Every rank runs the same program with the same words.
/// Rank 0 runs it from end to end: it deals the numbers of tasks, writes the journal, folds and
/// tells. The others sleep until rank 0 opens a job; then they run the program too, up to the farm,
/// do the tasks they are given with their own threads, and sleep again. A job that is never opened
/// costs them nothing.
///
/// Tasks are dealt as results come in, with what lasts some milliseconds in store and at least as
/// many as a rank has threads, so that no thread waits for a message; near the end nothing is
/// stored. Nobody spins: who has nothing to do sleeps, longer and longer up to some milliseconds,
/// until a message is there, and who has looks for messages every five milliseconds only, since
/// each look takes a processor from the work (with a look after each task of 1 ms two ranks were a
/// tenth slower).
///
/// What it can miss: a process that dies takes the job with it (that is the launcher's way); the
/// journal of rank 0 keeps what had come in.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <resdyn/core/types.hpp>
#include <resdyn/work/communicator.hpp>
#include <resdyn/work/journal.hpp>

namespace resdyn {

/// What passed through a rank, in both directions.
struct RankTraffic {
    Index messages = 0;
    Index bytes = 0;
    double manager_seconds = 0.0;  ///< processor time of rank 0 for dealing, journal and fold.
};

/// A rank's part in the work of all.
class Ranks {
  public:
    /// `communicator` must outlive it.
    explicit Ranks(Communicator& communicator) : communicator_(communicator) {}
    Ranks(const Ranks&) = delete;
    Ranks& operator=(const Ranks&) = delete;

    /// This is rank 0, which deals, folds and writes.
    bool leads() const { return communicator_.rank() == 0; }
    int size() const { return communicator_.size(); }

    /// First of all, on every rank: what it runs. Rank 0 waits for all of them; throws
    /// ResourceError where a rank has another version of the program, InputError where it was given
    /// another command.
    void introduce(const std::string& version, const std::string& command);
    /// Ranks above 0: sleeps until rank 0 opens a job, which is then to be run up to its farm
    /// (true), or says that nothing follows (false).
    bool await_job();
    /// Ranks above 0: the job that was opened could not be done here. Rank 0 throws it there, with
    /// this rank's name before it, as InputError or as ResourceError.
    void report_failure(bool by_input, std::string_view what);
    /// Rank 0, last of all: nothing follows. Returns when every rank has heard.
    void dismiss();

    /// "rank 3 (HOST)", of a rank that has introduced itself to rank 0.
    std::string name(int rank) const;
    const RankTraffic& traffic() const { return traffic_; }
    /// Jobs that rank 0 has opened: 0 where it did everything by itself.
    std::uint64_t jobs() const { return jobs_; }

    /// @name For the farm
    /// @{
    /// Bytes that a job needs and another one has made.
    struct Prepared {
        std::string job{};  ///< the one that has made them; empty: there are none.
        std::string bytes{};
    };
    struct Opened {
        std::uint64_t number;  ///< of the job: the first is 1.
        JournalHead head;
        Prepared prepared;
    };
    void send(int to, std::string bytes);
    std::optional<RankMessage> receive();
    /// Rank 0: opens the next job on all ranks; returns its number.
    std::uint64_t open(const Job& job);
    /// Rank 0: goes out with the next job that is opened, and with that one only.
    void prepare(Prepared prepared) { prepared_ = std::move(prepared); }
    /// Ranks above 0: the job to be done.
    const std::optional<Opened>& opened() const { return opened_; }
    /// Ranks above 0: what has come with it; nothing the second time.
    Prepared take_prepared() { return opened_ ? std::exchange(opened_->prepared, {}) : Prepared{}; }
    void add_manager_seconds(double seconds) { traffic_.manager_seconds += seconds; }
    /// @}

  private:
    Communicator& communicator_;
    std::map<int, std::string> hosts_{};
    std::string version_{};
    std::uint64_t jobs_ = 0;
    std::optional<Opened> opened_{};
    Prepared prepared_{};
    RankTraffic traffic_{};
};

}  // namespace resdyn
