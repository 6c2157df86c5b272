#include "dense_simplex.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "infinity.hpp"

namespace resdyn {

namespace {

using Array = Eigen::Map<Eigen::ArrayXd, Eigen::AlignedMax>;
using ConstArray = Eigen::Map<const Eigen::ArrayXd, Eigen::AlignedMax>;

constexpr double feasible_within = 1e-9;
constexpr double least_pivot = 1e-7;
constexpr double least_loaded_pivot = 1e-3;
constexpr double least_cost = 1e-9;

/// In [1, 2), the same for every run.
double made_up_cost(Index f) {
    const auto bits = (static_cast<std::uint64_t>(f) + 1) * 0x9E3779B97F4A7C15U;
    return 1.0 + static_cast<double>(bits >> 40U) * 0x1p-24;
}

Index most_pivots(Index columns) {
    return 20 + 4 * columns;
}

}  // namespace

void DenseSimplex::start(Index columns, Index max_rows) {
    inputs_ = columns;
    columns_ = columns;
    rows_ = 0;
    height_ = 0;
    // An odd number of registers: entries of one row then lie in different sets of the cache.
    stride_ = padded(max_rows) | lanes;
    table_.assign(place_of(stride_ * columns), 0.0);
    offset_.assign(place_of(stride_), 0.0);
    cost_.assign(place_of(columns), 0.0);
    value_.assign(place_of(stride_), 0.0);
    row_lower_.assign(place_of(stride_), -infinity);
    row_upper_.assign(place_of(stride_), infinity);
    basic_.clear();
    nonbasic_.resize(place_of(columns));
    at_upper_.assign(place_of(columns), 0);
    where_.resize(place_of(columns));
    lower_.assign(place_of(columns), -1.0);
    upper_.assign(place_of(columns), 1.0);
    for (Index j = 0; j < columns; ++j) {
        nonbasic_[place_of(j)] = j;
        where_[place_of(j)] = -1 - j;
    }
    proof_row_ = -1;
    pivots = 0;
}

DenseSimplex::Function DenseSimplex::add_row(const std::vector<double>& coefficients, double lower,
                                             double upper) {
    for (Index j = 0; j < columns_; ++j) {
        column(j)[rows_] = coefficients[place_of(j)];
    }
    const Function f = inputs_ + rows_;
    basic_.push_back(f);
    where_.push_back(rows_);
    lower_.push_back(lower);
    upper_.push_back(upper);
    row_lower_[place_of(rows_)] = lower;
    row_upper_[place_of(rows_)] = upper;
    ++rows_;
    height_ = padded(rows_);
    return f;
}

double DenseSimplex::bound_of_column(Index c) const {
    const Function f = nonbasic_[place_of(c)];
    return at_upper_[place_of(c)] != 0 ? upper_[place_of(f)] : lower_[place_of(f)];
}

bool DenseSimplex::is_fixed(Index c) const {
    const Function f = nonbasic_[place_of(c)];
    return lower_[place_of(f)] == upper_[place_of(f)];
}

double DenseSimplex::value(Function f) const {
    const Index where = where_[place_of(f)];
    return where >= 0      ? value_[place_of(where)]
           : where == gone ? lower_[place_of(f)]
                           : bound_of_column(-1 - where);
}

DenseSimplex::Place DenseSimplex::place(Function f) const {
    const Index where = where_[place_of(f)];
    if (where == gone) {
        return f < inputs_ ? Place::AtLower : Place::Basic;
    }
    return where >= 0                             ? Place::Basic
           : at_upper_[place_of(-1 - where)] != 0 ? Place::AtUpper
                                                  : Place::AtLower;
}

double DenseSimplex::multiplier(Function f) const {
    const Index where = where_[place_of(f)];
    if (where == gone) {
        return 0.0;
    }
    if (proof_row_ < 0) {
        return where >= 0 ? 0.0 : cost_[place_of(-1 - where)];
    }
    // 0 = f_B − Σ T_j f_j, whose largest value by the bounds is below 0; or its negative.
    const double sign = proof_above_ ? 1.0 : -1.0;
    return where == proof_row_ ? sign : where >= 0 ? 0.0 : -sign * column(-1 - where)[proof_row_];
}

void DenseSimplex::compute_values() {
    Array values(value_.data(), height_);
    values = ConstArray(offset_.data(), height_);
    for (Index j = 0; j < columns_; ++j) {
        values += bound_of_column(j) * ConstArray(column(j), height_);
    }
}

void DenseSimplex::move_column(Index c, double by) {
    Array(value_.data(), height_) += by * ConstArray(column(c), height_);
}

/// The basic function of `r` and the nonbasic one of `c` change places. Values stay as they are.
void DenseSimplex::pivot(Index r, Index c) {
    ++pivots;
    cells += static_cast<std::uint64_t>(height_ * columns_);
    Array source(column(c), height_);
    const double inverse = 1.0 / source[r];
    const auto update = [&](double* target) {
        const double factor = -target[r] * inverse;
        Array(target, height_) += factor * source;
        target[r] = factor;
        return factor;
    };
    for (Index j = 0; j < columns_; ++j) {
        if (j != c && column(j)[r] != 0.0) {
            cost_[place_of(j)] += update(column(j)) * cost_[place_of(c)];
        }
    }
    if (offset_[place_of(r)] != 0.0) {
        update(offset_.data());
    }
    source *= inverse;
    source[r] = inverse;
    cost_[place_of(c)] *= inverse;
    std::swap(basic_[place_of(r)], nonbasic_[place_of(c)]);
    where_[place_of(basic_[place_of(r)])] = r;
    where_[place_of(nonbasic_[place_of(c)])] = -1 - c;
    row_lower_[place_of(r)] = lower_[place_of(basic_[place_of(r)])];
    row_upper_[place_of(r)] = upper_[place_of(basic_[place_of(r)])];
}

void DenseSimplex::load_basis(const std::vector<Place>& places) {
    const Index rows = rows_;
    std::vector<Function> functions(basic_.begin(), basic_.begin() + rows);
    for (const Function f : functions) {
        if (f < inputs_ || places[place_of(f)] == Place::Basic) {
            continue;
        }
        const Index r = where_[place_of(f)];
        Index best = -1;
        double largest = least_loaded_pivot;
        for (Index j = 0; j < columns_; ++j) {
            const Function g = nonbasic_[place_of(j)];
            const double size = std::abs(column(j)[r]);
            if (g < inputs_ && places[place_of(g)] == Place::Basic && size > largest) {
                largest = size;
                best = j;
            }
        }
        if (best >= 0) {
            pivot(r, best);
        }
    }
    for (Index j = 0; j < columns_; ++j) {
        const Function f = nonbasic_[place_of(j)];
        const bool upper = places[place_of(f)] == Place::AtUpper;
        at_upper_[place_of(j)] = static_cast<char>((upper && upper_[place_of(f)] < infinity) ||
                                                   lower_[place_of(f)] == -infinity);
    }
}

DenseSimplex::Outcome DenseSimplex::find_feasible() {
    proof_row_ = -1;
    least_way_ = 0.0;
    violation_.resize(place_of(stride_));
    for (Index j = columns_; j-- > 0;) {
        if (nonbasic_[place_of(j)] < inputs_ && is_fixed(j)) {
            remove_column(j);
        }
    }
    compute_values();
    for (Index j = 0; j < columns_; ++j) {
        const double size = made_up_cost(nonbasic_[place_of(j)]);
        cost_[place_of(j)] = at_upper_[place_of(j)] != 0 ? size : -size;
    }
    const ConstArray values(value_.data(), height_);
    const ConstArray lower(row_lower_.data(), height_);
    const ConstArray upper(row_upper_.data(), height_);
    for (Index left = most_pivots(columns_); left > 0; --left) {
        if (rows_ == 0) {
            return Outcome::Feasible;
        }
        // First the largest, a SIMD register at a time, then where it is: maxCoeff(&r) goes one by
        // one.
        Array violations(violation_.data(), height_);
        violations = (values - upper).max(lower - values);
        double violation = violations.maxCoeff();
        if (!(violation > feasible_within)) {  // nor where it is not a number
            return Outcome::Feasible;
        }
        const Index r = std::find(violation_.begin(), violation_.begin() + rows_, violation) -
                        violation_.begin();
        const Function leaving = basic_[place_of(r)];
        const bool above = value_[place_of(r)] > upper_[place_of(leaving)];
        const double sign = above ? -1.0 : 1.0;
        candidates_.clear();
        for (Index j = 0; j < columns_; ++j) {
            const double slope = (at_upper_[place_of(j)] != 0 ? -sign : sign) * column(j)[r];
            if (slope > least_pivot && !is_fixed(j)) {
                candidates_.push_back({std::abs(cost_[place_of(j)]) / slope, j});
            }
        }
        // Of the candidates few are wanted: a heap.
        const auto later = [](const Candidate& a, const Candidate& b) {
            return a.ratio != b.ratio ? a.ratio > b.ratio : a.column > b.column;
        };
        std::make_heap(candidates_.begin(), candidates_.end(), later);
        // Columns whose whole range does not yet repair the row go to their other bound.
        Index entering = -1;
        for (double ratio = 0.0; !candidates_.empty(); candidates_.pop_back()) {
            std::pop_heap(candidates_.begin(), candidates_.end(), later);
            const Index j = candidates_.back().column;
            least_way_ += violation * (candidates_.back().ratio - ratio);
            ratio = candidates_.back().ratio;
            const Function f = nonbasic_[place_of(j)];
            const double range = upper_[place_of(f)] - lower_[place_of(f)];
            violation -= std::abs(column(j)[r]) * range;
            if (violation < 0.0) {
                entering = j;
                break;
            }
            move_column(j, at_upper_[place_of(j)] != 0 ? -range : range);
            at_upper_[place_of(j)] = static_cast<char>(at_upper_[place_of(j)] == 0);
        }
        if (entering < 0) {
            proof_row_ = r;
            proof_above_ = above;
            return Outcome::Infeasible;
        }
        const double goal = above ? upper_[place_of(leaving)] : lower_[place_of(leaving)];
        const double by = (goal - value_[place_of(r)]) / column(entering)[r];
        const double entered = bound_of_column(entering) + by;
        move_column(entering, by);
        pivot(r, entering);
        value_[place_of(r)] = entered;
        at_upper_[place_of(entering)] = static_cast<char>(above);
    }
    return Outcome::Stopped;
}

void DenseSimplex::maximise(const Terms& objective, double enough) {
    proof_row_ = -1;
    std::fill(cost_.begin(), cost_.end(), 0.0);
    double reached = 0.0;
    for (const auto& [f, coefficient] : objective) {
        reached += coefficient * value(f);
        const Index where = where_[place_of(f)];
        if (where == gone) {
            continue;
        }
        if (where < 0) {
            cost_[place_of(-1 - where)] += coefficient;
            continue;
        }
        for (Index j = 0; j < columns_; ++j) {
            cost_[place_of(j)] += coefficient * column(j)[where];
        }
    }
    if (rows_ == 0) {
        return;
    }
    const ConstArray values(value_.data(), height_);
    const ConstArray lower(row_lower_.data(), height_);
    const ConstArray upper(row_upper_.data(), height_);
    Eigen::ArrayXd room(height_);
    for (Index left = most_pivots(columns_); left > 0 && reached <= enough; --left) {
        Index entering = -1;
        double steepest = 0.0;
        for (Index j = 0; j < columns_; ++j) {
            const double gain =
                at_upper_[place_of(j)] != 0 ? -cost_[place_of(j)] : cost_[place_of(j)];
            if (gain <= least_cost || is_fixed(j)) {
                continue;
            }
            const double slope =
                gain * gain / (1.0 + ConstArray(column(j), height_).square().sum());
            if (slope > steepest) {
                steepest = slope;
                entering = j;
            }
        }
        if (entering < 0) {
            return;
        }
        const double sign = at_upper_[place_of(entering)] != 0 ? -1.0 : 1.0;
        const ConstArray rate(column(entering), height_);
        room = (sign * rate > 0.0).select(upper, lower) - values;
        room = (rate.abs() > least_pivot).select((room / (sign * rate)).max(0.0), infinity);
        const double shortest = room.minCoeff();
        const Function f = nonbasic_[place_of(entering)];
        const double range = upper_[place_of(f)] - lower_[place_of(f)];
        if (range <= shortest) {
            if (range == infinity) {
                return;
            }
            move_column(entering, sign * range);
            at_upper_[place_of(entering)] = static_cast<char>(at_upper_[place_of(entering)] == 0);
            reached += range * std::abs(cost_[place_of(entering)]);
            continue;
        }
        // Of rows that end the step together, the largest pivot.
        Index r = 0;
        (room <= shortest + feasible_within).select(rate.abs(), -1.0).maxCoeff(&r);
        const bool above = sign * rate[r] > 0.0;
        const double entered = bound_of_column(entering) + sign * room[r];
        reached += room[r] * std::abs(cost_[place_of(entering)]);
        move_column(entering, sign * room[r]);
        pivot(r, entering);
        value_[place_of(r)] = entered;
        at_upper_[place_of(entering)] = static_cast<char>(above);
    }
}

}  // namespace resdyn
