#include <resdyn/transient/flow_fidelity.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include <resdyn/core/error.hpp>

namespace resdyn {

namespace {

constexpr double two_sided_95 = 1.96;
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
/// A relative distance below this is rounding and integration error: there is nothing to halve.
constexpr double no_distance = 1e-8;

using Allows = bool (*)(const FlowThresholds&, double);

bool near_enough(const FlowThresholds& limit, double distance) {
    return distance <= limit.largest_distance;
}
bool agree_enough(const FlowThresholds& limit, double agreement) {
    return agreement >= limit.least_agreement;
}
bool halves(const FlowThresholds& limit, double ratio) {
    return ratio >= limit.least_ratio && ratio <= limit.largest_ratio;
}

FlowVerdict allowed(Allows allows, double value) {
    return allows(discretisation_thresholds, value) ? FlowVerdict::Discretisation
           : allows(ode_like_thresholds, value)     ? FlowVerdict::OdeLike
                                                    : FlowVerdict::NoDiscretisation;
}

FlowCriterion criterion(const std::string& name, double value, double low, double high,
                        Allows allows) {
    FlowCriterion result{.name = name, .value = value, .low = low, .high = high};
    if (std::isfinite(value)) {
        result.allows = allowed(allows, value);
        result.firm =
            allowed(allows, low) == result.allows && allowed(allows, high) == result.allows;
    }
    return result;
}

FlowCriterion criterion(const std::string& name, const MeanWithError& mean, Allows allows) {
    const double half = two_sided_95 * mean.standard_error;
    return criterion(name, mean.mean, mean.mean - half, mean.mean + half, allows);
}

/// Root of the ratio of two means of squares, with its error to first order (delta method; W. G.
/// Cochran, Sampling Techniques, 1977, chapter 6).
MeanWithError root_ratio(const Vector& a, const Vector& b) {
    const double A = a.squaredNorm() / static_cast<double>(a.size());
    const double B = b.squaredNorm() / static_cast<double>(b.size());
    if (!(A > 0 && B > 0)) {
        return {unknown, unknown};
    }
    const double ratio = std::sqrt(A / B);
    const Vector influence = a.array().square() / A - b.array().square() / B;
    return {ratio, 0.5 * ratio * mean_with_error(influence).standard_error};
}

/// Columns whose flow reached T and whose network moved, and the relative distance of each.
std::vector<Index> followed_columns(const DiscretisationReport& report, Vector& relative) {
    std::vector<Index> followed;
    relative = Vector::Constant(report.start.cols(), unknown);
    for (Index s = 0; s < report.start.cols(); ++s) {
        const double way = (report.ends.front().col(s) - report.start.col(s)).norm();
        const double apart = (report.ends.front().col(s) - report.flow_end.col(s)).norm();
        if (report.outcomes[static_cast<std::size_t>(s)] == Outcome::ReachedEnd && way > 0 &&
            std::isfinite(way) && std::isfinite(apart)) {
            relative[s] = apart / way;
            followed.push_back(s);
        }
    }
    return followed;
}

Proportion share_equal(const Eigen::VectorXi& a, const Eigen::VectorXi& b) {
    return proportion((a.array() == b.array()).count(), a.size());
}

std::string rule_in_words() {
    const auto limits = [](const FlowThresholds& t) {
        return fmt::format(
            "relative distance at most {:g}, agreement at least {:g}, first ratio from {:g} to "
            "{:g}",
            t.largest_distance, t.least_agreement, t.least_ratio, t.largest_ratio);
    };
    return fmt::format("a discretisation: {}; ODE-like: {}; else no discretisation",
                       limits(discretisation_thresholds), limits(ode_like_thresholds));
}

/// The worst of what the criteria allow, and whether their intervals leave no doubt of it.
void judge(FlowFidelity& result) {
    result.verdict = FlowVerdict::Discretisation;
    for (const FlowCriterion& one : result.criteria) {
        if (one.allows != FlowVerdict::Unknown) {
            result.verdict = std::max(result.verdict, one.allows);
        }
    }
    // A worst criterion that is firm decides; else all must be.
    const auto measured = [](const FlowCriterion& one) {
        return one.allows != FlowVerdict::Unknown;
    };
    const bool worst_is_firm =
        std::any_of(result.criteria.begin(), result.criteria.end(), [&](const FlowCriterion& one) {
            return measured(one) && one.allows == result.verdict && one.firm;
        });
    const bool all_firm =
        std::all_of(result.criteria.begin(), result.criteria.end(),
                    [&](const FlowCriterion& one) { return !measured(one) || one.firm; });
    result.firm = all_firm || (worst_is_firm && result.verdict == FlowVerdict::NoDiscretisation);
}

}  // namespace

std::string_view to_string(FlowVerdict verdict) {
    switch (verdict) {
        case FlowVerdict::Discretisation:
            return "discretisation";
        case FlowVerdict::OdeLike:
            return "ode_like";
        case FlowVerdict::NoDiscretisation:
            return "no_discretisation";
        case FlowVerdict::Unknown:
            return "unknown";
    }
    return "unknown";
}

FlowFidelity flow_fidelity(const ResidualNetwork& network, const DiscretisationReport& report,
                           const Eigen::VectorXi& labels) {
    if (labels.size() != 0 && labels.size() != report.start.cols()) {
        reject_argument("labels", fmt::format("{} of them or none", report.start.cols()),
                        fmt::format("{}", labels.size()));
    }
    FlowFidelity result;
    result.rule = rule_in_words();
    result.inputs = report.start.cols();
    const std::vector<Index> followed = followed_columns(report, result.relative);
    result.followed = static_cast<Index>(followed.size());
    const bool decides = network.has_readout() && network.classes() >= 2;
    const auto classes_of = [&](const Matrix& x) {
        return predicted_classes(network.readout(x(Eigen::all, followed)));
    };
    for (std::size_t k = 0; k < report.ends.size(); ++k) {
        RefinedNetwork& one = result.refinements.emplace_back();
        one.halvings = static_cast<Index>(k);
        one.step = report.steps[k];
        one.distance = report.final_distance[k];
        one.ratio = k > 0 ? report.final_distance[k - 1] / report.final_distance[k] : unknown;
        one.order = k > 0 ? report.observed_order[k - 1] : unknown;
    }
    if (followed.empty()) {
        return result;
    }
    const Vector relative = result.relative(followed);
    result.mean_relative = mean_with_error(relative);
    result.spread_relative = spread({relative.begin(), relative.end()});
    result.criteria.push_back(criterion("relative_distance", result.mean_relative, near_enough));

    FlowCriterion agreement{.name = "agreement", .value = unknown, .low = unknown, .high = unknown};
    if (decides) {
        const Eigen::VectorXi own = classes_of(report.ends.front());
        const Eigen::VectorXi flow = classes_of(report.flow_end);
        const Proportion same = share_equal(own, flow);
        agreement = criterion("agreement", same.value, same.low, same.high, agree_enough);
        const bool labelled = labels.size() > 0;
        const Eigen::VectorXi truth = labelled ? Eigen::VectorXi(labels(followed)) : own;
        for (std::size_t k = 0; k < report.ends.size(); ++k) {
            const Eigen::VectorXi refined = classes_of(report.ends[k]);
            result.refinements[k].agreement = share_equal(refined, own);
            if (labelled) {
                result.refinements[k].accuracy = share_equal(refined, truth);
            }
        }
        if (labelled) {
            result.network_accuracy = share_equal(own, truth);
            result.flow_accuracy = share_equal(flow, truth);
            const Vector gain = (flow.array() == truth.array()).cast<double>() -
                                (own.array() == truth.array()).cast<double>();
            result.accuracy_gain = mean_with_error(gain);
        }
    }
    result.criteria.push_back(agreement);

    const auto apart = [&](std::size_t k) -> Vector {
        return (report.ends[k] - report.flow_end)(Eigen::all, followed).colwise().norm();
    };
    const MeanWithError ratio = result.mean_relative.mean > no_distance
                                    ? root_ratio(apart(0), apart(1))
                                    : MeanWithError{unknown, unknown};
    result.criteria.push_back(criterion("first_ratio", ratio, halves));
    judge(result);
    return result;
}

}  // namespace resdyn
