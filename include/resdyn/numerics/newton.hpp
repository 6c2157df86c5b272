/// @file
/// Roots of a vector field: damped Newton, its deflation, and the minimum of the speed where there
/// is no root.
///
/// Method. Newton: d = −J⁺f with the minimum-norm solution (complete orthogonal decomposition), so
/// that singular Jacobians give a step and not a crash; the step is halved until
/// ‖f(x + t d)‖₂ ≤ (1 − t/10⁴) ‖f(x)‖₂ (Dennis, Schnabel 1983, ch. 6). Deflation of known roots r:
/// Newton on M(x) f(x), M(x) = Π (‖x − r‖₂^{−p} + σ), which keeps every other root and no longer
/// has r (Farrell, Birkisson, Funke, SIAM J. Sci. Comput. 37, 2015, A2026); its step is the plain
/// one times 1/(1 − ∇log M · d), by Sherman–Morrison. Slow points: Levenberg–Marquardt on q =
/// ½‖f‖₂² (Sussillo, Barak, Neural Comput. 25, 2013, 626).
///
/// What it can miss: Newton is local; a start gives at most one root, and no root proves nothing.
#pragma once

#include <string_view>
#include <vector>

#include <resdyn/numerics/vector_field.hpp>

namespace resdyn {

/// How an iteration ended.
enum class NewtonStatus {
    Converged,  ///< newton: |f|_inf <= residual_tol; slowest_point: |Jᵀf|_inf <= gradient_tol.
    NoDescent,  ///< no step as long as min_damping lowers |f|: near a minimum of q that is no
                ///< root; slowest_point tells.
    IterationLimit,  ///< max_iterations used; raise it, or start nearer.
    NonFinite,       ///< f or J became infinite or NaN; x is the last finite point.
};
std::string_view to_string(NewtonStatus status);

struct NewtonOptions {
    double residual_tol = 1e-12;  ///< on |f(x)|_inf, in the units of f; > 0.
    double gradient_tol = 1e-12;  ///< on |Jᵀf|_inf, for slowest_point; > 0.
    Index max_iterations = 200;   ///< >= 1.
    double min_damping = 1e-6;    ///< shortest share of a step that is tried; in (0, 1].
};

struct NewtonResult {
    Vector x;  ///< size n; the last point.
    NewtonStatus status = NewtonStatus::IterationLimit;
    double residual = -1.0;         ///< |f(x)|_inf.
    std::vector<double> residuals;  ///< |f|_inf before each iteration and at the end.
    Index iterations = 0;           ///< steps taken.
};

/// Roots that an iteration is kept from.
struct Deflation {
    std::vector<Vector> roots;  ///< each of size n.
    double power = 2.0;         ///< p, > 0.
    double shift = 1.0;         ///< σ, > 0: the deflated field far away is the plain one.

    /// log M(x); infinite at a root.
    double log_factor(const Vector& x) const;
    /// ∇ log M(x), size n.
    Vector log_gradient(const Vector& x) const;
};

/// From x0 (size n) to a root. Throws std::invalid_argument if sizes or options are wrong.
NewtonResult newton(const VectorField& field, const Vector& x0, const NewtonOptions& options = {},
                    const Deflation& deflation = {});

/// From x0 to a local minimum of q = ½‖f‖₂², root or not.
NewtonResult slowest_point(const VectorField& field, const Vector& x0,
                           const NewtonOptions& options = {});

/// What is known of a field beyond its values, in the maximum norm.
struct FieldBounds {
    double jacobian_lipschitz = 0.0;  ///< ‖J(x) − J(z)‖_inf ≤ this · |x − z|_inf within `reach`.
    double reach = 0.0;               ///< radius about the root in which that holds, > 0.
    double value_error = 0.0;     ///< rounding: bound on |f computed − f|_inf at the root.
    double jacobian_error = 0.0;  ///< rounding: bound on ‖J computed − J‖_inf at the root.
};

/// A proof that exactly one root lies near a point.
struct RootProof {
    bool proved = false;
    double radius = -1.0;             ///< a root lies within this of x (maximum norm) if proved.
    double uniqueness_radius = -1.0;  ///< and no other within this.
};

/// The theorem of Newton and Kantorovich (Ortega, Rheinboldt 1970, 12.6.2): with β ≥ ‖J(x)⁻¹‖,
/// η ≥ |J(x)⁻¹f(x)|, K the Lipschitz constant and βKη ≤ ½ there is a root within
/// (1 − √(1 − 2βKη))/(βK), unique within (1 + √(1 − 2βKη))/(βK). β comes from an approximate
/// inverse A with ‖I − AJ‖ < 1, all with the rounding errors of `bounds` and of A added. `proved`
/// false says nothing: the root may be there all the same.
RootProof prove_root(const VectorField& field, const Vector& x, const FieldBounds& bounds);

}  // namespace resdyn
