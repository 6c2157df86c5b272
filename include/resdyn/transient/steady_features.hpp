/// @file
/// What the steady residuals have to do with the inputs: how much of each lies along the class
/// means and along the leading directions of the inputs' covariance, beside the same numbers for
/// shuffled copies of it.
///
/// Components whose input never varies are left out; the rest is centred. Of a steady residual z:
/// r_c = corr(z, m_c − m) by class, and R² = Σ_k ⟨z, e_k⟩²/|z|² over the leading unit eigenvectors
/// e_k of the covariance. The control permutes the components of z: it keeps the values and
/// destroys where they stand. What it can miss: it destroys the smoothness of images too, so a low
/// p says that z is ordered like the inputs, not which of their features made it so.
#pragma once

#include <cstdint>
#include <vector>

#include <resdyn/core/types.hpp>

namespace resdyn {

struct SteadyFeatureOptions {
    Index directions = 10;   ///< leading eigenvectors, >= 1; at most the varying components.
    Index shuffles = 200;    ///< of the control, >= 1.
    std::uint64_t seed = 1;  ///< of the shuffles.
};

/// A number beside its shuffled control.
struct AgainstShuffled {
    double value = 0.0;
    double shuffled_mean = 0.0;
    double shuffled_largest = 0.0;
    /// (1 + shuffled copies at least as large)/(1 + shuffles).
    double p = 1.0;
};

struct SteadyFeature {
    Vector class_correlation;        ///< C: r_c; 0 where a side is constant.
    Index nearest_class = 0;         ///< of the largest |r_c|.
    AgainstShuffled to_class_means;  ///< max over c of |r_c|.
    Vector direction_share;          ///< ⟨z, e_k⟩²/|z|² by direction.
    AgainstShuffled to_directions;   ///< R².
};

struct SteadyFeatureReport {
    std::vector<SteadyFeature> features;  ///< one a steady residual, in their order.
    Index varying = 0;                    ///< components that vary over the inputs.
    Matrix directions;                    ///< D×k, leading first; 0 where inputs never vary.
    Vector variance_share;                ///< k: share of the inputs' variance along each.
};

/// steady: D×G, a steady residual a column; inputs: D×B of the same components; labels: B classes
/// in 0 … classes−1. Throws std::invalid_argument for other sizes or B < 2.
SteadyFeatureReport steady_features(const Matrix& steady, const Eigen::MatrixXf& inputs,
                                    const Eigen::VectorXi& labels, Index classes,
                                    const SteadyFeatureOptions& options = {});

}  // namespace resdyn
