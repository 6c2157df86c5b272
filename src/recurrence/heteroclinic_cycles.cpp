#include "heteroclinic_cycles.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace resdyn {

namespace {

constexpr double growth_margin = 1e-9;  // |ρ(M) − 1| relative to what rounding can do

using Edges = std::vector<std::vector<std::size_t>>;  // connections by node they leave

/// Which nodes a node reaches, itself only along a cycle.
std::vector<char> reachable(const ConnectionGraph& graph, const Edges& out, std::size_t from) {
    std::vector<char> seen(graph.nodes.size(), 0);
    std::vector<std::size_t> open = {from};
    while (!open.empty()) {
        const std::size_t node = open.back();
        open.pop_back();
        for (const std::size_t c : out[node]) {
            const std::size_t next = graph.connections[c].to;
            if (seen[next] == 0) {
                seen[next] = 1;
                open.push_back(next);
            }
        }
    }
    return seen;
}

/// Simple cycles by depth-first search from their smallest node. Only nodes that lead back to the
/// root are entered, so that dead ends cost nothing.
class CycleSearch {
  public:
    CycleSearch(ConnectionGraph& graph, std::size_t max_cycles)
        : graph_(graph), max_cycles_(max_cycles), out_(graph.nodes.size()) {
        for (std::size_t c = 0; c < graph.connections.size(); ++c) {
            out_[graph.connections[c].from].push_back(c);
        }
    }

    void run() {
        const std::size_t n = graph_.nodes.size();
        std::vector<std::vector<char>> reach;
        reach.reserve(n);
        for (std::size_t node = 0; node < n; ++node) {
            reach.push_back(reachable(graph_, out_, node));
        }
        for (std::size_t root = 0; root < n && graph_.all_cycles; ++root) {
            if (reach[root][root] != 0) {
                returns_.assign(n, 0);
                for (std::size_t node = root; node < n; ++node) {
                    returns_[node] = reach[root][node] != 0 && reach[node][root] != 0 ? 1 : 0;
                }
                on_path_.assign(n, 0);
                steps_ = 0;
                extend(root, root);
            }
        }
    }

  private:
    void extend(std::size_t root, std::size_t node) {
        on_path_[node] = 1;
        nodes_.push_back(node);
        std::size_t before = std::numeric_limits<std::size_t>::max();
        for (const std::size_t c : out_[node]) {
            const std::size_t next = graph_.connections[c].to;
            if (next == before) {
                continue;  // a second way between the same two
            }
            if (!graph_.all_cycles || ++steps_ > 200 * max_cycles_) {
                graph_.all_cycles = false;
                break;
            }
            before = next;
            connections_.push_back(c);
            if (next == root) {
                if (graph_.cycles.size() >= max_cycles_) {
                    graph_.all_cycles = false;
                } else {
                    HeteroclinicCycle cycle;
                    cycle.nodes = nodes_;
                    cycle.connections = connections_;
                    graph_.cycles.push_back(std::move(cycle));
                }
            } else if (next > root && returns_[next] != 0 && on_path_[next] == 0) {
                extend(root, next);
            }
            connections_.pop_back();
        }
        nodes_.pop_back();
        on_path_[node] = 0;
    }

    ConnectionGraph& graph_;
    std::size_t max_cycles_;
    Edges out_;
    std::vector<char> returns_;
    std::vector<char> on_path_;
    std::vector<std::size_t> nodes_;
    std::vector<std::size_t> connections_;
    std::size_t steps_ = 0;
};

/// Eigenvalues of the saturated units of a vertex, by unit.
Vector vertex_rates(const ResidualSystem& system, const Equilibrium& vertex) {
    const EquilibriumSpectrum spectrum = equilibrium_spectrum(system, vertex.pattern, vertex.y);
    return Eigen::Map<const Vector>(spectrum.saturated.data(),
                                    static_cast<Index>(spectrum.saturated.size()));
}

/// Why the criterion does not apply; empty where it does.
std::string obstacle(const ConnectionGraph& graph, const HeteroclinicCycle& cycle) {
    for (std::size_t k = 0; k < cycle.nodes.size(); ++k) {
        const Equilibrium& node = graph.nodes[cycle.nodes[k]];
        const std::string name = to_string(node.pattern);
        const Connection& way = graph.connections[cycle.connections[k]];
        if (!node.spectrum.is_hyperbolic()) {
            return fmt::format("{} is not hyperbolic", name);
        }
        if (!node.pattern.is_vertex() || !graph.nodes[way.to].pattern.is_vertex() || way.unit < 0) {
            return fmt::format("the way from {} does not run along one edge between vertices",
                               name);
        }
    }
    return {};
}

/// The face of the units that differ between the cycle's nodes.
Pattern turning_face(const ConnectionGraph& graph, const HeteroclinicCycle& cycle) {
    Pattern face = graph.nodes[cycle.nodes.front()].pattern;
    for (const std::size_t node : cycle.nodes) {
        for (std::size_t i = 0; i < face.states.size(); ++i) {
            if (graph.nodes[node].pattern.states[i] != face.states[i]) {
                face.states[i] = UnitState::Free;
            }
        }
    }
    return face;
}

void decide(const ResidualSystem& system, const ConnectionGraph& graph, HeteroclinicCycle& cycle) {
    cycle.exact = std::all_of(cycle.connections.begin(), cycle.connections.end(),
                              [&](std::size_t c) { return graph.connections[c].exact; });
    cycle.face = turning_face(graph, cycle);
    cycle.reason = obstacle(graph, cycle);
    if (!cycle.reason.empty()) {
        return;
    }
    // a_i ← a_i − (λ_i/λ_e) a_e at each vertex; the unit e that turns starts again from 0.
    const Index n = system.dimension();
    Matrix M = Matrix::Identity(n, n);
    double krupa_melbourne = 1.0;
    std::string elsewhere;  // a unit that does not turn and leads away
    const std::size_t m = cycle.nodes.size();
    for (std::size_t k = 0; k < m; ++k) {
        const Equilibrium& node = graph.nodes[cycle.nodes[k]];
        const Vector rates = vertex_rates(system, node);
        const Index out = graph.connections[cycle.connections[k]].unit;
        const Index in = graph.connections[cycle.connections[(k + m - 1) % m]].unit;
        const double expanding = rates[out];
        double quotient = -rates[in] / expanding;
        for (Index i = 0; i < n; ++i) {
            if (i == out) {
                continue;
            }
            if (i != in) {
                quotient = std::min(quotient, 1.0 - rates[i] / expanding);
            }
            if (rates[i] > 0) {
                const std::string leaves =
                    fmt::format("{} also leaves by unit {}", to_string(node.pattern), i);
                if (cycle.face[i] == UnitState::Free) {
                    cycle.reason = leaves + ": part of a larger network";
                    return;
                }
                elsewhere = leaves;
            }
        }
        Matrix step = Matrix::Identity(n, n);
        step.col(out) = -rates / expanding;
        step(out, out) = 0.0;
        M = (step * M).eval();
        krupa_melbourne *= quotient;
    }
    const std::vector<Index> turning = cycle.face.free_units();
    for (const Complex value : eigenvalues(M(turning, turning))) {
        cycle.growth = std::max(cycle.growth, std::abs(value));
    }
    cycle.in_face = cycle.growth > 1 + growth_margin   ? CycleStability::Attracting
                    : cycle.growth < 1 - growth_margin ? CycleStability::NotAttracting
                                                       : CycleStability::Undecided;
    cycle.reason = cycle.in_face == CycleStability::Undecided
                       ? "the growth a round is 1 to rounding"
                       : fmt::format("stays are multiplied by {:.6g} a round", cycle.growth);
    if (elsewhere.empty()) {
        cycle.krupa_melbourne = krupa_melbourne;
        cycle.stability = cycle.in_face;
    } else {
        cycle.reason += ", but " + elsewhere;
    }
}

}  // namespace

void find_heteroclinic_cycles(const ResidualSystem& system, ConnectionGraph& graph,
                              std::size_t max_cycles) {
    CycleSearch(graph, max_cycles).run();
    std::stable_sort(graph.cycles.begin(), graph.cycles.end(),
                     [](const HeteroclinicCycle& a, const HeteroclinicCycle& b) {
                         return std::pair(a.nodes.size(), a.nodes) <
                                std::pair(b.nodes.size(), b.nodes);
                     });
    for (HeteroclinicCycle& cycle : graph.cycles) {
        decide(system, graph, cycle);
    }
}

}  // namespace resdyn
