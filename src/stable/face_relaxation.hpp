/// @file
/// One node of a search for patterns: which states each unit may still take, and the proofs that
/// nothing that is searched for lies below. See branch_and_bound.hpp for the method.
///
/// Everything is in s = −1 (Low) … 1 (High): with y = centre + width/2 · s and each row scaled by a
/// power of two, r_i = constant_i + Σ_j w_ij s_j has the sign of (Wy)_i.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include <resdyn/stable/branch_and_bound.hpp>

#include "equilibria/exact_point.hpp"
#include "link_program.hpp"

namespace resdyn {

/// The states that a unit may still take, a bit each.
using StateSet = std::uint8_t;
inline constexpr StateSet only_low = 1;
inline constexpr StateSet only_high = 2;
inline constexpr StateSet only_free = 4;

inline bool is_decided(StateSet states) {
    return (states & (states - 1)) == 0;
}
inline bool is_saturated(StateSet states) {
    return states == only_low || states == only_high;
}

/// Does a search for faces use linear programs? With proofs kept it does not.
inline bool uses_links(NodeBound bound, Index units, bool keep_proofs) {
    const bool pay = units >= linear_programs_from && units <= linear_programs_up_to;
    return !keep_proofs &&
           (bound == NodeBound::LinearPrograms || (bound == NodeBound::Automatic && pay));
}

struct SearchNode {
    std::vector<StateSet> states;  ///< of each unit.
    std::vector<double> load;      ///< constant + Σ over saturated units of w_ij s_j, by row.
    std::vector<double> slack;     ///< Σ over the other units of |w_ij|, by row.
    std::vector<float> point;  ///< s of the relaxation, kept for the children; ±1 if saturated.
    // With rules.links only:
    std::vector<double> most;   ///< r_i where the unit is High, at most; >= 0.
    std::vector<double> least;  ///< r_i where the unit is Low, at least; <= 0.
    /// Of the last linear program: all s, all upper links, all lower links.
    std::vector<DenseSimplex::Place> basis;
    Index undecided = 0;    ///< units with more than one state.
    bool mirrored = false;  ///< stands for its image under s → −s too.
};

/// What looking at a node told.
enum class NodeVerdict { ExcludedByRow, ExcludedByRows, ExcludedByTrace, Leaf, Branch };

/// How a node divides into children.
struct Branching {
    Index unit = -1;
    /// A state that has a child of its own while the others share one; 0: every state has its own.
    StateSet apart = 0;
};

/// What each thread keeps between nodes, so that none is allocated at a node.
struct RelaxationScratch {
    std::vector<float> residual;     ///< r at the point.
    std::vector<float> multipliers;  ///< z.
    std::vector<float> z_min;
    std::vector<float> z_max;
    std::vector<float> pull;  ///< Σ_i z_i w_ij, by unit.
    std::vector<Index> open;  ///< units that are not saturated.
    LinkProgram program;      ///< of the node that is looked at, once it is posed.
    bool is_posed = false;
    LinkProgram trial;                        ///< of a child that is only tried.
    Branching branching;                      ///< set with NodeVerdict::Branch.
    std::vector<ProofStep>* steps = nullptr;  ///< where conclusions are noted; null: nowhere.
};

class FaceRelaxation {
  public:
    struct Rules {
        bool faces = false;   ///< Free is a possible state.
        bool closed = false;  ///< rows may be 0 on saturated units; else they are strict.
        bool links = false;   ///< linear programs too; no proof steps are noted of them.
        bool stable = true;   ///< the free block must not be unstable: its trace is a bound too.
        const char* caller = "stable equilibria";  ///< whom a refusal names.
    };

    /// Bounded activations only, 1 <= N <= 1024 (throws std::invalid_argument).
    FaceRelaxation(const ResidualSystem& system, Rules rules);

    Index dimension() const { return n_; }
    /// Independent nodes that together cover every pattern, by symmetry where there is one.
    std::vector<SearchNode> roots() const;
    /// Time of a node, one of few units without linear programs being 1: as measured at 32, 48 and
    /// 64 units with, at 200, 400 and 784 without.
    double node_cost() const {
        const auto units = static_cast<double>(n_);
        return row_cost() + (rules_.links ? units * units / 256.0 : 0.0);
    }
    /// The same of `nodes` that were looked at with `scratch`, by what their programs did.
    double work(std::uint64_t nodes, const RelaxationScratch& scratch) const;
    RelaxationScratch scratch() const;

    /// Removes impossible states of `node`, and says what is left to do with it.
    NodeVerdict look(SearchNode& node, RelaxationScratch& scratch) const;
    /// The child of `node` in which `unit` has only `states`; one of them must be possible.
    SearchNode child(const SearchNode& node, Index unit, StateSet states) const;
    /// All children of a node: by the states left to the unit, Low first, or the one that is apart
    /// and then the rest.
    std::vector<SearchNode> children(const SearchNode& node, Branching branching) const;
    /// The pattern of a node whose units are all decided.
    static Pattern pattern(const SearchNode& node);

    /// Sign of (Wy)_i at a leaf without free units: −1, 0, 1; `exact` is set if it took integers.
    int row_sign(const SearchNode& leaf, Index row, bool& exact) const;

  private:
    /// Of node_cost, the share without linear programs.
    double row_cost() const { return 1.0 + static_cast<double>(n_ * n_) / 10e3; }

    enum class Bound { Excluded, Tightened, Open };

    const double* column(Index j) const { return &weights_[static_cast<std::size_t>(j * stride_)]; }
    const float* fast_column(Index j) const {
        return &fast_weights_[static_cast<std::size_t>(j * stride_)];
    }
    bool out_of_reach(double largest, double error) const;
    bool restrict_to(SearchNode& node, Index unit, StateSet states) const;
    bool propagate(SearchNode& node, RelaxationScratch& scratch) const;
    bool restrict_by_trace(SearchNode& node, RelaxationScratch& scratch) const;
    Bound bound(SearchNode& node, RelaxationScratch& scratch) const;
    Bound certify(SearchNode& node, const RelaxationScratch& scratch) const;
    bool give_up(const SearchNode& node, const Eigen::ArrayXd& z, Index unit,
                 UnitState removed) const;
    Eigen::ArrayXd shortened(const SearchNode& node, const Eigen::ArrayXd& z, Index unit,
                             UnitState removed) const;
    Bound bound_by_links(SearchNode& node, RelaxationScratch& scratch) const;
    Bound look_ahead(SearchNode& node, RelaxationScratch& scratch) const;
    double way_to_child(const SearchNode& node, RelaxationScratch& scratch, Index unit,
                        StateSet state) const;
    DenseSimplex::Outcome solve_links(const SearchNode& node, LinkProgram& program) const;
    std::vector<std::pair<float, Index>> units_by_cost(const SearchNode& node,
                                                       const RelaxationScratch& scratch) const;
    std::vector<std::pair<Index, StateSet>> ranges_to_ask(const SearchNode& node,
                                                          const RelaxationScratch& scratch) const;
    bool narrow(SearchNode& node, RelaxationScratch& scratch, Index unit, StateSet state) const;
    void restrict_ranges(SearchNode& node) const;
    AffineRows affine_rows() const { return {n_, stride_, weights_.data(), constant_.data()}; }
    double largest_by_links(const SearchNode& node, const LinkProgram& program, Index unit,
                            double side) const;
    float branch_cost(const SearchNode& node, const RelaxationScratch& scratch, Index unit) const;
    Index branch_unit(const SearchNode& node, const RelaxationScratch& scratch) const;

    Index n_ = 0;
    Index stride_ = 0;  ///< rows padded to whole SIMD registers.
    Rules rules_;
    bool symmetric_cube_ = false;       ///< levels −a, a: patterns come in mirrored pairs.
    std::vector<double> weights_;       ///< by column, stride_ × n.
    std::vector<float> fast_weights_;   ///< the same in float.
    std::vector<double> constant_;      ///< r at s = 0, by row.
    std::vector<double> total_;         ///< Σ_j |w_ij|.
    std::vector<double> row_error_;     ///< bound on the rounding of load ± slack; 0 if exact.
    std::vector<double> error_;         ///< the same in a sum of rows, per unit of |z_i|.
    std::vector<float> column_square_;  ///< Σ_i w_ij².
    std::vector<int> self_sign_;        ///< of w_ii.
    exact::BinaryMatrix exact_;
    int low_ = 0;
    int high_ = 0;
};

}  // namespace resdyn
