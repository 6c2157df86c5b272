// Least squares with weights 1/(v + τ²), τ² estimated: what pooling and meta-regression share.
#pragma once

#include <optional>

#include <resdyn/core/types.hpp>
#include <resdyn/statistics/meta_analysis.hpp>

namespace resdyn::detail {

struct WeightedFit {
    Vector beta;
    Matrix inverse;   // (XᵀWX)⁻¹
    Vector weights;   // 1/(v + τ²)
    Vector residual;  // y − Xβ
    double tau_squared = 0.0;
    double q = 0.0;  // Σ residual²/v at τ² = 0
    double i_squared = 0.0;
    double scale = 1.0;  // Σ w residual²/(k − p), at least 1 where modified
};

// Nothing where XᵀWX is singular. X has more rows than columns.
std::optional<WeightedFit> weighted_fit(const Vector& y, const Vector& v, const Matrix& X,
                                        const MetaOptions& options);

// The estimates as vectors. Throws std::invalid_argument for what cannot be weighed.
struct EffectVectors {
    Vector y;
    Vector v;
};
EffectVectors effect_vectors(const std::vector<EffectEstimate>& estimates,
                             const MetaOptions& options);

}  // namespace resdyn::detail
