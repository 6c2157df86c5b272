#include "copositivity.hpp"

#include <cmath>
#include <limits>

#include "numerics/decompositions.hpp"

namespace resdyn {

using exact::Integer;
using exact::IntegerMatrix;
using exact::Rational;

namespace {

Vector embedded(const std::vector<Index>& K, const Vector& v, Index n) {
    Vector y = Vector::Zero(n);
    for (std::size_t k = 0; k < K.size(); ++k) {
        y[K[k]] = v[static_cast<Index>(k)];
    }
    return y / y.sum();
}

/// M scaled to largest entry about 1, each entry rounded once.
Matrix rounded(const IntegerMatrix& M) {
    Integer largest = 1;
    for (Index i = 0; i < M.rows(); ++i) {
        for (Index j = 0; j < M.cols(); ++j) {
            const Integer size = abs(M(i, j));
            largest = size > largest ? size : largest;
        }
    }
    Matrix result(M.rows(), M.cols());
    for (Index i = 0; i < M.rows(); ++i) {
        for (Index j = 0; j < M.cols(); ++j) {
            result(i, j) = exact::quotient(M(i, j), largest);
        }
    }
    return result;
}

/// Symmetric elimination with diagonal pivots in integers (fraction-free): positive semidefinite
/// iff every pivot is ≥ 0 and a zero one comes with a zero row.
bool is_semidefinite(IntegerMatrix M) {
    Integer before = 1;
    std::vector<char> done(static_cast<std::size_t>(M.rows()), 0);
    for (Index step = 0; step < M.rows(); ++step) {
        Index pivot = -1;
        for (Index i = 0; i < M.rows(); ++i) {
            if (done[static_cast<std::size_t>(i)] == 0) {
                if (M(i, i) < 0) {
                    return false;
                }
                pivot = M(i, i) > 0 ? i : pivot;
            }
        }
        if (pivot < 0) {
            for (Index i = 0; i < M.rows(); ++i) {
                for (Index j = 0; j < M.rows(); ++j) {
                    if (done[static_cast<std::size_t>(i)] == 0 &&
                        done[static_cast<std::size_t>(j)] == 0 && M(i, j) != 0) {
                        return false;
                    }
                }
            }
            return true;
        }
        done[static_cast<std::size_t>(pivot)] = 1;
        for (Index i = 0; i < M.rows(); ++i) {
            for (Index j = 0; j < M.rows(); ++j) {
                if (done[static_cast<std::size_t>(i)] == 0 &&
                    done[static_cast<std::size_t>(j)] == 0) {
                    M(i, j) = (M(pivot, pivot) * M(i, j) - M(i, pivot) * M(pivot, j)) / before;
                }
            }
        }
        before = M(pivot, pivot);
    }
    return true;
}

class CopositivitySearch {
  public:
    CopositivitySearch(const IntegerMatrix& M, bool strict, const CopositivityLimits& limits)
        : M_(M), strict_(strict), limits_(limits), double_(rounded(M)) {}

    Copositivity run() {
        if (is_definite(double_) || is_definite(without_positive_parts())) {
            return {};
        }
        for (Index i = 0; i < M_.rows() && !is_over(); ++i) {
            visit({i});
        }
        return found_     ? Copositivity{CopositivityStatus::Violated, *found_}
               : gave_up_ ? Copositivity{CopositivityStatus::Undecided, {}}
                          : Copositivity{};
    }

  private:
    bool is_over() const { return found_.has_value() || gave_up_; }

    /// M = (positive definite) + (non-negative) is strictly copositive: the diagonal and the
    /// negative entries alone.
    Matrix without_positive_parts() const {
        Matrix kept = double_.cwiseMin(0.0);
        kept.diagonal() = double_.diagonal();
        return kept;
    }

    /// Proved by Cholesky of the block − cI, c above its rounding errors and those of the entries.
    static bool is_definite(Matrix block) {
        const auto k = static_cast<double>(block.rows());
        constexpr double epsilon = std::numeric_limits<double>::epsilon();
        block.diagonal().array() -= 4.0 * (k + 3.0) * epsilon * (block.trace() + k);
        return (block.diagonal().array() > 0).all() && Cholesky(block).succeeded();
    }

    void visit(const std::vector<Index>& K) {
        ++blocks_;
        gave_up_ = (limits_.max_blocks > 0 && blocks_ > limits_.max_blocks) ||
                   (limits_.stop_requested && limits_.stop_requested());
        if (gave_up_) {
            return;
        }
        const bool definite = is_definite(double_(K, K));
        if (!definite && is_connected(K)) {
            found_ = at(K);
        }
        if (found_ || (!definite && !is_semidefinite(principal_block(M_, K)))) {
            return;
        }
        std::vector<Index> larger = K;
        larger.push_back(0);
        for (Index j = K.back() + 1; j < M_.rows() && !is_over(); ++j) {
            larger.back() = j;
            visit(larger);
        }
    }

    bool is_connected(const std::vector<Index>& K) const {
        std::vector<Index> reached = {K.front()};
        std::vector<Index> rest(K.begin() + 1, K.end());
        for (std::size_t at = 0; at < reached.size(); ++at) {
            std::erase_if(rest, [&](Index j) {
                const bool joined = M_(reached[at], j) < 0;
                if (joined) {
                    reached.push_back(j);
                }
                return joined;
            });
        }
        return rest.empty();
    }

    /// λ < 0: M_KK is not singular, and M_KK z = 1 has z < 0. λ = 0: M_KK has a positive kernel
    /// vector.
    std::optional<Vector> at(const std::vector<Index>& K) const {
        const IntegerMatrix block = principal_block(M_, K);
        const std::vector<Integer> ones(K.size(), Integer(1));
        Vector v(static_cast<Index>(K.size()));
        if (const auto solution = exact::solve(block, ones)) {
            for (std::size_t k = 0; k < K.size(); ++k) {
                if (solution->numerators[k] >= 0) {
                    return std::nullopt;
                }
                v[static_cast<Index>(k)] =
                    -exact::quotient(solution->numerators[k], solution->determinant);
            }
            return embedded(K, v, M_.rows());
        }
        if (strict_) {
            const std::vector<Integer> zeros(K.size(), Integer(0));
            const auto space = exact::solution_space(block, zeros);
            if (const auto inside = exact::point_inside(*space, Rational(0), Rational(1))) {
                for (std::size_t k = 0; k < K.size(); ++k) {
                    v[static_cast<Index>(k)] =
                        exact::quotient(numerator((*inside)[k]), denominator((*inside)[k]));
                }
                return embedded(K, v, M_.rows());
            }
        }
        return std::nullopt;
    }

    const IntegerMatrix& M_;
    bool strict_;
    const CopositivityLimits& limits_;
    Matrix double_;
    std::optional<Vector> found_ = std::nullopt;
    Index blocks_ = 0;
    bool gave_up_ = false;
};

}  // namespace

IntegerMatrix principal_block(const IntegerMatrix& M, const std::vector<Index>& K) {
    const auto n = static_cast<Index>(K.size());
    IntegerMatrix block(n, n);
    for (Index i = 0; i < n; ++i) {
        for (Index j = 0; j < n; ++j) {
            block(i, j) = M(K[static_cast<std::size_t>(i)], K[static_cast<std::size_t>(j)]);
        }
    }
    return block;
}

Copositivity copositivity(const IntegerMatrix& M, bool strict, const CopositivityLimits& limits) {
    return CopositivitySearch(M, strict, limits).run();
}

}  // namespace resdyn
