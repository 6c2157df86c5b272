/// @file
/// How every verb ends: what it has found goes to results.json, tables, figures and pages in one
/// folder, and to the terminal, in one order and one envelope.
#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include <plots/gnuplot.hpp>

#include "accounts/account.hpp"
#include "common.hpp"
#include "formats/csv.hpp"
#include "formats/output_folder.hpp"
#include "results/results.hpp"

namespace resdyn::cli {

/// A file of the folder: its name and its content.
using NamedText = std::pair<std::string, std::string>;

/// What a verb has found, in all the forms in which it is told.
struct Findings {
    /// What results.json holds between the envelope's head (schema, verb) and its provenance.
    nlohmann::ordered_json json = nlohmann::ordered_json::object();
    std::vector<NamedText> files = {};  ///< tables and what else there is beside results.json.
    std::vector<figures::Figure> figures = {};
    /// Pages made of the figures once they are drawn. May be empty.
    std::function<std::vector<NamedText>(const std::vector<plots::RenderedFigure>&,
                                         const Provenance&)>
        pages = {};
    /// Files that the verb has put into the folder by itself while it ran.
    std::vector<std::string> written_already = {};
    /// What is printed for people, when the files are in place; not with --json or --quiet.
    std::function<void()> summary = {};
    int exit_code = Done;
    /// What an interrupt has left is a result too; else it ends the run and nothing is written.
    bool partial = false;

    /// Adds tables by name.
    void add(std::vector<std::pair<std::string, CsvTable>> tables);
};

/// An account on its way to the folder and the terminal: `head` is printed before its words, and a
/// check that failed becomes the exit code.
Findings findings_of(Account account, std::string head = {});

/// The envelope of every results.json: schema and verb, what was found, who made it from what. A
/// `provenance` in `json` adds to it.
nlohmann::ordered_json enveloped(nlohmann::ordered_json json, const std::string& verb,
                                 const Provenance& provenance);

/// The end of a verb; returns its exit code. Results are in place before a word is printed.
int deliver(Findings findings, const CommonOptions& common, const Provenance& provenance);

/// What is printed while a verb runs is for people: not with --json or --quiet.
bool talks(const CommonOptions& common);

/// Prints JSON as it is, on a terminal too.
void print_json(const nlohmann::ordered_json& json);

}  // namespace resdyn::cli
