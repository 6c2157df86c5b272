#include "world.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>

#include <resdyn/core/error.hpp>

#ifdef RESDYN_MPI
#include "mpi_communicator.hpp"
#endif

namespace resdyn::cli {

namespace {

struct Joined {
    std::unique_ptr<Communicator> communicator{};
    std::optional<Ranks> ranks{};
};

Joined& joined() {
    static Joined one;
    return one;
}

#ifdef RESDYN_MPI
/// Without a launcher MPI would set up a world of one, which takes time and gives nothing.
bool is_launched() {
    return std::getenv("OMPI_COMM_WORLD_SIZE") != nullptr || std::getenv("PMIX_RANK") != nullptr ||
           std::getenv("PMI_RANK") != nullptr;
}

void silence_output() {
    const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nowhere >= 0) {
        dup2(nowhere, STDOUT_FILENO);
        close(nowhere);
    }
}
#endif

}  // namespace

World::World() {
#ifdef RESDYN_MPI
    if (!is_launched()) {
        return;
    }
    Joined& world = joined();
    world.communicator = mpi_communicator();
    if (world.communicator->size() > 1) {
        world.ranks.emplace(*world.communicator);
    }
    if (is_helper()) {
        silence_output();
    }
#endif
}

World::~World() {
    joined().ranks.reset();
    joined().communicator.reset();
}

Ranks* ranks_of_run() {
    return joined().ranks ? &*joined().ranks : nullptr;
}

bool is_helper() {
    return ranks_of_run() != nullptr && !ranks_of_run()->leads();
}

void check_launcher([[maybe_unused]] const std::vector<std::string>& words) {
#ifndef RESDYN_MPI
    for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"}) {
        const char* size = std::getenv(name);
        const bool is_shard = std::any_of(words.begin(), words.end(), [](const std::string& word) {
            return word.starts_with("--shard");
        });
        if (size != nullptr && std::atoi(size) > 1 && !is_shard) {
            throw ResourceError(fmt::format(
                "ranks: expected a program built with RESDYN_MPI=ON (preset mpi) to be one of {} "
                "processes, got one built without (--shard needs none)",
                size));
        }
    }
#endif
}

}  // namespace resdyn::cli
