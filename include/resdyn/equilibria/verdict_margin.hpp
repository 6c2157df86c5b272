/// @file
/// How far an exact verdict is from a tie: what rounding of the weights could have made of it.
///
/// Verdicts are exact for the stored numbers. Stored numbers are often rounded ones (0.1, 1/3,
/// cosines, products), and a verdict on a rounded tie says nothing about the numbers that were
/// meant. The margin of an equilibrium is the smallest relative change m of the weights, |ΔW| <=
/// m |W| in the norm max_i Σ_j |w_ij|, that can, to first order, bring one of its decisions to a
/// tie:
///  - a rate (Wy)_i of a saturated unit to 0: |(Wy)_i| / ((1 + |W_iF W_FF⁻¹|_1) |W|);
///  - a free unit to a level of its cube: its distance / (|row i of W_FF⁻¹|_1 |W|);
///  - a free eigenvalue μ to the imaginary axis: |Re μ| / (max g |W|), its size alone: the
///    conditioning of the eigenvalue is left out.
/// The logistic origin y = 0 is non-hyperbolic for every W: its margin is infinite. Any other
/// exact tie, and every non-hyperbolic equilibrium, has margin 0. Rates and distances below
/// 1e-9 come from exact rationals, larger ones from doubles. Theory: doc/theory.md §3.5.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <resdyn/equilibria/face.hpp>

namespace resdyn {

/// max_i Σ_j |w_ij|.
double weight_norm(const ResidualSystem& system);

/// The margins of isolated equilibria of `system`, one each.
std::vector<double> verdict_margins(const ResidualSystem& system,
                                    const std::vector<Equilibrium>& equilibria, int threads = 0);

struct RoundingOptions {
    /// Relative to |W|: what rounding may have done; >= 0. Negative: N times 2^−52, N roundings.
    double tolerance = -1.0;
    long max_denominator = 1000;  ///< of the rationals that weights are compared with; >= 1.
};

/// An equilibrium whose margin is below the tolerance.
struct CloseVerdict {
    Pattern pattern;
    double margin = 0.0;
    EquilibriumType stored = EquilibriumType::NonHyperbolic;  ///< exact, for the stored weights.
    /// Exact, for the weights as rationals; absent if the pattern then holds no isolated
    /// equilibrium, or where weights have no such reading.
    std::optional<EquilibriumType> as_rationals;
};

struct RoundingReport {
    double norm = 0.0;       ///< |W|.
    double tolerance = 0.0;  ///< relative to it.
    long max_denominator = 1;
    Index verdicts = 0;               ///< equilibria looked at.
    std::vector<CloseVerdict> close;  ///< sorted as the equilibria are.
    /// Every weight is, within the tolerance, a rational of denominator <= max_denominator.
    bool has_rationals = false;
    Index rounded_weights = 0;  ///< those that are not such a rational exactly.
    Index changed = 0;          ///< close verdicts that the rationals decide otherwise.
};

/// margins: as verdict_margins gives them.
RoundingReport rounding_report(const ResidualSystem& system,
                               const std::vector<Equilibrium>& equilibria,
                               const std::vector<double>& margins,
                               const RoundingOptions& options = {});

/// One sentence, or empty where no verdict is close or none depends on rounding.
std::string describe(const RoundingReport& report);

}  // namespace resdyn
