/// @file
/// Exact linear algebra on stored doubles. A double is a binary rational, so a matrix of doubles is
/// an integer matrix times a power of two, and what the theory asks of it (singular or not, signs,
/// solutions, feasibility) can be decided without rounding.
///
/// Methods: fraction-free elimination (Bareiss, Math. Comp. 22, 1968, 565–578); the simplex method
/// with Bland's rule (Math. Oper. Res. 2, 1977, 103–107), which cannot cycle. Costs grow with the
/// bits of the numbers: weights that span many orders of magnitude make long integers.
#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <optional>
#include <vector>

#include <resdyn/core/types.hpp>

namespace resdyn::exact {

using Integer = boost::multiprecision::cpp_int;
using Rational = boost::multiprecision::cpp_rational;

/// −1, 0 or 1.
inline int sign(const Integer& a) {
    return a.sign();
}

/// Dense matrix of exact numbers, row-major.
template <typename Number>
class NumberMatrix {
  public:
    NumberMatrix() = default;
    NumberMatrix(Index rows, Index cols)
        : rows_(rows), cols_(cols), entries_(static_cast<std::size_t>(rows * cols)) {}

    Index rows() const { return rows_; }
    Index cols() const { return cols_; }
    Number& operator()(Index i, Index j) { return entries_[at(i, j)]; }
    const Number& operator()(Index i, Index j) const { return entries_[at(i, j)]; }

  private:
    std::size_t at(Index i, Index j) const { return static_cast<std::size_t>(i * cols_ + j); }
    Index rows_ = 0;
    Index cols_ = 0;
    std::vector<Number> entries_;
};
using IntegerMatrix = NumberMatrix<Integer>;

/// A matrix of doubles as stored: entries · 2^exponent, with the largest exponent possible.
struct BinaryMatrix {
    IntegerMatrix entries;
    int exponent = 0;
};
/// Throws std::invalid_argument if an entry is not finite.
BinaryMatrix binary_matrix(const Matrix& matrix);

/// Exact product.
IntegerMatrix multiply(const IntegerMatrix& a, const IntegerMatrix& b);

/// M z = r solved exactly: z_i = numerators[i] / determinant, and determinant > 0. Empty if M is
/// singular. M: n×n, r: size n; n = 0 gives an empty solution with determinant 1.
struct Solution {
    std::vector<Integer> numerators;
    Integer determinant;       ///< |det M|.
    int determinant_sign = 1;  ///< sign of det M.
};
std::optional<Solution> solve(const IntegerMatrix& M, const std::vector<Integer>& r);

/// Exact rank.
Index rank(const IntegerMatrix& M);

/// The solutions of M z = r as an affine space z = origin + directions · t, over the rationals.
/// Empty if there are none. `directions`: one vector of size n each, |directions| = n − rank M.
struct AffineSpace {
    std::vector<Rational> origin;
    std::vector<std::vector<Rational>> directions;
};
std::optional<AffineSpace> solution_space(const IntegerMatrix& M, const std::vector<Integer>& r);

/// When M z + C r = 0 can be solved for z: rows Q with Q r = 0, n − rank M of them (M: n×n, C:
/// n×m).
IntegerMatrix solvability_conditions(const IntegerMatrix& M, const IntegerMatrix& C);

/// A point of `space` with lower < z_i < upper for every i, or empty if there is none (proved).
std::optional<std::vector<Rational>> point_inside(const AffineSpace& space, const Rational& lower,
                                                  const Rational& upper);

/// a / b as the nearest double, b > 0, for integers of any length.
double quotient(const Integer& a, const Integer& b);

}  // namespace resdyn::exact
