/// @file
/// Pseudo-arclength continuation of an equilibrium, in double precision: along a path of weights,
/// on the full field F(y, α) = g(y) ∘ (W(α) y), a second, independent way to the branches and
/// events of bifurcation.hpp; and of any family of vector fields F(x, α).
///
/// Method: predictor along the unit tangent of the curve F = 0, corrector by Newton on F = 0 with
/// the arclength condition t·(z − z₀) = s, z = (y, α), bordered systems by LU (Keller, in:
/// Rabinowitz (ed.), Applications of Bifurcation Theory, 1977, 359–384; step control and labels as
/// in Doedel's AUTO). An event is a change in the number of unstable eigenvalues, or of multipliers
/// outside the unit circle, located by bisection in s; the eigenvalue that crosses names it.
/// Marks, α as asked for, are located likewise and then solved for at that α.
/// What it can miss: two events between neighbouring points that undo each other; other branches
/// are not started.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <resdyn/bifurcation/parameter_path.hpp>
#include <resdyn/numerics/field_family.hpp>
#include <resdyn/numerics/spectrum.hpp>

namespace resdyn {

enum class ContinuationLabel {
    Regular,        ///< an ordinary point: "".
    EndPoint,       ///< the start, an end of the range of α, or where y leaves the cube: "EP".
    Transcritical,  ///< a real eigenvalue crosses zero, on a path of weights: "TC".
    Hopf,           ///< a pair of eigenvalues crosses the imaginary axis: "HB".
    Flip,           ///< a multiplier crosses −1: "PD".
    NeimarkSacker,  ///< a pair of multipliers crosses the unit circle: "NS".
    NoConvergence,  ///< the corrector failed at the smallest step: "MX", the run ends there. Try a
                    ///< smaller min_step.
    UserValue,      ///< a value of α that was asked for: "UZ".
    // Of families of fields, where a real eigenvalue crosses zero:
    Fold,         ///< two equilibria meet and vanish; the curve turns: "LP".
    BranchPoint,  ///< another curve crosses (transcritical or pitchfork): "BP".
};
std::string_view to_string(ContinuationLabel label);

struct ContinuationOptions {
    double from = 0.0;
    double to = 1.0;                 ///< > from; α stays in [from, to].
    int direction = 1;               ///< sign of the first change of α: 1 or −1.
    double first_step = 0.01;        ///< of arclength, > 0.
    double min_step = 1e-9;          ///< below which the corrector has failed, > 0.
    double max_step = 0.05;          ///< >= first_step.
    double residual_tol = 1e-11;     ///< on |F|_inf, > 0.
    Index max_corrections = 8;       ///< Newton steps a point, >= 1.
    double event_tol = 1e-10;        ///< width in arclength to which events are located, > 0.
    Index max_points = 20000;        ///< >= 1.
    std::vector<double> marks = {};  ///< values of α at each of which the curve gets a point (UZ).
};

struct ContinuationPoint {
    double alpha = 0.0;
    Vector y;
    double residual = -1.0;  ///< |F|_inf.
    std::vector<Complex> eigenvalues;
    Index unstable = 0;  ///< eigenvalues with Re > 0.
    Index outside = 0;   ///< multipliers of the layer map outside the unit circle.
    ContinuationLabel label = ContinuationLabel::Regular;
};

/// From the equilibrium y0 (size N, in the closed cube) at alpha0, first corrected there. The last
/// point says by its label how the run ended (Regular: max_points). Throws std::invalid_argument
/// for options or sizes out of range.
std::vector<ContinuationPoint> continue_equilibrium(const ParameterPath& path, const Vector& y0,
                                                    double alpha0,
                                                    const ContinuationOptions& options);

/// The same of a family of fields; ContinuationPoint::y is x, `outside` stays 0. box: where the run
/// ends besides the range of α; none: only there, or after max_points. A fold is told from a branch
/// point by the left null vector ψ of ∂f/∂x: |ψᵀ ∂f/∂α| > 1e-6 (Kuznetsov, Elements of Applied
/// Bifurcation Theory (2004), 10.2).
std::vector<ContinuationPoint> continue_equilibrium(const FieldFamily& family, const Vector& x0,
                                                    double alpha0,
                                                    const ContinuationOptions& options,
                                                    const std::optional<Box>& box = {});

}  // namespace resdyn
