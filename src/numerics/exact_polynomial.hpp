/// @file
/// Where the roots of an integer polynomial lie, decided exactly: how many in the left and right
/// half-plane, how many on the imaginary axis, and whether all are real.
///
/// Method: Cauchy index by Sturm chains (Gantmacher, The Theory of Matrices (1959), ch. XV), on
/// the polynomial without its factor of roots symmetric about 0; that factor, even, is settled by
/// Sturm's theorem on its square variable.
#pragma once

#include "exact.hpp"

namespace resdyn::exact {

/// Coefficients, constant term first; no leading zeros; empty is the zero polynomial.
using Polynomial = std::vector<Integer>;

/// −1 of the zero polynomial.
inline Index degree(const Polynomial& p) {
    return static_cast<Index>(p.size()) - 1;
}

/// det(λ − M), monic, without a division (S. J. Berkowitz, Inf. Process. Lett. 18, 1984, 147–150).
Polynomial characteristic_polynomial(const IntegerMatrix& M);

/// M adj(M) = det(M) I, singular or not, by the recursion of Faddeev and LeVerrier (Gantmacher).
struct Adjugate {
    IntegerMatrix matrix;
    Integer determinant;
};
Adjugate adjugate(const IntegerMatrix& M);

/// The Hurwitz determinant of order n − 1 of a polynomial whose leading coefficients may vanish;
/// `p` has n + 1 of them, n ≥ 1 (n = 1: 1). It is the leading one to the power n − 1 times the
/// product of −(λ_i + λ_j), i < j, over the roots (Orlando; Gantmacher 1959, ch. XV §7): zero where
/// two roots are opposite, so wherever a pair is imaginary.
Integer hurwitz_determinant(const Polynomial& p);

Polynomial derivative(const Polynomial& p);

/// Greatest common divisor, primitive, leading coefficient positive.
Polynomial greatest_common_divisor(const Polynomial& p, const Polynomial& q);

/// p without its repeated factors (p not the zero polynomial): the same roots, each once.
Polynomial square_free_part(const Polynomial& p);

/// p (not the zero polynomial) by the multiplicity of its roots: the k-th polynomial, from 1, has
/// the k-fold roots of p, each once (Yun, SYMSAC 1976, 26–35).
std::vector<Polynomial> square_free_factors(const Polynomial& p);

/// Number of distinct real roots in (−∞, ∞).
Index distinct_real_roots(const Polynomial& p);
/// Number of distinct real roots in (−∞, 0); p(0) must not be 0.
Index distinct_negative_roots(const Polynomial& p);

/// Where the roots of a polynomial lie, with multiplicity.
struct RootCounts {
    Index left = 0;       ///< Re < 0.
    Index right = 0;      ///< Re > 0.
    Index imaginary = 0;  ///< Re = 0, zero included.
    Index zero = 0;
    Index real = 0;  ///< real roots with multiplicity.
};

/// p must not be the zero polynomial.
RootCounts count_roots(const Polynomial& p);

}  // namespace resdyn::exact
