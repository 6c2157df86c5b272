/// @file
/// All branches of one pattern along a path and the events on them, decided exactly.
#pragma once

#include <resdyn/equilibria/bifurcation.hpp>
#include <resdyn/numerics/exact_roots.hpp>

#include "face_path.hpp"

namespace resdyn {

/// The interval of α and the width of brackets, as exact numbers.
struct ParameterRange {
    exact::Rational from;
    exact::Rational to;
    exact::Rational width;
};

struct FaceBranches {
    std::vector<EquilibriumBranch> branches;
    std::vector<Bifurcation> events;
};

/// Branches and TC, HB, PD, NS of one pattern, and the singular edges that touch it. The
/// determinant of the set must not vanish for every α.
FaceBranches face_branches(const ParameterPath& path, const FreeSetPath& set,
                           const Pattern& pattern, const ParameterRange& range, bool layer_map);

/// Where W_FF is singular at one of `poles`, the roots of its determinant, with solutions strictly
/// inside the face: the continua of that pattern at one α.
std::vector<Bifurcation> singular_events(const ParameterPath& path, const FreeSetPath& set,
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
