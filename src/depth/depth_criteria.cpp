#include <resdyn/depth/depth_criteria.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include <resdyn/core/error.hpp>
#include <resdyn/core/quantile.hpp>

namespace resdyn {

namespace {

constexpr DepthCriterion all_criteria[] = {DepthCriterion::LastTwoLayers, DepthCriterion::Accuracy,
                                           DepthCriterion::FinalMean,     DepthCriterion::FinalQ95,
                                           DepthCriterion::FinalWorst,    DepthCriterion::Oracle};
constexpr SampleReduction all_reductions[] = {SampleReduction::Mean, SampleReduction::Q95,
                                              SampleReduction::Max};

void validate(const DepthCriteriaOptions& options, Index depth) {
    if (!(options.tolerance > 0) || !std::isfinite(options.tolerance)) {
        reject_argument("tolerance", "a finite number > 0", fmt::format("{}", options.tolerance));
    }
    if (!(options.allowance >= 0 && options.allowance < 1)) {
        reject_argument("allowance", "a share of accuracy from 0 to below 1",
                        fmt::format("{}", options.allowance));
    }
    if (options.min_depth < 0 || options.min_depth > depth) {
        reject_argument("minimum depth", fmt::format("1 to {}, the depth of the network", depth),
                        fmt::format("{}", options.min_depth));
    }
}

/// The smallest depth to suggest: the criterion of the last two layers needs two.
Index least_depth(const DepthCriteriaOptions& options, Index depth) {
    return options.min_depth > 0 ? options.min_depth : std::min<Index>(2, depth);
}

/// r_0 … r_L as settled_depth takes them.
std::vector<double> changes_of(const DepthProfile& profile, ChangeNorm norm,
                               SampleReduction reduction) {
    std::vector<double> changes;
    for (const DepthLayer& layer : profile.layers) {
        changes.push_back(layer.change(norm, reduction));
    }
    return changes;
}

Index shallowest_within(const DepthProfile& profile, double allowance, Index least) {
    // Equality up to the rounding of two shares.
    constexpr double same = 1e-12;
    const double wanted = profile.layers.back().accuracy.value - allowance - same;
    Index depth = least;
    while (profile.layers[static_cast<std::size_t>(depth)].accuracy.value < wanted) {
        ++depth;
    }
    return depth;
}

double mean_of(const std::vector<Index>& depths) {
    double total = 0.0;
    for (const Index depth : depths) {
        total += static_cast<double>(depth);
    }
    return total / static_cast<double>(depths.size());
}

double suggested(const DepthProfile& profile, const DepthCriteriaOptions& options,
                 DepthCriterion criterion) {
    const std::vector<double> final_from(profile.final_from.begin(), profile.final_from.end());
    switch (criterion) {
        case DepthCriterion::LastTwoLayers:
            return static_cast<double>(
                settled_depth(changes_of(profile, options.norm, options.reduction),
                              options.tolerance, options.min_depth));
        case DepthCriterion::Accuracy:
            return static_cast<double>(
                shallowest_within(profile, options.allowance, options.min_depth));
        case DepthCriterion::FinalMean:
            return mean_of(profile.final_from);
        case DepthCriterion::FinalQ95:
            return covering_value(final_from, 0.95);
        case DepthCriterion::FinalWorst:
            return *std::max_element(final_from.begin(), final_from.end());
        case DepthCriterion::Oracle:
            break;
    }
    return mean_of(profile.agrees_at);
}

/// 1, 2, 5 × powers of ten from below the smallest r_n > 0 to above the largest.
std::vector<double> tolerances_for(const DepthProfile& profile, ChangeNorm norm) {
    double smallest = std::numeric_limits<double>::infinity();
    double largest = 0.0;
    for (const SampleReduction reduction : all_reductions) {
        for (const double r : changes_of(profile, norm, reduction)) {
            if (r > 0) {
                smallest = std::min(smallest, r);
                largest = std::max(largest, r);
            }
        }
    }
    std::vector<double> tolerances;
    if (largest == 0.0) {
        return tolerances;  // one layer, or residuals that do not move at all
    }
    // Below this no float32 residual differs.
    const double floor = std::max(smallest, 1e-8);
    for (auto power = static_cast<int>(std::floor(std::log10(floor))); power <= 12; ++power) {
        for (const double digit : {1.0, 2.0, 5.0}) {
            const double tolerance = digit * std::pow(10.0, power);
            if (tolerances.empty() || tolerances.back() <= largest) {
                tolerances.push_back(tolerance);
            }
        }
    }
    return tolerances;
}

}  // namespace

std::string_view to_string(DepthCriterion criterion) {
    switch (criterion) {
        case DepthCriterion::LastTwoLayers:
            return "last-two-layers";
        case DepthCriterion::Accuracy:
            return "accuracy";
        case DepthCriterion::FinalMean:
            return "final-mean";
        case DepthCriterion::FinalQ95:
            return "final-95";
        case DepthCriterion::FinalWorst:
            return "final-worst";
        case DepthCriterion::Oracle:
            return "oracle";
    }
    return "?";
}

const DepthSuggestion& DepthCriteria::by(DepthCriterion criterion) const {
    return suggestions[static_cast<std::size_t>(criterion)];
}

DepthCriteria depth_criteria(const DepthProfile& profile, const DepthCriteriaOptions& given) {
    const Index L = static_cast<Index>(profile.layers.size()) - 1;
    validate(given, L);
    DepthCriteriaOptions options = given;
    options.min_depth = least_depth(given, L);
    const auto at = [&](Index depth) -> const DepthLayer& {
        return profile.layers[static_cast<std::size_t>(depth)];
    };
    DepthCriteria criteria;
    criteria.min_depth = options.min_depth;
    for (const DepthCriterion criterion : all_criteria) {
        DepthSuggestion suggestion;
        suggestion.criterion = criterion;
        suggestion.value = suggested(profile, options, criterion);
        suggestion.depth =
            std::max(options.min_depth, static_cast<Index>(std::ceil(suggestion.value - 1e-9)));
        suggestion.accuracy = at(suggestion.depth).accuracy;
        suggestion.agreement = at(suggestion.depth).agreement;
        criteria.suggestions.push_back(suggestion);
    }
    for (const SampleReduction reduction : all_reductions) {
        const std::vector<double> changes = changes_of(profile, options.norm, reduction);
        for (const double tolerance : tolerances_for(profile, options.norm)) {
            const Index depth = settled_depth(changes, tolerance, options.min_depth);
            criteria.sensitivity.push_back({DepthCriterion::LastTwoLayers, reduction, tolerance,
                                            depth, at(depth).accuracy, at(depth).agreement});
        }
    }
    for (const double allowance : {0.0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1}) {
        const Index depth = shallowest_within(profile, allowance, options.min_depth);
        criteria.sensitivity.push_back({DepthCriterion::Accuracy, options.reduction, allowance,
                                        depth, at(depth).accuracy, at(depth).agreement});
    }
    return criteria;
}

}  // namespace resdyn
