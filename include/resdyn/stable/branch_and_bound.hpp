/// @file
/// What the searches by branch and bound (stable_vertices.hpp, stable_equilibria.hpp,
/// attracting_faces.hpp) share: their options, the cost predicted before they start, the work they
/// did, and how they ended.
///
/// Method: depth first over the units, each Low, High or (where asked) Free. A node keeps for
/// every unit the states still possible; it is given up only when a proof says that no pattern
/// below it is what is searched for. With s in [−1, 1]^N the state of the cube and r_i = (Wy)_i
/// affine in s, a unit that must end High asks r_i >= 0, Low r_i <= 0, Free r_i = 0. Proofs:
///  - a row alone: the sign asked of r_i is out of reach of the units still open (interval bounds,
///    Moore 1966); the same test, unit by unit, removes states (unit propagation);
///  - rows together: multipliers z (z_i >= 0 where r_i >= 0 is asked, <= 0 where r_i <= 0, any sign
///    on Free, 0 elsewhere) with max over the open units of Σ z_i r_i < 0: Farkas' lemma, the dual
///    of linear programming over the cube. The z are the violations left by minimising
///    Σ violation² over the open units by coordinate descent, from the parent's point: the
///    bounded-variable least-squares form of the feasibility problem, whose residual is such a z;
///  - searches with Free units, from 24 units on, linear programs: where unit i is High r_i is at
///    most h_i, where Low at least l_i, so that r_i <= h_i (1 + s_i) / 2, r_i >= l_i (1 − s_i) / 2
///    in any state (the hull of the three). The programs say whether anything satisfies all these
///    links, what the ranges h_i, l_i shrink to (asked first where the program's vertex lies on
///    the link, which a narrower range then cuts off), and which states are left; children inherit
///    them.
///    Their duals are evaluated as safe bounds (A. Neumaier, O. Shcherbina, Math. Program. 99,
///    2004, 283–296). Before a node branches the children of a few units are tried (strong
///    branching: D. Applegate, R. Bixby, V. Chvátal, W. Cook, DIMACS Technical Report 95-05, 1995),
///    and the unit is taken whose second nearest state moves that vertex farthest; its nearest
///    state is one child, the others together the second. A node takes about 5 to 15 times as long
///    as with rows alone. Trained weights of 48 units: 27,563 nodes where rows alone take
///    3,040,115.
/// Search directions are computed in float, and every proof is evaluated in double with a rigorous
/// bound on its rounding; what lies within that bound goes on, and ends in exact arithmetic.
///
/// Cost is predicted by heterogeneous sampling (P. C. Chen, SIAM J. Comput. 21, 1992, 295–315), the
/// stratified form of Knuth's random descents (Math. Comp. 29, 1975, 121–136), with several nodes
/// of a stratum (R. Vaisman, D. P. Kroese, Methodol. Comput. Appl. Probab. 19, 2017, 31–73): a pass
/// keeps up to 16 nodes of every number of states left to lose, for all that they stand for. A tree
/// that is never wider is counted. The mean of the passes is unbiased; it is still more often too
/// low than too high, and the interval is wider upwards.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <resdyn/equilibria/face.hpp>
#include <resdyn/equilibria/origin.hpp>

namespace resdyn {

/// How a search ended.
enum class SearchEnd {
    Complete,     ///< every pattern was decided or excluded by proof: nothing is missing.
    BudgetSpent,  ///< max_nodes was reached, or the list filled where that was all that was
                  ///< wanted: what is listed is right, others may exist.
    Interrupted,  ///< SIGINT or SIGTERM while an InterruptScope lived: as for BudgetSpent.
};
std::string_view to_string(SearchEnd end);

/// Work done by a search.
struct SearchWork {
    std::uint64_t nodes = 0;            ///< nodes of the tree that were looked at.
    std::uint64_t excluded_by_row = 0;  ///< of them, given up by one row's interval bound.
    std::uint64_t excluded_by_rows =
        0;  ///< of them, given up by several rows together (links included).
    std::uint64_t excluded_by_trace = 0;  ///< of them, given up because the trace is > 0.
    std::uint64_t leaves = 0;             ///< whole patterns decided one by one.
    std::uint64_t exact_decisions = 0;    ///< of the leaves, those that needed exact arithmetic.
};

/// One conclusion at a node: a state taken from a unit, or the whole node given up.
///
/// Suppose that `unit` is `removed` (unit −1: nothing). Every pattern below asks z_i (Wy)_i ≥ 0 of
/// its equilibrium y: z_i > 0 only where a unit must be High or Free, z_i < 0 where Low or Free.
/// But no y with Low and High units at their levels and the others anywhere between has
/// Σ z_i (Wy)_i / 2^e_i ≥ 0, where 2^e_i ≤ max_j |w_ij| < 2^(e_i + 1) over the weights as stored
/// (searches without marginal patterns: > 0). Without multipliers: the trace of the free block.
struct ProofStep {
    Index unit = -1;
    UnitState removed = UnitState::Low;
    std::vector<std::pair<Index, double>> multipliers = {};  ///< (row i, z_i), z_i ≠ 0.
};

/// The evidence of one node: from the states possible at its start, step by step, to its end. The
/// nodes of a search that ran to its end are a proof that it missed nothing: they are the roots,
/// and for every Branch its children (the branch unit Low, High, Free, where possible) again.
struct NodeProof {
    enum class End { Excluded, Leaf, Branch };

    std::vector<std::uint8_t> states;  ///< by unit, bits 1 Low, 2 High, 4 Free.
    bool mirrored = false;             ///< stands for its image under s → −s too.
    std::vector<ProofStep> steps;
    End end = End::Excluded;
    Index branch_unit = -1;
};

/// Searches with Free units use linear programs from so many units on. Rows alone take 2.4
/// (logistic) and 20 times (tanh) as long on Gaussian weights of 24 units, 5.5 times on 32.
inline constexpr Index linear_programs_from = 24;
/// ... and up to so many: beyond, a node by linear programs takes more than a tenth of a second.
inline constexpr Index linear_programs_up_to = 256;

/// What a search with Free units proves at its nodes; others know rows only.
enum class NodeBound {
    Automatic,       ///< the faster as a rule: linear programs, linear_programs_from … _up_to.
    Rows,            ///< one row, and rows together.
    LinearPrograms,  ///< these and linear programs.
};

struct BranchAndBoundOptions {
    std::uint64_t max_nodes = 0;  ///< stop after so many nodes; 0: no limit.
    /// Count the marginal patterns too. Without, a weight matrix with many ties is searched faster:
    /// rows that can reach 0 but no more are given up where the arithmetic is free of rounding.
    bool count_marginal = true;
    /// Equilibria kept in the list, >= 0, the first by pattern; counts always cover all.
    Index max_listed = 10000;
    /// Stop where the list is full, which then holds the first that the search came to: the search
    /// ends BudgetSpent. max_listed >= 1.
    bool until_listed = false;
    bool origin = false;  ///< logistic: decide the degenerate origin too (origin.hpp).
    NodeBound bound = NodeBound::Automatic;
    int threads = 0;  ///< 0: all processors. The result does not depend on it.
    /// Called between rounds of work, on the calling thread. May be empty.
    std::function<void(const SearchWork&)> on_progress = {};
    /// Called for every node looked at, on the calling thread, in an order that depends on the
    /// problem alone. May be empty: then no evidence is kept. A search that keeps evidence does
    /// without linear programs, whatever `bound` is: ProofStep speaks of rows alone.
    std::function<void(const NodeProof&)> on_proof = {};
};

struct PredictionOptions {
    /// Passes at most, 2 … 1e7; fewer where a fifth of the tree has been looked at.
    Index probes = 8;
    std::uint64_t seed = 1;                  ///< pass k draws from the stream (seed, k).
    NodeBound bound = NodeBound::Automatic;  ///< of the search that is predicted.
    /// Work of a pass at most, about, and of all passes before another one begins. Its unit is the
    /// time of a node of few units without linear programs, of which a processor of 2022 does about
    /// 25,000 a second. A pass keeps fewer nodes where this is short, and where even one on the way
    /// down takes twice as much nothing is predicted (NaN). >= 0; 0: no limit.
    double most_work = 250e3;
    int threads = 0;  ///< 0: all processors. The result does not depend on it.
    /// Called between rounds of passes with those made and `probes`. May be empty.
    std::function<void(Index, Index)> on_progress = {};
};

/// The size of a search tree, estimated before it is searched.
struct CostPrediction {
    /// Estimated nodes of the whole tree. NaN, as the other three: a pass takes more work than
    /// PredictionOptions::most_work.
    double nodes = 0.0;
    double standard_error = 0.0;  ///< of `nodes`, from the spread of the passes.
    /// An interval for the tree's nodes, `nodes` itself where the tree was counted. With the
    /// default options and seeds 1 to 5 it held the nodes of trained weights of 48, 56, 64 and 72
    /// units (27,563, 201,191, 738,809 and 594,531), 20 of 20; predicted were 0.7 to 0.9, 0.8 to
    /// 2.1, 0.2 to 1.2 and 0.2 to 4.8 times as many, more often too few.
    double low = 0.0;
    double high = 0.0;       ///< its other end.
    double node_cost = 1.0;  ///< time of a node, about, one without linear programs being 1.
    /// Passes that ran to their end; an interrupt leaves fewer, or 0. Also 0, with no nodes, where
    /// the signs of the weights decide and nothing has to be searched.
    Index probes = 0;
    std::uint64_t probed_nodes = 0;  ///< nodes looked at to predict: time it to predict seconds.
};

/// What a search found.
struct StableSearch {
    SearchEnd end = SearchEnd::Complete;
    SearchWork work;
    std::uint64_t stable_vertices = 0;  ///< hyperbolically stable, no free unit.
    std::uint64_t stable_faces = 0;     ///< hyperbolically stable, some unit free.
    /// Isolated equilibria without an unstable eigenvalue that are not hyperbolic: no sign is
    /// violated, but some eigenvalue has zero real part, and linear theory does not decide. Zero
    /// if options.count_marginal is false: not counted. 2^64 − 1 stands for that many or more.
    std::uint64_t marginal = 0;
    /// The stable ones, each decided exactly, sorted by pattern; at most options.max_listed.
    std::vector<Equilibrium> equilibria;
    bool by_signs = false;  ///< proved from the signs of W alone: nothing had to be searched.
    std::optional<OriginReport> origin;  ///< where it was asked for, and not interrupted.

    bool complete() const { return end == SearchEnd::Complete; }
    std::uint64_t stable() const { return stable_vertices + stable_faces; }
    bool all_listed() const { return equilibria.size() == stable(); }
};

}  // namespace resdyn
