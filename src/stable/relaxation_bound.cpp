// The second proof of face_relaxation.hpp: several rows together, and the choice of the next unit.
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "equilibria/rounding.hpp"
#include "face_relaxation.hpp"

namespace resdyn {

namespace {

using FastArray = Eigen::Map<Eigen::ArrayXf>;
using ConstFastArray = Eigen::Map<const Eigen::ArrayXf>;

/// Sweeps of coordinate descent at a node. More exclude more and cost more: 4 took least time on
/// Gaussian weights of 36 and 40 units (2 and 8 took 1.05 to 1.25 times as long).
constexpr int max_sweeps = 4;

}  // namespace

/// Minimises ½ Σ z_i² over the open s in [−1, 1], where z_i is −r_i cut to the signs that the row's
/// states allow, and tries the multipliers that come up.
FaceRelaxation::Bound FaceRelaxation::bound(SearchNode& node, RelaxationScratch& scratch) const {
    constexpr float unlimited = std::numeric_limits<float>::max();
    for (Index i = 0; i < n_; ++i) {
        const auto k = static_cast<std::size_t>(i);
        const StateSet states = node.states[k];
        scratch.z_max[k] = (states & only_low) == 0 ? unlimited : 0.0F;
        scratch.z_min[k] = (states & only_high) == 0 ? -unlimited : 0.0F;
    }
    const ConstFastArray z_min(scratch.z_min.data(), stride_);
    const ConstFastArray z_max(scratch.z_max.data(), stride_);
    FastArray r(scratch.residual.data(), stride_);
    FastArray z(scratch.multipliers.data(), stride_);
    const Eigen::Map<const Eigen::ArrayXd> load(node.load.data(), stride_);
    r = load.cast<float>();
    for (const Index j : scratch.open) {
        r += node.point[static_cast<std::size_t>(j)] * ConstFastArray(fast_column(j), stride_);
    }
    for (int sweep = 0;; ++sweep) {
        z = (-r).max(z_min).min(z_max);
        const float violation = z.square().sum();
        float largest = (z * load.cast<float>()).sum();
        float strongest = 0.0F;
        for (const Index j : scratch.open) {
            const float pull = (z * ConstFastArray(fast_column(j), stride_)).sum();
            scratch.pull[static_cast<std::size_t>(j)] = pull;
            largest += std::abs(pull);
            strongest = std::max(strongest, std::abs(pull));
        }
        // Worth a proof: the point is off, and the sum is negative, or would be with one unit
        // moved.
        if (violation > 0.0F && largest < 2.0F * strongest) {
            const Bound outcome = certify(node, scratch);
            if (outcome != Bound::Open) {
                return outcome;
            }
        }
        if (sweep == max_sweeps - 1 || violation == 0.0F) {
            return Bound::Open;
        }
        for (const Index j : scratch.open) {
            const ConstFastArray w(fast_column(j), stride_);
            z = (-r).max(z_min).min(z_max);
            const float slope = (z * w).sum();
            const float curvature = (z != 0.0F).select(w.square(), 0.0F).sum();
            if (!(curvature > 0.0F)) {
                continue;
            }
            float& s = node.point[static_cast<std::size_t>(j)];
            const float moved = std::clamp(s + slope / curvature, -1.0F, 1.0F);
            r += (moved - s) * w;
            s = moved;
        }
    }
}

/// The proof in double: largest Σ z_i r_i over the open units, and without each unit's better end.
FaceRelaxation::Bound FaceRelaxation::certify(SearchNode& node,
                                              const RelaxationScratch& scratch) const {
    double largest = 0.0;
    double error = 0.0;
    Eigen::ArrayXd z(stride_);
    for (Index i = 0; i < stride_; ++i) {
        const auto k = static_cast<std::size_t>(i);
        z[i] = static_cast<double>(scratch.multipliers[k]);
        largest += z[i] * node.load[k];
        error += std::abs(z[i]) * error_[k];
    }
    std::vector<double> pull;
    pull.reserve(scratch.open.size());
    for (const Index j : scratch.open) {
        pull.push_back((z * Eigen::Map<const Eigen::ArrayXd>(column(j), stride_)).sum());
        largest += std::abs(pull.back());
    }
    error *= 1.0 + 1e-9;  // its own rounding
    const auto note = [&](Index unit, UnitState removed) {
        if (scratch.steps == nullptr) {
            return;
        }
        ProofStep step{unit, removed};
        const Eigen::ArrayXd kept = shortened(node, z, unit, removed);
        for (Index i = 0; i < n_; ++i) {
            if (kept[i] != 0.0) {
                step.multipliers.emplace_back(i, kept[i]);
            }
        }
        scratch.steps->push_back(std::move(step));
    };
    if (largest < -error) {
        note(-1, UnitState::Low);
        return Bound::Excluded;
    }
    bool tightened = false;
    for (std::size_t k = 0; k < pull.size(); ++k) {
        if (largest - 2 * std::abs(pull[k]) >= -error) {
            continue;
        }
        const Index j = scratch.open[k];
        const auto opposite = pull[k] > 0 ? only_low : only_high;
        if ((node.states[static_cast<std::size_t>(j)] & opposite) != 0) {
            note(j, opposite == only_low ? UnitState::Low : UnitState::High);
            if (!restrict_to(node, j, static_cast<StateSet>(~opposite))) {
                return Bound::Excluded;
            }
            tightened = true;
        }
    }
    return tightened ? Bound::Tightened : Bound::Open;
}

/// Do the multipliers give up the node with `unit` at the level `removed` (unit −1: as it is)?
bool FaceRelaxation::give_up(const SearchNode& node, const Eigen::ArrayXd& z, Index unit,
                             UnitState removed) const {
    double largest = 0.0;
    double error = 0.0;
    for (Index i = 0; i < stride_; ++i) {
        const auto k = static_cast<std::size_t>(i);
        largest += z[i] * node.load[k];
        error += std::abs(z[i]) * error_[k];
    }
    for (Index j = 0; j < n_; ++j) {
        if (is_saturated(node.states[static_cast<std::size_t>(j)])) {
            continue;
        }
        const double pull = (z * Eigen::Map<const Eigen::ArrayXd>(column(j), stride_)).sum();
        largest += j != unit ? std::abs(pull) : removed == UnitState::High ? pull : -pull;
    }
    return largest < -error * (1.0 + 1e-9);
}

/// Whole multipliers of the fewest bits tried that prove the same: evidence is kept in large
/// numbers. The given ones if none does.
Eigen::ArrayXd FaceRelaxation::shortened(const SearchNode& node, const Eigen::ArrayXd& z,
                                         Index unit, UnitState removed) const {
    const double largest = z.abs().maxCoeff();
    for (const int bits : {2, 3, 4, 5, 6, 8, 10, 13, 17, 22, 30}) {
        const Eigen::ArrayXd rounded = (z * ((std::ldexp(1.0, bits) - 1.0) / largest)).round();
        if (give_up(node, rounded, unit, removed)) {
            return rounded;
        }
    }
    return z;
}

/// Σ over the unit's states of 1 / (its own row's violation² + the cost of moving it there), in the
/// relaxation's point: least where all its states raise the violation.
float FaceRelaxation::branch_cost(const SearchNode& node, const RelaxationScratch& scratch,
                                  Index unit) const {
    const auto k = static_cast<std::size_t>(unit);
    const StateSet states = node.states[k];
    const float own = fast_column(unit)[unit];
    const float s = node.point[k];
    const float others = scratch.residual[k] - own * s;
    const float stiffness = 0.25F * column_square_[k];
    constexpr float floor = 1e-3F;
    const auto cost = [&](float violation, float move) {
        const float off = std::max(violation, 0.0F);
        return 1.0F / (off * off + stiffness * move * move + floor);
    };
    float sum = 0.0F;
    if ((states & only_high) != 0) {
        sum += cost(-(others + own), 1.0F - s);
    }
    if ((states & only_low) != 0) {
        sum += cost(others - own, 1.0F + s);
    }
    if ((states & only_free) != 0) {
        sum += cost(std::abs(scratch.residual[k]), 0.0F);
    }
    return sum;
}

/// The unit whose states would all raise the violation.
Index FaceRelaxation::branch_unit(const SearchNode& node, const RelaxationScratch& scratch) const {
    Index best = -1;
    float least = std::numeric_limits<float>::max();
    for (const Index j : scratch.open) {
        if (is_decided(node.states[static_cast<std::size_t>(j)])) {
            continue;
        }
        const float sum = branch_cost(node, scratch, j);
        if (best < 0 || sum < least) {
            least = sum;
            best = j;
        }
    }
    return best;
}

}  // namespace resdyn
