/// @file
/// The report of an analysis: one HTML file that can be sent to a reader. No external request,
/// pictures inline with their numbers and scripts one click away, light and dark, printable. Whole
/// without JavaScript; with it tables sort and the phase portrait can be looked into.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <resdyn/studies/analysis.hpp>

#include "gnuplot.hpp"

namespace resdyn::plots {

/// Where the numbers come from. All of it is user text and escaped.
struct ReportContext {
    std::string model_name;
    std::string data_name;  ///< empty: no data were given.
    std::string command;    ///< that repeats the analysis.
    std::string version;    ///< of the program.
    std::uint64_t seed = 0;
    std::vector<std::pair<std::string, std::string>> input_hashes;  ///< file, SHA-256.
    std::vector<std::string> files;  ///< written beside the report, relative; figures are added.
    /// The view that script/explorer builds (portrait.html), trusted HTML; empty: the portrait
    /// stands still, and a line says how to get the live one.
    std::string live_portrait = {};
};

/// The whole page. A figure that was not drawn is replaced by a line that says how to draw it.
std::string report_html(const Analysis& analysis, const ReportContext& context,
                        const std::vector<RenderedFigure>& figures);

}  // namespace resdyn::plots
