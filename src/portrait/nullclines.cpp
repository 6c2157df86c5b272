#include <resdyn/portrait/nullclines.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include <resdyn/core/error.hpp>

namespace resdyn {

namespace {

constexpr int bisections = 60;  // past the last bit of a double

bool within(const Box& box, const Vector& s) {
    return (s.array() >= box.lower.array()).all() && (s.array() <= box.upper.array()).all();
}

/// c0 + c1 s_1 + c2 s_2 = 0 in the window: its ends, or nothing where it misses it or meets it in
/// a corner.
std::optional<Matrix> clipped_line(double c0, double c1, double c2, const Box& window) {
    std::vector<Vector> ends;
    const std::array<double, 2> c = {c1, c2};
    for (const Index k : {0, 1}) {
        for (const double bound : {window.lower[k], window.upper[k]}) {
            const double other = c[static_cast<std::size_t>(1 - k)];
            if (other == 0) {
                continue;
            }
            Vector s(2);
            s[k] = bound;
            s[1 - k] = -(c0 + c[static_cast<std::size_t>(k)] * bound) / other;
            s[1 - k] += 0.0;  // no −0
            const bool known =
                std::any_of(ends.begin(), ends.end(), [&](const Vector& end) { return end == s; });
            if (within(window, s) && !known) {
                ends.push_back(s);
            }
        }
    }
    if (ends.size() < 2) {
        return std::nullopt;
    }
    const auto by_first = [](const Vector& a, const Vector& b) {
        return a[0] != b[0] ? a[0] < b[0] : a[1] < b[1];
    };
    std::sort(ends.begin(), ends.end(), by_first);
    Matrix line(2, 2);
    line << ends.front(), ends.back();
    return line;
}

std::string equation(double c0, double c1, double c2, Index i, Index j) {
    const auto signed_term = [](double value) {
        return fmt::format("{} {:.6g}", value < 0 ? "-" : "+", std::abs(value));
    };
    return fmt::format("{:.6g} y_{} {} y_{}{} = 0", c1, i, signed_term(c2), j,
                       c0 == 0 ? std::string() : fmt::format(" {}", signed_term(c0)));
}

std::vector<Nullcline> exact_nullclines(const StateSpace& space, const Slice& slice) {
    const Matrix& W = space.system().W();
    const Levels range = levels(space.system().activation());
    std::vector<Nullcline> result;
    for (const Index axis : {0, 1}) {
        const Index unit = slice.units[static_cast<std::size_t>(axis)];
        for (const double level : {range.low, range.high}) {
            if (level < slice.window.lower[axis] || level > slice.window.upper[axis]) {
                continue;
            }
            Nullcline edge{axis, true, true, fmt::format("y_{} = {:g}", unit, level), Matrix(2, 2)};
            edge.points << slice.window.lower, slice.window.upper;
            edge.points.row(axis).setConstant(level);
            result.push_back(std::move(edge));
        }
        const double c0 = W.row(unit).dot(slice.origin);
        const double c1 = W(unit, slice.units[0]);
        const double c2 = W(unit, slice.units[1]);
        if (c1 == 0 && c2 == 0) {
            continue;
        }
        if (std::optional<Matrix> line = clipped_line(c0, c1, c2, slice.window)) {
            result.push_back({axis, false, true,
                              equation(c0, c1, c2, slice.units[0], slice.units[1]),
                              std::move(*line)});
        }
    }
    return result;
}

/// One component of the velocity over the slice: in y and u with N operations a point, since
/// Wy = W y_0 + (WB) s, and b·W f(u) = (Wᵀb)·f(u).
class Component {
  public:
    Component(const StateSpace& space, const Slice& slice, Index axis)
        : space_(space),
          slice_(slice),
          axis_(slice.basis.col(axis)),
          range_(levels(space.system().activation())) {
        const Matrix& W = space.system().W();
        if (slice.coordinate == Coordinate::Residual) {
            at_origin_ = W * slice.origin;
            along_ = W * slice.basis;
        } else if (slice.coordinate == Coordinate::Preactivation) {
            at_origin_ = W.transpose() * axis_;
        }
    }

    /// NaN outside the open cube.
    double operator()(const Vector& s) const {
        const Vector q = slice_.at(s);
        const Activation f = space_.system().activation();
        switch (slice_.coordinate) {
            case Coordinate::Residual:
                if (!(q.minCoeff() > range_.low && q.maxCoeff() < range_.high)) {
                    return std::nan("");
                }
                return axis_.dot(gain(f, q).cwiseProduct(at_origin_ + along_ * s));
            case Coordinate::Preactivation:
                return at_origin_.dot(activate(f, q));
            case Coordinate::Activity:
                break;
        }
        return axis_.dot(space_.velocity(q));
    }

  private:
    const StateSpace& space_;
    const Slice& slice_;
    Vector axis_;
    Levels range_;
    Vector at_origin_;  ///< W y_0 in y; Wᵀb in u.
    Matrix along_;      ///< WB in y.
};

class Tracer {
  public:
    Tracer(const Component& f, const Box& window, Index grid)
        : f_(f), window_(window), grid_(grid), values_(grid + 1, grid + 1) {
        for (Index j = 0; j <= grid; ++j) {
            for (Index i = 0; i <= grid; ++i) {
                values_(i, j) = f_(node(i, j));
            }
        }
    }

    /// Curves through the crossings, each joined as far as it goes.
    std::vector<Matrix> curves() {
        for (Index j = 0; j < grid_; ++j) {
            for (Index i = 0; i < grid_; ++i) {
                cell(i, j);
            }
        }
        std::vector<Matrix> result;
        std::map<Edge, bool> used;
        for (const bool closed : {false, true}) {  // open curves from their ends first
            for (const auto& [edge, next] : links_) {
                if (!used[edge] && (closed || next.size() == 1)) {
                    result.push_back(chain(edge, used));
                }
            }
        }
        return result;
    }

  private:
    /// From node (i, j) to its right (0) or upper (1) neighbour.
    using Edge = std::array<Index, 3>;

    Vector node(Index i, Index j) const {
        const auto at = [&](Index k, Index axis) {
            const double t = static_cast<double>(k) / static_cast<double>(grid_);
            return (1 - t) * window_.lower[axis] + t * window_.upper[axis];
        };
        return Vector{{at(i, 0), at(j, 1)}};
    }

    bool crosses(const Edge& e) const {
        const double a = values_(e[0], e[1]);
        const double b = e[2] == 0 ? values_(e[0] + 1, e[1]) : values_(e[0], e[1] + 1);
        return !std::isnan(a) && !std::isnan(b) && (a < 0) != (b < 0);
    }

    void link(const Edge& a, const Edge& b) {
        links_[a].push_back(b);
        links_[b].push_back(a);
    }

    void cell(Index i, Index j) {
        const std::array<Edge, 4> edges = {Edge{i, j, 0}, Edge{i + 1, j, 1}, Edge{i, j + 1, 0},
                                           Edge{i, j, 1}};  // around the cell
        std::vector<Edge> crossed;
        std::copy_if(edges.begin(), edges.end(), std::back_inserter(crossed),
                     [this](const Edge& e) { return crosses(e); });
        if (crossed.size() == 2) {
            link(crossed[0], crossed[1]);
        } else if (crossed.size() == 4) {
            // Two branches: the sign in the middle says which corners they cut off.
            const double middle = f_((node(i, j) + node(i + 1, j + 1)) / 2);
            const bool joined = (middle < 0) == (values_(i, j) < 0);
            link(crossed[0], crossed[joined ? 1 : 3]);
            link(crossed[2], crossed[joined ? 3 : 1]);
        }
    }

    Vector crossing(const Edge& e) const {
        Vector a = node(e[0], e[1]);
        Vector b = e[2] == 0 ? node(e[0] + 1, e[1]) : node(e[0], e[1] + 1);
        const bool negative = values_(e[0], e[1]) < 0;
        for (int k = 0; k < bisections; ++k) {
            const Vector middle = (a + b) / 2;
            ((f_(middle) < 0) == negative ? a : b) = middle;
        }
        return std::abs(f_(a)) < std::abs(f_(b)) ? a : b;
    }

    Matrix chain(Edge edge, std::map<Edge, bool>& used) const {
        std::vector<Vector> points;
        const Edge first = edge;
        for (bool more = true; more;) {
            used[edge] = true;
            points.push_back(crossing(edge));
            more = false;
            for (const Edge& next : links_.at(edge)) {
                if (!used[next]) {
                    edge = next;
                    more = true;
                    break;
                }
            }
        }
        const std::vector<Edge>& last = links_.at(edge);
        if (points.size() > 2 && std::find(last.begin(), last.end(), first) != last.end()) {
            points.push_back(points.front());
        }
        Matrix curve(2, static_cast<Index>(points.size()));
        for (std::size_t k = 0; k < points.size(); ++k) {
            curve.col(static_cast<Index>(k)) = points[k];
        }
        return curve;
    }

    const Component& f_;
    const Box& window_;
    Index grid_;
    Matrix values_;
    std::map<Edge, std::vector<Edge>> links_;
};

}  // namespace

std::vector<Nullcline> nullclines(const StateSpace& space, const Slice& slice, Index grid) {
    if (grid < 8) {
        reject_argument("nullclines", "grid >= 8", fmt::format("{}", grid));
    }
    if (slice.kind == SliceKind::Units && slice.coordinate == Coordinate::Residual) {
        return exact_nullclines(space, slice);
    }
    std::vector<Nullcline> result;
    for (const Index axis : {0, 1}) {
        const Component f(space, slice, axis);
        const std::string where = slice.kind == SliceKind::Units
                                      ? fmt::format("{}_{}' = 0", symbol(slice.coordinate),
                                                    slice.units[static_cast<std::size_t>(axis)])
                                      : fmt::format("s_{}' = 0", axis + 1);
        for (Matrix& curve : Tracer(f, slice.window, grid).curves()) {
            if (curve.cols() >= 2) {
                result.push_back({axis, false, false, where, std::move(curve)});
            }
        }
    }
    return result;
}

}  // namespace resdyn
