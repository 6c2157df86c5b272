/// @file
/// The multipliers 1 + hμ of one free block, counted exactly at one step h after another.
#pragma once

#include <optional>

#include "exact_point.hpp"
#include "numerics/exact_polynomial.hpp"

namespace resdyn {

/// Keeps what does not depend on h. Refers to the point. One thread at a time.
class FreeMultipliers {
  public:
    explicit FreeMultipliers(const ExactPoint& point);

    /// As exact_map_counts, of the free block alone, h > 0.
    SpectralCounts counts(const exact::Rational& step) const;
    /// How many multipliers are −1 at this h, with multiplicity.
    Index at_minus_one(const exact::Rational& step) const;
    /// Exact counts of the free block's eigenvalues.
    SpectralCounts flow_counts() const { return exact_free_counts(point_); }
    /// diag(g(y_F)) W_FF as the nearest doubles.
    const Matrix& jacobian() const { return J_; }
    /// det(λ − block); μ = block_scale · λ.
    const exact::Polynomial& characteristic() const;
    const exact::Rational& scale() const { return point_.block_scale; }

  private:
    const ExactPoint& point_;
    Matrix J_;
    mutable exact::Polynomial characteristic_;  // empty: not yet
    mutable std::optional<bool> all_real_;
};

}  // namespace resdyn
