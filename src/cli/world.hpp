/// @file
/// The processes that this run consists of, under mpirun or a cluster's scheduler: one as a rule.
#pragma once

#include <string>
#include <vector>

#include <resdyn/work/ranks.hpp>

namespace resdyn::cli {

/// Joins the other processes of this run, where a launcher has started some and the program was
/// built for it (RESDYN_MPI); parts from them at the end. One a process.
class World {
  public:
    World();
    ~World();
    World(const World&) = delete;
    World& operator=(const World&) = delete;
};

/// This process among those of the run; null: it is alone.
Ranks* ranks_of_run();

/// This process does tasks for another one, which writes and tells.
bool is_helper();

/// Throws ResourceError where a launcher has started several processes that do not know of one
/// another, for want of MPI in this build: each would do all of it and write the same files. Shards
/// are told apart by their options.
void check_launcher(const std::vector<std::string>& words);

}  // namespace resdyn::cli
