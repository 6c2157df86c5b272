#include "inertia_filter.hpp"

#include <bit>
#include <cmath>
#include <limits>

namespace resdyn {

namespace {

/// Covers the rounding of one radius, which takes fewer than ten operations.
constexpr double radius_slack = 1.0 + 32.0 * unit_roundoff;
/// More than this relative error in d is not worked with; k times it stays below 0.03.
constexpr double largest_relative_error = 1e-3;

/// Numbers with radii: |x − mid| ≤ rad.
struct Ball {
    Lanes mid{};
    Lanes rad{};
};

double binomial_middle(std::size_t k) {
    double value = 1.0;
    for (std::size_t j = 1; j <= k / 2; ++j) {
        value = value * static_cast<double>(k - j + 1) / static_cast<double>(j);
    }
    return value;
}

/// next = tail − q · below, q = top / pivot, lane by lane.
void eliminate(const Ball& q, const Ball& tail, const Ball& below, Ball& next) {
    for (std::size_t l = 0; l < lanes; ++l) {
        const double product = q.mid[l] * below.mid[l];
        const double value = tail.mid[l] - product;
        const double product_rad = std::abs(q.mid[l]) * below.rad[l] +
                                   (std::abs(below.mid[l]) + below.rad[l]) * q.rad[l] +
                                   unit_roundoff * std::abs(product);
        next.mid[l] = value;
        next.rad[l] = (tail.rad[l] + product_rad + unit_roundoff * std::abs(value)) * radius_slack +
                      underflow_cover;
    }
}

}  // namespace

InertiaFilter::InertiaFilter(const PrincipalMinors& minors, const std::vector<Index>& free)
    : k_(free.size()) {
    const std::size_t subsets = std::size_t{1} << k_;
    std::vector<std::uint32_t> masks(subsets, 0);
    terms_.resize(subsets);
    for (std::size_t t = 1; t < subsets; ++t) {
        const auto lowest = static_cast<std::size_t>(std::countr_zero(t));
        masks[t] = masks[t & (t - 1)] | (std::uint32_t{1} << free[lowest]);
        const auto size = static_cast<std::uint8_t>(std::popcount(t));
        const double minor = minors.value[masks[t]];
        terms_[t] = {size % 2 == 0 ? minor : -minor, size, static_cast<std::uint8_t>(lowest)};
    }
    // Minors, products of up to k factors, and sums of up to binomial(k, k/2) terms.
    coefficient_error_ =
        (1.01 * minors.error[masks[subsets - 1]] +
         rounding_gamma(static_cast<Index>(binomial_middle(k_)) + static_cast<Index>(k_) + 4)) *
        bound_slack;
}

std::array<int, lanes> InertiaFilter::unstable(const std::vector<Lanes>& d,
                                               const Lanes& relative_error) const {
    constexpr std::size_t most = 33;
    std::array<Lanes, most> product;  // of d over the subset last seen of each size
    std::array<Lanes, most> sum{};
    std::array<Lanes, most> size{};
    product[0].at.fill(1.0);
    // Subsets in increasing order: the one without the lowest unit is the last seen of its size.
    for (std::size_t t = 1; t < terms_.size(); ++t) {
        const Term& term = terms_[t];
        const Lanes& above = product[term.size - 1U];
        const Lanes& factor = d[term.lowest];
        Lanes& here = product[term.size];
        Lanes& a = sum[term.size];
        Lanes& s = size[term.size];
        const double magnitude = std::abs(term.minor);
        for (std::size_t l = 0; l < lanes; ++l) {
            here[l] = above[l] * factor[l];
            a[l] += term.minor * here[l];
            s[l] += magnitude * here[l];
        }
    }
    // Π (1 ± r) over at most k factors is within 1.05 k r of 1 for k r ≤ 0.03.
    Lanes error;
    for (std::size_t l = 0; l < lanes; ++l) {
        error[l] =
            (coefficient_error_ + 1.1 * static_cast<double>(k_) * relative_error[l]) * bound_slack;
    }
    const std::size_t width = k_ / 2 + 2;
    std::array<Ball, most / 2 + 3> top;
    std::array<Ball, most / 2 + 3> below;
    for (std::size_t j = 0; j <= k_; ++j) {
        Ball& ball = (j % 2 == 0 ? top : below)[j / 2];
        if (j == 0) {
            ball.mid.at.fill(1.0);
            continue;
        }
        ball.mid = sum[j];
        for (std::size_t l = 0; l < lanes; ++l) {
            ball.rad[l] = error[l] * size[j][l] * bound_slack + underflow_cover;
        }
    }
    std::array<int, lanes> changes{};
    std::array<int, lanes> certain{};
    std::array<int, lanes> negative{};
    for (std::size_t l = 0; l < lanes; ++l) {
        certain[l] = relative_error[l] <= largest_relative_error ? 1 : 0;
    }
    for (std::size_t row = 1; row <= k_; ++row) {
        Ball q;
        for (std::size_t l = 0; l < lanes; ++l) {
            const double pivot = below[0].mid[l];
            const double rad = below[0].rad[l];
            const int is_negative = pivot < 0.0 ? 1 : 0;
            certain[l] &= std::abs(pivot) > 2.0 * rad ? 1 : 0;
            changes[l] += is_negative ^ negative[l];
            negative[l] = is_negative;
            const double ratio = top[0].mid[l] / pivot;
            q.mid[l] = ratio;
            q.rad[l] = ((top[0].rad[l] + std::abs(ratio) * rad) / (std::abs(pivot) - rad) +
                        2.0 * unit_roundoff * std::abs(ratio)) *
                           radius_slack +
                       underflow_cover;
        }
        if (row == k_) {
            break;
        }
        for (std::size_t i = 0; i + 1 < width; ++i) {
            Ball next;
            eliminate(q, top[i + 1], below[i + 1], next);
            top[i] = below[i];
            below[i] = next;
        }
        top[width - 1] = Ball{};
        below[width - 1] = Ball{};
    }
    for (std::size_t l = 0; l < lanes; ++l) {
        if (certain[l] == 0) {
            changes[l] = undecided;
        }
    }
    return changes;
}

}  // namespace resdyn
