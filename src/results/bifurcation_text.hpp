/// @file
/// Branches and events in words, as a terminal shows them; several lines each.
#pragma once

#include <string>
#include <vector>

#include <resdyn/bifurcation/pattern_history.hpp>
#include <resdyn/learning/record.hpp>
#include <resdyn/studies/branches.hpp>

namespace resdyn {

/// How many branches and events, what is not decided, and the events one by one.
std::string diagram_text(const BifurcationDiagram& diagram);

/// What is there at each mark: a line a mark, or nothing.
std::string marks_text(const std::vector<MarkedBranches>& marks);

/// What following the branches again gave.
std::string recheck_text(const BranchRecheck& recheck);

/// What became of patterns in training: a line an epoch, then the changes. `record`: a line an
/// epoch of the history.
std::string history_text(const PatternHistory& history, const std::vector<EpochRecord>& record);

}  // namespace resdyn
