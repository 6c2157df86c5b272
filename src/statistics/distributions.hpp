/// @file
/// Quantiles and tail probabilities of the distributions that effects are judged by (Boost.Math).
#pragma once

#include <vector>

namespace resdyn {

/// The number below which Student's t with `degrees` > 0 degrees of freedom lies with this
/// probability, in (0, 1).
double student_quantile(double probability, double degrees);

/// P(|T| >= |t|) of Student's t; 1 where t is NaN, 0 where it is infinite.
double student_two_sided_p(double t, double degrees);

/// P(F >= f) of Fisher's F with (of, error) degrees of freedom, both > 0; 1 where f is NaN.
double fisher_upper_p(double f, double of, double error);

/// The p values of several tests, each made so large that those below a level are false with no
/// more than that probability altogether (S. Holm, Scand. J. Statist. 6, 1979, 65–70). In their
/// order.
std::vector<double> holm_adjusted(const std::vector<double>& p);

}  // namespace resdyn
