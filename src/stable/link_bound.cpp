// The third proof of face_relaxation.hpp: linear programs that link each unit's level to its row,
// and the ranges of the rows that they give.
//
// Where the unit is Low (s = −1) its row is in [least, 0], where it is High (s = 1) in [0, most],
// where it is Free it is 0 and s anything. The hull of the three in (s, r) is given by two links:
//     r <= most (1 + s) / 2,    r >= least (1 − s) / 2.
// A linear program over the open units and all links is infeasible where nothing lies below the
// node; the largest r_i with unit i High is a new `most`, and if that is negative, unit i is not
// High. Instead of fixing s_i = 1 the program maximises r_i + K (s_i − 1): one pass of the primal
// simplex for both questions, valid for every K > 0.
#include <algorithm>
#include <cmath>
#include <limits>

#include "equilibria/rounding.hpp"
#include "stable/face_relaxation.hpp"

namespace resdyn {

namespace {

using Place = DenseSimplex::Place;

constexpr double infinity = std::numeric_limits<double>::infinity();

/// K, for rows whose largest weight is about 1. Trained weights of 32 units: 1 takes 1.6 times the
/// nodes of 8, and 16 as many.
constexpr double level_weight = 8.0;
/// Units whose ranges are asked for at a node: those that branching would choose first. Trained
/// weights of 32 units: 0, 4, 8, 16, all take 9700, 2000, 1100, 730, 630 nodes; times are least,
/// and nearly the same, from 4 to 8, at 48 units too.
constexpr std::size_t units_asked = 6;
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

/// The links of the node, for the simplex, from the basis that the parent ended with.
void FaceRelaxation::pose_links(const SearchNode& node, RelaxationScratch& scratch) const {
    const auto units = static_cast<std::size_t>(n_);
    const auto columns = static_cast<Index>(scratch.open.size());
    DenseSimplex& simplex = scratch.simplex;
    simplex.start(columns, 2 * n_);
    scratch.column_of.assign(units, -1);
    scratch.upper_link.assign(units, -1);
    scratch.lower_link.assign(units, -1);
    std::vector<Place> places;
    for (Index c = 0; c < columns; ++c) {
        const auto unit = static_cast<std::size_t>(scratch.open[static_cast<std::size_t>(c)]);
        scratch.column_of[unit] = c;
        places.push_back(node.basis[3 * unit]);
    }
    std::vector<double> entries(static_cast<std::size_t>(columns));
    for (Index i = 0; i < n_; ++i) {
        const auto k = static_cast<std::size_t>(i);
        const StateSet states = node.states[k];
        const double load = node.load[k];
        if (is_saturated(states) && (states == only_high ? load : -load) >= node.slack[k]) {
            continue;  // holds all over the box
        }
        for (Index c = 0; c < columns; ++c) {
            entries[static_cast<std::size_t>(c)] =
                column(scratch.open[static_cast<std::size_t>(c)])[i];
        }
        // Adds r_i + tilt s_i; a saturated unit has no column, and its tilt is 0.
        const auto pose = [&](Index& link, double tilt, double lower, double upper, Place place) {
            if (scratch.column_of[k] >= 0) {
                entries[static_cast<std::size_t>(scratch.column_of[k])] += tilt;
            }
            link = simplex.add_row(entries, lower, upper);
            places.push_back(place);
            if (scratch.column_of[k] >= 0) {
                entries[static_cast<std::size_t>(scratch.column_of[k])] -= tilt;
            }
        };
        if (states == only_free) {
            pose(scratch.upper_link[k], 0.0, -load, -load, node.basis[3 * k + 1]);
            continue;
        }
        const double most = 0.5 * node.most[k];
        const double least = 0.5 * node.least[k];
        if (states != only_high) {
            pose(scratch.upper_link[k], -most, -infinity, most - load, node.basis[3 * k + 1]);
        }
        if (states != only_low) {
            pose(scratch.lower_link[k], least, least - load, infinity, node.basis[3 * k + 2]);
        }
    }
    simplex.load_basis(places);
}

void FaceRelaxation::keep_basis(SearchNode& node, const RelaxationScratch& scratch) const {
    for (std::size_t k = 0; k < static_cast<std::size_t>(n_); ++k) {
        const auto place = [&](Index function) {
            return function < 0 ? Place::Basic : scratch.simplex.place(function);
        };
        node.basis[3 * k] = place(scratch.column_of[k]);
        node.basis[3 * k + 1] = place(scratch.upper_link[k]);
        node.basis[3 * k + 2] = place(scratch.lower_link[k]);
    }
}

/// At most so much is side · r_unit + K (side · s_unit − 1) all over the node, side = ±1, or, for
/// unit −1, is 0. Whatever the multipliers of the simplex are: they are cut to the signs that the
/// links ask for, and the sum is taken over the box with a bound on its rounding (Neumaier and
/// Shcherbina 2004, with an error bound in the place of directed rounding).
double FaceRelaxation::largest_by_links(const SearchNode& node, const RelaxationScratch& scratch,
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
        double up = 0.0;
        double down = 0.0;
        if (scratch.upper_link[k] >= 0) {
            const double multiplier = scratch.simplex.multiplier(scratch.upper_link[k]);
            up = std::max(multiplier, 0.0);
            down = node.states[k] == only_free ? std::max(-multiplier, 0.0) : 0.0;
        }
        if (scratch.lower_link[k] >= 0) {
            down = std::max(-scratch.simplex.multiplier(scratch.lower_link[k]), 0.0);
        }
        if (up == 0.0 && down == 0.0) {
            continue;
        }
        // up (most (1 + s) / 2 − r) >= 0 and down (r − least (1 − s) / 2) >= 0. A saturated unit's
        // s is not open: there the range that multiplies it is 0.
        const double above = 0.5 * node.most[k] * up;
        const double below = 0.5 * node.least[k] * down;
        rows[i] += down - up;
        levels[i] += above + below;
        constant += above - below;
        error += (up + down) * error_[k] + sum_error * 2.0 * (above - below);
    }
    for (Index i = 0; i < n_; ++i) {
        constant += rows[i] * node.load[static_cast<std::size_t>(i)];
    }
    double largest = constant;
    for (const Index j : scratch.open) {
        const Eigen::Map<const Eigen::ArrayXd> w(column(j), stride_);
        largest += std::abs((rows * w).sum() + levels[j]);
    }
    return largest + error * (1.0 + 1e-9);
}

/// The units that branching would choose first.
std::vector<Index> FaceRelaxation::units_to_ask(const SearchNode& node,
                                                const RelaxationScratch& scratch) const {
    std::vector<std::pair<float, Index>> order;
    for (const Index i : scratch.open) {
        if (!is_decided(node.states[static_cast<std::size_t>(i)])) {
            order.emplace_back(branch_cost(node, scratch, i), i);
        }
    }
    std::sort(order.begin(), order.end());
    order.resize(std::min(order.size(), units_asked));
    std::vector<Index> units;
    for (const auto& [cost, unit] : order) {
        units.push_back(unit);
    }
    return units;
}

/// Feasible by the links? Feasible where no proof says otherwise; Stopped: nothing is known.
DenseSimplex::Outcome FaceRelaxation::solve_links(const SearchNode& node,
                                                  RelaxationScratch& scratch) const {
    const DenseSimplex::Outcome outcome = scratch.simplex.find_feasible();
    const bool proved = outcome == DenseSimplex::Outcome::Infeasible &&
                        largest_by_links(node, scratch, -1, 0.0) < 0.0;
    return proved                                       ? outcome
           : outcome == DenseSimplex::Outcome::Feasible ? outcome
                                                        : DenseSimplex::Outcome::Stopped;
}

FaceRelaxation::Bound FaceRelaxation::bound_by_links(SearchNode& node,
                                                     RelaxationScratch& scratch) const {
    using Outcome = DenseSimplex::Outcome;
    restrict_ranges(node);
    pose_links(node, scratch);
    Outcome outcome = solve_links(node, scratch);
    bool tightened = false;
    for (const Index unit : units_to_ask(node, scratch)) {
        for (const StateSet state : {only_high, only_low}) {
            const StateSet states = node.states[static_cast<std::size_t>(unit)];
            if (outcome != Outcome::Feasible || is_saturated(states)) {
                break;
            }
            if (!is_decided(states) && (states & state) != 0 &&
                narrow(node, scratch, unit, state)) {
                if (!restrict_to(node, unit, static_cast<StateSet>(~state))) {
                    return Bound::Excluded;
                }
                tightened = true;
                // A unit that is saturated now has changed the constants of all rows.
                outcome = is_saturated(node.states[static_cast<std::size_t>(unit)])
                              ? Outcome::Stopped
                              : solve_links(node, scratch);
            }
        }
        if (outcome != Outcome::Feasible) {
            break;
        }
    }
    if (outcome == Outcome::Infeasible) {
        return Bound::Excluded;
    }
    keep_basis(node, scratch);
    return tightened ? Bound::Tightened : Bound::Open;
}

/// Narrows the range of the row of `unit` in `state`, High or Low. True if that state is
/// impossible.
bool FaceRelaxation::narrow(SearchNode& node, RelaxationScratch& scratch, Index unit,
                            StateSet state) const {
    const auto k = static_cast<std::size_t>(unit);
    DenseSimplex& simplex = scratch.simplex;
    const bool high = state == only_high;
    const double side = high ? 1.0 : -1.0;
    const double range = high ? node.most[k] : -node.least[k];
    const Index link = high ? scratch.upper_link[k] : scratch.lower_link[k];
    const Index own = scratch.column_of[k];
    // The link's function is r − load − range / 2 · s.
    const double enough = (1.0 - least_loss) * range;
    simplex.maximise({{link, side}, {own, side * (level_weight + 0.5 * range)}},
                     enough + level_weight - side * node.load[k]);
    const double largest = largest_by_links(node, scratch, unit, side);
    if (!(largest < enough)) {
        return false;
    }
    const double now = std::max(largest, 0.0);
    const double shift = 0.5 * (range - now);
    const double load = node.load[k];
    const bool moved = high ? simplex.shift_row(link, own, shift, -infinity, 0.5 * now - load)
                            : simplex.shift_row(link, own, shift, -0.5 * now - load, infinity);
    if (moved) {
        (high ? node.most[k] : node.least[k]) = side * now;
    }
    return largest < 0.0;
}

}  // namespace resdyn
