/// @file
/// Which open faces of the cube can hold recurrent motion: a consequence of the complete atlas.
///
/// Face theorem: if an open face holds no equilibrium, no trajectory lying in it has an ω- or
/// α-limit point in it, in the flow or in the network (any h): W_FF y_F + r misses 0 on the convex
/// face, so some linear form of u_F increases along trajectories. What is left are faces with an
/// equilibrium or a continuum; on those of dimension 1 the flow is monotone between equilibria.
/// Planes (two free units) are narrowed further, for the *flow* only:
///  - index: a closed orbit encloses equilibria of index sum 1, and the one of a saddle's plane
///    (det W_FF < 0, hence the only one) has index −1 (Poincaré);
///  - divergence: in u it is Σ w_ii f'(u_i), of one sign where both w_ii ≥ 0 or both ≤ 0, and not
///    both 0 (Bendixson).
/// A face that stays *can* hold recurrence; nothing says that it does. Motion along the boundary
/// between faces (heteroclinic cycles) is not excluded by any of this. Theory: doc/theory.md §4.
#pragma once

#include <string_view>
#include <vector>

#include <resdyn/equilibria/pattern.hpp>

namespace resdyn {

enum class RecurrenceVerdict {
    NoFace,      ///< in the flow, no cycle or other recurrence in any open face but equilibria.
    SomeFaces,   ///< recurrence only on the candidate faces, or along the boundary.
    NotDecided,  ///< the atlas is not complete: faces that were not reached may hold some.
};
/// "no_face", "some_faces", "not_decided".
std::string_view to_string(RecurrenceVerdict verdict);

struct RecurrenceReport {
    RecurrenceVerdict verdict = RecurrenceVerdict::NotDecided;
    /// Open faces of dimension k (0 … N) that hold an equilibrium or a continuum.
    std::vector<Index> inhabited_by_dimension;
    /// Those of dimension ≥ 2 that stay candidates, by dimension.
    std::vector<Index> candidates_by_dimension;
    Index excluded_saddle_planes = 0;     ///< planes excluded by the index.
    Index excluded_divergent_planes = 0;  ///< planes excluded by the divergence alone.
    std::vector<Pattern> candidates;      ///< the first of them, sorted; at most `candidates_kept`.

    static constexpr std::size_t candidates_kept = 1000;
    Index candidate_count() const;
};

/// The verdict in words, one sentence.
std::string_view describe(RecurrenceVerdict verdict);

}  // namespace resdyn
