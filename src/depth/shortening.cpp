#include <resdyn/depth/shortening.hpp>

#include <fmt/format.h>

#include <numeric>
#include <vector>

#include <resdyn/core/error.hpp>

namespace resdyn {

namespace {

void need_depth(Index depth, Index most) {
    if (depth < 1 || depth > most) {
        reject_argument("depth", fmt::format("1 to {} layers", most), fmt::format("{}", depth));
    }
}

/// The blocks of these layers; one that all share stays one.
template <class Block>
std::vector<Block> chosen(const std::vector<Block>& blocks, std::span<const Index> layers) {
    if (blocks.size() == 1) {
        return blocks;
    }
    std::vector<Block> kept;
    for (const Index layer : layers) {
        kept.push_back(blocks[static_cast<std::size_t>(layer)]);
    }
    return kept;
}

}  // namespace

Index depth_of(const Network& network) {
    return std::visit([](const auto& one) { return one.depth; }, network);
}

Network with_layers(const Network& network, std::span<const Index> layers) {
    const Index depth = depth_of(network);
    if (layers.empty()) {
        reject_argument("layers", "at least one", "none");
    }
    for (const Index layer : layers) {
        if (layer < 0 || layer >= depth) {
            reject_argument("layers", fmt::format("layers from 0 to {}", depth - 1),
                            fmt::format("{}", layer));
        }
    }
    Network result = network;
    if (auto* residual = std::get_if<ResidualNetwork>(&result)) {
        residual->blocks = chosen(residual->blocks, layers);
        residual->depth = static_cast<Index>(layers.size());
    } else {
        auto& perceptron = std::get<Perceptron>(result);
        perceptron.layers = chosen(perceptron.layers, layers);
        perceptron.depth = static_cast<Index>(layers.size());
    }
    return result;
}

Network truncated(const Network& network, Index depth) {
    need_depth(depth, depth_of(network));
    std::vector<Index> layers(static_cast<std::size_t>(depth));
    std::iota(layers.begin(), layers.end(), Index{0});
    return with_layers(network, layers);
}

ResidualNetwork with_held_tail(const ResidualNetwork& network, Index depth) {
    need_depth(depth, network.depth);
    ResidualNetwork result = network;
    result.blocks.clear();
    result.depth = depth;
    for (Index n = 0; n < depth; ++n) {
        ResidualBlock block = network.block(n);
        if (!block.A) {
            block.A = Matrix::Identity(network.width(), network.width());
        }
        result.blocks.push_back(std::move(block));
    }
    *result.blocks.back().A *= static_cast<double>(network.depth - depth + 1);
    return result;
}

std::vector<Index> evenly_spread(Index of, Index depth) {
    require_at_least("of", of, 1);
    require_at_least("depth", depth, 1);
    std::vector<Index> layers(static_cast<std::size_t>(depth));
    for (Index k = 0; k < depth; ++k) {
        layers[static_cast<std::size_t>(k)] = (2 * k + 1) * of / (2 * depth);
    }
    return layers;
}

ResidualNetwork coarsened(const ResidualNetwork& network, Index depth) {
    if (depth < 1) {
        reject_argument("depth", "at least 1 layer", fmt::format("{}", depth));
    }
    ResidualNetwork result = network;
    result.blocks = chosen(network.blocks, evenly_spread(network.depth, depth));
    result.step = network.step * static_cast<double>(network.depth) / static_cast<double>(depth);
    result.depth = depth;
    return result;
}

}  // namespace resdyn
