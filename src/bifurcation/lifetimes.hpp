/// @file
/// Where along a path the equilibrium of a pattern exists.
#pragma once

#include <vector>

#include "numerics/exact_roots.hpp"
#include "path.hpp"

namespace resdyn {

/// The interval of α and the width of brackets, as exact numbers.
struct ParameterRange {
    exact::Rational from;
    exact::Rational to;
    exact::Rational width;     ///< at which roots are told apart.
    exact::Rational relative;  ///< width of an event's bracket over |α|.

    /// Whether a bracket is as narrow as both ask for.
    bool is_narrow(const exact::Rational& lower, const exact::Rational& upper) const;
    /// Narrows the bracket of a root that is neither exact nor clustered until it is.
    void narrow(exact::RealRoot& root) const;
};

/// An interval of α in which the pattern exists. An open end is a root where it does not; the end
/// of the path is closed unless the pattern lies on its boundary just there.
struct Lifetime {
    exact::RealRoot from;
    bool from_open = false;
    exact::RealRoot to;
    bool to_open = false;

    /// Whether the root lies in it.
    bool holds(exact::RealRoot& root);
};

/// The maximal intervals in which every free component lies strictly between the levels, in order.
/// Method: the range is cut at the roots of the determinant and of one boundary after the other, so
/// that most patterns are done early.
std::vector<Lifetime> lifetimes(const FacePath& face, const ParameterRange& range);

}  // namespace resdyn
