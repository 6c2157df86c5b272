#include "spectrum_account.hpp"

#include <cmath>

#include "figures/figures.hpp"
#include "results/equilibrium_words.hpp"
#include "results/spectrum_results.hpp"
#include "results/spectrum_text.hpp"
#include "results/tables.hpp"

namespace resdyn {

Account account_of(EquilibriumSpectra study, const ResidualSystem& system) {
    const VerdictNotes notes{&study.margins, &study.rounding, study.whole ? &*study.whole : nullptr,
                             &study.clocks};
    Account account;
    account.json = head_of(system);
    account.json["equilibria"] = equilibria_json(study.equilibria, notes);
    add_notes(account.json, notes);
    if (study.origin) {
        account.json["origin"] = to_json(*study.origin);
    }
    if (study.directions) {
        account.json["origin_directions"] = to_json(*study.directions);
    }
    for (std::size_t k = 0; k < study.equilibria.size(); ++k) {
        account.json["equilibria"][k]["beyond_h_star"] =
            study.beyond[k] ? to_json(*study.beyond[k]) : nlohmann::ordered_json();
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
    account.words = summary(study, system.step()) + notes_text(notes);
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
    account.words = summary(study);
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
    account.words = summary(study);
    account.sound = study.converged;
    return account;
}

}  // namespace resdyn
