/// @file
/// The parameters of a network in training as one flat vector, so that any optimiser fits and a
/// checkpoint is one array; and how they begin.
///
/// Order: for every block W (M×N), b (M), A (N×M; two-matrix blocks only); then V (C×N), c (C);
/// then U (N×D), e (N) where there is an input layer. Matrices lie column by column. The layers of
/// a perceptron are its blocks.
#pragma once

#include <cstdint>
#include <vector>

#include <resdyn/model/network.hpp>

namespace resdyn {

/// What a network looks like, without its numbers.
struct NetworkShape {
    NetworkKind kind = NetworkKind::Residual;
    Activation activation = Activation::Logistic;
    double step = 1.0;           ///< h, > 0; a perceptron has none, it must be 1.
    Index depth = 10;            ///< L, >= 1.
    Index width = 2;             ///< N, units of x, >= 1.
    Index hidden_width = 0;      ///< M of two-matrix blocks x + hA f(Bx + b); 0: one matrix, M = N;
                                 ///< a perceptron has one.
    bool shared_weights = true;  ///< one block for all layers, or one a layer.
    Index input_width = 0;       ///< D of a linear input layer; 0: none, the data are x_0.
    Index classes = 2;           ///< C, >= 1.

    bool has_two_matrices() const { return hidden_width > 0; }
    bool has_input_layer() const { return input_width > 0; }
    /// M.
    Index residuals() const { return has_two_matrices() ? hidden_width : width; }
    /// Width of the data.
    Index data_width() const { return has_input_layer() ? input_width : width; }
};

/// Throws std::invalid_argument naming the field that breaks its range.
void validate(const NetworkShape& shape);

/// The shape of a network; it must have a read-out (throws std::invalid_argument otherwise).
NetworkShape shape_of(const Network& network);

/// Where each tensor begins in the flat vector.
struct ParameterLayout {
    struct Block {
        Index W = 0;
        Index b = 0;
        Index A = 0;  ///< meaningful for two-matrix blocks only.
    };
    std::vector<Block> blocks;  ///< 1 (shared) or L.
    Index V = 0;
    Index c = 0;
    Index U = 0;  ///< meaningful with an input layer only, as is `e`.
    Index e = 0;
    Index size = 0;  ///< length of the flat vector.

    explicit ParameterLayout(const NetworkShape& shape);
    const Block& block(Index layer) const {
        return blocks[blocks.size() == 1 ? 0 : static_cast<std::size_t>(layer)];
    }
};

/// The parameters of a network as a flat vector, and back.
Vector flatten(const Network& network);
Network unflatten(const NetworkShape& shape, const Vector& parameters);

/// Random parameters to start from, wholly determined by (shape, seed); biases and the read-out are
/// zero, so that training begins at the loss of chance.
///
/// Method: independent normals; W has standard deviation 1/(√N max(1, hL max f')), so that the
/// linearised network amplifies a difference by no more than about e over its whole depth. For two
/// matrices the product AB is scaled so. The layers of a perceptron have standard deviation
/// 1/(√N f'(0)) (√2/√N for ReLU), so that a difference neither grows nor fades where the units are
/// unsaturated, and b = −W f(0) 1, so that they are (X. Glorot, Y. Bengio, AISTATS 2010; K. He et
/// al., ICCV 2015). U has standard deviation 1/√D.
Network initial_network(const NetworkShape& shape, std::uint64_t seed);

}  // namespace resdyn
