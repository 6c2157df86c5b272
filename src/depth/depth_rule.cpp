#include <resdyn/depth/depth_rule.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include <resdyn/core/error.hpp>

namespace resdyn {

namespace {

void need_share(const char* field, double value) {
    if (!(value >= 0 && value <= 1)) {
        reject_argument(field, "a share from 0 to 1", fmt::format("{}", value));
    }
}

constexpr double rounding = 1e-12;  // of differences between shares

}  // namespace

void validate(const DepthRuleOptions& options, Index depth, bool has_held_out) {
    if (!options.enabled) {
        return;
    }
    if (!(options.tolerance > 0) || !std::isfinite(options.tolerance)) {
        reject_argument("depth tolerance", "a finite number > 0",
                        fmt::format("{}", options.tolerance));
    }
    require_at_least("depth patience", options.patience, 1);
    require_at_least("depth interval", options.every, 1);
    if (options.min_depth < 0 || options.min_depth > depth) {
        reject_argument("minimum depth", fmt::format("1 to {}, the depth to start from", depth),
                        fmt::format("{}", options.min_depth));
    }
    require_at_least("depth stride", options.stride, 0);
    require_at_least("depth recovery", options.recovery, 1);
    need_share("accuracy allowance", options.allowance);
    need_share("cost of a cut", options.cut_cost);
    need_share("rise of the accuracy", options.rise);
    if (options.guard && !has_held_out) {
        reject_argument("adjusting depth", "held-out samples for the accuracy guard to judge by",
                        "none");
    }
    if (options.max_depth != 0 && options.max_depth < depth) {
        reject_argument("maximum depth",
                        fmt::format("0 (no growth) or at least {}, the depth to start from", depth),
                        fmt::format("{}", options.max_depth));
    }
    if (!(options.grow_factor > 1) || !std::isfinite(options.grow_factor)) {
        reject_argument("growth factor", "a finite number > 1",
                        fmt::format("{}", options.grow_factor));
    }
}

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
    return memory_.checks > 0 && accuracy > floor_ + options_.allowance + rounding &&
           accuracy <= memory_.best_accuracy + options_.rise + rounding;
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
    while (cut > least && at(cut - 1) >= at(depth) - options_.cut_cost - rounding) {
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
        if (options_.guard && check.accuracy < m.best_accuracy - options_.allowance - rounding) {
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
