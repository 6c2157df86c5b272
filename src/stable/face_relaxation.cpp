#include "face_relaxation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include <resdyn/core/error.hpp>

#include "equilibria/exact_weights.hpp"
#include "equilibria/rounding.hpp"

namespace resdyn {

namespace {

using FastArray = Eigen::Map<Eigen::ArrayXf>;

constexpr Index max_dimension = 1024;  // a root, with arrays of N numbers, for every unit

/// Is every partial sum of these doubles exact? They are whole multiples of one power of two, and
/// the sum of their sizes, in that unit, has fewer than 51 bits.
bool sums_are_exact(const std::vector<double>& terms) {
    double total = 0.0;
    int lowest = std::numeric_limits<int>::max();
    for (const double term : terms) {
        if (term == 0.0) {
            continue;
        }
        total += std::abs(term);
        int exponent = 0;
        const double fraction = std::frexp(term, &exponent);
        auto mantissa = static_cast<std::int64_t>(std::ldexp(fraction, 53));
        int last_bit = exponent - 53;
        while (mantissa % 2 == 0) {
            mantissa /= 2;
            ++last_bit;
        }
        lowest = std::min(lowest, last_bit);
    }
    return total == 0.0 || std::ldexp(total, -lowest) < 0x1p50;
}

}  // namespace

FaceRelaxation::FaceRelaxation(const ResidualSystem& system, Rules rules)
    : n_(system.dimension()), rules_(rules) {
    require_bounded(rules_.caller, system.activation());
    if (n_ < 1 || n_ > max_dimension) {
        reject_argument(rules_.caller, fmt::format("1 to {} units", max_dimension),
                        fmt::format("{}", n_));
    }
    const Levels range = levels(system.activation());
    low_ = static_cast<int>(range.low);
    high_ = static_cast<int>(range.high);
    symmetric_cube_ = low_ == -high_;
    exact_ = exact_weights(system);

    constexpr Index lanes = 16;
    stride_ = (n_ + lanes - 1) / lanes * lanes;
    const auto cells = static_cast<std::size_t>(stride_ * n_);
    const auto rows = static_cast<std::size_t>(stride_);
    weights_.assign(cells, 0.0);
    fast_weights_.assign(cells, 0.0F);
    constant_.assign(rows, 0.0);
    total_.assign(rows, 0.0);
    row_error_.assign(rows, 0.0);
    error_.assign(rows, 0.0);
    column_square_.assign(static_cast<std::size_t>(n_), 0.0F);
    self_sign_.assign(static_cast<std::size_t>(n_), 0);
    const double half_width = 0.5 * (high_ - low_);  // powers of two, or 0
    const double centre = 0.5 * (high_ + low_);
    for (Index i = 0; i < n_; ++i) {
        exact::Integer largest = 0;
        for (Index j = 0; j < n_; ++j) {
            largest = std::max<exact::Integer>(largest, abs(exact_.entries(i, j)));
        }
        const exact::Integer scale = exact::Integer(1) << (largest == 0 ? 0 : msb(largest));
        bool rounded = false;
        std::vector<double> terms;
        for (Index j = 0; j < n_; ++j) {
            const exact::Integer& entry = exact_.entries(i, j);
            const double weight = exact::quotient(entry, scale);
            if (entry != 0) {
                const exact::Integer size = abs(entry);
                rounded = rounded || msb(size) - lsb(size) > 52 ||
                          std::abs(weight) < std::numeric_limits<double>::min() * 2;
            }
            const double w = half_width * weight;
            weights_[static_cast<std::size_t>(j * stride_ + i)] = w;
            fast_weights_[static_cast<std::size_t>(j * stride_ + i)] = static_cast<float>(w);
            const auto k = static_cast<std::size_t>(i);
            constant_[k] += centre * weight;
            total_[k] += std::abs(w);
            column_square_[static_cast<std::size_t>(j)] += static_cast<float>(w * w);
            terms.push_back(w);
            terms.push_back(centre * weight);
        }
        const auto k = static_cast<std::size_t>(i);
        self_sign_[k] = exact::sign(exact_.entries(i, i));
        // load and slack are sums of at most 3N + 4 terms whose partial sums stay below twice the
        // total, and a sum of rows adds two passes more of N + 1: below 13 N + 30 roundings, with
        // that of the weight itself. The last term is for underflow.
        error_[k] = 32.0 * static_cast<double>(n_ + 2) * unit_roundoff * total_[k] + 1e-300;
        row_error_[k] = !rounded && sums_are_exact(terms) ? 0.0 : error_[k];
    }
}

RelaxationScratch FaceRelaxation::scratch() const {
    RelaxationScratch scratch;
    for (std::vector<float>* array :
         {&scratch.residual, &scratch.multipliers, &scratch.z_min, &scratch.z_max}) {
        array->assign(static_cast<std::size_t>(stride_), 0.0F);
    }
    scratch.pull.assign(static_cast<std::size_t>(n_), 0.0F);
    return scratch;
}

double FaceRelaxation::work(std::uint64_t nodes, const RelaxationScratch& scratch) const {
    /// As many cells of a tableau are changed while a node of 32 units is looked at without one.
    constexpr double cells_per_node = 85e3;
    return static_cast<double>(nodes) * row_cost() +
           static_cast<double>(scratch.program.simplex.cells) / cells_per_node;
}

/// Is a row that must be > 0 (>= 0 where rows may be closed) refuted by its largest value?
bool FaceRelaxation::out_of_reach(double largest, double error) const {
    return rules_.closed ? largest < -error : largest <= -error;
}

/// Leaves only `states` to the unit. False if that leaves none.
bool FaceRelaxation::restrict_to(SearchNode& node, Index unit, StateSet states) const {
    const auto k = static_cast<std::size_t>(unit);
    const StateSet before = node.states[k];
    const auto after = static_cast<StateSet>(before & states);
    if (after == before) {
        return true;
    }
    node.states[k] = after;
    if (after == 0) {
        return false;
    }
    if (is_decided(after)) {
        --node.undecided;
    }
    if (is_saturated(after)) {
        const double s = after == only_high ? 1.0 : -1.0;
        const double* w = column(unit);
        for (Index i = 0; i < stride_; ++i) {
            node.load[static_cast<std::size_t>(i)] += s * w[i];
            node.slack[static_cast<std::size_t>(i)] -= std::abs(w[i]);
        }
        node.point[k] = static_cast<float>(s);
    }
    return true;
}

SearchNode FaceRelaxation::child(const SearchNode& node, Index unit, StateSet states) const {
    SearchNode next = node;
    restrict_to(next, unit, states);
    return next;
}

std::vector<SearchNode> FaceRelaxation::children(const SearchNode& node,
                                                 Branching branching) const {
    const auto [unit, apart] = branching;
    const StateSet left = node.states[static_cast<std::size_t>(unit)];
    if (apart != 0) {
        return {child(node, unit, apart), child(node, unit, left & static_cast<StateSet>(~apart))};
    }
    std::vector<SearchNode> result;
    for (const StateSet state : {only_low, only_high, only_free}) {
        if ((left & state) != 0) {
            result.push_back(child(node, unit, state));
        }
    }
    return result;
}

namespace {

UnitState unit_state(StateSet state) {
    return state == only_low    ? UnitState::Low
           : state == only_high ? UnitState::High
                                : UnitState::Free;
}

/// Notes that `row` alone, which would have to be >= 0 (`up`) or <= 0, takes `removed` from `unit`;
/// unit −1: that it gives up the node.
void note_row(RelaxationScratch& scratch, Index unit, StateSet removed, Index row, bool up) {
    if (scratch.steps != nullptr) {
        scratch.steps->push_back({unit, unit_state(removed), {{row, up ? 1.0 : -1.0}}});
    }
}

}  // namespace

/// One row at a time, until nothing changes. False if some unit has no state left.
bool FaceRelaxation::propagate(SearchNode& node, RelaxationScratch& scratch) const {
    for (bool again = true; again;) {
        again = false;
        for (Index i = 0; i < n_; ++i) {
            const auto k = static_cast<std::size_t>(i);
            const StateSet states = node.states[k];
            const double load = node.load[k];
            const double error = row_error_[k];
            if (is_saturated(states)) {
                const bool high = states == only_high;
                if (out_of_reach((high ? load : -load) + node.slack[k], error)) {
                    note_row(scratch, -1, 0, i, high);
                    return false;
                }
                continue;
            }
            // What the others can add, and what the unit adds itself when it is saturated.
            const double own = weights_[static_cast<std::size_t>(i * stride_ + i)];
            const double reach = node.slack[k] - std::abs(own) + own;
            StateSet possible = states;
            const auto remove = [&](StateSet state, bool up) {
                if ((possible & state) != 0) {
                    possible &= static_cast<StateSet>(~state);
                    note_row(scratch, i, state, i, up);
                }
            };
            if (out_of_reach(load + reach, error)) {
                remove(only_high, true);
            }
            if (out_of_reach(-load + reach, error)) {
                remove(only_low, false);
            }
            if (std::abs(load) - node.slack[k] > error) {
                remove(only_free, load < 0);
            }
            if (possible != states) {
                if (!restrict_to(node, i, possible)) {
                    return false;
                }
                again = true;
            }
        }
        if (again) {
            continue;
        }
        for (Index i = 0; i < n_; ++i) {
            const auto k = static_cast<std::size_t>(i);
            if (!is_saturated(node.states[k])) {
                continue;
            }
            const double side = node.states[k] == only_high ? 1.0 : -1.0;
            for (Index j = 0; j < n_; ++j) {
                const double w = side * weights_[static_cast<std::size_t>(j * stride_ + i)];
                if (is_saturated(node.states[static_cast<std::size_t>(j)]) ||
                    !out_of_reach(side * node.load[k] + node.slack[k] - 2 * std::abs(w),
                                  row_error_[k])) {
                    continue;
                }
                const auto opposite = w > 0 ? only_low : only_high;
                const StateSet before = node.states[static_cast<std::size_t>(j)];
                if ((before & opposite) != 0) {
                    note_row(scratch, j, opposite, i, side > 0);
                }
                if (!restrict_to(node, j, static_cast<StateSet>(~opposite))) {
                    return false;
                }
                again = again || before != node.states[static_cast<std::size_t>(j)];
            }
        }
    }
    return true;
}

/// A stable free block has a negative trace Σ g_i w_ii, one without unstable eigenvalues at most 0:
/// while no unit that may be Free inhibits itself, Free is left only to w_ii = 0, and only where
/// rows are closed.
bool FaceRelaxation::restrict_by_trace(SearchNode& node, RelaxationScratch& scratch) const {
    if (!rules_.stable) {
        return true;
    }
    for (Index i = 0; i < n_; ++i) {
        const auto k = static_cast<std::size_t>(i);
        if (self_sign_[k] < 0 && (node.states[k] & only_free) != 0) {
            return true;
        }
    }
    for (Index i = 0; i < n_; ++i) {
        const auto k = static_cast<std::size_t>(i);
        if ((rules_.closed && self_sign_[k] <= 0) || (node.states[k] & only_free) == 0) {
            continue;
        }
        if (scratch.steps != nullptr) {
            scratch.steps->push_back({i, UnitState::Free});
        }
        if (!restrict_to(node, i, only_low | only_high)) {
            return false;
        }
    }
    return true;
}

NodeVerdict FaceRelaxation::look(SearchNode& node, RelaxationScratch& scratch) const {
    scratch.is_posed = false;
    for (;;) {
        if (!propagate(node, scratch)) {
            return NodeVerdict::ExcludedByRow;
        }
        if (rules_.faces) {
            const Index before = node.undecided;
            if (!restrict_by_trace(node, scratch)) {
                return NodeVerdict::ExcludedByTrace;
            }
            if (node.undecided != before) {
                continue;
            }
        }
        scratch.open.clear();
        for (Index j = 0; j < n_; ++j) {
            if (!is_saturated(node.states[static_cast<std::size_t>(j)])) {
                scratch.open.push_back(j);
            }
        }
        if (scratch.open.empty()) {
            return NodeVerdict::Leaf;
        }
        const Bound outcome = bound(node, scratch);
        if (outcome == Bound::Excluded) {
            return NodeVerdict::ExcludedByRows;
        }
        if (outcome == Bound::Tightened) {
            continue;
        }
        if (!rules_.links || node.undecided == 0) {
            break;
        }
        const Bound linked = bound_by_links(node, scratch);
        if (linked == Bound::Excluded) {
            return NodeVerdict::ExcludedByRows;
        }
        if (linked == Bound::Tightened) {
            continue;
        }
        const Bound ahead = look_ahead(node, scratch);
        if (ahead == Bound::Excluded) {
            return NodeVerdict::ExcludedByRows;
        }
        if (ahead == Bound::Open) {
            return NodeVerdict::Branch;
        }
    }
    if (node.undecided == 0) {
        return NodeVerdict::Leaf;
    }
    scratch.branching = {branch_unit(node, scratch)};
    return NodeVerdict::Branch;
}

Pattern FaceRelaxation::pattern(const SearchNode& node) {
    Pattern pattern;
    for (const StateSet states : node.states) {
        pattern.states.push_back(unit_state(states));
    }
    return pattern;
}

int FaceRelaxation::row_sign(const SearchNode& leaf, Index row, bool& exact) const {
    const auto k = static_cast<std::size_t>(row);
    const double load = leaf.load[k];
    if (std::abs(load) > row_error_[k]) {
        return load > 0 ? 1 : -1;
    }
    if (row_error_[k] == 0.0) {
        return 0;
    }
    exact = true;
    exact::Integer sum = 0;
    for (Index j = 0; j < n_; ++j) {
        sum += exact_.entries(row, j) *
               (leaf.states[static_cast<std::size_t>(j)] == only_low ? low_ : high_);
    }
    return exact::sign(sum);
}

}  // namespace resdyn
