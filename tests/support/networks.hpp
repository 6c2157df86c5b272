/// @file
/// The networks and data that the tests of this room run on.
#pragma once

#include <string>
#include <vector>

#include <resdyn/core/random.hpp>
#include <resdyn/model/network.hpp>

namespace resdyn::test {

struct NamedNetwork {
    std::string name;
    Network network;
};

/// One matrix shared by all layers, without bias, input layer and read-out.
inline ResidualNetwork bare_network(const Matrix& W, Activation f = Activation::Logistic,
                                    double step = 0.3, Index depth = 5) {
    ResidualNetwork network;
    network.activation = f;
    network.step = step;
    network.depth = depth;
    network.blocks = {{W, Vector::Zero(W.rows()), {}}};
    return network;
}

/// A residual network of width n, random weights of about unit gain, three classes.
inline ResidualNetwork residual_network(Activation f, Index n = 4, bool two_matrices = false,
                                        bool shared = true, bool input = false,
                                        std::uint64_t seed = 5) {
    Random random(seed);
    const Index m = two_matrices ? n + 2 : n;
    ResidualNetwork network;
    network.activation = f;
    network.step = 0.4;
    network.depth = 5;
    for (Index k = 0; k < (shared ? 1 : network.depth); ++k) {
        ResidualBlock block{random.normal_matrix(m, n, 1.0 / std::sqrt(static_cast<double>(n))),
                            random.uniform_vector(m, -1, 1),
                            {}};
        if (two_matrices) {
            block.A = random.normal_matrix(n, m, 1.0 / std::sqrt(static_cast<double>(m)));
        }
        network.blocks.push_back(block);
    }
    network.readout = {random.normal_matrix(3, n, 1.0), random.uniform_vector(3, -1, 1)};
    if (input) {
        network.input =
            LinearLayer{random.normal_matrix(n, 3, 0.5), random.uniform_vector(n, -1, 1)};
    }
    return network;
}

inline Perceptron perceptron(Activation f, Index n = 4, bool shared = false, bool input = false,
                             std::uint64_t seed = 6) {
    Random random(seed);
    Perceptron network;
    network.activation = f;
    network.depth = 5;
    for (Index k = 0; k < (shared ? 1 : network.depth); ++k) {
        network.layers.push_back(
            {random.normal_matrix(n, n, 1.5 / std::sqrt(static_cast<double>(n))),
             random.uniform_vector(n, -1, 1)});
    }
    network.readout = {random.normal_matrix(3, n, 1.0), random.uniform_vector(3, -1, 1)};
    if (input) {
        network.input =
            LinearLayer{random.normal_matrix(n, 3, 0.5), random.uniform_vector(n, -1, 1)};
    }
    return network;
}

/// Every kind and activation: one and two matrices, shared and own weights, with an input layer
/// and without.
inline std::vector<NamedNetwork> all_networks() {
    std::vector<NamedNetwork> all;
    for (const Activation f : all_activations) {
        for (const bool two : {false, true}) {
            all.push_back({std::string(to_string(f)) + (two ? ", two matrices" : ", one matrix"),
                           residual_network(f, 4, two, !two, two)});
        }
        for (const bool shared : {false, true}) {
            all.push_back({std::string(to_string(f)) + ", perceptron" + (shared ? ", shared" : ""),
                           perceptron(f, 4, shared, shared)});
        }
    }
    return all;
}

inline Index input_width(const Network& network) {
    return std::visit([](const auto& one) { return one.input_width(); }, network);
}

inline Eigen::MatrixXf random_inputs(Index width, Index count, std::uint64_t seed) {
    return Random(seed).normal_matrix(width, count, 1.0).cast<float>();
}

inline Eigen::VectorXi random_labels(Index count, Index classes, std::uint64_t seed) {
    Random random(seed);
    Eigen::VectorXi labels(count);
    for (int& label : labels) {
        label = static_cast<int>(random.below(static_cast<std::uint64_t>(classes)));
    }
    return labels;
}

/// States x_0 … x_L by the model room, in double.
inline std::vector<Matrix> states(const Network& any, const Matrix& inputs) {
    if (const auto* residual = std::get_if<ResidualNetwork>(&any)) {
        return run_layers(*residual, initial_activity(*residual, inputs)).x;
    }
    const auto& network = std::get<Perceptron>(any);
    return run_layers(network, initial_activity(network, inputs));
}

inline Matrix logits(const Network& any, const Matrix& state) {
    return std::visit([&](const auto& one) { return one.readout(state); }, any);
}

}  // namespace resdyn::test
