#include "principal_minors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

#include <resdyn/core/error.hpp>

#include "core/parallel.hpp"
#include "pivot_table.hpp"
#include "scratch_pool.hpp"

namespace resdyn {

namespace {

constexpr double largest_minor_error = 1e-3;

constexpr std::size_t timed_sets = 512;

constexpr std::size_t least_per_part = 256;
constexpr unsigned most_parts_log2 = 9;
constexpr double minor_seconds = 0.8e-6;  // measured, N = 20

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

template <typename T>
std::string bytes_of(const std::vector<T>& values, std::size_t first, std::size_t end) {
    std::string bytes((end - first) * sizeof(T), '\0');
    std::memcpy(bytes.data(), values.data() + first, bytes.size());
    return bytes;
}

template <typename T>
void read_bytes(std::string_view bytes, std::vector<T>& values, std::size_t first) {
    std::memcpy(values.data() + first, bytes.data(), bytes.size());
}

/// Of so many minors, each with its note.
void check_size(std::string_view bytes, std::size_t minors) {
    const std::size_t expected = minors * (sizeof(double) + 1);
    if (bytes.size() != expected) {
        reject_input("minors", fmt::format("{} bytes", expected), fmt::format("{}", bytes.size()));
    }
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

PrincipalMinors::PrincipalMinors(Index n, Index largest)
    : n_(n), largest_(std::min(largest, most_free)) {
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

/// The largest error over subsets: of those with one unit less it is known, where sets come after
/// their subsets.
void PrincipalMinors::spread_errors(int threads) {
    constexpr std::uint8_t errors = (1U << error_bits) - 1U;
    const Index low = std::min<Index>(n_, low_units);
    for (int size = 0; size <= std::min(n_ - low, largest_); ++size) {
        std::vector<std::uint32_t> stretches;
        for (std::uint32_t high = 0; high < std::uint32_t{1} << (n_ - low); ++high) {
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

std::size_t PrincipalMinors::sets_per_part() const {
    const std::size_t count = std::size_t{1} << n_;
    return std::min(count, std::max(count >> most_parts_log2,
                                    is_whole_ ? least_per_part : std::size_t{1} << low_units));
}

std::pair<std::size_t, std::size_t> PrincipalMinors::stretch(Index part) const {
    const std::size_t first = static_cast<std::size_t>(part) * sets_per_part();
    return {begin(first), begin(first + sets_per_part())};
}

void PrincipalMinors::compute(Index part, PivotTables& tables, const FilterWeights& weights,
                              const FaceSolver& solver) {
    const std::size_t first = static_cast<std::size_t>(part) * sets_per_part();
    for (std::size_t mask = std::max<std::size_t>(first, 1); mask < first + sets_per_part();
         ++mask) {
        const auto free = static_cast<std::uint32_t>(mask);
        if (!holds(free)) {
            continue;
        }
        const Minor minor =
            minor_of(free, weights.usable ? &tables.of(free) : nullptr, weights, solver);
        const double exponent = std::floor(-std::log2(minor.error));
        const std::size_t here = place(free);
        values_[here] = minor.value;
        notes_[here] =
            static_cast<std::uint8_t>((static_cast<unsigned>(minor.kind) << error_bits) |
                                      static_cast<unsigned>(std::clamp(exponent, 0.0, 63.0)));
    }
}

PrincipalMinors::PrincipalMinors(const FilterWeights& weights, const FaceSolver& solver,
                                 int threads, const std::function<bool()>& stop_requested,
                                 Index largest)
    : PrincipalMinors(weights.dimension(), largest) {
    ScratchPool<PivotTables> scratch;
    const auto stop = [&] { return stop_requested && stop_requested(); };
    parallel_for(parts(), threads, [&](Index number) {
        if (!stop()) {
            scratch.with([&] { return std::make_unique<PivotTables>(weights); },
                         [&](PivotTables& tables) { compute(number, tables, weights, solver); });
        }
    });
    if (!stop()) {
        finish(threads);
    }
}

std::string PrincipalMinors::part(Index number, const FilterWeights& weights,
                                  const FaceSolver& solver) {
    PivotTables tables(weights);
    compute(number, tables, weights, solver);
    const auto [first, end] = stretch(number);
    return bytes_of(values_, first, end) + bytes_of(notes_, first, end);
}

void PrincipalMinors::put(Index number, std::string_view bytes) {
    const auto [first, end] = stretch(number);
    check_size(bytes, end - first);
    read_bytes(bytes.substr(0, (end - first) * sizeof(double)), values_, first);
    read_bytes(bytes.substr((end - first) * sizeof(double)), notes_, first);
}

std::string PrincipalMinors::bytes() const {
    return bytes_of(values_, 0, values_.size()) + bytes_of(notes_, 0, notes_.size());
}

void PrincipalMinors::read(std::string_view bytes) {
    const std::size_t values = values_.size() * sizeof(double);
    check_size(bytes, values_.size());
    read_bytes(bytes.substr(0, values), values_, 0);
    read_bytes(bytes.substr(values), notes_, 0);
}

double PrincipalMinors::seconds(Index n) {
    return std::min(std::exp2(n), static_cast<double>(most_minors)) * minor_seconds;
}

double PrincipalMinors::size_in_bytes(Index n) {
    return std::min(std::exp2(n), static_cast<double>(most_minors)) * (sizeof(double) + 1);
}

}  // namespace resdyn
