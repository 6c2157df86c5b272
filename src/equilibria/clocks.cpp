#include <resdyn/equilibria/clocks.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include <resdyn/core/error.hpp>

#include "core/parallel.hpp"
#include "exact_weights.hpp"
#include "free_eigenvalues.hpp"
#include "numerics/exact_rational.hpp"
#include "step_crossings.hpp"

namespace resdyn {

namespace {

constexpr double step_bracket = 1e-9;  ///< h* is proved to this relative width.

void validate(const ClockOptions& o) {
    if (o.exact_free_units < 0 || o.exact_free_units > 16) {
        reject_argument("two_clocks", "0 <= exact_free_units <= 16",
                        fmt::format("{}", o.exact_free_units));
    }
    if (!(o.exact_margin > 0)) {
        reject_argument("two_clocks", "exact_margin > 0", fmt::format("{}", o.exact_margin));
    }
    if (!(o.zero_tol > 0)) {
        reject_argument("two_clocks", "zero_tol > 0", fmt::format("{}", o.zero_tol));
    }
    if (o.growth_free_units < 0) {
        reject_argument("two_clocks", "growth_free_units >= 0",
                        fmt::format("{}", o.growth_free_units));
    }
}

/// Counts of multipliers by modulus with a tolerance.
SpectralCounts count_multipliers(const std::vector<Complex>& multipliers, double tolerance) {
    SpectralCounts counts;
    for (const Complex m : multipliers) {
        const double excess = std::abs(m) - 1.0;
        if (excess > tolerance) {
            ++counts.unstable;
        } else if (excess < -tolerance) {
            ++counts.stable;
        } else {
            ++counts.neutral;
            counts.zero += std::abs(m - 1.0) <= tolerance ? 1 : 0;
        }
        counts.all_real = counts.all_real && std::abs(m.imag()) <= tolerance;
    }
    return counts;
}

/// Every eigenvalue with its multiplier and owner.
std::vector<ClockPair> owned_eigenvalues(const EquilibriumSpectrum& spectrum,
                                         const Pattern& pattern, double step) {
    std::vector<ClockPair> all;
    std::size_t next = 0;
    for (Index i = 0; i < pattern.size(); ++i) {
        if (pattern[i] != UnitState::Free) {
            const double lambda = spectrum.saturated[next++];
            all.push_back({lambda, std::exp(step * lambda), i});
        }
    }
    for (const Complex mu : spectrum.free) {
        all.push_back({mu, 1.0 + step * mu, -1});
    }
    std::stable_sort(all.begin(), all.end(), [](const ClockPair& a, const ClockPair& b) {
        return a.eigenvalue.real() != b.eigenvalue.real()
                   ? a.eigenvalue.real() > b.eigenvalue.real()
                   : a.eigenvalue.imag() > b.eigenvalue.imag();
    });
    return all;
}

/// A number that can be a largest stable step of a free block, as far as a double shows.
bool is_step(double h) {
    return h > 0 && std::isfinite(h * (1.0 + step_bracket));
}

/// h* of a stable free block: `guess` where exact counts bracket it, else found by such counts.
double proved_largest_step(const FreeMultipliers& multipliers, double guess) {
    const auto stable_at = [&](double step) {
        return multipliers.counts(exact::rational(step)).is_stable();
    };
    const bool bracketed = is_step(guess) && stable_at(guess * (1.0 - step_bracket)) &&
                           !stable_at(guess * (1.0 + step_bracket));
    return bracketed ? guess : first_step_crossing(multipliers).value();
}

}  // namespace

TwoClocks two_clocks(const ResidualSystem& system, const Equilibrium& equilibrium,
                     const ClockOptions& options) {
    validate(options);
    const Pattern& pattern = equilibrium.pattern;
    const double h = system.step();
    EquilibriumSpectrum spectrum = equilibrium_spectrum(system, pattern, equilibrium.y);
    const auto free_units = static_cast<Index>(spectrum.free.size());
    TwoClocks clocks;
    clocks.flow = equilibrium.spectrum;
    const std::vector<Complex> multipliers = spectrum.multipliers(h);
    clocks.map_margin = std::numeric_limits<double>::infinity();
    for (const Complex m : multipliers) {
        clocks.map_margin = std::min(clocks.map_margin, std::abs(std::abs(m) - 1.0));
    }
    std::optional<ExactPoint> point;
    if (free_units <= options.exact_free_units && clocks.map_margin <= options.exact_margin) {
        point = exact_point(exact_weights(system), system.activation(), pattern);
    }
    if (point) {
        if (!equilibrium.proved) {
            clocks.flow = exact_flow_counts(*point, pattern);
        }
        clocks.map = exact_map_counts(*point, pattern, exact::Rational(h));
        clocks.proved = true;
        if (free_units > 0) {
            spectrum.free = free_eigenvalues(
                *point, equilibrium.proved ? equilibrium.free_spectrum : exact_free_counts(*point));
        }
    } else if (free_units == 0 && equilibrium.proved) {
        clocks.map = clocks.flow;  // e^{hλ} > 1 exactly where λ > 0
        clocks.proved = true;
    } else {
        clocks.map = count_multipliers(multipliers, options.zero_tol);
    }
    clocks.flow_type = equilibrium_type(clocks.flow);
    clocks.map_type = equilibrium_type(clocks.map);

    clocks.pairs = owned_eigenvalues(spectrum, pattern, h);
    if (!clocks.flow.is_stable()) {
        clocks.culprit = clocks.pairs.front();
    } else {
        clocks.largest_stable_step = std::numeric_limits<double>::infinity();
        clocks.largest_stable_step_proved = clocks.proved && free_units == 0;
        for (const ClockPair& owned : clocks.pairs) {
            if (owned.unit >= 0) {
                continue;
            }
            // In this order |μ|² of tiny or huge weights does not under- or overflow.
            const double modulus = std::abs(owned.eigenvalue);
            const double limit = -2.0 * (owned.eigenvalue.real() / modulus) / modulus;
            if (limit < *clocks.largest_stable_step) {
                clocks.largest_stable_step = limit;
                clocks.culprit = owned;
            }
        }
        if (!point && equilibrium.proved && free_units > 0 &&
            free_units <= options.exact_free_units && !is_step(*clocks.largest_stable_step)) {
            point = exact_point(exact_weights(system), system.activation(), pattern);
        }
        if (point && free_units > 0) {
            clocks.largest_stable_step =
                proved_largest_step(FreeMultipliers(*point), *clocks.largest_stable_step);
            clocks.largest_stable_step_proved = true;
        }
    }
    if (free_units > 0 && free_units <= options.growth_free_units) {
        const std::vector<Index> free = pattern.free_units();
        const Vector g = gain(system.activation(), Vector(equilibrium.y(free)));
        clocks.growth = transient_growth(g.asDiagonal() * Matrix(system.W()(free, free)));
    }
    return clocks;
}

std::vector<TwoClocks> listed_clocks(const ResidualSystem& system,
                                     const std::vector<Equilibrium>& equilibria, int threads) {
    constexpr double exact_margin = 1e-6;
    std::vector<TwoClocks> clocks(equilibria.size());
    parallel_for(static_cast<Index>(equilibria.size()), threads, [&](Index k) {
        const auto at = static_cast<std::size_t>(k);
        clocks[at] = two_clocks(system, equilibria[at],
                                {.exact_margin = exact_margin, .growth_free_units = 0});
    });
    return clocks;
}

}  // namespace resdyn
