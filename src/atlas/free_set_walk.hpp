/// @file
/// Finds the equilibria on the 2^(N−|F|) faces that share a set F of free units, or on those of
/// them where some saturated units have given levels, for one F after another.
#pragma once

#include <memory>

#include "atlas_tasks.hpp"
#include "free_set_tally.hpp"

namespace resdyn {

/// Runs of free sets, from any thread.
class FreeSetWalks {
  public:
    /// `context` must outlive it.
    explicit FreeSetWalks(const AtlasContext& context);
    ~FreeSetWalks();
    FreeSetWalks(const FreeSetWalks&) = delete;
    FreeSetWalks& operator=(const FreeSetWalks&) = delete;

    /// Adds the faces of a part to `tally`.
    void add(const AtlasPart& part, FreeSetTally& tally);

  private:
    struct Pool;
    const AtlasContext& context_;
    std::unique_ptr<Pool> pool_;
};

}  // namespace resdyn
