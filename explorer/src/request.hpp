/// @file
/// What the page asks for, read from JSON: the network, the plane, the path. A refusal names the
/// member at fault, so that the page can say it at that field.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include <resdyn/model/residual_network.hpp>
#include <resdyn/model/residual_system.hpp>
#include <resdyn/portrait/slice.hpp>
#include <resdyn/studies/named_path.hpp>

namespace resdyn::explorer {

using Json = nlohmann::ordered_json;

/// Rows of numbers, all equally long. Throws std::invalid_argument naming `name`.
Matrix matrix_of(const Json& rows, const std::string& name);
Vector vector_of(const Json& numbers, const std::string& name);

/// {"W" or "B" and "A", "b", "activation", "step"}; with {"path": {"name", "i", "j", "alpha"}} the
/// network there.
ResidualNetwork network_of(const Json& request);

/// The path of {"path": {"name", "i", "j"}} through the network as it is given.
NamedPath path_of(const Json& request, const ResidualSystem& system);

/// {"coordinate": "y" | "u", "window": [x0, x1, y0, y1] or absent} and one of
/// {"units": [i, j], "held": [...]}, {"through": [pattern, pattern, pattern]}, {"principal": true}:
/// the components of where random starts are in the first 20 units of time.
struct RequestedPlane {
    StateSpace space;
    Slice slice;
};
RequestedPlane plane_of(const Json& request, const ResidualSystem& system);

}  // namespace resdyn::explorer
