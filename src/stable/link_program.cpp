#include "link_program.hpp"

#include <cmath>
#include <limits>

#include "face_relaxation.hpp"
#include "infinity.hpp"

namespace resdyn {

namespace {

/// A range that loses less than this share is not tilted: that costs up to a pivot.
constexpr double least_change = 0.02;
/// Is `now` enough nearer to 0 than `posed`?
bool is_narrower(double now, double posed) {
    return posed != 0.0 && (now == 0.0 || std::abs(now) < (1.0 - least_change) * std::abs(posed));
}

}  // namespace

void LinkProgram::pose(const AffineRows& rows, const SearchNode& node) {
    units_ = rows.units;
    const auto units = static_cast<std::size_t>(units_);
    simplex.start(units_, 2 * units_);
    most_ = node.most;
    least_ = node.least;
    fixed_.assign(units, 0);
    equation_.assign(units, 0);
    std::vector<double> entries(units);
    for (const bool upper : {true, false}) {
        for (Index i = 0; i < units_; ++i) {
            const auto k = static_cast<std::size_t>(i);
            for (Index j = 0; j < units_; ++j) {
                entries[static_cast<std::size_t>(j)] = rows.weights[j * rows.stride + i];
            }
            const double half = 0.5 * (upper ? most_[k] : least_[k]);
            entries[k] += upper ? -half : half;
            simplex.add_row(entries, upper ? -infinity : half - rows.constant[i],
                            upper ? half - rows.constant[i] : infinity);
        }
    }
    follow(rows, node);
    simplex.load_basis(node.basis);
}

void LinkProgram::narrow(const AffineRows& rows, Index unit, bool high, double range) {
    const auto k = static_cast<std::size_t>(unit);
    double& posed = high ? most_[k] : least_[k];
    const double bound = 0.5 * range - rows.constant[unit];
    const bool taken =
        high ? simplex.tilt_row(upper_link(unit), unit, 0.5 * (posed - range), -infinity, bound)
             : simplex.tilt_row(lower_link(unit), unit, 0.5 * (range - posed), bound, infinity);
    if (taken) {
        posed = range;
    }
}

void LinkProgram::follow(const AffineRows& rows, const SearchNode& node) {
    for (Index i = 0; i < units_; ++i) {
        const auto k = static_cast<std::size_t>(i);
        const StateSet states = node.states[k];
        if (is_saturated(states)) {
            const bool high = states == only_high;
            if (fixed_[k] == 0) {
                simplex.fix_column(i, high ? 1.0 : -1.0);
                fixed_[k] = 1;
            }
            // The range is no news, and the sign may hold all over the box.
            simplex.drop_row(high ? upper_link(i) : lower_link(i));
            if ((high ? node.load[k] : -node.load[k]) >= node.slack[k]) {
                simplex.drop_row(high ? lower_link(i) : upper_link(i));
            }
            continue;
        }
        if (is_narrower(node.most[k], most_[k])) {
            narrow(rows, i, true, node.most[k]);
        }
        if (is_narrower(node.least[k], least_[k])) {
            narrow(rows, i, false, node.least[k]);
        }
        if (states == only_free && most_[k] == 0.0) {
            simplex.bound_row(upper_link(i), -rows.constant[i], -rows.constant[i]);
            equation_[k] = 1;
            simplex.drop_row(lower_link(i));
        }
    }
}

void LinkProgram::keep_basis(SearchNode& node) const {
    for (Index f = 0; f < 3 * units_; ++f) {
        node.basis[static_cast<std::size_t>(f)] = simplex.place(f);
    }
}

}  // namespace resdyn
