/// @file
/// Spectra on both clocks, the flow's eigenvalues beside the layer map's multipliers: at equilibria
/// with exact verdicts and h*, at any point, or along a run (`resdyn spectrum`).
///
/// Parts: clocks.hpp (equilibria), local_spectrum.hpp (points), each with its method and reference.
///
/// \code{.cpp}
/// #include <iostream>
///
/// #include <resdyn/studies/spectra.hpp>
///
/// int main() {
///     const resdyn::Matrix W{{-1.0, 2.0}, {-2.0, -1.0}};  // eigenvalues −1 ± 2i at y = 0
///     const resdyn::ResidualSystem system(W, resdyn::Activation::Tanh, 1.0);
///     resdyn::EquilibriumSpectraOptions options;
///     options.at = {resdyn::pattern_from_string("FF")};
///     const resdyn::EquilibriumSpectra spectra = resdyn::spectra_at_equilibria(system, options);
///     const resdyn::TwoClocks& clocks = spectra.clocks.front();
///     std::cout << "flow: " << to_string(clocks.flow_type) << ", network: "
///               << to_string(clocks.map_type) << ", h* = " << *clocks.largest_stable_step << '\n';
///     return clocks.flow.is_stable() && clocks.map.unstable == 2 ? 0 : 1;  // h* = 2/5
/// }
/// \endcode
#pragma once

#include <array>
#include <optional>
#include <vector>

#include <resdyn/bifurcation/beyond_h_star.hpp>
#include <resdyn/equilibria/clocks.hpp>
#include <resdyn/equilibria/local_spectrum.hpp>
#include <resdyn/equilibria/origin.hpp>
#include <resdyn/equilibria/origin_directions.hpp>
#include <resdyn/equilibria/verdict_margin.hpp>
#include <resdyn/equilibria/whole_weights.hpp>
#include <resdyn/model/residual_network.hpp>
#include <resdyn/transient/simulation.hpp>

namespace resdyn {

/// Flow and layer map at one point.
using BothSpectra = std::array<LocalSpectrum, 2>;

struct EquilibriumSpectraOptions {
    std::vector<Pattern> at = {};  ///< which equilibria; empty: all, for N <= 10.
    bool as_decimals = false;      ///< decide on the decimals that the weights stand for.
    RoundingOptions rounding = {};
    Index leading = 0;  ///< eigenvalues of each route, 1 … N; 0: all.
    int threads = 0;
};

struct EquilibriumSpectra {
    std::optional<WholeSystem> whole;     ///< what was decided on, with as_decimals.
    std::vector<Equilibrium> equilibria;  ///< in the units of `whole` where there is one,
    std::vector<TwoClocks> clocks;        ///< and so are these.
    /// What the network does beyond a finite h*, of the stored weights; one an equilibrium.
    std::vector<std::optional<BeyondHStar>> beyond;
    std::vector<double> margins;
    RoundingReport rounding;
    std::vector<BothSpectra> routes;     ///< by three routes, where `at` named the equilibria.
    std::optional<OriginReport> origin;  ///< logistic.
    std::optional<OriginDirections> directions;  ///< logistic, N <= 18.
};

/// Bounded activations. Throws std::invalid_argument where `at` names a pattern without an isolated
/// equilibrium, or names none and N > 10.
EquilibriumSpectra spectra_at_equilibria(const ResidualSystem& system,
                                         const EquilibriumSpectraOptions& options = {});

struct PointSpectra {
    Vector y;
    BothSpectra spectra;
    double speed = 0.0;  ///< |y'| there; above 1e-9 the spectrum speaks of short times.
    bool converged = true;
};

/// At any y of the cube, size N; `leading` as above.
PointSpectra spectra_at_point(const ResidualSystem& system, const Vector& y, Index leading = 0);

struct PathSpectraOptions {
    double t_end = 20.0;
    Index samples = 201;
    Index leading = 0;  ///< eigenvalues of largest real part or modulus; 0: three.
};

struct PathSpectra {
    Simulation run;
    Index leading = 0;
    std::vector<std::array<RouteSpectrum, 2>> spectra;  ///< a sample of the run each.
    double largest_residual = 0.0;                      ///< |Jv − λv| of all.
    bool converged = true;
};

/// Along the run of the flow from y0.
PathSpectra spectra_along(const ResidualNetwork& network, const Vector& y0,
                          const PathSpectraOptions& options = {});

}  // namespace resdyn
