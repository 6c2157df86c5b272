#include <resdyn/learning/parameters.hpp>

#include <fmt/format.h>

#include <cmath>

#include <resdyn/core/error.hpp>
#include <resdyn/core/random.hpp>

namespace resdyn {

namespace {

void need_at_least(const char* field, Index value, Index least) {
    if (value < least) {
        reject_argument(field, fmt::format("a whole number >= {}", least),
                        fmt::format("{}", value));
    }
}

/// Visits every tensor of a network in the order of the flat vector.
template <class Network, class Visit>
void for_each_tensor(Network& network, Visit visit) {
    for (auto& block : network.blocks) {
        visit(block.W);
        visit(block.b);
        if (block.A) {
            visit(*block.A);
        }
    }
    visit(network.readout.M);
    visit(network.readout.v);
    if (network.input) {
        visit(network.input->M);
        visit(network.input->v);
    }
}

/// A network of the shape with all numbers zero.
ResidualNetwork zero_network(const NetworkShape& shape) {
    ResidualNetwork network;
    network.activation = shape.activation;
    network.step = shape.step;
    network.depth = shape.depth;
    ResidualBlock block;
    block.W = Matrix::Zero(shape.residuals(), shape.width);
    block.b = Vector::Zero(shape.residuals());
    if (shape.has_two_matrices()) {
        block.A = Matrix::Zero(shape.width, shape.hidden_width);
    }
    network.blocks.assign(shape.shared_weights ? 1 : static_cast<std::size_t>(shape.depth), block);
    network.readout = {Matrix::Zero(shape.classes, shape.width), Vector::Zero(shape.classes)};
    if (shape.has_input_layer()) {
        network.input = {Matrix::Zero(shape.width, shape.input_width), Vector::Zero(shape.width)};
    }
    return network;
}

}  // namespace

void validate(const NetworkShape& shape) {
    if (!(shape.step > 0) || !std::isfinite(shape.step)) {
        reject_argument("step", "a finite number > 0", fmt::format("{}", shape.step));
    }
    need_at_least("depth", shape.depth, 1);
    need_at_least("units", shape.width, 1);
    need_at_least("hidden_width", shape.hidden_width, 0);
    need_at_least("input_width", shape.input_width, 0);
    need_at_least("classes", shape.classes, 1);
}

NetworkShape shape_of(const ResidualNetwork& network) {
    validate(network);
    if (!network.has_readout()) {
        reject_argument("network", "a read-out (V, c)", "none");
    }
    return {.activation = network.activation,
            .step = network.step,
            .depth = network.depth,
            .width = network.width(),
            .hidden_width = network.blocks.front().A ? network.hidden_width() : 0,
            .shared_weights = network.has_shared_weights(),
            .input_width = network.input ? network.input_width() : 0,
            .classes = network.classes()};
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

Vector flatten(const ResidualNetwork& network) {
    Vector parameters(ParameterLayout(shape_of(network)).size);
    Index at = 0;
    for_each_tensor(network, [&](const auto& tensor) {
        parameters.segment(at, tensor.size()) = tensor.reshaped();
        at += tensor.size();
    });
    return parameters;
}

ResidualNetwork unflatten(const NetworkShape& shape, const Vector& parameters) {
    validate(shape);
    if (parameters.size() != ParameterLayout(shape).size) {
        reject_argument("parameters", fmt::format("{} numbers", ParameterLayout(shape).size),
                        fmt::format("{}", parameters.size()));
    }
    ResidualNetwork network = zero_network(shape);
    Index at = 0;
    for_each_tensor(network, [&](auto& tensor) {
        tensor.reshaped() = parameters.segment(at, tensor.size());
        at += tensor.size();
    });
    return network;
}

ResidualNetwork initial_network(const NetworkShape& shape, std::uint64_t seed) {
    validate(shape);
    ResidualNetwork network = zero_network(shape);
    constexpr std::uint64_t initial_stream = 1;  // data are drawn from stream 0
    Random random(seed, initial_stream);
    const auto width = static_cast<double>(shape.width);
    const double amplification =
        shape.step * static_cast<double>(shape.depth) * max_slope(shape.activation);
    const double deviation = 1.0 / (std::sqrt(width) * std::max(1.0, amplification));
    for (ResidualBlock& block : network.blocks) {
        block.W = random.normal_matrix(block.W.rows(), block.W.cols(), deviation);
        if (block.A) {
            // Entries of BA are sums of N products: with A of deviation 1/√M they match W's.
            const double hidden = std::sqrt(static_cast<double>(shape.hidden_width));
            block.A = random.normal_matrix(block.A->rows(), block.A->cols(), 1.0 / hidden);
        }
    }
    if (network.input) {
        const double data = std::sqrt(static_cast<double>(shape.input_width));
        network.input->M = random.normal_matrix(shape.width, shape.input_width, 1.0 / data);
    }
    return network;
}

}  // namespace resdyn
