#include "inertia_filter.hpp"

#include <bit>
#include <cmath>

namespace resdyn {

namespace {

/// Covers the rounding of one radius, which takes fewer than ten operations.
constexpr double radius_slack = 1.0 + 32.0 * unit_roundoff;
/// More than this relative error in d is not worked with; k times it stays below 0.03.
constexpr double largest_relative_error = 1e-3;

/// From so many free units on, equilibria are taken one by one, eight minors at a time.
constexpr std::size_t one_by_one = 5;
constexpr std::size_t low_units = 3;
static_assert(std::size_t{1} << low_units == pack_size && one_by_one >= low_units);

/// Numbers with radii: |x − mid| ≤ rad.
struct Ball {
    Pack mid = 0.0;
    Pack rad = 0.0;
};

double binomial_middle(std::size_t k) {
    double value = 1.0;
    for (std::size_t j = 1; j <= k / 2; ++j) {
        value = value * static_cast<double>(k - j + 1) / static_cast<double>(j);
    }
    return value;
}

/// tail − q · below, q = top / pivot.
Ball eliminated(const Ball& q, const Ball& tail, const Ball& below) {
    const Pack product = q.mid * below.mid;
    const Pack value = tail.mid - product;
    const Pack product_rad = abs(q.mid) * below.rad + (abs(below.mid) + below.rad) * q.rad +
                             unit_roundoff * abs(product);
    return {value,
            (tail.rad + product_rad + unit_roundoff * abs(value)) * radius_slack + underflow_cover};
}

}  // namespace

void InertiaFilter::begin(std::uint32_t free) {
    k_ = static_cast<std::size_t>(std::popcount(free));
    const std::size_t subsets = std::size_t{1} << k_;
    terms_.resize(std::max(terms_.size(), subsets));
    terms_[0] = 1.0;
    std::uint32_t mask = 0;
    for (std::size_t t = 1; t < subsets; ++t) {
        mask = (mask - free) & free;  // the next subset of F
        const double minor = minors_.value(mask);
        terms_[t] = std::popcount(t) % 2 == 0 ? minor : -minor;
    }
    // Minors, products of up to k factors, and sums of up to binomial(k, k/2) terms.
    coefficient_error_ =
        (1.01 * minors_.error(free) +
         rounding_gamma(static_cast<Index>(binomial_middle(k_)) + static_cast<Index>(k_) + 4)) *
        bound_slack;
}

void InertiaFilter::add_up_lanes(const std::array<Pack, most_units>& d, Sums& sums) const {
    std::array<Pack, most_units + 1> product;  // of d over the subset last seen of each size
    product[0] = 1.0;
    // Subsets in increasing order: the one without the lowest unit is the last seen of its size.
    const std::size_t subsets = std::size_t{1} << k_;
    for (std::size_t t = 1; t < subsets; ++t) {
        const auto count = static_cast<std::size_t>(std::popcount(t));
        const auto lowest = static_cast<std::size_t>(std::countr_zero(t));
        const Pack here = product[count - 1] * d[lowest];
        product[count] = here;
        sums.value[count] += terms_[t] * here;
        sums.size[count] += std::abs(terms_[t]) * here;
    }
}

void InertiaFilter::add_up_one(const std::array<Pack, most_units>& d, std::size_t lane,
                               Sums& sums) const {
    // T = H ∪ L, L among the three lowest units: its eight choices are one pack.
    std::array<Pack, most_units + 1> value{};  // by |H|, without the factors of L
    std::array<Pack, most_units + 1> size{};
    std::array<double, most_units + 1> product;  // over the H last seen of each size
    product[0] = 1.0;
    const std::size_t high_units = k_ - low_units;
    for (std::size_t h = 0; h < std::size_t{1} << high_units; ++h) {
        const auto count = static_cast<std::size_t>(std::popcount(h));
        if (h > 0) {
            const auto lowest = static_cast<std::size_t>(std::countr_zero(h));
            product[count] = product[count - 1] * d[low_units + lowest][lane];
        }
        const Pack terms(terms_.data() + h * pack_size, std::experimental::element_aligned);
        value[count] += product[count] * terms;
        size[count] += product[count] * abs(terms);
    }
    for (std::size_t l = 0; l < pack_size; ++l) {
        double factor = 1.0;
        for (std::size_t i = 0; i < low_units; ++i) {
            factor *= (l >> i & 1U) != 0 ? static_cast<double>(d[i][lane]) : 1.0;
        }
        const auto count = static_cast<std::size_t>(std::popcount(l));
        for (std::size_t h = 0; h <= high_units; ++h) {
            sums.value[h + count][lane] += factor * value[h][l];
            sums.size[h + count][lane] += factor * size[h][l];
        }
    }
}

std::array<int, lanes> InertiaFilter::unstable(const std::array<Pack, most_units>& d,
                                               const Pack& relative_error,
                                               std::size_t count) const {
    Sums sums;
    if (k_ < one_by_one) {
        add_up_lanes(d, sums);
    } else {
        for (std::size_t lane = 0; lane < count; ++lane) {
            add_up_one(d, lane, sums);
        }
    }
    // Π (1 ± r) over at most k factors is within 1.05 k r of 1 for k r ≤ 0.03.
    const Pack error =
        (coefficient_error_ + 1.1 * static_cast<double>(k_) * relative_error) * bound_slack;
    const std::size_t width = k_ / 2 + 2;
    std::array<Ball, most_units / 2 + 3> top;
    std::array<Ball, most_units / 2 + 3> below;
    top[0].mid = 1.0;
    for (std::size_t j = 1; j <= k_; ++j) {
        (j % 2 == 0 ? top : below)[j / 2] = {sums.value[j],
                                             error * sums.size[j] * bound_slack + underflow_cover};
    }
    auto certain = relative_error <= largest_relative_error;
    Pack changes = 0.0;
    Pack negative = 0.0;
    for (std::size_t row = 1; row <= k_; ++row) {
        const Pack pivot = below[0].mid;
        const Pack rad = below[0].rad;
        certain = certain && abs(pivot) > 2.0 * rad;
        Pack is_negative = 0.0;
        where(pivot < 0.0, is_negative) = 1.0;
        changes += abs(is_negative - negative);
        negative = is_negative;
        if (row == k_) {
            break;
        }
        const Pack ratio = top[0].mid / pivot;
        const Ball q{ratio, ((top[0].rad + abs(ratio) * rad) / (abs(pivot) - rad) +
                             2.0 * unit_roundoff * abs(ratio)) *
                                    radius_slack +
                                underflow_cover};
        for (std::size_t i = 0; i + 1 < width; ++i) {
            const Ball next = eliminated(q, top[i + 1], below[i + 1]);
            top[i] = below[i];
            below[i] = next;
        }
        top[width - 1] = Ball{};
        below[width - 1] = Ball{};
    }
    std::array<int, lanes> unstable{};
    for (std::size_t l = 0; l < lanes; ++l) {
        unstable[l] = certain[l] ? static_cast<int>(changes[l]) : undecided;
    }
    return unstable;
}

}  // namespace resdyn
