/// @file
/// All samples of a batch on their way through a network, layer by layer, in float32: the bulk pass
/// that the reports of this room look at.
///
/// A residual network has x_{n+1} = x_n + h A y_n with y_n = f(W x_n + b); of a perceptron the
/// state after a layer is its residual, x_{n+1} = y_n = f(W x_n + b). Layers count from 1 here:
/// layer n takes x_{n−1} to x_n and has the residual y_{n−1}.
///
/// Method: every tile of `sweep_tile` samples is one single-threaded product a layer, so that the
/// bits do not depend on the number of threads. Memory: 3 N×B floats (M×B for the residual).
#pragma once

#include <memory>

#include <resdyn/model/network.hpp>

namespace resdyn {

/// Samples a tile holds. Fixed: results depend on it in their last bits.
inline constexpr Index sweep_tile = 128;

class LayerSweep {
  public:
    /// inputs: D×B. Throws std::invalid_argument for another width, no sample, or a network
    /// without a read-out. threads 0: all.
    LayerSweep(const Network& network, const Eigen::MatrixXf& inputs, int threads = 0);
    ~LayerSweep();
    LayerSweep(const LayerSweep&) = delete;
    LayerSweep& operator=(const LayerSweep&) = delete;

    Index depth() const;
    Index samples() const { return state_.cols(); }
    int threads() const { return threads_; }
    /// n: layers done.
    Index layer() const { return layer_; }
    /// Runs layer n + 1; n < L.
    void advance();

    /// x_0 (N×B).
    const Eigen::MatrixXf& start() const { return start_; }
    /// x_n (N×B).
    const Eigen::MatrixXf& state() const { return state_; }
    /// y_{n−1} (M×B), the residual of layer n; n ≥ 1.
    const Eigen::MatrixXf& residual() const { return residual_; }
    /// V x_n + c (C×B).
    const Eigen::MatrixXf& logits();

  private:
    struct Parameters;
    std::unique_ptr<const Parameters> net_;
    int threads_;
    Index layer_ = 0;
    bool has_logits_ = false;
    Eigen::MatrixXf start_;
    Eigen::MatrixXf state_;
    Eigen::MatrixXf residual_;
    Eigen::MatrixXf product_;
    Eigen::MatrixXf logits_;
};

}  // namespace resdyn
