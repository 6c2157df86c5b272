/// @file
/// A weighted sum of pre-activations that never falls (levels from 0, logistic): p ≥ 0, p ≠ 0 with
/// pᵀW ≥ 0. Then Σ p_i u_i changes by (pᵀW) f(u) ≥ 0 in the flow and by h times that a layer, so no
/// trajectory of the open cube comes to rest at y = 0, where every u_i runs to −∞.
///
/// By the theorem of the alternative (Ville 1938; Schrijver, Theory of Linear and Integer
/// Programming (1986), §7.8) there is either such a p or some y ≥ 0 with Wy < 0 in every row, never
/// both: the witness of one verdict refutes the other.
///
/// Method: the matrix game of W in double by the simplex method gives candidates for both, each
/// verified in integers on the stored weights; where its value is too close to 0 for that, a linear
/// program in rationals up to `exact_up_to` units. Theory: doc/theory.md §5.5.
#pragma once

#include <optional>

#include <resdyn/model/residual_system.hpp>

namespace resdyn {

struct GrowthForm {
    /// true: `p` is one; false: there is none, `y` proves it; empty: not decided.
    std::optional<bool> exists;
    Vector p;  ///< where it exists; size N, sum about 1.
    Vector y;  ///< where none does and a double can hold it: Wy < 0; size N or 0.
};

/// The verdict is exact for the stored weights (two matrices: W = BA in rationals). Where the
/// witness p came from rationals, it is printed as the nearest doubles. Activations whose residuals
/// are not negative only: throws std::invalid_argument for tanh.
GrowthForm growth_form(const ResidualSystem& system, Index exact_up_to = 12);

}  // namespace resdyn
