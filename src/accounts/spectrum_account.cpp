#include <resdyn/accounts/spectrum_account.hpp>

#include <algorithm>
#include <cmath>

#include <resdyn/figures/figures.hpp>
#include <resdyn/results/equilibrium_words.hpp>
#include <resdyn/results/spectrum_results.hpp>
#include <resdyn/results/tables.hpp>

#include "words.hpp"

namespace resdyn {

namespace {

constexpr std::size_t most_printed = 12;  // equilibria and eigenvalues in words

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

void tell_clocks(Words& say, const Equilibrium& e, const TwoClocks& c, double h, double margin) {
    say("{}  y = (", to_string(e.pattern));
    for (Index i = 0; i < std::min<Index>(e.y.size(), 8); ++i) {
        say("{}{:.6g}", i > 0 ? ", " : "", e.y[i]);
    }
    say("{})  |flow| = {:.1e}  margin {:.1e}\n", e.y.size() > 8 ? ", …" : "", e.residual, margin);
    say("  flow     {}\n  network  {} at h = {}{}\n  h*       {}\n", type_text(c.flow_type, c.flow),
        type_text(c.map_type, c.map), h, c.proved ? "  (both proved)" : "  (double precision)",
        step_text(c));
    if (c.culprit) {
        say("  decided by  λ = {} ({}), multiplier {}\n", complex_text(c.culprit->eigenvalue),
            c.culprit->unit < 0 ? std::string("free block")
                                : fmt::format("unit {}", c.culprit->unit),
            complex_text(c.culprit->multiplier));
    }
    if (c.growth) {
        const TransientGrowth& g = *c.growth;
        say("  free block: numerical abscissa {:.6g}, max over t of the norm of exp(tJ) {}",
            g.numerical_abscissa, to_string(g.status));
        if (g.status != GrowthStatus::Unbounded) {
            say(" {:.8g} (+{:.1e} relative) at t = {:.4g}, Kreiss bound {:.6g}", g.peak,
                g.peak_error, g.peak_time, g.kreiss_bound);
        }
        say("\n");
    }
    for (std::size_t k = 0; k < std::min(most_printed, c.pairs.size()); ++k) {
        say("    λ = {:<28} m = {:<28} {}\n", complex_text(c.pairs[k].eigenvalue),
            complex_text(c.pairs[k].multiplier),
            c.pairs[k].unit < 0 ? std::string("free") : fmt::format("unit {}", c.pairs[k].unit));
    }
}

void tell_equilibria(Words& say, const EquilibriumSpectra& study, double step,
                     const VerdictNotes& notes) {
    if (study.origin) {
        say("{}", origin_line(*study.origin));
    }
    if (study.directions) {
        say("{}\n", describe(*study.directions));
    }
    for (std::size_t k = 0; k < std::min(most_printed, study.equilibria.size()); ++k) {
        tell_clocks(say, study.equilibria[k], study.clocks[k], step, study.margins[k]);
    }
    if (study.equilibria.size() > most_printed) {
        say("{} more in clocks.csv\n", study.equilibria.size() - most_printed);
    }
    say("{}", notes_text(notes));
}

void tell_routes(Words& say, const LocalSpectrum& spectrum) {
    say("{}: routes differ by at most {:.1e}\n", spectrum.of_map ? "network" : "flow",
        spectrum.disagreement);
    for (const RouteSpectrum& route : spectrum.routes) {
        say("  {} ({})\n", to_string(route.route), to_string(route.status));
        for (std::size_t k = 0; k < std::min(most_printed, route.values.size()); ++k) {
            say("    {:<28} |Jv - λv| = {:.1e}\n", complex_text(route.values[k]),
                route.residuals[k]);
        }
    }
}

}  // namespace

Account account_of(EquilibriumSpectra study, const ResidualSystem& system) {
    const VerdictNotes notes{&study.margins, &study.rounding,
                             study.whole ? &*study.whole : nullptr};
    Account account;
    account.json = head_of(system);
    account.json["equilibria"] = equilibria_json(study.equilibria, study.clocks, notes);
    add_notes(account.json, notes);
    if (study.origin) {
        account.json["origin"] = to_json(*study.origin);
    }
    if (study.directions) {
        account.json["origin_directions"] = to_json(*study.directions);
    }
    for (std::size_t k = 0; k < study.equilibria.size(); ++k) {
        if (study.whole) {  // tables, figures and words are in the units of the stored weights
            in_units_of(*study.whole, study.equilibria[k]);
            in_units_of(*study.whole, study.clocks[k]);
        }
        if (!study.routes.empty()) {
            const BothSpectra& both = study.routes[k];
            account.json["equilibria"][k]["routes"] = {to_json(both[0]), to_json(both[1])};
            account.tables.emplace_back("routes-" + to_string(study.equilibria[k].pattern) + ".csv",
                                        local_spectrum_table({both[0], both[1]}));
        }
    }
    account.tables.emplace_back("clocks.csv", clock_table(study.equilibria, study.clocks));
    account.tables.emplace_back("spectrum.csv", spectrum_table(study.equilibria));
    account.figures = figures::spectrum_figures(study.equilibria);
    Words say;
    tell_equilibria(say, study, system.step(), notes);
    account.words = std::move(say).text();
    return account;
}

Account account_of(const PointSpectra& study, const ResidualSystem& system) {
    Account account;
    account.json = head_of(system);
    account.json.update({{"flow", to_json(study.spectra[0])},
                         {"map", to_json(study.spectra[1])},
                         {"speed", study.speed}});
    account.tables.emplace_back("spectrum.csv",
                                local_spectrum_table({study.spectra[0], study.spectra[1]}));
    Equilibrium point;  // the figures draw the two lists of values and the name
    point.pattern = pattern_of(study.y, system.activation());
    point.flow_eigenvalues = study.spectra[0].routes.front().values;
    point.multipliers = study.spectra[1].routes.front().values;
    account.figures = figures::spectrum_figures({point}, "the point given");
    Words say;
    tell_routes(say, study.spectra[0]);
    tell_routes(say, study.spectra[1]);
    say("|y'| = {:.3e} there{}\n", study.speed,
        study.speed > 1e-9 ? ": not an equilibrium, the spectrum speaks of short times" : "");
    account.words = std::move(say).text();
    account.sound = study.converged;
    return account;
}

Account account_of(const PathSpectra& study, const ResidualSystem& system) {
    CsvTable table({"t", "clock", "index", "re", "im", "modulus", "residual"});
    figures::SpectrumPath path;
    path.t = study.run.t;
    for (std::size_t s = 0; s < study.spectra.size(); ++s) {
        for (const bool of_map : {false, true}) {
            const RouteSpectrum& route = study.spectra[s][of_map ? 1 : 0];
            auto& rows = of_map ? path.modulus : path.real_part;
            rows.resize(static_cast<std::size_t>(study.leading));
            for (std::size_t k = 0; k < rows.size(); ++k) {
                const double modulus = std::abs(route.values[k]);
                table.add({study.run.t[s], std::string(of_map ? "map" : "flow"),
                           static_cast<long>(k), route.values[k].real(), route.values[k].imag(),
                           modulus, route.residuals[k]});
                rows[k].push_back(of_map ? modulus : route.values[k].real());
            }
        }
    }
    Account account;
    account.json = head_of(system);
    account.json.update({{"samples", study.run.t.size()},
                         {"t_end", study.run.t.back()},
                         {"outcome", to_string(study.run.outcome)},
                         {"leading", study.leading},
                         {"largest_residual", study.largest_residual}});
    account.tables.emplace_back("spectrum.csv", std::move(table));
    account.figures = {figures::spectrum_path_figure(path)};
    Words say;
    say("{} samples to t = {:g} ({}); {} leading values each, |Jv - λv| <= {:.1e}\n",
        study.run.t.size(), study.run.t.back(), to_string(study.run.outcome), study.leading,
        study.largest_residual);
    account.words = std::move(say).text();
    account.sound = study.converged;
    return account;
}

}  // namespace resdyn
