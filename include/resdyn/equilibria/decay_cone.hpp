/// @file
/// An absorbing neighbourhood of a hyperbolically stable decay direction of the logistic origin
/// (origin_directions.hpp): what is in it stays in it and goes to y = 0 along the direction, proved
/// for all time, for the exact layer map or for the flow.
///
/// The set at time t, in u = log(y / (1 − y)): w_i = u_i − log(v_i / t) on the support K lies in an
/// ellipsoid wᵀPw ≤ ρ², and the units outside have Σ b_j t e^{u_j} ≤ E. It needs no more of the
/// past than that some t fits: a step of the network takes t to t + h, and
///   w⁺ = (I + (h/t) J) w + (h/t) n,   J = W_KK diag(v_K),
/// where n collects e^w − 1 − w, the units outside, t y − e^u t and what log(1 + h/t) lacks of h/t.
/// If PJ + JᵀP ≺ −2αP and |n|_P ≤ αρ everywhere in the set, w stays in the ellipsoid; if moreover
/// 1 + (W t y)_j < 0 for each unit outside, t e^{u_j} falls to 0. Both hold for every later t, so
/// y_i ≤ v_i e^{w_i} / t → 0 for all i.
///
/// Method: P from the eigenvectors of J, or an ellipsoid that holds what the slowest unit outside
/// forces on w, whichever leaves that unit most room; positive definiteness by Cholesky in
/// intervals, all bounds in interval arithmetic, v within a rounding of the exact direction. ρ is
/// chosen likewise. What it can miss: the set is far smaller than the basin; a direction with no
/// margin (an exponent close to 0) may have none, which is said. Reference: H. K. Khalil, Nonlinear
/// Systems, 2002, ch. 4 and 9 (Lyapunov functions, perturbed systems). Theory: doc/theory.md §6.4.
#pragma once

#include <optional>
#include <vector>

#include <resdyn/equilibria/origin_directions.hpp>
#include <resdyn/model/clock.hpp>
#include <resdyn/numerics/interval.hpp>

namespace resdyn {

class DecayCone {
  public:
    /// Nothing where no such set could be proved: of a direction that is not a solution of
    /// W_KK v = −1 or not stable, always. Logistic systems only (throws std::invalid_argument).
    static std::optional<DecayCone> make(const ResidualSystem& system,
                                         const DecayDirection& direction, Clock clock);

    /// Every u within `radius` of `u`, by component, is in the set at one and the same time t.
    bool contains(const Vector& u, const Vector& radius) const;

    const DecayDirection& direction() const { return direction_; }
    Clock clock() const { return clock_; }
    double radius() const { return rho_; }         ///< ρ.
    double outside() const { return outside_; }    ///< E.
    double earliest() const { return earliest_; }  ///< smallest t of the set.
    double rate() const { return alpha_; }         ///< α.
    /// Where t y_i lies in the set, from its earliest t on: N.
    const std::vector<Interval>& scaled_residuals() const { return residuals_; }

  private:
    DecayCone() = default;
    bool find_metric(const Matrix& W, double step, const Matrix& P_guess);
    double room() const;
    bool choose_size(const Matrix& W, double step);
    struct Demands;
    Demands demands(const Matrix& W, double step, double rho) const;

    DecayDirection direction_;
    Clock clock_ = Clock::Map;
    std::vector<Index> others_;
    Vector v_;  ///< v_K.
    std::vector<Interval> log_v_;
    Matrix P_;
    Vector reach_;                      ///< |w_k| <= reach_k |w|_P.
    Vector weight_;                     ///< b.
    std::vector<double> pull_;          ///< |W_jK diag(v) w| <= pull_j |w|_P, by unit outside.
    std::vector<double> outside_rate_;  ///< 1 + (Wv)_j at most.
    double alpha_ = 0.0;
    double rho_ = 0.0;
    double outside_ = 0.0;
    double earliest_ = 0.0;
    std::vector<Interval> residuals_;
};

}  // namespace resdyn
