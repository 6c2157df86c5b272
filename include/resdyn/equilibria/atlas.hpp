/// @file
/// The atlas: every equilibrium of the residual flow (= fixed point of the layer map, any h) of a
/// bounded activation, by complete enumeration of the 3^N patterns, each decided exactly.
///
/// Every decision is made in integers on the weights as stored (see face.hpp).
///
/// Cost grows as 3^N; seconds at N = 10, a minute or so at N = 14 (see `max_dimension`).
#pragma once

#include <vector>

#include <resdyn/equilibria/face.hpp>

namespace resdyn {

/// Which equilibria are kept in the list; the counts always cover all.
enum class Listing { All, Stable, Faces };

struct AtlasOptions {
    Listing listing = Listing::All;
    Index max_dimension = 12;  ///< refuse larger N: 3^N patterns are enumerated; 1 … 16.
    int threads = 0;           ///< 0: all processors. The result does not depend on it.
};

struct AtlasCounts {
    Index total = 0;                           ///< isolated equilibria.
    Index vertices = 0;                        ///< those with no free unit: always 2^N.
    Index faces = 0;                           ///< those with at least one.
    Index stable = 0;                          ///< hyperbolically stable in the flow.
    std::vector<Index> by_unstable_dimension;  ///< size N+1.
};

struct Atlas {
    bool complete = false;  ///< every one of the 3^N patterns was decided exactly.
    AtlasCounts counts;
    Index singular_patterns = 0;          ///< faces with a singular free block.
    std::vector<Continuum> continua;      ///< those of them that hold equilibria, sorted.
    std::vector<Equilibrium> equilibria;  ///< as `listing` says, sorted by pattern.
};

/// Throws std::invalid_argument for unbounded activations or N above options.max_dimension.
Atlas equilibrium_atlas(const ResidualSystem& system, const AtlasOptions& options = {});

}  // namespace resdyn
