/// @file
/// How many eigenvalues of a free block D W_FF, D = diag(d) > 0, have positive real part: decided
/// in double arithmetic with proved error bounds, or left undecided.
///
/// Many equilibria of one F at a time: the characteristic polynomial is
/// λ^k + a_1 λ^{k−1} + …, a_j = (−1)^j Σ_{T ⊂ F, |T| = j} det(W_TT) Π_{i∈T} d_i, its coefficients
/// carry a bound, and Routh's array (Gantmacher, The Theory of Matrices, 1959, ch. XV §3) is run on
/// numbers with radii. Where no number of the first column can be zero, the sign changes in it are
/// the roots with positive real part and there is none on the imaginary axis.
#pragma once

#include <array>

#include "principal_minors.hpp"

namespace resdyn {

inline constexpr std::size_t lanes = 8;
/// One number of each of eight equilibria.
struct alignas(64) Lanes {
    std::array<double, lanes> at{};
    double& operator[](std::size_t l) { return at[l]; }
    double operator[](std::size_t l) const { return at[l]; }
};

/// Undecided.
inline constexpr int undecided = -1;

/// The filter for one F.
class InertiaFilter {
  public:
    /// `free`: units of F; the mask of F is their bits.
    InertiaFilter(const PrincipalMinors& minors, const std::vector<Index>& free);

    /// d: |F| lanes, computed; |d̂ − d| ≤ relative_error · d. Eigenvalues with Re > 0, or undecided.
    std::array<int, lanes> unstable(const std::vector<Lanes>& d, const Lanes& relative_error) const;

  private:
    /// One subset T: its signed minor (−1)^|T| det W_TT, size and lowest unit.
    struct Term {
        double minor;
        std::uint8_t size;
        std::uint8_t lowest;
    };
    std::vector<Term> terms_;
    std::size_t k_;
    double coefficient_error_;
};

}  // namespace resdyn
