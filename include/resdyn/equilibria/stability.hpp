/// @file
/// What kind of equilibrium: type in the flow, spectra on both clocks (doc/theory.md §3.1).
///
/// At an equilibrium of pattern (Low, High, Free) the Jacobian of the residual flow is block
/// triangular: a saturated unit has the eigenvalue λ_i = g'(level) (Wy)_i, the free block has the
/// eigenvalues μ of diag(g(y_F)) W_FF. The layer map has the multipliers e^{hλ_i} and 1 + hμ.
#pragma once

#include <string_view>
#include <vector>

#include <resdyn/equilibria/pattern.hpp>
#include <resdyn/model/residual_system.hpp>
#include <resdyn/numerics/spectrum.hpp>

namespace resdyn {

/// Type of an equilibrium of the flow. A focus has at least one pair that is not real.
enum class EquilibriumType {
    StableNode,
    StableFocus,
    UnstableNode,  ///< every eigenvalue has positive real part: a source.
    UnstableFocus,
    Saddle,         ///< hyperbolic, some directions in, some out.
    Center,         ///< all eigenvalues imaginary, none zero: linear verdict only.
    NonHyperbolic,  ///< some eigenvalue has zero real part; linear theory does not decide.
};
/// "stable_node", "stable_focus", … as in results.json.
std::string_view to_string(EquilibriumType type);

/// How many eigenvalues lie where.
struct SpectralCounts {
    Index unstable = 0;    ///< Re λ > 0.
    Index stable = 0;      ///< Re λ < 0.
    Index neutral = 0;     ///< Re λ = 0.
    Index zero = 0;        ///< λ = 0, part of neutral.
    bool all_real = true;  ///< every eigenvalue is real.

    Index dimension() const { return unstable + stable + neutral; }
    bool is_hyperbolic() const { return neutral == 0; }
    bool is_stable() const { return stable == dimension(); }
};

EquilibriumType equilibrium_type(const SpectralCounts& counts);

/// Numerical spectrum at the equilibrium y of the given pattern, by the block structure: the
/// saturated eigenvalues first in unit order, then those of the free block, sorted as for a flow.
struct EquilibriumSpectrum {
    std::vector<double> saturated;  ///< λ_i of the saturated units, increasing unit.
    std::vector<Complex> free;      ///< μ of the free block.

    /// All flow eigenvalues, decreasing real part.
    std::vector<Complex> flow_eigenvalues() const;
    /// All multipliers of the layer map of step h, decreasing modulus.
    std::vector<Complex> multipliers(double step) const;
};

/// `y` has size N and the pattern's levels where it is saturated. Bounded activations only.
EquilibriumSpectrum equilibrium_spectrum(const ResidualSystem& system, const Pattern& pattern,
                                         const Vector& y);

/// Counts by sign with a tolerance: |Re λ| ≤ zero_tol counts as neutral, |Im λ| ≤ zero_tol as real.
/// For spectra that no exact decision accompanies.
SpectralCounts count_spectrum(const std::vector<Complex>& values, double zero_tol);

}  // namespace resdyn
