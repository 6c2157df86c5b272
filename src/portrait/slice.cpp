#include <resdyn/portrait/slice.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <resdyn/core/error.hpp>

#include "numerics/decompositions.hpp"
#include "plane_parts.hpp"

namespace resdyn {

namespace {

constexpr double open_reach = 6.0;       // half a side of the window in u and x
constexpr double unbounded_reach = 4.0;  // upper end of the window where y has no upper level
constexpr double margin = 0.15;          // around what a plane was laid through
constexpr double collinear_tol = 1e-9;
constexpr double inside_tol = 1e-12;  // of the cube, for points of a plane
constexpr double corner_tol = 1e-9;   // corners nearer than this, of the window, are one

/// Clips a convex polygon (corners as columns) by c0 + c·s >= 0.
std::vector<Vector> clipped(const std::vector<Vector>& corners, double c0, const Vector& c) {
    std::vector<Vector> result;
    for (std::size_t k = 0; k < corners.size(); ++k) {
        const Vector& a = corners[k];
        const Vector& b = corners[(k + 1) % corners.size()];
        const double fa = c0 + c.dot(a);
        const double fb = c0 + c.dot(b);
        if (fa >= 0) {
            result.push_back(a);
        }
        if ((fa < 0) != (fb < 0)) {
            result.emplace_back(a + (b - a) * (fa / (fa - fb)));
        }
    }
    return result;
}

double leakage_of(const StateSpace& space, const Slice& slice) {
    const Matrix corners = outline(space, slice);
    if (slice.is_whole() || corners.cols() == 0) {
        return 0.0;
    }
    const Levels range = levels(space.system().activation());
    return leakage(slice, {.velocity = [&](const Vector& q) { return space.velocity(q); },
                           .contains =
                               [&](const Vector& q) {
                                   return slice.coordinate != Coordinate::Residual ||
                                          (q.minCoeff() >= range.low && q.maxCoeff() <= range.high);
                               }});
}

/// Checks the window against the cube and measures the leakage.
Slice finished(const StateSpace& space, Slice slice) {
    if (outline(space, slice).cols() == 0) {
        reject_argument("slice", "a window that meets the cube of residuals",
                        fmt::format("one that misses it ({})", slice.about));
    }
    slice.leakage = leakage_of(space, slice);
    return slice;
}

/// The bounding box of the columns of `s`, widened.
Box around(const Matrix& s) {
    const Vector lower = s.rowwise().minCoeff();
    const Vector upper = s.rowwise().maxCoeff();
    const double pad = margin * std::max((upper - lower).maxCoeff(), 1e-12);
    return {lower.array() - pad, upper.array() + pad};
}

}  // namespace

std::string_view to_string(SliceKind kind) {
    switch (kind) {
        case SliceKind::Units:
            return "units";
        case SliceKind::Equilibria:
            return "equilibria";
        case SliceKind::Principal:
            return "principal";
        case SliceKind::Leaf:
            return "leaf";
    }
    return "unknown";
}

Slice unit_slice(const StateSpace& space, Index i, Index j, const Vector& held,
                 const std::string& held_at) {
    const Index n = space.dimension();
    for (const Index unit : {i, j}) {
        if (unit < 0 || unit >= n) {
            reject_argument("slice", fmt::format("units from 0 to {}", n - 1),
                            fmt::format("{}", unit));
        }
    }
    if (i == j) {
        reject_argument("slice", "two different units", fmt::format("{} twice", i));
    }
    if (held.size() != n || !held.allFinite()) {
        reject_argument("slice", fmt::format("held values: {} finite numbers", n),
                        fmt::format("{}", held.size()));
    }
    Slice slice = coordinate_plane(i, j, held);
    slice.coordinate = space.coordinate();
    const Levels range = levels(space.system().activation());
    if (slice.coordinate == Coordinate::Residual) {
        const double high = std::isfinite(range.high) ? range.high : unbounded_reach;
        slice.window = {Vector::Constant(2, range.low), Vector::Constant(2, high)};
        for (Index k = 0; k < n; ++k) {
            if (k != i && k != j && !(held[k] >= range.low && held[k] <= range.high)) {
                reject_argument(
                    "slice", fmt::format("held residuals within [{}, {}]", range.low, range.high),
                    fmt::format("y_{} = {}: the slice misses the cube", k, held[k]));
            }
        }
    } else {
        slice.window = {Vector::Constant(2, -open_reach), Vector::Constant(2, open_reach)};
    }
    const std::string_view q = symbol(slice.coordinate);
    slice.axes = {fmt::format("{}_{{{}}}", q, i), fmt::format("{}_{{{}}}", q, j)};
    slice.about = n == 2 ? fmt::format("{}_0 and {}_1", q, q)
                         : fmt::format("{}_{} and {}_{}, the other units held{}", q, i, q, j,
                                       held_at.empty() ? "" : " at " + held_at);
    return finished(space, std::move(slice));
}

Slice plane_through(const StateSpace& space, const std::array<Vector, 3>& points,
                    const std::array<std::string, 3>& names) {
    if (space.coordinate() != Coordinate::Residual) {
        reject_argument("plane through equilibria", "the coordinate y", symbol(space.coordinate()));
    }
    for (const Vector& point : points) {
        if (point.size() != space.dimension()) {
            reject_argument("plane through equilibria",
                            fmt::format("points of {} numbers", space.dimension()),
                            fmt::format("{}", point.size()));
        }
    }
    const Vector first = points[1] - points[0];
    const Vector second = points[2] - points[0];
    const double length = first.norm();
    const Vector e1 = first / std::max(length, std::numeric_limits<double>::min());
    const Vector normal = second - e1 * e1.dot(second);
    if (!(length > 0) || !(normal.norm() > collinear_tol * std::max(length, second.norm()))) {
        reject_argument("plane through equilibria", "three points that are not on one line",
                        fmt::format("{}, {} and {}, which are", names[0], names[1], names[2]));
    }
    Slice slice;
    slice.kind = SliceKind::Equilibria;
    slice.coordinate = space.coordinate();
    slice.origin = points[0];
    slice.basis.resize(space.dimension(), 2);
    slice.basis.col(0) = e1;
    slice.basis.col(1) = normal.normalized();
    Matrix s(2, 3);
    for (Index k = 0; k < 3; ++k) {
        s.col(k) = slice.coordinates(points[static_cast<std::size_t>(k)]);
    }
    slice.window = around(s);
    slice.axes = {fmt::format("s_1, from {} to {}", names[0], names[1]),
                  fmt::format("s_2, towards {}", names[2])};
    slice.about = fmt::format("the plane through {}, {} and {}", names[0], names[1], names[2]);
    return finished(space, std::move(slice));
}

bool span_plane(const Matrix& points) {
    if (points.cols() < 3) {
        return false;
    }
    Matrix centred = points.colwise() - points.rowwise().mean();
    Index farthest = 0;
    const double length = centred.colwise().norm().maxCoeff(&farthest);
    if (!(length > 0)) {
        return false;
    }
    const Vector e = centred.col(farthest) / length;
    centred -= e * (e.transpose() * centred);
    return centred.colwise().norm().maxCoeff() > collinear_tol * length;
}

Slice principal_slice(const StateSpace& space, const Matrix& points) {
    if (points.rows() != space.dimension() || points.cols() < 3 || !points.allFinite()) {
        reject_argument("principal components",
                        fmt::format("at least 3 finite points of {} numbers", space.dimension()),
                        fmt::format("{} points of {}", points.cols(), points.rows()));
    }
    Slice slice;
    slice.kind = SliceKind::Principal;
    slice.coordinate = space.coordinate();
    if (!span_plane(points)) {
        reject_argument("principal components", "points that span a plane",
                        "points on one line, or one point");
    }
    slice.origin = points.rowwise().mean();
    const Matrix centred = points.colwise() - slice.origin;
    const SingularVectors svd = divided_singular_vectors(centred, SingularSide::ThinLeft);
    const Vector variance = svd.values.cwiseAbs2();
    slice.basis = svd.left.leftCols(2);
    for (Index k = 0; k < 2; ++k) {  // a sign of its own choice: the largest entry is positive
        Index largest = 0;
        slice.basis.col(k).cwiseAbs().maxCoeff(&largest);
        slice.basis.col(k) *= slice.basis(largest, k) < 0 ? -1.0 : 1.0;
    }
    slice.window = around(slice.basis.transpose() * centred);
    const auto share = [&](Index k) { return 100.0 * variance[k] / variance.sum(); };
    slice.axes = {fmt::format("principal component 1 ({:.0f} %)", share(0)),
                  fmt::format("principal component 2 ({:.0f} %)", share(1))};
    slice.about = fmt::format(
        "projection onto the first two principal components of the data, {:.1f} % of the variance",
        share(0) + share(1));
    return finished(space, std::move(slice));
}

Slice leaf_slice(const StateSpace& space, const Vector& u0) {
    if (space.coordinate() != Coordinate::Preactivation) {
        reject_argument("leaf", "the coordinate u, in which leaves are planes",
                        symbol(space.coordinate()));
    }
    const Index n = space.dimension();
    if (u0.size() != n || !u0.allFinite()) {
        reject_argument("leaf", fmt::format("u0 of {} finite numbers", n),
                        fmt::format("{}", u0.size()));
    }
    const SingularVectors svd =
        divided_singular_vectors(space.system().W(), SingularSide::FullLeft);
    const RankReport rank = rank_report(space.system().W());
    if (rank.rank == n) {
        reject_argument("leaf", "a W with left null vectors",
                        fmt::format("full numerical rank {}", n));
    }
    if (rank.rank < 2) {
        reject_argument("leaf", "a W of rank >= 2, whose leaves hold a plane",
                        fmt::format("rank {}", rank.rank));
    }
    Slice slice;
    slice.kind = SliceKind::Leaf;
    slice.coordinate = space.coordinate();
    slice.origin = u0;
    slice.basis = svd.left.leftCols(2);
    slice.window = {Vector::Constant(2, -open_reach), Vector::Constant(2, open_reach)};
    slice.axes = {"s_1 (along the 1st left singular vector)", "s_2 (along the 2nd)"};
    slice.about = fmt::format("{} ℓ·u = const for {} left null vector{} of W",
                              rank.rank == 2 ? "the leaf" : "a plane within the leaf",
                              n - rank.rank, n - rank.rank == 1 ? "" : "s");
    return finished(space, std::move(slice));
}

Slice with_window(const StateSpace& space, Slice slice, const Box& window) {
    if (window.lower.size() != 2 || window.upper.size() != 2 || !window.lower.allFinite() ||
        !window.upper.allFinite() || !(window.lower.array() < window.upper.array()).all()) {
        reject_argument("window", "four finite numbers LEFT < RIGHT and BOTTOM < TOP", "others");
    }
    slice.window = window;
    return finished(space, std::move(slice));
}

Matrix outline(const StateSpace& space, const Slice& slice) {
    const Vector& lo = slice.window.lower;
    const Vector& hi = slice.window.upper;
    std::vector<Vector> corners = {Vector{{lo[0], lo[1]}}, Vector{{hi[0], lo[1]}},
                                   Vector{{hi[0], hi[1]}}, Vector{{lo[0], hi[1]}}};
    if (slice.coordinate == Coordinate::Residual) {
        const Levels range = levels(space.system().activation());
        for (Index k = 0; k < slice.origin.size(); ++k) {
            const Vector c = slice.basis.row(k).transpose();
            corners = clipped(corners, slice.origin[k] - range.low + inside_tol, c);
            if (std::isfinite(range.high)) {
                corners = clipped(corners, range.high - slice.origin[k] + inside_tol, -c);
            }
        }
    }
    // A plane through a corner of the cube meets several of its faces there.
    const double near = corner_tol * (hi - lo).norm();
    std::vector<Vector> distinct;
    for (const Vector& corner : corners) {
        if (distinct.empty() || ((corner - distinct.back()).norm() > near &&
                                 (corner - distinct.front()).norm() > near)) {
            distinct.push_back(corner);
        }
    }
    corners = std::move(distinct);
    if (corners.size() < 3) {
        return Matrix(2, 0);
    }
    Matrix result(2, static_cast<Index>(corners.size()));
    for (std::size_t k = 0; k < corners.size(); ++k) {
        result.col(static_cast<Index>(k)) = corners[k];
    }
    return result;
}

}  // namespace resdyn
