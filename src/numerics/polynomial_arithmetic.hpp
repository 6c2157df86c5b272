/// @file
/// Values, sums and products of integer polynomials, and the polynomial through given values.
#pragma once

#include <vector>

#include "exact_polynomial.hpp"

namespace resdyn::exact {

/// p(x).
Rational value_at(const Polynomial& p, const Rational& x);
/// p(x) at a whole number.
Integer value_at(const Polynomial& p, const Integer& x);
/// The sign of p(x).
int sign_at(const Polynomial& p, const Rational& x);

Polynomial sum(const Polynomial& p, const Polynomial& q);
Polynomial product(const Polynomial& p, const Polynomial& q);
/// p(x + a).
Polynomial shifted(Polynomial p, const Integer& a);
/// c p.
Polynomial scaled(Polynomial p, const Integer& c);

/// The polynomial of degree < values.size() with p(first + k) = values[k], which must have integer
/// coefficients (Newton's divided differences).
Polynomial interpolate(std::vector<Integer> values, const Integer& first);

}  // namespace resdyn::exact
