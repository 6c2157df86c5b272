#include <resdyn/model/perceptron.hpp>

#include <fmt/format.h>

#include <resdyn/core/error.hpp>

namespace resdyn {

void validate(const Perceptron& network) {
    require_at_least("depth", network.depth, 1);
    if (network.layers.size() != 1 && static_cast<Index>(network.layers.size()) != network.depth) {
        reject_argument("network", fmt::format("1 shared layer or {} (one each)", network.depth),
                        fmt::format("{}", network.layers.size()));
    }
    const Index N = network.width();
    if (N < 1) {
        reject_argument("W", "at least one unit", "none");
    }
    for (std::size_t k = 0; k < network.layers.size(); ++k) {
        const std::string suffix = network.layers.size() > 1 ? fmt::format(".{}", k) : "";
        validate_tensor("W" + suffix, network.layers[k].M, N, N);
        validate_tensor("b" + suffix, network.layers[k].v, N);
    }
    validate_ends(network.input, network.readout, N);
}

Matrix initial_activity(const Perceptron& network, const Matrix& data) {
    return entered(network.input, network.width(), data);
}

std::vector<Matrix> run_layers(const Perceptron& network, const Matrix& y0) {
    std::vector<Matrix> y{y0};
    for (Index n = 0; n < network.depth; ++n) {
        y.push_back(activate(network.activation, network.layer(n)(y.back())));
    }
    return y;
}

}  // namespace resdyn
