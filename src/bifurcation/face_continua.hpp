/// @file
/// Continua of equilibria on a face along a path: where its free block is singular with solutions
/// inside.
#pragma once

#include "face_branches.hpp"

namespace resdyn {

/// Where W_FF is singular at one of `poles`, the roots of its determinant, with solutions strictly
/// inside the face: the continua of that pattern at one α.
std::vector<PlacedEvent> singular_events(const ParameterPath& path, const FreeSetPath& set,
                                         const std::vector<exact::RealRoot>& poles,
                                         const Pattern& pattern);

/// Whether the face of `pattern` holds a continuum at the rational α.
struct ContinuumAt {
    Index dimension = 0;  ///< 0: none.
    Vector point;
};
ContinuumAt continuum_at(const ParameterPath& path, const Pattern& pattern,
                         const exact::Rational& alpha);

}  // namespace resdyn
