/// @file
/// Basins of attraction of any vector field x' = f(x), on the plane of two coordinates: which
/// attractor the flow from each cell comes to. basins.hpp maps those of networks, with verified
/// resting places and proofs.
///
/// Method: attractors at rest are the roots that Newton's method with deflation finds in the box
/// (settling/root_search.hpp) and whose eigenvalues all have a negative real part. All cells of a
/// band are integrated at once (numerics/ensemble.hpp), each with a step of its own, until it is
/// within `arrival` of such a root, has left the box enlarged `escape` times, or t_end is reached.
/// From those that still move then, runs that return to themselves give limit cycles
/// (numerics/periodic_orbit.hpp); a cell belongs to an attracting one if it stays within
/// `cycle_tol` of it for a whole period.
///
/// What it can miss, or tell wrong: attractors that no start of Newton's method and no run comes
/// to; equilibria that attract without being hyperbolic (their cells are called slow); cells so
/// near a boundary that the error of a path, which is not bounded, crosses it; basins narrower than
/// arrival. Nothing is proved.
/// Reference: Nusse, Yorke, Dynamics: Numerical Explorations (1998), chapter 7.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <resdyn/numerics/ensemble.hpp>
#include <resdyn/portrait/slice.hpp>
#include <resdyn/settling/root_search.hpp>

namespace resdyn {

/// Labels of cells that came to no attractor; attractors are 0, 1, …
enum FieldLabel : int {
    SlowField = -1,       ///< |f|_inf at most slow_speed at the end.
    UnsettledField = -2,  ///< still moving, on no cycle that was found.
    GaveUpField = -3,     ///< the integration used its steps, or its step fell below rounding.
    NonFiniteField = -4,  ///< overflowed.
    EscapedField = -5,    ///< left the enlarged box.
};
/// "slow", "unsettled", "step_limit", "non_finite", "escaped".
std::string_view to_string(FieldLabel label);
inline constexpr int lowest_field_label = EscapedField;

struct FieldBasinOptions {
    Index width = 64;      ///< cells along the first axis, 2 … 4096.
    Index height = 64;     ///< along the second.
    double t_end = 200.0;  ///< each cell is followed so long at most, > 0.
    double rel_tol = 1e-6;
    double abs_tol = 1e-9;
    Index max_steps = 100000;      ///< of a cell, >= 1.
    double arrival = 1e-4;         ///< |x − x*|_inf, of the box's shortest side; in (0, 0.1).
    double slow_speed = 1e-4;      ///< in the units of f, >= 0.
    double escape = 10.0;          ///< >= 1.
    double cycle_time = 100.0;     ///< of the runs that look for cycles; 0: none is sought.
    double cycle_tol = 1e-3;       ///< of the box's shortest side, > 0.
    Index most_cycles = 8;         ///< runs that look for one.
    RootSearchOptions roots = {};  ///< its threads are those below.
    int threads = 0;
    /// Asked between bands, and where the field throws ResourceError; true ends the map.
    std::function<bool()> stop_requested = {};
    std::function<void(double)> on_progress = {};  ///< share of the cells done.
};

struct FieldAttractor {
    Index root = -1;  ///< which of the roots, from 0; −1: a limit cycle.
    Vector x;         ///< the root, or a point of the cycle.
    EquilibriumType type = EquilibriumType::NonHyperbolic;  ///< of a root.
    double residual = 0.0;    ///< |f|_inf at the root; of a cycle the shooting's largest mismatch.
    double period = 0.0;      ///< of a cycle.
    double multiplier = 0.0;  ///< likewise: the largest modulus but for the trivial one; < 1.
    Matrix orbit = {};        ///< likewise: n×samples along it, the last equal to the first.
    Index members = 0;        ///< cells that came to it.

    bool is_cycle() const { return root < 0; }
    /// "equilibrium" or "limit_cycle".
    std::string_view kind() const { return is_cycle() ? "limit_cycle" : "equilibrium"; }
    /// "equilibrium 2", "cycle of period 6.66".
    std::string name() const;
};

struct FieldBasins {
    Slice slice;
    Box box;
    RootSearchResult roots;
    std::vector<FieldAttractor> attractors;  ///< roots in their order, then cycles by period.
    Eigen::MatrixXi labels;  ///< width×height; cell (i, j) is centred at cell_centre(i, j).
    bool complete = true;    ///< every cell was followed; false if it was stopped.

    Vector cell_centre(Index i, Index j) const;
    Index count(int label) const { return (labels.array() == label).count(); }
};

/// The map on a plane of field_portrait.hpp. A map that was stopped has complete = false and the
/// label UnsettledField where it did not come to. Throws std::invalid_argument for options or sizes
/// that are wrong.
FieldBasins field_basins(const VectorField& field, const Box& box, const Slice& slice,
                         const FieldBasinOptions& options = {});
/// Likewise, with the field of many states at once.
FieldBasins field_basins(const VectorField& field, const BatchField& batch, const Box& box,
                         const Slice& slice, const FieldBasinOptions& options = {});

}  // namespace resdyn
