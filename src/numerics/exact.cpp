#include <resdyn/numerics/exact.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

#include <resdyn/core/error.hpp>
#include <resdyn/numerics/exact_half_spaces.hpp>

namespace resdyn::exact {

namespace {

/// m · 2^exponent = value with m a whole number (m = 0 for 0).
struct BinaryNumber {
    long long mantissa;
    int exponent;
};

BinaryNumber binary_number(double value) {
    int exponent = 0;
    const double fraction = std::frexp(value, &exponent);
    auto mantissa = static_cast<long long>(std::ldexp(fraction, 53));
    exponent -= 53;
    while (mantissa != 0 && mantissa % 2 == 0) {
        mantissa /= 2;
        ++exponent;
    }
    return {mantissa, exponent};
}

/// Row echelon form over the integers with Bareiss' exact divisions. Returns the pivot columns.
std::vector<Index> echelon(IntegerMatrix& M, Index columns, int& determinant_sign) {
    std::vector<Index> pivots;
    Integer previous = 1;
    determinant_sign = 1;
    Index row = 0;
    for (Index col = 0; col < columns && row < M.rows(); ++col) {
        Index pivot = row;
        while (pivot < M.rows() && M(pivot, col) == 0) {
            ++pivot;
        }
        if (pivot == M.rows()) {
            continue;
        }
        if (pivot != row) {
            for (Index j = 0; j < M.cols(); ++j) {
                std::swap(M(row, j), M(pivot, j));
            }
            determinant_sign = -determinant_sign;
        }
        for (Index i = row + 1; i < M.rows(); ++i) {
            for (Index j = col + 1; j < M.cols(); ++j) {
                M(i, j) = (M(row, col) * M(i, j) - M(i, col) * M(row, j)) / previous;
            }
            M(i, col) = 0;
        }
        previous = M(row, col);
        pivots.push_back(col);
        ++row;
    }
    return pivots;
}

IntegerMatrix augmented(const IntegerMatrix& M, const std::vector<Integer>& r) {
    IntegerMatrix A(M.rows(), M.cols() + 1);
    for (Index i = 0; i < M.rows(); ++i) {
        for (Index j = 0; j < M.cols(); ++j) {
            A(i, j) = M(i, j);
        }
        A(i, M.cols()) = r[static_cast<std::size_t>(i)];
    }
    return A;
}

/// max e subject to T x + e·1 ≤ s, x ≥ 0, e ≥ 0 with s ≥ 0, by the simplex method on a dictionary;
/// stops as soon as e > goal. Rows that are `exempt` (empty: none) hold without the margin e; the
/// others must bound it. Returns (e, x).
struct Margin {
    Rational e;
    std::vector<Rational> x;
};

Margin largest_margin(const std::vector<std::vector<Rational>>& T, const std::vector<Rational>& s,
                      const Rational& goal, const std::vector<bool>& exempt = {}) {
    const std::size_t m = T.size();
    const std::size_t n = T.front().size() + 1;  // the last variable is e
    // Dictionary: basic_i = rhs_i − Σ a_ij nonbasic_j; objective = value + Σ c_j nonbasic_j.
    std::vector<std::vector<Rational>> a(m, std::vector<Rational>(n));
    std::vector<Rational> rhs = s;
    std::vector<Rational> c(n, Rational(0));
    Rational value = 0;
    c[n - 1] = 1;
    std::vector<std::size_t> nonbasic(n);
    std::vector<std::size_t> basic(m);
    for (std::size_t j = 0; j < n; ++j) {
        nonbasic[j] = j;
    }
    for (std::size_t i = 0; i < m; ++i) {
        basic[i] = n + i;
        for (std::size_t j = 0; j + 1 < n; ++j) {
            a[i][j] = T[i][j];
        }
        a[i][n - 1] = exempt.empty() || !exempt[i] ? 1 : 0;
    }
    while (value <= goal) {
        // Bland: the entering variable of smallest number with a positive coefficient.
        std::size_t enter = n;
        for (std::size_t j = 0; j < n; ++j) {
            if (c[j] > 0 && (enter == n || nonbasic[j] < nonbasic[enter])) {
                enter = j;
            }
        }
        if (enter == n) {
            break;  // optimal
        }
        std::size_t leave = m;
        for (std::size_t i = 0; i < m; ++i) {
            if (a[i][enter] <= 0) {
                continue;
            }
            if (leave == m) {
                leave = i;
                continue;
            }
            const Rational difference = rhs[i] * a[leave][enter] - rhs[leave] * a[i][enter];
            if (difference < 0 || (difference == 0 && basic[i] < basic[leave])) {
                leave = i;
            }
        }
        // Bounded by construction (e is at most half the width of the cube): leave exists.
        const Rational pivot = a[leave][enter];
        for (std::size_t j = 0; j < n; ++j) {
            a[leave][j] = j == enter ? Rational(1 / pivot) : Rational(a[leave][j] / pivot);
        }
        rhs[leave] /= pivot;
        for (std::size_t i = 0; i < m; ++i) {
            if (i == leave || a[i][enter] == 0) {
                continue;
            }
            const Rational factor = a[i][enter];
            for (std::size_t j = 0; j < n; ++j) {
                a[i][j] = j == enter ? Rational(-factor * a[leave][j])
                                     : Rational(a[i][j] - factor * a[leave][j]);
            }
            rhs[i] -= factor * rhs[leave];
        }
        const Rational factor = c[enter];
        for (std::size_t j = 0; j < n; ++j) {
            c[j] = j == enter ? Rational(-factor * a[leave][j])
                              : Rational(c[j] - factor * a[leave][j]);
        }
        value += factor * rhs[leave];
        std::swap(basic[leave], nonbasic[enter]);
    }
    Margin margin{value, std::vector<Rational>(n - 1, Rational(0))};
    for (std::size_t i = 0; i < m; ++i) {
        if (basic[i] < n - 1) {
            margin.x[basic[i]] = rhs[i];
        }
    }
    return margin;
}

}  // namespace

Rational HalfSpace::slope(const std::vector<Rational>& direction) const {
    Rational sum = 0;
    for (std::size_t i = 0; i < normal.size(); ++i) {
        sum += Rational(normal[i]) * direction[i];
    }
    return sum;
}

IntegerMatrix::IntegerMatrix(Index rows, Index cols)
    : rows_(rows), cols_(cols), entries_(static_cast<std::size_t>(rows * cols)) {}

BinaryMatrix binary_matrix(const Matrix& matrix) {
    if (!matrix.allFinite()) {
        reject_argument("binary_matrix", "finite numbers", "NaN or infinity");
    }
    int lowest = std::numeric_limits<int>::max();
    for (Index j = 0; j < matrix.cols(); ++j) {
        for (Index i = 0; i < matrix.rows(); ++i) {
            const BinaryNumber b = binary_number(matrix(i, j));
            if (b.mantissa != 0) {
                lowest = std::min(lowest, b.exponent);
            }
        }
    }
    BinaryMatrix result{IntegerMatrix(matrix.rows(), matrix.cols()), 0};
    if (lowest == std::numeric_limits<int>::max()) {
        return result;  // the zero matrix
    }
    result.exponent = lowest;
    for (Index j = 0; j < matrix.cols(); ++j) {
        for (Index i = 0; i < matrix.rows(); ++i) {
            const BinaryNumber b = binary_number(matrix(i, j));
            if (b.mantissa != 0) {
                result.entries(i, j) = Integer(b.mantissa) << (b.exponent - lowest);
            }
        }
    }
    return result;
}

IntegerMatrix multiply(const IntegerMatrix& a, const IntegerMatrix& b) {
    IntegerMatrix c(a.rows(), b.cols());
    for (Index i = 0; i < a.rows(); ++i) {
        for (Index k = 0; k < a.cols(); ++k) {
            for (Index j = 0; j < b.cols(); ++j) {
                c(i, j) += a(i, k) * b(k, j);
            }
        }
    }
    return c;
}

std::optional<Solution> solve(const IntegerMatrix& M, const std::vector<Integer>& r) {
    const Index n = M.rows();
    Solution solution;
    solution.determinant = 1;
    if (n == 0) {
        return solution;
    }
    IntegerMatrix A = augmented(M, r);
    const auto pivots = echelon(A, n, solution.determinant_sign);
    if (static_cast<Index>(pivots.size()) < n) {
        return std::nullopt;
    }
    // A(n−1, n−1) is ± det M, and det·z is a whole number (Cramer): exact back substitution.
    const Integer det = A(n - 1, n - 1);
    solution.numerators.resize(static_cast<std::size_t>(n));
    for (Index i = n - 1; i >= 0; --i) {
        Integer sum = A(i, n) * det;
        for (Index j = i + 1; j < n; ++j) {
            sum -= A(i, j) * solution.numerators[static_cast<std::size_t>(j)];
        }
        solution.numerators[static_cast<std::size_t>(i)] = sum / A(i, i);
    }
    if (det < 0) {
        solution.determinant_sign = -solution.determinant_sign;
        for (Integer& z : solution.numerators) {
            z = -z;
        }
    }
    solution.determinant = abs(det);
    return solution;
}

Index rank(const IntegerMatrix& M) {
    IntegerMatrix copy = M;
    int ignored = 1;
    return static_cast<Index>(echelon(copy, M.cols(), ignored).size());
}

std::optional<AffineSpace> solution_space(const IntegerMatrix& M, const std::vector<Integer>& r) {
    const Index n = M.cols();
    IntegerMatrix A = augmented(M, r);
    int ignored = 1;
    const std::vector<Index> pivots = echelon(A, n, ignored);
    const auto rank_of_M = static_cast<Index>(pivots.size());
    for (Index i = rank_of_M; i < A.rows(); ++i) {
        if (A(i, n) != 0) {
            return std::nullopt;
        }
    }
    std::vector<Index> free_columns;
    for (Index j = 0; j < n; ++j) {
        if (!std::binary_search(pivots.begin(), pivots.end(), j)) {
            free_columns.push_back(j);
        }
    }
    // Back substitution for one choice of the free variables.
    const auto back_substitute = [&](const std::vector<Rational>& free_values, bool homogeneous) {
        std::vector<Rational> z(static_cast<std::size_t>(n), Rational(0));
        for (std::size_t k = 0; k < free_columns.size(); ++k) {
            z[static_cast<std::size_t>(free_columns[k])] = free_values[k];
        }
        for (Index i = rank_of_M - 1; i >= 0; --i) {
            const Index col = pivots[static_cast<std::size_t>(i)];
            Rational sum = homogeneous ? Rational(0) : Rational(A(i, n));
            for (Index j = col + 1; j < n; ++j) {
                sum -= Rational(A(i, j)) * z[static_cast<std::size_t>(j)];
            }
            z[static_cast<std::size_t>(col)] = sum / Rational(A(i, col));
        }
        return z;
    };
    AffineSpace space;
    std::vector<Rational> free_values(free_columns.size(), Rational(0));
    space.origin = back_substitute(free_values, false);
    for (std::size_t k = 0; k < free_columns.size(); ++k) {
        free_values.assign(free_columns.size(), Rational(0));
        free_values[k] = 1;
        space.directions.push_back(back_substitute(free_values, true));
    }
    return space;
}

IntegerMatrix solvability_conditions(const IntegerMatrix& M, const IntegerMatrix& C) {
    const Index n = M.rows();
    IntegerMatrix A(n, n + C.cols());
    for (Index i = 0; i < n; ++i) {
        for (Index j = 0; j < n; ++j) {
            A(i, j) = M(i, j);
        }
        for (Index j = 0; j < C.cols(); ++j) {
            A(i, n + j) = C(i, j);
        }
    }
    int ignored = 1;
    const auto rank_of_M = static_cast<Index>(echelon(A, n, ignored).size());
    IntegerMatrix conditions(n - rank_of_M, C.cols());
    for (Index i = rank_of_M; i < n; ++i) {
        for (Index j = 0; j < C.cols(); ++j) {
            conditions(i - rank_of_M, j) = A(i, n + j);
        }
    }
    return conditions;
}

std::optional<std::vector<Rational>> point_inside(const AffineSpace& space, const Rational& lower,
                                                  const Rational& upper) {
    const std::size_t n = space.origin.size();
    const std::size_t k = space.directions.size();
    const Rational middle = (lower + upper) / 2;
    // Start the free variables at the middle of the cube: for loose faces that is inside already.
    // (solution_space makes each direction a unit vector on its own free variable.)
    std::vector<Rational> base = space.origin;
    for (const std::vector<Rational>& direction : space.directions) {
        for (std::size_t i = 0; i < n; ++i) {
            base[i] += middle * direction[i];
        }
    }
    Rational slack = upper - lower;
    for (const Rational& z : base) {
        slack = std::min({slack, Rational(z - lower), Rational(upper - z)});
    }
    if (slack > 0) {
        return base;
    }
    // Maximise the slack over t = p − q, p, q ≥ 0: lower + slack + e ≤ z(t) ≤ upper − slack − e.
    std::vector<std::vector<Rational>> T;
    std::vector<Rational> s;
    for (std::size_t i = 0; i < n; ++i) {
        std::vector<Rational> below(2 * k);
        std::vector<Rational> above(2 * k);
        for (std::size_t j = 0; j < k; ++j) {
            below[j] = -space.directions[j][i];
            below[k + j] = space.directions[j][i];
            above[j] = space.directions[j][i];
            above[k + j] = -space.directions[j][i];
        }
        T.push_back(std::move(below));
        s.emplace_back(base[i] - lower - slack);
        T.push_back(std::move(above));
        s.emplace_back(upper - slack - base[i]);
    }
    const Margin margin = largest_margin(T, s, -slack);
    if (margin.e + slack <= 0) {
        return std::nullopt;
    }
    for (std::size_t j = 0; j < k; ++j) {
        const Rational t = margin.x[j] - margin.x[k + j];
        for (std::size_t i = 0; i < n; ++i) {
            base[i] += t * space.directions[j][i];
        }
    }
    return base;
}

std::optional<std::vector<Rational>> point_inside(const AffineSpace& space, const Rational& lower,
                                                  const Rational& upper,
                                                  const std::vector<HalfSpace>& closed) {
    auto point = point_inside(space, lower, upper);
    if (!point) {
        return std::nullopt;
    }
    const auto worst = [&] {
        Rational least = 0;
        for (const HalfSpace& half : closed) {
            least = std::min(least, half.value(*point));
        }
        return least;
    };
    const Rational start = worst();
    if (start == 0) {
        return point;
    }
    // z(t) = point + directions t, t = p − q with p, q ≥ 0, in two rounds that keep lower ≤ z ≤
    // upper: raise the least of the half-spaces' values from `start` to 0; then, with all of them
    // held ≥ 0, raise the distance from both levels above 0.
    const std::size_t n = space.origin.size();
    const std::size_t k = space.directions.size();
    const auto raise = [&](bool distance, const Rational& shift, const Rational& goal) {
        std::vector<std::vector<Rational>> T;
        std::vector<Rational> s;
        std::vector<bool> exempt;
        const auto add = [&](const auto& slope, const Rational& room, bool without_margin) {
            std::vector<Rational> row(2 * k);
            for (std::size_t j = 0; j < k; ++j) {
                row[j] = -slope(space.directions[j]);
                row[k + j] = -row[j];
            }
            T.push_back(std::move(row));
            s.push_back(room);
            exempt.push_back(without_margin);
        };
        for (std::size_t i = 0; i < n; ++i) {
            add([i](const auto& d) { return d[i]; }, (*point)[i] - lower, !distance);
            add([i](const auto& d) { return Rational(-d[i]); }, upper - (*point)[i], !distance);
        }
        for (const HalfSpace& half : closed) {
            add([&half](const auto& d) { return half.slope(d); }, half.value(*point) - shift,
                distance);
        }
        const Margin margin = largest_margin(T, s, goal, exempt);
        for (std::size_t j = 0; j < k; ++j) {
            const Rational t = margin.x[j] - margin.x[k + j];
            for (std::size_t i = 0; i < n; ++i) {
                (*point)[i] += t * space.directions[j][i];
            }
        }
        return margin.e;
    };
    if (raise(false, start, -start) + start < 0 || raise(true, 0, 0) <= 0) {
        return std::nullopt;
    }
    return point;
}

double quotient(const Integer& a, const Integer& b) {
    if (a == 0) {
        return 0.0;
    }
    // Scale so that the integer quotient has 63 bits or 64: more than a double holds. With a sticky
    // last bit for the rest, the machine's conversion from 64 bits rounds to nearest.
    const Integer magnitude = abs(a);
    const int shift = static_cast<int>(msb(b)) - static_cast<int>(msb(magnitude)) + 63;
    Integer numerator = magnitude;
    Integer denominator = b;
    if (shift > 0) {
        numerator <<= shift;
    } else {
        denominator <<= -shift;
    }
    Integer ratio;
    Integer remainder;
    divide_qr(numerator, denominator, ratio, remainder);
    auto bits = static_cast<std::uint64_t>(ratio);
    bits |= remainder != 0 ? 1U : 0U;
    const double value = std::ldexp(static_cast<double>(bits), -shift);
    return a < 0 ? -value : value;
}

}  // namespace resdyn::exact
