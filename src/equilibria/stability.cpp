#include <resdyn/equilibria/stability.hpp>

#include <cmath>

namespace resdyn {

std::string_view to_string(EquilibriumType type) {
    switch (type) {
        case EquilibriumType::StableNode:
            return "stable_node";
        case EquilibriumType::StableFocus:
            return "stable_focus";
        case EquilibriumType::UnstableNode:
            return "unstable_node";
        case EquilibriumType::UnstableFocus:
            return "unstable_focus";
        case EquilibriumType::Saddle:
            return "saddle";
        case EquilibriumType::Center:
            return "center";
        case EquilibriumType::NonHyperbolic:
            return "non_hyperbolic";
    }
    return "unknown";
}

EquilibriumType equilibrium_type(const SpectralCounts& counts) {
    if (!counts.is_hyperbolic()) {
        return counts.neutral == counts.dimension() && counts.zero == 0
                   ? EquilibriumType::Center
                   : EquilibriumType::NonHyperbolic;
    }
    if (counts.is_stable()) {
        return counts.all_real ? EquilibriumType::StableNode : EquilibriumType::StableFocus;
    }
    if (counts.stable > 0) {
        return EquilibriumType::Saddle;
    }
    return counts.all_real ? EquilibriumType::UnstableNode : EquilibriumType::UnstableFocus;
}

std::vector<Complex> EquilibriumSpectrum::flow_eigenvalues() const {
    std::vector<Complex> values;
    values.reserve(saturated.size() + free.size());
    values.insert(values.end(), saturated.begin(), saturated.end());
    values.insert(values.end(), free.begin(), free.end());
    sort_flow_eigenvalues(values);
    return values;
}

std::vector<Complex> EquilibriumSpectrum::multipliers(double step) const {
    std::vector<Complex> values;
    values.reserve(saturated.size() + free.size());
    for (const double lambda : saturated) {
        values.emplace_back(std::exp(step * lambda));
    }
    for (const Complex mu : free) {
        values.push_back(1.0 + step * mu);
    }
    sort_multipliers(values);
    return values;
}

EquilibriumSpectrum equilibrium_spectrum(const ResidualSystem& system, const Pattern& pattern,
                                         const Vector& y) {
    const Vector Wy = system.W() * y;
    const Levels range = levels(system.activation());
    EquilibriumSpectrum spectrum;
    for (Index i = 0; i < pattern.size(); ++i) {
        if (pattern[i] != UnitState::Free) {
            const double level = pattern[i] == UnitState::Low ? range.low : range.high;
            spectrum.saturated.push_back(gain_slope(system.activation(), level) * Wy[i]);
        }
    }
    const std::vector<Index> free = pattern.free_units();
    if (!free.empty()) {
        const Vector g = gain(system.activation(), Vector(y(free)));
        spectrum.free = eigenvalues(g.asDiagonal() * Matrix(system.W()(free, free)));
    }
    return spectrum;
}

SpectralCounts count_spectrum(const std::vector<Complex>& values, double zero_tol) {
    SpectralCounts counts;
    for (const Complex value : values) {
        if (value.real() > zero_tol) {
            ++counts.unstable;
        } else if (value.real() < -zero_tol) {
            ++counts.stable;
        } else {
            ++counts.neutral;
            counts.zero += std::abs(value.imag()) <= zero_tol ? 1 : 0;
        }
        counts.all_real = counts.all_real && std::abs(value.imag()) <= zero_tol;
    }
    return counts;
}

}  // namespace resdyn
