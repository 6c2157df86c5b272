#include "free_set.hpp"

#include <algorithm>
#include <cmath>

namespace resdyn {

namespace {

/// Entries below this share of the largest switch the filter off.
constexpr double smallest_entry = 0x1p-100;
constexpr double largest_inverse = 0x1p60;
constexpr double largest_contraction = 0.5;
constexpr double largest_determinant_error = 1e-3;

double middle_over_half_width(Activation activation) {
    const Levels range = levels(activation);
    return (range.high + range.low) / (range.high - range.low);  // m/r: 1 logistic, 0 tanh
}

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
Matrix inverse_of(const VerifiedBlock& block) {
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

/// The parts that need no block: the saturated units' rows.
FreeSet with_rates(const FilterWeights& weights, const std::vector<Index>& free,
                   const std::vector<Index>& saturated) {
    const auto k = static_cast<Index>(free.size());
    const auto m = static_cast<Index>(saturated.size());
    FreeSet set;
    set.free = free;
    set.saturated = saturated;
    set.rate_map.resize(m, k + m);
    set.rate_map.leftCols(k) = weights.W(saturated, free);
    set.rate_map.rightCols(m) = weights.W(saturated, saturated);
    set.rate_load = weights.load(saturated);
    return set;
}

/// |Σ_j w_ij z_j + d_i − fl(…)| with |z| ≤ 1 + z_error: data, load, rounding. A row of zeros has
/// the rate 0 exactly, and the bound 0 says so.
void bound_rates(const FilterWeights& weights, FreeSet& set) {
    const auto k = static_cast<Index>(set.free.size());
    const Index n = weights.dimension();
    set.rate_error.resize(static_cast<Index>(set.saturated.size()));
    for (Index i = 0; i < set.rate_error.size(); ++i) {
        const Index unit = set.saturated[static_cast<std::size_t>(i)];
        double from_z = 0.0;
        for (Index j = 0; j < k; ++j) {
            from_z += std::abs(set.rate_map(i, j)) * set.z_error[j];
        }
        const double size = weights.row_sum[unit] + from_z + std::abs(weights.load[unit]);
        set.rate_error[i] = weights.row_sum[unit] == 0.0
                                ? 0.0
                                : (from_z + weights.load_error[unit] +
                                   (rounding_gamma(n + 3) + 2.0 * weights.entry_error) * size) *
                                          bound_slack +
                                      underflow_cover;
    }
}

}  // namespace

std::vector<Index> units_of(std::uint32_t mask, Index n, bool inside) {
    std::vector<Index> units;
    for (Index i = 0; i < n; ++i) {
        if (((mask >> i & 1U) != 0) == inside) {
            units.push_back(i);
        }
    }
    return units;
}

FilterWeights filter_weights(const FaceSolver& solver) {
    FilterWeights weights;
    weights.W = solver.nearest_weights();
    weights.entry_error = solver.system().factors() ? unit_roundoff : 0.0;
    const double largest = weights.W.cwiseAbs().maxCoeff();
    if (largest > 0.0) {
        std::frexp(largest, &weights.exponent);
        for (double& w : weights.W.reshaped()) {
            const double scaled = std::ldexp(w, -weights.exponent);
            weights.usable = weights.usable && (w == 0.0 || std::abs(scaled) >= smallest_entry);
            w = scaled;
        }
    }
    const Index n = weights.dimension();
    weights.row_sum = weights.W.cwiseAbs().rowwise().sum() * (1.0 + 1e-12);
    const double middle = middle_over_half_width(solver.system().activation());
    weights.load = middle * weights.W.rowwise().sum();
    weights.load_error =
        middle * (rounding_gamma(n + 1) + 2.0 * weights.entry_error) * weights.row_sum;
    return weights;
}

std::optional<VerifiedBlock> verified_block(const FilterWeights& weights,
                                            const std::vector<Index>& free) {
    const auto k = static_cast<Index>(free.size());
    VerifiedBlock block;
    block.W_FF = weights.W(free, free);
    block.LU = block.W_FF;
    if (!factorise(block.LU, block.order)) {
        return std::nullopt;
    }
    block.inverse = inverse_of(block);
    const Matrix R_abs = block.inverse.cwiseAbs();
    if (!(R_abs.maxCoeff() <= largest_inverse)) {
        return std::nullopt;
    }
    // ρ: I − R W_FF as computed, plus its rounding and the error of the entries.
    Matrix H = -(block.inverse.lazyProduct(block.W_FF));
    H.diagonal().array() += 1.0;
    const Vector row_sums = block.W_FF.cwiseAbs().rowwise().sum();
    const double gamma = rounding_gamma(k + 3) + 2.0 * weights.entry_error;
    const Vector spread = gamma * (R_abs.lazyProduct(row_sums).array() + 1.0).matrix();
    block.contraction = (H.cwiseAbs().rowwise().sum() + spread).maxCoeff() * bound_slack;
    if (!(block.contraction <= largest_contraction)) {
        return std::nullopt;
    }
    // η ≥ ‖W_FF⁻¹ P⁻¹ Δ‖∞.
    Vector U_sums(k);
    Vector D(k);
    for (Index i = 0; i < k; ++i) {
        U_sums[i] = 0.0;
        for (Index j = i; j < k; ++j) {
            U_sums[i] += std::abs(block.LU(i, j));
        }
    }
    double determinant = permutation_sign(block.order);
    for (Index i = 0; i < k; ++i) {
        double sum = U_sums[i];
        for (Index j = 0; j < i; ++j) {
            sum += std::abs(block.LU(i, j)) * U_sums[j];
        }
        const Index row = block.order[static_cast<std::size_t>(i)];
        D[row] = rounding_gamma(k + 2) * sum + 2.0 * weights.entry_error * row_sums[row];
        determinant *= block.LU(i, i);
    }
    const double eta = R_abs.lazyProduct(D).maxCoeff() / (1.0 - block.contraction) * bound_slack;
    const double relative = static_cast<double>(k) * eta;
    if (!(relative <= largest_determinant_error)) {
        return std::nullopt;
    }
    // (1 ± η)^{±k} and the product's rounding: within 1.1 kη + γ_k for kη ≤ 1e-3.
    block.determinant = determinant;
    block.determinant_error = (1.1 * relative + rounding_gamma(k + 2)) * bound_slack;
    return block;
}

FreeSet free_set(const FilterWeights& weights, const std::vector<Index>& free,
                 const std::vector<Index>& saturated, const VerifiedBlock* block) {
    const auto k = static_cast<Index>(free.size());
    const auto m = static_cast<Index>(saturated.size());
    const Index n = weights.dimension();
    FreeSet set = with_rates(weights, free, saturated);
    set.B.resize(k, m);
    set.c.resize(k);
    set.z_error.resize(k);
    if (k > 0) {
        Matrix right(k, m + 1);
        right.leftCols(m) = weights.W(free, saturated);
        right.col(m) = weights.load(free);
        const Matrix X = -block->inverse.lazyProduct(right);  // (B, c)
        const Matrix Q = (block->W_FF.lazyProduct(X) + right).cwiseAbs();
        const Vector X_sums = X.cwiseAbs().rowwise().sum();
        const Vector size =
            block->W_FF.cwiseAbs().lazyProduct(X_sums) + right.cwiseAbs().rowwise().sum();
        const double gamma = rounding_gamma(k + 4) + 2.0 * weights.entry_error;
        const Vector q = Q.rowwise().sum() + gamma * size + Vector(weights.load_error(free));
        const Vector v = block->inverse.cwiseAbs().lazyProduct(q) * bound_slack;
        const double rest = block->contraction / (1.0 - block->contraction) * v.maxCoeff();
        set.B = X.leftCols(m);
        set.c = X.col(m);
        set.z_error = ((v.array() + rest) + rounding_gamma(n + 3) * X_sums.array()) * bound_slack +
                      underflow_cover;
    }
    bound_rates(weights, set);
    return set;
}

FreeSet exact_free_set(const FilterWeights& weights, const FaceSolver& solver,
                       const std::vector<Index>& free, const std::vector<Index>& saturated) {
    FreeSet set = with_rates(weights, free, saturated);
    const Matrix X = solver.affine_solution(free, saturated);
    const auto m = static_cast<Index>(saturated.size());
    set.B = X.leftCols(m);
    set.c = X.col(m);
    set.z_error =
        (rounding_gamma(weights.dimension() + 4) * bound_slack) * X.cwiseAbs().rowwise().sum() +
        Vector::Constant(X.rows(), underflow_cover);
    bound_rates(weights, set);
    return set;
}

}  // namespace resdyn
