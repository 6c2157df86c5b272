/// @file
/// Real roots of integer polynomials as exact numbers: isolated, refined to any width, compared
/// with other polynomials, without rounding.
///
/// Method: bisection with Descartes' rule of signs (Collins, Akritas, SYMSAC 1976, 272–275); where
/// it cannot separate roots down to `width`, on the square-free part. The sign of another
/// polynomial at a root follows from refinement, and a common root from the greatest common
/// divisor. Cost: O(degree²) additions of integers a bisection.
#pragma once

#include <vector>

#include "exact_rational.hpp"
#include "polynomial_arithmetic.hpp"

namespace resdyn::exact {

/// One real root of `polynomial`: strictly between lower and upper, or both of them.
struct RealRoot {
    Rational lower;
    Rational upper;
    Polynomial polynomial;     ///< changes sign once in the bracket, unless `clustered`.
    int sign_above_lower = 0;  ///< its sign just right of `lower`.
    /// The bracket could not be narrowed to one root: a multiple one, or several closer than
    /// `width`, of a polynomial too large for its square-free part.
    bool clustered = false;

    bool is_exact() const { return lower == upper; }
    Rational middle() const { return (lower + upper) / 2; }
    /// The nearest double to the middle.
    double value() const { return nearest(middle()); }
};

/// Halves the bracket of a root that is neither exact nor clustered; else does nothing.
void narrow(RealRoot& root);

/// A rational number strictly between the roots a < b, whose brackets are narrowed until there is
/// room.
Rational between(RealRoot& a, RealRoot& b);

/// The distinct roots of p (not the zero polynomial) in the closed interval [from, to], increasing,
/// each in a bracket of at most `width` or exact: rational roots with small denominators are
/// recognised and proved.
std::vector<RealRoot> real_roots(const Polynomial& p, const Rational& from, const Rational& to,
                                 const Rational& width);

/// The sign of q at the root, whose bracket is narrowed as far as that needs.
int sign_at(const Polynomial& q, RealRoot& root);

/// The signs of p just left and just right of the root (p not the zero polynomial); the bracket is
/// narrowed until no other root of p lies in it.
struct SidedSigns {
    int left = 0;
    int right = 0;
};
SidedSigns sided_signs(const Polynomial& p, RealRoot& root);

/// −1, 0 or 1 as a lies left of b, is b, or lies right of it.
int compare(RealRoot& a, RealRoot& b);
int compare(RealRoot& a, const Rational& b);

}  // namespace resdyn::exact
