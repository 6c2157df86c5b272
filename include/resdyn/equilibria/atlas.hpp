/// @file
/// The atlas: every equilibrium of the residual flow (= fixed point of the layer map, any h) of a
/// bounded activation, by complete enumeration of the 3^N patterns, each decided exactly.
///
/// On the open face of a pattern the equilibrium solves W_FF y_F = −W_FS y_S and counts only if
/// every free component lies strictly between the levels. Weights are read as exact binary
/// numbers (the product BA of a two-matrix block is formed exactly), and every decision is made in
/// integers: singular or not (fraction-free elimination, Bareiss 1968), inside or outside, the
/// sign of each saturated eigenvalue, the inertia of the free block and the reality of its
/// eigenvalues (Routh–Hurwitz by Cauchy index and Sturm chains: Gantmacher, The Theory of Matrices
/// (1959), ch. XV), and whether a singular face holds a continuum (linear programming, Bland's
/// rule). Eigenvalues themselves are printed from double arithmetic; exact verdicts overrule them:
/// a real part that is proved zero is printed as zero.
///
/// Cost grows as 3^N; it is meant for N ≤ 10 (see `max_dimension`).
#pragma once

#include <optional>
#include <vector>

#include <resdyn/equilibria/stability.hpp>

namespace resdyn {

/// An isolated equilibrium: the free block W_FF is not singular (vertices included).
struct Equilibrium {
    Pattern pattern;
    Vector y;                ///< size N, nearest doubles to the exact rational point.
    double residual = -1.0;  ///< |g(y) ∘ (Wy)|_inf of the flow at y as stored.
    std::vector<Complex> flow_eigenvalues;  ///< size N, decreasing real part, then imaginary part.
    std::vector<Complex> multipliers;       ///< size N, decreasing modulus.
    SpectralCounts spectrum;                ///< of the flow.
    EquilibriumType type = EquilibriumType::NonHyperbolic;
    bool on_continuum = false;  ///< lies in the closure of a continuum of equilibria.
    bool proved = false;        ///< pattern, place and type decided in exact arithmetic.
};

/// A face whose free block is singular and that does hold equilibria: a continuum.
struct Continuum {
    Pattern pattern;
    Index dimension = 0;  ///< of the solution set: |F| − rank W_FF.
    Vector point;         ///< one point of it, strictly inside the face; size N.
};

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

/// The equilibrium of one pattern, decided exactly as in the atlas (but `on_continuum` is left
/// false); empty if the face holds none or its free block is singular. Exact elimination of a
/// |F|×|F| block: meant for |F| up to some thirty.
std::optional<Equilibrium> equilibrium_of_pattern(const ResidualSystem& system,
                                                  const Pattern& pattern);

}  // namespace resdyn
