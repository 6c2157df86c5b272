/// @file
/// Finds the equilibria on all faces that share a set F of free units, for one F after another.
#pragma once

#include <memory>

#include "atlas/free_set_tally.hpp"

namespace resdyn {

/// Runs of free sets, from any thread.
class FreeSetWalks {
  public:
    /// `context` must outlive it.
    explicit FreeSetWalks(const AtlasContext& context);
    ~FreeSetWalks();
    FreeSetWalks(const FreeSetWalks&) = delete;
    FreeSetWalks& operator=(const FreeSetWalks&) = delete;

    /// Adds the 2^(N−|F|) faces of each of the sets `first` … `first + count − 1` to `tally`.
    void add(std::uint32_t first, std::uint32_t count, FreeSetTally& tally);

  private:
    struct Pool;
    const AtlasContext& context_;
    std::unique_ptr<Pool> pool_;
};

}  // namespace resdyn
