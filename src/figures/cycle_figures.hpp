/// @file
/// What is drawn of cycles of flow and network.
#pragma once

#include <vector>

#include <resdyn/recurrence/cycle_branches.hpp>
#include <resdyn/recurrence/flow_cycle_branches.hpp>
#include <resdyn/studies/cycles.hpp>

#include "figure.hpp"

namespace resdyn::figures {

/// "cycles": y_i over one period, a panel a cycle (at most six); none where no cycle was found.
std::vector<Figure> figures_of(const CycleStudy& study);

/// Cycles of the network in the panels of a bifurcation_figure: every residual of a cycle over h or
/// α, solid where it attracts within its face; their events by label.
void add_cycles(Figure& figure, const CycleBranches& cycles);
/// Cycles of the flow in the panels of a bifurcation_figure along weights: the least and the
/// largest y_i over each cycle (only where there is a panel a unit).
void add_cycles(Figure& figure, const FlowCycleBranches& cycles);

}  // namespace resdyn::figures
