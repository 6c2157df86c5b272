#include "orbit_on_face.hpp"

#include <algorithm>
#include <utility>

namespace resdyn {

namespace {

constexpr Index orbit_points = 400;  // drawn along a closed orbit

}  // namespace

std::optional<Vector> inner_equilibrium(const FaceSolver& solver, const Pattern& face) {
    const FaceDecision decision = solver.decide(face);
    const auto* equilibrium = std::get_if<Equilibrium>(&decision);
    return equilibrium != nullptr ? std::optional(equilibrium->y) : std::nullopt;
}

std::vector<Equilibrium> isolated_equilibria(const FaceSolver& solver,
                                             const AttractingFaces& list) {
    std::vector<Equilibrium> equilibria;
    for (const AttractingFace& face : list.faces) {
        FaceDecision decision = solver.decide(face.pattern);
        if (auto* equilibrium = std::get_if<Equilibrium>(&decision)) {
            equilibria.push_back(std::move(*equilibrium));
        }
    }
    return equilibria;
}

void describe_orbit(const FaceSolver& solver, const FaceFlow& flow, MotionFinding& finding) {
    const ResidualSystem& system = solver.system();
    const PeriodicOrbit& orbit = *finding.orbit;
    const Matrix u = orbit_samples(flow, orbit, orbit_points);
    finding.orbit_y.resize(system.dimension(), u.cols());
    for (Index k = 0; k < u.cols(); ++k) {
        finding.orbit_y.col(k) = flow.residual(u.col(k));
        finding.orbit_t.push_back(orbit.period * static_cast<double>(k) /
                                  static_cast<double>(u.cols()));
    }
    if (const auto y = inner_equilibrium(solver, finding.face)) {
        finding.transverse_rates = equilibrium_spectrum(system, finding.face, *y).saturated;
        finding.attracts_in_cube =
            orbit.stability == OrbitStability::Attracting &&
            std::all_of(finding.transverse_rates.begin(), finding.transverse_rates.end(),
                        [](double rate) { return rate < 0; });
    }
}

double energy_drift(const FaceFlow& flow, const Vector& p, const Vector& y,
                    const PeriodicOrbit& orbit) {
    const Matrix u = orbit_samples(flow, orbit, orbit_points);
    const Vector centre = inverse(flow.activation(), y);
    const auto energy = [&](const Vector& state) {
        double E = 0.0;
        for (Index i = 0; i < p.size(); ++i) {
            E += p[i] * (potential(flow.activation(), state[i]) - y[i] * state[i]);
        }
        return E;
    };
    Vector values(u.cols());
    for (Index k = 0; k < u.cols(); ++k) {
        values[k] = energy(u.col(k));
    }
    const double above = values.mean() - energy(centre);
    return (values.maxCoeff() - values.minCoeff()) / std::max(above, 1e-300);
}

}  // namespace resdyn
