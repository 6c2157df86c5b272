#include <resdyn/statistics/sequential_test.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include <resdyn/core/error.hpp>

#include "distributions.hpp"

namespace resdyn {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// What an interval shows, in the order of the header.
EffectVerdict verdict_of(double low, double high, double margin) {
    return low > -margin && high < margin ? EffectVerdict::Negligible
           : low > 0.0                    ? EffectVerdict::Holds
           : high < 0.0                   ? EffectVerdict::Fails
                                          : EffectVerdict::Undecided;
}

/// Half the interval of the mean of k values.
double half_width(double deviation, Index k, double alpha) {
    const auto n = static_cast<double>(k);
    return student_quantile(1.0 - alpha / 2.0, n - 1.0) * deviation / std::sqrt(n);
}

SequentialLook look_at(const std::vector<std::optional<double>>& effects, Index seeds, double alpha,
                       double margin) {
    std::vector<double> values;
    for (Index k = 0; k < seeds; ++k) {
        if (const auto& effect = effects[static_cast<std::size_t>(k)]) {
            values.push_back(*effect);
        }
    }
    SequentialLook look{.seeds = seeds,
                        .values = static_cast<Index>(values.size()),
                        .mean = std::nan(""),
                        .low = -infinity,
                        .high = infinity};
    if (values.empty()) {
        return look;
    }
    const auto k = static_cast<double>(values.size());
    const auto [least, most] = std::minmax_element(values.begin(), values.end());
    if (*least == *most) {  // no spread: the sign test, once it can be significant
        look.mean = *least;
        if (values.size() >= 2) {
            look.low = look.high = look.mean;
        }
        if (std::exp2(1.0 - k) <= alpha) {
            look.verdict = verdict_of(look.mean, look.mean, margin);
        }
        return look;
    }
    double sum = 0.0;
    for (const double value : values) {
        sum += value;
    }
    look.mean = sum / k;
    double squares = 0.0;
    for (const double value : values) {
        squares += (value - look.mean) * (value - look.mean);
    }
    look.deviation = std::sqrt(squares / (k - 1.0));
    const double half = half_width(look.deviation, look.values, alpha);
    look.low = look.mean - half;
    look.high = look.mean + half;
    look.verdict = verdict_of(look.low, look.high, margin);
    return look;
}

std::optional<Index> settling_seeds(const SequentialLook& last, double alpha, double margin) {
    constexpr Index most = 1000000;
    if (!(last.deviation > 0)) {
        return std::nullopt;
    }
    const auto decides = [&](Index k) {
        const double half = half_width(last.deviation, k, alpha);
        return verdict_of(last.mean - half, last.mean + half, margin) != EffectVerdict::Undecided;
    };
    if (!decides(most)) {
        return std::nullopt;
    }
    Index low = last.values;  // does not decide; the interval shrinks with k
    Index high = most;
    while (high - low > 1) {
        const Index middle = low + (high - low) / 2;
        (decides(middle) ? high : low) = middle;
    }
    // Seeds without an effect go on being as frequent as they were.
    const double share = static_cast<double>(last.values) / static_cast<double>(last.seeds);
    return static_cast<Index>(std::ceil(static_cast<double>(high) / share));
}

}  // namespace

std::string_view to_string(EffectVerdict verdict) {
    switch (verdict) {
        case EffectVerdict::Holds:
            return "holds";
        case EffectVerdict::Fails:
            return "fails";
        case EffectVerdict::Negligible:
            return "negligible";
        case EffectVerdict::Undecided:
            return "undecided";
    }
    return "unknown";
}

void validate(const SequentialOptions& options) {
    require("margin", options.margin > 0 && std::isfinite(options.margin), "a number > 0",
            fmt::format("{:g}", options.margin));
    require("alpha", options.alpha > 0 && options.alpha < 1, "a number in (0, 1)",
            fmt::format("{:g}", options.alpha));
    require("looks",
            !options.looks.empty() && options.looks.front() >= 2 &&
                std::adjacent_find(options.looks.begin(), options.looks.end(),
                                   std::greater_equal<>()) == options.looks.end(),
            "increasing numbers of seeds >= 2", fmt::format("{} looks", options.looks.size()));
}

SequentialResult sequential_test(const std::vector<std::optional<double>>& effects,
                                 const SequentialOptions& options) {
    validate(options);
    const double alpha = options.alpha / static_cast<double>(options.looks.size());
    SequentialResult result;
    for (const Index seeds : options.looks) {
        if (seeds > static_cast<Index>(effects.size())) {
            break;
        }
        result.looks.push_back(look_at(effects, seeds, alpha, options.margin));
        result.verdict = result.looks.back().verdict;
        if (result.decided()) {
            return result;
        }
    }
    if (!result.looks.empty() && result.looks.back().values >= 2) {
        result.would_settle = settling_seeds(result.looks.back(), alpha, options.margin);
    }
    return result;
}

}  // namespace resdyn
