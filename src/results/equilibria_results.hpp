/// @file
/// A study of equilibria told: as JSON, as CSV tables, in words, and as a certificate.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include <resdyn/studies/equilibria.hpp>

#include "formats/csv.hpp"

namespace resdyn {

/// The contract of `resdyn equilibria --json` between the envelope's head and its provenance.
nlohmann::ordered_json to_json(const EquilibriaStudy& study);

/// As (file name, table), those that the study has:
///  - equilibria.csv: atlas, stable ones, groups that starts settled at, roots;
///  - attracting_faces.csv: the faces that can attract;
///  - groups.csv, endings.csv: starts, and with `_around` those of the second round;
///  - recurrence_tables of recurrent motion.
std::vector<std::pair<std::string, CsvTable>> equilibria_tables(const EquilibriaStudy& study);

/// What a terminal shows, several lines.
std::string summary(const EquilibriaStudy& study);

/// What script/verify-certificate reads; empty where no certificate was made.
std::string certificate_text(const EquilibriaStudy& study);

}  // namespace resdyn
