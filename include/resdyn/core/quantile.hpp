/// @file
/// Quantiles of samples, the one definition used for every number and figure.
///
/// quantile: linear interpolation between order statistics, place q(n − 1) of the sorted values
/// counted from 0 (type 7 of R. J. Hyndman, Y. Fan, Amer. Statist. 50, 1996, 361–365; the default
/// of NumPy and R). So the median of an even number of values is the mean of the middle two.
/// covering_value: the smallest of the values that at least a share q does not exceed (type 1): for
/// values that are counts, and for tolerances that a share must have met.
/// What they can miss: with n values no quantile beyond 1/n and 1 − 1/n says anything of a tail.
#pragma once

#include <vector>

namespace resdyn {

/// q in [0, 1]. NaN of no values and where a value is NaN; infinities are ordered as numbers.
/// Throws std::invalid_argument for q out of range.
double quantile(std::vector<double> values, double q);

/// quantile(values, 1/2).
double median(std::vector<double> values);

/// q in (0, 1]. NaN of no values and where a value is NaN. Throws std::invalid_argument for q out
/// of range.
double covering_value(std::vector<double> values, double q);

/// What a single number would hide of samples.
struct Spread {
    double median = 0.0;
    double low = 0.0;    ///< 5 % quantile.
    double high = 0.0;   ///< 95 % quantile.
    double least = 0.0;  ///< smallest value.
    double most = 0.0;   ///< largest value.
};

/// All NaN of no values and where a value is NaN.
Spread spread(std::vector<double> values);

}  // namespace resdyn
