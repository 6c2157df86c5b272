/// @file
/// Which equilibrium leads to which: the graph of unstable directions, and the heteroclinic cycles
/// in it.
///
/// Along an edge of the cube (one free unit) the motion is one-dimensional with a rate that is
/// affine in y: a vertex with an unstable unit leads to the edge's inner equilibrium where there is
/// one, else to the vertex at the other end. Both are decided exactly, from the signs of the stored
/// weights' rates. Where an equilibrium is unstable in several directions, or has free units,
/// starts next to it in the face that those directions span are followed to rest; such connections
/// are numerical and carry the distance at the end.
///
/// A directed cycle of connections is a heteroclinic cycle. Along a cycle of vertices that leave
/// one another by one unit each, the motion far from the edges is exactly linear in u: with
/// a_i = |u_i|, a passage of the vertex with rates λ (outgoing unit e) takes τ = a_e/λ_e and gives
/// a_i ← a_i − λ_i τ. The product M of these over a round, on the units that turn, decides where
/// each vertex leaves by one of these units only: spectral radius ρ(M) > 1 attracts within the face
/// of the units that turn, and stays grow by ρ(M) a round; ρ(M) < 1 does not. It attracts in the
/// cube if every other rate is negative too; if one is not, some starts beside the cycle leave it,
/// and whether most are drawn to it is not decided here. Beside it stands the sufficient test of
/// Krupa and Melbourne, Π min(c/e, 1 − t/e) > 1 (c contracting, e expanding, t strongest transverse
/// rate).
/// What it can miss: connections between equilibria whose unstable manifold has dimension ≥ 2, as
/// far as the starts do not show them; cycles beyond max_cycles.
///
/// References: M. Field, J. W. Swift, Nonlinearity 4 (1991) 1001–1043 (transition matrices);
/// M. Krupa, I. Melbourne, Ergod. Th. Dynam. Sys. 15 (1995) 121–147; J. Hofbauer, K. Sigmund,
/// Evolutionary Games and Population Dynamics (1998), ch. 17. Theory: doc/theory.md §14.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <resdyn/atlas/atlas.hpp>

namespace resdyn {

struct ConnectionOptions {
    Index max_dimension = 8;   ///< largest N; 1 … 10.
    Index starts = 4;          ///< followed from an equilibrium with several unstable directions;
                               ///< >= 0 (0: edges only).
    Index max_runs = 2000;     ///< runs in all; beyond, equilibria are left out and counted.
    double offset = 1e-3;      ///< distance of a start from its equilibrium, in (0, 0.1).
    double duration = 1000.0;  ///< of a run, in units of 1/(|W|_inf max f'), > 0.
    double settle_tol = 1e-6;  ///< distance that counts as arrived, in (0, 0.1).
    std::size_t max_cycles = 1000;  ///< cycles listed, >= 1.
    std::uint64_t seed = 1;         ///< of the starts.
    int threads = 0;                ///< 0: all processors. The result does not depend on it.
};

struct Connection {
    std::size_t from = 0;   ///< index in ConnectionGraph::nodes.
    std::size_t to = 0;     ///< likewise.
    Pattern face;           ///< the open face in which it runs.
    Index unit = -1;        ///< along an edge: the unit that moves; else −1.
    bool exact = false;     ///< decided by the signs of exact rates.
    double rate = 0.0;      ///< largest expanding eigenvalue of the face's directions.
    double distance = 0.0;  ///< numerical ones: |y − y*|_inf at the end of the run.
};

enum class CycleStability {
    Attracting,     ///< ρ(M) > 1 by more than rounding.
    NotAttracting,  ///< ρ(M) < 1 by more than rounding.
    Undecided,      ///< the criterion does not apply, or ρ(M) is 1 to rounding; see `reason`.
};
/// "attracting", "not_attracting", "undecided".
std::string_view to_string(CycleStability stability);

struct HeteroclinicCycle {
    std::vector<std::size_t> nodes;        ///< in the order of the motion, smallest pattern first.
    std::vector<std::size_t> connections;  ///< connections[k] leads from nodes[k] to the next one.
    bool exact = false;                    ///< all connections are.
    Pattern face;                          ///< of the units that turn; the others at their levels.
    CycleStability in_face = CycleStability::Undecided;    ///< within that face.
    CycleStability stability = CycleStability::Undecided;  ///< in the cube.
    std::string reason;                                    ///< of the verdict, one line.
    double growth = 0.0;  ///< ρ(M): dwell times grow by it a round; 0 where M is not defined.
    double krupa_melbourne = 0.0;  ///< Π min(c/e, 1 − t/e); 0 likewise.
};

struct ConnectionGraph {
    std::vector<Equilibrium> nodes;         ///< the isolated equilibria, sorted by pattern.
    std::vector<Connection> connections;    ///< sorted by (from, to, face), no duplicates.
    std::vector<HeteroclinicCycle> cycles;  ///< by length, then nodes.
    bool all_cycles = true;                 ///< false: more than max_cycles.
    Index runs = 0;                         ///< starts followed.
    Index unresolved_runs = 0;              ///< of them did not come to rest at an equilibrium.
    Index edges_to_continua = 0;            ///< edges whose end is not isolated: left out.
    Index equilibria_left_out = 0;          ///< by max_runs.
};

/// Of a complete atlas that lists all equilibria. Throws std::invalid_argument for N above
/// max_dimension, an incomplete atlas or list, or options.
ConnectionGraph connection_graph(const ResidualSystem& system, const Atlas& atlas,
                                 const ConnectionOptions& options = {});

}  // namespace resdyn
