#include "face_description.hpp"

#include <utility>

#include "free_eigenvalues.hpp"
#include "numerics/exact_rational.hpp"

namespace resdyn {

namespace {

/// Counts, decided exactly, and values at a point.
struct Spectra {
    Spectra(const ResidualSystem& system, const Pattern& pattern, const ExactPoint& point,
            Index zeros) {
        FreeCounts counted = free_counts(point, zeros);
        free = counted.counts;
        all = exact_flow_counts(point, pattern, free);
        values.saturated.reserve(pattern.states.size());
        for (Index i = 0; i < pattern.size(); ++i) {
            if (pattern[i] == UnitState::Free) {
                continue;
            }
            const exact::Integer& rate = point.rates[static_cast<std::size_t>(i)];
            const Levels range = levels(system.activation());
            const double slope = gain_slope(system.activation(),
                                            pattern[i] == UnitState::Low ? range.low : range.high);
            // Zero as zero, not −0.
            values.saturated.push_back(
                rate == 0
                    ? 0.0
                    : slope * exact::nearest_quotient(rate, point.denominator, point.exponent));
        }
        values.free = free_eigenvalues(point, std::move(counted));
    }

    SpectralCounts free;
    SpectralCounts all;
    EquilibriumSpectrum values;
};

}  // namespace

Equilibrium described_equilibrium(const ResidualSystem& system, const Pattern& pattern,
                                  const ExactPoint& point) {
    const Spectra spectra(system, pattern, point, 0);
    Equilibrium equilibrium;
    equilibrium.pattern = pattern;
    equilibrium.proved = true;
    equilibrium.y = point.y();
    equilibrium.spectrum = spectra.all;
    equilibrium.free_spectrum = spectra.free;
    equilibrium.type = equilibrium_type(spectra.all);
    equilibrium.flow_eigenvalues = spectra.values.flow_eigenvalues();
    equilibrium.multipliers = spectra.values.multipliers(system.step());
    equilibrium.residual = system.residual_velocity(equilibrium.y).lpNorm<Eigen::Infinity>();
    return equilibrium;
}

Continuum described_continuum(const ResidualSystem& system, const Pattern& pattern,
                              const ExactPoint& point, Index dimension) {
    const Spectra spectra(system, pattern, point, dimension);
    Continuum continuum;
    continuum.pattern = pattern;
    continuum.dimension = dimension;
    continuum.point = point.y();
    continuum.flow_eigenvalues = spectra.values.flow_eigenvalues();
    // The block has rank |F| − dimension: that many zeros are the continuum's own.
    continuum.transverse = spectra.all;
    continuum.transverse.neutral -= dimension;
    continuum.transverse.zero -= dimension;
    return continuum;
}

}  // namespace resdyn
