/// @file
/// The paths that branches are followed along, by name, each with the label of its axis and the
/// range that it has by itself (`resdyn bifurcations --path`).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <resdyn/bifurcation/parameter_path.hpp>

namespace resdyn {

struct NamedPath {
    std::optional<ParameterPath> path;  ///< none: the step h.
    std::string parameter;              ///< the axis's label, in the notation of figures.
    double from = 0.0;
    double to = 1.0;
};

inline constexpr std::string_view named_path_names =
    "self-coupling, symmetry, between A B, coupling i j, or step";

/// "self-coupling" (W − αI, α from −2 to 2), "symmetry" (0 antisymmetric, 1 symmetric) or "step"
/// (h from 0 to 2). Throws std::invalid_argument for another name, or a path that does not move.
NamedPath named_path(std::string_view name, const WholeSystem& whole);
/// w_ij = α, two to each side of what it is; 0 ≤ i, j < N.
NamedPath named_coupling_path(const WholeSystem& whole, Index i, Index j);
/// From `a` at 0 to `b` at 1.
NamedPath named_path_between(const WholeSystem& a, const WholeSystem& b);

}  // namespace resdyn
