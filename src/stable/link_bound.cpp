// The third proof of face_relaxation.hpp: linear programs that link each unit's level to its row,
// and the ranges of the rows that they give.
//
// The program of link_program.hpp is infeasible where nothing lies below the node; the largest r_i
// with unit i High is a new `most`, and if that is negative, unit i is not High. Instead of fixing
// s_i = 1 the program maximises r_i + K (s_i − 1): one pass of the primal simplex for both
// questions, valid for every K > 0. Then the children of a few units are tried (strong branching,
// Applegate, Bixby, Chvátal and Cook 1995) by the dual simplex, which is cheap from their parent's
// tableau.
//
// A narrower range cuts the program's vertex off only where that vertex lies on its link. To ask
// for those ranges first takes about a third of the nodes off (32 units: 3163 to 2127); with
// branching by the way of the vertex instead of pivots, a half (48 units: 68786 to 32921, and half
// the time). Two children, the nearest state and the rest, at the unit whose second nearest state
// is farthest: 34082 to 25235 nodes of 48 units, 311941 to 201191 of 56.
//
// What did not help: to ask one by one, each time at the vertex as it is then (1.3 times the
// nodes); to try the units that were best at the node above (1.1 to 1.2 times); weights of rows as
// in dual steepest edge (15 % fewer dual pivots, no time saved); cuts from the tableau for the
// disjunctions r_i <= 0 or s_i = 1, r_i >= 0 or s_i = −1 (two rounds of 16: 10 % fewer nodes, 1.7
// times the time); trials that stop after 8 or 15 pivots, and rows alone where at most 8 or 12
// units are open (more nodes, the same time); tableaus in float (7 % of the time).
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "equilibria/rounding.hpp"
#include "face_relaxation.hpp"
#include "infinity.hpp"

namespace resdyn {

namespace {

/// K, for rows whose largest weight is about 1. Trained weights of 32 units, ranges of six units
/// asked for: 1 takes 1.6 times the nodes of 8, and 16 as many.
constexpr double level_weight = 8.0;
/// Ranges that are asked for at a node, and units whose children are tried: of those that come into
/// question the ones that branching by the relaxation's point would choose first. Nodes, and
/// seconds of processor time, of trained weights of 48 units: 4 ranges and 3 units 27563 (10.4), 4
/// units 25235 (11.2), 6 units 21341 (13.4), 2 ranges 30731 (12.3).
constexpr std::size_t ranges_asked = 4;
constexpr std::size_t units_tried = 3;
/// Share of the way to the nearest child in the choice of the unit to branch at.
constexpr double weight_of_nearest = 0.3;
/// A range that would lose less than this share is left as it is.
constexpr double least_loss = 0.05;

}  // namespace

/// The node's ranges, no wider than its rows' interval bounds.
void FaceRelaxation::restrict_ranges(SearchNode& node) const {
    for (Index i = 0; i < n_; ++i) {
        const auto k = static_cast<std::size_t>(i);
        const StateSet states = node.states[k];
        double reach = node.slack[k] + error_[k];
        if (!is_saturated(states)) {
            const double own = weights_[static_cast<std::size_t>(i * stride_ + i)];
            reach += own - std::abs(own);
        }
        node.most[k] =
            (states & only_high) == 0 ? 0.0 : std::clamp(node.load[k] + reach, 0.0, node.most[k]);
        node.least[k] =
            (states & only_low) == 0 ? 0.0 : std::clamp(node.load[k] - reach, node.least[k], 0.0);
    }
}

/// At most so much is side · r_unit + K (side · s_unit − 1) all over the node, side = ±1, or, for
/// unit −1, is 0. Whatever the multipliers of the simplex are: they are cut to the signs that the
/// links ask for, and the sum is taken over the box with a bound on its rounding (Neumaier and
/// Shcherbina 2004, with an error bound in the place of directed rounding).
double FaceRelaxation::largest_by_links(const SearchNode& node, const LinkProgram& program,
                                        Index unit, double side) const {
    // Σ rows_i r_i + Σ levels_j s_j + constant, to which every link adds what is not negative.
    Eigen::ArrayXd rows = Eigen::ArrayXd::Zero(stride_);
    Eigen::ArrayXd levels = Eigen::ArrayXd::Zero(n_);
    double constant = 0.0;
    double error = 0.0;
    const double sum_error = 32.0 * static_cast<double>(n_ + 2) * unit_roundoff;
    if (unit >= 0) {
        rows[unit] = side;
        levels[unit] = level_weight * side;
        constant = -level_weight;
        error = error_[static_cast<std::size_t>(unit)] + sum_error * 2.0 * level_weight;
    }
    for (Index i = 0; i < n_; ++i) {
        const auto k = static_cast<std::size_t>(i);
        const double upper = program.simplex.multiplier(program.upper_link(i));
        const double lower = program.simplex.multiplier(program.lower_link(i));
        const double up = std::max(upper, 0.0);
        const double down =
            std::max(-lower, 0.0) + (program.is_equation(i) ? std::max(-upper, 0.0) : 0.0);
        if (up == 0.0 && down == 0.0) {
            continue;
        }
        // up (most (1 + s) / 2 − r) >= 0 and down (r − least (1 − s) / 2) >= 0.
        const double above = 0.5 * program.most(i) * up;
        const double below = 0.5 * program.least(i) * down;
        rows[i] += down - up;
        constant += above - below;
        error += (up + down) * error_[k] + sum_error * 2.0 * (above - below);
        if (is_saturated(node.states[k])) {
            constant += node.states[k] == only_high ? above + below : -(above + below);
        } else {
            levels[i] += above + below;
        }
    }
    for (Index i = 0; i < n_; ++i) {
        constant += rows[i] * node.load[static_cast<std::size_t>(i)];
    }
    double largest = constant;
    for (Index j = 0; j < n_; ++j) {
        if (!is_saturated(node.states[static_cast<std::size_t>(j)])) {
            const Eigen::Map<const Eigen::ArrayXd> w(column(j), stride_);
            largest += std::abs((rows * w).sum() + levels[j]);
        }
    }
    return largest + error * (1.0 + 1e-9);
}

/// The units with more than one state left, first those that branching by the relaxation's point
/// would choose.
std::vector<std::pair<float, Index>> FaceRelaxation::units_by_cost(
    const SearchNode& node, const RelaxationScratch& scratch) const {
    std::vector<std::pair<float, Index>> order;
    for (const Index i : scratch.open) {
        if (!is_decided(node.states[static_cast<std::size_t>(i)])) {
            order.emplace_back(branch_cost(node, scratch, i), i);
        }
    }
    std::sort(order.begin(), order.end());
    return order;
}

/// The ranges worth narrowing, by unit and state: first those whose link the program's vertex lies
/// on.
std::vector<std::pair<Index, StateSet>> FaceRelaxation::ranges_to_ask(
    const SearchNode& node, const RelaxationScratch& scratch) const {
    const LinkProgram& program = scratch.program;
    std::vector<std::pair<Index, StateSet>> ranges;
    for (const auto& [cost, unit] : units_by_cost(node, scratch)) {
        for (const StateSet state : {only_high, only_low}) {
            if ((node.states[static_cast<std::size_t>(unit)] & state) != 0) {
                ranges.emplace_back(unit, state);
            }
        }
    }
    std::stable_partition(ranges.begin(), ranges.end(), [&](const auto& range) {
        const auto& [unit, state] = range;
        return program.simplex.place(state == only_high
                                         ? program.upper_link(unit)
                                         : program.lower_link(unit)) != DenseSimplex::Place::Basic;
    });
    ranges.resize(std::min(ranges.size(), ranges_asked));
    return ranges;
}

/// Feasible by the links? Feasible where no proof says otherwise; Stopped: nothing is known.
DenseSimplex::Outcome FaceRelaxation::solve_links(const SearchNode& node,
                                                  LinkProgram& program) const {
    const DenseSimplex::Outcome outcome = program.simplex.find_feasible();
    const bool proved = outcome == DenseSimplex::Outcome::Infeasible &&
                        largest_by_links(node, program, -1, 0.0) < 0.0;
    return proved || outcome == DenseSimplex::Outcome::Feasible ? outcome
                                                                : DenseSimplex::Outcome::Stopped;
}

FaceRelaxation::Bound FaceRelaxation::bound_by_links(SearchNode& node,
                                                     RelaxationScratch& scratch) const {
    using Outcome = DenseSimplex::Outcome;
    LinkProgram& program = scratch.program;
    restrict_ranges(node);
    if (std::exchange(scratch.is_posed, true)) {
        program.follow(affine_rows(), node);
    } else {
        program.pose(affine_rows(), node);
    }
    Outcome outcome = solve_links(node, program);
    bool tightened = false;
    if (outcome == Outcome::Feasible) {
        for (const auto& [unit, state] : ranges_to_ask(node, scratch)) {
            const StateSet states = node.states[static_cast<std::size_t>(unit)];
            if (outcome != Outcome::Feasible || is_decided(states) || (states & state) == 0) {
                continue;
            }
            if (narrow(node, scratch, unit, state)) {
                if (!restrict_to(node, unit, static_cast<StateSet>(~state))) {
                    return Bound::Excluded;
                }
                tightened = true;
                program.follow(affine_rows(), node);
            }
            outcome = solve_links(node, program);
        }
    }
    if (outcome == Outcome::Infeasible) {
        return Bound::Excluded;
    }
    program.keep_basis(node);
    return tightened ? Bound::Tightened : Bound::Open;
}

/// Narrows the range of the row of `unit` in `state`, High or Low. True if that state is
/// impossible.
bool FaceRelaxation::narrow(SearchNode& node, RelaxationScratch& scratch, Index unit,
                            StateSet state) const {
    const auto k = static_cast<std::size_t>(unit);
    LinkProgram& program = scratch.program;
    const bool high = state == only_high;
    const double side = high ? 1.0 : -1.0;
    const double range = high ? node.most[k] : -node.least[k];
    const double posed = high ? program.most(unit) : -program.least(unit);
    const Index link = high ? program.upper_link(unit) : program.lower_link(unit);
    // The link's function is r − constant − posed / 2 · s.
    const double enough = (1.0 - least_loss) * range;
    program.simplex.maximise({{link, side}, {unit, side * (level_weight + 0.5 * posed)}},
                             enough + level_weight - side * constant_[k]);
    const double largest = largest_by_links(node, program, unit, side);
    if (!(largest < enough)) {
        return false;
    }
    const double now = side * std::max(largest, 0.0);
    (high ? node.most[k] : node.least[k]) = now;
    program.narrow(affine_rows(), unit, high, now);
    return largest < 0.0;
}

/// How far the vertex of the program of `node` has to move, at least, for its child in which `unit`
/// is in `state`. Infinite where nothing lies below the child.
double FaceRelaxation::way_to_child(const SearchNode& node, RelaxationScratch& scratch, Index unit,
                                    StateSet state) const {
    SearchNode next = child(node, unit, state);
    if (!propagate(next, scratch)) {
        return infinity;
    }
    restrict_ranges(next);
    LinkProgram& trial = scratch.trial;
    trial = scratch.program;
    trial.follow(affine_rows(), next);
    const DenseSimplex::Outcome outcome = solve_links(next, trial);
    scratch.program.simplex.cells = trial.simplex.cells;  // the trial went on counting
    return outcome == DenseSimplex::Outcome::Infeasible ? infinity : trial.simplex.least_way();
}

/// Tries the children of a few units: a state without a child is taken from its unit. The branching
/// becomes that of the unit whose second nearest child is farthest: the nearest state apart, the
/// others, for which the way to the second nearest is a bound, together.
FaceRelaxation::Bound FaceRelaxation::look_ahead(SearchNode& node,
                                                 RelaxationScratch& scratch) const {
    bool tightened = false;
    double farthest = -1.0;
    std::vector<std::pair<float, Index>> units = units_by_cost(node, scratch);
    units.resize(std::min(units.size(), units_tried));
    for (const auto& [cost, unit] : units) {
        double nearest = infinity;
        double second = infinity;
        StateSet nearest_state = 0;
        for (const StateSet state : {only_high, only_low, only_free}) {
            const StateSet states = node.states[static_cast<std::size_t>(unit)];
            if (is_decided(states) || (states & state) == 0) {
                continue;
            }
            const double way = way_to_child(node, scratch, unit, state);
            if (way == infinity) {
                if (!restrict_to(node, unit, static_cast<StateSet>(~state))) {
                    return Bound::Excluded;
                }
                restrict_ranges(node);
                scratch.program.follow(affine_rows(), node);
                tightened = true;
            } else if (way < nearest) {
                second = nearest;
                nearest = way;
                nearest_state = state;
            } else {
                second = std::min(second, way);
            }
        }
        const double score = second + weight_of_nearest * nearest;
        if (!is_decided(node.states[static_cast<std::size_t>(unit)]) && score > farthest) {
            farthest = score;
            scratch.branching = {unit, nearest_state};
        }
    }
    if (tightened) {
        if (solve_links(node, scratch.program) == DenseSimplex::Outcome::Infeasible) {
            return Bound::Excluded;
        }
        scratch.program.keep_basis(node);
    }
    return tightened ? Bound::Tightened : Bound::Open;
}

}  // namespace resdyn
