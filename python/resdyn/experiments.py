"""The studies that train networks of their own: twins, small imitations, the claims' ledger.

As in studies.py: keyword options have the names and defaults of the C++ library, calls release the
interpreter's lock and end with KeyboardInterrupt at Ctrl-C.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np

from . import _resdyn
from ._options import Progress, call, dataset
from .networks import residual_network
from .result import Result

__all__ = ["reduce", "twin_experiment", "validate"]


def _matching_test(
    data: Any, test_data: Any, training: Any, *, network: Any = None, samples: int, seed: int
) -> Any:
    """The data to measure on: those given, or the test half that goes with a source; else None."""
    if test_data is not None:
        return dataset(test_data, network=network, samples=samples, seed=seed)
    if isinstance(data, (str, os.PathLike)):
        return _resdyn.load_matching_test_set(os.fspath(data), seed, training, samples)
    return None


def _whole_numbers(values: int | Sequence[int] | None) -> list[int]:
    return [] if values is None else [int(value) for value in np.atleast_1d(values)]


def twin_experiment(
    data: Any,
    *,
    test_data: Any = None,
    samples: int = 0,
    test_samples: int = 0,
    activation: str = "logistic",
    step: float = 1.0,
    depth: int = 5,
    units: int = 0,
    seeds: int = 3,
    epochs: int | None = None,
    learning_rate: float | None = None,
    weight_decay: float = 0.0,
    noise: str = "gaussian",
    levels: Sequence[float] | None = None,
    seed: int = 1,
    threads: int = 0,
    progress: Progress = True,
) -> Result:
    """Residual networks against perceptrons: trained alike, perturbed alike (`perturb --twin`).

    For every seed a residual network of shared weights, one of own weights and a perceptron are
    trained on the same data with the same budget, and compared as they ended and at equal clean
    accuracy. A claim is a difference between two kinds, paired by seed.

    Parameters
    ----------
    data, samples
        To learn from, as in `train`.
    test_data, test_samples
        To measure on, likewise. Default: the test half that goes with the source, else a quarter
        that is held out.
    activation, step, depth, units
        As in `train`; the step is that of the residual networks.
    seeds : int
        >= 2: seed, seed + 1, ...
    epochs, learning_rate : optional
        Of Adam at a constant rate. Default: 4 at 0.001, of built-in sets 60 at 0.01.
    weight_decay : float
    noise : str
        One kind: gaussian, uniform, salt-and-pepper, occlusion, fgsm, pgd.
    levels : sequence of float, optional
        Of the noise or of the attack. Default: 0 to 1; of attacks 0 to 0.2.

    Returns
    -------
    Result
        `largest_gap` (of clean accuracy where it is matched); fields `claims` (difference with its
        standard error, t, p, verdict) and the means over seeds by kind.

    Raises
    ------
    ValueError
        For options out of range or data that do not fit.
    RuntimeError
        Where a training diverges: there is then nothing to compare.

    Examples
    --------
    >>> resdyn.twin_experiment("moons", seeds=3, epochs=20).verdict
    """
    training = dataset(data, samples=samples, seed=seed, part="train")
    if training is None:
        raise ValueError("data: expected labelled data, got none")
    test = _matching_test(data, test_data, training, samples=test_samples, seed=seed)
    if test is None:
        training, test = _resdyn.split(training, 0.25, seed)
    return call(
        "perturb",
        _resdyn.study_twins,
        training,
        test,
        noise,
        [] if levels is None else [float(level) for level in np.atleast_1d(levels)],
        activation,
        step,
        depth,
        units,
        seeds,
        epochs,
        learning_rate,
        weight_decay,
        seed,
        threads,
        progress=progress,
    )


def reduce(
    network: Any,
    data: Any,
    *,
    test_data: Any = None,
    samples: int = 0,
    hidden_units: int | Sequence[int] | None = None,
    ranks: int | Sequence[int] | None = None,
    imitation_activation: str | None = None,
    imitation_depth: int = 0,
    epochs: int | None = None,
    batch: int = 128,
    learning_rate: float | None = None,
    temperature: float = 2.0,
    state_weight: float = 1.0,
    proof_time: float = 60.0,
    starts: int = 256,
    trajectories: int = 24,
    seed: int = 1,
    threads: int = 0,
    progress: Progress = True,
) -> Result:
    """A network made small: imitations with what is proved of them, and parts of low rank.

    What is proved of an imitation is not proved of the network that it imitates.

    Parameters
    ----------
    network, data, samples
        As in `transient`. Imitations learn from the training half of the data.
    test_data : like data, optional
        To measure on. Default: the test half that goes with the source, else a fifth that is held
        out where imitations are trained.
    hidden_units : int or sequence of int, optional
        M of each imitation. Default: 16, or N if that is less, where no `ranks` are given.
    ranks : int or sequence of int, optional
        r to which the one matrix is cut, 1 ... min(M, N); shared weights.
    imitation_activation : str, optional
        Default: the network's.
    imitation_depth : int
        Layers of the imitations; hL stays. 0: the network's.
    epochs, learning_rate : optional
        Of Adam along half a cosine. Default: 5 at 0.004, of built-in sets 100 at 0.02.
    batch : int
    temperature, state_weight : float
        Of the loss: logits over this; weight of the distance of the streams.
    proof_time : float
        Work that each proof may take, in seconds of one processor of 2022 as it is predicted.
    starts : int
        Of Newton's method for the equilibria of the r variables.
    trajectories : int
        Inputs whose ways are drawn on the portraits.

    Returns
    -------
    Result
        `networks` (name to ResidualNetwork: "imitation-16", "rank-2"); fields `imitations`
        (agreement and accuracy with their errors, proofs), `ranks`. Portraits are figures.

    Raises
    ------
    ValueError
        For a network without a read-out, ranks of own weights, or data that do not fit.

    References
    ----------
    G. Hinton, O. Vinyals, J. Dean, arXiv:1503.02531 (temperature); C. Eckart, G. Young,
    Psychometrika 1 (1936) 211 (low rank).
    """
    whole = residual_network(network)
    hidden, cuts = _whole_numbers(hidden_units), _whole_numbers(ranks)
    if not hidden and not cuts:
        hidden = [min(16, whole.width)]
    training = dataset(data, network=whole, samples=samples, seed=seed, part="train")
    if training is None:
        raise ValueError("data: expected labelled data, got none")
    builtin = isinstance(data, str) and _resdyn.is_builtin_dataset(data)
    test = _matching_test(data, test_data, training, network=whole, samples=samples, seed=seed)
    if test is None and hidden:
        training, test = _resdyn.split(training, 0.2, seed)
    elif test is None:
        test = training
    return call(
        "reduce",
        _resdyn.study_reduction,
        whole,
        training if hidden else None,
        test,
        builtin,
        hidden,
        cuts,
        imitation_activation,
        imitation_depth,
        epochs,
        batch,
        learning_rate,
        temperature,
        state_weight,
        proof_time,
        starts,
        trajectories,
        seed,
        threads,
        progress=progress,
    )


def validate(
    network: Any = None,
    *,
    data: Any = None,
    samples: int | None = None,
    only: int | Sequence[int] | None = None,
    quick: bool = False,
    seeds: int = 21,
    margin: float | None = None,
    alpha: float = 0.05,
    activation: str | None = None,
    step: float | None = None,
    depth: int | None = None,
    bias: Any = None,
    seed: int = 1,
    threads: int = 0,
    progress: Progress = True,
) -> Result:
    """The study's claims as a ledger: each prediction beside its measurement and its verdict.

    Put to random systems and networks trained for it, or to one network of yours. A full run takes
    many minutes; `quick` is three seeds and small sets, under a minute.

    Parameters
    ----------
    network : array-like (N x N), ResidualNetwork, ResidualSystem, str or path, optional
        Put the claims to this one alone; those that train networks are then left out, and said.
    data : (inputs (B x D), labels (B)), Dataset, str or path, optional
        With a network: labelled data for it. Without: a folder with MNIST-like files to train on
        beside the built-in sets.
    samples : int, optional
        Of a network's data at most. Default: 2000, quick 500.
    only : int or sequence of int, optional
        Claims by number. Default: all ten.
    quick : bool
    seeds : int
        Most seeds of a setting of an empirical claim, at least 3; it is looked at after 3, 5, 8, 13
        and 21 of them, as far as that goes. Quick: 3.
    margin : float, optional
        Smallest effect that matters, of every effect, in its unit. Default: what each claim names.
    alpha : float
        Largest share of false verdicts of a setting, over all its looks.
    activation, step, depth, bias
        Of the network, as in `analyze`.

    Returns
    -------
    Result
        Field `claims`: id, title, kind ("theorem", "empirical"), verdict, settings (prediction,
        measured, tolerance, verdict, text); `notes`: what was left out and why. `sound`: no theorem
        fails; `anything_open`: some claim fails or is undecided. Table "claims". An interrupt
        leaves the claims decided by then, `interrupted` is then True.

    Raises
    ------
    ValueError
        For a number that is no claim's, or where no claim can be put to the network.
    NotImplementedError
        Where the module was built against an installed library, which holds no claims.

    References
    ----------
    F. Lagzi, arXiv:2101.03009.

    Examples
    --------
    >>> ledger = resdyn.validate("winner-takes-all", only=[1, 2])
    >>> [(c.id, c.verdict) for c in ledger.claims]
    """
    if not hasattr(_resdyn, "study_claims"):
        raise NotImplementedError(
            "validate: expected a module built with the library's sources, got one built against "
            "an installed library, which holds no claims"
        )
    name, whole, training, test = "", None, None, None
    if network is not None:
        whole = residual_network(network, activation=activation, step=step, depth=depth, bias=bias)
        name = os.path.basename(network) if isinstance(network, (str, os.PathLike)) else "W"
        most = samples if samples is not None else 500 if quick else 2000
        test = dataset(data, network=whole, samples=most, seed=seed)
    else:
        given = {"activation": activation, "step": step, "depth": depth, "bias": bias}
        for option, value in given.items():
            if value is not None:
                raise ValueError(f"{option}: expected a network beside it, got none")
        if data is not None:
            name = os.path.basename(os.path.normpath(data)) if isinstance(data, str) else "data"
            training = dataset(data, samples=2000 if quick else 0, seed=seed, part="train")
            test = _matching_test(
                data, None, training, samples=500 if quick else 0, seed=seed
            )
            if test is None:
                raise ValueError(
                    "data: expected data with a test half beside it (a folder with MNIST-like "
                    "files), got none"
                )
    return call(
        "validate",
        _resdyn.study_claims,
        whole,
        name,
        training,
        test,
        quick,
        _whole_numbers(only),
        seeds,
        margin,
        alpha,
        seed,
        threads,
        progress=progress,
    )
