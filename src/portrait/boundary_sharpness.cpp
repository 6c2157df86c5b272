#include <resdyn/portrait/boundary_sharpness.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include <resdyn/core/error.hpp>

namespace resdyn {

namespace {

constexpr Index farthest_pair = 8;  // pairs reach up to this fraction of a side apart
constexpr double not_known = std::numeric_limits<double>::quiet_NaN();

void validate(const SharpnessOptions& o) {
    require("boundary sharpness", o.least_distances >= 3, "least_distances >= 3",
            static_cast<double>(o.least_distances));
    require("boundary sharpness", o.least_pairs >= 1, "least_pairs >= 1",
            static_cast<double>(o.least_pairs));
    require("boundary sharpness", o.slope_tol > 0, "slope_tol > 0", o.slope_tol);
    require("boundary sharpness", o.most_unsettled > 0 && o.most_unsettled <= 1,
            "0 < most_unsettled <= 1", o.most_unsettled);
}

/// Pairs of cells `apart` from each other along an axis: all, and twice those with different ends.
struct Pairs {
    Index all = 0;
    Index halves = 0;
};

Pairs pairs_at(const Eigen::MatrixXi& labels, Index apart) {
    Pairs pairs;
    const auto compare = [&pairs](int here, int there) {
        if (here != OutsideCell && there != OutsideCell) {
            ++pairs.all;
            const bool on_boundary = (here < 0) != (there < 0);
            pairs.halves += here == there || (here < 0 && there < 0) ? 0 : on_boundary ? 1 : 2;
        }
    };
    for (Index j = 0; j < labels.cols(); ++j) {
        for (Index i = 0; i < labels.rows(); ++i) {
            if (i + apart < labels.rows()) {
                compare(labels(i, j), labels(i + apart, j));
            }
            if (j + apart < labels.cols()) {
                compare(labels(i, j), labels(i, j + apart));
            }
        }
    }
    return pairs;
}

/// Why no exponent can be read off, before any is fitted; Fitted if nothing speaks against it.
SharpnessStatus obstacle(const BasinMap& map, const SharpnessOptions& options,
                         const std::vector<Pairs>& pairs, std::string& reason) {
    if (!map.complete) {
        reason = "the map is not complete";
        return SharpnessStatus::Incomplete;
    }
    std::set<int> seen;
    Index followed = 0;
    Index unsettled = 0;
    for (const int label : map.labels.reshaped()) {
        followed += label != OutsideCell ? 1 : 0;
        unsettled += label < 0 && label != OutsideCell ? 1 : 0;
        if (label >= 0) {
            seen.insert(label);
        }
    }
    if (seen.size() < 2) {
        reason = seen.empty() ? "no cell came to an attractor"
                              : "one attractor draws every cell "
                                "that came to one";
        return SharpnessStatus::NoBoundary;
    }
    if (static_cast<Index>(pairs.size()) < options.least_distances) {
        reason = fmt::format(
            "{} × {} cells hold {} distances of pairs, {} are needed: at least {} "
            "cells a side",
            map.labels.rows(), map.labels.cols(), pairs.size(), options.least_distances,
            farthest_pair << (options.least_distances - 1));
        return SharpnessStatus::TooFewCells;
    }
    const double share = static_cast<double>(unsettled) / static_cast<double>(followed);
    if (share > options.most_unsettled) {
        reason = fmt::format("{:.2f} % of the cells came to no attractor (up to {:g} % are borne)",
                             100 * share, 100 * options.most_unsettled);
        return SharpnessStatus::Unsettled;
    }
    const auto fewest =
        std::min_element(pairs.begin(), pairs.end(), [](const Pairs& a, const Pairs& b) {
            return a.halves < b.halves;
        })->halves;
    if (fewest < 2 * options.least_pairs) {
        reason = fmt::format(
            "the boundary shows in {:g} pairs at one of the distances, {} are "
            "needed",
            0.5 * static_cast<double>(fewest), options.least_pairs);
        return SharpnessStatus::TooFewPairs;
    }
    return SharpnessStatus::Fitted;
}

/// Least squares of log f against log ε, and how far local slopes stray from it.
void fit(BoundarySharpness& result) {
    const auto n = static_cast<Index>(result.distance.size());
    Vector x(n);
    Vector y(n);
    for (Index k = 0; k < n; ++k) {
        x[k] = std::log(result.distance[static_cast<std::size_t>(k)]);
        y[k] = std::log(result.uncertain[static_cast<std::size_t>(k)].value);
    }
    const Vector dx = x.array() - x.mean();
    const Vector dy = y.array() - y.mean();
    result.exponent = dx.dot(dy) / dx.squaredNorm();
    result.standard_error = std::sqrt((dy - result.exponent * dx).squaredNorm() /
                                      (static_cast<double>(n - 2) * dx.squaredNorm()));
    result.slope_spread = 0.0;
    for (Index k = 1; k < n; ++k) {
        const double slope = (y[k] - y[k - 1]) / (x[k] - x[k - 1]);
        result.slope_spread = std::max(result.slope_spread, std::abs(slope - result.exponent));
    }
}

}  // namespace

std::string_view to_string(SharpnessStatus status) {
    switch (status) {
        case SharpnessStatus::Fitted:
            return "fitted";
        case SharpnessStatus::NoBoundary:
            return "no_boundary";
        case SharpnessStatus::TooFewCells:
            return "too_few_cells";
        case SharpnessStatus::TooFewPairs:
            return "too_few_pairs";
        case SharpnessStatus::Unsettled:
            return "unsettled";
        case SharpnessStatus::NoScaling:
            return "no_scaling";
        case SharpnessStatus::Incomplete:
            return "incomplete";
    }
    return "unknown";
}

bool BoundarySharpness::looks_smooth() const {
    return fitted() && std::abs(exponent - 1.0) <= std::max(slope_spread, 3.0 * standard_error);
}

BoundarySharpness boundary_sharpness(const BasinMap& map, const SharpnessOptions& options) {
    validate(options);
    BoundarySharpness result;
    const Index width = map.labels.rows();
    const Index height = map.labels.cols();
    const Vector cell =
        (map.slice.window.upper - map.slice.window.lower)
            .cwiseQuotient(Vector{{static_cast<double>(width), static_cast<double>(height)}});
    std::vector<Pairs> pairs;
    for (Index apart = 1; apart * farthest_pair <= std::min(width, height); apart *= 2) {
        pairs.push_back(pairs_at(map.labels, apart));
        result.distance.push_back(static_cast<double>(apart) * cell.mean());
        result.uncertain.push_back(
            proportion((pairs.back().halves + 1) / 2, std::max<Index>(pairs.back().all, 1)));
    }
    result.exponent = result.standard_error = result.slope_spread = not_known;
    result.status = obstacle(map, options, pairs, result.reason);
    if (result.status != SharpnessStatus::Fitted) {
        return result;
    }
    fit(result);
    if (!(result.slope_spread <= options.slope_tol)) {
        result.status = SharpnessStatus::NoScaling;
        result.reason = fmt::format(
            "the share of uncertain pairs is no power of the distance: local slopes stray by "
            "{:.2f} from their mean of {:.2f} (up to {:g} is borne)",
            result.slope_spread, result.exponent, options.slope_tol);
        result.exponent = result.standard_error = result.slope_spread = not_known;
    }
    return result;
}

}  // namespace resdyn
