#include "mpi_communicator.hpp"

#define OMPI_SKIP_MPICXX 1
#include <mpi.h>

#include <limits>
#include <list>
#include <stdexcept>
#include <utility>

namespace resdyn::cli {

namespace {

constexpr int tag = 1;

/// Errors of MPI end all processes with its own words: its default, and all that can be done.
class MpiCommunicator : public Communicator {
  public:
    MpiCommunicator() {
        int provided = 0;
        MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided);
        MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
        MPI_Comm_size(MPI_COMM_WORLD, &size_);
    }
    ~MpiCommunicator() override {
        for (Sending& sending : sendings_) {
            MPI_Status status;
            MPI_Wait(&sending.request, &status);
        }
        MPI_Finalize();
    }

    int rank() const override { return rank_; }
    int size() const override { return size_; }

    void send(int to, std::string bytes) override {
        if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
            throw std::length_error("ranks: expected a message below 2 GiB");
        }
        forget_sent();
        Sending& sending = sendings_.emplace_back();
        sending.bytes = std::move(bytes);
        MPI_Isend(sending.bytes.data(), static_cast<int>(sending.bytes.size()), MPI_BYTE, to, tag,
                  MPI_COMM_WORLD, &sending.request);
    }

    std::optional<RankMessage> receive() override {
        forget_sent();
        int there = 0;
        MPI_Message message{};
        MPI_Status status;
        MPI_Improbe(MPI_ANY_SOURCE, tag, MPI_COMM_WORLD, &there, &message, &status);
        if (there == 0) {
            return std::nullopt;
        }
        int size = 0;
        MPI_Get_count(&status, MPI_BYTE, &size);
        RankMessage result{status.MPI_SOURCE, std::string(static_cast<std::size_t>(size), '\0')};
        MPI_Mrecv(result.bytes.data(), size, MPI_BYTE, &message, &status);
        return result;
    }

  private:
    /// A message on its way; its bytes must stay where they are.
    struct Sending {
        std::string bytes;
        MPI_Request request{};
    };

    void forget_sent() {
        for (auto sending = sendings_.begin(); sending != sendings_.end();) {
            int sent = 0;
            MPI_Status status;
            MPI_Test(&sending->request, &sent, &status);
            if (sent == 0) {
                return;  // a longer queue is not looked through each time
            }
            sending = sendings_.erase(sending);
        }
    }

    int rank_ = 0;
    int size_ = 1;
    std::list<Sending> sendings_{};
};

}  // namespace

std::unique_ptr<Communicator> mpi_communicator() {
    return std::make_unique<MpiCommunicator>();
}

}  // namespace resdyn::cli
