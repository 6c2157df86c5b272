"""Arrays in, of every kind, and out."""

import gc
import itertools

import numpy as np
import pytest

import resdyn

EXACT = np.array([[-1.0, 2.0, 0.5], [0.25, -0.5, 1.0], [-2.0, 0.75, -1.0]])  # exact in float16 too


def layouts(W):
    """The same numbers in memory in many ways."""
    yield W
    yield np.asfortranarray(W)
    wide = np.zeros((6, 9))
    wide[::2, 1::3] = W
    yield wide[::2, 1::3]
    yield W[::-1, ::-1].copy()[::-1, ::-1]  # negative strides
    yield np.ascontiguousarray(W.T).T
    readonly = W.copy()
    readonly.flags.writeable = False
    yield readonly
    record = np.zeros((3, 3), dtype=[("tag", "i1"), ("w", "f8")])  # strides of no whole elements
    record["w"] = W
    yield record["w"]
    yield W.astype(">f8")
    yield W.tolist()
    yield tuple(map(tuple, W))
    yield np.matrix(W)


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "g"])
def test_types_of_floats(dtype):
    expected = resdyn.spectrum(EXACT, activation="tanh").to_dict()
    assert resdyn.spectrum(EXACT.astype(dtype), activation="tanh").to_dict() == expected


@pytest.mark.parametrize("dtype", ["i1", "i4", "i8", "u2", "u8", "?"])
def test_types_of_whole_numbers(dtype):
    W = np.array([[1, 0], [1, 1]])
    expected = resdyn.ResidualSystem(W.astype(float)).W
    assert (resdyn.ResidualSystem(W.astype(dtype)).W == expected).all()


def test_layouts():
    for W in layouts(EXACT):
        assert (resdyn.ResidualSystem(W).W == EXACT).all()


def test_random_slices_are_what_numpy_says():
    rng = np.random.default_rng(2)
    base = rng.normal(size=(12, 12))
    for _ in range(300):
        steps = rng.choice([-3, -2, -1, 1, 2, 3], size=2)
        view = base[:: steps[0], :: steps[1]]
        size = rng.integers(1, min(view.shape) + 1)
        view = view[:size, :size]
        assert (resdyn.ResidualSystem(view).W == np.array(view)).all()


@pytest.mark.parametrize(
    ("W", "words"),
    [
        ([[1, 2], [3]], "W: expected an array of numbers, got list"),
        ([[1, 2]], "W: expected a square matrix, got 1x2"),
        ([1, 2], "W: expected a matrix (2 dimensions), got 1 dimension"),
        (np.ones((2, 2, 2)), "W: expected a matrix (2 dimensions), got 3 dimensions"),
        ([["a", "b"], ["c", "d"]], "W: expected real numbers, got dtype <U1"),
        (np.eye(2) * 1j, "W: expected real numbers, got dtype complex128"),
        ([[1, np.nan], [0, 1]], "W: expected finite numbers, got NaN or infinity"),
        ([[1, np.inf], [0, 1]], "W: expected finite numbers, got NaN or infinity"),
        ([[2**53 + 2, 0], [0, 1]], "W: expected whole numbers up to 2^53"),
        (None, "W: expected real numbers, got dtype object"),
    ],
)
def test_refusals(W, words):
    with pytest.raises(ValueError) as refused:
        resdyn.ResidualSystem(W)
    assert str(refused.value).startswith(words)


def test_starts_are_refused():
    for y0, words in [
        ([0.1, 0.2], "y0: expected 3 numbers, got 2"),
        ([0.1, 0.2, np.nan], "y0: expected numbers, got NaN"),
    ]:
        with pytest.raises(ValueError) as refused:
            resdyn.trajectory(EXACT, y0=y0)
        assert str(refused.value) == words


def arrays_of(result):
    run = result.runs[0]
    equilibrium = resdyn.equilibrium_atlas(EXACT).equilibria[0]
    yield from (run.t, run.y, run.u, equilibrium.y, equilibrium.flow_eigenvalues)
    yield resdyn.load_data("moons", samples=10).inputs
    yield resdyn.load_data("moons", samples=10).labels


def test_arrays_out_are_views_that_keep_their_owner():
    for array in arrays_of(resdyn.trajectory(EXACT, y0=[0.1, 0.2, 0.3], t_end=1)):
        gc.collect()
        before = array.copy()
        junk = [np.full(array.size, 7.0) for _ in range(50)]  # what was freed would be overwritten
        assert (array == before).all()
        assert not array.flags.writeable
        assert not array.flags.owndata
        with pytest.raises(ValueError):
            array[...] = 0
        del junk


def test_results_of_slices_outlive_their_result():
    y = resdyn.trajectory(EXACT, y0=[0.1, 0.2, 0.3], t_end=1).runs[0].y
    gc.collect()
    assert y[0, 0] == pytest.approx(0.1, abs=1e-15)


def test_functions_of_arrays_of_any_shape():
    u = np.random.default_rng(1).normal(size=(3, 4, 2)) * 5
    for name, f in [
        ("logistic", lambda x: 1 / (1 + np.exp(-x))),
        ("tanh", np.tanh),
        ("softplus", lambda x: np.logaddexp(0, x)),
        ("relu", lambda x: np.maximum(x, 0)),
    ]:
        np.testing.assert_allclose(resdyn.activate(name, u), f(u), rtol=1e-14)
        if name != "relu":
            np.testing.assert_allclose(
                resdyn.inverse(name, resdyn.activate(name, u / 2)), u / 2, rtol=1e-9, atol=1e-12
            )
    assert resdyn.activate("tanh", 0.5) == np.tanh(0.5)
    with pytest.raises(ValueError, match="activation: expected .*, got sine"):
        resdyn.activate("sine", 1.0)


def test_a_dataset_of_arrays():
    inputs = np.random.default_rng(0).normal(size=(20, 3)).astype("f4")
    labels = np.arange(20) % 2
    data = resdyn.Dataset(inputs[:, ::-1], labels)
    assert (data.inputs == inputs[:, ::-1]).all()
    assert (data.labels == labels).all()
    assert (len(data), data.width, data.classes) == (20, 3, 2)
    for bad, words in [
        ((inputs, labels[:-1]), "labels: expected 20, one a sample"),
        ((inputs, labels - 1), "labels: expected whole numbers from 0, got -1"),
        ((inputs, labels + 0.5), "labels: expected whole numbers from 0, got 0.5"),
        ((inputs * np.nan, labels), "inputs: expected finite numbers"),
    ]:
        with pytest.raises(ValueError) as refused:
            resdyn.Dataset(*bad)
        assert str(refused.value).startswith(words)


def test_two_ways_to_the_same_numbers():
    """Row by row and as one batch."""
    rng = np.random.default_rng(8)
    u0 = rng.normal(size=(6, 3))
    together = resdyn.settle(EXACT, u0, clock="map")
    alone = list(itertools.chain.from_iterable(resdyn.settle(EXACT, u).outcomes for u in u0))
    assert together.outcomes == alone
