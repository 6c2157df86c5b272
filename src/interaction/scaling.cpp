#include <resdyn/interaction/scaling.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <queue>
#include <vector>

#include "exact_scaling.hpp"

namespace resdyn {

namespace {

using exact::Rational;

constexpr Index largest_exact_product = 64;
constexpr double counted_asymmetry = 1e-12;
constexpr double worth_deciding = 1e-10;

/// Parent of every unit in a spanning forest, and the units in an order with parents first.
struct Forest {
    std::vector<Index> parent;
    std::vector<Index> order;
};

/// Prim's forest of largest min(|w_ij|, |w_ji|): weak pairs carry the least reliable ratios.
Forest strongest_forest(const Matrix& W) {
    const Index n = W.rows();
    Forest forest{std::vector<Index>(static_cast<std::size_t>(n), -1), {}};
    Vector link = Vector::Zero(n);
    std::vector<bool> done(static_cast<std::size_t>(n), false);
    for (Index step = 0; step < n; ++step) {
        Index next = -1;
        for (Index i = 0; i < n; ++i) {
            if (!done[static_cast<std::size_t>(i)] && (next < 0 || link[i] > link[next])) {
                next = i;
            }
        }
        done[static_cast<std::size_t>(next)] = true;
        forest.order.push_back(next);
        for (Index j = 0; j < n; ++j) {
            const double strength = std::min(std::abs(W(next, j)), std::abs(W(j, next)));
            if (!done[static_cast<std::size_t>(j)] && strength > link[j]) {
                link[j] = strength;
                forest.parent[static_cast<std::size_t>(j)] = next;
            }
        }
    }
    return forest;
}

bool holds_exactly(const exact::IntegerMatrix& W, const Forest& forest, int sign) {
    std::vector<Rational> p(forest.parent.size(), Rational(1));
    for (const Index j : forest.order) {
        const Index i = forest.parent[static_cast<std::size_t>(j)];
        if (i >= 0) {
            const Rational& before = p[static_cast<std::size_t>(i)];
            p[static_cast<std::size_t>(j)] = abs(W(i, j)) == abs(W(j, i))
                                                 ? before
                                                 : Rational(before * exact::Integer(abs(W(i, j))) /
                                                            exact::Integer(abs(W(j, i))));
        }
    }
    for (Index i = 0; i < W.rows(); ++i) {
        if (sign < 0 && W(i, i) != 0) {
            return false;
        }
        for (Index j = 0; j < i; ++j) {
            const Rational& a = p[static_cast<std::size_t>(i)];
            const Rational& b = p[static_cast<std::size_t>(j)];
            if (a == b ? W(i, j) != sign * W(j, i) : a * W(i, j) != sign * b * W(j, i)) {
                return false;
            }
        }
    }
    return true;
}

}  // namespace

std::optional<exact::BinaryMatrix> exact_residual_matrix(const ResidualSystem& system) {
    if (!system.factors()) {
        return exact::binary_matrix(system.W());
    }
    const auto& [B, A] = *system.factors();
    if (std::max(B.rows(), B.cols()) > largest_exact_product) {
        return std::nullopt;
    }
    const exact::BinaryMatrix b = exact::binary_matrix(B);
    const exact::BinaryMatrix a = exact::binary_matrix(A);
    return exact::BinaryMatrix{exact::multiply(b.entries, a.entries), b.exponent + a.exponent};
}

DiagonalScaling diagonal_scaling(const Matrix& W, Symmetry symmetry,
                                 const std::optional<exact::BinaryMatrix>& exact_W) {
    const Index n = W.rows();
    const int sign = symmetry == Symmetry::Symmetric ? 1 : -1;
    const Forest forest = strongest_forest(W);
    DiagonalScaling result;
    result.p = Vector::Ones(n);
    for (const Index j : forest.order) {
        const Index i = forest.parent[static_cast<std::size_t>(j)];
        if (i >= 0) {
            result.p[j] = result.p[i] * (std::abs(W(i, j)) / std::abs(W(j, i)));
        }
    }
    result.p /= result.p.maxCoeff();
    const auto count = [&result](double asymmetry, const auto& witness) {
        result.violations += asymmetry > counted_asymmetry ? 1 : 0;
        if (asymmetry > result.asymmetry) {
            result.asymmetry = asymmetry;
            result.witness = witness();
        }
    };
    const double largest = W.cwiseAbs().maxCoeff();
    for (Index i = 0; i < n; ++i) {
        if (sign < 0 && W(i, i) != 0) {
            count(std::abs(W(i, i)) / largest,
                  [&] { return fmt::format("w[{0},{0}] = {1:.6g}", i, W(i, i)); });
        }
        for (Index j = 0; j < i; ++j) {
            const double a = result.p[i] * W(i, j);
            const double b = sign * result.p[j] * W(j, i);
            const double scale = std::abs(a) + std::abs(b);
            if (scale > 0) {
                count(std::abs(a - b) / scale, [&] {
                    return fmt::format("w[{0},{1}] = {2:.6g}, w[{1},{0}] = {3:.6g}", j, i, W(j, i),
                                       W(i, j));
                });
            }
        }
    }
    if (exact_W && result.asymmetry <= worth_deciding && result.p.minCoeff() > 0) {
        result.exact = holds_exactly(exact_W->entries, forest, sign);
        result.witness = result.exact ? "" : result.witness;
    }
    return result;
}

DiagonalScaling diagonal_scaling(const ResidualSystem& system, Symmetry symmetry) {
    return diagonal_scaling(system.W(), symmetry, exact_residual_matrix(system));
}

}  // namespace resdyn
