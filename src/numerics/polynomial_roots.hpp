/// @file
/// All roots of an integer polynomial as the nearest doubles, where double arithmetic cannot carry
/// them: nearly multiple, badly scaled, or beyond the range of doubles before they are scaled.
///
/// Method: square-free factors, then the simultaneous iteration of Ehrlich and Aberth (Aberth,
/// Math. Comp. 27, 1973, 339–344) with 512 bits, begun on the Newton polygon of the coefficients
/// (Bini, Numer. Algorithms 13, 1996, 179–200). What it can miss: distinct roots closer than about
/// 2^−200 of their size; `largest_error` says how far the worst root may be off.
#pragma once

#include <complex>
#include <vector>

#include "exact_polynomial.hpp"

namespace resdyn::exact {

struct PolynomialRoots {
    /// Each as often as it is a root, times `scale`; exactly real where the root is, to 2^−200.
    std::vector<std::complex<double>> values;
    /// Largest n |p/p'| at a root before rounding, over the root's size: a root of the square-free
    /// factor is that near (Henrici, Applied and Computational Complex Analysis I (1974), §6.4).
    double largest_error = 0.0;
};

/// p of degree >= 1. Degrees of a few dozen.
PolynomialRoots polynomial_roots(const Polynomial& p, const Rational& scale);

}  // namespace resdyn::exact
