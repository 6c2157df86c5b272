#include <resdyn/model/residual_network.hpp>

#include <fmt/format.h>

#include <string>

#include <resdyn/core/error.hpp>

namespace resdyn {

void validate(const ResidualNetwork& network) {
    if (!(network.step > 0) || !std::isfinite(network.step)) {
        reject_argument("step", "a finite number > 0", fmt::format("{}", network.step));
    }
    require_at_least("depth", network.depth, 1);
    if (network.blocks.size() != 1 && static_cast<Index>(network.blocks.size()) != network.depth) {
        reject_argument("network", fmt::format("1 shared block or {} (one a layer)", network.depth),
                        fmt::format("{}", network.blocks.size()));
    }
    const Index N = network.width();
    const Index M = network.hidden_width();
    if (N < 1 || M < 1) {
        reject_argument("W", "at least one unit", fmt::format("{}x{}", M, N));
    }
    for (std::size_t k = 0; k < network.blocks.size(); ++k) {
        const ResidualBlock& block = network.blocks[k];
        const std::string suffix = network.blocks.size() > 1 ? fmt::format(".{}", k) : "";
        validate_tensor((block.A ? "B" : "W") + suffix, block.W, block.A ? M : N, N);
        validate_tensor("b" + suffix, block.b, block.W.rows());
        if (block.A) {
            validate_tensor("A" + suffix, *block.A, N, M);
        }
    }
    validate_ends(network.input, network.readout, N);
}

Matrix initial_activity(const ResidualNetwork& network, const Matrix& data) {
    return entered(network.input, network.width(), data);
}

LayerStates run_layers(const ResidualNetwork& network, const Matrix& x0) {
    LayerStates states;
    states.x.push_back(x0);
    for (Index n = 0; n < network.depth; ++n) {
        const ResidualBlock& block = network.block(n);
        states.u.emplace_back((block.W * states.x.back()).colwise() + block.b);
        states.y.push_back(activate(network.activation, states.u.back()));
        if (block.A) {
            states.x.emplace_back(states.x.back() + network.step * (*block.A * states.y.back()));
        } else {
            states.x.emplace_back(states.x.back() + network.step * states.y.back());
        }
    }
    return states;
}

Eigen::VectorXi predicted_classes(const Matrix& logits) {
    Eigen::VectorXi classes(logits.cols());
    for (Index j = 0; j < logits.cols(); ++j) {
        logits.col(j).maxCoeff(&classes[j]);
    }
    return classes;
}

}  // namespace resdyn
