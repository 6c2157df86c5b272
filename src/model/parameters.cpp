#include <resdyn/model/parameters.hpp>

#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include <resdyn/core/error.hpp>
#include <resdyn/core/random.hpp>

namespace resdyn {

namespace {

template <class Block, class Visit>
requires requires(Block block) {
    block.W;
}
void for_each_tensor_of(Block& block, Visit visit) {
    visit(block.W);
    visit(block.b);
    if (block.A) {
        visit(*block.A);
    }
}

template <class Layer, class Visit>
requires requires(Layer layer) {
    layer.M;
}
void for_each_tensor_of(Layer& layer, Visit visit) {
    visit(layer.M);
    visit(layer.v);
}

/// Visits every tensor of a network in the order of the flat vector.
template <class AnyNetwork, class Visit>
void for_each_tensor(AnyNetwork& any, Visit visit) {
    const auto visit_all = [&](auto& network, auto& blocks) {
        for (auto& block : blocks) {
            for_each_tensor_of(block, visit);
        }
        for_each_tensor_of(network.readout, visit);
        if (network.input) {
            for_each_tensor_of(*network.input, visit);
        }
    };
    if (auto* residual = std::get_if<ResidualNetwork>(&any)) {
        visit_all(*residual, residual->blocks);
    } else {
        auto& perceptron = std::get<Perceptron>(any);
        visit_all(perceptron, perceptron.layers);
    }
}

/// Activation, depth, read-out and input layer, which both kinds have.
template <class AnyKind>
AnyKind frame(const NetworkShape& shape) {
    AnyKind network;
    network.activation = shape.activation;
    network.depth = shape.depth;
    network.readout = {Matrix::Zero(shape.classes, shape.width), Vector::Zero(shape.classes)};
    if (shape.has_input_layer()) {
        network.input = {Matrix::Zero(shape.width, shape.input_width), Vector::Zero(shape.width)};
    }
    return network;
}

/// A network of the shape with all numbers zero.
Network zero_network(const NetworkShape& shape) {
    const std::size_t blocks = shape.shared_weights ? 1 : static_cast<std::size_t>(shape.depth);
    const Matrix W = Matrix::Zero(shape.residuals(), shape.width);
    const Vector b = Vector::Zero(shape.residuals());
    if (shape.kind == NetworkKind::Perceptron) {
        auto perceptron = frame<Perceptron>(shape);
        perceptron.layers.assign(blocks, {W, b});
        return perceptron;
    }
    auto residual = frame<ResidualNetwork>(shape);
    residual.step = shape.step;
    residual.blocks.assign(blocks, {W, b, std::nullopt});
    if (shape.has_two_matrices()) {
        for (ResidualBlock& block : residual.blocks) {
            block.A = Matrix::Zero(shape.width, shape.hidden_width);
        }
    }
    return residual;
}

void fill(ResidualNetwork& network, const NetworkShape& shape, Random& random) {
    const double amplification =
        shape.step * static_cast<double>(shape.depth) * max_slope(shape.activation);
    const double deviation =
        1.0 / (std::sqrt(static_cast<double>(shape.width)) * std::max(1.0, amplification));
    for (ResidualBlock& block : network.blocks) {
        block.W = random.normal_matrix(block.W.rows(), block.W.cols(), deviation);
        if (block.A) {
            // Entries of BA are sums of N products: with A of deviation 1/√M they match W's.
            const double hidden = std::sqrt(static_cast<double>(shape.hidden_width));
            block.A = random.normal_matrix(block.A->rows(), block.A->cols(), 1.0 / hidden);
        }
    }
}

void fill(Perceptron& network, const NetworkShape& shape, Random& random) {
    const double gain = shape.activation == Activation::ReLU ? std::numbers::sqrt2
                                                             : 1.0 / slope(shape.activation, 0.0);
    const double deviation = gain / std::sqrt(static_cast<double>(shape.width));
    const double at_rest = activate(shape.activation, 0.0);
    for (LinearLayer& layer : network.layers) {
        layer.M = random.normal_matrix(layer.M.rows(), layer.M.cols(), deviation);
        layer.v = -at_rest * layer.M.rowwise().sum();
    }
}

}  // namespace

void validate(const NetworkShape& shape) {
    if (!(shape.step > 0) || !std::isfinite(shape.step)) {
        reject_argument("step", "a finite number > 0", fmt::format("{}", shape.step));
    }
    require_at_least("depth", shape.depth, 1);
    require_at_least("units", shape.width, 1);
    require_at_least("hidden_width", shape.hidden_width, 0);
    require_at_least("input_width", shape.input_width, 0);
    require_at_least("classes", shape.classes, 1);
    if (shape.kind == NetworkKind::Perceptron && shape.step != 1.0) {
        reject_argument("step", "1 (a perceptron has no step)", fmt::format("{}", shape.step));
    }
    if (shape.kind == NetworkKind::Perceptron && shape.has_two_matrices()) {
        reject_argument("hidden_width", "0 (a perceptron has one matrix a layer)",
                        fmt::format("{}", shape.hidden_width));
    }
}

NetworkShape shape_of(const Network& any) {
    validate(any);
    NetworkShape shape;
    shape.kind = kind_of(any);
    std::visit(
        [&](const auto& network) {
            if (!network.has_readout()) {
                reject_argument("network", "a read-out (V, c)", "none");
            }
            shape.activation = network.activation;
            shape.depth = network.depth;
            shape.width = network.width();
            shape.shared_weights = network.has_shared_weights();
            shape.input_width = network.input ? network.input_width() : 0;
            shape.classes = network.classes();
        },
        any);
    if (const auto* residual = std::get_if<ResidualNetwork>(&any)) {
        shape.step = residual->step;
        shape.hidden_width = residual->blocks.front().A ? residual->hidden_width() : 0;
    }
    return shape;
}

ParameterLayout::ParameterLayout(const NetworkShape& shape)
    : blocks(shape.shared_weights ? 1 : static_cast<std::size_t>(shape.depth)) {
    const auto place = [this](Index length) {
        const Index begin = size;
        size += length;
        return begin;
    };
    for (Block& block : blocks) {
        block.W = place(shape.residuals() * shape.width);
        block.b = place(shape.residuals());
        block.A = place(shape.width * shape.hidden_width);
    }
    V = place(shape.classes * shape.width);
    c = place(shape.classes);
    U = place(shape.width * shape.input_width);
    e = place(shape.has_input_layer() ? shape.width : 0);
}

Vector flatten(const Network& network) {
    Vector parameters(ParameterLayout(shape_of(network)).size);
    Index at = 0;
    for_each_tensor(network, [&](const auto& tensor) {
        parameters.segment(at, tensor.size()) = tensor.reshaped();
        at += tensor.size();
    });
    return parameters;
}

Network unflatten(const NetworkShape& shape, const Vector& parameters) {
    validate(shape);
    if (parameters.size() != ParameterLayout(shape).size) {
        reject_argument("parameters", fmt::format("{} numbers", ParameterLayout(shape).size),
                        fmt::format("{}", parameters.size()));
    }
    Network network = zero_network(shape);
    Index at = 0;
    for_each_tensor(network, [&](auto& tensor) {
        tensor.reshaped() = parameters.segment(at, tensor.size());
        at += tensor.size();
    });
    return network;
}

Network initial_network(const NetworkShape& shape, std::uint64_t seed) {
    validate(shape);
    Network any = zero_network(shape);
    constexpr std::uint64_t initial_stream = 1;  // data are drawn from stream 0
    Random random(seed, initial_stream);
    std::visit(
        [&](auto& network) {
            fill(network, shape, random);
            if (network.input) {
                const double data = std::sqrt(static_cast<double>(shape.input_width));
                network.input->M = random.normal_matrix(shape.width, shape.input_width, 1.0 / data);
            }
        },
        any);
    return any;
}

}  // namespace resdyn
