/// @file
/// What moves the residuals from one layer to the next: the cooperation and competition of the
/// units, or the weights themselves, which differ by layer. An exact split of every step.
///
/// One matrix a layer, u_n = W_n x_n + b_n, y_n = f(u_n), x_{n+1} = x_n + h y_n. With ΔW = W_{n+1}
/// − W_n, Δb likewise, and W̄, x̄ the means of the two layers' values,
///
///     u_{n+1} − u_n  =  h W̄ y_n  +  (ΔW x̄ + Δb),
///
/// *interaction* plus *drift*. As h → 0 it is u' = W(t) y + (W'(t) x + b'(t)).
///
/// Two matrices a layer: hidden units have no identity from one layer to the next, so nothing may
/// depend on their order. The fields F_n(x) = A_n f(B_n x + b_n) are split, x⁺ = x_{n+1}, x = x_n:
///
///     F_{n+1}(x⁺) − F_n(x)  =  ½[F_n(x⁺) − F_n(x) + F_{n+1}(x⁺) − F_{n+1}(x)]   interaction
///                            + ½[F_{n+1}(x) − F_n(x) + F_{n+1}(x⁺) − F_n(x⁺)]   drift.
///
/// Both are symmetric in the two layers. Shared weights, and equal layers: the drift is 0, exactly.
/// The share of drift of an input is δ_n = ‖drift‖₂ / (‖interaction‖₂ + ‖drift‖₂).
/// What it can miss: norms say how much each part moves the residuals, not what it does to a class;
/// parts that undo each other have both large norms (the cosine says so).
/// Sums are checked: `largest_gap` against what rounding may reach.
#pragma once

#include <string_view>
#include <vector>

#include <resdyn/core/quantile.hpp>
#include <resdyn/model/residual_network.hpp>
#include <resdyn/transient/decision.hpp>

namespace resdyn {

/// What is split: of networks of one matrix the pre-activations u (M), of two the fields F (N).
enum class SplitVariable { Preactivation, Field };
/// "preactivation", "field".
std::string_view to_string(SplitVariable variable);

/// The step from layer `layer` to the next, over all inputs.
struct SplitStep {
    Index layer = 0;
    MeanWithError step;         ///< ‖interaction + drift‖₂.
    MeanWithError interaction;  ///< ‖·‖₂.
    MeanWithError drift;        ///< ‖·‖₂.
    /// Components along the step, ⟨part, step⟩/‖step‖₂: they add up to its length.
    MeanWithError interaction_along;
    MeanWithError drift_along;
    MeanWithError cosine;      ///< of the angle between the parts; inputs where both are not 0.
    MeanWithError share;       ///< δ_n.
    Spread share_spread;       ///< of it over the inputs.
    double weight_change = 0;  ///< ‖ΔW‖_F / ‖W̄‖_F (two matrices: NaN, see field_change).
    /// Root mean square over the inputs and both layers' states of ‖F_{n+1} − F_n‖₂, over that of
    /// ‖F‖₂: how much the fields differ where the data are.
    double field_change = 0;
    double largest_gap = 0;     ///< max |interaction + drift − step| over inputs and units.
    double rounding_bound = 0;  ///< what rounding may make of it.
};

/// The same of the inputs of one class.
struct ClassSplit {
    Index layer = 0;
    Index label = 0;
    Index samples = 0;
    MeanWithError interaction;
    MeanWithError drift;
    MeanWithError share;
};

struct StepSplit {
    SplitVariable variable = SplitVariable::Preactivation;
    Index inputs = 0;
    std::vector<SplitStep> steps;     ///< L − 1, in the order of the layers.
    std::vector<ClassSplit> classes;  ///< (L − 1)·C, by layer, then class; empty without labels.
    /// Root mean square over the inputs by unit: units × (L − 1).
    Matrix interaction_by_unit;
    Matrix drift_by_unit;
    /// Means over the inputs by unit, which add up to the mean step: units × (L − 1).
    Matrix mean_interaction_by_unit;
    Matrix mean_drift_by_unit;
    /// Σ_n ‖ΔW‖_F / mean ‖W‖_F; NaN for two matrices. 0 for shared weights.
    double weight_variation = 0.0;
    /// Σ_n of the numerators of field_change over the root mean square of ‖F‖₂ over all layers.
    double field_variation = 0.0;
    MeanWithError share;  ///< of drift, mean over the layers of each input; over the inputs.

    /// Every step is the sum of its parts, to rounding.
    bool closes() const;
};

/// x0: N×B, B ≥ 1; labels: B classes in 0 … classes − 1, or empty. A network of one layer has no
/// step. Throws std::invalid_argument.
StepSplit step_split(const ResidualNetwork& network, const Matrix& x0,
                     const Eigen::VectorXi& labels = {}, Index classes = 0, int threads = 0);

}  // namespace resdyn
