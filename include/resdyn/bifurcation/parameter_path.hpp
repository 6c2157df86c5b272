/// @file
/// A one-parameter family of residual systems, W(α) = W0 + αW1, held exactly: both matrices are
/// integers times one power of two, over a common denominator where weights are read as decimals
/// (whole_weights.hpp), so that along the path every face equilibrium is a rational function of α
/// with known integer coefficients.
#pragma once

#include <string>
#include <vector>

#include <resdyn/equilibria/whole_weights.hpp>
#include <resdyn/model/residual_system.hpp>
#include <resdyn/numerics/exact_polynomial.hpp>

namespace resdyn {

/// Whole after construction by one of the functions below.
struct ParameterPath {
    std::string name;  ///< "self-coupling", "symmetry", "between", "coupling 0 1".
    Activation activation = Activation::Logistic;
    double step = 1.0;           ///< h of the layer map, > 0.
    exact::IntegerMatrix base;   ///< W0 = base · 2^exponent / divisor, N×N.
    exact::IntegerMatrix slope;  ///< W1 = slope · 2^exponent / divisor, N×N, not zero.
    int exponent = 0;
    exact::Integer divisor = 1;  ///< > 0; above 1 where weights were read as rationals.

    Index dimension() const { return base.rows(); }
    /// W(α), each entry rounded once.
    Matrix W(const exact::Rational& alpha) const;
    /// W1, each entry rounded once.
    Matrix rate() const;
    /// The system at a stored α, W(α) rounded once an entry.
    ResidualSystem system_at(double alpha) const;
    /// (W0)_ij + α (W1)_ij over 2^exponent / divisor, as a polynomial in α.
    exact::Polynomial entry(Index i, Index j) const;
    /// q·divisor·W(α) for α = p/q: integers times the same power of two. A positive factor on W
    /// changes no equilibrium and no sign; eigenvalues are q·divisor times those of W(α).
    exact::BinaryMatrix scaled_weights(const exact::Rational& alpha) const;
    /// The step of these scaled weights that is a step h of W(α), exactly.
    exact::Rational scaled_step(const exact::Rational& alpha) const;
};

/// W(α) = W − αI, of the stored weights or of these as they were read. All of these throw
/// std::invalid_argument for an unbounded activation or a path that does not move.
ParameterPath self_coupling_path(const ResidualSystem& system);
ParameterPath self_coupling_path(const WholeSystem& whole);
/// W(α) = (1 − α) (W − Wᵀ)/2 + α (W + Wᵀ)/2: antisymmetric at 0, symmetric at 1, W/2 at ½ (a factor
/// on W only rescales time).
ParameterPath symmetry_path(const ResidualSystem& system);
ParameterPath symmetry_path(const WholeSystem& whole);
/// W(α) = (1 − α) A + αB. Sizes, activations and steps must agree.
ParameterPath path_between(const ResidualSystem& a, const ResidualSystem& b);
ParameterPath path_between(const WholeSystem& a, const WholeSystem& b);
/// W with w_ij = α; 0 ≤ i, j < N.
ParameterPath coupling_path(const ResidualSystem& system, Index i, Index j);
ParameterPath coupling_path(const WholeSystem& whole, Index i, Index j);

}  // namespace resdyn
