"""Arguments that the studies share: the network, the data, progress."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Union

import numpy as np

from . import _resdyn
from .networks import load, load_data, named_systems, residual_network

Progress = Union[None, bool, Callable[[str, float], None]]
"""True: a bar by tqdm, where it is installed and somebody looks. A function: called with the part
at work and its share done. False or None: nothing."""


class _Bar:
    """A tqdm bar that appears when a call has taken a while: most are over before."""

    def __init__(self, name: str):
        self._name = name
        self._begin = time.monotonic()
        self._bar: Any = None
        self._missing = False

    def __call__(self, part: str, share: float) -> None:
        if self._missing or time.monotonic() - self._begin < 0.5:
            return
        if self._bar is None:
            try:
                from tqdm.auto import tqdm
            except ImportError:
                self._missing = True
                return
            self._bar = tqdm(total=100, desc=self._name, unit="%", leave=False)
        self._bar.set_postfix_str(part, refresh=False)
        self._bar.n = round(100 * min(max(share, 0.0), 1.0))
        self._bar.refresh()

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


def _somebody_looks() -> bool:
    return "ipykernel" in sys.modules or (sys.stderr is not None and sys.stderr.isatty())


def call(name: str, function: Callable[..., Any], *args: Any, progress: Progress) -> Any:
    """function(*args, progress), with a bar where one is wanted; wraps what an interrupt leaves."""
    from .result import Result

    bar = _Bar(name) if progress is True and _somebody_looks() else None
    told = bar if bar is not None else progress if callable(progress) else None
    try:
        return Result(name, function(*args, told))
    except BaseException as stopped:
        left = getattr(stopped, "partial", None)
        if isinstance(left, _resdyn.StudyResult):
            setattr(stopped, "partial", Result(name, left))
        raise
    finally:
        if bar is not None:
            bar.close()


def drawn(result: Any, figure: str, ax: Any) -> Any:
    """The result, with this figure of it drawn into axes where they are given."""
    if ax is not None:
        result.figures[figure].plot(ax)
    return result


def dataset(
    data: Any, *, network: Any = None, samples: int = 0, seed: int = 1, part: str = "test"
) -> Any:
    """A Dataset of what `data` is: one, a pair (inputs, labels), or a name or path."""
    if data is None:
        return None
    if isinstance(data, _resdyn.Dataset):
        return data.draw(samples, seed) if samples else data
    if isinstance(data, (str, os.PathLike)):
        return load_data(data, part=part, samples=samples, seed=seed, network=network)
    inputs, labels = data
    whole = _resdyn.Dataset(inputs, labels)
    return whole.draw(samples, seed) if samples else whole


def words(patterns: Any) -> list[str]:
    """Patterns as words of L, H and F: one or several."""
    if patterns is None:
        return []
    if isinstance(patterns, (str, _resdyn.Pattern)):
        patterns = [patterns]
    return [str(p) for p in patterns]


__all__ = [
    "Any",
    "Mapping",
    "Progress",
    "Sequence",
    "call",
    "dataset",
    "drawn",
    "load",
    "named_systems",
    "np",
    "residual_network",
    "words",
]
