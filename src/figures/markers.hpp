/// @file
/// The marker of each type of equilibrium and the line of each invariant curve, the same in every
/// figure.
#pragma once

#include <array>

#include <string>

#include <resdyn/portrait/separatrix.hpp>

#include "figure.hpp"

namespace resdyn::figures {

inline constexpr const char* flow_colour = "#56B4E9";  ///< of trajectories without a class.

inline constexpr const char* cycle_colour = "#000000";
inline constexpr const char* layer_cycle_colour = "#882255";

struct EquilibriumMarker {
    EquilibriumType type;
    const char* legend;
    int symbol;
    double size;
};

inline constexpr std::array<EquilibriumMarker, 7> equilibrium_markers = {
    EquilibriumMarker{EquilibriumType::StableNode, "stable node", 7, 1.35},
    EquilibriumMarker{EquilibriumType::StableFocus, "stable focus", 15, 1.5},
    EquilibriumMarker{EquilibriumType::Saddle, "saddle", 12, 1.5},
    EquilibriumMarker{EquilibriumType::UnstableNode, "unstable node", 6, 1.35},
    EquilibriumMarker{EquilibriumType::UnstableFocus, "unstable focus", 14, 1.5},
    EquilibriumMarker{EquilibriumType::Center, "center", 4, 1.25},
    EquilibriumMarker{EquilibriumType::NonHyperbolic, "non-hyperbolic", 8, 1.5},
};

/// Colours that no class of the data has (class_colour), for both stand in one picture.
struct CurveStyle {
    const char* colour;
    int dash;
    const char* legend;
};

constexpr CurveStyle curve_style(CurveKind kind) {
    switch (kind) {
        case CurveKind::Unstable:
            return {"#7A2E8E", 1, "unstable manifold"};
        case CurveKind::Stable:
            return {"#00573F", 1, "stable manifold"};
        case CurveKind::Ray:
            break;
    }
    return {"#4D4D4D", 4, "invariant ray"};
}

/// The legend's entry for layers, in no place of the picture: grey where classes have colours.
Series layer_entry(const std::array<std::string, 2>& columns, double step, bool classes,
                   double size);

/// "stable of FL (eigenvalue -0.5) to HH".
std::string curve_name(const InvariantCurve& curve);

}  // namespace resdyn::figures
