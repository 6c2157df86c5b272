/// @file
/// Numbers of certificates, exact: doubles in hexadecimal, and the weights as they are stored.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include <resdyn/model/residual_system.hpp>

namespace resdyn {

std::string hexadecimal(double value);
/// Rows of hexadecimal numbers.
nlohmann::ordered_json exact_json(const Matrix& matrix);
/// {"W": …}, or {"B": …, "A": …} where W is their product.
nlohmann::ordered_json exact_weights_json(const ResidualSystem& system);

}  // namespace resdyn
