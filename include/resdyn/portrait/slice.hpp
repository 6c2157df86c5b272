/// @file
/// A plane in the space of states on which a portrait or a basin map is drawn: q = origin + B s,
/// B with two orthonormal columns, s in a rectangle.
///
/// A plane that the flow does not leave is a phase plane of its own: N = 2, a face of the cube (all
/// other units saturated), a leaf ℓ·u = const of dimension 2. On every other plane a portrait shows
/// the component of the velocity in the plane, and trajectories and equilibria off it only as
/// projections; `leakage` measures how much is left out, on a grid of 9×9 points: a leak between
/// them is not seen, but planes of units at their levels and leaves are invariant exactly.
///
/// Method: orthonormal bases by Gram–Schmidt (equilibria), by the singular value decomposition
/// (principal components, leaf); the outline by clipping the window with each face of the cube.
/// Reference: I. E. Sutherland, G. W. Hodgman, Comm. ACM 17 (1974) 32–42 (clipping); K. Pearson,
/// Phil. Mag. 2 (1901) 559–572 (principal components).
#pragma once

#include <array>
#include <string>

#include <resdyn/portrait/state_space.hpp>

namespace resdyn {

enum class SliceKind {
    Units,       ///< two units, the others held.
    Equilibria,  ///< the plane through three equilibria.
    Principal,   ///< mean and first two principal components of points: a projection.
    Leaf,        ///< within ℓ·u = const for every left null vector ℓ of W.
};
std::string_view to_string(SliceKind kind);

struct Slice {
    SliceKind kind = SliceKind::Units;
    Coordinate coordinate = Coordinate::Residual;
    Vector origin;                       ///< n.
    Matrix basis;                        ///< n×2, orthonormal columns.
    Box window;                          ///< of s, size 2.
    std::array<std::string, 2> axes;     ///< names: "y_0", "s_1".
    std::array<Index, 2> units{-1, -1};  ///< of SliceKind::Units.
    std::string about;                   ///< one line for people.
    /// Largest share of the speed that points out of the plane, over a grid of the window.
    double leakage = 0.0;

    bool is_invariant() const { return leakage <= 1e-10; }
    /// The plane is the whole space.
    bool is_whole() const { return origin.size() == 2; }
    Vector at(const Vector& s) const { return origin + basis * s; }
    Vector coordinates(const Vector& q) const { return basis.transpose() * (q - origin); }
    /// ‖q − its projection‖₂.
    double distance(const Vector& q) const { return (q - at(coordinates(q))).norm(); }
};

/// Units i ≠ j of the space (0 … n−1), the others held at `held` (size n; entries i, j unread).
/// The window is the square [a, b]² in y (in an unbounded y: up to 4), [−6, 6]² in u and x.
/// Throws std::invalid_argument for wrong indices, sizes, or held residuals outside the cube.
Slice unit_slice(const StateSpace& space, Index i, Index j, const Vector& held,
                 const std::string& held_at = {});

/// The plane through three points of y-space (names for `about`), first axis from the first to the
/// second. Throws std::invalid_argument if they lie on one line to 1e-9 of their distance.
Slice plane_through(const StateSpace& space, const std::array<Vector, 3>& points,
                    const std::array<std::string, 3>& names);

/// Whether the columns of `points` (n×B) are at least three and lie on no line, to 1e-9 of the
/// farthest one's distance from their mean.
bool span_plane(const Matrix& points);

/// Mean and first two principal components of the columns of `points` (n×B, B >= 3, in the
/// coordinate of the space); `about` says which share of the variance they carry. Throws
/// std::invalid_argument unless span_plane(points).
Slice principal_slice(const StateSpace& space, const Matrix& points);

/// In u: through u0 (size N), along the two leading left singular vectors of W. The whole leaf
/// where W has rank 2, else a plane within it. Throws std::invalid_argument if W has full rank
/// (there is no leaf), rank < 2 (the leaf is a line), or the coordinate is not u.
Slice leaf_slice(const StateSpace& space, const Vector& u0);

/// The same slice in another window. Throws std::invalid_argument unless lower < upper, finite,
/// and, in y with a bounded f, some point of the window lies in the cube.
Slice with_window(const StateSpace& space, Slice slice, const Box& window);

/// Corners of the part of the window inside the cube of residuals, in order, 2×k; the window's own
/// corners in u and x. Empty (2×0) if the window misses the cube.
Matrix outline(const StateSpace& space, const Slice& slice);

}  // namespace resdyn
