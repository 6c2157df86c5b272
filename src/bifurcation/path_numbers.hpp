/// @file
/// A path of weights in whole numbers: what is decided along it is decided on these.
#pragma once

#include <resdyn/bifurcation/parameter_path.hpp>

#include "numerics/exact_polynomial.hpp"

namespace resdyn {

struct ParameterPath::Numbers {
    exact::IntegerMatrix base;   ///< W0 = base · 2^exponent / divisor, N×N.
    exact::IntegerMatrix slope;  ///< W1 = slope · 2^exponent / divisor, N×N, not zero.
    int exponent = 0;
    exact::Integer divisor = 1;  ///< > 0; above 1 where weights were read as rationals.
};

/// W(α), each entry rounded once.
Matrix weights_at(const ParameterPath& path, const exact::Rational& alpha);
/// (W0)_ij + α (W1)_ij over 2^exponent / divisor, as a polynomial in α.
exact::Polynomial path_entry(const ParameterPath& path, Index i, Index j);
/// q·divisor·W(α) for α = p/q: integers times the same power of two. A positive factor on W changes
/// no equilibrium and no sign; eigenvalues are q·divisor times those of W(α).
exact::BinaryMatrix scaled_weights(const ParameterPath& path, const exact::Rational& alpha);
/// The step of these scaled weights that is a step h of W(α), exactly.
exact::Rational scaled_step(const ParameterPath& path, const exact::Rational& alpha);

}  // namespace resdyn
