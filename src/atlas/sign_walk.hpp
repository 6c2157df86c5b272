/// @file
/// All vectors s of signs with |B s + c| ≤ limit, by branch and bound over the columns: a filter in
/// single precision that lets a little too much through and misses nothing.
///
/// Rows are looked at together, eight to a vector instruction: a node of the tree costs a few of
/// them. The columns that move most come first, so bounds bite early; the last four are decided
/// sixteen sign vectors at a time, row by row.
#pragma once

#include <array>
#include <cstdint>
#include <experimental/simd>
#include <functional>
#include <span>

#include "equilibria/unit_rows.hpp"

namespace resdyn {

class SignWalk {
  public:
    /// Begins a new set of rows. `columns`: one bit each; these bits name the signs that are +1.
    void begin(std::uint32_t columns);
    /// Asks for |Σ_j b_j s_j + c| ≤ limit; b by unit, only the columns are read. At most most_units
    /// rows; all entries below 2^61.
    void add_row(const UnitRow& b, double c, double limit);
    std::size_t rows() const { return rows_; }

    /// The sign vectors that may satisfy all rows, in batches, in an order that depends on the rows
    /// only.
    using Found = std::function<void(std::span<const std::uint32_t>)>;
    void run(const Found& found);

  private:
    static constexpr std::size_t width = 8;
    using Floats = std::experimental::fixed_size_simd<float, width>;
    static constexpr std::size_t most = most_units / width;
    static constexpr std::size_t inner_most = 4;
    static constexpr std::size_t block = std::size_t{1} << inner_most;
    static constexpr std::size_t block_packs = block / width;
    struct alignas(64) Column {
        std::array<float, most_units> at{};
        Floats pack(std::size_t p) const {
            return Floats(at.data() + p * width, std::experimental::vector_aligned);
        }
        void set_pack(std::size_t p, const Floats& value) {
            value.copy_to(at.data() + p * width, std::experimental::vector_aligned);
        }
    };

    void order_columns();
    void prepare();
    template <std::size_t Packs>
    void descend(std::size_t depth, std::uint32_t signs);
    void leaf(std::uint32_t signs);
    void flush();

    std::size_t rows_ = 0;
    std::size_t columns_ = 0;
    std::array<std::uint8_t, most_units> unit_{};   ///< of a column, as begun.
    std::array<std::uint8_t, most_units> order_{};  ///< columns in the order of the tree.
    std::array<Column, most_units> B_;              ///< by column, as begun.
    std::array<float, most_units> largest_{};       ///< entry of a column.
    Column c_;
    Column limit_;  ///< room for rounding included.
    std::size_t outer_ = 0;
    std::array<std::uint32_t, most_units> bit_{};  ///< by depth.
    std::array<Column, most_units + 1> rest_;      ///< what is left to move, and the limit.
    std::array<Column, most_units + 1> sums_;
    struct alignas(64) Block {
        std::array<float, block> at{};
    };
    std::array<Block, most_units> table_;  ///< by row: what the last columns add.
    std::array<std::uint32_t, block> inner_bits_{};
    const Found* found_ = nullptr;
    std::array<std::uint32_t, 256> buffer_{};
    std::size_t filled_ = 0;
};

}  // namespace resdyn
