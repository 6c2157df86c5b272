#include "origin_support.hpp"

#include <Eigen/LU>
#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include <resdyn/numerics/spectrum.hpp>

#include "copositivity.hpp"
#include "filter_weights.hpp"
#include "numerics/exact_polynomial.hpp"
#include "numerics/exact_rational.hpp"
#include "repelling_rays.hpp"
#include "rounding.hpp"
#include "spectral_discs.hpp"

namespace resdyn {

using exact::Integer;
using exact::IntegerMatrix;

namespace {

constexpr int most = static_cast<int>(largest_directions_dimension);
using SmallMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, 0, most, most>;
using SmallVector = Eigen::Matrix<double, Eigen::Dynamic, 1, 0, most, 1>;

/// Entries below this share of the largest, other than 0, leave every decision to the integers.
constexpr double smallest_share = 0x1p-100;

/// diag(v) W_KK = diag(numerators) M / determinant, nearest doubles.
Matrix jacobian_inside(const IntegerMatrix& M, const exact::Solution& solution) {
    Matrix J(M.rows(), M.cols());
    for (Index i = 0; i < M.rows(); ++i) {
        for (Index j = 0; j < M.cols(); ++j) {
            J(i, j) =
                exact::nearest_quotient(solution.numerators[static_cast<std::size_t>(i)] * M(i, j),
                                        solution.determinant, 0);
        }
    }
    return J;
}

struct Inside {
    Index unstable = 0;
    Index neutral = 0;
};

Inside inertia(const IntegerMatrix& M, const exact::Solution& solution) {
    const Matrix J = jacobian_inside(M, solution);
    if (const auto discs = spectral_discs(J, entry_rounding(J))) {
        return {discs->unstable, 0};
    }
    IntegerMatrix scaled = M;  // by the determinant, which is positive
    for (Index i = 0; i < M.rows(); ++i) {
        for (Index j = 0; j < M.cols(); ++j) {
            scaled(i, j) *= solution.numerators[static_cast<std::size_t>(i)];
        }
    }
    const exact::RootCounts roots = exact::count_roots(exact::characteristic_polynomial(scaled));
    return {roots.right, roots.imaginary};
}

DirectionStability stability_of(bool invaded, bool tied, const Inside& inside) {
    return invaded || inside.unstable > 0 ? DirectionStability::Unstable
           : tied || inside.neutral > 0   ? DirectionStability::Neutral
                                          : DirectionStability::Stable;
}

}  // namespace

/// The support in double arithmetic: A ≈ W_KK, |A − W_KK| ≤ 2u |A|, and x ≈ the solution of
/// W_KK x = −1.
struct OriginSupport::Block {
    std::vector<Index> units;
    std::vector<Index> others;
    SmallMatrix A;
    Eigen::PartialPivLU<SmallMatrix> lu;
    SmallVector x;

    Index size() const { return A.rows(); }
};

OriginSupport::OriginSupport(exact::BinaryMatrix weights)
    : weights_(std::move(weights)),
      n_(weights_.entries.rows()),
      W_(n_, n_),
      positive_(static_cast<std::size_t>(n_), 0),
      negative_(static_cast<std::size_t>(n_), 0) {
    int bits = 0;
    for (Index i = 0; i < n_; ++i) {
        for (Index j = 0; j < n_; ++j) {
            const Integer& w = weights_.entries(i, j);
            if (w != 0) {
                bits = std::max(bits, static_cast<int>(msb(Integer(abs(w)))) + 1);
                (w > 0 ? positive_ : negative_)[static_cast<std::size_t>(i)] |= std::uint32_t{1}
                                                                                << j;
            }
        }
    }
    for (Index i = 0; i < n_; ++i) {
        for (Index j = 0; j < n_; ++j) {
            W_(i, j) = exact::nearest_quotient(weights_.entries(i, j), 1, -bits);
            usable_ =
                usable_ && (weights_.entries(i, j) == 0 || std::abs(W_(i, j)) >= smallest_share);
        }
    }
}

OriginSupport::Open OriginSupport::by_rows(std::uint32_t mask) const {
    Open open;
    for (std::uint32_t rest = mask; rest != 0; rest &= rest - 1) {
        const auto row = static_cast<std::size_t>(std::countr_zero(rest));
        const bool rises = (positive_[row] & mask) != 0;
        const bool falls = (negative_[row] & mask) != 0;
        open.decay = open.decay && falls;
        open.repel = open.repel && rises;
        open.rest = open.rest && rises == falls;
    }
    return open;
}

SupportVerdict OriginSupport::operator()(std::uint32_t mask) const {
    Open open = by_rows(mask);
    if (!open.any()) {
        return {};
    }
    const std::vector<Index> K = units_of(mask, n_, true);
    if (usable_) {
        Block block;
        block.units = K;
        block.A = W_(K, K);
        block.lu.compute(block.A);
        block.x = block.lu.solve(SmallVector::Constant(block.size(), -1.0));
        if (block.x.allFinite()) {
            by_combinations(block, open);
            if (!open.any()) {
                return {};
            }
            block.others = units_of(mask, n_, false);
            if (const auto verdict = in_double(block)) {
                return *verdict;
            }
        }
    }
    return in_integers(K, open);
}

/// The rows of W_KK⁻¹ at the components of x of either sign are the combinations to try.
void OriginSupport::by_combinations(const Block& block, Open& open) const {
    Index lowest = 0;
    Index highest = 0;
    const double low = block.x.minCoeff(&lowest);
    const double high = block.x.maxCoeff(&highest);
    if (low < 0.0 && (open.decay || open.rest)) {
        by_combination(block, lowest, open);
    }
    if (high > 0.0 && (open.repel || open.rest)) {
        by_combination(block, highest, open);
    }
}

/// p with pᵀW_KK ≈ e_component + a little of every other: positive throughout, if the bounds hold.
void OriginSupport::by_combination(const Block& block, Index component, Open& open) const {
    const Index k = block.size();
    const double little =
        std::min(1e-4, 0.25 * std::abs(block.x[component]) / block.x.cwiseAbs().sum());
    SmallVector right = SmallVector::Constant(k, little);
    right[component] += 1.0;
    const SmallVector p = block.lu.transpose().solve(right);
    if (!p.allFinite()) {
        return;
    }
    const SmallVector size = p.cwiseAbs();
    const double gamma = rounding_gamma(k + 6) * bound_slack;
    for (Index j = 0; j < k; ++j) {
        const double value = p.dot(block.A.col(j));
        const double bound = gamma * size.dot(block.A.col(j).cwiseAbs()) + underflow_cover;
        if (!(value > bound)) {
            return;
        }
    }
    // v > 0: pᵀW_KK v > 0, which is c Σp.
    const double sum = p.sum();
    const double bound = gamma * size.sum();
    open.rest = false;
    open.decay = open.decay && sum < bound;
    open.repel = open.repel && sum > -bound;
}

std::optional<SupportVerdict> OriginSupport::in_double(const Block& block) const {
    const Index k = block.size();
    const SmallMatrix R = block.lu.inverse();
    if (!R.allFinite()) {
        return std::nullopt;
    }
    const double gamma = rounding_gamma(k + 6) * bound_slack;
    const SmallMatrix R_abs = R.cwiseAbs();
    const SmallMatrix A_abs = block.A.cwiseAbs();
    const SmallMatrix G = (SmallMatrix::Identity(k, k) - R.lazyProduct(block.A)).cwiseAbs() +
                          gamma * (R_abs.lazyProduct(A_abs) + SmallMatrix::Identity(k, k));
    const double contraction =
        (G.rowwise().sum().maxCoeff() + underflow_cover * (1.0 + R_abs.sum())) * bound_slack;
    if (!(contraction < 0.5)) {
        return std::nullopt;
    }
    const SmallVector ones = SmallVector::Ones(k);
    SmallVector residual = (ones + block.A.lazyProduct(block.x)).cwiseAbs();
    residual += gamma * (ones + A_abs.lazyProduct(block.x.cwiseAbs()));
    residual.array() += underflow_cover;
    const SmallVector reach = R_abs.lazyProduct(residual) * bound_slack;
    const double rest = contraction / (1.0 - contraction) * reach.maxCoeff();
    const Vector error =
        (reach.array() + rest).matrix() * bound_slack + Vector::Constant(k, underflow_cover);
    bool sure = true;
    bool has_positive = false;
    bool has_negative = false;
    for (Index i = 0; i < k; ++i) {
        sure = sure && std::abs(block.x[i]) > error[i];
        has_positive = has_positive || block.x[i] > error[i];
        has_negative = has_negative || block.x[i] < -error[i];
    }
    if (has_positive && has_negative) {
        return SupportVerdict{};
    }
    if (!sure) {
        return std::nullopt;
    }
    return has_negative ? SupportVerdict{.repels = true} : judge_in_double(block, error);
}

/// `block.x` is within `error` of a decay direction v > 0.
std::optional<SupportVerdict> OriginSupport::judge_in_double(const Block& block,
                                                             const Vector& error) const {
    const Index k = block.size();
    const double gamma = rounding_gamma(k + 6) * bound_slack;
    SupportVerdict verdict{.decays = true};
    bool sure = true;
    for (const Index j : block.others) {
        double rate = 1.0;
        double size = 1.0;
        double from_x = underflow_cover;
        for (Index i = 0; i < k; ++i) {
            const double w = W_(j, block.units[static_cast<std::size_t>(i)]);
            rate += w * block.x[i];
            size += std::abs(w) * std::abs(block.x[i]);
            from_x += std::abs(w) * error[i];
        }
        const double bound = (from_x + gamma * size) * bound_slack;
        if (rate > bound) {
            return verdict;
        }
        sure = sure && rate < -bound;
    }
    if (!sure) {
        return std::nullopt;
    }
    verdict.not_invaded = true;
    const Matrix J = block.x.asDiagonal() * block.A;
    const Matrix J_error =
        (4.0 * unit_roundoff * J.cwiseAbs() + error.asDiagonal() * block.A.cwiseAbs()) *
            bound_slack +
        Matrix::Constant(k, k, underflow_cover);
    const auto discs = spectral_discs(J, J_error);
    if (!discs) {
        return std::nullopt;
    }
    verdict.stability =
        discs->unstable > 0 ? DirectionStability::Unstable : DirectionStability::Stable;
    return verdict;
}

SupportVerdict OriginSupport::in_integers(const std::vector<Index>& K, const Open& open) const {
    SupportVerdict verdict{.exact = true};
    const IntegerMatrix M = principal_block(weights_.entries, K);
    const auto solution = exact::solve(M, std::vector<Integer>(K.size(), Integer(-1)));
    if (!solution) {
        verdict.decays = open.decay && has_positive_solution(M, -1);
        verdict.repels = open.repel && has_positive_solution(M, 1);
        verdict.rests = open.rest && has_positive_solution(M, 0);
        verdict.singular = verdict.decays || verdict.repels || verdict.rests;
        return verdict;
    }
    const auto all = [&](int sign) {
        return std::all_of(solution->numerators.begin(), solution->numerators.end(),
                           [&](const Integer& v) { return v.sign() == sign; });
    };
    verdict.repels = all(-1);
    verdict.decays = all(1);
    if (verdict.decays) {
        const Outside beyond = outside(K, *solution);
        if (beyond.invaders.empty()) {
            verdict.not_invaded = beyond.ties.empty();
            verdict.stability = stability_of(false, !beyond.ties.empty(), inertia(M, *solution));
        }
    }
    return verdict;
}

OriginSupport::Outside OriginSupport::outside(const std::vector<Index>& K,
                                              const exact::Solution& solution) const {
    Outside beyond;
    for (Index j = 0; j < n_; ++j) {
        if (std::binary_search(K.begin(), K.end(), j)) {
            continue;
        }
        Integer rate = solution.determinant;  // of 1 + (Wv)_j, times the determinant
        for (std::size_t i = 0; i < K.size(); ++i) {
            rate += weights_.entries(j, K[i]) * solution.numerators[i];
        }
        if (rate > 0) {
            beyond.invaders.push_back(j);
        } else if (rate == 0) {
            beyond.ties.push_back(j);
        }
        const double value = exact::nearest_quotient(rate, solution.determinant, 0);
        beyond.largest_rate = std::max(beyond.largest_rate.value_or(value), value);
    }
    return beyond;
}

DecayDirection OriginSupport::describe(std::uint32_t mask) const {
    DecayDirection direction;
    direction.units = units_of(mask, n_, true);
    const IntegerMatrix M = principal_block(weights_.entries, direction.units);
    const auto solution =
        exact::solve(M, std::vector<Integer>(direction.units.size(), Integer(-1)));
    direction.v = Vector::Zero(n_);
    for (std::size_t i = 0; i < direction.units.size(); ++i) {
        direction.v[direction.units[i]] = exact::nearest_quotient(
            solution->numerators[i], solution->determinant, -weights_.exponent);
    }
    Outside beyond = outside(direction.units, *solution);
    const Inside inside = inertia(M, *solution);
    direction.unstable_inside = inside.unstable;
    direction.neutral_inside = inside.neutral;
    direction.stability = stability_of(!beyond.invaders.empty(), !beyond.ties.empty(), inside);
    const Matrix J = jacobian_inside(M, *solution);
    const auto abscissa = spectral_abscissa(J, entry_rounding(J));
    direction.slowest_exponent = abscissa ? abscissa->value : eigenvalues(J).front().real();
    direction.exponent_error = abscissa ? abscissa->error : std::numeric_limits<double>::infinity();
    if (beyond.largest_rate) {
        direction.slowest_exponent = std::max(direction.slowest_exponent, *beyond.largest_rate);
        direction.exponent_error = std::max(direction.exponent_error,
                                            2.0 * unit_roundoff * std::abs(*beyond.largest_rate));
    }
    direction.invaders = std::move(beyond.invaders);
    direction.ties = std::move(beyond.ties);
    return direction;
}

}  // namespace resdyn
