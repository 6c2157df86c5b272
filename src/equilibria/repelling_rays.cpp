#include "repelling_rays.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>

#include "copositivity.hpp"
#include "core/parallel.hpp"
#include "numerics/decompositions.hpp"
#include "rounding.hpp"

namespace resdyn {

using exact::Integer;
using exact::IntegerMatrix;
using exact::Rational;

namespace {

using Support = std::vector<Index>;

enum class RayKind : std::uint8_t { None, Resting, Repelling };

/// The next support of the same size in lexicographic order; false after the last.
bool advance(Support& K, Index n) {
    const auto size = static_cast<Index>(K.size());
    for (Index k = size - 1; k >= 0; --k) {
        if (K[static_cast<std::size_t>(k)] < n - size + k) {
            Index unit = ++K[static_cast<std::size_t>(k)];
            for (Index later = k + 1; later < size; ++later) {
                K[static_cast<std::size_t>(later)] = ++unit;
            }
            return true;
        }
    }
    return false;
}

class RayTest {
  public:
    explicit RayTest(const IntegerMatrix& W)
        : W_(W), double_(W.rows(), W.cols()), signs_(W.rows(), W.cols()) {
        Integer largest = 1;
        for (Index i = 0; i < W.rows(); ++i) {
            for (Index j = 0; j < W.cols(); ++j) {
                const Integer size = abs(W(i, j));
                largest = std::max(largest, size);
                signs_(i, j) = W(i, j).sign();
            }
        }
        for (Index i = 0; i < W.rows(); ++i) {
            for (Index j = 0; j < W.cols(); ++j) {
                double_(i, j) = exact::quotient(W(i, j), largest);
            }
        }
    }

    RayKind operator()(const Support& K) const {
        return is_excluded_by_a_row(K) || is_excluded_in_double(K) ? RayKind::None : decide(K);
    }

  private:
    static constexpr double outward = 1.0 + 1e-9;  // covers the rounding of the bounds themselves
    static constexpr double underflow = 1e-300;

    bool is_excluded_by_a_row(const Support& K) const {
        return std::any_of(K.begin(), K.end(), [&](Index i) {
            bool rises = false;
            bool falls = false;
            for (const Index j : K) {
                rises = rises || signs_(i, j) > 0;
                falls = falls || signs_(i, j) < 0;
            }
            return falls && !rises;
        });
    }

    /// W_KK is not singular, and W_KK v = 1 has a v_i < 0: both proved.
    bool is_excluded_in_double(const Support& K) const {
        const Matrix A = double_(K, K);
        const auto k = static_cast<double>(K.size());
        const Matrix R = Lu(A).inverse();
        const Vector v = R.rowwise().sum();
        if (!R.allFinite() || !v.allFinite()) {
            return false;
        }
        // Errors: of the products as computed, and of A itself, rounded once an entry.
        const double unit = 2.0 * (k + 4.0) * unit_roundoff;
        const Matrix size = R.cwiseAbs() * A.cwiseAbs();
        const Matrix G = (Matrix::Identity(A.rows(), A.cols()) - R * A).cwiseAbs() + unit * size;
        const double contraction =
            outward * (G.rowwise().sum().maxCoeff() + underflow * k * R.cwiseAbs().sum());
        if (!(contraction < 0.5)) {
            return false;
        }
        const Vector residual = (Vector::Ones(A.rows()) - A * v).cwiseAbs() +
                                unit * (Vector::Ones(A.rows()) + A.cwiseAbs() * v.cwiseAbs()) +
                                Vector::Constant(A.rows(), underflow * k * (1.0 + v.lpNorm<1>()));
        const double error =
            outward * (R.cwiseAbs() * residual).maxCoeff() / (1.0 - contraction) + underflow;
        return v.minCoeff() < -error;
    }

    RayKind decide(const Support& K) const {
        const IntegerMatrix block = principal_block(W_, K);
        const std::vector<Integer> ones(K.size(), Integer(1));
        if (const auto solution = exact::solve(block, ones)) {
            return std::all_of(solution->numerators.begin(), solution->numerators.end(),
                               [](const Integer& v) { return v > 0; })
                       ? RayKind::Repelling
                       : RayKind::None;
        }
        return has_positive_solution(block, 1)   ? RayKind::Repelling
               : has_positive_solution(block, 0) ? RayKind::Resting
                                                 : RayKind::None;
    }

    const IntegerMatrix& W_;
    Matrix double_;  ///< W over its largest entry, each rounded once.
    Eigen::MatrixXi signs_;
};

}  // namespace

RaySearch find_rays(const IntegerMatrix& W, const RayLimits& limits) {
    const Index n = W.rows();
    const RayTest test(W);
    constexpr Index first_batch = 64;
    constexpr Index largest_batch = 4096;
    RaySearch search;
    Index batch_size = first_batch;
    for (Index size = 1; size <= n; ++size) {
        Support K(static_cast<std::size_t>(size));
        std::iota(K.begin(), K.end(), Index{0});
        for (bool more = true; more;) {
            const Index wanted = std::min(batch_size, limits.max_supports - search.supports);
            std::vector<Support> batch;
            while (more && static_cast<Index>(batch.size()) < wanted) {
                batch.push_back(K);
                more = advance(K, n);
            }
            if (batch.empty() || (limits.stop_requested && limits.stop_requested())) {
                return search;
            }
            std::vector<RayKind> kinds(batch.size(), RayKind::None);
            parallel_for(static_cast<Index>(batch.size()), limits.threads, [&](Index k) {
                kinds[static_cast<std::size_t>(k)] = test(batch[static_cast<std::size_t>(k)]);
            });
            search.supports += static_cast<Index>(batch.size());
            for (std::size_t k = 0; k < batch.size(); ++k) {
                if (kinds[k] == RayKind::Repelling) {
                    search.repelling = batch[k];
                    return search;
                }
                if (kinds[k] == RayKind::Resting && !search.resting) {
                    search.resting = batch[k];
                }
            }
            batch_size = std::min(2 * batch_size, largest_batch);
        }
        search.whole_size = size;
    }
    search.complete = true;
    return search;
}

bool has_positive_solution(const IntegerMatrix& M, int growth) {
    // (v, c) > 0 with M v − growth c·1 = 0 is homogeneous, so it can be scaled into the unit cube.
    const Index k = M.rows();
    const Index extra = growth == 0 ? 0 : 1;
    IntegerMatrix system(k, k + extra);
    for (Index i = 0; i < k; ++i) {
        for (Index j = 0; j < k; ++j) {
            system(i, j) = M(i, j);
        }
        if (extra == 1) {
            system(i, k) = -growth;
        }
    }
    const std::vector<Integer> zeros(static_cast<std::size_t>(k), Integer(0));
    return exact::point_inside(*exact::solution_space(system, zeros), Rational(0), Rational(1))
        .has_value();
}

}  // namespace resdyn
