/// @file
/// Bytes from process to process: all that a farm needs of MPI, or of whatever else carries
/// messages. The library has no MPI in it; who wants one hands in an implementation.
#pragma once

#include <optional>
#include <string>

namespace resdyn {

/// What one process has received from another.
struct RankMessage {
    int from = 0;
    std::string bytes;
};

/// The processes of a run, numbered 0 … size − 1, as one of them sees it. Called from one thread.
class Communicator {
  public:
    Communicator() = default;
    virtual ~Communicator() = default;
    Communicator(const Communicator&) = delete;
    Communicator& operator=(const Communicator&) = delete;

    virtual int rank() const = 0;
    virtual int size() const = 0;
    /// Does not wait for the receiver. Messages from one rank to another arrive in their order.
    virtual void send(int to, std::string bytes) = 0;
    /// The next message if one is there. Does not wait.
    virtual std::optional<RankMessage> receive() = 0;
};

}  // namespace resdyn
