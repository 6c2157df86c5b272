/// @file
/// Every kind of network that can be trained, small, for tests that must hold for all of them.
#pragma once

#include <string>
#include <vector>

#include <resdyn/core/random.hpp>
#include <resdyn/data/dataset.hpp>
#include <resdyn/model/parameters.hpp>

namespace resdyn::test {

struct NamedShape {
    std::string name;
    NetworkShape shape;
};

/// All combinations of activation, one or two matrices or a perceptron, shared or own weights, with
/// or without an input layer; data of width 3, 3 classes, depth 4.
inline std::vector<NamedShape> all_shapes() {
    std::vector<NamedShape> shapes;
    for (const Activation activation : all_activations) {
        for (const Index hidden : {0, 5, -1}) {
            for (const bool shared : {true, false}) {
                for (const bool input : {false, true}) {
                    const bool perceptron = hidden < 0;
                    const NetworkShape shape{
                        .kind = perceptron ? NetworkKind::Perceptron : NetworkKind::Residual,
                        .activation = activation,
                        .step = perceptron ? 1.0 : 0.7,
                        .depth = 4,
                        .width = input ? 4 : 3,
                        .hidden_width = perceptron ? 0 : hidden,
                        .shared_weights = shared,
                        .input_width = input ? 3 : 0,
                        .classes = 3};
                    shapes.push_back({std::string(to_string(activation)) +
                                          (perceptron   ? ", perceptron"
                                           : hidden > 0 ? ", two matrices"
                                                        : ", one matrix") +
                                          (shared ? ", shared" : ", own") +
                                          (input ? ", input layer" : ""),
                                      shape});
                }
            }
        }
    }
    return shapes;
}

/// Parameters that are all random, biases and read-out too.
inline Vector random_parameters(const NetworkShape& shape, std::uint64_t seed) {
    return Random(seed).normal_matrix(ParameterLayout(shape).size, 1, 0.5);
}

/// `count` random samples that fit data of this width and these classes.
inline Dataset random_data(Index width, Index classes, Index count, std::uint64_t seed) {
    Random random(seed);
    Dataset data;
    data.name = "random";
    data.inputs = random.normal_matrix(width, count, 1.0).cast<float>();
    data.classes = classes;
    data.labels.resize(count);
    for (Index i = 0; i < count; ++i) {
        data.labels[i] = static_cast<int>(random.below(static_cast<std::uint64_t>(classes)));
    }
    return data;
}

}  // namespace resdyn::test
