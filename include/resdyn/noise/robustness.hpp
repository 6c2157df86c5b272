/// @file
/// Accuracy against noise at the input or at one layer, by Monte Carlo in float32.
///
/// Every draw perturbs every sample once; all levels of a draw share its random numbers, so that
/// differences between levels and between networks of the same seed are not noise. The error bars
/// hold over samples and draws: with p_s the share of the draws in which sample s is right,
/// standard error = sd(p_s)/√B. What it can miss: the band is pointwise, and says nothing of
/// perturbations other than those drawn.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <resdyn/model/network.hpp>
#include <resdyn/noise/input_noise.hpp>
#include <resdyn/transient/decision.hpp>

namespace resdyn {

class Farm;

struct RobustnessOptions {
    NoiseKind kind = NoiseKind::Gaussian;
    std::vector<double> levels{0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0};
    Index draws = 10;        ///< of every sample at every level, >= 1.
    std::uint64_t seed = 1;  ///< of the noise.
    InputRange range{};      ///< of the data; see range_of.
    int threads = 0;
    std::function<void(double)> on_progress{};  ///< share done; may be empty.
    /// Where the samples' tiles are done (work/farm.hpp), as a job of this name; null: in threads.
    /// Where it does a shard, or is stopped, the points mean nothing: farm->progress() tells.
    Farm* farm = nullptr;
    std::string job = "robustness";
};

struct RobustnessPoint {
    double level = 0.0;
    MeanWithError accuracy;  ///< over samples, draws averaged.
    double low = 0.0;        ///< 95 % band: accuracy ∓ 1.96 standard errors, within [0, 1].
    double high = 0.0;
    MeanWithError margin;  ///< logit of the true class less the best other.
    Vector correct;        ///< B: share of the draws in which the sample is right.
    /// Of an attack: samples for which a step found a gradient of 0, and so no direction.
    std::optional<Index> zero_gradients{};
};

struct RobustnessCurve {
    std::vector<RobustnessPoint> points;  ///< by level, in the order given.
    Index draws = 0;
    double seconds = 0.0;
};

/// inputs: D×B, labels: B classes in 0 … C−1. Throws std::invalid_argument for a negative, NaN or
/// excessive level, no level, or data that do not fit.
RobustnessCurve robustness(const Network& network, const Eigen::MatrixXf& inputs,
                           const Eigen::VectorXi& labels, const RobustnessOptions& options = {});

/// The same for Gaussian noise added to the state x_n (of a perceptron to its activity) of one
/// layer n alone, 0 … L−1; n = 0 is x_0.
RobustnessCurve layer_robustness(const Network& network, Index layer, const Eigen::MatrixXf& inputs,
                                 const Eigen::VectorXi& labels,
                                 const RobustnessOptions& options = {});

/// A point from the outcomes of every sample: shares of the draws right, and margins.
RobustnessPoint robustness_point(double level, Vector correct, const Vector& margins);

}  // namespace resdyn
