/// @file
/// The discrete residual network: x_{n+1} = x_n + h A f(B x_n + b), n = 0 … L−1, then
/// logits = V x_L + c.
///
/// A block with one matrix W has A = identity and B = W. All layers share one block, or each layer
/// has its own. The ResNet of the literature is h = 1; h → 0 at fixed T = hL is the flow.
/// Data of another width than the network enters through an explicit linear layer x_0 = U d + e;
/// without it the data are x_0.
#pragma once

#include <optional>
#include <vector>

#include <resdyn/model/activation.hpp>
#include <resdyn/model/linear_layer.hpp>

namespace resdyn {

/// One residual block y = f(W x + b), with the update x += h A y.
struct ResidualBlock {
    Matrix W;                 ///< M×N (B in the two-matrix notation).
    Vector b;                 ///< M.
    std::optional<Matrix> A;  ///< N×M; absent: identity, and then M = N.

    /// The matrix of the residual system, u' = (that) f(u): W for one matrix, W·A (= BA) for two;
    /// M×M. The product of two is rounded.
    Matrix residual_matrix() const { return A ? Matrix(W * *A) : W; }
};

/// Whole after `validate`: the shapes agree, every number is finite.
struct ResidualNetwork {
    Activation activation = Activation::Logistic;
    double step = 1.0;                  ///< h, > 0.
    Index depth = 1;                    ///< L, >= 1.
    std::vector<ResidualBlock> blocks;  ///< 1 (shared by all layers) or L.
    LinearLayer readout;               ///< V (C×N), c (C); may be absent (0×0) for bare dynamics.
    std::optional<LinearLayer> input;  ///< U (N×D), e (N); absent: the data are x_0.

    bool has_shared_weights() const { return blocks.size() == 1; }
    bool has_readout() const { return !readout.is_absent(); }
    /// N, units of x.
    Index width() const { return blocks.front().W.cols(); }
    /// M, residuals.
    Index hidden_width() const { return blocks.front().W.rows(); }
    /// D, width of the data.
    Index input_width() const { return input ? input->M.cols() : width(); }
    /// C, number of classes.
    Index classes() const { return readout.M.rows(); }
    /// The block of layer n, 0 ≤ n < L.
    const ResidualBlock& block(Index n) const {
        return blocks[has_shared_weights() ? 0 : static_cast<std::size_t>(n)];
    }
};

/// Throws std::invalid_argument naming the tensor whose shape or value is wrong.
void validate(const ResidualNetwork& network);

/// x_0 for a batch of data (D×B): U d + e, or the data themselves. Throws on another width.
Matrix initial_activity(const ResidualNetwork& network, const Matrix& data);

/// The states of all layers for a batch of B samples.
struct LayerStates {
    std::vector<Matrix> x;  ///< L+1 matrices N×B: x_0 … x_L.
    std::vector<Matrix> u;  ///< L matrices M×B: u_n = W x_n + b, n = 0 … L−1.
    std::vector<Matrix> y;  ///< L matrices M×B: residuals y_n = f(u_n).
};

/// Runs the network from x0 (N×B), keeping every layer: (L+1)·N·B + 2L·M·B doubles.
LayerStates run_layers(const ResidualNetwork& network, const Matrix& x0);

/// Row of the largest entry in each column (the first at a tie): the predicted classes.
Eigen::VectorXi predicted_classes(const Matrix& logits);

}  // namespace resdyn
