#include "attractors.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "numerics/decompositions.hpp"

namespace resdyn {

namespace {

constexpr double double_epsilon = std::numeric_limits<double>::epsilon();
constexpr double multiplier_margin = 1e-9;  // |multiplier| < 1 − margin counts as attracting
constexpr double neutral_tol = 1e-8;        // |μ| relative to |W| that counts as neutral
constexpr Index passage_free_units = 64;    // larger free blocks are not asked for a passage

/// y with the levels of `pattern` where it is saturated, 0 where it is free.
Vector face_levels(const Pattern& pattern, Activation activation) {
    const Levels range = levels(activation);
    Vector y = Vector::Zero(pattern.size());
    for (Index i = 0; i < pattern.size(); ++i) {
        if (pattern[i] != UnitState::Free) {
            y[i] = pattern[i] == UnitState::Low ? range.low : range.high;
        }
    }
    return y;
}

bool is_inside(const Vector& y, const std::vector<Index>& units, const Levels& range) {
    return std::all_of(units.begin(), units.end(),
                       [&](Index i) { return y[i] > range.low && y[i] < range.high; });
}

/// Given stability in the flow, decided before: a positive real multiplier, e^{hλ} with λ < 0 or
/// 1 + hμ with μ < 0, is then below 1, even where it rounds to 1. The others (1 + hμ negative or
/// complex) are judged as computed, by a margin.
bool attracts_in_map(const std::vector<Complex>& multipliers) {
    return std::all_of(multipliers.begin(), multipliers.end(), [](Complex m) {
        return std::abs(m) < 1 - multiplier_margin ||
               (m.imag() == 0 && m.real() > 0 && m.real() <= 1);
    });
}

}  // namespace

Vector rounding_bound(const ResidualSystem& system) {
    const auto n = static_cast<double>(system.dimension());
    Vector bound = system.W().cwiseAbs().rowwise().sum();
    if (const auto& factors = system.factors()) {
        const Vector product = factors->B.cwiseAbs() * factors->A.cwiseAbs().rowwise().sum();
        bound += product * (static_cast<double>(factors->A.rows()) / n);
    }
    // γ_{n+1} < (n + 1) ε/2 · (1 + …) for the sum, ε for y itself: below (n + 2) ε in all.
    return 2.0 * (n + 2.0) * double_epsilon * bound;
}

std::optional<Equilibrium> filtered_vertex(const ResidualSystem& system, const Vector& bound,
                                           const Pattern& pattern) {
    Equilibrium equilibrium;
    equilibrium.pattern = pattern;
    equilibrium.y = face_levels(pattern, system.activation());
    const Vector Wy = system.W() * equilibrium.y;
    if (!(Wy.cwiseAbs().array() > bound.array()).all()) {
        return std::nullopt;
    }
    const EquilibriumSpectrum spectrum = equilibrium_spectrum(system, pattern, equilibrium.y);
    equilibrium.spectrum = count_spectrum(spectrum.flow_eigenvalues(), 0.0);
    equilibrium.type = equilibrium_type(equilibrium.spectrum);
    equilibrium.flow_eigenvalues = spectrum.flow_eigenvalues();
    equilibrium.multipliers = spectrum.multipliers(system.step());
    equilibrium.residual = system.residual_velocity(equilibrium.y).lpNorm<Eigen::Infinity>();
    equilibrium.proved = true;
    return equilibrium;
}

std::optional<Equilibrium> numerical_equilibrium(const ResidualSystem& system,
                                                 const Pattern& pattern) {
    const std::vector<Index> free = pattern.free_units();
    Equilibrium equilibrium;
    equilibrium.pattern = pattern;
    equilibrium.y = face_levels(pattern, system.activation());
    if (!free.empty()) {
        const Matrix block = system.W()(free, free);
        const Vector load = -(system.W() * equilibrium.y)(free);
        const Vector y_free = Lu(block).solve(load);
        equilibrium.y(free) = y_free;
        if (!is_inside(equilibrium.y, free, levels(system.activation()))) {
            return std::nullopt;
        }
    }
    const EquilibriumSpectrum spectrum = equilibrium_spectrum(system, pattern, equilibrium.y);
    equilibrium.flow_eigenvalues = spectrum.flow_eigenvalues();
    equilibrium.multipliers = spectrum.multipliers(system.step());
    const double rounding = static_cast<double>(system.dimension()) * double_epsilon *
                            (system.W().cwiseAbs() * equilibrium.y.cwiseAbs()).maxCoeff();
    equilibrium.spectrum = count_spectrum(equilibrium.flow_eigenvalues, 16 * rounding);
    equilibrium.free_spectrum = count_spectrum(spectrum.free, 16 * rounding);
    equilibrium.type = equilibrium_type(equilibrium.spectrum);
    equilibrium.residual = system.residual_velocity(equilibrium.y).lpNorm<Eigen::Infinity>();
    return equilibrium;
}

std::optional<ContinuumPoint> attracting_point(const ResidualSystem& system,
                                               const Continuum& continuum, const Vector& y,
                                               Clock clock) {
    const std::vector<Index> free = continuum.pattern.free_units();
    ContinuumPoint point{face_levels(continuum.pattern, system.activation()), {}};
    const Matrix block = system.W()(free, free);
    const Vector load = (system.W() * point.y)(free);
    // The shortest way from y_F to the solutions of W_FF z + load = 0.
    const Vector y_free = y(free);
    const Vector z = y_free - least_norm_solution(block, block * y_free + load);
    point.y(free) = z;
    if (!is_inside(point.y, free, levels(system.activation()))) {
        return std::nullopt;
    }
    EquilibriumSpectrum spectrum = equilibrium_spectrum(system, continuum.pattern, point.y);
    // The neutral ones are the eigenvalues nearest zero, as many as the continuum has dimensions.
    std::sort(spectrum.free.begin(), spectrum.free.end(),
              [](Complex a, Complex b) { return std::abs(a) < std::abs(b); });
    const auto neutral = static_cast<std::size_t>(continuum.dimension);
    const double zero = neutral_tol * std::max(block.cwiseAbs().maxCoeff(), 1e-300);
    for (std::size_t k = 0; k < neutral; ++k) {
        if (std::abs(spectrum.free[k]) > zero) {
            return std::nullopt;
        }
    }
    spectrum.free.erase(spectrum.free.begin(),
                        spectrum.free.begin() + static_cast<std::ptrdiff_t>(neutral));
    point.transverse = spectrum.flow_eigenvalues();
    const bool attracts =
        std::all_of(point.transverse.begin(), point.transverse.end(),
                    [zero](Complex value) { return value.real() < -zero; }) &&
        (clock == Clock::Flow || attracts_in_map(spectrum.multipliers(system.step())));
    return attracts ? std::optional(std::move(point)) : std::nullopt;
}

Attractors::Attractors(const ResidualSystem& system, Clock clock, Index exact_free_units)
    : system_(system),
      clock_(clock),
      exact_free_units_(exact_free_units),
      bound_(rounding_bound(system)) {}

const Attraction& Attractors::of(const Pattern& pattern) {
    {
        const std::lock_guard lock(mutex_);
        if (const auto known = known_.find(pattern); known != known_.end()) {
            return known->second;
        }
    }
    Attraction found = decide(pattern);
    const std::lock_guard lock(mutex_);
    return known_.emplace(pattern, std::move(found)).first->second;
}

Attraction Attractors::content(const Pattern& pattern) {
    const auto free_units = static_cast<Index>(pattern.free_units().size());
    if (free_units == 0) {
        if (auto vertex = filtered_vertex(system_, bound_, pattern)) {
            return std::move(*vertex);
        }
    }
    if (free_units <= exact_free_units_) {
        std::call_once(solver_made_, [this] { solver_.emplace(system_); });
        FaceDecision decision = solver_->decide(pattern);
        if (auto* equilibrium = std::get_if<Equilibrium>(&decision)) {
            return std::move(*equilibrium);
        }
        if (auto* continuum = std::get_if<Continuum>(&decision)) {
            return std::move(*continuum);
        }
        return std::monostate{};
    }
    auto found = numerical_equilibrium(system_, pattern);
    return found ? Attraction(std::move(*found)) : Attraction(std::monostate{});
}

Attraction Attractors::decide(const Pattern& pattern) {
    Attraction found = content(pattern);
    if (const auto* equilibrium = std::get_if<Equilibrium>(&found)) {
        const bool attracts = equilibrium->spectrum.is_stable() &&
                              (clock_ == Clock::Flow || attracts_in_map(equilibrium->multipliers));
        if (!attracts) {
            return std::monostate{};
        }
    }
    return found;
}

bool looks_at_rest(const Pattern& pattern, const Vector& Wy, double rest_rate) {
    for (Index i = 0; i < pattern.size(); ++i) {
        const bool holds = pattern[i] == UnitState::Low    ? Wy[i] < 0
                           : pattern[i] == UnitState::High ? Wy[i] > 0
                                                           : std::abs(Wy[i]) < rest_rate;
        if (!holds) {
            return false;
        }
    }
    return true;
}

std::optional<SlowPassage> nearest_equilibrium(const ResidualSystem& system, const Vector& y,
                                               double settle_tol, double radius) {
    const Levels range = levels(system.activation());
    const double width = range.high - range.low;
    std::optional<SlowPassage> nearest;
    std::optional<Pattern> asked;
    for (const double tolerance : {settle_tol, 1e-4, 1e-3, 1e-2, 1e-1}) {
        Pattern pattern = pattern_of(y, system.activation(), tolerance * width);
        if (pattern == asked ||
            static_cast<Index>(pattern.free_units().size()) > passage_free_units) {
            continue;
        }
        asked = std::move(pattern);
        std::optional<Equilibrium> found = numerical_equilibrium(system, *asked);
        if (!found) {
            continue;
        }
        const double distance = (y - found->y).lpNorm<Eigen::Infinity>();
        if (distance <= radius * width && (!nearest || distance < nearest->distance)) {
            nearest = SlowPassage{0, std::move(*found), distance};
        }
    }
    return nearest;
}

}  // namespace resdyn
