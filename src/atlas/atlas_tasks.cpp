#include "atlas_tasks.hpp"

#include <algorithm>
#include <bit>

namespace resdyn {

namespace {

/// A run of sets shares most of its pivots, and its result is short beside its work; small atlases
/// still have many runs, large ones not more than one process can deal and a journal can hold.
Index run_bits_of(Index n) {
    return std::min(n, n <= 20 ? std::clamp<Index>(n - 7, 4, 8) : 8 + (n - 20) / 2);
}

/// How many units are held in a run whose sets all contain `free`. A set of one unit more has some
/// eight times fewer equilibria, of five units some four times: the parts come out alike.
Index held_units(Index n, Index run_bits, std::uint32_t free) {
    const Index size = std::popcount(free);
    const Index wanted = n - run_bits - 5 - 3 * size + std::max<Index>(0, size - 2);
    return std::clamp<Index>(wanted, 0, std::max<Index>(0, n - run_bits - size - 1));
}

}  // namespace

AtlasTasks::AtlasTasks(Index n) : n_(n), run_bits_(run_bits_of(n)) {
    const Index runs = Index{1} << (n - run_bits_);
    begin_.reserve(static_cast<std::size_t>(runs) + 1);
    begin_.push_back(0);
    for (Index run = 0; run < runs; ++run) {
        const auto free = static_cast<std::uint32_t>(run << run_bits_);
        begin_.push_back(begin_.back() + (Index{1} << held_units(n, run_bits_, free)));
    }
}

AtlasPart AtlasTasks::part(Index task) const {
    const auto after = std::upper_bound(begin_.begin(), begin_.end(), task);
    const Index run = after - begin_.begin() - 1;
    AtlasPart part{.first = static_cast<std::uint32_t>(run << run_bits_),
                   .sets = std::uint32_t{1} << run_bits_};
    const Index held = held_units(n_, run_bits_, part.first);
    // Saturated in all sets of the run; the last one may be the mirror's (free_set_walk.cpp).
    std::uint32_t units =
        static_cast<std::uint32_t>(((std::uint64_t{1} << n_) - 1) >> run_bits_ << run_bits_) &
        ~part.first;
    units &= ~std::bit_floor(units);
    auto code = static_cast<std::uint32_t>(task - *(after - 1));
    for (Index k = 0; k < held; ++k, code >>= 1) {
        const std::uint32_t unit = std::bit_floor(units);
        units &= ~unit;
        part.held |= unit;
        part.high |= (code & 1U) != 0 ? unit : 0;
    }
    return part;
}

}  // namespace resdyn
