#include <resdyn/equilibria/cones.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include <resdyn/core/error.hpp>
#include <resdyn/equilibria/face.hpp>

#include "core/parallel.hpp"
#include "exact_weights.hpp"

namespace resdyn {

using exact::Integer;
using exact::IntegerMatrix;
using exact::Rational;

namespace {

/// Support `number`, unit i its bit i.
Pattern support_of(Index number, Index n) {
    Pattern pattern;
    for (Index i = 0; i < n; ++i) {
        pattern.states.push_back((number >> i & 1) != 0 ? UnitState::Free : UnitState::Low);
    }
    return pattern;
}

std::optional<EquilibriumCone> cone_of(const ResidualSystem& system, const IntegerMatrix& W,
                                       const Pattern& pattern) {
    const std::vector<Index> free = pattern.free_units();
    std::vector<Index> rows = free;
    if (system.activation() == Activation::ReLU) {
        rows.clear();
        for (Index i = 0; i < pattern.size(); ++i) {
            rows.push_back(i);
        }
    }
    IntegerMatrix M(static_cast<Index>(rows.size()), static_cast<Index>(free.size()));
    for (Index i = 0; i < M.rows(); ++i) {
        for (Index j = 0; j < M.cols(); ++j) {
            M(i, j) = W(rows[static_cast<std::size_t>(i)], free[static_cast<std::size_t>(j)]);
        }
    }
    const auto space = exact::solution_space(M, std::vector<Integer>(rows.size(), Integer(0)));
    if (space->directions.empty()) {
        return std::nullopt;  // 0 is the only solution
    }
    // Homogeneous: a positive solution can be scaled into the unit cube.
    const auto inside = exact::point_inside(*space, Rational(0), Rational(1));
    if (!inside) {
        return std::nullopt;
    }
    EquilibriumCone cone;
    cone.pattern = pattern;
    cone.dimension = static_cast<Index>(space->directions.size());
    cone.direction = Vector::Zero(pattern.size());
    const Rational largest = *std::max_element(inside->begin(), inside->end());
    for (std::size_t k = 0; k < free.size(); ++k) {
        const Rational share = (*inside)[k] / largest;
        cone.direction[free[k]] = exact::quotient(numerator(share), denominator(share));
    }
    for (Index i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == UnitState::Free) {
            continue;
        }
        Rational rate = 0;
        for (std::size_t k = 0; k < free.size(); ++k) {
            rate += Rational(W(i, free[k])) * (*inside)[k];
        }
        cone.growing_units += rate > 0 ? 1 : 0;
        cone.decaying_units += rate < 0 ? 1 : 0;
    }
    cone.residual = Vector((system.W() * cone.direction)(rows)).lpNorm<Eigen::Infinity>();
    return cone;
}

}  // namespace

ConeReport equilibrium_cones(const ResidualSystem& system, Index max_dimension, int threads) {
    const Index n = system.dimension();
    if (is_bounded(system.activation())) {
        reject_argument("equilibrium_cones", "an unbounded activation (softplus or relu)",
                        to_string(system.activation()));
    }
    if (max_dimension < 1 || max_dimension > 20) {
        reject_argument("equilibrium_cones", "1 <= max_dimension <= 20",
                        fmt::format("{}", max_dimension));
    }
    if (n > max_dimension) {
        reject_argument("equilibrium_cones",
                        fmt::format("at most {} units (2^N supports are decided)", max_dimension),
                        fmt::format("{}", n));
    }
    const IntegerMatrix W = exact_weights(system).entries;
    ConeReport report;
    report.supports = (Index{1} << n) - 1;
    std::vector<std::optional<EquilibriumCone>> found(static_cast<std::size_t>(report.supports));
    parallel_for(report.supports, threads, [&](Index k) {
        found[static_cast<std::size_t>(k)] = cone_of(system, W, support_of(k + 1, n));
    });
    for (std::optional<EquilibriumCone>& cone : found) {
        if (cone) {
            report.cones.push_back(std::move(*cone));
        }
    }
    std::sort(
        report.cones.begin(), report.cones.end(),
        [](const EquilibriumCone& a, const EquilibriumCone& b) { return a.pattern < b.pattern; });
    return report;
}

}  // namespace resdyn
