/// @file
/// What rounding of the weights could have made of the verdicts of a bifurcation diagram: the
/// margins of verdict_margin.hpp along its branches.
///
/// A diagram's verdicts are the counts on the segments between events. Each is judged where it was
/// decided, at the segment's sample: there the margin is the smallest relative change of W(α) that
/// can, to first order, bring the equilibrium to a tie. Events move with the weights, and that is
/// no tie; but a segment, an event or a continuum that exists only by a rounded tie (0.1 + 0.2 −
/// 0.3) has segments of margin near 0 beside it. Margins are of the weights exactly as the path
/// holds them; where these do not fit into pairs of doubles, of W(α) rounded once an entry.
/// What it can miss: a tie that only holds on a stretch shorter than the distance of two samples.
#pragma once

#include <string>
#include <vector>

#include <resdyn/bifurcation/bifurcation.hpp>
#include <resdyn/equilibria/verdict_margin.hpp>

namespace resdyn {

/// A segment whose margin is below the tolerance.
struct CloseSegment {
    Pattern pattern;
    double alpha = 0.0;  ///< its sample.
    double margin = 0.0;
};

struct PathMargins {
    double tolerance = 0.0;  ///< relative to |W(α)|.
    double smallest = 0.0;   ///< margin of all; infinite where there is no segment to judge.
    Index verdicts = 0;      ///< segments looked at.
    std::vector<CloseSegment> close = {};  ///< sorted as the diagram's branches are.
    /// Weights of the path that are no rationals of denominator <= max_denominator exactly. With
    /// none, nothing was rounded, and ties are what they are.
    Index rounded_weights = 0;
    long max_denominator = 1;
};

/// Of bifurcations(path, …).
PathMargins path_margins(const ParameterPath& path, const BifurcationDiagram& diagram,
                         const RoundingOptions& options = {}, int threads = 0);
/// Of step_bifurcations: verdicts of the flow, one a branch.
PathMargins step_margins(const WholeSystem& whole, const BifurcationDiagram& diagram,
                         const RoundingOptions& options = {}, int threads = 0);

/// One sentence.
std::string describe(const PathMargins& margins);

}  // namespace resdyn
