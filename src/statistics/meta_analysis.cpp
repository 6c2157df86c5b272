#include <resdyn/statistics/meta_analysis.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include <resdyn/core/error.hpp>

#include "distributions.hpp"
#include "weighted_fit.hpp"

namespace resdyn {

namespace {

/// Σ w_i residual_i of each cluster; a setting without one is a cluster of its own.
std::vector<double> cluster_sums(const std::vector<EffectEstimate>& estimates,
                                 const detail::WeightedFit& fit) {
    std::vector<double> alone;
    std::map<std::string, double> shared;
    for (std::size_t k = 0; k < estimates.size(); ++k) {
        const auto i = static_cast<Index>(k);
        const double term = fit.weights[i] * fit.residual[i];
        if (estimates[k].cluster.empty()) {
            alone.push_back(term);
        } else {
            shared[estimates[k].cluster] += term;
        }
    }
    for (const auto& [name, sum] : shared) {
        alone.push_back(sum);
    }
    return alone;
}

}  // namespace

std::string_view to_string(TauEstimator estimator) {
    switch (estimator) {
        case TauEstimator::PauleMandel:
            return "Paule–Mandel";
        case TauEstimator::RestrictedLikelihood:
            return "REML";
        case TauEstimator::DerSimonianLaird:
            return "DerSimonian–Laird";
    }
    return "unknown";
}

PooledEffect pool(const std::vector<EffectEstimate>& estimates, const MetaOptions& options) {
    const auto [y, v] = detail::effect_vectors(estimates, options);
    const detail::WeightedFit fit =
        detail::weighted_fit(y, v, Matrix::Ones(y.size(), 1), options).value();
    const std::vector<double> sums = cluster_sums(estimates, fit);
    require("clusters", sums.size() >= 2, "at least two", fmt::format("{}", sums.size()));

    PooledEffect result{.mean = fit.beta[0],
                        .tau = std::sqrt(fit.tau_squared),
                        .i_squared = fit.i_squared,
                        .q = fit.q,
                        .settings = y.size(),
                        .clusters = static_cast<Index>(sums.size())};
    result.standard_error = std::sqrt(fit.scale * fit.inverse(0, 0));
    const auto m = static_cast<double>(sums.size());
    if (result.clusters < result.settings) {
        double squares = 0.0;
        for (const double sum : sums) {
            squares += sum * sum;
        }
        result.standard_error =
            std::max(result.standard_error, std::sqrt(squares * m / (m - 1.0)) * fit.inverse(0, 0));
    }
    result.degrees = m - 1.0;
    const double quantile = student_quantile(0.5 + options.level / 2.0, result.degrees);
    result.low = result.mean - quantile * result.standard_error;
    result.high = result.mean + quantile * result.standard_error;
    const double spread = quantile * std::hypot(result.tau, result.standard_error);
    result.prediction_low = result.mean - spread;
    result.prediction_high = result.mean + spread;
    result.t = result.mean / result.standard_error;
    result.p = student_two_sided_p(result.t, result.degrees);
    return result;
}

}  // namespace resdyn
