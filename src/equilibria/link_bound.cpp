// The third proof of face_relaxation.hpp: linear programs with a link between each unit's state and
// its row, and the ranges that they give.
#include <algorithm>
#include <cmath>
#include <limits>

#include "face_relaxation.hpp"
#include "rounding.hpp"

namespace resdyn {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
using Place = DenseSimplex::Place;
/// Per unit of rounded row: what a unit's own level weighs against its row in an objective.
static const double level_weight = getenv("LW") ? atof(getenv("LW")) : 4.0;
static const int TK = getenv("TK") ? atoi(getenv("TK")) : 1000;
static const int ROUNDS = getenv("RO") ? atoi(getenv("RO")) : 1;
struct Count { long nodes=0, feas=0, feasp=0, infeas=0, stop=0, max=0, maxp=0, removed=0, gained=0;
 ~Count() { fprintf(stderr, "link nodes %ld feas-pivots %ld infeasible %ld stopped %ld max %ld max-pivots %ld removed %ld gained %ld\n", nodes, feasp, infeas, stop, max, maxp, removed, gained);} };
static Count cnt;
static const double enough_share = getenv("EN") ? atof(getenv("EN")) : 0.95;

}  // namespace

/// Ranges of the node, no wider than the interval bounds of its rows.
void FaceRelaxation::restrict_ranges(SearchNode& node) const {
    for (Index i = 0; i < n_; ++i) {
        const auto k = static_cast<std::size_t>(i);
        const StateSet states = node.states[k];
        double reach = node.slack[k] + error_[k];
        if (!is_saturated(states)) {
            const double own = weights_[static_cast<std::size_t>(i * stride_ + i)];
            reach += own - std::abs(own);
        }
        node.most[k] = (states & only_high) == 0
                           ? 0.0
                           : std::clamp(node.load[k] + reach, 0.0, node.most[k]);
        node.least[k] = (states & only_low) == 0
                            ? 0.0
                            : std::clamp(node.load[k] - reach, node.least[k], 0.0);
    }
}

void FaceRelaxation::pose_links(const SearchNode& node, RelaxationScratch& scratch) const {
    DenseSimplex& simplex = scratch.simplex;
    const auto columns = static_cast<Index>(scratch.open.size());
    simplex.start(columns, 2 * n_);
    scratch.upper_link.assign(static_cast<std::size_t>(n_), -1);
    scratch.lower_link.assign(static_cast<std::size_t>(n_), -1);
    scratch.column_of.assign(static_cast<std::size_t>(n_), -1);
    for (Index c = 0; c < columns; ++c) {
        scratch.column_of[static_cast<std::size_t>(scratch.open[static_cast<std::size_t>(c)])] = c;
    }
    std::vector<double> entries(static_cast<std::size_t>(columns));
    for (Index i = 0; i < n_; ++i) {
        const auto k = static_cast<std::size_t>(i);
        const StateSet states = node.states[k];
        const double load = node.load[k];
        if (is_saturated(states) &&
            (states == only_high ? load : -load) - node.slack[k] >= 0.0) {
            continue;  // holds anywhere in the box
        }
        for (Index c = 0; c < columns; ++c) {
            entries[static_cast<std::size_t>(c)] =
                column(scratch.open[static_cast<std::size_t>(c)])[i];
        }
        if (states == only_free) {
            scratch.upper_link[k] = simplex.add_row(entries, -load, -load);
            continue;
        }
        const auto own = static_cast<std::size_t>(std::max<Index>(scratch.column_of[k], 0));
        const double weight = entries[own];
        if (states != only_high) {
            entries[own] = weight - 0.5 * node.most[k];
            scratch.upper_link[k] =
                simplex.add_row(entries, -infinity, 0.5 * node.most[k] - load);
        }
        if (states != only_low) {
            entries[own] = weight + 0.5 * node.least[k];
            scratch.lower_link[k] =
                simplex.add_row(entries, 0.5 * node.least[k] - load, infinity);
        }
        entries[own] = weight;
    }
    // The basis that the node came with.
    std::vector<Place> places;
    places.reserve(static_cast<std::size_t>(columns + 2 * n_));
    for (const Index j : scratch.open) {
        places.push_back(node.basis[static_cast<std::size_t>(3 * j)]);
    }
    for (Index i = 0; i < n_; ++i) {
        const auto k = static_cast<std::size_t>(i);
        if (scratch.upper_link[k] >= 0) {
            places.push_back(node.basis[3 * k + 1]);
        }
        if (scratch.lower_link[k] >= 0) {
            places.push_back(node.basis[3 * k + 2]);
        }
    }
    simplex.load_basis(places);
}

void FaceRelaxation::keep_basis(SearchNode& node, const RelaxationScratch& scratch) const {
    for (Index i = 0; i < n_; ++i) {
        const auto k = static_cast<std::size_t>(i);
        const auto note = [&](std::size_t at, Index function) {
            node.basis[at] = function < 0 ? Place::Basic : scratch.simplex.place(function);
        };
        note(3 * k, scratch.column_of[k]);
        note(3 * k + 1, scratch.upper_link[k]);
        note(3 * k + 2, scratch.lower_link[k]);
    }
}

/// Largest value that row_weight r_k + level_weight (side s_k − 1) can have, by the multipliers of
/// the simplex: proved, whatever they are. k = −1: of 0, below which nothing is feasible.
double FaceRelaxation::largest_by_links(const SearchNode& node, const RelaxationScratch& scratch, Index k,
                                        double side) const {
    // Σ rows_i r_i + Σ levels_j s_j + constant, once every link has been added.
    Eigen::ArrayXd rows = Eigen::ArrayXd::Zero(stride_);
    Eigen::ArrayXd levels = Eigen::ArrayXd::Zero(n_);
    double constant = 0.0;
    double error = 0.0;
    const double terms = 32.0 * static_cast<double>(n_ + 2) * unit_roundoff;
    if (k >= 0) {
        rows[k] = side;
        levels[k] = level_weight * side;
        constant = -level_weight;
        error = error_[static_cast<std::size_t>(k)] + terms * 2.0 * level_weight;
    }
    for (Index i = 0; i < n_; ++i) {
        const auto at = static_cast<std::size_t>(i);
        double up = 0.0;
        double down = 0.0;
        if (scratch.upper_link[at] >= 0) {
            const double z = scratch.simplex.multiplier(scratch.upper_link[at]);
            up = std::max(z, 0.0);
            down = node.states[at] == only_free ? std::max(-z, 0.0) : 0.0;
        }
        if (scratch.lower_link[at] >= 0) {
            down = std::max(-scratch.simplex.multiplier(scratch.lower_link[at]), 0.0);
        }
        if (up == 0.0 && down == 0.0) {
            continue;
        }
        // up (most (1 + s) / 2 − r) >= 0 and down (r − least (1 − s) / 2) >= 0.
        const double high = 0.5 * node.most[at] * up;
        const double low = 0.5 * node.least[at] * down;
        rows[i] += down - up;
        levels[i] += high + low;
        constant += high - low;
        error += (up + down) * error_[at] + terms * 2.0 * (high - low);
    }
    for (Index i = 0; i < n_; ++i) {
        constant += rows[i] * node.load[static_cast<std::size_t>(i)];
    }
    double largest = constant;
    for (const Index j : scratch.open) {
        const double pull =
            (rows * Eigen::Map<const Eigen::ArrayXd>(column(j), stride_)).sum() + levels[j];
        largest += std::abs(pull);
    }
    return largest + error * (1.0 + 1e-9);
}

FaceRelaxation::Bound FaceRelaxation::bound_by_links(SearchNode& node,
                                                     RelaxationScratch& scratch) const {
    restrict_ranges(node);
    pose_links(node, scratch);
    DenseSimplex& simplex = scratch.simplex;
    auto p0 = simplex.pivots;
    const auto outcome = simplex.find_feasible();
    ++cnt.nodes; cnt.feasp += simplex.pivots - p0; cnt.infeas += outcome == DenseSimplex::Outcome::Infeasible; cnt.stop += outcome == DenseSimplex::Outcome::Stopped;
    if (outcome == DenseSimplex::Outcome::Infeasible &&
        largest_by_links(node, scratch, -1, 0.0) < 0.0) {
        return Bound::Excluded;
    }
    if (outcome != DenseSimplex::Outcome::Feasible) {
        return Bound::Open;
    }
    bool tightened = false;
    std::vector<std::pair<float, Index>> order;
    for (const Index i : scratch.open) {
        if (!is_decided(node.states[static_cast<std::size_t>(i)])) {
            order.emplace_back(branch_cost(node, scratch, i), i);
        }
    }
    std::sort(order.begin(), order.end());
    if (static_cast<int>(order.size()) > TK) {
        order.resize(static_cast<std::size_t>(TK));
    }
    for (const auto& [cost, i] : order) {
        const auto k = static_cast<std::size_t>(i);
        for (const StateSet state : {only_high, only_low}) {
            if (is_decided(node.states[k]) || (node.states[k] & state) == 0) {
                continue;
            }
            const bool high = state == only_high;
            const double side = high ? 1.0 : -1.0;
            const Index link = high ? scratch.upper_link[k] : scratch.lower_link[k];
            const Index own = scratch.column_of[k];
            // r = link's function ± range / 2 · s
            const double range = high ? node.most[k] : node.least[k];
            p0 = simplex.pivots; ++cnt.max;
            simplex.maximise({{link, side}, {own, side * (level_weight + 0.5 * std::abs(range))}},
                             enough_share * std::abs(range) + level_weight - side * node.load[k]);
            const double largest = largest_by_links(node, scratch, i, side);
            cnt.maxp += simplex.pivots - p0; cnt.removed += largest < 0; cnt.gained += largest < 0.95 * std::abs(range);
            if (largest >= std::abs(range)) {
                continue;
            }
            const bool removed = largest < 0.0;
            const double now = std::max(largest, 0.0);
            if (removed) {
                tightened = true;
                if (!restrict_to(node, i, static_cast<StateSet>(~state))) {
                    return Bound::Excluded;
                }
                if (is_saturated(node.states[k])) {
                    keep_basis(node, scratch);
                    return Bound::Tightened;  // the rows' constants have changed
                }
            }
            const double shift = 0.5 * (std::abs(range) - now);
            if (high && simplex.shift_row(link, own, shift, -infinity, 0.5 * now - node.load[k])) {
                node.most[k] = now;
            }
            if (!high && simplex.shift_row(link, own, shift, -0.5 * now - node.load[k], infinity)) {
                node.least[k] = -now;
            }
            if (removed) {
                const auto again = simplex.find_feasible();
                if (again == DenseSimplex::Outcome::Infeasible &&
                    largest_by_links(node, scratch, -1, 0.0) < 0.0) {
                    return Bound::Excluded;
                }
                if (again != DenseSimplex::Outcome::Feasible) {
                    keep_basis(node, scratch);
                    return Bound::Tightened;
                }
            }
        }
    }
    keep_basis(node, scratch);
    return tightened ? Bound::Tightened : Bound::Open;
}

}  // namespace resdyn
