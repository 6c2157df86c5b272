#include <resdyn/studies/spectra.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include <resdyn/atlas/atlas.hpp>
#include <resdyn/core/error.hpp>
#include <resdyn/equilibria/origin_from_directions.hpp>
#include <resdyn/stable/stable_equilibria.hpp>

namespace resdyn {

namespace {

constexpr Index enumerated_up_to = 10;      // units
constexpr Index directions_up_to = 18;      // units: about a second,
constexpr double directions_seconds = 2.0;  // and with ties no more than about this
constexpr Index dense_up_to = 96;           // units; beyond, leading eigenvalues only

std::vector<Equilibrium> chosen(const ResidualSystem& system,
                                const EquilibriumSpectraOptions& options) {
    if (options.at.empty()) {
        if (system.dimension() > enumerated_up_to) {
            reject_argument("at",
                            fmt::format("patterns, or a point or a start instead of them, for more "
                                        "than {} units",
                                        enumerated_up_to),
                            fmt::format("{} units and none of them", system.dimension()));
        }
        return equilibrium_atlas(system, {.threads = options.threads}).equilibria;
    }
    const FaceSolver solver(system);
    std::vector<Equilibrium> equilibria;
    for (const Pattern& pattern : options.at) {
        FaceDecision decision = solver.decide(pattern);
        auto* equilibrium = std::get_if<Equilibrium>(&decision);
        if (equilibrium == nullptr) {
            reject_argument("at", "a pattern that holds an isolated equilibrium",
                            fmt::format("{}, {}", to_string(pattern),
                                        std::holds_alternative<Continuum>(decision)
                                            ? "which holds a continuum of equilibria"
                                            : "which holds none"));
        }
        equilibria.push_back(std::move(*equilibrium));
    }
    return equilibria;
}

BothSpectra both(const ResidualSystem& system, const Vector& y, Index leading) {
    return {local_spectrum(system, y, {.of_map = false, .leading = leading}),
            local_spectrum(system, y, {.of_map = true, .leading = leading})};
}

void check_leading(Index leading, Index dimension) {
    if (leading < 0 || leading > dimension) {
        reject_argument("leading", fmt::format("1 to {} eigenvalues", dimension),
                        fmt::format("{}", leading));
    }
}

void add_origin(const ResidualSystem& system, int threads, EquilibriumSpectra& result) {
    if (system.dimension() <= directions_up_to) {
        result.directions = origin_directions(
            system, {.threads = threads, .max_exact = exact_supports_within(directions_seconds)});
    }
    const OriginOptions options{.rival = [&] { return stable_rival(system, threads); },
                                .threads = threads};
    result.origin = result.directions ? origin_report(system, *result.directions, options)
                                      : origin_report(system, options);
}

}  // namespace

EquilibriumSpectra spectra_at_equilibria(const ResidualSystem& stored,
                                         const EquilibriumSpectraOptions& options) {
    require_bounded("spectrum", stored.activation());
    check_leading(options.leading, stored.dimension());
    EquilibriumSpectra result;
    if (options.as_decimals) {
        result.whole = as_decimals(stored);
        if (!result.whole) {
            reject_argument("as_decimals",
                            "weights of at most some 30 decimal digits from end to end",
                            "weights that span more");
        }
    }
    const ResidualSystem& system = result.whole ? result.whole->system : stored;
    result.equilibria = chosen(system, options);
    result.margins = verdict_margins(system, result.equilibria, options.threads);
    result.rounding = rounding_report(system, result.equilibria, result.margins, options.rounding);
    for (const Equilibrium& equilibrium : result.equilibria) {
        result.clocks.push_back(two_clocks(system, equilibrium));
        const TwoClocks& clocks = result.clocks.back();
        result.beyond.push_back(clocks.largest_stable_step &&
                                        std::isfinite(*clocks.largest_stable_step)
                                    ? beyond_h_star(stored, equilibrium.pattern, equilibrium.y)
                                    : std::nullopt);
        if (!options.at.empty()) {
            Equilibrium placed = equilibrium;
            if (result.whole) {
                in_units_of(*result.whole, placed);
            }
            result.routes.push_back(both(stored, placed.y, options.leading));
        }
    }
    if (system.activation() == Activation::Logistic) {
        add_origin(system, options.threads, result);
    }
    return result;
}

PointSpectra spectra_at_point(const ResidualSystem& system, const Vector& y, Index leading) {
    require_bounded("spectrum", system.activation());
    check_leading(leading, system.dimension());
    PointSpectra result{.y = y, .spectra = both(system, y, leading)};
    result.speed = system.residual_velocity(y).lpNorm<Eigen::Infinity>();
    for (const LocalSpectrum& spectrum : result.spectra) {
        for (const RouteSpectrum& route : spectrum.routes) {
            result.converged = result.converged && route.status != SpectrumStatus::NotConverged;
        }
    }
    return result;
}

PathSpectra spectra_along(const ResidualNetwork& network, const Vector& y0,
                          const PathSpectraOptions& options) {
    const ResidualSystem system = residual_system(network);
    require_bounded("spectrum", system.activation());
    check_leading(options.leading, system.dimension());
    if (!(options.t_end > 0 && std::isfinite(options.t_end))) {
        reject_argument("t_end", "a finite number > 0", fmt::format("{}", options.t_end));
    }
    PathSpectra result;
    result.run = simulate(network, y0, {.t_end = options.t_end, .samples = options.samples});
    result.leading = options.leading > 0 ? options.leading : std::min<Index>(3, system.dimension());
    for (std::size_t s = 0; s < result.run.t.size(); ++s) {
        auto& here = result.spectra.emplace_back();
        for (const bool of_map : {false, true}) {
            LocalSpectrum local = local_spectrum(
                system, result.run.y.col(static_cast<Index>(s)),
                {.of_map = of_map, .leading = result.leading, .dense_up_to = dense_up_to});
            RouteSpectrum& route = local.routes.front();
            result.converged = result.converged && route.status != SpectrumStatus::NotConverged;
            for (std::size_t k = 0; k < static_cast<std::size_t>(result.leading); ++k) {
                result.largest_residual = std::max(result.largest_residual, route.residuals[k]);
            }
            here[of_map ? 1 : 0] = std::move(route);
        }
    }
    return result;
}

}  // namespace resdyn
