/// @file
/// The pattern of a point of the closed cube [a, b]^N: each unit Low (y_i = a), High (y_i = b) or
/// Free (a < y_i < b). A pattern names an open face of the cube; an equilibrium of the residual
/// system lies in exactly one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <resdyn/core/types.hpp>
#include <resdyn/model/activation.hpp>

namespace resdyn {

enum class UnitState : std::uint8_t { Low, High, Free };

/// One state a unit, unit 0 first. Written as a word of L, H and F: "LHF".
struct Pattern {
    std::vector<UnitState> states;

    Index size() const { return static_cast<Index>(states.size()); }
    UnitState operator[](Index i) const { return states[static_cast<std::size_t>(i)]; }
    /// Units that are Free, increasing.
    std::vector<Index> free_units() const;
    bool is_vertex() const { return free_units().empty(); }

    friend bool operator==(const Pattern&, const Pattern&) = default;
    /// Lexicographic with Low < High < Free.
    friend auto operator<=>(const Pattern&, const Pattern&) = default;
};

std::string to_string(const Pattern& pattern);
/// Inverse of to_string; throws InputError on another letter.
Pattern pattern_from_string(std::string_view word);

/// The pattern of y (size N, components in the closed range of a bounded f): components within
/// `tolerance` of a level count as saturated.
Pattern pattern_of(const Vector& y, Activation activation, double tolerance = 0.0);

}  // namespace resdyn
