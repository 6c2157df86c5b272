#include "principal_minors.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <resdyn/core/parallel.hpp>

#include "atlas/pivot_table.hpp"
#include "atlas/scratch_pool.hpp"

namespace resdyn {

namespace {

constexpr double largest_minor_error = 1e-3;

constexpr std::size_t timed_sets = 512;

std::size_t binomial(Index n, Index k) {
    std::size_t value = 1;
    for (Index j = 1; j <= k; ++j) {
        value = value * static_cast<std::size_t>(n - j + 1) / static_cast<std::size_t>(j);
    }
    return value;
}

/// Sets of at most k of n units.
std::size_t sets_up_to(Index n, Index k) {
    std::size_t sum = 0;
    for (Index j = 0; j <= std::min(n, k); ++j) {
        sum += binomial(n, j);
    }
    return sum;
}

}  // namespace

double exact_share(const FilterWeights& weights) {
    if (!weights.usable) {
        return 1.0;
    }
    // An odd stride spreads over set sizes and units.
    const std::size_t count = std::size_t{1} << weights.dimension();
    const std::size_t sampled = std::min(timed_sets, count);
    PivotTables tables(weights);
    std::size_t exact = 0;
    for (std::size_t i = 0; i < sampled; ++i) {
        const PivotTable& table = tables.of(static_cast<std::uint32_t>(i * 40503 % count));
        exact += table.minor_error > largest_minor_error ? 1 : 0;
    }
    return static_cast<double>(exact) / static_cast<double>(sampled);
}

Minor minor_of(std::uint32_t free, const PivotTable* table, const FilterWeights& weights,
               const FaceSolver& solver) {
    if (table != nullptr && table->minor_error <= largest_minor_error) {
        return {table->minor, table->minor_error, BlockKind::Verified};
    }
    const std::vector<Index> units = units_of(free, weights.dimension(), true);
    const double value = solver.determinant(units, weights.exponent);
    return {value, unit_roundoff,
            value == 0.0 && solver.is_singular(units) ? BlockKind::Singular : BlockKind::Exact};
}

double PrincipalMinors::error(std::uint32_t free) const {
    const unsigned exponent = notes_[place(free)] & ((1U << error_bits) - 1U);
    return std::ldexp(1.0, -static_cast<int>(exponent));
}

void PrincipalMinors::arrange(Index n) {
    std::size_t held = std::size_t{1} << n;
    is_whole_ = largest_ >= std::min(n, most_free) && held <= most_minors;
    if (!is_whole_) {
        largest_ = std::min(largest_, n - 1);
        while (sets_up_to(n, largest_) > most_minors) {
            --largest_;
        }
        const auto low = std::min<Index>(n, low_units);
        std::vector<std::uint32_t> sets(std::size_t{1} << low);
        std::iota(sets.begin(), sets.end(), 0U);
        std::stable_sort(sets.begin(), sets.end(), [](std::uint32_t a, std::uint32_t b) {
            return std::popcount(a) < std::popcount(b);
        });
        order_.resize(sets.size());
        for (std::size_t k = 0; k < sets.size(); ++k) {
            order_[sets[k]] = static_cast<std::uint16_t>(k);
        }
        held = 0;
        for (std::uint32_t high = 0; high < std::uint32_t{1} << (n - low); ++high) {
            begin_.push_back(held);
            held += sets_up_to(low, largest_ - std::popcount(high));
        }
    }
    values_.assign(held, 1.0);
    notes_.assign(held, (1U << error_bits) - 1U);
}

/// visit(first, end) for runs of sets, some of which may not be held.
template <typename Visit>
void PrincipalMinors::each_stretch(Index n, int threads, const Visit& visit) const {
    const std::size_t count = std::size_t{1} << n;
    const std::size_t at_a_time = std::min<std::size_t>(count, is_whole_ ? 256 : low_mask + 1);
    parallel_for(static_cast<Index>(count / at_a_time), threads, [&](Index task) {
        const std::size_t first = static_cast<std::size_t>(task) * at_a_time;
        if (holds(static_cast<std::uint32_t>(first))) {
            visit(first, first + at_a_time);
        }
    });
}

/// The largest error over subsets: of those with one unit less it is known, where sets come after
/// their subsets.
void PrincipalMinors::spread_errors(Index n, int threads) {
    constexpr std::uint8_t errors = (1U << error_bits) - 1U;
    const Index low = std::min<Index>(n, low_units);
    for (int size = 0; size <= std::min(n - low, largest_); ++size) {
        std::vector<std::uint32_t> stretches;
        for (std::uint32_t high = 0; high < std::uint32_t{1} << (n - low); ++high) {
            if (std::popcount(high) == size) {
                stretches.push_back(high << low_units);
            }
        }
        parallel_for(static_cast<Index>(stretches.size()), threads, [&](Index k) {
            const std::uint32_t first = stretches[static_cast<std::size_t>(k)];
            for (std::uint32_t below = 0; below < std::uint32_t{1} << low; ++below) {
                const std::uint32_t free = first | below;
                if (!holds(free)) {
                    continue;
                }
                std::uint8_t& note = notes_[place(free)];
                auto exponent = static_cast<std::uint8_t>(note & errors);
                for (std::uint32_t units = free; units != 0; units &= units - 1) {
                    const std::uint32_t without = free ^ (units & (~units + 1));
                    exponent = std::min(exponent,
                                        static_cast<std::uint8_t>(notes_[place(without)] & errors));
                }
                note = static_cast<std::uint8_t>((note & ~errors) | exponent);
            }
        });
    }
}

PrincipalMinors::PrincipalMinors(const FilterWeights& weights, const FaceSolver& solver,
                                 int threads, const std::function<bool()>& stop_requested,
                                 Index largest)
    : largest_(std::min(largest, most_free)) {
    const Index n = weights.dimension();
    arrange(n);
    ScratchPool<PivotTables> scratch;
    each_stretch(n, threads, [&](std::size_t first, std::size_t end) {
        if (stop_requested && stop_requested()) {
            return;
        }
        scratch.with(
            [&] { return std::make_unique<PivotTables>(weights); },
            [&](PivotTables& tables) {
                for (std::size_t mask = std::max<std::size_t>(first, 1); mask < end; ++mask) {
                    const auto free = static_cast<std::uint32_t>(mask);
                    if (!holds(free)) {
                        continue;
                    }
                    const Minor minor = minor_of(free, weights.usable ? &tables.of(free) : nullptr,
                                                 weights, solver);
                    const double exponent = std::floor(-std::log2(minor.error));
                    const std::size_t here = place(free);
                    values_[here] = minor.value;
                    notes_[here] = static_cast<std::uint8_t>(
                        (static_cast<unsigned>(minor.kind) << error_bits) |
                        static_cast<unsigned>(std::clamp(exponent, 0.0, 63.0)));
                }
            });
    });
    if (!(stop_requested && stop_requested())) {
        spread_errors(n, threads);
    }
}

}  // namespace resdyn
