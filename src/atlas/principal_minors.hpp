/// @file
/// The principal minors det W_FF of the scaled weights, with proved relative errors: what the
/// characteristic polynomials of every free block diag(g) W_FF are made of.
///
/// Those of sets of at most largest() units are held, which hold nearly all equilibria: of 16 units
/// up to N = 27, beyond of fewer (13 at N = 28, 10 at N = 32), so that there are never more than
/// most_minors, nine bytes each. Free blocks beyond are decided one by one, by their spectral
/// discs: from 16 units on that is cheaper than the 2^|F| minors of F, too.
#pragma once

#include <bit>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "equilibria/filter_weights.hpp"
#include "equilibria/free_set.hpp"

namespace resdyn {

enum class BlockKind : std::uint8_t {
    Verified,  ///< proved non-singular in double arithmetic.
    Exact,     ///< proved non-singular in exact arithmetic only.
    Singular,  ///< proved singular.
};

struct PivotTable;
class PivotTables;

/// det W_FF of one F, from its table, or exactly where doubles do not tell enough (or are not
/// usable: no table).
struct Minor {
    double value = 1.0;  ///< 0 exactly where singular.
    double error = 0.0;  ///< relative.
    BlockKind kind = BlockKind::Verified;
};
Minor minor_of(std::uint32_t free, const PivotTable* table, const FilterWeights& weights,
               const FaceSolver& solver);

class PrincipalMinors {
  public:
    static constexpr std::size_t most_minors = std::size_t{1} << 27;
    static constexpr Index most_free = 16;

    /// Computes them; `stop_requested` is asked between tasks: if it says yes the result is not
    /// whole. `largest`: hold those of sets of at most so many units, though there is room for more
    /// (for tests).
    PrincipalMinors(const FilterWeights& weights, const FaceSolver& solver, int threads,
                    const std::function<bool()>& stop_requested, Index largest = most_free);

    /// @name Made in parts, by several processes
    /// @{
    /// Of n units, with room for them and none computed.
    explicit PrincipalMinors(Index n, Index largest = most_free);
    /// Runs of sets, which together are all.
    Index parts() const { return static_cast<Index>((std::size_t{1} << n_) / sets_per_part()); }
    /// Computes one, for put() on any process of this kind of machine.
    std::string part(Index number, const FilterWeights& weights, const FaceSolver& solver);
    void put(Index number, std::string_view bytes);
    /// Once all parts are there.
    void finish(int threads) { spread_errors(threads); }
    /// All of them, for read() of one that has room for as many.
    std::string bytes() const;
    void read(std::string_view bytes);
    /// Seconds of one thread that computing them takes about, and the bytes that tell them.
    static double seconds(Index n);
    static double size_in_bytes(Index n);
    /// @}

    /// Units of the largest sets that are held.
    Index largest() const { return largest_; }
    bool holds(std::uint32_t free) const { return std::popcount(free) <= largest_; }

    /// Of sets that are held; their subsets are too.
    double value(std::uint32_t free) const { return values_[place(free)]; }
    BlockKind kind(std::uint32_t free) const {
        return static_cast<BlockKind>(notes_[place(free)] >> error_bits);
    }
    /// At least the relative error of the minor of every subset of F; a power of two.
    double error(std::uint32_t free) const;

  private:
    static constexpr unsigned error_bits = 6;
    static constexpr unsigned low_units = 16;
    static constexpr std::uint32_t low_mask = (std::uint32_t{1} << low_units) - 1;

    /// Where a run of sets that begins with this one stands; behind all of them where none does.
    std::size_t begin(std::size_t free) const {
        return is_whole_ ? free : free >> n_ != 0 ? values_.size() : begin_[free >> low_units];
    }
    /// The units from 16 on choose a stretch; within it the sets of the units below stand by size,
    /// so that those that are held are the first.
    std::size_t place(std::uint32_t free) const {
        return is_whole_ ? free : begin_[free >> low_units] + order_[free & low_mask];
    }
    std::size_t sets_per_part() const;
    /// Of a part: where its sets begin and where those behind it do.
    std::pair<std::size_t, std::size_t> stretch(Index part) const;
    void compute(Index part, PivotTables& tables, const FilterWeights& weights,
                 const FaceSolver& solver);
    void spread_errors(int threads);

    Index n_;
    Index largest_;
    bool is_whole_ = true;
    std::vector<std::size_t> begin_{};    ///< of a stretch.
    std::vector<std::uint16_t> order_{};  ///< of the sets of low units, by size.
    std::vector<double> values_{};
    /// The kind, and the size of the error: 2^−e, e in the lower bits.
    std::vector<std::uint8_t> notes_{};
};

/// About how many of the minors are beyond double arithmetic, from a sample; 0 … 1.
double exact_share(const FilterWeights& weights);

}  // namespace resdyn
