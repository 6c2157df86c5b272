"""What the tests share: the program, to hold the module against, and a small network."""

import itertools
import json
import os
import pathlib
import subprocess

import numpy as np
import pytest

import resdyn


@pytest.fixture(scope="session")
def program():
    path = os.environ.get("RESDYN_PROGRAM")
    if not path or not pathlib.Path(path).exists():
        pytest.skip("the program is not built")
    return path


@pytest.fixture
def results(program, tmp_path):
    """results(verb, *arguments): results.json of the program, and the folder it wrote."""

    number = itertools.count()

    def run(verb, *arguments):
        out = tmp_path / f"out-{next(number)}"
        command = [program, verb, *map(str, arguments), "--out", str(out), "--quiet", "--no-figures"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
        assert done.returncode in (0, 1), done.stderr
        return json.loads((out / "results.json").read_text()), out

    return run


@pytest.fixture
def refusal(program, tmp_path):
    """refusal(verb, *arguments): the one line with which the program refuses, without its name."""

    def run(verb, *arguments):
        command = [program, verb, *map(str, arguments), "--out", str(tmp_path / "refused")]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert done.returncode == 2, done.stdout
        return done.stderr.strip().removeprefix("resdyn: ")

    return run


@pytest.fixture(scope="session")
def network():
    """Three units, two inputs, two classes, six layers: small, and not trained."""
    rng = np.random.default_rng(5)
    return resdyn.from_numpy(
        {
            "W": rng.normal(size=(3, 3)),
            "b": rng.normal(size=3),
            "U": rng.normal(size=(3, 2)),
            "e": rng.normal(size=3),
            "V": rng.normal(size=(2, 3)),
            "c": rng.normal(size=2),
        },
        activation="tanh",
        step=0.25,
        depth=6,
    )


@pytest.fixture
def model_file(network, tmp_path):
    path = tmp_path / "model.safetensors"
    resdyn.save(path, network)
    return path


@pytest.fixture
def weights(tmp_path):
    """A matrix of some 15 digits, and the CSV file that holds every bit of it."""
    W = np.random.default_rng(3).normal(size=(4, 4))
    path = tmp_path / "W.csv"
    np.savetxt(path, W, delimiter=",", fmt="%.17g")
    return W, path


def without_provenance(results):
    return {k: v for k, v in results.items() if k != "provenance"}
