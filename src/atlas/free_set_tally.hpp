/// @file
/// What the atlas counts and lists, face by face.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <resdyn/atlas/atlas.hpp>

#include "equilibria/filter_weights.hpp"
#include "equilibria/free_set_faces.hpp"
#include "face_batch.hpp"
#include "kept_decisions.hpp"
#include "principal_minors.hpp"

namespace resdyn {

/// What every task of the walk reads.
struct AtlasContext {
    const FaceSolver& solver;
    const ExactWeights& exact;
    const FilterWeights& weights;
    const PrincipalMinors& minors;
    Listing listing;
    std::size_t max_listed;
    bool keep_entries;
    KeptDecisions& kept;  ///< those of listed faces.
};

/// What some free sets hold; tallies of disjoint sets add up. Lists hold patterns only: what is
/// kept of them is described once, where it is known which (atlas.cpp).
struct FreeSetTally {
    explicit FreeSetTally(Index n);
    /// A tally of n units as bytes() wrote it. Throws InputError where it is none.
    FreeSetTally(Index n, std::string_view bytes);
    /// All of it, for a journal.
    std::string bytes() const;
    /// All but `entries`, which stay as they are; of the lists the first ones.
    void add(const FreeSetTally& other, std::size_t max_listed);

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
    std::vector<AtlasEntry> continua;    ///< units alone.
    std::vector<AtlasEntry> equilibria;  ///< those that the listing asks for.
    std::vector<AtlasEntry> entries;     ///< all equilibria, where they are kept.
};

/// Writes the faces of one set of free units into a tally.
class FaceRecorder {
  public:
    FaceRecorder(const AtlasContext& context, std::uint32_t mask, FreeSetTally& tally);

    /// A face that the filter decided.
    void found(const FaceVerdict& verdict);
    /// A face that it left open, by its High units.
    void decide_exactly(std::uint32_t high);

  private:
    void record(const FaceVerdict& verdict);
    void consider_recurrence(const FaceVerdict& verdict, const AtlasEntry& entry);
    void add_candidate(const AtlasEntry& entry);

    const AtlasContext& context_;
    FreeSetTally& tally_;
    std::uint32_t mask_;
    Index n_;
    std::size_t k_;
    std::optional<FreeSetFaces> faces_;  ///< once one is decided exactly.
};

}  // namespace resdyn
