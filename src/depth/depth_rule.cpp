#include <resdyn/depth/depth_rule.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace resdyn {

namespace {

constexpr double share_rounding = 1e-12;  // of differences between shares

}  // namespace

std::string_view to_string(DepthChange change) {
    switch (change) {
        case DepthChange::Kept:
            return "kept";
        case DepthChange::Cut:
            return "cut";
        case DepthChange::Undone:
            return "undone";
        case DepthChange::Grown:
            return "grown";
        case DepthChange::Doubled:
            return "doubled";
    }
    return "?";
}

DepthRule::DepthRule(const DepthRuleOptions& options, Index depth, double floor)
    : options_(options), floor_(floor) {
    memory_.depth = depth;
    memory_.least = options.min_depth > 0 ? options.min_depth : std::min<Index>(2, depth);
    memory_.most = options.max_depth;
    memory_.stride = options.stride > 0 ? options.stride : depth;
}

bool DepthRule::may_cut(double accuracy) const {
    if (!options_.guard) {
        return true;
    }
    return memory_.checks > 0 && accuracy > floor_ + options_.allowance + share_rounding &&
           accuracy <= memory_.best_accuracy + options_.rise + share_rounding;
}

Index DepthRule::depth_to_cut_to(const DepthCheck& check) const {
    const Index depth = memory_.depth;
    const Index least = settled_depth(check.changes, options_.tolerance,
                                      std::max({memory_.least, depth - memory_.stride, Index{1}}));
    if (least == depth || !options_.guard || !check.accuracies_by_depth) {
        return least;
    }
    const std::vector<double> accuracy = check.accuracies_by_depth();
    const auto at = [&](Index n) { return accuracy[static_cast<std::size_t>(n)]; };
    Index cut = depth;
    while (cut > least && at(cut - 1) >= at(depth) - options_.cut_cost - share_rounding) {
        --cut;
    }
    return cut;
}

DepthDecision DepthRule::decide(const DepthCheck& check) {
    DepthMemory& m = memory_;
    DepthDecision decision{DepthChange::Kept, m.depth, false};
    const bool cuts = may_cut(check.accuracy);
    ++m.checks;
    if (m.pending) {
        const bool recovered = check.epoch >= m.fallback_epoch + options_.recovery;
        if (!recovered && check.epoch < check.epochs) {
            return decision;
        }
        m.pending = false;
        if (options_.guard &&
            check.accuracy < m.best_accuracy - options_.allowance - share_rounding) {
            if (m.fallback_depth > m.depth) {
                m.least = m.depth + 1;
                m.stride = std::max<Index>(1, (m.fallback_depth - m.depth) / 2);
            } else {
                m.most = m.fallback_depth;
            }
            m.depth = m.fallback_depth;
            m.settled = 0;
            m.moving = 0;
            return {DepthChange::Undone, m.depth, false};
        }
        decision.accepted = true;
    }
    if (std::isfinite(check.accuracy)) {
        m.best_accuracy = std::max(m.best_accuracy, check.accuracy);
    }
    const double r = check.changes.back();
    m.settled = r < options_.tolerance ? m.settled + 1 : 0;
    m.moving = r >= options_.grow_factor * options_.tolerance ? m.moving + 1 : 0;
    if (check.epoch + options_.recovery > check.epochs) {
        return decision;
    }
    const bool at_stake = cuts && m.settled >= options_.patience;
    const Index cut = at_stake ? depth_to_cut_to(check) : m.depth;
    if (cut < m.depth) {
        decision.change = DepthChange::Cut;
        decision.depth = cut;
    } else if (m.moving >= options_.patience && m.depth < m.most) {
        decision.change = DepthChange::Grown;
        decision.depth = m.depth + 1;
    }
    if (decision.change != DepthChange::Kept) {
        m.pending = true;
        m.fallback_depth = m.depth;
        m.fallback_epoch = check.epoch;
        m.depth = decision.depth;
        m.settled = 0;
        m.moving = 0;
    }
    return decision;
}

}  // namespace resdyn
