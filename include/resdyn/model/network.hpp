/// @file
/// A network of either kind, where the kind is known at run time only: in files and in training.
#pragma once

#include <string_view>
#include <variant>

#include <resdyn/model/perceptron.hpp>
#include <resdyn/model/residual_network.hpp>

namespace resdyn {

using Network = std::variant<ResidualNetwork, Perceptron>;

enum class NetworkKind {
    Residual,    ///< x ← x + h A f(W x + b).
    Perceptron,  ///< y ← f(W y + b).
};
/// "residual", "perceptron".
std::string_view to_string(NetworkKind kind);

NetworkKind kind_of(const Network& network);

/// Throws std::invalid_argument naming the tensor whose shape or value is wrong.
void validate(const Network& network);

}  // namespace resdyn
