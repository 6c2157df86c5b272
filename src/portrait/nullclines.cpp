#include <resdyn/portrait/nullclines.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include <resdyn/core/error.hpp>

#include "zero_curves.hpp"

namespace resdyn {

namespace {

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
        for (Matrix& curve : zero_curves(f, slice.window, grid)) {
            result.push_back({axis, false, false, where, std::move(curve)});
        }
    }
    return result;
}

}  // namespace resdyn
