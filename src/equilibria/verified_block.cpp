#include "verified_block.hpp"

#include <algorithm>
#include <cmath>

namespace resdyn {

namespace {

constexpr double largest_contraction = 0.5;
constexpr double largest_determinant_error = 1e-3;

struct Factors {
    Matrix LU;                 ///< L below the diagonal (unit), U on and above.
    std::vector<Index> order;  ///< row i of P W_FF is row order[i] of W_FF.
};

/// LU with partial pivoting in place; false if a pivot is zero.
bool factorise(Matrix& A, std::vector<Index>& order) {
    const Index k = A.rows();
    for (Index i = 0; i < k; ++i) {
        order.push_back(i);
    }
    for (Index p = 0; p < k; ++p) {
        Index best = p;
        for (Index i = p + 1; i < k; ++i) {
            if (std::abs(A(i, p)) > std::abs(A(best, p))) {
                best = i;
            }
        }
        if (A(best, p) == 0.0) {
            return false;
        }
        if (best != p) {
            A.row(best).swap(A.row(p));
            std::swap(order[static_cast<std::size_t>(best)], order[static_cast<std::size_t>(p)]);
        }
        for (Index i = p + 1; i < k; ++i) {
            A(i, p) /= A(p, p);
        }
        for (Index j = p + 1; j < k; ++j) {
            for (Index i = p + 1; i < k; ++i) {
                A(i, j) -= A(i, p) * A(p, j);
            }
        }
    }
    return true;
}

/// U⁻¹ L⁻¹ P.
Matrix inverse_of(const Factors& block) {
    const Index k = block.LU.rows();
    Matrix X = Matrix::Zero(k, k);
    for (Index first = 0; first < k; ++first) {
        // Row `first` of P holds its one here: above it L⁻¹P e_j is zero.
        const Index j = block.order[static_cast<std::size_t>(first)];
        X(first, j) = 1.0;
        for (Index p = first; p < k; ++p) {
            for (Index i = p + 1; i < k; ++i) {
                X(i, j) -= block.LU(i, p) * X(p, j);
            }
        }
        for (Index p = k - 1; p >= 0; --p) {
            X(p, j) /= block.LU(p, p);
            for (Index i = 0; i < p; ++i) {
                X(i, j) -= block.LU(i, p) * X(p, j);
            }
        }
    }
    return X;
}

int permutation_sign(std::vector<Index> order) {
    int sign = 1;
    for (std::size_t i = 0; i < order.size(); ++i) {
        while (order[i] != static_cast<Index>(i)) {
            std::swap(order[i], order[static_cast<std::size_t>(order[i])]);
            sign = -sign;
        }
    }
    return sign;
}

}  // namespace

std::optional<VerifiedBlock> verified_block(const FilterWeights& weights,
                                            const std::vector<Index>& free) {
    const auto k = static_cast<Index>(free.size());
    const Matrix W_FF = weights.W(free, free);
    Factors factors{W_FF, {}};
    if (!factorise(factors.LU, factors.order)) {
        return std::nullopt;
    }
    VerifiedBlock block;
    block.inverse = inverse_of(factors);
    const Matrix R_abs = block.inverse.cwiseAbs();
    if (!(R_abs.maxCoeff() <= largest_inverse)) {
        return std::nullopt;
    }
    // ρ: I − R W_FF as computed, plus its rounding and the error of the entries.
    Matrix H = -(block.inverse.lazyProduct(W_FF));
    H.diagonal().array() += 1.0;
    const Vector row_sums = W_FF.cwiseAbs().rowwise().sum();
    const double gamma = rounding_gamma(k + 3) + 2.0 * weights.entry_error;
    const Vector spread = gamma * (R_abs.lazyProduct(row_sums).array() + 1.0).matrix();
    const double contraction = (H.cwiseAbs().rowwise().sum() + spread).maxCoeff() * bound_slack;
    if (!(contraction <= largest_contraction)) {
        return std::nullopt;
    }
    // η ≥ ‖W_FF⁻¹ P⁻¹ Δ‖∞.
    Vector U_sums(k);
    Vector D(k);
    for (Index i = 0; i < k; ++i) {
        U_sums[i] = 0.0;
        for (Index j = i; j < k; ++j) {
            U_sums[i] += std::abs(factors.LU(i, j));
        }
    }
    double determinant = permutation_sign(factors.order);
    for (Index i = 0; i < k; ++i) {
        double sum = U_sums[i];
        for (Index j = 0; j < i; ++j) {
            sum += std::abs(factors.LU(i, j)) * U_sums[j];
        }
        const Index row = factors.order[static_cast<std::size_t>(i)];
        D[row] = rounding_gamma(k + 2) * sum + 2.0 * weights.entry_error * row_sums[row];
        determinant *= factors.LU(i, i);
    }
    const double eta = R_abs.lazyProduct(D).maxCoeff() / (1.0 - contraction) * bound_slack;
    const double relative = static_cast<double>(k) * eta;
    if (!(relative <= largest_determinant_error) || !(std::abs(determinant) >= smallest_minor)) {
        return std::nullopt;
    }
    // (1 ± η)^{±k} and the product's rounding: within 1.1 kη + γ_k for kη ≤ 1e-3.
    block.determinant = determinant;
    block.determinant_error = (1.1 * relative + rounding_gamma(k + 2)) * bound_slack;
    return block;
}

}  // namespace resdyn
