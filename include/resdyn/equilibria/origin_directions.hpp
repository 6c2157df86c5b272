/// @file
/// The degenerate origin of a logistic system, direction by direction: along which rays it repels,
/// along which residuals decay to it, and which of these keep what comes near.
///
/// Near y = 0 the system is y' = y ∘ (Wy) to leading order, for the flow and, with t = nh, for the
/// layers of any step h > 0. With v = t y and s = log t it becomes the generalised Lotka–Volterra
/// system dv/ds = v ∘ (1 + Wv) (up to terms that fall like e^{−s}). Its equilibria are
///  - decay directions: W_KK v_K = −1, v_K > 0 on a support K, 0 off it: y = v/t solves the leading
///    order. The Jacobian is block triangular: diag(v) W_KK inside, which takes v to −v, so that
///    one eigenvalue is −1 (a shift of time), and 1 + (Wv)_j for each j outside. All real parts
///    negative: hyperbolically stable, an open set of starts has t y → v, and the distance falls
///    like t to the largest real part. Otherwise a passage, left like a power of t;
///  - repelling rays, W_KK v_K = +1, v_K > 0: on them the origin repels. Resting ones have
///    W_KK v_K = 0.
/// Every ergodic motion of the direction y/|y| lives on one support, and its mean v there has
/// W_KK v = c·1 with c its growth (doc/theory.md §6.2). Hence, all supports known:
///  - a repelling ray: the origin is unstable;
///  - neither a repelling nor a resting ray: asymptotically stable;
///  - neither a decay direction nor a resting ray: every motion grows near 0, no start goes to it.
///
/// Method: all 2^N − 1 supports. A combination p of rows with pᵀW_KK > 0 excludes W_KK v = 0 with
/// v > 0, and by the sign of Σp one of ±1 (Farkas); it is guessed from the solution in double
/// arithmetic and checked with bounds on rounding. What remains is a verified solution in double
/// arithmetic (Rump, Acta Numerica 19, 2010, §10.6) with Gershgorin discs for the spectrum, or is
/// decided in integers on the stored weights (W = BA in rationals); singular blocks by an exact
/// linear program. What it can miss: attracting sets of the direction that are no equilibrium
/// (cycles, heteroclinic cycles) are not looked for, and directions of a singular block are
/// families whose stability is not decided; both leave a verdict open, never make it false.
/// Reference: J. Hofbauer, K. Sigmund, Evolutionary Games and Population Dynamics, 1998, ch. 5, 7.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <resdyn/equilibria/origin.hpp>

namespace resdyn {

inline constexpr Index largest_directions_dimension = 24;  ///< units: 2^24 supports.

enum class DirectionStability {
    Stable,    ///< every real part is negative.
    Neutral,   ///< none is positive, one is zero: linear theory does not decide.
    Unstable,  ///< one is positive.
};
/// "stable", "neutral", "unstable".
std::string_view to_string(DirectionStability stability);

struct OriginDirectionOptions {
    std::size_t max_listed = 12;  ///< supports listed of each kind, small ones first.
    int threads = 0;              ///< 0: all processors. The result does not depend on it.
    /// Ends, not complete, soon after more supports than this were decided in exact arithmetic:
    /// about a millisecond each, up to all 2^N of a matrix with ties. 0: no limit. The result does
    /// not depend on threads with it either.
    Index max_exact = 0;
    /// Asked between parts of the work; true ends it with what is decided. May be empty.
    std::function<bool()> stop_requested = {};
};

/// A decay direction on a support with a regular block; every verdict in exact arithmetic.
struct DecayDirection {
    std::vector<Index> units;  ///< K, increasing, from 0.
    Vector v;                  ///< N, each entry the double nearest to the exact one; 0 off K.
    DirectionStability stability = DirectionStability::Unstable;
    Index unstable_inside = 0;    ///< eigenvalues of diag(v) W_KK with positive real part.
    Index neutral_inside = 0;     ///< with zero real part.
    std::vector<Index> invaders;  ///< units j outside with (Wv)_j > −1: they leave like a power.
    std::vector<Index> ties;      ///< units j outside with (Wv)_j = −1.
    double slowest_exponent = 0.0;  ///< largest real part of all N: |t y − v| ~ t^this if stable.
    double exponent_error = 0.0;    ///< proved bound on its error; infinite where none was found.
};

struct OriginDirections {
    Index dimension = 0;
    Index supports = 0;     ///< decided, of 2^N − 1.
    bool complete = false;  ///< all of them.
    Index exact = 0;        ///< of them in exact arithmetic; the rest by proved bounds.

    Index repelling = 0;    ///< supports with a repelling ray, singular blocks included.
    Index resting = 0;      ///< supports with a positive solution of W_KK v = 0.
    Index decaying = 0;     ///< supports with one decay direction (regular blocks).
    Index not_invaded = 0;  ///< of `decaying`: (Wv)_j < −1 for every j outside.
    Index stable = 0;       ///< of `not_invaded`: hyperbolically stable.
    Index neutral = 0;      ///< of `decaying`: no positive real part, some zero.
    Index families = 0;     ///< singular blocks with positive solutions of W_KK v = −1, unjudged.

    /// Supports, by size, then by units; at most max_listed each.
    std::vector<std::vector<Index>> repelling_rays;
    std::vector<std::vector<Index>> resting_rays;
    std::vector<std::vector<Index>> family_supports;
    /// At most max_listed: stable ones first, then neutral, then unstable, each by size.
    std::vector<DecayDirection> directions;

    Decision asymptotically_stable = Decision::NotDecided;
    std::string stable_reason;  ///< units in it count from 0.
    /// An open set of starts goes to the origin. No: no start of the open cube does.
    Decision attracts_open_set = Decision::NotDecided;
    std::string attracts_reason;
};

/// Logistic systems of at most 24 units (throws std::invalid_argument). Takes a microsecond or two
/// a support where double arithmetic decides: 0.1 s for N = 16, 2 s for N = 20, of one processor.
OriginDirections origin_directions(const ResidualSystem& system,
                                   const OriginDirectionOptions& options = {});

/// About how long that takes one processor of 2022, in seconds. `rank` of W at most: supports of
/// more units are singular and decided in exact arithmetic, a millisecond each. Ties that no rank
/// tells of are not in it: see exact_supports_within().
double predicted_direction_seconds(Index units, Index rank);

/// OriginDirectionOptions::max_exact for about so many seconds of one processor.
Index exact_supports_within(double seconds);

/// The counts, the stable directions and what follows, in whole sentences.
std::string describe(const OriginDirections& directions);

}  // namespace resdyn
