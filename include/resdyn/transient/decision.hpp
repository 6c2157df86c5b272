/// @file
/// How a network comes to its decision: what the read-out V x_n + c already says after each layer,
/// which layer's answer is final, and how much every unit of every layer has added to it.
///
/// Evidence of unit i in layer n (residual networks), with A = identity for one matrix:
///
///     e_in = mean over samples of h [(VA)_{t,i} − mean over c ≠ t of (VA)_{c,i}] y_{n−1,i},
///
/// t the true class: what the unit adds to the lead of the true class's logit over the mean of the
/// others. The start adds the same of V x_0 + c, and all terms sum to the final lead exactly, up to
/// rounding. What it can miss: a unit whose evidence is large in each class but the same over all
/// samples adds nothing to a decision; the means over samples hide what inputs differ in. The idea
/// is that of F. Lagzi, arXiv:2101.03009. In float32; evidence.hpp has the same ledger sample by
/// sample in double.
#pragma once

#include <optional>
#include <vector>

#include <resdyn/transient/evidence.hpp>
#include <resdyn/transient/layer_sweep.hpp>

namespace resdyn {

/// A mean over samples with its standard error.
struct MeanWithError {
    double mean = 0.0;
    double standard_error = 0.0;
};
/// Of at least one value; the error of a single one is 0.
MeanWithError mean_with_error(const Vector& values);

/// What only a residual network has: logits that are a sum over layers.
struct LayerEvidence {
    double start = 0.0;  ///< share of the start in the final mean lead.
    Matrix by_unit;      ///< M×L: e_in, n = 1 … L.
    double lead = 0.0;   ///< mean over samples of logit_t − mean of the others, from the logits.
    /// max over samples and classes of |V x_0 + c + h Σ VA y_n − logits|, in float32.
    double rounding_residual = 0.0;
    /// What rounding may reach: 2 (N + M + L) ε max (|V||x_0| + |c| + h Σ |VA||y_n|), ε of float32.
    double rounding_bound = 0.0;
    Proportion accuracy_from_sum;   ///< argmax of h Σ VA y_n alone.
    Proportion accuracy_from_last;  ///< argmax of VA y_{L−1} alone.

    bool balances() const { return rounding_residual <= rounding_bound; }
};

struct DecisionReport {
    std::vector<Proportion> accuracy;   ///< L+1: of the read-out of x_n, n = 0 … L.
    std::vector<MeanWithError> margin;  ///< L+1: the true class's logit less the best other.
    Eigen::MatrixXi predictions;        ///< (L+1)×B: the class read out after each layer.
    /// L+1 matrices C×C: share of the samples of class i (row) read out as j (column) after layer
    /// n; rows of classes without samples are 0.
    std::vector<Matrix> trajectories;
    std::vector<Index>
        final_from;  ///< B: first layer from which on the answer stays the final one.
    std::vector<Index> final_count;  ///< L+1: samples whose decision is final from layer n on.
    MeanWithError final_layer;       ///< of final_from.
    std::optional<LayerEvidence> evidence;  ///< absent for a perceptron.
};

/// Watches a sweep from layer 0 to L.
class DecisionTracker {
  public:
    /// labels: B classes in 0 … C−1. Throws std::invalid_argument for other numbers or classes.
    DecisionTracker(const Network& network, const LayerSweep& sweep, const Eigen::VectorXi& labels);
    /// To be called once before the first layer and once after each.
    void observe(LayerSweep& sweep);
    /// After the last layer.
    DecisionReport report() const;

  private:
    void observe_evidence(const LayerSweep& sweep);

    Index depth_;
    Index classes_;
    Eigen::VectorXi labels_;
    const ResidualNetwork* residual_;
    std::vector<Eigen::MatrixXf> read_;  ///< VA by block; residual networks.
    Eigen::MatrixXf logits_;             ///< of the last layer seen.
    Eigen::MatrixXf sum_;                ///< C×B: h Σ VA y.
    Eigen::MatrixXf last_;               ///< C×B: VA y of the last layer.
    Eigen::MatrixXf start_;              ///< C×B: V x_0 + c.
    Eigen::MatrixXf magnitude_;          ///< C×B: |V||x_0| + |c| + h Σ |VA||y|.
    DecisionReport so_far_;
};

/// A sweep of its own. inputs: D×B.
DecisionReport decisions(const Network& network, const Eigen::MatrixXf& inputs,
                         const Eigen::VectorXi& labels, int threads = 0);

}  // namespace resdyn
