/// @file
/// Depth that adjusts itself while a network is trained: when to cut, when to take a cut back, when
/// to grow.
///
/// At a check, r_n = reduce over the train sample of ‖y_{n−1} − y_{n−2}‖ is known for all n. After
/// `patience` checks with r_L < tolerance in a row, the last layer is dropped while r_L < tolerance
/// and L > min_depth, and training goes on. Small changes of the residual are slow, not settled,
/// and the accuracy on held-out samples is what notices. This guard
///  - waits: no cut before the accuracy is above `floor`, what knowing the inputs adds nothing to,
///    nor while it rises by more than `rise` above the best of the checks before;
///  - tries: one pass reads out the same weights after every layer, and a cut goes no further than
///    where that costs `cut_cost`. What a cut costs cannot hide behind what training gains;
///  - judges: at the first check `recovery` or more epochs after a change. If the accuracy is then
///    more than `allowance` below the best of any check before the change, the whole training state
///    from before it is put back, that depth is not tried again, and the next cut takes half as
///    many layers at most. No change is made that could not be judged before the run ends.
/// A network that loses its last layers also loses the time hL in which its residuals move, and
/// with it accuracy that no training brings back; with keep_time it loses resolution only. So the
/// network that a run ends with is never more than `allowance` worse on the held-out samples than
/// the best that was kept at any check.
///
/// What it cannot see: accuracy that more layers would have won later, by a network that was cut on
/// a plateau and would have left it. The limit of layers a cut (`stride`) leaves time to leave it;
/// compare with a twin of fixed depth there. Reference: F. Lagzi,
/// T. Ball, J. Boedecker, "Compact representations and pruning in residual networks", NIPS 2018
/// workshop on compact networks, gives the criterion; guard and growth are added here.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include <resdyn/transient/residual_change.hpp>

namespace resdyn {

struct DepthRuleOptions {
    bool enabled = false;
    ChangeNorm norm = ChangeNorm::Rms;
    SampleReduction reduction = SampleReduction::Q95;
    double tolerance = 0.01;  ///< on r_L, in units of the norm; > 0.
    Index patience = 1;       ///< checks below it in a row before a cut, >= 1.
    Index every = 1;          ///< epochs between checks, >= 1.
    Index min_depth = 0;  ///< never fewer layers, 1 … the depth to start from; 0: 2, or 1 there.
    Index stride = 3;     ///< most layers that one cut takes, >= 0; 0: no limit.
    bool guard = true;    ///< wait, try and judge by held-out samples, which must be there.
    double rise = 0.02;   ///< of the accuracy from check to check while which no cut is made …
    double cut_cost = 0.01;    ///< … what a cut may cost of it at once (1: no limit) …
    double allowance = 0.005;  ///< … and after the recovery; all three in [0, 1].
    Index recovery = 1;        ///< epochs of training before a change is judged, >= 1.
    /// Grow by one layer after `patience` checks in a row with r_L >= grow_factor · tolerance, up
    /// to this depth; 0: never.
    Index max_depth = 0;
    double grow_factor = 4.0;  ///< > 1, so that what has grown is not cut at once.
    /// The total time hL stays: a change of depth changes the step with it, and of weights that
    /// differ by layer those go that lie evenly between others, not the last. A cut is then tried
    /// on the coarser network. Residual networks only.
    bool keep_time = false;
};

/// What became of the depth at the end of an epoch.
enum class DepthChange {
    Kept,
    Cut,      ///< to be judged after the recovery.
    Undone,   ///< the last change cost too much: the state before it is back.
    Grown,    ///< to be judged after the recovery.
    Doubled,  ///< not by this rule: a training that doubles its layers (learning/growth.hpp).
};
/// "kept", "cut", "undone", "grown", "doubled".
std::string_view to_string(DepthChange change);

/// What the rule remembers between checks, beside the state to go back to.
struct DepthMemory {
    Index depth = 0;           ///< of the network in training.
    Index settled = 0;         ///< checks in a row below the tolerance.
    Index moving = 0;          ///< checks in a row above grow_factor times it.
    Index least = 0;           ///< no cut below: raised when one is undone.
    Index most = 0;            ///< no growth above: lowered when one is undone.
    Index stride = 0;          ///< layers that a cut may take: half of an undone cut's.
    Index checks = 0;          ///< so far.
    bool pending = false;      ///< a change waits for its judgement.
    Index fallback_depth = 0;  ///< before that change.
    Index fallback_epoch = 0;
    double best_accuracy = 0.0;  ///< held out, of any check before, but for what was not kept.
};

/// What is known at a check.
struct DepthCheck {
    Index epoch = 0;
    Index epochs = 0;             ///< of the run.
    std::vector<double> changes;  ///< r_0 … r_L (residual_changes).
    double accuracy = 0.0;        ///< on the held-out samples.
    /// On them, of the read-out after 0 … L layers, or with keep_time of the networks of so many
    /// layers (none: the read-out of x_0); asked for where a cut is at stake. Empty: a cut is made
    /// untried.
    std::function<std::vector<double>()> accuracies_by_depth{};
};

/// What a check leads to.
struct DepthDecision {
    DepthChange change = DepthChange::Kept;
    Index depth = 0;        ///< to go on with.
    bool accepted = false;  ///< a pending change was judged and stays.
};

class DepthRule {
  public:
    /// `floor`: held-out accuracy of always naming the most frequent class.
    DepthRule(const DepthRuleOptions& options, Index depth, double floor = 0.0);

    bool is_check(Index epoch, Index epochs) const {
        return options_.enabled && (epoch % options_.every == 0 || epoch == epochs);
    }
    DepthDecision decide(const DepthCheck& check);

    const DepthMemory& memory() const { return memory_; }
    void restore(const DepthMemory& memory) { memory_ = memory; }

  private:
    bool may_cut(double accuracy) const;
    Index depth_to_cut_to(const DepthCheck& check) const;

    DepthRuleOptions options_;
    double floor_;
    DepthMemory memory_;
};

}  // namespace resdyn
