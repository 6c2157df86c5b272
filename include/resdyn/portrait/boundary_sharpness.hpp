/// @file
/// How sharp the boundary between basins is: the share f(ε) of pairs of points at distance ε that
/// come to different ends grows like ε^α; α = 1 for a smooth boundary, less for a fractal one, of
/// dimension D − α.
///
/// Pairs are the map's own cells, so ε is at least one cell and finer structure is not seen. A pair
/// of which one end came to no attractor counts one half: such a cell lies on the boundary.
///
/// α is a statement about scaling, so it is given only where the map shows some: two attractors,
/// at least four distances (each twice the last) with a hundred uncertain pairs each, local slopes
/// log₂ f(2ε)/f(ε) that agree to `slope_tol`, and at most `most_unsettled` of the followed cells
/// without an attractor, whose areas have borders of their own. Elsewhere `status` says why not.
/// What it can miss: a boundary that is fractal below a cell; two boundaries of different kind on
/// one map; α of a short smooth arc and of a fractal one within slope_tol of it are not told apart.
/// Reference: S. W. McDonald, C. Grebogi, E. Ott, J. A. Yorke, Physica D 17 (1985) 125–153,
/// section 2.
#pragma once

#include <resdyn/portrait/basins.hpp>

namespace resdyn {

enum class SharpnessStatus {
    Fitted,       ///< α stands on the scaling of f.
    NoBoundary,   ///< no two cells came to different attractors.
    TooFewCells,  ///< fewer than four distances fit the map: draw more cells.
    TooFewPairs,  ///< fewer than `least_pairs` uncertain pairs at some distance: more cells, or a
                  ///< window on the boundary.
    Unsettled,    ///< too many cells came to no attractor: their borders would be counted.
    NoScaling,    ///< local slopes disagree: f is no power of ε over these distances.
    Incomplete,   ///< the map was stopped.
};
/// "fitted", "no_boundary", "too_few_cells", "too_few_pairs", "unsettled", "no_scaling",
/// "incomplete".
std::string_view to_string(SharpnessStatus status);

struct SharpnessOptions {
    Index least_distances = 4;     ///< >= 3.
    Index least_pairs = 100;       ///< >= 1.
    double slope_tol = 0.1;        ///< largest difference of a local slope from α, > 0.
    double most_unsettled = 0.05;  ///< share of the followed cells, in (0, 1].
};

struct BoundarySharpness {
    SharpnessStatus status = SharpnessStatus::NoBoundary;
    std::string reason;            ///< one clause, with the numbers; empty where fitted.
    std::vector<double> distance;  ///< ε in units of the slice, increasing; powers of two cells.
    std::vector<Proportion> uncertain;  ///< share of pairs with different ends.
    double exponent = 0.0;        ///< α, least squares of log f against log ε; NaN unless fitted.
    double standard_error = 0.0;  ///< of the fit; NaN likewise.
    double slope_spread = 0.0;    ///< largest |local slope − α|; NaN likewise.

    bool fitted() const { return status == SharpnessStatus::Fitted; }
    /// α differs from 1 by less than the local slopes do among themselves: no sign of a fractal.
    bool looks_smooth() const;
};
/// Throws std::invalid_argument for options out of range.
BoundarySharpness boundary_sharpness(const BasinMap& map, const SharpnessOptions& options = {});

}  // namespace resdyn
