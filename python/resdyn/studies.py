"""The studies: what each verb of the program computes, as a function.

All of them take the network first (see the package's own documentation for what means one), and
keyword options with the names and defaults of the C++ library. They return a `Result`, release the
interpreter's lock while they work, and end with KeyboardInterrupt at Ctrl-C; where a part of the
result was known by then, it is the attribute `partial` of that exception.

`threads` is 0 for all processors, and never changes a result. `progress` is True (a tqdm bar, where
tqdm is installed and somebody looks), False, or a function of the part at work and its share done.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from typing import Any

import numpy as np

from . import _resdyn
from ._options import Progress, call, dataset, drawn, words
from .networks import residual_network
from .result import Result

__all__ = [
    "analyze",
    "basins",
    "bifurcations",
    "cycles",
    "depth",
    "discretisation",
    "equilibria",
    "interactions",
    "perturb",
    "portrait",
    "spectrum",
    "train",
    "training_options",
    "trajectory",
    "transient",
]


def equilibria(
    network: Any,
    *,
    method: str = "auto",
    listing: str | None = None,
    starts: int = 0,
    data: Any = None,
    samples: int = 10000,
    around: int = 0,
    radius: float = 0.05,
    clock: str = "map",
    max_layers: int = 2000,
    t_end: float = 2000.0,
    settle_tol: float = 1e-6,
    slow_speed: float = 1e-4,
    exponent_error: float = 0.0,
    as_decimals: bool = False,
    tolerance: float | None = None,
    max_denominator: int = 1000,
    certificate: bool = False,
    max_nodes: int = 0,
    max_listed: int = 10000,
    probes: int = 8,
    count_marginal: bool = True,
    activation: str | None = None,
    step: float | None = None,
    bias: Any = None,
    seed: int = 1,
    threads: int = 0,
    progress: Progress = True,
) -> Result:
    """The equilibria of a network's residual system: every one, proved, or what is affordable.

    They are the fixed points of the layer map too, for any step.

    Parameters
    ----------
    network : array-like (N x N), ResidualNetwork, ResidualSystem, str or path
        Weights shared by all layers.
    method : str
        "atlas": every one, proved, N <= 32 ("auto" takes it up to 24); "stable",
        "stable-vertices": every stable one, proved, by branch and bound; "attracting-faces": every
        face where a trajectory can end, proved; "data": where the residuals of `data` come to rest;
        "search": from random starts; "newton": roots, and cones where f is unbounded;
        "recurrence": the atlas, and what never rests, N <= 8; "auto": data where given, newton
        where f is unbounded, search where `starts` is given, else the first of atlas, stable and
        search whose predicted cost is affordable.
    listing : {"all", "stable", "faces"}, optional
        Which the atlas lists; counts cover all. Default: all for N <= 10, else the stable ones.
    starts : int
        Random starts of search and newton (0: 256), of each face with recurrence (0: 4).
    data : (inputs (B x D), labels (B)), Dataset, str or path, optional
    samples : int
        Of the data followed at most, each class with its share.
    around, radius
        With data or search: starts around every equilibrium met, in a second round, and their
        standard deviation as a share of the levels' width.
    clock : {"map", "flow"}
        On which starts are followed: at most `max_layers` layers, or to time `t_end`.
    settle_tol : float
        Distance |y - y*|_inf to a verified equilibrium that counts as settled, in (0, 0.1).
    slow_speed : float
        Change of y a layer (or |y'|) up to which a start counts as slow.
    exponent_error : float
        Recurrence: standard error wanted of the leading exponent of chaos; 0: 2.5 % of its size.
    as_decimals, tolerance, max_denominator
        As in `spectrum`.
    certificate : bool
        Make the evidence too, for script/verify-certificate.
    max_nodes, max_listed, probes, count_marginal
        Branch and bound: nodes (0: no limit), equilibria listed, passes to predict the cost
        from, and whether marginal equilibria are counted.

    Returns
    -------
    Result
        `method` (used), `equilibria` (pattern, y (N), residual, eigenvalues, type, proved),
        `clocks` and `margins` (one each, where they were computed), `atlas`, `settled`, `roots`,
        `certificate` (text); fields `complete`, `counts` and others. An interrupt leaves what is
        known, as `partial` of KeyboardInterrupt.

    Raises
    ------
    ValueError
        For a method that the activation or N does not allow, or options out of range.

    References
    ----------
    F. Lagzi, arXiv:2101.03009; P. C. Chen, SIAM J. Comput. 21 (1992) 295 (predicted cost).

    Examples
    --------
    >>> result = resdyn.equilibria([[1, -2], [-2, 1]], method="atlas")
    >>> [(str(e.pattern), e.type) for e in result.equilibria]
    """
    whole = residual_network(network, activation=activation, step=step, bias=bias)
    return call(
        "equilibria",
        _resdyn.study_equilibria,
        whole,
        method,
        listing,
        starts,
        dataset(data, network=whole, samples=samples, seed=seed),
        samples,
        around,
        radius,
        clock,
        max_layers,
        t_end,
        settle_tol,
        slow_speed,
        exponent_error,
        as_decimals,
        tolerance,
        max_denominator,
        certificate,
        max_nodes,
        max_listed,
        probes,
        count_marginal,
        seed,
        threads,
        progress=progress,
    )


def spectrum(
    network: Any,
    *,
    at: Any = None,
    y: Any = None,
    along: Any = None,
    leading: int = 0,
    t_end: float = 20.0,
    samples: int = 201,
    as_decimals: bool = False,
    tolerance: float | None = None,
    max_denominator: int = 1000,
    activation: str | None = None,
    step: float | None = None,
    bias: Any = None,
    threads: int = 0,
    progress: Progress = True,
) -> Result:
    """Spectra on both clocks: eigenvalues of the flow beside multipliers of the layer map.

    At equilibria (default), with exact verdicts and the largest step h* up to which the layer map
    keeps the flow's stability; at a point `y`; or along the run of the flow from `along`.

    Parameters
    ----------
    network : array-like (N x N), ResidualNetwork, ResidualSystem, str or path
        Weights shared by all layers; at equilibria a bounded activation.
    at : str, Pattern or list of them, optional
        Patterns of equilibria, a letter a unit (L low, H high, F free): "FFH". Default: all, for
        N <= 10.
    y : array-like (N), optional
        A point of the cube instead, equilibrium or not.
    along : array-like (N), optional
        The residual y_0 of a trajectory instead, up to time `t_end` in `samples` equal steps.
    leading : int
        Eigenvalues by real part and multipliers by modulus, 1 ... N; 0: all (3 on a trajectory).
    as_decimals : bool
        Decide on the decimals that the weights stand for, 0.1 as 1/10.
    tolerance : float, optional
        Verdicts whose margin is below this, relative to the largest row sum of |w_ij|, are named as
        hanging on rounding. Default: N 2^-52.
    max_denominator : int
        Of the rationals that weights are compared with there.
    activation, step, bias
        Of a bare matrix (default logistic, 1 and 0); the first two replace a network's own.

    Returns
    -------
    Result
        At equilibria: `equilibria` (pattern, y (N), residual, flow_eigenvalues (N, complex, 1/t),
        multipliers (N, complex), type, proved), `clocks` (largest_stable_step h*, culprit,
        growth), one each; `margins`. At a point: `spectra` (flow, map) with `routes`, `speed`
        |y'|. Along a run: `run` (t, y (N x samples)), `spectra` by sample, `largest_residual`.
        Every eigenvalue has its residual |Jv - lambda v|. Tables "clocks", "spectrum".

    Raises
    ------
    ValueError
        For a pattern that holds no isolated equilibrium, N > 10 without `at`, more than one of
        `at`, `y` and `along`, an unbounded activation, or numbers that are not finite.

    References
    ----------
    F. Lagzi, arXiv:2101.03009; F. R. Gantmacher, The Theory of Matrices (1959), ch. XV (exact
    counts); Y. Saad, Numerical Methods for Large Eigenvalue Problems (2011), ch. 6.

    Examples
    --------
    >>> import resdyn
    >>> result = resdyn.spectrum("dissipative", at="FFF", step=0.2)
    >>> result.clocks[0].largest_stable_step
    """
    whole = residual_network(network, activation=activation, step=step, bias=bias)
    given = [name for name, value in (("at", at), ("y", y), ("along", along)) if value is not None]
    if len(given) > 1:
        raise ValueError(f"spectrum: expected one of at, y, along, got {len(given)} of them")
    if as_decimals and (y is not None or along is not None):
        raise ValueError(
            "as_decimals: expected equilibria, where it is decided exactly (neither y nor along), "
            f"got {given[0]}"
        )
    if y is not None:
        return call("spectrum", _resdyn.spectra_at_point, whole, y, leading, progress=progress)
    if along is not None:
        return call(
            "spectrum",
            _resdyn.spectra_along,
            whole,
            along,
            t_end,
            samples,
            leading,
            progress=progress,
        )
    return call(
        "spectrum",
        _resdyn.spectra_at_equilibria,
        whole,
        words(at),
        as_decimals,
        tolerance,
        max_denominator,
        leading,
        threads,
        progress=progress,
    )


def trajectory(
    network: Any,
    *,
    y0: Any = None,
    u0: Any = None,
    x0: Any = None,
    clock: str = "flow",
    t_end: float | None = None,
    layers: int | None = None,
    rel_tol: float = 1e-9,
    abs_tol: float = 1e-12,
    max_steps: int = 1000000,
    samples: int = 0,
    settle_tol: float = 1e-6,
    activation: str | None = None,
    step: float | None = None,
    depth: int | None = None,
    bias: Any = None,
    seed: int = 1,
    threads: int = 0,
    progress: Progress = True,
) -> Result:
    """Runs of the flow or of the layer map from one start or several.

    Beside a run of the flow, the network's layers from the same start. Integrated in x where x0 is
    given, else in u, so that saturated residuals keep their memory.

    Parameters
    ----------
    network : array-like (N x N), ResidualNetwork, ResidualSystem, str or path
        Weights shared by all layers; any activation.
    y0, u0, x0 : array-like (N) or (starts x N), optional
        The start as residual, as pre-activation, or as activity: at most one of them. Default: a
        random u_0 in [-1, 1] of the seed. A residual that lies at a level exactly stays there.
    clock : {"flow", "map"}
        The ODE (h -> 0), or the layers.
    t_end : float, optional
        Final time. Default: depth times step of a model, or 40.
    layers : int, optional
        Layers to run instead: t_end is layers times step.
    rel_tol, abs_tol : float
        Error of a step of the flow (Dormand and Prince 5(4)); > 0.
    max_steps : int
        Steps tried at most.
    samples : int
        Equally spaced times of the flow to record, >= 2; 0: every step.
    settle_tol : float
        Distance |y - y*|_inf to a verified equilibrium that counts as settled; in (0, 0.1).

    Returns
    -------
    Result
        `runs`, one a start: t (samples), u and y (N x samples), x with x0; outcome, final_speed,
        rest (the equilibrium that the run has come to rest at, or None). `layers`: the layer map
        from the same starts (or None). Table "trajectory".

    Raises
    ------
    ValueError
        For starts of another size or outside the range of f, more than one of y0, u0 and x0, or
        options out of range.

    References
    ----------
    J. R. Dormand, P. J. Prince, J. Comput. Appl. Math. 6 (1980) 19-26.

    Examples
    --------
    >>> run = resdyn.trajectory("winner-takes-all", y0=[0.3, 0.2], t_end=20).runs[0]
    >>> run.y[:, -1]
    """
    whole = residual_network(network, activation=activation, step=step, depth=depth, bias=bias)
    given = [(n, v) for n, v in (("y0", y0), ("u0", u0), ("x0", x0)) if v is not None]
    if len(given) > 1:
        raise ValueError(f"start: expected one of y0, u0, x0, got {len(given)} of them")
    if given:
        variable, starts = given[0]
        start = variable
    else:
        variable, starts = "u0", _resdyn.random_start(whole, seed)
        start = f"random u0 in [-1, 1] of seed {seed}"
    if t_end is not None and layers is not None:
        raise ValueError("trajectory: expected one of t_end and layers, got both")
    is_model = _has_layers(network) or depth is not None
    if t_end is not None:
        in_steps = t_end / whole.step
        if not 0 <= in_steps <= 1e9:
            raise ValueError(f"t_end: expected a number from 0 to 1e9 steps h, got {t_end}")
        layers = int(math.floor(in_steps + 0.5))
    elif layers is not None or is_model:
        layers = whole.depth if layers is None else layers
        t_end = whole.step * layers
    else:
        t_end = 40.0
        layers = math.ceil(t_end / whole.step)
    return call(
        "trajectory",
        _resdyn.study_trajectories,
        whole,
        starts,
        variable,
        start,
        clock,
        t_end,
        layers,
        rel_tol,
        abs_tol,
        max_steps,
        samples,
        settle_tol,
        threads,
        progress=progress,
    )


def _has_layers(network: Any) -> bool:
    """Whether its depth means anything: a model's, not that of a bare matrix or a test system."""
    if isinstance(network, _resdyn.ResidualNetwork):
        return True
    from .networks import named_systems

    if isinstance(network, (str,)) and network in named_systems():
        return False
    return hasattr(network, "__fspath__") or isinstance(network, str) and not (
        _resdyn.is_matrix_file(network)
    )


def bifurcations(
    network: Any = None,
    *,
    path: str | Sequence[Any] = "self-coupling",
    start: float | None = None,
    end: float | None = None,
    points: int = 41,
    layer_map: bool = True,
    continuation: bool = False,
    cycles: bool = False,
    max_period: int = 64,
    marks: Sequence[float] = (),
    stable_samples: int = 9,
    max_nodes: int = 2000000,
    as_decimals: bool = False,
    tolerance: float | None = None,
    max_denominator: int = 1000,
    activation: str | None = None,
    step: float | None = None,
    threads: int = 0,
    progress: Progress = True,
) -> Result:
    """Where equilibria meet, vanish or change stability along a path of weights, or in the step h.

    Parameters
    ----------
    network : array-like (N x N), ResidualNetwork, ResidualSystem, str or path
        Bounded activation. Not with a path between two.
    path : str or sequence
        "self-coupling" (W - alpha I), "symmetry" (alpha from antisymmetric to symmetric),
        ("coupling", i, j) (alpha = w_ij), ("between", A, B) (two networks), or "step" (alpha = h).
    start, end : float, optional
        Range of alpha, start < end. Default by path: -2 to 2; 0 to 1; w_ij - 2 to w_ij + 2; 0 to 1;
        0 to 2.
    points : int
        Rows of each branch, its events apart; >= 2.
    layer_map : bool
        Also the events of the layer map (PD, NS).
    continuation : bool
        Follow every branch again by pseudo-arclength; not in h.
    cycles : bool
        Follow cycles too: the network's, from every flip on a face that can attract, to
        `max_period` layers, in h or along weights; along weights also the flow's, from every Hopf
        point.
    marks : sequence of float
        Values of alpha at which every branch has a row of its own, labelled "UZ".
    stable_samples, max_nodes : int
        Beyond N = 8: values of alpha at which stable equilibria are searched, and nodes of each
        search.
    as_decimals, tolerance, max_denominator
        As in `spectrum`.

    Returns
    -------
    Result
        `events` (kind: TC, singular, HB, PD, NS; alpha with its bracket [lower, upper], exact where
        it is rational; pattern, partner, y (N), residual), `branches`, `rows` (of each branch:
        alpha, y, eigenvalues, multipliers), `complete` (every pattern was followed), `scope`.
        Tables "events", "branches"; with `cycles` "cycle_branches" (and along weights
        "flow_cycles") too, and the fields `cycles` and `flow_cycles` (branches with their PD, NS,
        LPC and BP).

    Raises
    ------
    ValueError
        For an unknown path, one that does not move, an empty range, or an unbounded activation.

    References
    ----------
    Yu. A. Kuznetsov, Elements of Applied Bifurcation Theory (2004), ch. 3, 4.

    Examples
    --------
    >>> result = resdyn.bifurcations("winner-takes-all", path="self-coupling", start=-2, end=4)
    >>> [(e.kind, e.alpha) for e in result.events]
    """
    units: list[int] = []
    other = None
    parts = [path] if isinstance(path, str) else list(path)
    name = str(parts[0]) if parts else ""
    expected = {"coupling": 2, "between": 2}.get(name, 0)
    if len(parts) - 1 != expected:
        raise ValueError(f"path {name}: expected {expected} after it, got {len(parts) - 1}")
    if name == "between":
        if network is not None:
            raise ValueError("path between: expected no network besides its two ends, got one")
        network = residual_network(parts[1], activation=activation, step=step)
        other = residual_network(parts[2], activation=activation, step=step)
        name = "between A B"
    elif network is None:
        raise ValueError("network: expected a network, got none")
    elif name == "coupling":
        units = [int(parts[1]), int(parts[2])]
        name = f"coupling {units[0]} {units[1]}"
    whole = residual_network(network, activation=activation, step=step)
    return call(
        "bifurcations",
        _resdyn.study_branches,
        whole,
        name,
        units,
        other,
        start,
        end,
        points,
        layer_map,
        continuation,
        cycles,
        max_period,
        [float(mark) for mark in marks],
        stable_samples,
        max_nodes,
        as_decimals,
        tolerance,
        max_denominator,
        threads,
        progress=progress,
    )


def cycles(
    network: Any,
    *,
    clock: str = "both",
    starts: int = 6,
    max_faces: int = 256,
    max_period: int = 64,
    max_born_period: int = 16,
    duration: float = 400.0,
    max_nodes: int = 0,
    prove_up_to: int = 160,
    activation: str | None = None,
    step: float | None = None,
    bias: Any = None,
    seed: int = 1,
    threads: int = 0,
    progress: Progress = True,
) -> Result:
    """What never rests: cycles, tori and chaos of flow and network, on every face that can attract.

    Where a trajectory ends compactly in one open face, that face is on the list, for any step.
    Cycles that neither attract a start nor come from a flip, and heteroclinic cycles, are not found.

    Parameters
    ----------
    network : array-like (N x N), ResidualNetwork, ResidualSystem, str or path
        Weights shared by all layers, bounded activation.
    clock : {"both", "flow", "map"}
        The flow, the network's layers, or both.
    starts : int
        Followed on a face, of either clock.
    max_faces : int
        Listed faces searched, in the order of patterns.
    max_period : int
        Longest period of the network's cycles, in layers, 1 to 512.
    max_born_period : int
        Longest one sought from flips (2, 4, 8 ...), whatever its stability.
    duration : float
        Of a run's windows, over the fastest eigenvalue at the face's equilibrium.
    max_nodes : int
        Nodes of the search for the list of faces; 0: no limit.
    prove_up_to : int
        Prove the network's cycles of at most so many unknowns (period times free units); 0: none.

    Returns
    -------
    Result
        Fields `complete` (the list is proved complete), `faces` (face, what the starts did in `flow`
        and `network`: "settles", "cycle", "torus_like", "chaotic", "undecided"; flips), `flow` and
        `network` (each finding with its evidence; cycles with period, multipliers inside and across
        the face, mean with its bound, and proof), `counts`; `certificate` (text, for
        script/verify-cycle-certificate). Tables "faces", "cycles", "points", "multipliers",
        "exponents".

    Raises
    ------
    ValueError
        For an unbounded activation, weights that differ by layer, or options out of range.

    References
    ----------
    Yu. A. Kuznetsov, Elements of Applied Bifurcation Theory (2004), 10.2.

    Examples
    --------
    >>> result = resdyn.cycles([[-3.0]], activation="tanh")
    >>> [(f.face, f.cycle.period) for f in result.network if f.motion == "cycle"]
    """
    return call(
        "cycles",
        _resdyn.study_cycles,
        residual_network(network, activation=activation, step=step, bias=bias),
        clock,
        starts,
        max_faces,
        max_period,
        max_born_period,
        duration,
        max_nodes,
        prove_up_to,
        seed,
        threads,
        progress=progress,
    )


def _plane(
    coordinates: str,
    units: Sequence[int] | None,
    at: Any,
    held: Any,
    at_sample: int | None,
    through: Any,
    principal: bool,
    leaf: bool,
    window: Any,
    projections: bool,
) -> dict[str, Any]:
    return {
        "coordinates": coordinates,
        "units": [] if units is None else [int(u) for u in units],
        "at": None if at is None else str(at),
        "held": held,
        "at_sample": at_sample,
        "through": words(through),
        "principal": principal,
        "leaf": leaf,
        "window": window,
        "projections": projections,
    }


def basins(
    network: Any,
    *,
    data: Any = None,
    samples: int = 0,
    coordinates: str = "y",
    units: Sequence[int] | None = None,
    at: Any = None,
    held: Any = None,
    at_sample: int | None = None,
    through: Any = None,
    principal: bool = False,
    leaf: bool = False,
    window: Any = None,
    clock: str = "flow",
    width: int = 256,
    height: int = 256,
    t_end: float = 1000.0,
    max_layers: int = 2000,
    rel_tol: float = 1e-6,
    settle_tol: float = 1e-6,
    integrate: bool = False,
    share_samples: int = 2000,
    settle_samples: int = 2000,
    columns: int = 2,
    ax: Any = None,
    activation: str | None = None,
    step: float | None = None,
    seed: int = 1,
    threads: int = 0,
    progress: Progress = True,
) -> Result:
    """Which attractor each start comes to: a map on a plane, and shares of the cube.

    Parameters
    ----------
    network : array-like (N x N), ResidualNetwork, ResidualSystem, str or path
        Bounded activation, N >= 2.
    data : (inputs (B x D), labels (B)), Dataset, str or path, optional
        Data whose residuals are followed too, and held against their classes.
    samples : int
        Use so many of them, each class with its share; 0: all (built-in sets 2000).
    coordinates : {"y", "u"}
        Residuals, or pre-activations.
    units : two ints, optional
        The units drawn. Default: those whose plane shows the most attractors.
    at, held, at_sample : optional
        The other units are held at an equilibrium (a pattern), at a point (N), or at a sample of
        the data.
    through : three patterns, optional
        The plane through three equilibria instead; `principal`: the first two principal components
        of the data; `leaf`: the leaf of constant l.u, with coordinates "u".
    window : (left, right, bottom, top), optional
    clock : {"flow", "map"}
    width, height : int
        Cells, 2 ... 4096.
    t_end, max_layers
        How long a cell is followed at most, in the flow and in the map.
    rel_tol : float
        Of a step in u.
    settle_tol : float
        Distance to a verified equilibrium that counts as settled.
    integrate : bool
        Follow every cell, even where a proof says how all of them end.
    share_samples : int
        Random starts for the shares of the open cube; 0: none.
    settle_samples : int
        Samples of the data followed at most.
    columns : {1, 2}
        Width of the figures in columns of a page.
    ax : Axes, optional
        Of matplotlib: the picture is drawn into them.

    Returns
    -------
    Result
        `labels` (width x height, int: the attractor of each cell; negative: none), `attractors`
        (pattern, kind, y, type, members), `map` (slice, certified, proof), and as fields
        `sharpness`, `shares`, `classes`. Table "labels". An interrupt leaves a map that says
        complete = False.

    Raises
    ------
    ValueError
        For an unbounded activation, a plane that the options do not name, or options out of range.

    References
    ----------
    C. Grebogi, S. W. McDonald, E. Ott, J. A. Yorke, Phys. Lett. A 99 (1983) 415 (the uncertainty
    exponent of boundaries).

    Examples
    --------
    >>> result = resdyn.basins("winner-takes-all", width=128, height=128)
    >>> ax = result.figures["basins"].plot()
    """
    whole = residual_network(network, activation=activation, step=step)
    plane = _plane(
        coordinates, units, at, held, at_sample, through, principal, leaf, window, True
    )
    if data is None and (principal or (at_sample is not None and at is None and held is None)):
        name = "principal" if principal else "at_sample"
        raise ValueError(f"{name}: expected data beside it, got none")
    result = call(
        "basins",
        _resdyn.study_basins,
        whole,
        dataset(data, network=whole, samples=samples, seed=seed),
        plane,
        clock,
        width,
        height,
        t_end,
        max_layers,
        rel_tol,
        settle_tol,
        integrate,
        share_samples,
        settle_samples,
        columns,
        seed,
        threads,
        progress=progress,
    )
    return drawn(result, "basins", ax)


def portrait(
    network: Any,
    *,
    data: Any = None,
    samples: int = 0,
    coordinates: str = "y",
    units: Sequence[int] | None = None,
    at: Any = None,
    held: Any = None,
    at_sample: int | None = None,
    through: Any = None,
    principal: bool = False,
    leaf: bool = False,
    window: Any = None,
    y0: Any = None,
    u0: Any = None,
    x0: Any = None,
    trajectories: int | None = None,
    layers: int | None = None,
    t_end: float = 40.0,
    grid: int = 21,
    view: float = 28.0,
    columns: int = 2,
    ax: Any = None,
    activation: str | None = None,
    step: float | None = None,
    depth: int | None = None,
    seed: int = 1,
    threads: int = 0,
    progress: Progress = True,
) -> Result:
    """The phase portrait: field, nullclines, equilibria, separatrices, trajectories.

    Of one unit the line of its residual, of more a plane, of three the cube as well.

    Parameters
    ----------
    network : array-like (N x N), ResidualNetwork, ResidualSystem, str or path
        Weights shared by all layers.
    data, samples
        As in `basins`: trajectories then start at the data.
    coordinates : {"y", "u", "x"}
        Residuals (the cube), pre-activations, or activities.
    units, at, held, at_sample, through, principal, leaf, window
        The plane, as in `basins`.
    y0, u0, x0 : array-like (N) or (starts x N), optional
        Where trajectories start instead: at most one of them.
    trajectories : int, optional
        Drawn at most. Default: 24 of the data, else 12 spread evenly.
    layers : int, optional
        Layers drawn as dots. Default: the network's; 20 for a bare matrix.
    t_end : float
        Length of the flow's trajectories.
    grid : int
        Arrows a side.
    view : float
        Three units: degrees the cube is turned about its third axis.
    columns : {1, 2}
        Width of the figures in columns of a page.
    ax : Axes, optional
        Of matplotlib: the picture is drawn into them.

    Returns
    -------
    Result
        `equilibria` on the plane or projected to it; the field `portrait`: slice, nullclines,
        equilibria with their places, separatrices. Figures "portrait" and, of three units, "cube":
        `result.figures["portrait"].plot(ax)` draws into axes of yours.

    Raises
    ------
    ValueError
        For a plane that the options do not name, or options that do not fit the network.

    Examples
    --------
    >>> result = resdyn.portrait("heteroclinic-cycle", units=(0, 1), at="HHL")
    >>> ax = result.figures["portrait"].plot()
    """
    whole = residual_network(network, activation=activation, step=step, depth=depth)
    given = [(n, v) for n, v in (("y0", y0), ("u0", u0), ("x0", x0)) if v is not None]
    if len(given) > 1:
        raise ValueError(f"start: expected one of y0, u0, x0, got {len(given)} of them")
    variable, starts = given[0] if given else ("y0", None)
    if layers is None and depth is None and not _has_layers(network):
        layers = 20
    result = call(
        "portrait",
        _resdyn.study_portrait,
        whole,
        dataset(data, network=whole, samples=samples, seed=seed),
        _plane(coordinates, units, at, held, at_sample, through, principal, leaf, window, False),
        starts,
        variable,
        trajectories,
        layers,
        t_end,
        grid,
        view,
        columns,
        seed,
        threads,
        progress=progress,
    )
    return drawn(result, "portrait", ax)


def interactions(
    network: Any,
    *,
    data: Any = None,
    samples: int = 500,
    pairs: int = 10000,
    exact_up_to: int = 30,
    trajectories: int = 6,
    activation: str | None = None,
    step: float | None = None,
    seed: int = 1,
    threads: int = 0,
    progress: Progress = True,
) -> Result:
    """Who helps whom, what the structure of W decides, and the energy by layer.

    Parameters
    ----------
    network : array-like (N x N), ResidualNetwork, ResidualSystem, str or path
    data : (inputs (B x D), labels (B)), Dataset, str or path, optional
        Inputs for the effective interaction and the energy budget by layer.
    samples : int
        Of them at most, each class with its share.
    pairs : int
        Strongest pairs listed one by one at most.
    exact_up_to : int
        N up to which frustration is searched to the end.
    trajectories : int
        Sampled trajectories that each verdict is checked on.

    Returns
    -------
    Result
        `camps` (N, +1 or -1 where W is balanced), `received` and `given` (N: the net help of each
        unit); the field `interaction`: pairs by type, camps, components, frustration, structure (each
        theorem with its margin, its consequence and what does not follow), checks, and with data
        energy by layer. `sound` is False where a law that the theory claims was broken. Tables
        "pairs", "structure", "linked_pairs" and others.

    Raises
    ------
    ValueError
        For weights that differ by layer, data that do not fit, or options out of range.

    References
    ----------
    J. Hofbauer, K. Sigmund, Evolutionary Games and Population Dynamics (1998); M. W. Hirsch,
    SIAM J. Math. Anal. 13 (1982) 167 (cooperative systems).

    Examples
    --------
    >>> resdyn.interactions("heteroclinic-cycle").to_pandas("structure")
    """
    whole = residual_network(network, activation=activation, step=step)
    return call(
        "interactions",
        _resdyn.study_interactions,
        whole,
        dataset(data, network=whole, samples=samples, seed=seed),
        pairs,
        exact_up_to,
        trajectories,
        seed,
        threads,
        progress=progress,
    )


def transient(
    network: Any,
    data: Any,
    *,
    samples: int = 0,
    held_out: float = 0.2,
    ridge: float = 1e-3,
    settle_samples: int = 100,
    max_layers: int = 2000,
    arrival_tol: float = 1e-2,
    slow_speed: float = 1e-3,
    impulse: float = 1.0,
    ftle_points: int = 161,
    settle_tol: float = 1e-6,
    seed: int = 1,
    threads: int = 0,
    progress: Progress = True,
) -> Result:
    """How a network comes to its decision, layer by layer, on labelled data.

    Parameters
    ----------
    network : ResidualNetwork, Perceptron or path
        With a read-out.
    data : (inputs (B x D), labels (B)), Dataset, str or path
    samples : int
        Use so many, each class with its share; 0: all (built-in sets 2000).
    held_out : float
        Share of the samples that probes and class means are judged on.
    ridge : float
        Of the linear probe, in units of the mean eigenvalue of the scatter.
    settle_samples : int
        Inputs (a seeded sample) followed to rest and with a ledger in double.
    max_layers : int
        Layers each of them may take to rest.
    arrival_tol, slow_speed : float
        When an input has arrived, and when it is slow, in units of the range of f.
    impulse : float
        Size of the impulses of the filter, in units of the input.
    ftle_points : int
        Grid points a side of the FTLE field of 2-D data.
    settle_tol : float
        Distance |y - y*|_inf to a verified equilibrium that counts as settled.

    Returns
    -------
    Result
        `predictions` (L+1 x B: the class read out after each layer), `trajectories` (L+1 matrices
        C x C); fields `decision`, `separability`, `regime`, `filter`, `ftle`. `sound`: the evidence
        ledgers balance. Tables "layers", "classes", "separability" and others.

    Raises
    ------
    ValueError
        For a network without a read-out, or data that do not fit it.

    References
    ----------
    F. Lagzi, arXiv:2101.03009.
    """
    whole = residual_network(network)
    return call(
        "transient",
        _resdyn.study_layers,
        whole,
        _labelled(data, whole, samples, seed),
        held_out,
        ridge,
        settle_samples,
        max_layers,
        arrival_tol,
        slow_speed,
        impulse,
        ftle_points,
        settle_tol,
        seed,
        threads,
        progress=progress,
    )


def _labelled(data: Any, network: Any, samples: int, seed: int) -> Any:
    if data is None:
        raise ValueError("data: expected labelled data, got none")
    return dataset(data, network=network, samples=samples, seed=seed)


def perturb(
    network: Any,
    data: Any,
    *,
    samples: int = 0,
    noise: str | Sequence[str] = "gaussian",
    levels: Sequence[float] | None = None,
    draws: int = 10,
    attack_samples: int = 1000,
    layer_level: float = 0.5,
    theory_samples: int = 100,
    small_noise: float = 1e-3,
    twin: Any = None,
    seed: int = 1,
    threads: int = 0,
    progress: Progress = True,
) -> Result:
    """What noise does to a network: accuracy over its level, linear theory against Monte Carlo.

    Parameters
    ----------
    network, data, samples
        As in `transient`.
    noise : str or sequence of str
        Kinds: gaussian, uniform, salt-and-pepper, occlusion (noise); fgsm, pgd (attacks).
    levels : sequence of float, optional
        Of every kind: standard deviation; share of components or of the side; largest change a
        component. Default: those of the kind.
    draws : int
        Of every sample at every level.
    attack_samples : int
        Samples for attacks.
    layer_level : float
        Standard deviation of the noise in one layer alone.
    theory_samples : int
        Inputs (a seeded sample) for linear theory and its Monte Carlo.
    small_noise : float
        Standard deviation of the noise held against linear theory.
    twin : ResidualNetwork, Perceptron or path, optional
        Compare with this network, of the same size, on the same noise, paired by sample.

    Returns
    -------
    Result
        Fields `robustness`, linear theory by layer, noise in one layer, and `twin`. Tables
        "robustness", "noise_by_layer", "noise_in_layer", "robustness_in_layer", "twin".

    Raises
    ------
    ValueError
        For an unknown kind, a level out of range, or a twin of another size.

    References
    ----------
    I. J. Goodfellow, J. Shlens, C. Szegedy, arXiv:1412.6572 (FGSM); A. Madry et al.,
    arXiv:1706.06083 (PGD).
    """
    whole = residual_network(network)
    return call(
        "perturb",
        _resdyn.study_perturbation,
        whole,
        _labelled(data, whole, samples, seed),
        [noise] if isinstance(noise, str) else list(noise),
        [] if levels is None else [float(level) for level in np.atleast_1d(levels)],
        draws,
        attack_samples,
        layer_level,
        theory_samples,
        small_noise,
        None if twin is None else residual_network(twin),
        seed,
        threads,
        progress=progress,
    )


def depth(
    network: Any,
    data: Any,
    *,
    samples: int = 0,
    norm: str = "rms",
    reduction: str = "q95",
    tolerance: float = 0.01,
    allowance: float = 0.005,
    min_depth: int = 0,
    rule: str = "accuracy",
    keep: int = 0,
    tail: bool = False,
    coarsen: int = 0,
    settle_samples: int = 500,
    seed: int = 1,
    threads: int = 0,
    progress: Progress = True,
) -> Result:
    """How deep a network needs to be; fewer layers, with what they cost.

    Parameters
    ----------
    network, data, samples
        As in `transient`.
    norm : {"2", "rms", "inf"}
        Of the change r_n of the residual over the last two layers.
    reduction : {"mean", "q95", "max"}
        Of it over the samples.
    tolerance : float
        The last layer is dropped while that is below this, > 0.
    allowance : float
        Accuracy that the smallest sufficient depth may lose, in [0, 1).
    min_depth : int
        Smallest depth to suggest; 0: 2, or 1 of a network of one layer.
    rule : {"last-two-layers", "accuracy", "final-mean", "final-95", "final-worst", "oracle"}
        Criterion whose depth is kept.
    keep : int
        Keep so many layers; 0: as `rule` says.
    tail : bool
        Hold the last residual in place of the layers removed (shared weights).
    coarsen : int
        Instead of cutting, so many larger steps at equal T = hL; 0: cut.
    settle_samples : int
        Inputs whose certificates are sought, and that are followed to rest.

    Returns
    -------
    Result
        `shorter_network` (a network, `how` says how it came to be); fields of the profile, the
        criteria, the certificates, early stopping and the replacements. `sound`: certificates hold
        and stopping early changes no class.

    Raises
    ------
    ValueError
        For more layers than there are, a tail or coarser steps of weights that differ by layer, or
        a step at or above h* of the equilibria that inputs come to rest at.
    """
    whole = residual_network(network)
    return call(
        "depth",
        _resdyn.study_depth,
        whole,
        _labelled(data, whole, samples, seed),
        norm,
        reduction,
        tolerance,
        allowance,
        min_depth,
        rule,
        keep,
        tail,
        coarsen,
        settle_samples,
        seed,
        threads,
        progress=progress,
    )


def analyze(
    network: Any,
    data: Any = None,
    *,
    samples: int = 2000,
    settle_samples: int = 500,
    max_layers: int = 2000,
    proof_time: float = 60.0,
    cycle_time: float = 10.0,
    beyond: int = 100000,
    settle_tol: float = 1e-6,
    activation: str | None = None,
    step: float | None = None,
    depth: int | None = None,
    seed: int = 1,
    threads: int = 0,
    progress: Progress = True,
) -> Result:
    """Everything about one network in one call: what `resdyn analyze` reports.

    Parameters
    ----------
    network : array-like (N x N), ResidualNetwork, ResidualSystem, str or path
        Weights shared by all layers, or their own; of the latter each layer has a residual system
        of its own, and what belongs to one is given by layer.
    data : (inputs (B x D), labels (B)), Dataset, str or path, optional
    samples : int
        Of them at most, each class with its share.
    settle_samples : int
        Samples followed to rest at most, for `max_layers` layers.
    proof_time : float
        Work that each proof may take, in seconds of one processor of 2022 as it is predicted; 0:
        nothing is proved.
    cycle_time : float
        Work that the search for cycles may take, as it is predicted, for N <= 8: faces that can
        attract are searched while it lasts; 0: none.
    beyond : int
        Depth to which the block is repeated to see how long decisions last.
    settle_tol : float
        Distance |y - y*|_inf to a verified equilibrium that counts as settled.

    Returns
    -------
    Result
        `atlas`, `settled`, `notes` (what was not done and why); fields `system`, `interaction`,
        `equilibria`, `cycles`, `evidence`, `behaviour`, `proofs` and others; of own weights `layers` and
        the split of every step.

    Raises
    ------
    ValueError
        For data that do not fit, or options out of range.

    References
    ----------
    F. Lagzi, arXiv:2101.03009.

    Examples
    --------
    >>> resdyn.analyze("winner-takes-all").verdict
    """
    whole = residual_network(network, activation=activation, step=step, depth=depth)
    return call(
        "analyze",
        _resdyn.analyze,
        whole,
        dataset(data, network=whole, samples=samples, seed=seed),
        settle_samples,
        max_layers,
        proof_time,
        cycle_time,
        beyond,
        settle_tol,
        seed,
        threads,
        progress=progress,
    )


def discretisation(
    network: Any,
    data: Any = None,
    *,
    samples: int = 500,
    halvings: int = 6,
    rel_tol: float = 1e-10,
    abs_tol: float = 1e-12,
    activation: str | None = None,
    step: float | None = None,
    depth: int | None = None,
    seed: int = 1,
    threads: int = 0,
    progress: Progress = True,
) -> Result:
    """Is a network an ODE? Its step halved again and again, against the flow through its layers.

    Parameters
    ----------
    network : array-like (N x N), ResidualNetwork, ResidualSystem, str or path
        Weights shared by all layers, or their own: between layers they are interpolated (of two
        matrices the fields are).
    data : (inputs (B x D), labels (B)), Dataset, str or path, optional
        Default: independent standard normal numbers.
    samples : int
        Inputs followed at most, each class with its share.
    halvings : int
        Of the step, 1 to 12.
    rel_tol, abs_tol : float
        Error a step of the flow.

    Returns
    -------
    Result
        `flow_verdict` ("discretisation", "ode_like" or "no_discretisation"); fields `criteria`, `rule`, `refinements`, `split`. Tables "refinements",
        "flow_distance", "inputs", and of own weights "split", "split_units", "split_classes".
        `sound`: the parts of every step add up to it.

    Raises
    ------
    ValueError
        For data that do not fit, or options out of range.

    References
    ----------
    M. E. Sander, P. Ablin, G. Peyre, NeurIPS 2022; E. Haber, L. Ruthotto, Inverse Problems 34
    (2018).

    Examples
    --------
    >>> resdyn.discretisation("winner-takes-all", depth=10).flow_verdict
    """
    whole = residual_network(network, activation=activation, step=step, depth=depth)
    return call(
        "discretisation",
        _resdyn.discretisation,
        whole,
        dataset(data, network=whole, samples=samples, seed=seed),
        samples,
        halvings,
        rel_tol,
        abs_tol,
        seed,
        threads,
        progress=progress,
    )


def training_options() -> dict[str, dict[str, Any]]:
    """The options of `train` by name: {"help", "default", "from_data"}.

    Where `from_data` is true the default depends on the data, as the help says.
    """
    return {
        name: {"help": text, "default": default, "from_data": from_data}
        for name, text, default, from_data in _resdyn.training_options()
    }


def train(
    data: Any = "rings",
    *,
    kind: str = "residual",
    activation: str = "logistic",
    step: float = 1.0,
    depth: int = 10,
    units: int = 0,
    hidden_units: int = 0,
    own_weights: bool = False,
    test_data: Any = None,
    held_out: float | None = None,
    samples: int = 0,
    seed: int = 1,
    threads: int = 0,
    progress: Progress = True,
    **options: Any,
) -> Result:
    """A residual network, or a perceptron, trained on labelled data.

    Parameters
    ----------
    data : (inputs (B x D), labels (B)), Dataset, str or path
        To learn from: the training half of a source that has two.
    kind : {"residual", "perceptron"}
    activation : {"logistic", "tanh", "softplus", "relu"}
    step : float
        h, > 0.
    depth : int
        Layers L at the start.
    units : int
        N; other than the width of the data, an input layer is trained too. 0: that width.
    hidden_units : int
        M of blocks of two matrices; 0: one matrix.
    own_weights : bool
        Every layer has its own.
    test_data : like data, optional
        Default: the test half that goes with the source, where there is one.
    held_out : float, optional
        Share of the training samples that is held out, in [0, 1). Default: a tenth where there are
        no test data, and where an option needs held-out samples.
    samples : int
        Learn from so many, each class with its share; 0: all (built-in sets 2000).
    seed : int
        Of the initial weights and the order of the samples: same seed, same bytes.
    **options
        Epochs, learning rate, regularisers and the rest: see `training_options()`.

    Returns
    -------
    Result
        `network` (what `save` writes, its metadata the training's), `outcome` ("finished",
        "early-stopped", "interrupted", "non-finite", "diverged") with its `reason`; fields
        `training`, `final`. Table "training": the record by epoch. An interrupt leaves the network
        as it stood.

    Raises
    ------
    ValueError
        For an unknown option, one out of range, or data that do not fit.

    Examples
    --------
    >>> result = resdyn.train("rings", depth=5, epochs=50)
    >>> resdyn.save("model.safetensors", result.network)
    """
    training = dataset(data, samples=samples, seed=seed, part="train")
    if training is None:
        raise ValueError("data: expected labelled data, got none")
    if test_data is not None:
        test = dataset(test_data, part="test", seed=seed)
    elif isinstance(data, (str, os.PathLike)):
        test = _resdyn.load_matching_test_set(os.fspath(data), seed, training, 0)
    else:
        test = None
    plan = {
        "kind": kind,
        "activation": activation,
        "step": step,
        "depth": depth,
        "units": units,
        "hidden_units": hidden_units,
        "own_weights": own_weights,
    }
    result = call(
        "train",
        _resdyn.study_training,
        training,
        test,
        plan,
        held_out,
        options,
        seed,
        threads,
        progress=progress,
    )
    network = result.network
    network.metadata = _resdyn.trained_metadata(result._study, training)
    result.network = network
    return result
