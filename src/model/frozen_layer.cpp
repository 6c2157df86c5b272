#include <resdyn/model/frozen_layer.hpp>

#include <fmt/format.h>

#include <resdyn/core/error.hpp>

namespace resdyn {

ResidualNetwork frozen_network(const ResidualNetwork& network, Index layer) {
    if (layer < 0 || layer >= network.depth) {
        reject_argument("layer", fmt::format("0 to {}", network.depth - 1),
                        fmt::format("{}", layer));
    }
    return {.activation = network.activation,
            .step = network.step,
            .depth = network.depth,
            .blocks = {network.block(layer)},
            .readout = network.readout,
            .input = std::nullopt};
}

Matrix activity_before(const ResidualNetwork& network, Index layer, const Matrix& x0) {
    if (layer < 0 || layer > network.depth) {
        reject_argument("layer", fmt::format("0 to {}", network.depth), fmt::format("{}", layer));
    }
    Matrix x = x0;
    for (Index n = 0; n < layer; ++n) {
        const ResidualBlock& block = network.block(n);
        const Matrix y = activate(network.activation, Matrix((block.W * x).colwise() + block.b));
        x += network.step * (block.A ? Matrix(*block.A * y) : y);
    }
    return x;
}

}  // namespace resdyn
