// How a tableau changes in place: rows tilted, bounded and dropped, columns fixed.
#include <cmath>
#include <limits>

#include "infinity.hpp"
#include "stable/dense_simplex.hpp"

namespace resdyn {

namespace {

using Array = Eigen::Map<Eigen::ArrayXd>;
using ConstArray = Eigen::Map<const Eigen::ArrayXd>;

constexpr double least_tilted_pivot = 1e-2;

}  // namespace

bool DenseSimplex::tilt_row(Function f, Function by, double factor, double lower, double upper) {
    const Index row = where_[at(f)];
    const Index where = where_[at(by)];
    if (row == gone) {
        return false;
    }
    if (row >= 0) {
        value_[at(row)] += factor * value(by);
        if (where == gone) {
            offset_[at(row)] += factor * lower_[at(by)];
        } else if (where < 0) {
            column(-1 - where)[row] += factor;
        } else {
            for (Index j = 0; j < columns_; ++j) {
                column(j)[row] += factor * column(j)[where];
            }
            offset_[at(row)] += factor * offset_[at(where)];
        }
        row_lower_[at(row)] = lower;
        row_upper_[at(row)] = upper;
    } else {
        // f = f' − factor · by, in every row.
        const Index c = -1 - row;
        const Array own(column(c), height_);
        if (where == gone) {
            Array(offset_.data(), height_) -= factor * lower_[at(by)] * own;
        } else if (where < 0) {
            Array(column(-1 - where), height_) -= factor * own;
            cost_[at(-1 - where)] -= factor * cost_[at(c)];
        } else {
            const double divisor = 1.0 + factor * own[where];
            if (std::abs(divisor) < least_tilted_pivot) {
                return false;
            }
            const Eigen::ArrayXd change = factor * own;
            const double cost_change = factor * cost_[at(c)];
            const auto update = [&](double* target) {
                const double entry = target[where] / divisor;
                Array(target, height_) -= entry * change;
                target[where] = entry;
                return entry;
            };
            for (Index j = 0; j < columns_; ++j) {
                cost_[at(j)] -= cost_change * update(column(j));
            }
            update(offset_.data());
        }
        if ((at_upper_[at(c)] != 0 ? upper : lower) ==
            (at_upper_[at(c)] != 0 ? infinity : -infinity)) {
            at_upper_[at(c)] = static_cast<char>(at_upper_[at(c)] == 0);
        }
    }
    lower_[at(f)] = lower;
    upper_[at(f)] = upper;
    return true;
}

void DenseSimplex::bound_row(Function f, double lower, double upper) {
    lower_[at(f)] = lower;
    upper_[at(f)] = upper;
    const Index row = where_[at(f)];
    if (row >= 0) {
        row_lower_[at(row)] = lower;
        row_upper_[at(row)] = upper;
    }
}

void DenseSimplex::fix_column(Function f, double value) {
    bound_row(f, value, value);
    const Index where = where_[at(f)];
    if (where < 0 && where != gone) {
        remove_column(-1 - where);
    }
}

/// Of a function that is fixed for good.
void DenseSimplex::remove_column(Index c) {
    const Function f = nonbasic_[at(c)];
    Array(offset_.data(), height_) += lower_[at(f)] * ConstArray(column(c), height_);
    where_[at(f)] = gone;
    const Index last = --columns_;
    if (c != last) {
        Array(column(c), height_) = ConstArray(column(last), height_);
        cost_[at(c)] = cost_[at(last)];
        at_upper_[at(c)] = at_upper_[at(last)];
        nonbasic_[at(c)] = nonbasic_[at(last)];
        where_[at(nonbasic_[at(c)])] = -1 - c;
    }
    table_.resize(at(columns_ * stride_));
}

void DenseSimplex::drop_row(Function f) {
    const Index r = where_[at(f)];
    if (r < 0) {
        return;
    }
    where_[at(f)] = gone;
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
    row_lower_[at(r)] = row_lower_[at(last)];
    row_upper_[at(r)] = row_upper_[at(last)];
    row_lower_[at(last)] = -infinity;
    row_upper_[at(last)] = infinity;
    basic_[at(r)] = basic_[at(last)];
    basic_.pop_back();
    if (r != last) {
        where_[at(basic_[at(r)])] = r;
    }
    height_ = padded(rows_);
}

}  // namespace resdyn
