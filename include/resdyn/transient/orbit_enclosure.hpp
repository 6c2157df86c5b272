/// @file
/// A proved enclosure of one orbit of a logistic residual system, of the layer map
/// u ← u + h W f(u) or of the flow u' = W f(u), over as many layers as wanted: residuals that decay
/// like 1/n change over decades of n, and a step encloses a tenth of n at once, all its layers.
///
/// Method: over a step of m layers (of time T = m h) an approximate orbit is a polynomial in x =
/// k/m for the sums q = h Σ f(u) and for u itself; its coefficients solve the difference equation
/// (flow: the differential one) order by order. It need not be the orbit. What it misses
/// it by, per layer, is bounded in interval arithmetic for every x of the step at once: residuals
/// of the coefficients, and the Taylor coefficient of f(u) of the next order over the whole step.
/// The difference e to the true orbit lies in a parallelepiped, {Q c : |c_i| ≤ r_i} with Q
/// orthogonal; a polynomial of matrices takes it to the end of the step, bounded in the same way,
/// and Q follows by orthogonalisation, so that contraction and shear do not widen it (Lohner).
/// Inside a step what was missed grows by no more than the exponential of T ‖|W| f'‖, and the
/// nonlinear part is at most ½ T |W| f' e². Early layers are steps of one layer.
///
/// What it speaks of: real arithmetic with the stored weights (W = BA exact), no rounding of the
/// network's own run. What it can miss: where the orbit is too sensitive to follow, the enclosure
/// widens until `advance` refuses; it never excludes the orbit.
/// References: R. J. Lohner, in Computer Arithmetic and Scientific Computation, 1992; N. S.
/// Nedialkov, K. R. Jackson, G. F. Corliss, Appl. Math. Comput. 105 (1999) 21–68.
#pragma once

#include <vector>

#include <resdyn/model/clock.hpp>
#include <resdyn/model/residual_system.hpp>
#include <resdyn/numerics/interval.hpp>

namespace resdyn {

/// What enclosures of orbits of one system share: its weights and how exactly they are known.
class OrbitField {
  public:
    /// Logistic systems only (throws std::invalid_argument).
    OrbitField(const ResidualSystem& system, Clock clock);

    Index dimension() const { return W_.rows(); }
    Clock clock() const { return clock_; }
    double step() const { return step_; }
    /// W, each entry rounded once.
    const Matrix& W() const { return W_; }
    /// At least |W|.
    const Matrix& W_size() const { return W_size_; }

  private:
    Matrix W_;
    Matrix W_size_;
    Clock clock_;
    double step_;
};

/// One step: from `time` on, q(x) = q + Σ_j increments.col(j) x^j ± q_error for its layers x.
struct OrbitStep {
    double layers_before = 0.0;  ///< n; beyond 2^53 rounded. Flow: 0.
    double layers = 0.0;         ///< of this step; 0 in the flow.
    double time = 0.0;           ///< h n, or the flow's time, at its start; rounded.
    Interval span;               ///< T, time it takes.
    Vector q;                    ///< h Σ f(u) (flow: ∫ f(u) dt) from the beginning to its start.
    Vector q_error;              ///< bound on the error of q(x) over the step and at its end.
    Matrix increments;           ///< N × (degree + 1), column 0 is 0.
};

class OrbitEnclosure {
  public:
    /// From u(0) within `radius` of `u`, by component. `field` must outlive it.
    OrbitEnclosure(const OrbitField& field, const Vector& u, const Vector& radius);

    /// One step on. False where nothing can be enclosed any more: the state stays where it was.
    bool advance();

    const Vector& u() const { return u_; }
    /// Bound on |u_i − orbit_i|, by component.
    Vector radius() const;
    double layers() const { return layers_; }
    double time() const { return time_; }
    /// The step that led here; only after `advance`.
    const OrbitStep& last_step() const { return last_; }
    Index steps() const { return steps_; }

  private:
    struct Series;
    struct Bounds;
    bool try_step(double span);
    void expand(Series& series) const;
    Bounds bound(const Series& series) const;
    bool carry(const Series& series, Bounds& bounds);
    Matrix transition(const Series& series, const Bounds& bounds, double& missed) const;
    double next_span(const Bounds& bounds) const;

    const OrbitField* field_;
    Vector u_;
    Matrix frame_;   ///< Q, orthogonal to rounding.
    Vector widths_;  ///< r.
    Vector q_;
    Vector q_error_;
    double layers_ = 0.0;
    double time_ = 0.0;
    double span_ = 1.0;  ///< of the next step: layers, or time in the flow.
    Index steps_ = 0;
    OrbitStep last_;
};

}  // namespace resdyn
