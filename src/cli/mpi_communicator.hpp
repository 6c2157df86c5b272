/// @file
/// Messages by MPI: the only place of the program that knows it. Plain C interface.
#pragma once

#include <memory>

#include <resdyn/work/communicator.hpp>

namespace resdyn::cli {

/// All processes that the launcher started. Enters MPI when it is made and leaves it when it is
/// destroyed, after the last message is out: once in a process's life, on the main thread.
std::unique_ptr<Communicator> mpi_communicator();

}  // namespace resdyn::cli
