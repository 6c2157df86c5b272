#include <resdyn/core/proportion.hpp>

#include <algorithm>
#include <cmath>

namespace resdyn {

Proportion proportion(Index successes, Index samples) {
    constexpr double z = 1.959963984540054;  // 97.5 % quantile of the normal distribution
    Proportion p;
    p.samples = samples;
    if (samples > 0) {
        const auto n = static_cast<double>(samples);
        p.value = static_cast<double>(successes) / n;
        const double variance = p.value * (1 - p.value) / n;
        p.standard_error = std::sqrt(variance);
        const double centre = (p.value + z * z / (2 * n)) / (1 + z * z / n);
        const double half = z / (1 + z * z / n) * std::sqrt(variance + z * z / (4 * n * n));
        p.low = successes == 0 ? 0.0 : std::max(0.0, centre - half);
        p.high = successes == samples ? 1.0 : std::min(1.0, centre + half);
    }
    return p;
}

}  // namespace resdyn
