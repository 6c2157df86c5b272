"""What lies beneath the studies of equilibria: one face, all of them, the stable ones, where starts
come to rest; and the activation functions."""

from __future__ import annotations

from typing import Any

from . import _resdyn
from ._options import Progress
from ._resdyn import Atlas, Pattern, SettleResult, StableSearch
from .networks import residual_system

__all__ = [
    "activate",
    "decide_face",
    "equilibrium_atlas",
    "gain",
    "inverse",
    "pattern_of",
    "settle",
    "slope",
    "stable_equilibria",
]


def decide_face(system: Any, pattern: Any) -> Any:
    """The face of one pattern, decided exactly: an Equilibrium, a Continuum, or None."""
    pattern = pattern if isinstance(pattern, Pattern) else Pattern(str(pattern))
    return _resdyn.decide_face(residual_system(system), pattern)


def equilibrium_atlas(
    system: Any,
    *,
    listing: str = "all",
    max_dimension: int = 24,
    affordable_seconds: float = 0.0,
    max_listed: int = 100000,
    threads: int = 0,
    progress: Progress = None,
) -> Atlas:
    """Every equilibrium of a bounded activation, counted, complete and proved, for N <= 24.

    Cost: about two microseconds for each of 2^N sets of free units; 17 bytes each.

    Parameters
    ----------
    system : array-like (N x N), ResidualSystem, ResidualNetwork, str or path
    listing : {"all", "stable", "faces"}
        Which are kept in the list; the counts always cover all.
    affordable_seconds : float
        Do not begin a walk whose predicted work exceeds this; 0: no limit.
    max_listed : int
        Equilibria, and continua, kept.
    progress : callable, optional
        Called with the part at work and its share done.

    Returns
    -------
    Atlas
        counts, decisions, index (theorem check), equilibria sorted by pattern, continua, complete.
        An interrupt leaves an atlas with complete = False as `partial` of KeyboardInterrupt.
    """
    return _resdyn.equilibrium_atlas(
        residual_system(system),
        listing,
        max_dimension,
        affordable_seconds,
        max_listed,
        threads,
        progress if callable(progress) else None,
    )


def stable_equilibria(
    system: Any,
    *,
    max_nodes: int = 0,
    count_marginal: bool = True,
    max_listed: int = 10000,
    threads: int = 0,
) -> StableSearch:
    """All hyperbolically stable equilibria, by branch and bound, for N <= 1024.

    Parameters
    ----------
    system : array-like (N x N), ResidualSystem, ResidualNetwork, str or path
    max_nodes : int
        Stop after so many nodes; 0: no limit. What is listed then is right, others may exist.
    count_marginal : bool
        Count equilibria without an unstable eigenvalue that are not hyperbolic.

    Returns
    -------
    StableSearch
        stable_vertices, stable_faces, equilibria, end ("complete" or why not). An interrupt leaves
        what was found, with end "interrupted", as `partial` of KeyboardInterrupt.

    Raises
    ------
    ValueError
        For an unbounded activation, N > 1024, or options out of range.
    """
    return _resdyn.stable_equilibria(
        residual_system(system), max_nodes, count_marginal, max_listed, threads, None
    )


def settle(
    system: Any,
    u0: Any,
    *,
    clock: str = "map",
    max_layers: int = 2000,
    t_end: float = 2000.0,
    rel_tol: float = 1e-7,
    abs_tol: float = 1e-9,
    settle_tol: float = 1e-6,
    slow_speed: float = 1e-4,
    threads: int = 0,
) -> SettleResult:
    """Follows starts to rest and decides each resting place by its pattern.

    Parameters
    ----------
    system : array-like (N x N), ResidualSystem, ResidualNetwork, str or path
    u0 : array-like (N) or (starts x N)
        Pre-activations; infinite ones are held at their level.
    clock : {"map", "flow"}
    max_layers, t_end
        How long each is followed, on that clock.
    settle_tol : float
        Distance |y - y*|_inf that counts as arrived, in (0, 0.1).
    slow_speed : float
        Change of y a layer (or |y'|) below which a mover counts as slow.

    Returns
    -------
    SettleResult
        groups (equilibrium and the starts that reached it), continua, outcomes (one a start),
        passages (slow ones), final_speed.
    """
    return _resdyn.settle(
        residual_system(system),
        u0,
        clock,
        max_layers,
        t_end,
        rel_tol,
        abs_tol,
        settle_tol,
        slow_speed,
        threads,
    )


def pattern_of(y: Any, activation: str = "logistic", tolerance: float = 0.0) -> Pattern:
    """The pattern of a point of the closed cube: components within tolerance of a level saturate."""
    return _resdyn.pattern_of(y, activation, tolerance)


def activate(activation: str, u: Any) -> Any:
    """f(u), of any shape: "logistic", "tanh", "softplus" or "relu"."""
    return _resdyn.activate(activation, u)


def slope(activation: str, u: Any) -> Any:
    """f'(u), of any shape."""
    return _resdyn.slope(activation, u)


def inverse(activation: str, y: Any) -> Any:
    """The u of f(u) = y, of any shape; levels are infinite, NaN outside the range."""
    return _resdyn.inverse(activation, y)


def gain(activation: str, y: Any) -> Any:
    """g(y) = f'(f^-1(y)), of any shape."""
    return _resdyn.gain(activation, y)
