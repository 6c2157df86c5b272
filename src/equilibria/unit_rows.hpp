/// @file
/// Small square tables with one row and one column a unit, laid out for vector instructions: rows
/// of one fixed length, aligned, columns beyond N zero. A unit keeps its place whatever set it is
/// in, so nothing is gathered and loops have no remainders.
#pragma once

#include <array>
#include <cstdint>
#include <experimental/simd>

#include <resdyn/core/types.hpp>

namespace resdyn {

/// Units that a bit mask of the atlas may hold.
inline constexpr std::size_t most_units = 32;

/// Eight doubles: one register with AVX-512, two with AVX2, arithmetic lane by lane anywhere.
using Pack = std::experimental::fixed_size_simd<double, 8>;
inline constexpr std::size_t pack_size = 8;
inline constexpr std::size_t most_packs = most_units / pack_size;

/// One number a unit.
struct alignas(64) UnitRow {
    std::array<double, most_units> at{};
    double& operator[](std::size_t i) { return at[i]; }
    double operator[](std::size_t i) const { return at[i]; }
    Pack pack(std::size_t p) const {
        return Pack(at.data() + p * pack_size, std::experimental::vector_aligned);
    }
    void set_pack(std::size_t p, const Pack& value) {
        value.copy_to(at.data() + p * pack_size, std::experimental::vector_aligned);
    }
};

using UnitRows = std::array<UnitRow, most_units>;

/// The mask of units 0 … n − 1.
inline std::uint32_t all_units(Index n) {
    return static_cast<std::uint32_t>((std::uint64_t{1} << n) - 1);
}

inline std::size_t packs_of(Index n) {
    return (static_cast<std::size_t>(n) + pack_size - 1) / pack_size;
}

/// 1 on the units of `mask`, else 0.
inline UnitRow indicator(std::uint32_t mask) {
    UnitRow row;
    for (std::size_t i = 0; i < most_units; ++i) {
        row[i] = static_cast<double>(mask >> i & 1U);
    }
    return row;
}

}  // namespace resdyn
