/// @file
/// A page of results: one HTML file that can be sent to a reader. No external request, pictures
/// inline with their numbers and scripts one click away, light and dark, printable. Whole without
/// JavaScript; with it tables sort and the phase portrait, where its view is carried, can be looked
/// into.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "gnuplot.hpp"
#include "report_content.hpp"

namespace resdyn::plots {

/// A section and the pictures that stand in it.
struct PageSection {
    ReportSection content;
    std::vector<RenderedFigure> figures;
};

/// What brings the figure `portrait` to life, or why it stands still.
struct LivePortrait {
    std::string view = {};       ///< as script/explorer builds it, trusted HTML; empty: none.
    std::string data = {};       ///< of live_portrait_json.
    std::string why_still = {};  ///< stands under the figure; may be empty.
};

/// All texts are plain; everything but the portrait's view and data is escaped.
struct Page {
    std::string title;
    std::string kicker;                 ///< the line under the title.
    std::vector<std::string> summary;   ///< sentences that say it all, before everything else.
    std::vector<std::string> evidence;  ///< id of the section behind each sentence; may be shorter.
    std::string command;                ///< that makes the page again.
    std::uint64_t seed = 0;
    std::vector<std::pair<std::string, std::string>> input_hashes;  ///< file, SHA-256.
    std::vector<PageSection> sections;
    LivePortrait portrait;
    std::vector<std::string> notes;  ///< what was not done and why.
    std::vector<std::string> files;  ///< written beside the page, relative; figures are added.
};

/// A figure that was not drawn is replaced by a line that says how to draw it.
std::string page_html(const Page& page);

}  // namespace resdyn::plots
