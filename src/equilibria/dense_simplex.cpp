#include "dense_simplex.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace resdyn {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double feasible_within = 1e-9;
constexpr double least_pivot = 1e-7;
constexpr double least_cost = 1e-9;
constexpr Index lanes = 8;

std::size_t at(Index k) {
    return static_cast<std::size_t>(k);
}

/// In [1, 2), the same for every run.
double made_up_cost(Index f) {
    const auto bits = (static_cast<std::uint64_t>(f) + 1) * 0x9E3779B97F4A7C15U;
    return 1.0 + static_cast<double>(bits >> 40U) * 0x1p-24;
}

}  // namespace

void DenseSimplex::start(Index columns) {
    columns_ = columns;
    rows_ = 0;
    stride_ = (columns + lanes - 1) / lanes * lanes;
    table_.assign(at(stride_), 0.0);
    basic_.clear();
    nonbasic_.resize(at(columns));
    at_upper_.assign(at(columns), 0);
    where_.resize(at(columns));
    lower_.assign(at(columns), -1.0);
    upper_.assign(at(columns), 1.0);
    for (Index j = 0; j < columns; ++j) {
        nonbasic_[at(j)] = j;
        where_[at(j)] = -1 - j;
    }
    proof_row_ = -1;
}

DenseSimplex::Function DenseSimplex::add_row(const double* coefficients, double lower,
                                             double upper) {
    const Function f = columns_ + rows_;
    std::copy(coefficients, coefficients + columns_, row(rows_));
    basic_.push_back(f);
    where_.push_back(rows_);
    lower_.push_back(lower);
    upper_.push_back(upper);
    ++rows_;
    table_.resize(at((rows_ + 1) * stride_), 0.0);
    return f;
}

double DenseSimplex::bound_of_column(Index column) const {
    const Function f = nonbasic_[at(column)];
    return at_upper_[at(column)] != 0 ? upper_[at(f)] : lower_[at(f)];
}

double DenseSimplex::range_of(Function f) const {
    return upper_[at(f)] - lower_[at(f)];
}

double DenseSimplex::value(Function f) const {
    const Index where = where_[at(f)];
    return where >= 0 ? value_[at(where)] : bound_of_column(-1 - where);
}

DenseSimplex::Place DenseSimplex::place(Function f) const {
    const Index where = where_[at(f)];
    return where >= 0                        ? Place::Basic
           : at_upper_[at(-1 - where)] != 0 ? Place::AtUpper
                                             : Place::AtLower;
}

double DenseSimplex::multiplier(Function f) const {
    const Index where = where_[at(f)];
    if (proof_row_ < 0) {
        return where >= 0 ? 0.0 : row(rows_)[-1 - where];
    }
    // 0 = f_B − Σ T_j f_j, whose largest value by the bounds is below 0; or its negative.
    const double sign = proof_above_ ? 1.0 : -1.0;
    return where == proof_row_ ? sign : where >= 0 ? 0.0 : -sign * row(proof_row_)[-1 - where];
}

void DenseSimplex::compute_values() {
    std::vector<double> x(at(stride_), 0.0);
    for (Index j = 0; j < columns_; ++j) {
        x[at(j)] = bound_of_column(j);
    }
    value_.resize(at(rows_));
    const Eigen::Map<const Vector> point(x.data(), stride_);
    for (Index r = 0; r < rows_; ++r) {
        value_[at(r)] = Eigen::Map<const Vector>(row(r), stride_).dot(point);
    }
}

void DenseSimplex::move_column(Index column, double by) {
    const double* entry = &table_[at(column)];
    for (Index r = 0; r < rows_; ++r, entry += stride_) {
        value_[at(r)] += by * *entry;
    }
}

/// The basic function of `r` and the nonbasic one of `c` change places. Values stay as they are.
void DenseSimplex::pivot(Index r, Index c) {
    ++pivots;
    double* pivot_row = row(r);
    const double inverse = 1.0 / pivot_row[c];
    pivot_row[c] = -1.0;
    Eigen::Map<Vector> source(pivot_row, stride_);
    source *= -inverse;
    for (Index i = 0; i <= rows_; ++i) {
        double* target = row(i);
        const double factor = target[c];
        if (i == r || factor == 0.0) {
            continue;
        }
        target[c] = 0.0;
        Eigen::Map<Vector>(target, stride_) += factor * source;
    }
    std::swap(basic_[at(r)], nonbasic_[at(c)]);
    where_[at(basic_[at(r)])] = r;
    where_[at(nonbasic_[at(c)])] = -1 - c;
}

void DenseSimplex::load_basis(const std::vector<Place>& places) {
    std::fill_n(row(rows_), stride_, 0.0);
    for (Function f = columns_; f < columns_ + rows_; ++f) {
        if (places[at(f)] == Place::Basic) {
            continue;
        }
        const Index r = where_[at(f)];
        Index best = -1;
        double largest = 1e-3;
        for (Index j = 0; j < columns_; ++j) {
            const Function g = nonbasic_[at(j)];
            if (g < columns_ && places[at(g)] == Place::Basic && std::abs(row(r)[j]) > largest) {
                largest = std::abs(row(r)[j]);
                best = j;
            }
        }
        if (best >= 0) {
            pivot(r, best);
        }
    }
    for (Index j = 0; j < columns_; ++j) {
        const Function f = nonbasic_[at(j)];
        const bool upper = places[at(f)] == Place::AtUpper;
        at_upper_[at(j)] = (upper && upper_[at(f)] < infinity) || lower_[at(f)] == -infinity;
    }
}

DenseSimplex::Outcome DenseSimplex::find_feasible() {
    proof_row_ = -1;
    compute_values();
    double* cost = row(rows_);
    for (Index j = 0; j < columns_; ++j) {
        const double size = made_up_cost(nonbasic_[at(j)]);
        cost[j] = at_upper_[at(j)] != 0 ? size : -size;
    }
    const Index most_pivots = 20 + 4 * columns_;
    for (Index done = 0; done < most_pivots; ++done) {
        Index r = -1;
        double worst = feasible_within;
        for (Index i = 0; i < rows_; ++i) {
            const Function f = basic_[at(i)];
            const double off =
                std::max(value_[at(i)] - upper_[at(f)], lower_[at(f)] - value_[at(i)]);
            if (off > worst) {
                worst = off;
                r = i;
            }
        }
        if (r < 0) {
            return Outcome::Feasible;
        }
        const Function leaving = basic_[at(r)];
        const bool above = value_[at(r)] > upper_[at(leaving)];
        const double sign = above ? -1.0 : 1.0;
        candidates_.clear();
        for (Index j = 0; j < columns_; ++j) {
            const double slope = at_upper_[at(j)] != 0 ? -sign * row(r)[j] : sign * row(r)[j];
            if (slope > least_pivot && range_of(nonbasic_[at(j)]) > 0.0) {
                candidates_.push_back({std::abs(cost[j]) / slope, j});
            }
        }
        std::sort(candidates_.begin(), candidates_.end(),
                  [](const Candidate& a, const Candidate& b) {
                      return a.ratio != b.ratio ? a.ratio < b.ratio : a.column < b.column;
                  });
        // Columns whose whole range does not yet repair the row go to their other bound.
        double left = worst;
        Index entering = -1;
        std::size_t flips = 0;
        for (; flips < candidates_.size(); ++flips) {
            const Index j = candidates_[flips].column;
            const double gain = std::abs(row(r)[j]) * range_of(nonbasic_[at(j)]);
            if (left - gain < 0.0) {
                entering = j;
                break;
            }
            left -= gain;
        }
        if (entering < 0) {
            proof_row_ = r;
            proof_above_ = above;
            return Outcome::Infeasible;
        }
        for (std::size_t k = 0; k < flips; ++k) {
            const Index j = candidates_[k].column;
            const double range = range_of(nonbasic_[at(j)]);
            move_column(j, at_upper_[at(j)] != 0 ? -range : range);
            at_upper_[at(j)] = static_cast<char>(at_upper_[at(j)] == 0);
        }
        const double goal = above ? upper_[at(leaving)] : lower_[at(leaving)];
        const double by = (goal - value_[at(r)]) / row(r)[entering];
        const double entered = bound_of_column(entering) + by;
        move_column(entering, by);
        pivot(r, entering);
        value_[at(r)] = entered;
        at_upper_[at(entering)] = static_cast<char>(above);
    }
    return Outcome::Stopped;
}

void DenseSimplex::maximise(const Terms& objective) {
    proof_row_ = -1;
    double* cost = row(rows_);
    std::fill_n(cost, stride_, 0.0);
    for (const auto& [f, coefficient] : objective) {
        const Index where = where_[at(f)];
        if (where < 0) {
            cost[-1 - where] += coefficient;
        } else {
            Eigen::Map<Vector>(cost, stride_) +=
                coefficient * Eigen::Map<const Vector>(row(where), stride_);
        }
    }
    const Index most_pivots = 20 + 4 * columns_;
    for (Index done = 0; done < most_pivots; ++done) {
        Index entering = -1;
        double steepest = least_cost;
        for (Index j = 0; j < columns_; ++j) {
            const double gain = at_upper_[at(j)] != 0 ? -cost[j] : cost[j];
            if (gain > steepest && range_of(nonbasic_[at(j)]) > 0.0) {
                steepest = gain;
                entering = j;
            }
        }
        if (entering < 0) {
            return;
        }
        const double sign = at_upper_[at(entering)] != 0 ? -1.0 : 1.0;
        double step = range_of(nonbasic_[at(entering)]);
        Index r = -1;
        bool above = false;
        for (Index i = 0; i < rows_; ++i) {
            const double rate = sign * row(i)[entering];
            const Function f = basic_[at(i)];
            if (std::abs(rate) < least_pivot) {
                continue;
            }
            const double goal = rate > 0.0 ? upper_[at(f)] : lower_[at(f)];
            const double room = std::max((goal - value_[at(i)]) / rate, 0.0);
            // Of rows that end the step together, the largest pivot.
            if (room < step - feasible_within ||
                (r >= 0 && room <= step + feasible_within &&
                 std::abs(rate) > std::abs(row(r)[entering]))) {
                step = room;
                r = i;
                above = rate > 0.0;
            }
        }
        move_column(entering, sign * step);
        if (r < 0) {
            at_upper_[at(entering)] = static_cast<char>(at_upper_[at(entering)] == 0);
            continue;
        }
        const double entered = bound_of_column(entering) + sign * step;
        pivot(r, entering);
        value_[at(r)] = entered;
        at_upper_[at(entering)] = static_cast<char>(above);
    }
}

bool DenseSimplex::shift_row(Function f, Function column, double factor, double lower,
                             double upper) {
    const Index r = where_[at(f)];
    if (r < 0) {
        return false;
    }
    const Index where = where_[at(column)];
    value_[at(r)] += factor * value(column);
    if (where < 0) {
        row(r)[-1 - where] += factor;
    } else {
        Eigen::Map<Vector>(row(r), stride_) +=
            factor * Eigen::Map<const Vector>(row(where), stride_);
    }
    lower_[at(f)] = lower;
    upper_[at(f)] = upper;
    return true;
}

}  // namespace resdyn
