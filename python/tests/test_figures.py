"""Every figure of every study in matplotlib, and a result in a notebook."""

import numpy as np
import pytest

import resdyn

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("agg")
plt = pytest.importorskip("matplotlib.pyplot")


@pytest.fixture
def studies(network):
    W = [[-1.0, 2.0], [0.5, -0.75]]
    return [
        resdyn.spectrum(W),
        resdyn.spectrum(W, along=[0.2, 0.3], t_end=2, samples=5),
        resdyn.trajectory(W, y0=[[0.3, 0.2], [0.6, 0.1]], t_end=5),
        resdyn.bifurcations("winner-takes-all"),
        resdyn.portrait("winner-takes-all"),
        resdyn.portrait("heteroclinic-cycle"),
        resdyn.portrait([[-1.0]]),
        resdyn.basins("winner-takes-all", width=40, height=40),
        resdyn.interactions(network, data="moons", samples=50),
        resdyn.transient(network, "moons", samples=60, ftle_points=11),
        resdyn.perturb(network, "moons", samples=30, draws=2, theory_samples=5),
        resdyn.depth(network, "moons", samples=60),
        resdyn.analyze(network, "moons", samples=50, proof_time=1, beyond=1000),
        resdyn.train("xor", depth=3, epochs=3),
    ]


def drawn_numbers(axes):
    """How many numbers stand in the artists of the axes."""
    count = 0
    for ax in np.atleast_1d(axes):
        count += sum(len(line.get_xdata()) for line in ax.lines)
        count += sum(image.get_array().size for image in ax.images)
        count += sum(len(c.get_offsets()) for c in ax.collections)
        count += len(ax.patches) + len(ax.collections)
    return count


def test_every_figure_is_drawn(studies):
    seen = set()
    for result in studies:
        assert result.figures
        for name, figure in result.figures.items():
            axes = figure.plot()
            assert len(np.atleast_1d(axes)) == len(figure.panels)
            assert drawn_numbers(axes) > 0, name
            np.atleast_1d(axes)[0].figure.canvas.draw()
            for panel, ax in zip(figure.panels, np.atleast_1d(axes)):
                for place, axis in enumerate("xy"):
                    ends = [panel[axis]["from"], panel[axis]["to"]]
                    found = (ax.get_xlim, ax.get_ylim)[place]()
                    for end, at in zip(ends, found):
                        # An axis of equal aspect may show more than was asked.
                        assert np.isnan(end) or panel["equal_aspect"] or at == pytest.approx(end)
                labels = [s["legend"] for s in panel["series"]
                          if s["legend"] and len(s["columns"][0][1])]  # fmt: skip
                for series in panel["series"]:
                    if series["mark"] in ("cells", "raster"):  # every value has a cell of its own
                        values = series["columns"][2][1]
                        array = ax.images[0].get_array()
                        assert array.size == len(values)
                        assert np.ma.count(array) == np.isfinite(values).sum()
                if panel["legend"] != "none" and labels:
                    assert len(ax.get_legend().get_texts()) <= len(labels)
            plt.close("all")
            seen.add(name)
    assert len(seen) > 40


def test_axes_of_ones_own():
    figure = resdyn.portrait("winner-takes-all").figures["portrait"]
    _, ax = plt.subplots()
    assert figure.plot(ax) is ax
    _, own = plt.subplots()
    resdyn.portrait("winner-takes-all", ax=own)
    assert len(own.lines) == len(ax.lines)
    field = resdyn.VectorField(lambda x: -np.asarray(x), dimension=2, vectorized=True)
    _, two = plt.subplots(1, 2)
    resdyn.field_portrait(field, [-1, -1], [1, 1], cycle_time=0, ax=two[0])
    resdyn.field_basins(field, [-1, -1], [1, 1], width=8, height=8, ax=two[1])
    assert two[0].lines and two[1].images
    before = len(ax.lines)
    ax.plot([0, 1], [0, 1])
    assert len(ax.lines) == before + 1
    several = resdyn.spectrum([[-1.0, 2], [0.5, -1]], along=[0.2, 0.3]).figures["spectrum-path"]
    _, axes = plt.subplots(1, 2)
    assert list(several.plot(axes)) == list(axes)
    with pytest.raises(ValueError, match="ax: expected 2 axes, got 1"):
        several.plot(ax)
    plt.close("all")


def test_a_raster_stands_where_its_cells_are():
    result = resdyn.basins("winner-takes-all", width=30, height=20, share_samples=0)
    ax = result.figures["basins"].plot()
    image = ax.images[0]
    left, right, bottom, top = image.get_extent()
    assert (left, right, bottom, top) == pytest.approx((0, 1, 0, 1), abs=1e-9)
    values = np.asarray(image.get_array())
    assert values.shape == (20, 30)
    labels = result.labels
    assert labels.shape == (30, 20)
    for i, j in [(0, 0), (29, 0), (0, 19), (15, 3)]:
        same = labels == labels[i, j]
        assert (values.T[same] == values.T[i, j]).all()  # one attractor, one colour
    plt.close("all")


def test_a_figure_has_the_numbers_of_its_file(results):
    _, out = results("trajectory", "--system", "winner-takes-all", "--y0", "0.3,0.2")
    result = resdyn.trajectory("winner-takes-all", y0=[0.3, 0.2])
    for name, figure in result.figures.items():
        assert figure.to_csv() == (out / "figures" / f"{name}.csv").read_text()


def test_files_of_figures(tmp_path):
    figure = resdyn.spectrum([[-1.0, 2], [0.5, -1]]).figures["multipliers"]
    for ending, begins in [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")]:
        figure.save(tmp_path / f"f.{ending}")
        assert (tmp_path / f"f.{ending}").read_bytes().startswith(begins)


def test_a_result_in_a_notebook():
    result = resdyn.spectrum([[-1.0, 2], [0.5, -1]], activation="tanh")
    plt.close("all")  # of other tests
    page = result._repr_html_()
    assert page.count("<table>") == 1
    assert page.count("<img ") == 1
    assert "<pre>" in page
    assert not plt.get_fignums()  # nothing is left open, nothing is shown twice
    assert repr(result) == result.verdict.rstrip("\n")


def test_data_frames(weights):
    pandas = pytest.importorskip("pandas")
    W, _ = weights
    frame = resdyn.spectrum(W, activation="tanh").to_pandas("spectrum")
    assert isinstance(frame, pandas.DataFrame)
    assert frame["re"].dtype == np.float64
    assert set(frame["spectrum"]) == {"flow", "map"}
