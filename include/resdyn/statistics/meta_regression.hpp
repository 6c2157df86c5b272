/// @file
/// On what does an effect depend: the estimates of many settings regressed on their factors.
///
/// Model: y_i = x_i β + u_i + e_i as in meta_analysis.hpp, τ² what the factors leave over. Errors
/// of β by G. Knapp, J. Hartung (Statist. Med. 22, 2003, 2693): (XᵀWX)⁻¹ times the mean weighted
/// square of the residuals (modified: at least 1), Student's t with k − p degrees of freedom; all
/// slopes of a factor together by F. A number enters as it is or as log₂ (its slope is then that of
/// a doubling), a word as a column for each level but the first met. What it can miss: settings of
/// one data set resemble each other, which the errors do not know unless the data set is among the
/// factors; slopes one factor at a time mix what the design has not kept apart.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <resdyn/statistics/meta_analysis.hpp>

namespace resdyn {

enum class FactorScale {
    Words,     ///< levels without an order.
    Linear,    ///< a number.
    Doubling,  ///< a number > 0, by its log₂.
};

/// A property of the settings, a level each.
struct Factor {
    std::string name;
    FactorScale scale = FactorScale::Words;
    std::vector<double> numbers{};     ///< of Linear and Doubling, one a setting.
    std::vector<std::string> words{};  ///< of Words, one a setting.

    /// Its different levels: how many.
    Index levels() const;
    /// Columns that it takes in a regression: 1 of a number, levels − 1 of words.
    Index columns() const;
};

/// A coefficient.
struct Slope {
    std::string factor;
    std::string level;  ///< of words: the one against the first; empty of numbers.
    double value = 0.0;
    double standard_error = 0.0;
    double low = 0.0;  ///< ends of the interval.
    double high = 0.0;
    double t = 0.0;
    double p = 1.0;  ///< two-sided.
};

struct MetaRegression {
    double intercept = 0.0;  ///< the effect where numbers (their log₂) are 0 and words the first.
    double intercept_error = 0.0;
    std::vector<Slope> slopes;
    double tau = 0.0;         ///< what is left over.
    double i_squared = 0.0;   ///< likewise.
    double explained = 0.0;   ///< R²: share of τ² that the factors take away, in [0, 1].
    double q_residual = 0.0;  ///< of no heterogeneity beside the factors.
    double f = 0.0;           ///< all slopes together.
    double p = 1.0;           ///< of f.
    double degrees = 0.0;     ///< k − p, of errors.
    Index settings = 0;

    /// The effect expected at a level of a single factor that was regressed alone: of a number.
    double at(double number, FactorScale scale) const;
};

/// Throws std::invalid_argument as pool() does, and where a factor has not one level a setting, not
/// two different levels, or a number <= 0 to be doubled; nothing where there are fewer than two
/// settings more than coefficients, or the factors cannot be told apart.
std::optional<MetaRegression> meta_regression(const std::vector<EffectEstimate>& estimates,
                                              const std::vector<Factor>& factors,
                                              const MetaOptions& options = {});

}  // namespace resdyn
