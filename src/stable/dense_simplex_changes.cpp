// How a tableau changes in place: rows tilted, bounded and dropped, columns fixed.
#include <cmath>
#include <limits>

#include "dense_simplex.hpp"
#include "infinity.hpp"

namespace resdyn {

namespace {

using Array = Eigen::Map<Eigen::ArrayXd, Eigen::AlignedMax>;
using ConstArray = Eigen::Map<const Eigen::ArrayXd, Eigen::AlignedMax>;

constexpr double least_tilted_pivot = 1e-2;

}  // namespace

bool DenseSimplex::tilt_row(Function f, Function by, double factor, double lower, double upper) {
    const Index row = where_[place_of(f)];
    const Index where = where_[place_of(by)];
    if (row == gone) {
        return false;
    }
    if (row >= 0) {
        value_[place_of(row)] += factor * value(by);
        if (where == gone) {
            offset_[place_of(row)] += factor * lower_[place_of(by)];
        } else if (where < 0) {
            column(-1 - where)[row] += factor;
        } else {
            for (Index j = 0; j < columns_; ++j) {
                column(j)[row] += factor * column(j)[where];
            }
            offset_[place_of(row)] += factor * offset_[place_of(where)];
        }
        row_lower_[place_of(row)] = lower;
        row_upper_[place_of(row)] = upper;
    } else {
        // f = f' − factor · by, in every row.
        const Index c = -1 - row;
        const Array own(column(c), height_);
        if (where == gone) {
            Array(offset_.data(), height_) -= factor * lower_[place_of(by)] * own;
        } else if (where < 0) {
            Array(column(-1 - where), height_) -= factor * own;
            cost_[place_of(-1 - where)] -= factor * cost_[place_of(c)];
        } else {
            const double divisor = 1.0 + factor * own[where];
            if (std::abs(divisor) < least_tilted_pivot) {
                return false;
            }
            const Eigen::ArrayXd change = factor * own;
            const double cost_change = factor * cost_[place_of(c)];
            const auto update = [&](double* target) {
                const double entry = target[where] / divisor;
                Array(target, height_) -= entry * change;
                target[where] = entry;
                return entry;
            };
            for (Index j = 0; j < columns_; ++j) {
                cost_[place_of(j)] -= cost_change * update(column(j));
            }
            update(offset_.data());
        }
        if ((at_upper_[place_of(c)] != 0 ? upper : lower) ==
            (at_upper_[place_of(c)] != 0 ? infinity : -infinity)) {
            at_upper_[place_of(c)] = static_cast<char>(at_upper_[place_of(c)] == 0);
        }
    }
    lower_[place_of(f)] = lower;
    upper_[place_of(f)] = upper;
    return true;
}

void DenseSimplex::bound_row(Function f, double lower, double upper) {
    lower_[place_of(f)] = lower;
    upper_[place_of(f)] = upper;
    const Index row = where_[place_of(f)];
    if (row >= 0) {
        row_lower_[place_of(row)] = lower;
        row_upper_[place_of(row)] = upper;
    }
}

void DenseSimplex::fix_column(Function f, double value) {
    bound_row(f, value, value);
    const Index where = where_[place_of(f)];
    if (where < 0 && where != gone) {
        remove_column(-1 - where);
    }
}

/// Of a function that is fixed for good.
void DenseSimplex::remove_column(Index c) {
    const Function f = nonbasic_[place_of(c)];
    Array(offset_.data(), height_) += lower_[place_of(f)] * ConstArray(column(c), height_);
    where_[place_of(f)] = gone;
    const Index last = --columns_;
    if (c != last) {
        Array(column(c), height_) = ConstArray(column(last), height_);
        cost_[place_of(c)] = cost_[place_of(last)];
        at_upper_[place_of(c)] = at_upper_[place_of(last)];
        nonbasic_[place_of(c)] = nonbasic_[place_of(last)];
        where_[place_of(nonbasic_[place_of(c)])] = -1 - c;
    }
    table_.resize(place_of(columns_ * stride_));
}

void DenseSimplex::drop_row(Function f) {
    const Index r = where_[place_of(f)];
    if (r < 0) {
        return;
    }
    where_[place_of(f)] = gone;
    const Index last = --rows_;
    const auto move = [&](double* column) {
        column[r] = column[last];
        column[last] = 0.0;
    };
    for (Index j = 0; j < columns_; ++j) {
        move(column(j));
    }
    move(offset_.data());
    move(value_.data());
    row_lower_[place_of(r)] = row_lower_[place_of(last)];
    row_upper_[place_of(r)] = row_upper_[place_of(last)];
    row_lower_[place_of(last)] = -infinity;
    row_upper_[place_of(last)] = infinity;
    basic_[place_of(r)] = basic_[place_of(last)];
    basic_.pop_back();
    if (r != last) {
        where_[place_of(basic_[place_of(r)])] = r;
    }
    height_ = padded(rows_);
}

}  // namespace resdyn
