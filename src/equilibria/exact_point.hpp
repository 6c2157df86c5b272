/// @file
/// The equilibrium of one pattern and its linearisation in exact integers: what decisions on either
/// clock, and along a path of weights, are made from.
#pragma once

#include <optional>
#include <vector>

#include <resdyn/equilibria/stability.hpp>

#include "numerics/exact.hpp"

namespace resdyn {

/// The levels of a bounded activation are whole numbers.
struct WholeLevels {
    int low = 0;
    int high = 0;

    int of(UnitState state) const { return state == UnitState::Low ? low : high; }
};

/// Throws std::invalid_argument in the name of `caller` for unbounded activations.
WholeLevels whole_levels(Activation activation, const char* caller);

/// An isolated equilibrium strictly inside its face, over the common denominator d > 0.
struct ExactPoint {
    exact::Integer denominator;              ///< d.
    std::vector<exact::Integer> numerators;  ///< y_i = numerators[i] / d, every unit.
    std::vector<exact::Integer> rates;  ///< (Wy)_i = rates[i] · 2^exponent / d; 0 on free units.
    int exponent = 0;                   ///< of the weights.
    exact::IntegerMatrix block;         ///< diag(g(y_F)) W_FF = block · block_scale.
    exact::Rational block_scale;        ///< > 0.

    /// y as the nearest doubles.
    Vector y() const;
    /// diag(g(y_F)) W_FF as the nearest doubles.
    Matrix free_jacobian() const;
};

/// The point of the pattern under the stored weights (see exact_weights in face.hpp), or nothing if
/// its face has a singular free block or its solution lies outside. Bounded activations only; their
/// levels are whole numbers.
std::optional<ExactPoint> exact_point(const exact::BinaryMatrix& weights, Activation activation,
                                      const Pattern& pattern);

/// Exact counts of the saturated units' flow eigenvalues.
SpectralCounts exact_saturated_counts(const ExactPoint& point, const Pattern& pattern);

/// Exact counts of the free block's eigenvalues: of one or two units, or three with short entries,
/// in integers; else proved in double arithmetic by Gershgorin discs where these keep clear of both
/// axes (the source: src/equilibria/spectral_discs.hpp), or in integers from the characteristic
/// polynomial.
SpectralCounts exact_free_counts(const ExactPoint& point);

/// Exact counts of the flow's eigenvalues at the point: both blocks together.
SpectralCounts exact_flow_counts(const ExactPoint& point, const Pattern& pattern);
/// The same, where the free block's share is known.
SpectralCounts exact_flow_counts(const ExactPoint& point, const Pattern& pattern,
                                 const SpectralCounts& free);

/// Exact counts of the layer map's multipliers m at step h > 0: `unstable` counts |m| > 1, `stable`
/// |m| < 1, `neutral` |m| = 1, `zero` m = 1.
/// Method: discs in double arithmetic that keep clear of the unit circle, where they suffice
/// (src/equilibria/spectral_discs.hpp); else m = 1 + hμ goes to w = (m − 1)/(m + 1), which takes
/// the unit disc to the left half-plane (Schur–Cohn reduced to Routh–Hurwitz); m = −1 goes to
/// infinity and shows as a lost degree.
SpectralCounts exact_map_counts(const ExactPoint& point, const Pattern& pattern,
                                const exact::Rational& step);

/// The polynomial in w whose roots are (m − 1)/(m + 1), m = 1 + h·scale·μ, over the roots μ of
/// `characteristic` (degree n); coefficients w⁰ … wⁿ, leading ones may vanish.
std::vector<exact::Integer> disc_to_half_plane(const std::vector<exact::Integer>& characteristic,
                                               const exact::Rational& step_times_scale);

}  // namespace resdyn
