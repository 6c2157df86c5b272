/// @file
/// What the files of the binding share about networks.
#pragma once

#include <string>

#include <resdyn/model/residual_system.hpp>

#include "accounts/account.hpp"
#include "binding.hpp"

namespace resdyn::python {

/// Throws InputError naming all activations for another name.
Activation activation_of(const std::string& name);

/// The residual system of a network of shared weights; throws std::invalid_argument for others.
ResidualSystem system_of(const ResidualNetwork& network);

}  // namespace resdyn::python
