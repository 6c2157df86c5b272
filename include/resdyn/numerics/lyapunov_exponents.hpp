/// @file
/// The leading Lyapunov exponents of a flow or a map along one trajectory, with error bars, and
/// what they say about the motion.
///
/// Method: k tangent vectors are carried along and orthonormalised by QR every interval; the
/// exponents are the mean logarithms of diag R (Benettin, Galgani, Giorgilli, Strelcyn, Meccanica
/// 15, 1980, 9–20; Eckmann, Ruelle, Rev. Mod. Phys. 57, 1985, 617). The time is cut into blocks;
/// the standard error is that of the mean over blocks, which is honest as far as a block is longer
/// than the motion remembers, and is itself known to 1/sqrt(2 (blocks − 1)) only: 16 % with 20
/// blocks. With a target the run goes on, twice as long each time, blocks growing with it, until
/// the error of the first exponent is small enough or t_max is used.
/// Tangent motion with shear (a centre's neighbours) grows like t, so that an exponent that is zero
/// shows as ln(t)/t: `zero_floor` allows for that, and `limits` are the exponents with a term
/// m ln(t) fitted beside them (least squares over the blocks but the first). What is zero by the
/// floor but not by its limit, a slow decay for instance, is not called quasi-periodic.
/// Two checks come with every run: the exponents' sum is the mean divergence along it (Liouville;
/// maps: the mean of ln |det J|), and the mean of an observable of the caller's. What it can miss:
/// an exponent is a limit; slow drifts and rare events longer than the run are not seen. Exponents
/// belong to the trajectory given, and say nothing of other attractors.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include <resdyn/numerics/integrate.hpp>

namespace resdyn {

/// A map x ← F(x) of R^n and its Jacobian.
struct DiscreteMap {
    Index dimension = 0;
    std::function<Vector(const Vector&)> value;
    std::function<Matrix(const Vector&)> jacobian;
};

struct LyapunovOptions {
    Index count = 0;         ///< exponents wanted, 1 … n; 0: all.
    double transient = 0.0;  ///< time (maps: iterations) before the measurement, >= 0.
    double t_end = 1000.0;   ///< measured time (maps: iterations), > 0; at least, with a target.
    double interval = 1.0;   ///< time between two QR steps (maps: iterations, at least 1), > 0.
    Index blocks = 20;       ///< for the error bars, at least (at most twice as many); >= 4 and
                             ///< at most t_end/interval.
    /// Standard error wanted of the first exponent: `target_error`, or `target_share` of its size,
    /// whichever is larger; >= 0, both 0: no target.
    double target_error = 0.0;
    double target_share = 0.0;
    double t_max = 0.0;         ///< with a target: measured time at most; >= t_end, or 0: t_end.
    double rel_tol = 1e-8;      ///< flow: relative error per step, > 0.
    double abs_tol = 1e-10;     ///< flow: absolute error per step, > 0.
    Index max_steps = 1000000;  ///< flow: steps within one interval or the transient, >= 1.
    std::uint64_t seed = 1;     ///< of the first tangent vectors.
    /// Its time average is taken beside the exponents; flows only. Empty: none.
    std::function<Vector(const Vector&)> observable = {};
};

/// What exponents say of bounded motion that is no equilibrium.
enum class MotionVerdict {
    Chaotic,        ///< the first exceeds 3 standard errors and the floor.
    QuasiPeriodic,  ///< two or more are zero (below the floor, 3 standard errors too, and their
                    ///< limits to 3 of theirs or the integration's error), none larger.
    OneZero,        ///< one zero, the rest negative: what a limit cycle has; look for it.
    AllNegative,    ///< every exponent is negative: an equilibrium, or a map's cycle.
    Undecided,      ///< the errors are too large, or the run did not reach its end.
};
/// "chaotic", "quasi_periodic", "one_zero", "all_negative", "undecided".
std::string_view to_string(MotionVerdict verdict);

struct LyapunovSpectrum {
    Vector exponents;        ///< size k, decreasing up to their errors; per unit of time, ln units.
    Vector standard_errors;  ///< size k.
    Matrix blocks;           ///< k×blocks: the exponents of each block.
    Vector limits;           ///< size k: with m ln(t) fitted beside λ t; see above.
    Vector limit_errors;     ///< size k, standard errors.
    double time = 0.0;       ///< measured.
    double zero_floor = 0.0;         ///< 2 ln(e + time)/time.
    double integration_floor = 0.0;  ///< rel_tol · steps/time: what the integration may add.
    bool has_target = false;
    bool target_reached = false;    ///< the first exponent's error is as small as was asked.
    double mean_divergence = 0.0;   ///< along the run; maps: of ln |det J|, NaN where k < n.
    double divergence_error = 0.0;  ///< |Σ exponents − mean_divergence|; NaN where k < n.
    Vector mean_observable;         ///< along the run; empty without an observable.
    Outcome outcome = Outcome::ReachedEnd;  ///< of the trajectory; else the exponents are empty.
    Vector begin;                           ///< the state after the transient.
    Vector end;                             ///< the last state.
    MotionVerdict verdict = MotionVerdict::Undecided;
};

/// Along x' = f(x) from x0 (size n). Throws std::invalid_argument if sizes or options are wrong.
LyapunovSpectrum lyapunov_exponents(const VectorField& field, const Vector& x0,
                                    const LyapunovOptions& options = {});
/// Along x ← F(x); exponents per iteration. An exponent of −∞ (a singular Jacobian) is reported as
/// such.
LyapunovSpectrum lyapunov_exponents(const DiscreteMap& map, const Vector& x0,
                                    const LyapunovOptions& options = {});

}  // namespace resdyn
