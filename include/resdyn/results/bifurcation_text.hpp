/// @file
/// Branches and events in words, as a terminal shows them; several lines each.
#pragma once

#include <string>

#include <resdyn/studies/branches.hpp>

namespace resdyn {

/// How many branches and events, what is not decided, and the events one by one.
std::string diagram_text(const BifurcationDiagram& diagram);

/// What following the branches again gave.
std::string recheck_text(const BranchRecheck& recheck);

}  // namespace resdyn
