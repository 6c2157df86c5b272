#include <resdyn/model/network.hpp>

namespace resdyn {

std::string_view to_string(NetworkKind kind) {
    return kind == NetworkKind::Residual ? "residual" : "perceptron";
}

NetworkKind kind_of(const Network& network) {
    return std::holds_alternative<ResidualNetwork>(network) ? NetworkKind::Residual
                                                            : NetworkKind::Perceptron;
}

void validate(const Network& network) {
    std::visit([](const auto& one) { validate(one); }, network);
}

}  // namespace resdyn
