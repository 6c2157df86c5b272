"""Every study against the program on the same input: results.json field by field, bit for bit, and
the tables byte by byte."""

import csv

import numpy as np
import pytest

import resdyn
from conftest import without_provenance


def same(result, of_program, ignored=()):
    """What the module says is what the program says, in the same order of fields."""
    expected, out = of_program
    expected = without_provenance(expected)
    found = result.to_dict()
    for name in ignored:
        expected.pop(name, None)
        found.pop(name, None)
    assert list(found) == list(expected)
    assert found == expected
    for name in result.tables:
        assert result.tables.text(name) == (out / f"{name}.csv").read_text()


def test_spectrum_at_equilibria(results, weights):
    W, path = weights
    same(
        resdyn.spectrum(W, activation="tanh", step=0.3),
        results("spectrum", "--weights", path, "--activation", "tanh", "--step", 0.3),
    )


def test_spectrum_of_one_pattern_of_a_named_system(results):
    same(
        resdyn.spectrum("dissipative", at="FFF", step=0.2),
        results("spectrum", "--system", "dissipative", "--at", "FFF", "--step", 0.2),
    )


def test_spectrum_as_decimals(results, tmp_path):
    W = [[0.1, 0.2, -0.3], [0.3, -0.1, 0.2], [-0.2, 0.1, 0.1]]
    path = tmp_path / "W.csv"
    path.write_text("\n".join(",".join(map(str, row)) for row in W))
    same(
        resdyn.spectrum(W, as_decimals=True, tolerance=1e-9),
        results("spectrum", "--weights", path, "--as-decimals", "--tolerance", 1e-9),
    )


def test_spectrum_at_a_point_and_along_a_run(results, weights):
    W, path = weights
    y = [0.2, 0.3, 0.4, 0.5]
    words = ",".join(map(str, y))
    same(resdyn.spectrum(W, y=y), results("spectrum", "--weights", path, "--y", words))
    same(
        resdyn.spectrum(W, along=y, t_end=3, samples=7),
        results("spectrum", "--weights", path, "--along", words, "--t-end", 3, "--times", 7),
    )


@pytest.mark.parametrize("clock", ["flow", "map"])
def test_trajectory(results, weights, clock):
    W, path = weights
    same(
        resdyn.trajectory(W, y0=[[0.2, 0.3, 0.4, 0.5], [0.1, 0.1, 0.9, 0.9]], clock=clock, step=0.5),
        results(
            "trajectory", "--weights", path, "--clock", clock, "--step", 0.5,
            "--y0", "0.2,0.3,0.4,0.5;0.1,0.1,0.9,0.9",
        ),
    )  # fmt: skip


def test_trajectory_of_a_model_and_from_a_seed(results, network, model_file):
    same(resdyn.trajectory(network, seed=4), results("trajectory", model_file, "--seed", 4))
    same(
        resdyn.trajectory("winner-takes-all", u0=[0.1, -2], t_end=5, samples=11),
        results(
            "trajectory", "--system", "winner-takes-all", "--u0=0.1,-2", "--t-end", 5, "--times", 11
        ),
    )


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("self-coupling", ["self-coupling"]),
        ("symmetry", ["symmetry"]),
        (("coupling", 0, 1), ["coupling", "0", "1"]),
        ("step", ["step"]),
    ],
)
def test_bifurcations(results, tmp_path, path, words):
    W = np.array([[-1.0, 2.0], [0.5, -0.75]])
    np.savetxt(tmp_path / "W.csv", W, delimiter=",")
    # The path goes last, it takes several words.
    same(
        resdyn.bifurcations(W, path=path, points=7),
        results(
            "bifurcations", "--weights", tmp_path / "W.csv", "--points", 7, "--path", *words
        ),
    )


def test_bifurcations_between_two_networks(results, tmp_path):
    A, B = np.array([[-1.0, 2.0], [0.5, -0.75]]), np.array([[0.5, -1.0], [1.5, -2.0]])
    np.savetxt(tmp_path / "A.csv", A, delimiter=",")
    np.savetxt(tmp_path / "B.csv", B, delimiter=",")
    same(
        resdyn.bifurcations(path=("between", A, B), continuation=True),
        results(
            "bifurcations", "--continuation",
            "--path", "between", tmp_path / "A.csv", tmp_path / "B.csv",
        ),
        ignored=["path"],
    )  # fmt: skip


def test_bifurcations_with_cycles_and_marks(results, tmp_path):
    W = np.array([[-3.0]])
    np.savetxt(tmp_path / "W.csv", W, delimiter=",")
    same(
        resdyn.bifurcations(W, path="step", activation="tanh", cycles=True, max_period=8, marks=[1.5]),
        results(
            "bifurcations", "--weights", tmp_path / "W.csv", "--activation", "tanh", "--cycles",
            "--max-period", 8, "--mark", 1.5, "--path", "step",
        ),
    )  # fmt: skip


def test_cycles(results, tmp_path):
    W = np.array([[-3.0, 2.0], [0.0, 1.0]])
    np.savetxt(tmp_path / "W.csv", W, delimiter=",")
    file = tmp_path / "certificate.json"
    mine = resdyn.cycles(W, activation="tanh", step=1.2, starts=3)
    same(
        mine,
        results(
            "cycles", "--weights", tmp_path / "W.csv", "--activation", "tanh", "--step", 1.2,
            "--starts", 3, "--certificate", file,
        ),
    )  # fmt: skip
    assert mine.certificate == file.read_text()
    assert any(f.motion == "cycle" and f.cycle.proof.minimal_period for f in mine.network)
    same(
        resdyn.cycles("limit-cycle", clock="flow", starts=2, seed=3),
        results("cycles", "--system", "limit-cycle", "--clock", "flow", "--starts", 2, "--seed", 3),
    )
    with pytest.raises(ValueError, match="clock: expected one of"):
        resdyn.cycles(W, clock="layers")
    with pytest.raises(ValueError, match="max_period: expected a whole number from 1 to 512, got 0"):
        resdyn.cycles(W, max_period=0)


def test_basins(results):
    same(
        resdyn.basins("winner-takes-all", width=24, height=20, share_samples=100),
        results(
            "basins", "--system", "winner-takes-all", "--width", 24, "--height", 20,
            "--share-samples", 100,
        ),
    )  # fmt: skip


def test_basins_with_data_on_a_plane(results, network, model_file):
    same(
        resdyn.basins(
            network, data="moons", samples=60, units=(2, 0), at="FFF", width=16, height=16,
            clock="map", share_samples=0, window=(-0.9, 0.9, -0.8, 0.8), integrate=True,
        ),
        results(
            "basins", model_file, "--data", "moons", "--samples", 60, "--units", "2,0",
            "--at", "FFF", "--width", 16, "--height", 16, "--clock", "map", "--share-samples", 0,
            "--window=-0.9,0.9,-0.8,0.8", "--integrate",
        ),
    )  # fmt: skip


def test_interactions(results, network, model_file):
    same(
        resdyn.interactions("heteroclinic-cycle"),
        results("interactions", "--system", "heteroclinic-cycle"),
    )
    same(
        resdyn.interactions(network, data="moons", samples=50, seed=3),
        results("interactions", model_file, "--data", "moons", "--samples", 50, "--seed", 3),
    )


def without_seconds(value):
    """JSON without the times that a run took."""
    if isinstance(value, dict):
        return {k: without_seconds(v) for k, v in value.items() if "seconds" not in k}
    return [without_seconds(v) for v in value] if isinstance(value, list) else value


def same_but_for_time(result, of_program):
    expected = without_seconds(without_provenance(of_program[0]))
    found = without_seconds(result.to_dict())
    for name in ("data", "written"):  # how the data were called; what --write wrote
        expected.pop(name, None)
        found.pop(name, None)
    assert found == expected


def test_transient(results, network, model_file):
    same_but_for_time(
        resdyn.transient(network, "moons", samples=80, ftle_points=11),
        results("transient", model_file, "--data", "moons", "--samples", 80, "--ftle-points", 11),
    )


def test_perturb(results, network, model_file):
    same_but_for_time(
        resdyn.perturb(
            network, "moons", samples=40, noise=["gaussian", "fgsm"], levels=[0, 0.1], draws=2,
            theory_samples=5,
        ),
        results(
            "perturb", model_file, "--data", "moons", "--samples", 40, "--noise", "gaussian,fgsm",
            "--levels", "0,0.1", "--draws", 2, "--theory-samples", 5,
        ),
    )  # fmt: skip


def test_depth(results, network, model_file):
    same_but_for_time(
        resdyn.depth(network, "moons", samples=80, rule="final-95"),
        results("depth", model_file, "--data", "moons", "--samples", 80, "--rule", "final-95"),
    )


def test_analyze(results, network, model_file):
    same_but_for_time(
        resdyn.analyze(network, "moons", samples=50, proof_time=1, beyond=1000),
        results(
            "analyze", model_file, "--data", "moons", "--samples", 50, "--proof-time", 1,
            "--beyond", 1000,
        ),
    )  # fmt: skip


@pytest.fixture(scope="module")
def own_weights():
    """Three units, three layers of their own, one matrix or two a layer."""
    rng = np.random.default_rng(8)
    one, two = {}, {}
    for n in range(3):
        one |= {f"W.{n}": rng.normal(size=(3, 3)), f"b.{n}": rng.normal(size=3)}
        two |= {f"A.{n}": rng.normal(size=(3, 4)), f"B.{n}": rng.normal(size=(4, 3))}
    rest = {"U": rng.normal(size=(3, 2)), "V": rng.normal(size=(2, 3))}
    return [resdyn.from_numpy(t | rest, activation="tanh", step=0.3) for t in (one, two)]


def test_own_weights_are_analyzed(results, own_weights, tmp_path):
    for k, network in enumerate(own_weights):
        path = tmp_path / f"own-{k}.safetensors"
        resdyn.save(path, network)
        same_but_for_time(
            resdyn.analyze(network, "moons", samples=50),
            results("analyze", path, "--data", "moons", "--samples", 50),
        )


def test_discretisation(results, network, model_file, own_weights, tmp_path):
    same(
        resdyn.discretisation(network, "moons", samples=40, halvings=3),
        results(
            "discretisation", model_file, "--data", "moons", "--samples", 40, "--halvings", 3
        ),
    )
    for k, own in enumerate(own_weights):
        path = tmp_path / f"own-{k}.safetensors"
        resdyn.save(path, own)
        result = resdyn.discretisation(own, samples=20)
        same(result, results("discretisation", path, "--samples", 20))
        assert result.flow_verdict == result.to_dict()["verdict"]
        assert result.sound
    with pytest.raises(ValueError, match="halvings"):
        resdyn.discretisation(network, halvings=13)


def test_refusals_are_in_the_words_of_the_program(refusal, tmp_path):
    W = [[1.0, 2.0], [3.0, 4.0]]
    path = tmp_path / "W.csv"
    path.write_text("1,2\n3,4\n")
    with pytest.raises(ValueError) as refused:
        resdyn.spectrum(W, y=[0.1, 0.2, 0.3])
    assert str(refused.value) in refusal("spectrum", "--weights", path, "--y", "0.1,0.2,0.3").replace(
        "--y", "y"
    )
    with pytest.raises(ValueError) as refused:
        resdyn.basins(W, units=(0, 2))
    assert str(refused.value) == refusal(
        "basins", "--weights", path, "--units", "0,2"
    ).removeprefix("--").removesuffix(" (see resdyn basins --help)")
    with pytest.raises(ValueError) as refused:
        resdyn.trajectory(W, y0=[1.5, 0.5])
    assert str(refused.value) in refusal("trajectory", "--weights", path, "--y0", "1.5,0.5")


def test_tables_hold_the_numbers_of_the_file(results, weights):
    W, path = weights
    result = resdyn.spectrum(W, activation="tanh")
    rows = list(csv.DictReader((result.tables.text("spectrum")).splitlines()))
    table = result.tables["spectrum"]
    assert table["re"].dtype == np.float64
    assert table["index"].dtype == np.int64
    assert table["pattern"].dtype == object
    assert [float(row["re"]) for row in rows] == list(table["re"])
    assert [row["pattern"] for row in rows] == list(table["pattern"])


@pytest.mark.parametrize("system", ["winner-takes-all", "heteroclinic-cycle"])
def test_portrait(results, system):
    same(resdyn.portrait(system, grid=9), results("portrait", "--system", system, "--grid", 9))


def test_portrait_of_a_network_with_data(results, network, model_file):
    same(
        resdyn.portrait(network, data="moons", samples=30, units=(0, 2), trajectories=5, t_end=3),
        results(
            "portrait", model_file, "--data", "moons", "--samples", 30, "--units", "0,2",
            "--trajectories", 5, "--t-end", 3,
        ),
    )  # fmt: skip


def test_train(results, tmp_path):
    options = {"depth": 4, "epochs": 5, "weight_decay": 0.01, "batch": 32}
    words = [w for k, v in options.items() for w in ("--" + k.replace("_", "-"), v)]
    mine = resdyn.train("rings", samples=200, activation="tanh", step=0.3, seed=2, **options)
    theirs, out = results(
        "train", "--data", "rings", "--samples", 200, "--activation", "tanh", "--step", 0.3,
        "--seed", 2, *words,
    )  # fmt: skip
    found, expected = without_seconds(mine.to_dict()), without_seconds(without_provenance(theirs))
    for name in ("files", "samples_per_second"):
        expected.pop(name, None)
    expected["training"].pop("samples_per_second", None)
    found["training"].pop("samples_per_second", None)
    assert found == expected
    file = resdyn.load(out / "model.safetensors")
    for name, tensor in mine.network.tensors.items():
        assert (file.tensors[name].astype("f4") == tensor.astype("f4")).all()
    assert mine.network.metadata["class_labels"] == file.metadata["class_labels"]


@pytest.mark.parametrize(
    "method", ["auto", "atlas", "stable", "stable-vertices", "attracting-faces", "search", "newton"]
)
def test_equilibria(results, weights, method):
    W, path = weights
    same(
        resdyn.equilibria(W, activation="tanh", method=method, step=0.2),
        results("equilibria", "--weights", path, "--activation", "tanh", "--method", method,
                "--step", 0.2),
    )  # fmt: skip


def test_equilibria_with_all_that_goes_with_them(results, network, model_file, tmp_path):
    same(
        resdyn.equilibria(network, data="moons", samples=60, clock="flow", around=2),
        results(
            "equilibria", model_file, "--data", "moons", "--samples", 60, "--clock", "flow",
            "--around", 2,
        ),
    )  # fmt: skip
    same(
        resdyn.equilibria("heteroclinic-cycle", method="recurrence"),
        results("equilibria", "--system", "heteroclinic-cycle", "--recurrence"),
    )
    file = tmp_path / "certificate.json"
    result = resdyn.equilibria("dissipative", method="atlas", as_decimals=True, certificate=True)
    same(
        result,
        results("equilibria", "--system", "dissipative", "--method", "atlas", "--as-decimals",
                "--certificate", file),
    )  # fmt: skip
    assert result.certificate == file.read_text()


def test_twin_experiment(results):
    same(
        resdyn.twin_experiment("moons", samples=80, test_samples=40, depth=2, seeds=2, epochs=3,
                               noise="uniform", levels=[0, 0.3]),
        results("perturb", "--twin", "--data", "moons", "--samples", 80, "--test-samples", 40,
                "--depth", 2, "--seeds", 2, "--epochs", 3, "--noise", "uniform",
                "--levels", "0,0.3"),
    )  # fmt: skip
    with pytest.raises(ValueError, match="noise: expected gaussian, .*, got white"):
        resdyn.twin_experiment("moons", samples=20, noise="white")


def test_reduce(results, network, model_file):
    mine = resdyn.reduce(
        network, "moons", samples=100, hidden_units=2, ranks=[1, 2], epochs=3, proof_time=1
    )
    theirs = results(
        "reduce", model_file, "--data", "moons", "--samples", 100, "--hidden-units", 2,
        "--rank", "1,2", "--epochs", 3, "--proof-time", 1,
    )  # fmt: skip
    same_but_for_time(mine, theirs)
    assert list(mine.networks) == ["imitation-2", "rank-1", "rank-2"]
    for name, network in mine.networks.items():
        file = resdyn.load(theirs[1] / f"{name}.safetensors")
        for tensor, values in network.tensors.items():
            wide = file.tensors[tensor]
            assert (wide == (values.astype("f4") if name.startswith("imitation") else values)).all()


def test_validate(results, weights):
    if not hasattr(resdyn._resdyn, "study_claims"):
        pytest.skip("built against an installed library")
    W, path = weights
    mine = resdyn.validate(W, activation="tanh", only=[1, 2, 5], quick=True)
    theirs = without_provenance(results(
        "validate", "--weights", path, "--activation", "tanh", "--only", "1,2,5", "--quick"
    )[0])  # fmt: skip
    found = mine.to_dict()
    for ledger in (theirs, found):
        ledger["notes"] = len(ledger["notes"])  # they name the network
        for claim in ledger["claims"]:
            for setting in claim["settings"]:
                setting["setting"] = setting["setting"].replace(str(path), "W")
    assert found == theirs
    assert mine.sound
    with pytest.raises(ValueError, match="only: expected a claim from 1 to 10, got 77"):
        resdyn.validate(only=77)
    with pytest.raises(ValueError, match="seeds: expected"):
        resdyn.validate(only=5, quick=True, seeds=2)
    with pytest.raises(ValueError, match="alpha: expected"):
        resdyn.validate(only=5, quick=True, alpha=1.0)


def test_the_design_of_the_ledger_can_be_changed():
    if not hasattr(resdyn._resdyn, "study_claims"):
        pytest.skip("built against an installed library")
    ledger = resdyn.validate(only=5, quick=True, seeds=4, margin=0.9, alpha=0.1)
    effects = ledger.claims[0].effects
    assert {effect.margin for effect in effects} == {0.9}
    assert max(setting.seeds for effect in effects for setting in effect.settings) == 4
    assert all(word in " ".join(ledger.notes) for word in ("--seeds", "--margin", "--alpha"))
