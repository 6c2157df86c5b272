/// @file
/// Figures of bifurcation diagrams and of equilibria over a training run.
#pragma once

#include <string>
#include <vector>

#include <resdyn/bifurcation/continuum_extent.hpp>
#include <resdyn/bifurcation/pattern_history.hpp>
#include <resdyn/learning/record.hpp>

#include "figure.hpp"

namespace resdyn::figures {

/// Most branches and patterns that a figure draws; the tables hold all.
inline constexpr std::size_t branches_drawn = 400;
inline constexpr std::size_t patterns_drawn = 40;

/// "bifurcations": the branches over the parameter, solid where stable in flow and network,
/// dash-dot where stable in the flow only, dashed where unstable; events by label. Every component
/// of y for N <= 4, else |y|_2. `rows`: a list a branch. `continua`: of singular events, each drawn
/// along its length. `parameter`: the axis's label.
Figure bifurcation_figure(const BifurcationDiagram& diagram,
                          const std::vector<std::vector<BranchPoint>>& rows,
                          const std::vector<ContinuumExtent>& continua,
                          const std::string& parameter);

/// Its panels of one height below a legend of an entry a line: again, where series are added.
void fit_to_legend(Figure& figure);

/// "pattern-history-record": loss and accuracy by epoch (where `record` is not empty), and
/// "pattern-history": which patterns hold an equilibrium at which epoch, stable or not, on the
/// same axis of epochs.
std::vector<Figure> pattern_history_figures(const PatternHistory& history,
                                            const std::vector<EpochRecord>& record);

}  // namespace resdyn::figures
