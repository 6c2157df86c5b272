/// @file
/// What the report says, as data: the template turns it into HTML. Every sentence and number is
/// computed from the analysis; texts are plain and escaped by the template.
#pragma once

#include <string>
#include <vector>

#include <resdyn/studies/analysis.hpp>

#include "figures/figure.hpp"

namespace resdyn::plots {

/// A named quantity with what bounds it: a residual, a tolerance, a standard error.
struct Fact {
    std::string name;
    std::string value;
    std::string note = {};
};

struct Table {
    std::string caption;
    std::vector<std::string> header;
    std::vector<std::vector<std::string>> rows;
    bool folded = false;  ///< shown behind its caption, which a click opens.
};

struct ReportSection {
    std::string id;  ///< of the anchor.
    std::string title;
    figures::Section figures;  ///< the figures that belong here.
    std::vector<std::string> paragraphs = {};
    std::vector<Fact> facts = {};
    std::vector<Table> tables = {};
};

/// Three plain sentences: where the residuals go, how the inputs are classified, how far the
/// network is from its flow. Each says what was not searched or not proved.
std::vector<std::string> verdict(const Analysis& analysis);

/// What was proved of where the residuals end, and what was not tried.
ReportSection proof_section(const Analysis& analysis);

/// What the network does with its inputs, and how long its decisions last beyond the last layer.
ReportSection behaviour_section(const Analysis& analysis);

/// Of weights that differ by layer: every layer frozen, what moves the residuals from one to the
/// next, what they do together.
ReportSection layerwise_section(const Analysis& analysis);

/// Equilibria: the complete list or where the data settled, with what moves for ever.
ReportSection equilibria_section(const Analysis& analysis);

/// Pairs, camps, structure theorems with their checks, the energy budget.
ReportSection interaction_section(const InteractionAnalysis& interaction);

/// The sections in reading order; those without numbers say why in a paragraph.
std::vector<ReportSection> report_sections(const Analysis& analysis);

}  // namespace resdyn::plots
