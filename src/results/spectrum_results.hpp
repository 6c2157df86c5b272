/// @file
/// Both clocks, the degenerate origin and local spectra as JSON and CSV.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include <resdyn/bifurcation/beyond_h_star.hpp>
#include <resdyn/equilibria/clocks.hpp>
#include <resdyn/equilibria/local_spectrum.hpp>
#include <resdyn/equilibria/origin.hpp>
#include <resdyn/equilibria/origin_directions.hpp>

#include "formats/csv.hpp"

namespace resdyn {

/// h* is a number, "infinity" at stable vertices, or null where the flow is not stable.
nlohmann::ordered_json to_json(const TwoClocks& clocks);
nlohmann::ordered_json to_json(const BeyondHStar& beyond);
nlohmann::ordered_json to_json(const OriginReport& report);
nlohmann::ordered_json to_json(const OriginDirections& directions);
nlohmann::ordered_json to_json(const LocalSpectrum& spectrum);

/// One line an equilibrium: pattern, both types and unstable dimensions, proved, h*, culprit,
/// growth.
CsvTable clock_table(const std::vector<Equilibrium>& equilibria,
                     const std::vector<TwoClocks>& clocks);

/// One line a value: clock, route, index, re, im, modulus, residual.
CsvTable local_spectrum_table(const std::vector<LocalSpectrum>& spectra);

}  // namespace resdyn
