#include "exact.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

#include <resdyn/core/error.hpp>

#include "exact_rational.hpp"
#include "system_solutions.hpp"

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

}  // namespace

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

namespace {

/// M z = r after elimination.
struct Eliminated {
    IntegerMatrix A;  ///< M beside r.
    std::vector<Index> pivots;
    int determinant_sign = 1;
    Index n = 0;  ///< columns of M.

    Eliminated(const IntegerMatrix& M, const std::vector<Integer>& r)
        : A(augmented(M, r)), n(M.cols()) {
        pivots = echelon(A, n, determinant_sign);
    }
    Index rank() const { return static_cast<Index>(pivots.size()); }
    bool has_solution() const {
        for (Index i = rank(); i < A.rows(); ++i) {
            if (A(i, n) != 0) {
                return false;
            }
        }
        return true;
    }
};

/// M square and not singular.
Solution solution_of(const Eliminated& system) {
    const IntegerMatrix& A = system.A;
    const Index n = system.n;
    Solution solution;
    solution.determinant = 1;
    solution.determinant_sign = system.determinant_sign;
    if (n == 0) {
        return solution;
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

/// There is a solution.
AffineSpace space_of(const Eliminated& system) {
    const IntegerMatrix& A = system.A;
    const Index n = system.n;
    const std::vector<Index>& pivots = system.pivots;
    const Index rank_of_M = system.rank();
    std::vector<Index> free_columns;
    for (Index j = 0; j < n; ++j) {
        if (!std::binary_search(pivots.begin(), pivots.end(), j)) {
            free_columns.push_back(j);
        }
    }
    // With the free variables at 0, or one of them at 1, D z is a whole number, D the last pivot, a
    // minor of M (Cramer): back substitution without fractions.
    const Integer D = rank_of_M > 0 ? A(rank_of_M - 1, pivots.back()) : Integer(1);
    std::vector<Integer> z(static_cast<std::size_t>(n));
    const auto back_substitute = [&](Index column, int sign) {
        for (Index i = rank_of_M - 1; i >= 0; --i) {
            Integer sum = A(i, column) * D;
            if (sign < 0) {
                sum = -sum;
            }
            for (Index k = i + 1; k < rank_of_M; ++k) {
                const Index col = pivots[static_cast<std::size_t>(k)];
                sum -= A(i, col) * z[static_cast<std::size_t>(col)];
            }
            const Index col = pivots[static_cast<std::size_t>(i)];
            z[static_cast<std::size_t>(col)] = sum / A(i, col);
        }
        std::vector<Rational> values(static_cast<std::size_t>(n), Rational(0));
        for (const Index col : pivots) {
            const Integer& value = z[static_cast<std::size_t>(col)];
            if (value != 0) {
                values[static_cast<std::size_t>(col)] =
                    D > 0 ? Rational(value, D) : Rational(Integer(-value), Integer(-D));
            }
        }
        return values;
    };
    AffineSpace space;
    space.origin = back_substitute(n, 1);
    for (const Index column : free_columns) {
        space.directions.push_back(back_substitute(column, -1));
        space.directions.back()[static_cast<std::size_t>(column)] = 1;
    }
    return space;
}

}  // namespace

std::optional<Solution> solve(const IntegerMatrix& M, const std::vector<Integer>& r) {
    const Eliminated system(M, r);
    return system.rank() == M.rows() ? std::optional(solution_of(system)) : std::nullopt;
}

std::optional<AffineSpace> solution_space(const IntegerMatrix& M, const std::vector<Integer>& r) {
    const Eliminated system(M, r);
    return system.has_solution() ? std::optional(space_of(system)) : std::nullopt;
}

SystemSolutions all_solutions(const IntegerMatrix& M, const std::vector<Integer>& r) {
    const Eliminated system(M, r);
    if (system.rank() == M.rows()) {
        return solution_of(system);
    }
    return system.has_solution() ? SystemSolutions(space_of(system)) : SystemSolutions();
}

Index rank(const IntegerMatrix& M) {
    IntegerMatrix copy = M;
    int ignored = 1;
    return static_cast<Index>(echelon(copy, M.cols(), ignored).size());
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

double quotient(const Integer& a, const Integer& b) {
    return nearest_quotient(a, b, 0);
}

}  // namespace resdyn::exact
