"""What any vector field x' = f(x) is asked: integration, Newton's method with deflation, roots,
Lyapunov exponents, closed orbits.

A field is a `VectorField(f, jacobian, dimension=n)` of Python functions, or that of a residual
system: `ResidualFlow(system)` (y' = g(y) * (W y)), `PreactivationFlow(system)` (u' = W f(u)).
Without a Jacobian, central differences take its place. Python functions are called from the thread
of the call only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import _resdyn
from ._resdyn import (
    Field,
    LyapunovSpectrum,
    NewtonResult,
    PeriodicOrbit,
    RootSearchResult,
    Trajectory,
)

__all__ = [
    "eigenvalues",
    "find_periodic_orbit",
    "find_roots",
    "integrate",
    "lyapunov_exponents",
    "newton",
    "orbit_samples",
    "refine_periodic_orbit",
    "slowest_point",
]


def integrate(
    field: Field,
    x0: Any,
    *,
    t_end: float = 10.0,
    rel_tol: float = 1e-9,
    abs_tol: float = 1e-12,
    max_steps: int = 1000000,
    initial_step: float = 1e-3,
    rest_tol: float = -1.0,
    sample_times: Sequence[float] | None = None,
) -> Trajectory:
    """One trajectory of x' = f(x) with error control, by Dormand and Prince's pair 5(4).

    Parameters
    ----------
    x0 : array-like (n)
    t_end : float
        Final time, >= 0.
    rel_tol, abs_tol : float
        Error of a component per step: abs_tol + rel_tol (|x| + |dx|). The global error is not
        bounded by it.
    rest_tol : float
        Stop where |f(x)|_inf is at most this; negative: never.
    sample_times : sequence of float, optional
        Times to record, increasing, within [0, t_end]; default: every step.

    Returns
    -------
    Trajectory
        t (samples), x (n x samples), outcome ("reached_end", "at_rest", "step_limit",
        "step_underflow", "non_finite"), residual |f| at the end.

    References
    ----------
    J. R. Dormand, P. J. Prince, J. Comput. Appl. Math. 6 (1980) 19-26.
    """
    times = None if sample_times is None else [float(t) for t in sample_times]
    return _resdyn.integrate(
        field, x0, t_end, rel_tol, abs_tol, max_steps, initial_step, rest_tol, times
    )


def newton(
    field: Field,
    x0: Any,
    *,
    deflate: Sequence[Any] | None = None,
    residual_tol: float = 1e-12,
    max_iterations: int = 200,
    min_damping: float = 1e-6,
) -> NewtonResult:
    """A root of the field by damped Newton steps from x0, none of those in `deflate`.

    Returns
    -------
    NewtonResult
        x (n), status ("converged", "no_descent", "iteration_limit", "non_finite"), residual |f|.

    References
    ----------
    P. E. Farrell, A. Birkisson, S. W. Funke, SIAM J. Sci. Comput. 37 (2015) A2026 (deflation).
    """
    return _resdyn.newton(field, x0, deflate, residual_tol, max_iterations, min_damping)


def slowest_point(
    field: Field, x0: Any, *, gradient_tol: float = 1e-12, max_iterations: int = 200
) -> NewtonResult:
    """A local minimum of q = |f|^2 / 2 from x0, root or not.

    References
    ----------
    D. Sussillo, O. Barak, Neural Comput. 25 (2013) 626.
    """
    return _resdyn.slowest_point(field, x0, gradient_tol, max_iterations)


def find_roots(
    field: Field,
    lower: Any,
    upper: Any,
    *,
    starts: int = 256,
    seed: int = 1,
    deflation_rounds: int = 4,
    merge_tol: float = 1e-6,
    outlier_factor: float = 3.0,
    slow_speed: float = 1e-2,
    singular_tol: float = 1e-5,
    residual_tol: float = 1e-12,
    threads: int = 0,
) -> RootSearchResult:
    """Roots from many starts in the box lower <= x <= upper, then again with the known deflated.

    Nothing here is complete: roots whose basin no start hits are missed.

    Returns
    -------
    RootSearchResult
        roots (x, residual, eigenvalues, type, singular), slow (minima of the speed where it is
        below slow_speed but not zero), and what became of the starts.
    """
    return _resdyn.find_roots(
        field,
        lower,
        upper,
        starts,
        seed,
        deflation_rounds,
        merge_tol,
        outlier_factor,
        slow_speed,
        singular_tol,
        residual_tol,
        threads,
    )


def lyapunov_exponents(
    field: Field,
    x0: Any,
    *,
    count: int = 0,
    transient: float = 0.0,
    t_end: float = 1000.0,
    interval: float = 1.0,
    blocks: int = 20,
    rel_tol: float = 1e-8,
    abs_tol: float = 1e-10,
    seed: int = 1,
) -> LyapunovSpectrum:
    """The leading Lyapunov exponents along one trajectory, with standard errors.

    Returns
    -------
    LyapunovSpectrum
        exponents and standard_errors (count; per unit of time), verdict ("chaotic",
        "quasi_periodic", "one_zero", "all_negative", "undecided"), divergence_error: their sum
        against the mean divergence.

    References
    ----------
    G. Benettin, L. Galgani, A. Giorgilli, J.-M. Strelcyn, Meccanica 15 (1980) 9-20.
    """
    return _resdyn.lyapunov_exponents(
        field, x0, count, transient, t_end, interval, blocks, rel_tol, abs_tol, seed
    )


def find_periodic_orbit(
    field: Field,
    x0: Any,
    *,
    transient: float = 500.0,
    t_search: float = 500.0,
    close: float = 0.02,
    rel_tol: float = 1e-9,
    abs_tol: float = 1e-12,
    tries: int = 4,
) -> PeriodicOrbit | None:
    """The closed orbit that the run from x0 comes to, refined by multiple shooting; or None.

    Returns
    -------
    PeriodicOrbit or None
        period, points (n x segments), residual, multipliers (n, complex), trivial_error (distance
        of the trivial one to 1: the check), stability.

    References
    ----------
    J. Stoer, R. Bulirsch, Introduction to Numerical Analysis (2002), 7.3.5.
    """
    return _resdyn.find_periodic_orbit(
        field, x0, transient, t_search, close, rel_tol, abs_tol, tries
    )


def refine_periodic_orbit(
    field: Field, x0: Any, period: float, *, segments: int = 4, residual_tol: float = 1e-9
) -> PeriodicOrbit:
    """A closed orbit from a point near it and a guess of its period, by multiple shooting."""
    return _resdyn.refine_periodic_orbit(field, x0, period, segments, residual_tol)


def orbit_samples(field: Field, orbit: PeriodicOrbit, count: int) -> Any:
    """Points of the orbit at `count` equal steps of time, n x count."""
    return _resdyn.orbit_samples(field, orbit, count)


def eigenvalues(matrix: Any) -> Any:
    """All eigenvalues of a real square matrix, by decreasing real part."""
    return _resdyn.eigenvalues(matrix)
