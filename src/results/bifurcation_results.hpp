/// @file
/// Bifurcation diagrams and pattern histories as JSON and CSV.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include <resdyn/bifurcation/bifurcation.hpp>
#include <resdyn/bifurcation/continuation.hpp>
#include <resdyn/bifurcation/path_margin.hpp>
#include <resdyn/bifurcation/pattern_history.hpp>
#include <resdyn/learning/record.hpp>
#include <resdyn/studies/branches.hpp>
#include <resdyn/studies/layer_branches.hpp>

#include "formats/csv.hpp"

namespace resdyn {

nlohmann::ordered_json to_json(const Bifurcation& event);
/// Events, branches with their segments, and what was looked at.
nlohmann::ordered_json to_json(const BifurcationDiagram& diagram);

nlohmann::ordered_json to_json(const PathMargins& margins);
/// What is there at each mark.
nlohmann::ordered_json to_json(const std::vector<MarkedBranches>& marks);

/// One line an event: label, alpha, its bracket, the fraction where it is exact, pattern, partner,
/// unit, counts before and after, multiplicity (empty where it is not told), l1 with its error,
/// residual, remark, y_0 …
CsvTable event_table(const BifurcationDiagram& diagram);

/// AUTO's table: branch (1 …), pattern, label, alpha, unstable dimension, residual, y_0 …, then
/// re and im of the flow's eigenvalues and of the multipliers. `rows`: a list a branch.
CsvTable branch_table(const BifurcationDiagram& diagram,
                      const std::vector<std::vector<BranchPoint>>& rows);

/// One line a point: branch, label, alpha, unstable, outside, residual, y_0 … `runs`: a list a
/// branch.
CsvTable continuation_table(const std::vector<std::vector<ContinuationPoint>>& runs);

/// One line a sample and layer: sample, class, layer, y_0 …
CsvTable layer_residual_table(const LayerResiduals& residuals);

nlohmann::ordered_json to_json(const PatternHistory& history);
/// One line a pattern and epoch: pattern, epoch, unstable dimension of the flow and of the map,
/// residual, y_0 …
CsvTable history_table(const PatternHistory& history);
/// One line a change: kind, pattern, the epochs between which it happened, counts on both sides.
CsvTable change_table(const PatternHistory& history);
/// One line a checkpoint: epoch, equilibria, stable, complete, and of the record loss and
/// accuracies. `record`: a line an epoch of the history.
CsvTable epoch_table(const PatternHistory& history, const std::vector<EpochRecord>& record);

}  // namespace resdyn
