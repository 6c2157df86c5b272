#include <resdyn/interaction/frustration.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include <resdyn/core/error.hpp>
#include <resdyn/core/random.hpp>

#include "spin_glass.hpp"

namespace resdyn {

namespace {

/// What each pair costs in one measure: `base` whatever the camps, and the preferences S for the
/// rest.
struct Costs {
    double base = 0.0;
    Matrix S;
    /// Every cost is a multiple of it and every sum free of rounding; 0: sums are rounded.
    double unit = 1.0;
    double slack = 0.5;  ///< costs nearer than this are equal.
    /// Share of a sum that rounding may have added.
    double rounding() const {
        const auto terms = static_cast<double>(S.size() + 4);
        return unit > 0 ? 0.0 : terms * std::numeric_limits<double>::epsilon();
    }
    /// A bound below every cost, as large as the multiples of `unit` allow.
    double below(double bound) const {
        return unit > 0 ? unit * std::ceil(bound / unit - 1e-9)
                        : std::max(0.0, bound * (1.0 - rounding()));
    }
};

/// The largest power of two that divides every entry, if sums of them and their halves are exact;
/// else 0.
double common_unit(const Matrix& S, double total) {
    int lowest = std::numeric_limits<int>::max();
    for (const double value : S.reshaped()) {
        if (value != 0) {
            int exponent = 0;
            double fraction = std::frexp(value, &exponent);
            while (fraction != std::floor(fraction)) {
                fraction *= 2;
                --exponent;
            }
            lowest = std::min(lowest, exponent);
        }
    }
    if (lowest == std::numeric_limits<int>::max()) {
        return 1.0;
    }
    const double unit = std::ldexp(1.0, lowest);
    constexpr double largest_whole = 0x1p52;
    return unit > 0 && total / unit < largest_whole ? unit : 0.0;
}

struct PairCost {
    double same;   ///< of the negative entries.
    double apart;  ///< of the positive entries.
};

PairCost pair_weight(const Matrix& W, Index i, Index j) {
    return {std::max(-W(i, j), 0.0) + std::max(-W(j, i), 0.0),
            std::max(W(i, j), 0.0) + std::max(W(j, i), 0.0)};
}

PairCost pair_count(const Matrix& W, Index i, Index j) {
    const PairCost weight = pair_weight(W, i, j);
    return {weight.same > 0 ? 1.0 : 0.0, weight.apart > 0 ? 1.0 : 0.0};
}

template <typename PairCostOf>
Costs costs(const Matrix& W, const PairCostOf& pair_cost) {
    Costs result;
    result.S = Matrix::Zero(W.rows(), W.cols());
    for (Index j = 0; j < W.cols(); ++j) {
        for (Index i = 0; i < j; ++i) {
            const PairCost c = pair_cost(W, i, j);
            result.base += std::min(c.same, c.apart);
            result.S(i, j) = result.S(j, i) = c.apart - c.same;
        }
    }
    return result;
}

/// Units linked by nonzero preferences, component by component.
std::vector<std::vector<Index>> connected_units(const Matrix& S) {
    std::vector<std::vector<Index>> result;
    std::vector<bool> seen(static_cast<std::size_t>(S.rows()), false);
    for (Index start = 0; start < S.rows(); ++start) {
        if (seen[static_cast<std::size_t>(start)]) {
            continue;
        }
        std::vector<Index> units = {start};
        seen[static_cast<std::size_t>(start)] = true;
        for (std::size_t k = 0; k < units.size(); ++k) {
            for (Index j = 0; j < S.rows(); ++j) {
                if (S(j, units[k]) != 0 && !seen[static_cast<std::size_t>(j)]) {
                    seen[static_cast<std::size_t>(j)] = true;
                    units.push_back(j);
                }
            }
        }
        std::sort(units.begin(), units.end());
        result.push_back(std::move(units));
    }
    return result;
}

Matrix starting_camps(const Matrix& S, const Vector& spectral, const FrustrationOptions& options,
                      std::uint64_t task) {
    Matrix starts(S.rows(), options.restarts + 2);
    starts.col(0) = spin_glass::two_colouring(S);
    starts.col(1) = spectral;
    Random random(options.seed, task);
    for (Index k = 2; k < starts.cols(); ++k) {
        for (Index i = 0; i < S.rows(); ++i) {
            starts(i, k) = random.below(2) == 0 ? 1.0 : -1.0;
        }
    }
    return starts;
}

/// One connected component; adds to the index.
void solve_component(const Matrix& S, const Costs& costs, const FrustrationOptions& options,
                     std::uint64_t task, FrustrationIndex& index, Vector& camps) {
    camps = spin_glass::two_colouring(S);
    if (spin_glass::cost(S, camps) <= 0.0) {
        return;  // balanced
    }
    const spin_glass::SpectralBound spectral = spin_glass::spectral_bound(S);
    camps = spin_glass::tabu_search(S, starting_camps(S, spectral.s, options, task));
    double upper = spin_glass::cost(S, camps);
    const double packing = spin_glass::packing_bound(S) * (1.0 - costs.rounding());
    double lower = std::max(costs.below(packing), costs.below(spectral.bound));
    index.packing_bound += packing;
    index.spectral_bound += spectral.bound;
    FrustrationProof proof = FrustrationProof::BoundsMeet;
    if (lower < upper - costs.slack) {
        const spin_glass::Optimum optimum = spin_glass::branch_and_bound(
            S, camps, costs.slack,
            S.rows() <= options.exact_up_to ? options.small_nodes : options.large_nodes);
        index.nodes += optimum.nodes;
        proof = optimum.proved ? FrustrationProof::BranchAndBound : FrustrationProof::Bounds;
        if (optimum.proved) {
            camps = optimum.s;
            upper = optimum.cost;
            // Each doll may have let go of what is better by less than the slack.
            const double let_go = costs.slack * static_cast<double>(S.rows() + 1);
            lower =
                costs.unit > 0 ? upper : std::max(lower, upper * (1.0 - costs.rounding()) - let_go);
        }
    } else if (costs.unit > 0) {
        lower = upper;
    }
    lower = std::min(lower, upper);
    index.lower += lower;
    index.upper += upper;
    // The weakest proof of any component is that of the whole.
    const auto strength = [](FrustrationProof p) {
        return p == FrustrationProof::Bounds           ? 0
               : p == FrustrationProof::BoundsMeet     ? 1
               : p == FrustrationProof::BranchAndBound ? 2
                                                       : 3;
    };
    if (strength(proof) < strength(index.proof)) {
        index.proof = proof;
    }
}

FrustrationIndex solve(const Costs& costs, const FrustrationOptions& options) {
    FrustrationIndex index;
    index.proof = FrustrationProof::Balanced;
    index.upper = costs.base;
    index.lower = index.packing_bound = costs.base * (1.0 - costs.rounding());
    index.camps.assign(static_cast<std::size_t>(costs.S.rows()), 1);
    std::uint64_t task = 0;
    for (const std::vector<Index>& units : connected_units(costs.S)) {
        Vector camps;
        solve_component(costs.S(units, units), costs, options, task++, index, camps);
        for (std::size_t k = 0; k < units.size(); ++k) {
            index.camps[static_cast<std::size_t>(units[k])] =
                camps[static_cast<Index>(k)] * camps[0] > 0 ? 1 : -1;
        }
    }
    if (index.spectral_bound > 0) {
        index.spectral_bound += costs.base;
    }
    return index;
}

template <typename PairCostOf>
double cost_of_camps(const Matrix& W, const std::vector<int>& camps, const PairCostOf& pair_cost) {
    if (static_cast<Index>(camps.size()) != W.rows()) {
        reject_argument("camps", fmt::format("{} signs", W.rows()),
                        fmt::format("{}", camps.size()));
    }
    double sum = 0.0;
    for (Index j = 0; j < W.cols(); ++j) {
        for (Index i = 0; i < j; ++i) {
            const PairCost c = pair_cost(W, i, j);
            sum += camps[static_cast<std::size_t>(i)] == camps[static_cast<std::size_t>(j)]
                       ? c.same
                       : c.apart;
        }
    }
    return sum;
}

void validate(const FrustrationOptions& options) {
    require_at_least("exact_up_to", options.exact_up_to, 0);
    require_at_least("small_nodes", options.small_nodes, 0);
    require_at_least("large_nodes", options.large_nodes, 0);
    require_at_least("restarts", options.restarts, 1);
}

}  // namespace

std::string_view to_string(FrustrationProof proof) {
    switch (proof) {
        case FrustrationProof::Balanced:
            return "two_colouring";
        case FrustrationProof::BranchAndBound:
            return "branch_and_bound";
        case FrustrationProof::Bounds:
            return "bounds";
        case FrustrationProof::BoundsMeet:
            return "bounds_meet";
    }
    return "unknown";
}

Frustration frustration(const Matrix& W, const FrustrationOptions& options) {
    validate(options);
    if (W.rows() != W.cols() || !W.allFinite()) {
        reject_argument("frustration", "a square matrix of finite numbers",
                        fmt::format("{}x{}", W.rows(), W.cols()));
    }
    Frustration result;
    for (Index j = 0; j < W.cols(); ++j) {
        for (Index i = 0; i < j; ++i) {
            result.linked_pairs += W(i, j) != 0 || W(j, i) != 0 ? 1 : 0;
            const PairCost c = pair_count(W, i, j);
            result.mixed_pairs += c.same > 0 && c.apart > 0 ? 1 : 0;
        }
    }
    result.total_weight = W.cwiseAbs().sum() - W.diagonal().cwiseAbs().sum();
    result.pairs = solve(costs(W, pair_count), options);
    Costs weights = costs(W, pair_weight);
    weights.unit = common_unit(W, result.total_weight);
    weights.slack = weights.unit > 0 ? 0.5 * weights.unit : 1e-13 * result.total_weight;
    result.weight = solve(weights, options);
    return result;
}

double frustrated_pairs(const Matrix& W, const std::vector<int>& camps) {
    return cost_of_camps(W, camps, pair_count);
}

double frustrated_weight(const Matrix& W, const std::vector<int>& camps) {
    return cost_of_camps(W, camps, pair_weight);
}

}  // namespace resdyn
