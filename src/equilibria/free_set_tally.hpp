/// @file
/// All faces that share a set F of free units, decided and counted.
#pragma once

#include <memory>

#include <resdyn/equilibria/atlas.hpp>
#include <resdyn/equilibria/attracting_face.hpp>

#include "filter_weights.hpp"
#include "principal_minors.hpp"

namespace resdyn {

/// What every task of the walk reads.
struct AtlasContext {
    const FaceSolver& solver;
    const AttractingFaceSolver& attracting;
    const FilterWeights& weights;
    const PrincipalMinors& minors;
    Listing listing;
    std::size_t max_listed;
    bool keep_entries;
};

/// What some free sets hold; tallies of disjoint sets add up.
struct FreeSetTally {
    explicit FreeSetTally(Index n);
    void add(FreeSetTally& other, std::size_t max_listed);

    AtlasCounts counts;
    AtlasDecisions decisions;
    Index index_sum = 0;
    Index tied = 0;
    Index singular_patterns = 0;
    Index continua_found = 0;
    Index attracting_continua = 0;
    Index listing_wanted = 0;
    Index saddle_planes = 0;
    Index divergent_planes = 0;
    std::vector<Index> inhabited;  ///< by dimension.
    std::vector<AtlasEntry> candidates;
    std::vector<Continuum> continua;
    std::vector<Equilibrium> equilibria;
    std::vector<AtlasEntry> entries;
};

/// Counts runs of free sets, from any thread.
class FreeSetTallies {
  public:
    /// `context` must outlive it.
    explicit FreeSetTallies(const AtlasContext& context);
    ~FreeSetTallies();
    FreeSetTallies(const FreeSetTallies&) = delete;
    FreeSetTallies& operator=(const FreeSetTallies&) = delete;

    /// Adds the 2^(N−|F|) faces of each of the sets `first` … `first + count − 1` to `tally`.
    void add(std::uint32_t first, std::uint32_t count, FreeSetTally& tally);

  private:
    struct Walks;
    const AtlasContext& context_;
    std::unique_ptr<Walks> walks_;
};

}  // namespace resdyn
