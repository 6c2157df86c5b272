/// @file
/// One curve that a flow keeps, followed from an equilibrium along an eigenvector until it ends, is
/// cut, or leaves a box: what separatrices of networks (separatrix.hpp, whose options and rules
/// these are) and of any vector field share.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include <resdyn/numerics/vector_field.hpp>
#include <resdyn/portrait/separatrix.hpp>

namespace resdyn {

/// Throws std::invalid_argument for options out of range.
void check_separatrix_options(const SeparatrixOptions& options);

/// What the border of the box does to a curve.
enum class AtBorder {
    Hold,  ///< the flow never leaves the box: components stay at its sides.
    End,   ///< the curve ends with its first point outside.
};

struct CurveSpace {
    Box box;
    double side = 1.0;  ///< the length that the options' lengths are shares of.
    AtBorder at_border = AtBorder::Hold;
};

struct CurveStart {
    Vector from;
    Vector direction;   ///< of unit length.
    double time = 1.0;  ///< 1, or −1: against it.
};

struct FollowedCurve {
    Matrix x;                        ///< n×m from the equilibrium on.
    std::optional<std::size_t> end;  ///< which of the ends it came to.
    double end_distance = -1.0;      ///< |·|_inf there.
    CurveCut cut = CurveCut::None;
    bool left_box = false;
};

FollowedCurve follow_curve(const VectorField& field, const CurveStart& start,
                           const CurveSpace& space, const std::vector<Vector>& ends,
                           const SeparatrixOptions& options);

}  // namespace resdyn
