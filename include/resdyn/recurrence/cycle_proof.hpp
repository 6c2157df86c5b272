/// @file
/// A proof that the network has a cycle where Newton found one, and of which period: by Krawczyk's
/// operator in intervals, in which every rounding, the product of a two-matrix block and exp are
/// enclosed.
///
/// Method. Let G(u) = 0 be the p equations u_{n+1} − u_n − h (W_FF f(u_n) + W_FS y_S) of a face
/// together, c the points found, X the box of radius r about c and C an approximate inverse of
/// G'(c). If for every coordinate
///
///     |C G(c)|_i + Σ_j |I − C G'(X)|_ij r < r,
///
/// then X holds exactly one solution (Krawczyk 1969; R. E. Moore, R. B. Kearfott, M. J. Cloud,
/// Introduction to Interval Analysis (2009), ch. 8). The period p is minimal if for every prime q
/// that divides p the boxes of some u_n and u_{n + p/q} are apart. The cycle attracts within the
/// face if a power of the enclosed product of the layers' Jacobians over the box has a norm below
/// 1; in the cube if besides every λ_i(y*) across the face is negative, which is decided exactly.
/// `proved` false says nothing: the cycle may be there all the same.
#pragma once

#include <string>

#include <resdyn/recurrence/map_cycle.hpp>

namespace resdyn {

struct CycleProof {
    bool proved = false;      ///< a cycle of the map, whose period divides p, lies in the box.
    bool minimal = false;     ///< and its minimal period is p.
    bool attracting = false;  ///< and it attracts within the face.
    bool attracts_in_cube = false;  ///< and across it.
    Matrix centre;                  ///< |F|×p: c.
    double radius = 0.0;            ///< r, in u.
    double contraction = 0.0;       ///< bound of ‖I − C G'(X)‖_inf.
    double separation = 0.0;  ///< smallest over the primes q | p of the largest distance of c_n
                              ///< and c_{n+p/q}, to be more than 2r; infinite for p = 1.
    std::string reason;       ///< why it is not proved, or not minimal; empty otherwise.
};

/// Of the weights of `system` as stored (the factors of a two-matrix block multiplied in
/// intervals), at its step.
CycleProof prove_map_cycle(const ResidualSystem& system, const MapCycle& cycle);

}  // namespace resdyn
