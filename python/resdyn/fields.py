"""What any vector field x' = f(x) is asked: integration, Newton's method with deflation, roots,
spectra, Lyapunov exponents, closed orbits, phase portraits, basins, continuation in a parameter.

A field is a `VectorField(f, jacobian, dimension=n)` of Python functions, or that of a residual
system: `ResidualFlow(system)` (y' = g(y) * (W y)), `PreactivationFlow(system)` (u' = W f(u)).
Without a Jacobian, central differences take its place. Python functions are called from the thread
of the call only. With `vectorized=True` f is also called with an n x B array, a state a column, and
returns as many velocities: basins are then many times as fast.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from . import _resdyn
from ._options import Progress, call, drawn
from ._resdyn import (
    ContinuationPoint,
    Field,
    LyapunovSpectrum,
    NewtonResult,
    PeriodicOrbit,
    RootSearchResult,
    Trajectory,
)
from .result import Result

__all__ = [
    "continue_equilibrium",
    "eigenvalues",
    "field_basins",
    "field_portrait",
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
    field : VectorField, ResidualFlow or PreactivationFlow
    x0 : array-like (n)
    t_end : float
        Final time, >= 0.
    rel_tol, abs_tol : float
        Error of a component per step: abs_tol + rel_tol (|x| + |dx|). The global error is not
        bounded by it.
    max_steps : int
        Accepted and refused steps together.
    initial_step : float
        First step tried.
    rest_tol : float
        Stop where |f(x)|_inf is at most this; negative: never.
    sample_times : sequence of float, optional
        Times to record, increasing, within [0, t_end]; default: every step.

    Returns
    -------
    Trajectory
        t (samples), x (n x samples), outcome ("reached_end", "at_rest", "step_limit",
        "step_underflow", "non_finite"), residual |f| at the end.

    Raises
    ------
    ValueError
        For a start of another size, options out of range, or an f that returns something else than
        n real numbers. What f raises comes out as it is.

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

    Parameters
    ----------
    field, x0
        As in `integrate`.
    deflate : list of array-like (n), optional
        Roots that are known: the iteration is kept from them.
    residual_tol : float
        On |f(x)|_inf, in the units of f.
    max_iterations : int
    min_damping : float
        Shortest share of a step that is tried, in (0, 1].

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

    Parameters
    ----------
    field, x0
        As in `integrate`.
    gradient_tol : float
        On |J^T f|_inf.
    max_iterations : int

    Returns
    -------
    NewtonResult
        As of `newton`; "converged" says that it is a minimum.

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

    Parameters
    ----------
    field
        As in `integrate`.
    lower, upper : array-like (n)
        The box in which starts are drawn.
    starts : int
        Drawn from `seed`, uniformly.
    deflation_rounds : int
        Most rounds in which every start runs again with all regular roots deflated.
    merge_tol : float
        Points nearer than this, relative to 1 + |x|_inf, are one.
    outlier_factor : float
        Roots outside the box so many times enlarged are counted and not listed.
    slow_speed : float
        |f| below which a minimum of the speed is a slow point.
    singular_tol : float
        Of the smallest singular value of the Jacobian, relative to the largest.
    residual_tol : float
        On |f(x)|_inf.

    Returns
    -------
    RootSearchResult
        roots (x, residual, eigenvalues, type, singular), slow (minima of the speed where it is
        below slow_speed but not zero), and what became of the starts.

    Raises
    ------
    ValueError
        For a box that is not finite with lower < upper, or options out of range.

    References
    ----------
    P. E. Farrell, A. Birkisson, S. W. Funke, SIAM J. Sci. Comput. 37 (2015) A2026 (deflation);
    D. Sussillo, O. Barak, Neural Comput. 25 (2013) 626 (slow points).

    Examples
    --------
    >>> cubic = resdyn.VectorField(lambda x: x - x**3, dimension=1)
    >>> [float(r.x[0]) for r in resdyn.find_roots(cubic, [-2], [2]).roots]
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

    Parameters
    ----------
    field, x0
        As in `integrate`.
    count : int
        Exponents wanted; 0: all.
    transient, t_end : float
        Time before the measurement, and measured time.
    interval : float
        Time between two orthonormalisations.
    blocks : int
        Of the measured time, for the error bars: at least 4.
    rel_tol, abs_tol : float
        Error of a step.
    seed : int
        Of the first tangent vectors.

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

    Parameters
    ----------
    field, x0
        As in `integrate`.
    transient, t_search : float
        Time before a section is laid, and time in which the run must return to it.
    close : float
        Distance of a return from the start that counts, as a share of the run's extent; in (0, 1).
    rel_tol, abs_tol : float
        Error of a step of the run.
    tries : int
        Returns that are refined, nearest first.

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
    """A closed orbit from a point near it and a guess of its period, by multiple shooting.

    Orbits that repel are found so, which no run comes to.

    Parameters
    ----------
    field, x0
        As in `integrate`; x0 near the orbit.
    period : float
        A guess, > 0.
    segments : int
        Of the orbit, each integrated by itself.
    residual_tol : float
        On the mismatch of the segments, relative to max(1, |x|_inf).

    Returns
    -------
    PeriodicOrbit
        As of `find_periodic_orbit`; its status says whether the shooting converged.
    """
    return _resdyn.refine_periodic_orbit(field, x0, period, segments, residual_tol)


def orbit_samples(field: Field, orbit: PeriodicOrbit, count: int) -> Any:
    """Points of the orbit at `count` equal steps of time, n x count."""
    return _resdyn.orbit_samples(field, orbit, count)


def eigenvalues(matrix: Any) -> Any:
    """All eigenvalues of a real square matrix, by decreasing real part: (n), complex.

    Of a field at any point: `eigenvalues(field.jacobian(x))`.
    """
    return _resdyn.eigenvalues(matrix)


def field_portrait(
    field: Field,
    lower: Any,
    upper: Any,
    *,
    axes: Sequence[int] = (0, 1),
    held: Any = None,
    names: Sequence[str] | None = None,
    starts: Any = None,
    trajectories: int = 12,
    t_end: float = 40.0,
    grid: int = 21,
    trace_grid: int = 160,
    cycle_time: float = 100.0,
    root_starts: int = 256,
    columns: int = 2,
    ax: Any = None,
    seed: int = 1,
    threads: int = 0,
    progress: Progress = True,
) -> Result:
    """The phase portrait of any vector field in the box lower <= x <= upper.

    Nothing is proved and no list is complete; `portrait` draws that of a network, whose nullclines
    and equilibria are exact.

    Parameters
    ----------
    field : VectorField, ResidualFlow or PreactivationFlow
        Of dimension n >= 2.
    lower, upper : array-like (n)
        The box in which equilibria are sought; the plane drawn is as wide.
    axes : two ints
        The coordinates drawn.
    held : array-like (n), optional
        Where the other coordinates are held. Default: in the middle of the box. Where the flow
        leaves the plane, trajectories are projections and separatrices are left out.
    names : two str, optional
        Of the axes. Default: "x_0", "x_1".
    starts : array-like (n) or (starts x n), optional
        Where trajectories begin. Default: `trajectories` of them, spread evenly over the plane.
    t_end : float
        Length of the trajectories, in the field's time.
    grid, trace_grid : int
        Arrows a side, and cells a side with which nullclines are traced.
    cycle_time : float
        Of the runs that look for limit cycles: some periods. 0: none is sought.
    root_starts : int
        Starts of Newton's method with deflation.
    columns : {1, 2}
        Width of the figure in columns of a page.
    ax : Axes, optional
        Of matplotlib: the picture is drawn into them.

    Returns
    -------
    Result
        `roots` (x (n), residual |f|, eigenvalues, type), `equilibria` (which root, its place on the
        plane), `separatrices` (x (n x points), the roots they join), `limit_cycles` (s, period,
        multiplier, residual), `notes`. Figure "portrait": `result.figures["portrait"].plot(ax)`.
        Tables "equilibria", "separatrices", "cycles".

    Raises
    ------
    ValueError
        For a box, a plane or options out of range, or a function that returns something else than
        n numbers.

    References
    ----------
    J. Guckenheimer, P. Holmes, Nonlinear Oscillations (1983), ch. 1.

    Examples
    --------
    >>> van_der_pol = resdyn.VectorField(
    ...     lambda x: [x[1], (1 - x[0] ** 2) * x[1] - x[0]], dimension=2)
    >>> result = resdyn.field_portrait(van_der_pol, [-4, -4], [4, 4])
    >>> result.limit_cycles[0].period
    """
    result = call(
        "field_portrait",
        _resdyn.field_portrait,
        field,
        lower,
        upper,
        [int(axis) for axis in axes],
        held,
        [] if names is None else [str(name) for name in names],
        starts,
        trajectories,
        t_end,
        grid,
        trace_grid,
        cycle_time,
        root_starts,
        columns,
        seed,
        threads,
        progress=progress,
    )
    return drawn(result, "portrait", ax)


def field_basins(
    field: Field,
    lower: Any,
    upper: Any,
    *,
    axes: Sequence[int] = (0, 1),
    held: Any = None,
    names: Sequence[str] | None = None,
    width: int = 64,
    height: int = 64,
    t_end: float = 200.0,
    rel_tol: float = 1e-6,
    abs_tol: float = 1e-9,
    max_steps: int = 100000,
    arrival: float = 1e-4,
    slow_speed: float = 1e-4,
    escape: float = 10.0,
    cycle_time: float = 100.0,
    cycle_tol: float = 1e-3,
    root_starts: int = 256,
    columns: int = 2,
    ax: Any = None,
    seed: int = 1,
    threads: int = 0,
    progress: Progress = True,
) -> Result:
    """Which attractor of any vector field each start on a plane comes to.

    Attractors are the hyperbolic stable equilibria that Newton's method finds in the box, and limit
    cycles that runs come to. Nothing is proved. A Python function is called once a stage for all
    cells of a band where the field is `vectorized=True`, else once for each.

    Parameters
    ----------
    field, lower, upper, axes, held, names, root_starts, columns, ax
        As in `field_portrait`.
    width, height : int
        Cells, 2 ... 4096.
    t_end : float
        How long a cell is followed at most.
    rel_tol, abs_tol, max_steps
        Of the integration of a cell.
    arrival : float
        Distance to an equilibrium that counts as arrived, of the box's shortest side; in (0, 0.1).
    slow_speed : float
        |f| up to which a cell that came to nothing is called slow.
    escape : float
        A cell that leaves the box so many times enlarged has escaped.
    cycle_time, cycle_tol : float
        Of the runs that look for cycles (0: none), and how near one a cell stays for a whole
        period, of the box's shortest side.

    Returns
    -------
    Result
        `labels` (width x height, int: the attractor of each cell; -1 slow, -2 unsettled, -3 step
        limit, -4 not finite, -5 escaped), `attractors` (name, kind, x (n), members; type and
        residual, or period and multiplier), `roots`, `complete`. Figure "basins", tables "labels",
        "attractors". An interrupt leaves a map that says complete = False.

    Raises
    ------
    ValueError
        As in `field_portrait`.

    References
    ----------
    H. E. Nusse, J. A. Yorke, Dynamics: Numerical Explorations (1998), ch. 7.

    Examples
    --------
    >>> duffing = resdyn.VectorField(
    ...     lambda x: np.array([x[1], x[0] - x[0] ** 3 - 0.2 * x[1]]), dimension=2, vectorized=True)
    >>> result = resdyn.field_basins(duffing, [-2, -2], [2, 2])
    >>> ax = result.figures["basins"].plot()
    """
    result = call(
        "field_basins",
        _resdyn.field_basins,
        field,
        lower,
        upper,
        [int(axis) for axis in axes],
        held,
        [] if names is None else [str(name) for name in names],
        width,
        height,
        t_end,
        rel_tol,
        abs_tol,
        max_steps,
        arrival,
        slow_speed,
        escape,
        cycle_time,
        cycle_tol,
        root_starts,
        columns,
        seed,
        threads,
        progress=progress,
    )
    return drawn(result, "basins", ax)


def continue_equilibrium(
    f: Callable[[Any, float], Any],
    x0: Any,
    alpha0: float,
    *,
    start: float,
    end: float,
    jacobian: Callable[[Any, float], Any] | None = None,
    lower: Any = None,
    upper: Any = None,
    direction: int = 1,
    first_step: float = 0.01,
    min_step: float = 1e-9,
    max_step: float = 0.05,
    residual_tol: float = 1e-11,
    max_points: int = 20000,
) -> list[ContinuationPoint]:
    """An equilibrium of x' = f(x, alpha) followed along alpha, by pseudo-arclength, around folds.

    Other branches that cross this one are named and not followed: start there again.

    Parameters
    ----------
    f : callable
        f(x, alpha) -> n numbers.
    x0 : array-like (n)
        Near an equilibrium at alpha0; first corrected there.
    start, end : float
        Range of alpha, start < end; the run ends at its ends.
    jacobian : callable, optional
        jacobian(x, alpha) -> n x n. Default: central differences, as they always are along alpha.
    lower, upper : array-like (n), optional
        The run also ends where it leaves this box.
    direction : {1, -1}
        Whether alpha grows at first.
    first_step, min_step, max_step : float
        Of arclength in (x, alpha).
    residual_tol : float
        On |f| of every point.
    max_points : int

    Returns
    -------
    list of ContinuationPoint
        alpha, x (n), residual |f|, eigenvalues, unstable (how many with positive real part), label:
        "EP" an end, "LP" a fold, "BP" a branch point (transcritical or pitchfork), "HB" a Hopf
        bifurcation, "MX" no convergence at the smallest step, else "".

    Raises
    ------
    ValueError
        For an empty range, or options out of range.

    References
    ----------
    H. B. Keller, in: P. Rabinowitz (ed.), Applications of Bifurcation Theory (1977) 359-384.

    Examples
    --------
    >>> run = resdyn.continue_equilibrium(
    ...     lambda x, alpha: alpha * x - x**3, [0.0], -1.0, start=-1, end=1)
    >>> [(p.label, p.alpha) for p in run if p.label]
    """
    return _resdyn.continue_equilibrium(
        f,
        x0,
        alpha0,
        start,
        end,
        jacobian,
        direction,
        first_step,
        min_step,
        max_step,
        residual_tol,
        max_points,
        lower,
        upper,
    )
