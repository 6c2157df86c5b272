/// @file
/// The multi-layer perceptron, twin of the residual network without the identity path:
/// y_{n+1} = f(W_n y_n + b_n), n = 0 … L−1, then logits = V y_L + c.
///
/// All layers share one (W, b), or each has its own; every layer is N units wide. Data of another
/// width enter through an explicit linear layer y_0 = U d + e; without it y_0 are the data.
#pragma once

#include <optional>
#include <vector>

#include <resdyn/model/activation.hpp>
#include <resdyn/model/linear_layer.hpp>

namespace resdyn {

/// Whole after `validate`: the shapes agree, every number is finite.
struct Perceptron {
    Activation activation = Activation::Logistic;
    Index depth = 1;                   ///< L, >= 1.
    std::vector<LinearLayer> layers;   ///< 1 (shared by all) or L; W (N×N), b (N).
    LinearLayer readout;               ///< V (C×N), c (C); may be absent (0×0).
    std::optional<LinearLayer> input;  ///< U (N×D), e (N); absent: the data are y_0.

    bool has_shared_weights() const { return layers.size() == 1; }
    bool has_readout() const { return !readout.is_absent(); }
    /// N, units a layer.
    Index width() const { return layers.front().M.cols(); }
    /// D, width of the data.
    Index input_width() const { return input ? input->M.cols() : width(); }
    /// C, number of classes.
    Index classes() const { return readout.M.rows(); }
    /// W_n and b_n, 0 ≤ n < L.
    const LinearLayer& layer(Index n) const {
        return layers[has_shared_weights() ? 0 : static_cast<std::size_t>(n)];
    }
};

/// Throws std::invalid_argument naming the tensor whose shape or value is wrong.
void validate(const Perceptron& network);

/// y_0 for a batch of data (D×B): U d + e, or the data themselves. Throws on another width.
Matrix initial_activity(const Perceptron& network, const Matrix& data);

/// y_0 … y_L for a batch y0 (N×B): L+1 matrices N×B.
std::vector<Matrix> run_layers(const Perceptron& network, const Matrix& y0);

}  // namespace resdyn
