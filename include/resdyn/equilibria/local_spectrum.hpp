/// @file
/// The spectrum of the linearised residual system at any point, on either clock, by three routes
/// that share little: the analytic Jacobian (dense), central differences of the field or map
/// (dense), and Krylov with products only. Each pair carries ‖Jv − λv‖₂ against the analytic J.
///
/// Flow: J = ∂(g(y) ∘ Wy)/∂y. Map: J = ∂f(f⁻¹(y) + hWy)/∂y, whose saturated rows are e^{hλ_i} on
/// the diagonal (the limit of the interior). Off equilibria eigenvalues depend on the coordinates:
/// these are those of y, and speak of nearby starts only for times short against the motion.
///
/// What it can miss: with `leading`, the Krylov route finds what its start vector has a part in
/// (Saad, Numerical Methods for Large Eigenvalue Problems (2nd ed., 2011), ch. 6); a residual
/// proves that a value is one, not that it is among the leading ones.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <resdyn/model/residual_system.hpp>
#include <resdyn/numerics/spectrum.hpp>

namespace resdyn {

struct LocalSpectrumOptions {
    bool of_map = false;         ///< multipliers of the layer map, else eigenvalues of the flow.
    Index leading = 0;           ///< how many by real part (flow) or modulus (map); 0: all.
    Index dense_up_to = 400;     ///< larger systems take the Krylov route alone; >= 1.
    double residual_tol = 1e-8;  ///< of the Krylov route, > 0.
};

/// Where eigenvalues come from.
enum class SpectrumRoute { Analytic, FiniteDifference, Krylov };
std::string_view to_string(SpectrumRoute route);

struct RouteSpectrum {
    SpectrumRoute route = SpectrumRoute::Analytic;
    std::vector<Complex> values;    ///< sorted as the clock asks.
    std::vector<double> residuals;  ///< ‖Jv − λv‖₂, ‖v‖₂ = 1, J analytic.
    SpectrumStatus status = SpectrumStatus::NotConverged;
};

struct LocalSpectrum {
    Vector y;
    bool of_map = false;
    std::vector<RouteSpectrum> routes;
    /// Largest distance between the leading values of two routes, matched greedily; NaN with one.
    double disagreement = 0.0;
};

/// The Jacobian at y (components in the closed range; bounded f) on the flow's or the map's clock.
Matrix local_jacobian(const ResidualSystem& system, const Vector& y, bool of_map);

/// Throws std::invalid_argument for wrong sizes, values outside the range, or options.
LocalSpectrum local_spectrum(const ResidualSystem& system, const Vector& y,
                             const LocalSpectrumOptions& options = {});

}  // namespace resdyn
