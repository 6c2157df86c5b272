/// @file
/// How well the classes stand apart in the activity of each layer.
///
/// Of the residual y_n and the sum of residuals Σ_n = x_n − x_0 (and of the start x_0, to compare):
///  - Fisher ratio tr(S_W⁺ S_B), S_B = Σ_c n_c (m_c − m)(m_c − m)ᵀ between and S_W the scatter
///  within
///    classes, over the fit samples (K. Fukunaga, Introduction to Statistical Pattern Recognition,
///    1990, sec. 10.2); eigenvalues of S_W below within_tol × the largest count as zero, and what
///    lies in those directions is left out: `directions` says how many are kept;
///  - nearest class mean (Euclidean), fitted on the fit samples, judged on the held-out ones;
///  - linear probe: ridge regression on one-hot classes, closed form, likewise held out;
///  - root mean square distance between class means, against that of samples to their class mean.
/// Activities that vary by less than 64 roundings of float32 (root mean square, against the largest
/// entry of the state) count as constant. What it can miss: with few fit samples for the width, S_W
/// is singular and the ratio says little; a ridge probe is not the best linear classifier, so its
/// accuracy is a lower bound. Theory: doc/theory.md §9.3.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <resdyn/transient/evidence.hpp>
#include <resdyn/transient/layer_sweep.hpp>

namespace resdyn {

/// Whose separability.
enum class LayerVariable {
    Start,     ///< x_0; layer 0.
    Residual,  ///< y_{n−1}, layer n; of a perceptron the activity after layer n.
    Sum,       ///< x_n − x_0, layer n; residual networks.
};
/// "start", "residual", "sum".
std::string_view to_string(LayerVariable variable);

struct SeparabilityOptions {
    double held_out = 0.2;     ///< share of the samples held out, in (0, 1).
    std::uint64_t seed = 1;    ///< of the choice of held-out samples.
    double ridge = 1e-3;       ///< λ of the probe over the mean eigenvalue of the scatter; > 0.
    double within_tol = 1e-6;  ///< on eigenvalues of S_W over the largest; in (0, 1).
};

struct LayerSeparability {
    LayerVariable variable = LayerVariable::Start;
    Index layer = 0;
    double fisher = 0.0;
    Index directions = 0;  ///< of S_W, counted as non-zero.
    double between = 0.0;  ///< root mean square over pairs of classes of |m_c − m_d|.
    double within = 0.0;   ///< root mean square over samples of |y − m_c|.
    Proportion nearest_mean;
    Proportion probe;
};

struct SeparabilityReport {
    std::vector<LayerSeparability> layers;  ///< start, then by layer residual and sum.
    Index fit_samples = 0;
    Index held_out_samples = 0;
    double seconds = 0.0;  ///< spent on scatters, probes and means, forward passes apart.
};

/// Sample order in which the first fit_samples are for fitting; wholly determined by the options.
struct FitOrder {
    std::vector<Index> order;
    Index fit_samples = 0;
};
/// Throws std::invalid_argument unless there are at least as many samples as classes, and a fit
/// sample of every class and a held-out sample.
FitOrder fit_order(const Eigen::VectorXi& labels, Index classes,
                   const SeparabilityOptions& options);

/// Watches a sweep whose samples stand in a FitOrder.
class SeparabilityTracker {
  public:
    /// labels: in the order of the sweep's samples.
    SeparabilityTracker(const Network& network, const Eigen::VectorXi& labels, Index fit_samples,
                        const SeparabilityOptions& options);
    /// To be called once before the first layer and once after each.
    void observe(const LayerSweep& sweep);
    SeparabilityReport report() const { return report_; }

  private:
    bool has_sum_;
    Index classes_;
    Eigen::VectorXi labels_;
    SeparabilityOptions options_;
    SeparabilityReport report_;
};

/// A sweep of its own. inputs: D×B; labels: B classes in 0 … C−1.
SeparabilityReport separability(const Network& network, const Eigen::MatrixXf& inputs,
                                const Eigen::VectorXi& labels,
                                const SeparabilityOptions& options = {}, int threads = 0);

}  // namespace resdyn
