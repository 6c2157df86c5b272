/// @file
/// The inverses of all free blocks W_FF, one from another: F's table is that of F without its
/// lowest unit after one principal pivot,
///
///     T_F = | W_FF⁻¹        −W_FF⁻¹ W_FS               |
///           | W_SF W_FF⁻¹    W_SS − W_SF W_FF⁻¹ W_FS   |
///
/// (Tucker 1960; Tsatsomeros, Linear Algebra Appl. 307, 2000), N² operations a set instead of k³
/// for a factorisation. Pivots are taken as they come, so every inverse is verified afterwards on
/// its own; where that fails, or is poor, the table begins anew from a factorisation with pivoting,
/// and the sets beyond it inherit the better one. A table depends on F alone, not on what was asked
/// for before.
///
/// Bounds, on the model of rounding.hpp. With R ≈ W_FF⁻¹ as computed, H = I − R W_FF, h_i ≥ Σ_j
/// |H_ij|, ρ = max h_i < 1: W_FF⁻¹ = (I − H)⁻¹ R, so
///  - W_FF⁻¹ W_FS y = M y + H (I − H)⁻¹ M y, M = R W_FS: row i is off by at most
///    h_i/(1 − ρ) · max_l Σ_j |M_lj| for every |y| ≤ 1;
///  - (W_FF⁻¹)_ii = R_ii (1 + τ), |τ| ≤ h_i/(1 − ρ) · max_l |R_li| / |R_ii|, and
///    det W_FF = det W_PP / (W_FF⁻¹)_ii for F = P ∪ {i}.
#pragma once

#include <vector>

#include "equilibria/free_set.hpp"

namespace resdyn {

struct PivotTable {
    /// W_FF is proved to be non-singular, and `set` holds.
    bool verified = true;
    FreeSet set;
    /// R in the rows and columns of F; units below the lowest of F have what pivots need.
    UnitRows rows;
    double minor = 1.0;  ///< det W_FF.
    /// Relative; 1: not known.
    double minor_error = 0.0;
};

/// Tables of one set after another; cheap where masks come in increasing order.
class PivotTables {
  public:
    explicit PivotTables(const FilterWeights& weights);

    /// Valid until the next call.
    const PivotTable& of(std::uint32_t mask);

  private:
    template <std::size_t Packs>
    void build(std::uint32_t mask, const PivotTable& parent, PivotTable& table) const;
    template <std::size_t Packs>
    void pivot(const PivotTable& parent, PivotTable& table) const;
    /// ρ, and h_i/(1 − ρ) for the lowest unit i of F.
    struct Residual {
        double contraction;
        double lowest;
    };
    template <std::size_t Packs>
    Residual verify(PivotTable& table) const;
    void chain_minor(const PivotTable& parent, const Residual& residual, PivotTable& table) const;
    template <std::size_t Packs>
    void begin_anew(PivotTable& table) const;

    const FilterWeights& weights_;
    std::vector<PivotTable> chain_;  ///< by |F|: the last one asked for, or its ancestors.
};

}  // namespace resdyn
