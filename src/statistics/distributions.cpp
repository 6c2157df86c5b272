#include "distributions.hpp"

#include <algorithm>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <numeric>

namespace resdyn {

double student_quantile(double probability, double degrees) {
    return boost::math::quantile(boost::math::students_t(degrees), probability);
}

double student_two_sided_p(double t, double degrees) {
    if (std::isnan(t)) {
        return 1.0;
    }
    if (std::isinf(t)) {
        return 0.0;
    }
    const boost::math::students_t student(degrees);
    return 2.0 * boost::math::cdf(boost::math::complement(student, std::abs(t)));
}

double fisher_upper_p(double f, double of, double error) {
    if (std::isnan(f)) {
        return 1.0;
    }
    if (std::isinf(f)) {
        return 0.0;
    }
    const boost::math::fisher_f fisher(of, error);
    return boost::math::cdf(boost::math::complement(fisher, std::max(f, 0.0)));
}

std::vector<double> holm_adjusted(const std::vector<double>& p) {
    std::vector<std::size_t> order(p.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
    std::vector<double> adjusted(p.size());
    double largest = 0.0;
    for (std::size_t rank = 0; rank < order.size(); ++rank) {
        const auto left = static_cast<double>(order.size() - rank);
        largest = std::max(largest, std::min(1.0, left * p[order[rank]]));
        adjusted[order[rank]] = largest;
    }
    return adjusted;
}

}  // namespace resdyn
