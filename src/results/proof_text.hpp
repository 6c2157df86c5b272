/// @file
/// How the decisions of a list were proved, in the same words on the terminal, in results.json and
/// in the report: "proved: 76 decided in double precision with proved error bounds, 5 in exact
/// arithmetic". "Complete" says that nothing is missing; this says by what.
#pragma once

#include <string>

#include <resdyn/atlas/atlas.hpp>
#include <resdyn/stable/branch_and_bound.hpp>

namespace resdyn {

/// Of all patterns.
std::string proof_text(const AtlasDecisions& decisions);
/// Of the nodes of the tree that were excluded, and the patterns at its leaves.
std::string proof_text(const SearchWork& work);

}  // namespace resdyn
