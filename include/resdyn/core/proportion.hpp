/// @file
/// A share of counted things, with its errors.
#pragma once

#include <resdyn/core/types.hpp>

namespace resdyn {

/// `value` of `samples` independent draws. The standard error is 0 at a share of 0 or 1; the
/// interval is not: Wilson's score interval (J. Amer. Statist. Assoc. 22, 1927, 209–212) of 95 %.
struct Proportion {
    double value = 0.0;           ///< in [0, 1].
    double standard_error = 0.0;  ///< sqrt(p(1 − p)/B).
    double low = 0.0;             ///< ends of the interval; 0 and 1 without samples.
    double high = 1.0;
    Index samples = 0;
};

Proportion proportion(Index successes, Index samples);

}  // namespace resdyn
