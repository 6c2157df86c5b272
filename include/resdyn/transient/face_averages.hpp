/// @file
/// On which face of the cube each input ends, at rest or turning, and what the network gathers
/// there a layer: averages on a face, measured.
///
/// Theory: while residuals move in one open face F (saturated units S, W_FF nonsingular) their mean
/// over n layers differs from the point y* of the face, W_FF y*_F + W_FS y*_S = 0, by
///
///     ȳ_F − y*_F = W_FF⁻¹ [(u_n − u_0)_F/(nh) − W_FS (ȳ_S − y*_S)]     exactly,
///
/// settled, turning or chaotic alike, so that all inputs of a face gather h V y* a layer in the
/// mean (two matrices: h V A z*), and only their transients tell them apart.
/// Method: the layer map in the pre-activations, first `layers` layers that are not looked at, then
/// a window over which means are taken. A unit is saturated where it stays next to one level
/// through the whole window. An input ends on the face of its pattern where W_FF is not singular,
/// its signs hold every saturated unit in place at y*, and the right side above is small.
/// What it can miss: a window sees what happens in it; a passage longer than the window past a face
/// that holds all its units, or motion through several faces slower than that, is taken for an end.
/// The logistic origin is degenerate and no end of this kind: such inputs are counted apart.
/// Reference: the averaging of u along bounded motions, as for replicator equations (J. Hofbauer,
/// K. Sigmund, Evolutionary Games and Population Dynamics, 1998, section 5.2).
#pragma once

#include <vector>

#include <resdyn/equilibria/pattern.hpp>
#include <resdyn/model/residual_network.hpp>

namespace resdyn {

struct FaceAverageOptions {
    Index layers = 2000;       ///< run before the window, >= 0.
    Index window = 2000;       ///< layers of the means, >= 1.
    double saturation = 1e-3;  ///< distance from a level, as a share of the levels' width, up to
                               ///< which a unit counts as saturated; in (0, 0.5).
    /// Largest bound on |ȳ − y*|_2 that counts as being on the face, in units of the levels' width;
    /// > 0. Where it is larger the mean says little yet.
    double largest_bound = 0.05;
    int threads = 0;  ///< 0: all. The result does not depend on it.
};

/// The inputs that end on one face.
struct FaceEnd {
    Pattern pattern;
    Vector y;                    ///< M: y*, the mean of every motion on the face.
    std::vector<Index> members;  ///< columns of x0, increasing.
    Index turning = 0;           ///< of them: still moving at the end of the window.
    double deviation = 0.0;      ///< largest |ȳ − y*|_2 of a member, …
    double bound = 0.0;          ///< … and the largest of the bounds that the theory puts on it.
};

struct FaceAverages {
    std::vector<FaceEnd> faces;               ///< by decreasing number of members, then pattern.
    std::vector<Index> at_origin;             ///< end at the logistic origin, or next to it.
    std::vector<Index> elsewhere;             ///< on no one face, as far as the window shows.
    Matrix mean;                              ///< M×B: ȳ of the window.
    double largest_relative_deviation = 0.0;  ///< of deviation to its bound, over all members: at
                                              ///< most 1, to rounding.
};

/// x0: N×B activities to start from. Bounded f and shared weights only; throws
/// std::invalid_argument otherwise, or for options out of range.
FaceAverages face_averages(const ResidualNetwork& network, const Matrix& x0,
                           const FaceAverageOptions& options = {});

}  // namespace resdyn
