#include "spectrum_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "equilibrium_words.hpp"

namespace resdyn {

namespace {

constexpr std::size_t most_rows_told = 12;  // equilibria and eigenvalues

std::string complex_text(Complex value) {
    return value.imag() == 0 ? fmt::format("{:.6g}", value.real())
                             : fmt::format("{:.6g}{:+.6g}i", value.real(), value.imag());
}

std::string step_text(const TwoClocks& clocks) {
    if (!clocks.largest_stable_step) {
        return "none: the flow is not stable";
    }
    if (std::isinf(*clocks.largest_stable_step)) {
        return "infinite";
    }
    return fmt::format("{:.10g}{}", *clocks.largest_stable_step,
                       clocks.largest_stable_step_proved ? " (proved to 1e-9)" : "");
}

std::string type_text(EquilibriumType type, const SpectralCounts& counts) {
    std::string text(to_string(type));
    if (type == EquilibriumType::Saddle || type == EquilibriumType::NonHyperbolic) {
        text += fmt::format(" (unstable {}, neutral {})", counts.unstable, counts.neutral);
    }
    return text;
}

/// What happens to the network where h passes h*.
std::string beyond_words(const BeyondHStar& beyond) {
    std::string text = fmt::format(
        "  beyond   {} at h* ({} = {:.6g} +- {:.1e}): ",
        beyond.flip ? "PD, a multiplier passes -1,"
                    : fmt::format("NS, a pair passes the circle at angle {:.4g},", beyond.angle),
        beyond.flip ? "c" : "a", beyond.coefficient, beyond.error_bound);
    const std::string born = beyond.flip ? "a 2-cycle" : "an invariant circle";
    switch (beyond.criticality) {
        case HopfCriticality::Supercritical:
            text += fmt::format("supercritical, {} is born above h* and attracts within the face",
                                born);
            break;
        case HopfCriticality::Subcritical:
            text += fmt::format("subcritical, {} exists below h* and repels", born);
            break;
        case HopfCriticality::Degenerate:
            text += "degenerate, what is born is not decided";
            break;
        case HopfCriticality::Undefined:
            text += beyond.resonance > 0
                        ? fmt::format("a resonance of order {}, not decided", beyond.resonance)
                        : std::string("not decided to rounding");
            break;
    }
    return text + "; the mean of y stays y*, the evidence h V y* a layer\n";
}

std::string clock_words(const Equilibrium& e, const TwoClocks& c,
                        const std::optional<BeyondHStar>& beyond, double h, double margin) {
    std::string text;
    text += fmt::format("{}  y = (", to_string(e.pattern));
    for (Index i = 0; i < std::min<Index>(e.y.size(), 8); ++i) {
        text += fmt::format("{}{:.6g}", i > 0 ? ", " : "", e.y[i]);
    }
    text += fmt::format("{})  |flow| = {:.1e}  margin {:.1e}\n", e.y.size() > 8 ? ", …" : "",
                        e.residual, margin);
    text += fmt::format("  flow     {}\n  network  {} at h = {}{}\n  h*       {}\n",
                        type_text(c.flow_type, c.flow), type_text(c.map_type, c.map), h,
                        c.proved ? "  (both proved)" : "  (double precision)", step_text(c));
    if (beyond) {
        text += beyond_words(*beyond);
    }
    if (c.culprit) {
        text += fmt::format("  decided by  λ = {} ({}), multiplier {}\n",
                            complex_text(c.culprit->eigenvalue),
                            c.culprit->unit < 0 ? std::string("free block")
                                                : fmt::format("unit {}", c.culprit->unit),
                            complex_text(c.culprit->multiplier));
    }
    if (c.growth) {
        const TransientGrowth& g = *c.growth;
        text += fmt::format(
            "  free block: numerical abscissa {:.6g}, max over t of the norm of exp(tJ) {}",
            g.numerical_abscissa, to_string(g.status));
        if (g.status != GrowthStatus::Unbounded) {
            text += fmt::format(" {:.8g} (+{:.1e} relative) at t = {:.4g}, Kreiss bound {:.6g}",
                                g.peak, g.peak_error, g.peak_time, g.kreiss_bound);
        }
        text += "\n";
    }
    for (std::size_t k = 0; k < std::min(most_rows_told, c.pairs.size()); ++k) {
        text += fmt::format(
            "    λ = {:<28} m = {:<28} {}\n", complex_text(c.pairs[k].eigenvalue),
            complex_text(c.pairs[k].multiplier),
            c.pairs[k].unit < 0 ? std::string("free") : fmt::format("unit {}", c.pairs[k].unit));
    }
    return text;
}

std::string route_words(const LocalSpectrum& spectrum) {
    std::string text;
    text += fmt::format("{}: routes differ by at most {:.1e}\n",
                        spectrum.of_map ? "network" : "flow", spectrum.disagreement);
    for (const RouteSpectrum& route : spectrum.routes) {
        text += fmt::format("  {} ({})\n", to_string(route.route), to_string(route.status));
        for (std::size_t k = 0; k < std::min(most_rows_told, route.values.size()); ++k) {
            text += fmt::format("    {:<28} |Jv - λv| = {:.1e}\n", complex_text(route.values[k]),
                                route.residuals[k]);
        }
    }
    return text;
}

}  // namespace

std::string summary(const EquilibriumSpectra& study, double step) {
    std::string text;
    if (study.origin) {
        text += origin_line(*study.origin);
    }
    if (study.directions) {
        text += fmt::format("{}\n", describe(*study.directions));
    }
    for (std::size_t k = 0; k < std::min(most_rows_told, study.equilibria.size()); ++k) {
        text += clock_words(study.equilibria[k], study.clocks[k], study.beyond[k], step,
                            study.margins[k]);
    }
    if (study.equilibria.size() > most_rows_told) {
        text += fmt::format("{} more in clocks.csv\n", study.equilibria.size() - most_rows_told);
    }
    return text;
}

std::string summary(const PointSpectra& study) {
    return route_words(study.spectra[0]) + route_words(study.spectra[1]) +
           fmt::format("|y'| = {:.3e} there{}\n", study.speed,
                       study.speed > 1e-9
                           ? ": not an equilibrium, the spectrum speaks of short times"
                           : "");
}

std::string summary(const PathSpectra& study) {
    return fmt::format("{} samples to t = {:g} ({}); {} leading values each, |Jv - λv| <= {:.1e}\n",
                       study.run.t.size(), study.run.t.back(), to_string(study.run.outcome),
                       study.leading, study.largest_residual);
}

}  // namespace resdyn
