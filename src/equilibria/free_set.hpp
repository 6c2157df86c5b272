/// @file
/// One set F of free units: the equilibria of all 2^(N−|F|) faces that share it, as a linear
/// function of the saturated units' levels, with proved error bounds.
///
/// On a face W_FF y_F + W_FS y_S = 0, hence y_F = B y_S with B = −W_FF⁻¹ W_FS. Low is −1 (tanh) or
/// 0 (logistic), High is 1: every |y| ≤ 1.
#pragma once

#include <array>

#include "filter_weights.hpp"

namespace resdyn {

/// Some units, increasing.
struct UnitList {
    std::array<std::uint8_t, most_units> at{};
    std::size_t count = 0;

    UnitList() = default;
    explicit UnitList(std::uint32_t mask);
    const std::uint8_t* begin() const { return at.data(); }
    const std::uint8_t* end() const { return at.data() + count; }
    std::size_t operator[](std::size_t i) const { return at[i]; }
};

struct FreeSet {
    std::uint32_t mask = 0;
    UnitRows B;     ///< rows of F, columns of S; 0 on the columns of F.
    UnitRow error;  ///< |y_i − fl(Σ_j B_ij y_j)| for |y_j| ≤ 1, summed in any order; F.
    UnitRow reach;  ///< Σ_j |B_ij|; F.
};

/// From the exact solution, each entry rounded once: for blocks too close to singular to be
/// verified in doubles, yet not singular.
FreeSet exact_free_set(const FilterWeights& weights, const FaceSolver& solver, std::uint32_t mask);

}  // namespace resdyn
