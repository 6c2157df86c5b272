/// @file
/// One effect of many settings: their estimates pooled by random effects, with how much they
/// differ.
///
/// Model: y_i = μ + u_i + e_i, Var e_i = v_i known, Var u_i = τ². Weights w_i = 1/(v_i + τ²). The
/// interval is that of J. Hartung, G. Knapp (Statist. Med. 20, 2001, 1771 and 3875): its variance
/// is q/Σw, q = Σ w_i (y_i − μ)²/(k − 1), Student's t with k − 1 degrees of freedom; *modified*: q
/// >= 1, so that it is never narrower than the usual one (C. Röver, G. Knapp, T. Friede, BMC Med.
/// Res. Methodol. 15, 2015). Where several settings belong to a cluster (a data set) the error is
/// the larger of that and the cluster-robust one (L. V. Hedges, E. Tipton, M. C. Johnson, Res.
/// Synth. Methods 1, 2010, with factor m/(m − 1)), and t has m − 1 degrees of freedom, m clusters.
/// Prediction interval of a new setting: μ ± t √(τ² + error²) (J. P. T. Higgins, S. G. Thompson,
/// D. J. Spiegelhalter, J. R. Statist. Soc. A 172, 2009; the degrees of freedom are the
/// interval's). What it can miss: the v_i are estimates themselves; few clusters tell little of
/// their spread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <resdyn/core/types.hpp>

namespace resdyn {

/// What a setting says of the effect.
struct EffectEstimate {
    double effect = 0.0;
    double variance = 0.0;  ///< of `effect`, > 0.
    std::string cluster{};  ///< settings of one cluster resemble each other; empty: its own.
};

/// How τ² is estimated.
enum class TauEstimator {
    PauleMandel,           ///< Q(τ²) = k − p (R. C. Paule, J. Mandel, J. Res. NBS 87, 1982).
    RestrictedLikelihood,  ///< REML, by Fisher scoring.
    DerSimonianLaird,      ///< moments, in one step (Control. Clin. Trials 7, 1986).
};
/// "Paule–Mandel", "REML", "DerSimonian–Laird".
std::string_view to_string(TauEstimator estimator);

struct MetaOptions {
    TauEstimator tau = TauEstimator::PauleMandel;
    double level = 0.95;   ///< of the intervals, in (0, 1).
    bool modified = true;  ///< q >= 1.
};

struct PooledEffect {
    double mean = 0.0;
    double standard_error = 0.0;
    double low = 0.0;  ///< ends of the interval.
    double high = 0.0;
    double prediction_low = 0.0;  ///< ends of the prediction interval of a new setting.
    double prediction_high = 0.0;
    double tau = 0.0;        ///< standard deviation of the effect over settings.
    double i_squared = 0.0;  ///< share of the estimates' variance that is not error, in [0, 1].
    double q = 0.0;          ///< Cochran's, of no heterogeneity.
    double t = 0.0;          ///< mean/standard_error.
    double p = 1.0;          ///< two-sided.
    double degrees = 0.0;    ///< of freedom of t.
    Index settings = 0;
    Index clusters = 0;
};

/// At least two settings, in at least two clusters. Throws std::invalid_argument otherwise, or for
/// an effect that is not finite or a variance that is not > 0.
PooledEffect pool(const std::vector<EffectEstimate>& estimates, const MetaOptions& options = {});

}  // namespace resdyn
