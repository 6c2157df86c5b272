/// @file
/// Depth that adjusts itself while a network is trained: when to cut, when to take a cut back, when
/// to grow.
///
/// At a check, r_n = reduce over the train sample of ‖y_{n−1} − y_{n−2}‖ is known for all n. After
/// `patience` checks with r_L < tolerance in a row, the last layer is dropped while r_L < tolerance
/// and L > min_depth, and training goes on. The next check judges: if the held-out accuracy is more
/// than `allowance` below the best of any earlier epoch, the whole training state from before the
/// change is put back, that depth is not tried again, and the next cut takes half as many layers at
/// most. So the network that a run ends with is never more than `allowance` worse on the held-out
/// samples than the best it has had: small changes of the residual are slow, not settled, and this
/// guard is what notices.
///
/// While the accuracy still rises, what a cut costs hides behind what training gains. So the guard
/// allows a cut only where the accuracy has levelled off: it is above `floor`, what knowing the
/// inputs adds nothing to, and at most `allowance` above the best of the checks before. What it
/// cannot see: a network that stays long on a plateau and would have left it with more layers.
/// Compare with a twin of fixed depth there. Reference: F. Lagzi, T. Ball, J. Boedecker, "Compact
/// representations and pruning in residual networks", NIPS 2018 workshop on compact networks, gives
/// the criterion; guard and growth are added here.
#pragma once

#include <string_view>
#include <vector>

#include <resdyn/transient/residual_change.hpp>

namespace resdyn {

struct DepthRuleOptions {
    bool enabled = false;
    ChangeNorm norm = ChangeNorm::Rms;
    SampleReduction reduction = SampleReduction::Q95;
    double tolerance = 0.01;   ///< on r_L, in units of the norm; > 0.
    Index patience = 1;        ///< checks below it in a row before a cut, >= 1.
    Index every = 1;           ///< epochs between checks, >= 1.
    Index min_depth = 2;       ///< never fewer layers, >= 1 and at most the depth to start from.
    double allowance = 0.005;  ///< held-out accuracy that a change may cost; in [0, 1].
    bool guard = true;         ///< wait for and judge by held-out samples, which must be there.
    /// Grow by one layer after `patience` checks in a row with r_L >= grow_factor · tolerance, up
    /// to this depth; 0: never.
    Index max_depth = 0;
    double grow_factor = 4.0;  ///< > 1, so that what has grown is not cut at once.
};

/// Throws std::invalid_argument naming the option out of range, or that held-out samples are
/// missing while the guard is on.
void validate(const DepthRuleOptions& options, Index depth, bool has_held_out);

/// What became of the depth at the end of an epoch.
enum class DepthChange {
    Kept,
    Cut,     ///< to be judged at the next check.
    Undone,  ///< the last change cost too much: the state before it is back.
    Grown,   ///< to be judged at the next check.
};
/// "kept", "cut", "undone", "grown".
std::string_view to_string(DepthChange change);

/// What the rule remembers between checks, beside the state to go back to.
struct DepthMemory {
    Index depth = 0;           ///< of the network in training.
    Index settled = 0;         ///< checks in a row below the tolerance.
    Index moving = 0;          ///< checks in a row above grow_factor times it.
    Index least = 0;           ///< no cut below: raised when one is undone.
    Index most = 0;            ///< no growth above: lowered when one is undone.
    Index stride = 0;          ///< layers that a cut may take: halved when one is undone.
    Index checks = 0;          ///< so far.
    bool pending = false;      ///< a change waits for its judgement.
    Index fallback_depth = 0;  ///< before that change.
    Index fallback_epoch = 0;
    double best_accuracy = 0.0;  ///< held out, of any check before.
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
    /// At a check: `changes` are r_0 … r_L (residual_changes), `accuracy` is on the held-out
    /// samples. `may_change`: false at the last epoch, when nothing is left to train.
    DepthDecision decide(const std::vector<double>& changes, double accuracy, Index epoch,
                         bool may_change);

    const DepthMemory& memory() const { return memory_; }
    void restore(const DepthMemory& memory) { memory_ = memory; }

  private:
    bool has_levelled_off(double accuracy) const;

    DepthRuleOptions options_;
    double floor_;
    DepthMemory memory_;
};

}  // namespace resdyn
