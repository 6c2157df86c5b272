#include "pivot_table.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "equilibria/verified_block.hpp"

namespace resdyn {

namespace {

/// Beyond this ‖I − R W_FF‖∞ a table begins anew …
constexpr double poor_contraction = 0x1p-37;
/// … and beyond this even that is not worked with: the exact solution, rounded once, is better.
constexpr double largest_contraction = 0x1p-10;
constexpr double poor_minor_error = 1e-10;
/// Entries beyond this are not worked with.
constexpr double largest_reach = 0x1p60;

const UnitRows& identity() {
    static const UnitRows rows = [] {
        UnitRows made;
        for (std::size_t i = 0; i < most_units; ++i) {
            made[i][i] = 1.0;
        }
        return made;
    }();
    return rows;
}

template <typename Visit>
void each_unit(std::uint32_t mask, const Visit& visit) {
    for (; mask != 0; mask &= mask - 1) {
        visit(static_cast<std::size_t>(std::countr_zero(mask)));
    }
}

std::size_t lowest_of(std::uint32_t mask) {
    return static_cast<std::size_t>(std::countr_zero(mask));
}

/// Units that may still join.
std::uint32_t below_lowest(std::uint32_t mask) {
    return (std::uint32_t{1} << lowest_of(mask)) - 1;
}

}  // namespace

PivotTables::PivotTables(const FilterWeights& weights)
    : weights_(weights), chain_(static_cast<std::size_t>(weights.dimension() + 1)) {
    chain_[0].rows = weights.rows;
}

const PivotTable& PivotTables::of(std::uint32_t mask) {
    PivotTable& table = chain_[static_cast<std::size_t>(std::popcount(mask))];
    if (table.set.mask != mask) {
        const PivotTable& parent = of(mask & (mask - 1));
        switch (packs_of(weights_.dimension())) {
            case 1:
                build<1>(mask, parent, table);
                break;
            case 2:
                build<2>(mask, parent, table);
                break;
            case 3:
                build<3>(mask, parent, table);
                break;
            default:
                build<most_packs>(mask, parent, table);
        }
    }
    return table;
}

template <std::size_t Packs>
void PivotTables::build(std::uint32_t mask, const PivotTable& parent, PivotTable& table) const {
    table.set.mask = mask;
    if (parent.verified) {
        pivot<Packs>(parent, table);
        const Residual residual = verify<Packs>(table);
        table.verified = residual.contraction <= poor_contraction;
        if (table.verified) {
            chain_minor(parent, residual, table);
            if (table.minor_error <= poor_minor_error) {
                return;
            }
        }
    }
    begin_anew<Packs>(table);
}

template <std::size_t Packs>
void PivotTables::pivot(const PivotTable& parent, PivotTable& table) const {
    const std::uint32_t mask = table.set.mask;
    const std::size_t unit = lowest_of(mask);
    const double inverse = 1.0 / parent.rows[unit][unit];
    UnitRow& pivot_row = table.rows[unit];
    std::array<Pack, Packs> scaled;
    for (std::size_t p = 0; p < Packs; ++p) {
        pivot_row.set_pack(p, -inverse * parent.rows[unit].pack(p));
    }
    pivot_row[unit] = inverse;
    for (std::size_t p = 0; p < Packs; ++p) {
        scaled[p] = pivot_row.pack(p);
    }
    const UnitRow& unit_row = identity()[unit];
    each_unit((parent.set.mask | below_lowest(mask)), [&](std::size_t l) {
        const UnitRow& from = parent.rows[l];
        const double factor = from[unit];
        for (std::size_t p = 0; p < Packs; ++p) {
            const Pack cleared = from.pack(p) - factor * unit_row.pack(p);
            table.rows[l].set_pack(p, cleared + factor * scaled[p]);
        }
    });
}

template <std::size_t Packs>
PivotTables::Residual PivotTables::verify(PivotTable& table) const {
    FreeSet& set = table.set;
    const Index n = weights_.dimension();
    const UnitList free(set.mask);
    const UnitRow inside = indicator(set.mask);
    const double gamma =
        rounding_gamma(static_cast<Index>(free.count) + 3) + 2.0 * weights_.entry_error;
    std::array<double, most_units> spread{};
    std::array<double, most_units> h{};
    double contraction = 0.0;
    double largest = 0.0;
    for (std::size_t i = 0; i < free.count; ++i) {
        const std::size_t unit = free[i];
        const UnitRow& R = table.rows[unit];
        std::array<Pack, Packs> product{};  // row of R W
        for (const std::size_t j : free) {
            const double r = R[j];
            for (std::size_t p = 0; p < Packs; ++p) {
                product[p] += r * weights_.rows[j].pack(p);
            }
        }
        Pack residual_sum = 0.0;
        Pack reach_sum = 0.0;
        Pack size_sum = 0.0;
        for (std::size_t p = 0; p < Packs; ++p) {
            const Pack in = inside.pack(p);
            const Pack kept = product[p] * in;
            const Pack b = kept - product[p];
            set.B[unit].set_pack(p, b);
            residual_sum += abs(identity()[unit].pack(p) - kept);
            reach_sum += abs(b);
            size_sum += abs(R.pack(p)) * in * weights_.row_sum.pack(p);
        }
        set.reach[unit] = reduce(reach_sum);
        spread[i] = gamma * (reduce(size_sum) + 1.0);
        h[i] = (reduce(residual_sum) + spread[i]) * bound_slack;
        // NaN must fail: written so that it does.
        contraction = h[i] <= contraction ? contraction : h[i];
        const double row = (set.reach[unit] + spread[i]) * bound_slack;
        largest = row <= largest ? largest : row;
    }
    if (!(contraction < 0.5 && largest <= largest_reach)) {
        return {std::numeric_limits<double>::infinity(), 0.0};
    }
    const double amplified = 1.0 / (1.0 - contraction) * bound_slack;
    for (std::size_t i = 0; i < free.count; ++i) {
        const std::size_t unit = free[i];
        set.error[unit] =
            (spread[i] + h[i] * amplified * largest + rounding_gamma(n + 3) * set.reach[unit]) *
                bound_slack +
            underflow_cover;
    }
    return {contraction, h[0] * amplified};
}

void PivotTables::chain_minor(const PivotTable& parent, const Residual& residual,
                              PivotTable& table) const {
    const std::size_t unit = lowest_of(table.set.mask);
    double largest = 0.0;
    each_unit(table.set.mask,
              [&](std::size_t l) { largest = std::max(largest, std::abs(table.rows[l][unit])); });
    const double entry = table.rows[unit][unit];
    const double tau = residual.lowest * largest / std::abs(entry);
    table.minor = parent.minor / entry;
    // (1 + a)(1 + u)/(1 − τ) − 1 for a, τ ≤ 1e-9.
    table.minor_error = (parent.minor_error + tau + 3.0 * unit_roundoff) * (1.0 + 1e-6);
    if (!(std::abs(table.minor) >= smallest_minor)) {
        table.minor_error = 1.0;
    }
}

template <std::size_t Packs>
void PivotTables::begin_anew(PivotTable& table) const {
    const std::uint32_t mask = table.set.mask;
    const std::vector<Index> free = units_of(mask, weights_.dimension(), true);
    table.verified = false;
    table.minor_error = 1.0;
    const auto block = verified_block(weights_, free);
    if (!block) {
        return;
    }
    table.minor = block->determinant;
    table.minor_error = block->determinant_error;
    for (std::size_t i = 0; i < free.size(); ++i) {
        UnitRow& row = table.rows[static_cast<std::size_t>(free[i])];
        row = UnitRow{};
        for (std::size_t j = 0; j < free.size(); ++j) {
            row[static_cast<std::size_t>(free[j])] =
                block->inverse(static_cast<Index>(i), static_cast<Index>(j));
        }
    }
    table.verified = verify<Packs>(table).contraction <= largest_contraction;
    for (const Index i : free) {
        const auto unit = static_cast<std::size_t>(i);
        for (std::size_t p = 0; p < Packs; ++p) {
            table.rows[unit].set_pack(p, table.rows[unit].pack(p) + table.set.B[unit].pack(p));
        }
    }
    const UnitRow inside = indicator(mask);
    each_unit(below_lowest(mask), [&](std::size_t l) {
        for (std::size_t p = 0; p < Packs; ++p) {
            const Pack from = weights_.rows[l].pack(p);
            Pack sum = from - from * inside.pack(p);
            for (const Index f : free) {
                const auto unit = static_cast<std::size_t>(f);
                sum += weights_.rows[l][unit] * table.rows[unit].pack(p);
            }
            table.rows[l].set_pack(p, sum);
        }
    });
}

}  // namespace resdyn
