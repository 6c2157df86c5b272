/// @file
/// Is the network a discretisation of an ODE? Measured on inputs and judged by a rule that is fixed
/// here, before any network is looked at.
///
/// That halving the step converges with order 1 holds for every network by construction
/// (discretisation.hpp). What differs between networks is what the network at its own step has to
/// do with the limit. Three criteria, each with its error:
///  - relative distance ‖x_L − x(T)‖₂ / ‖x_L − x_0‖₂, the mean over inputs;
///  - agreement: share of inputs that network and ODE put into the same class;
///  - first ratio d(h)/d(h/2), d the root mean square over inputs of ‖x_L − x(T)‖₂: 2 where h is
///    small enough for the leading term of the error to rule, far from it where h is not small.
/// *A discretisation* where all three meet `discretisation_thresholds`; *ODE-like* where they meet
/// `ode_like_thresholds`; else *no discretisation*. A criterion that cannot be measured (no
/// read-out; no distance to halve) is left out, and said.
///
/// What it can miss: it speaks of the inputs that were followed, and of one ODE, that of the
/// straight lines between the layers. Another way from layer to layer may be nearer.
/// Reference: M. E. Sander, P. Ablin, G. Peyré, "Do residual neural networks discretize neural
/// ordinary differential equations?", NeurIPS 2022: without help in training they often do not.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <resdyn/core/proportion.hpp>
#include <resdyn/core/quantile.hpp>
#include <resdyn/transient/decision.hpp>
#include <resdyn/transient/discretisation.hpp>

namespace resdyn {

enum class FlowVerdict {
    Discretisation,    ///< the network computes its ODE, with the error of its step.
    OdeLike,           ///< the ODE tells most of what the network does, but not all.
    NoDiscretisation,  ///< the ODE through its layers does something else.
    Unknown,           ///< no input could be followed.
};
/// "discretisation", "ode_like", "no_discretisation", "unknown".
std::string_view to_string(FlowVerdict verdict);

struct FlowThresholds {
    double largest_distance;  ///< relative, at most.
    double least_agreement;
    double least_ratio;  ///< the first halving's.
    double largest_ratio;
};
inline constexpr FlowThresholds discretisation_thresholds{0.05, 0.99, 1.7, 2.3};
inline constexpr FlowThresholds ode_like_thresholds{0.25, 0.9, 1.4, 4.0};

/// One of the three criteria.
struct FlowCriterion {
    std::string name;    ///< "relative_distance", "agreement", "first_ratio".
    double value = 0.0;  ///< NaN where it could not be measured.
    double low = 0.0;    ///< 95 % interval over the inputs.
    double high = 0.0;
    FlowVerdict allows = FlowVerdict::Unknown;  ///< the best verdict that the value allows …
    bool firm = false;  ///< … and every value of the interval allows the same.
};

/// The network with its step halved k times.
struct RefinedNetwork {
    Index halvings = 0;
    double step = 0.0;
    double distance = 0.0;                ///< from the ODE: root mean square over the inputs.
    double ratio = 0.0;                   ///< d before the halving over d after it; NaN for k = 0.
    double order = 0.0;                   ///< log₂ of it; NaN for k = 0.
    std::optional<Proportion> agreement;  ///< same class as the network itself; needs a read-out.
    std::optional<Proportion> accuracy;   ///< needs labels too.
};

struct FlowFidelity {
    FlowVerdict verdict = FlowVerdict::Unknown;
    bool firm = false;  ///< no criterion could, within its interval, give another verdict.
    std::vector<FlowCriterion> criteria;  ///< the three, in the order above.
    Index inputs = 0;                     ///< looked at;
    Index followed = 0;                   ///< of them the ODE reached T, and the network moved.
    Vector relative;                      ///< B: relative distance; NaN where not followed.
    MeanWithError mean_relative;          ///< over those that were.
    Spread spread_relative;
    std::optional<Proportion> network_accuracy;  ///< on the followed inputs; with labels.
    std::optional<Proportion> flow_accuracy;     ///< of the ODE, likewise.
    std::optional<MeanWithError> accuracy_gain;  ///< of the ODE over the network, paired by input.
    std::vector<RefinedNetwork> refinements;     ///< k = 0 … halvings.
    std::string rule;                            ///< the rule in words, with its numbers.
};

/// `report`: of compare_with_flow on this network. `labels`: of its samples, or empty. Throws
/// std::invalid_argument for another number of labels.
FlowFidelity flow_fidelity(const ResidualNetwork& network, const DiscretisationReport& report,
                           const Eigen::VectorXi& labels);

}  // namespace resdyn
