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
#include <vector>

#include "equilibria/free_set.hpp"
#include "principal_minors.hpp"

namespace resdyn {

/// Equilibria decided at a time.
inline constexpr std::size_t lanes = pack_size;

/// Undecided.
inline constexpr int undecided = -1;

/// The filter for one F after another.
class InertiaFilter {
  public:
    explicit InertiaFilter(const PrincipalMinors& minors) : minors_(minors) {}

    /// A set whose minors are held.
    void begin(std::uint32_t free);

    /// d: of each unit of F in turn, |F| packs, computed; |d̂ − d| ≤ relative_error · d. Eigenvalues
    /// with Re > 0, or undecided; of the first `count` lanes.
    std::array<int, lanes> unstable(const std::array<Pack, most_units>& d,
                                    const Pack& relative_error, std::size_t count) const;

  private:
    /// a_j, and the same with |det W_TT|; by j.
    struct Sums {
        std::array<Pack, most_units + 1> value{};
        std::array<Pack, most_units + 1> size{};
    };
    void add_up_lanes(const std::array<Pack, most_units>& d, Sums& sums) const;
    void add_up_one(const std::array<Pack, most_units>& d, std::size_t lane, Sums& sums) const;

    const PrincipalMinors& minors_;
    std::vector<double> terms_;  ///< (−1)^|T| det W_TT; the bits of the index are T's places in F.
    std::size_t k_ = 0;
    double coefficient_error_ = 0.0;
};

}  // namespace resdyn
