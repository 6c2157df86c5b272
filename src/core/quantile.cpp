#include <resdyn/core/quantile.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include <resdyn/core/error.hpp>

namespace resdyn {

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

bool has_nan(const std::vector<double>& values) {
    return std::any_of(values.begin(), values.end(), [](double v) { return std::isnan(v); });
}

double of_sorted(const std::vector<double>& sorted, double q) {
    const double place = q * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const double part = place - static_cast<double>(below);
    const double lower = sorted[below];
    // Not between equal infinities, where a difference would be NaN.
    if (part == 0.0 || sorted[below + 1] == lower) {
        return lower;
    }
    return lower + part * (sorted[below + 1] - lower);
}

}  // namespace

double quantile(std::vector<double> values, double q) {
    if (!(q >= 0.0 && q <= 1.0)) {
        reject_argument("quantile", "a share from 0 to 1", fmt::format("{}", q));
    }
    if (values.empty() || has_nan(values)) {
        return unknown;
    }
    std::sort(values.begin(), values.end());
    return of_sorted(values, q);
}

double median(std::vector<double> values) {
    constexpr double half = 0.5;
    return quantile(std::move(values), half);
}

double covering_value(std::vector<double> values, double q) {
    if (!(q > 0.0 && q <= 1.0)) {
        reject_argument("covering_value", "a share above 0, at most 1", fmt::format("{}", q));
    }
    if (values.empty() || has_nan(values)) {
        return unknown;
    }
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(std::ceil(q * static_cast<double>(values.size()))) - 1];
}

Spread spread(std::vector<double> values) {
    if (values.empty() || has_nan(values)) {
        return {unknown, unknown, unknown, unknown, unknown};
    }
    constexpr double tail = 0.05;
    std::sort(values.begin(), values.end());
    return {of_sorted(values, 0.5), of_sorted(values, tail), of_sorted(values, 1.0 - tail),
            values.front(), values.back()};
}

}  // namespace resdyn
