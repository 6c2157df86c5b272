/// @file
/// An account: what a study says, whole. The JSON, the tables, the figures and the words of one
/// result, told once and delivered by whoever asked: the program in a folder and on the terminal,
/// the Python module as a dict, data frames, axes and a page.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include <resdyn/model/network.hpp>
#include <resdyn/model/residual_system.hpp>

#include "figures/figure.hpp"
#include "formats/csv.hpp"
#include "results/results.hpp"

namespace resdyn {

struct Account {
    /// What results.json holds between the envelope's head (schema, verb) and its provenance.
    nlohmann::ordered_json json = nlohmann::ordered_json::object();
    /// By file name, "spectrum.csv", in the order in which they are written.
    std::vector<std::pair<std::string, CsvTable>> tables = {};
    std::vector<figures::Figure> figures = {};
    /// The result for people, in lines that each end with a newline. Where it names an option it
    /// names the program's ("--as-decimals").
    std::string words = {};
    bool sound = true;  ///< no claim failed and every check passed.
};

/// What stands at the head of results about a system: activation, step h, dimension N.
nlohmann::ordered_json head_of(const ResidualSystem& system);

/// "residual network, logistic, N = 2, L = 5, h = 0.2, shared weights".
std::string describe(const Network& network);

}  // namespace resdyn
