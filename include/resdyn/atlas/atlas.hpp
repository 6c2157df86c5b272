/// @file
/// The atlas: every equilibrium of the residual flow (= fixed point of the layer map, any h) of a
/// bounded activation, counted by pattern size and unstable dimension, complete and proved.
///
/// Method: for each of the 2^N sets F of free units the face equilibria are linear in the levels of
/// the saturated units. One principal pivot takes the inverse of the free block from one set to the
/// next, a branch and bound over the levels finds the equilibria inside the open cube, and a filter
/// decides saturated signs and the inertia of the free block: all in double arithmetic with proved
/// error bounds on the weights as stored (the sources in src/atlas/pivot_table.hpp,
/// free_set.hpp, face_batch.hpp and inertia_filter.hpp give model, bounds and references). What the
/// filter cannot decide is decided in exact integers, all faces of a set from one elimination, in
/// machine words as long as numbers fit (the source: src/equilibria/free_set_faces.hpp). Singular
/// free blocks are recognised exactly. Theory: doc/theory.md §2.
///
/// Cost: about two microseconds a set and a fifth of one an equilibrium, of which random weights
/// have some 2.1^N to 2.3^N. Weights with many exact ties or singular blocks (small integers, low
/// rank, repeated rows) send a large share of the 3^N patterns to exact arithmetic: some ten
/// microseconds a pattern where the numbers are small, a hundred where they are doubles.
/// Memory: 9 bytes a set of free units, 1.2 GB at most, and what is listed.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include <resdyn/atlas/face_theorem.hpp>
#include <resdyn/equilibria/face.hpp>
#include <resdyn/equilibria/origin.hpp>

namespace resdyn {

/// Which equilibria are kept in the list; the counts always cover all.
enum class Listing { All, Stable, Faces };

/// One equilibrium in its shortest form: units are bits, unit 0 the lowest.
struct AtlasEntry {
    std::uint32_t free = 0;
    std::uint32_t high = 0;
    std::uint8_t unstable = 0;  ///< eigenvalues of the flow with Re > 0.
    std::uint8_t neutral = 0;   ///< with Re = 0.
    bool exact = false;         ///< some decision needed exact arithmetic.
};
Pattern pattern_of_entry(const AtlasEntry& entry, Index dimension);

/// What the walk is about to cost.
struct AtlasCost {
    double patterns = 0.0;  ///< 3^N.
    double seconds = 0.0;   ///< from a timed sample of the sets F; an estimate.
    /// The same from what the sample counted (sets, equilibria, exact decisions) at the pace of one
    /// processor of 2022: the same number on every machine, for any threads.
    double work_seconds = 0.0;
};

struct AtlasOptions {
    Listing listing = Listing::All;
    Index max_dimension = 24;  ///< refuse larger N; 1 … 32.
    /// Do not begin a walk whose predicted work_seconds exceed this, nor predict where the sets
    /// alone would; 0: no limit.
    double affordable_seconds = 0.0;
    bool origin = false;         ///< logistic: decide the degenerate origin too (origin.hpp).
    int threads = 0;             ///< 0: all processors. The result does not depend on it.
    Index max_listed = 100'000;  ///< equilibria, and continua, kept in the lists; >= 0.
    std::function<bool()> stop_requested =
        {};  ///< asked often, from any thread; true ends the walk.
    std::function<void(const AtlasCost&)> on_cost = {};  ///< once, before the walk.
    /// Share of the walk done (0 … 1) and equilibria found.
    std::function<void(double, Index)> on_progress = {};
    /// Every equilibrium, in an order that depends on the weights only, a batch at a time.
    std::function<void(const std::vector<AtlasEntry>&)> on_entries = {};
};

struct AtlasCounts {
    Index total = 0;           ///< isolated equilibria.
    Index vertices = 0;        ///< those with no free unit: always 2^N.
    Index faces = 0;           ///< those with at least one.
    Index stable = 0;          ///< hyperbolically stable in the flow.
    Index non_hyperbolic = 0;  ///< with an eigenvalue on the imaginary axis.
    /// With no unstable saturated eigenvalue: all that can be where a trajectory of the open cube
    /// ends, or the mean of a motion where it does (attracting_face.hpp).
    Index not_transversally_unstable = 0;
    std::vector<Index> by_unstable_dimension;  ///< size N+1.
    /// [|F|][unstable dimension], (N+1)×(N+1).
    std::vector<std::vector<Index>> by_size;
};

/// How many patterns each way of deciding took; they sum to `patterns`.
struct AtlasDecisions {
    Index patterns = 0;            ///< decided; 3^N if complete.
    Index excluded_by_filter = 0;  ///< proved to hold no equilibrium in double arithmetic.
    Index found_by_filter = 0;     ///< place, signs and inertia proved in double arithmetic.
    Index by_discs = 0;            ///< part of found_by_filter: inertia by Gershgorin discs.
    Index exact = 0;               ///< needed exact arithmetic.
};

/// doc/theory.md §2.3: over equilibria whose saturated units are on their stable side,
/// Σ sign det(−W_FF) = 1.
struct IndexCheck {
    Index sum = 0;  ///< logistic: without the origin.
    Index tied =
        0;  ///< equilibria on the stable side with a zero saturated eigenvalue: they spoil it.
    /// Complete, no ties, no continua: then the sum is proved to mean something.
    bool applies = false;
    /// tanh: sum = 1. Logistic: always, as the sum defines the origin's index, 1 − sum.
    bool holds = false;
    std::optional<Index> origin_index;  ///< logistic, where it applies.
};

struct Atlas {
    bool complete = false;          ///< every one of the 3^N patterns was decided, by proof.
    bool not_begun = false;         ///< predicted to cost more than options.affordable_seconds.
    std::optional<AtlasCost> cost;  ///< where it was predicted: for on_cost, or for the limit.
    AtlasCounts counts;
    AtlasDecisions decisions;
    IndexCheck index;
    RecurrenceReport recurrence;
    std::optional<OriginReport> origin;  ///< where it was asked for, and not interrupted.
    Index singular_patterns = 0;         ///< faces with a singular free block.
    Index continua_found = 0;            ///< those of them that hold equilibria.
    Index attracting_continua = 0;       ///< those with a point that is not transversally unstable.
    std::vector<Continuum> continua;     ///< of these, up to max_listed, sorted.
    std::vector<Equilibrium>
        equilibria;        ///< as `listing` says, up to max_listed, sorted by pattern.
    Index not_listed = 0;  ///< equilibria that `listing` asked for, beyond max_listed.
};

/// Throws std::invalid_argument for unbounded activations or N above options.max_dimension.
Atlas equilibrium_atlas(const ResidualSystem& system, const AtlasOptions& options = {});

}  // namespace resdyn
