#include "account.hpp"

#include <fmt/format.h>

#include <resdyn/model/parameters.hpp>

namespace resdyn {

nlohmann::ordered_json head_of(const ResidualSystem& system) {
    return {{"activation", to_string(system.activation())},
            {"step", system.step()},
            {"dimension", system.dimension()}};
}

std::string describe(const Network& network) {
    const NetworkShape shape = shape_of(network);
    const bool residual = shape.kind == NetworkKind::Residual;
    return fmt::format("{}, {}, N = {}, L = {}{}, {} weights",
                       residual ? "residual network" : "perceptron", to_string(shape.activation),
                       shape.width, shape.depth,
                       residual ? fmt::format(", h = {:g}", shape.step) : "",
                       shape.shared_weights ? "shared" : "own");
}

}  // namespace resdyn
