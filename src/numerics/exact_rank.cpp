#include "exact_rank.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include <resdyn/core/error.hpp>

namespace resdyn::exact {

namespace {

constexpr std::uint64_t prime = 2147483647;  // 2³¹ − 1: products of residues fit in 64 bits

using Residues = Eigen::Matrix<std::uint64_t, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Residues residues(const IntegerMatrix& M) {
    Residues result(M.rows(), M.cols());
    for (Index i = 0; i < M.rows(); ++i) {
        for (Index j = 0; j < M.cols(); ++j) {
            Integer r = M(i, j) % prime;
            result(i, j) = static_cast<std::uint64_t>(r < 0 ? Integer(r + prime) : r);
        }
    }
    return result;
}

Residues product(const Residues& a, const Residues& b) {
    Residues c = Residues::Zero(a.rows(), b.cols());
    for (Index i = 0; i < a.rows(); ++i) {
        for (Index k = 0; k < a.cols(); ++k) {
            for (Index j = 0; j < b.cols(); ++j) {
                c(i, j) = (c(i, j) + a(i, k) * b(k, j)) % prime;
            }
        }
    }
    return c;
}

/// 1/a by Fermat: a^{prime−2}.
std::uint64_t inverse(std::uint64_t a) {
    std::uint64_t result = 1;
    for (std::uint64_t e = prime - 2; e > 0; e /= 2) {
        result = e % 2 == 1 ? result * a % prime : result;
        a = a * a % prime;
    }
    return result;
}

Index modular_rank(Residues M) {
    Index row = 0;
    for (Index col = 0; col < M.cols() && row < M.rows(); ++col) {
        Index pivot = row;
        while (pivot < M.rows() && M(pivot, col) == 0) {
            ++pivot;
        }
        if (pivot == M.rows()) {
            continue;
        }
        M.row(row).swap(M.row(pivot));
        const std::uint64_t scale = inverse(M(row, col));
        for (Index i = row + 1; i < M.rows(); ++i) {
            if (M(i, col) == 0) {
                continue;
            }
            const std::uint64_t factor = prime - M(i, col) * scale % prime;
            for (Index j = col; j < M.cols(); ++j) {
                M(i, j) = (M(i, j) + factor * M(row, j)) % prime;
            }
        }
        ++row;
    }
    return row;
}

}  // namespace

RankBounds rank_bounds(const std::vector<IntegerMatrix>& factors, Index exact_up_to) {
    const bool fits =
        factors.size() == 1 || (factors.size() == 2 && factors[0].cols() == factors[1].rows());
    if (!fits) {
        reject_argument("rank_bounds", "one matrix, or two of fitting shapes",
                        fmt::format("{} matrices", factors.size()));
    }
    Residues M = residues(factors.front());
    RankBounds bounds;
    bounds.at_most = std::min(factors.front().rows(), factors.back().cols());
    if (factors.size() == 2) {
        M = product(M, residues(factors[1]));
        bounds.at_most = std::min(bounds.at_most, factors[0].cols());
    }
    bounds.at_least = modular_rank(std::move(M));
    if (!bounds.is_exact() && bounds.at_most <= exact_up_to) {
        bounds.at_least = bounds.at_most =
            rank(factors.size() == 2 ? multiply(factors[0], factors[1]) : factors[0]);
    }
    return bounds;
}

}  // namespace resdyn::exact
