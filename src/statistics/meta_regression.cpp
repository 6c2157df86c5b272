#include <resdyn/statistics/meta_regression.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include <resdyn/core/error.hpp>

#include "distributions.hpp"
#include "numerics/decompositions.hpp"
#include "weighted_fit.hpp"

namespace resdyn {

namespace {

/// The different words, in the order in which they are met.
std::vector<std::string> words_of(const Factor& factor) {
    std::vector<std::string> met;
    for (const std::string& word : factor.words) {
        if (std::find(met.begin(), met.end(), word) == met.end()) {
            met.push_back(word);
        }
    }
    return met;
}

void validate(const Factor& factor, std::size_t settings) {
    const bool words = factor.scale == FactorScale::Words;
    const std::size_t given = words ? factor.words.size() : factor.numbers.size();
    require(factor.name, given == settings, "a level a setting", fmt::format("{} levels", given));
    require(factor.name, factor.levels() >= 2, "at least two different levels",
            fmt::format("{}", factor.levels()));
    for (const double number : factor.numbers) {
        require(factor.name,
                std::isfinite(number) && (factor.scale != FactorScale::Doubling || number > 0),
                factor.scale == FactorScale::Doubling ? "numbers > 0" : "finite numbers",
                fmt::format("{:g}", number));
    }
}

double on_scale(double number, FactorScale scale) {
    return scale == FactorScale::Doubling ? std::log2(number) : number;
}

/// The columns of a factor, and what each is called.
void add_columns(const Factor& factor, Matrix& X, Index& next, std::vector<Slope>& slopes) {
    if (factor.scale != FactorScale::Words) {
        for (Index k = 0; k < X.rows(); ++k) {
            X(k, next) = on_scale(factor.numbers[static_cast<std::size_t>(k)], factor.scale);
        }
        ++next;
        slopes.push_back({.factor = factor.name, .level = ""});
        return;
    }
    const std::vector<std::string> words = words_of(factor);
    for (std::size_t w = 1; w < words.size(); ++w, ++next) {
        for (Index k = 0; k < X.rows(); ++k) {
            X(k, next) = factor.words[static_cast<std::size_t>(k)] == words[w] ? 1.0 : 0.0;
        }
        slopes.push_back({.factor = factor.name, .level = words[w]});
    }
}

}  // namespace

Index Factor::levels() const {
    return scale == FactorScale::Words
               ? static_cast<Index>(words_of(*this).size())
               : static_cast<Index>(std::set<double>(numbers.begin(), numbers.end()).size());
}

Index Factor::columns() const {
    return scale == FactorScale::Words ? levels() - 1 : 1;
}

double MetaRegression::at(double number, FactorScale scale) const {
    return intercept + slopes.front().value * on_scale(number, scale);
}

std::optional<MetaRegression> meta_regression(const std::vector<EffectEstimate>& estimates,
                                              const std::vector<Factor>& factors,
                                              const MetaOptions& options) {
    const auto [y, v] = detail::effect_vectors(estimates, options);
    require("factors", !factors.empty(), "at least one", "none");
    Index columns = 1;
    for (const Factor& factor : factors) {
        validate(factor, estimates.size());
        columns += factor.columns();
    }
    if (y.size() < columns + 2) {
        return std::nullopt;
    }
    MetaRegression result;
    Matrix X = Matrix::Ones(y.size(), columns);
    Index next = 1;
    for (const Factor& factor : factors) {
        add_columns(factor, X, next, result.slopes);
    }
    const auto fit = detail::weighted_fit(y, v, X, options);
    if (!fit) {
        return std::nullopt;
    }
    const double without =
        detail::weighted_fit(y, v, Matrix::Ones(y.size(), 1), options).value().tau_squared;

    const Matrix covariance = fit->scale * fit->inverse;
    result.settings = y.size();
    result.degrees = static_cast<double>(y.size() - columns);
    result.intercept = fit->beta[0];
    result.intercept_error = std::sqrt(covariance(0, 0));
    const double quantile = student_quantile(0.5 + options.level / 2.0, result.degrees);
    for (Index c = 1; c < columns; ++c) {
        Slope& slope = result.slopes[static_cast<std::size_t>(c - 1)];
        slope.value = fit->beta[c];
        slope.standard_error = std::sqrt(covariance(c, c));
        slope.low = slope.value - quantile * slope.standard_error;
        slope.high = slope.value + quantile * slope.standard_error;
        slope.t = slope.value / slope.standard_error;
        slope.p = student_two_sided_p(slope.t, result.degrees);
    }
    result.tau = std::sqrt(fit->tau_squared);
    result.i_squared = fit->i_squared;
    result.explained = without > 0 ? std::max(0.0, 1.0 - fit->tau_squared / without) : 0.0;
    result.q_residual = fit->q;
    const Index slopes = columns - 1;
    const Vector beta = fit->beta.tail(slopes);
    const Matrix block = covariance.bottomRightCorner(slopes, slopes);
    result.f = beta.dot(Ldlt(block).solve(beta)) / static_cast<double>(slopes);
    result.p = fisher_upper_p(result.f, static_cast<double>(slopes), result.degrees);
    return result;
}

}  // namespace resdyn
