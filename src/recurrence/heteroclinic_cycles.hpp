/// @file
/// The directed cycles of a connection graph, with their stability where the rates decide it.
#pragma once

#include <resdyn/recurrence/connections.hpp>

namespace resdyn {

/// Fills graph.cycles and graph.all_cycles. Method: simple cycles by depth-first search from their
/// smallest node, within strongly connected components.
void find_heteroclinic_cycles(const ResidualSystem& system, ConnectionGraph& graph,
                              std::size_t max_cycles);

}  // namespace resdyn
