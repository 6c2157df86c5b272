/// @file
/// A system of linear equations with many right sides, reduced without fractions: what a block of
/// weights asks of all faces that share it is eliminated once.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "word.hpp"

namespace resdyn::exact {

/// [M | C] after elimination of M's columns: row i < rank has `denominator` in column pivots[i] and
/// 0 in the other pivot columns; rows from rank on are 0 in M's columns. Pivot columns are not
/// written.
template <typename Number>
struct Reduction {
    NumberMatrix<Number> A;
    std::vector<Index> pivots;
    std::vector<Index> others;  ///< columns of M without a pivot.
    Number denominator = 1;     ///< > 0; |det M| where M is not singular.

    Index rank() const { return static_cast<Index>(pivots.size()); }
};

/// Gauss and Jordan, with the exact divisions of Bareiss (Math. Comp. 22, 1968): every entry on the
/// way is a minor of [M | C]. `columns`: those of M, the first ones.
template <typename Number>
Reduction<Number> reduced(NumberMatrix<Number> A, Index columns) {
    Reduction<Number> result;
    Number previous = 1;
    for (Index col = 0; col < columns; ++col) {
        const Index row = result.rank();
        Index pivot = row;
        while (pivot < A.rows() && A(pivot, col) == 0) {
            ++pivot;
        }
        if (pivot >= A.rows()) {
            result.others.push_back(col);
            continue;
        }
        for (Index j = col; pivot != row && j < A.cols(); ++j) {
            std::swap(A(row, j), A(pivot, j));
        }
        for (Index i = 0; i < A.rows(); ++i) {
            if (i == row) {
                continue;
            }
            const auto clear = [&](Index j) {
                A(i, j) = eliminated(A(row, col), A(i, j), A(i, col), A(row, j), previous);
            };
            // Left of the pivot only columns without one are not zero, in the rows above.
            if (i < row) {
                for (const Index j : result.others) {
                    clear(j);
                }
            }
            for (Index j = col + 1; j < A.cols(); ++j) {
                clear(j);
            }
        }
        previous = A(row, col);
        result.pivots.push_back(col);
    }
    result.denominator = previous;
    if (result.denominator < 0) {
        result.denominator = -result.denominator;
        for (Index i = 0; i < A.rows(); ++i) {
            for (Index j = 0; j < A.cols(); ++j) {
                A(i, j) = -A(i, j);
            }
        }
    }
    result.A = std::move(A);
    return result;
}

}  // namespace resdyn::exact
