/// @file
/// How much the residual changes from one layer to the next: the measure that says whether the
/// dynamics have settled (doc/theory.md §11.1).
///
///     r_n = reduce over samples of ‖y_{n−1} − y_{n−2}‖,   n = 2 … L
///
/// is what the last two layers of the network cut to n layers differ by. Small r_n means slow, not
/// settled: a passage near a saddle is slow too, and goes on.
#pragma once

#include <string_view>
#include <vector>

#include <resdyn/transient/layer_sweep.hpp>

namespace resdyn {

/// Norm over the units.
enum class ChangeNorm {
    Two,  ///< ‖·‖₂; grows with √M.
    Rms,  ///< ‖·‖₂ / √M: comparable between widths, in units of f.
    Inf,  ///< the unit that changes most.
};
/// "2", "rms", "inf".
std::string_view to_string(ChangeNorm norm);

/// Reduction over the samples.
enum class SampleReduction {
    Mean,
    Q95,  ///< smallest value that at least 95 % of the samples do not exceed.
    Max,
};
/// "mean", "q95", "max".
std::string_view to_string(SampleReduction reduction);

/// Of at least one value.
double reduce(const Vector& values, SampleReduction reduction);

/// Watches a sweep from its first layer to its last.
class ChangeTracker {
  public:
    explicit ChangeTracker(const LayerSweep& sweep);
    /// To be called once after each layer.
    void observe(const LayerSweep& sweep);

    /// ‖y_{n−1} − y_{n−2}‖ by sample; 2 ≤ n ≤ layers seen.
    Vector changes(Index n, ChangeNorm norm) const;
    /// r_n.
    double change(Index n, ChangeNorm norm, SampleReduction reduction) const;

  private:
    Index units_;
    Eigen::MatrixXf before_;
    std::vector<Vector> two_;  ///< ‖·‖₂ by sample, n = 2, 3, …
    std::vector<Vector> inf_;
};

/// r_2 … r_L from one pass: element n is r_n, elements 0 and 1 are NaN. inputs: D×B.
std::vector<double> residual_changes(const Network& network, const Eigen::MatrixXf& inputs,
                                     ChangeNorm norm, SampleReduction reduction, int threads = 0);

/// What the rule "while r_L < tolerance and L > least, drop the last layer" leaves of a network
/// that is not trained on between the cuts. `changes` as residual_changes gives them.
Index settled_depth(const std::vector<double>& changes, double tolerance, Index least);

}  // namespace resdyn
