"""Vector fields of Python functions, and what is asked of them."""

import numpy as np
import pytest

import resdyn


def van_der_pol(mu=1.0):
    return resdyn.VectorField(
        lambda x: [x[1], mu * (1 - x[0] ** 2) * x[1] - x[0]],
        lambda x: [[0, 1], [-2 * mu * x[0] * x[1] - 1, mu * (1 - x[0] ** 2)]],
        dimension=2,
    )


def test_a_rotation_is_integrated():
    field = resdyn.VectorField(lambda x: [x[1], -x[0]], dimension=2)
    times = np.linspace(0, 2 * np.pi, 9)
    run = resdyn.integrate(field, [1, 0], t_end=times[-1], sample_times=times)
    assert run.outcome == "reached_end"
    np.testing.assert_allclose(run.x, [np.cos(times), -np.sin(times)], atol=1e-7)


def test_central_differences_take_the_place_of_a_jacobian():
    exact = van_der_pol()
    plain = resdyn.VectorField(exact.value, dimension=2)
    x = np.array([0.7, -1.3])
    np.testing.assert_allclose(plain.jacobian(x), exact.jacobian(x), rtol=1e-8)


def test_newton_and_its_deflation():
    field = resdyn.VectorField(lambda x: [x[0] ** 3 - x[0]], lambda x: [[3 * x[0] ** 2 - 1]],
                               dimension=1)  # fmt: skip
    roots = []
    for _ in range(3):
        found = resdyn.newton(field, [0.4], deflate=roots)
        assert found.status == "converged"
        roots.append(found.x)
    assert sorted(float(r[0]) for r in roots) == pytest.approx([-1, 0, 1], abs=1e-9)


def test_roots_of_a_pendulum():
    field = resdyn.VectorField(lambda x: [x[1], -np.sin(x[0]) - 0.1 * x[1]], dimension=2)
    found = resdyn.find_roots(field, [-4, -1], [4, 1], starts=64)
    places = sorted(round(float(r.x[0]), 6) for r in found.roots if abs(r.x[0]) < 4)
    assert places == pytest.approx([-np.pi, 0, np.pi], abs=1e-6)
    types = {round(float(r.x[0])): r.type for r in found.roots}
    assert types[0] == "stable_focus"
    assert types[3] == "saddle"


def test_the_cycle_of_van_der_pol():
    orbit = resdyn.find_periodic_orbit(van_der_pol(), [2.0, 0.0], transient=50, t_search=50)
    # Period 6.6632868593… (J. A. Zonneveld 1966).
    assert orbit.period == pytest.approx(6.6632868593, abs=1e-7)
    assert orbit.stability == "attracting"
    assert orbit.trivial_error < 1e-6
    points = resdyn.orbit_samples(van_der_pol(), orbit, 100)
    assert points[0].max() == pytest.approx(2.0086, abs=2e-3)


def test_exponents_of_a_linear_field_are_its_eigenvalues():
    J = np.array([[-0.1, 1.0, 0], [-1.0, -0.1, 0], [0, 0, -0.5]])
    field = resdyn.VectorField(lambda x: J @ x, lambda x: J, dimension=3)
    found = resdyn.lyapunov_exponents(field, [1, 1, 1], t_end=200)
    np.testing.assert_allclose(found.exponents, [-0.1, -0.1, -0.5], atol=0.01)
    assert found.verdict == "all_negative"
    np.testing.assert_allclose(resdyn.eigenvalues(J).real, [-0.1, -0.1, -0.5])


def test_python_against_the_library():
    """The same field in Python and in C++: the same steps."""
    W = np.array([[-1.0, 2.0], [0.5, -0.75]])
    system = resdyn.ResidualSystem(W)
    flow = resdyn.ResidualFlow(system)
    mine = resdyn.VectorField(lambda y: y * (1 - y) * (W @ y), dimension=2)
    one, two = (resdyn.integrate(f, [0.3, 0.2], t_end=5) for f in (flow, mine))
    assert len(one.t) == len(two.t)
    np.testing.assert_allclose(one.x, two.x, atol=1e-12)


def test_what_a_function_raises_comes_out():
    class Mine(Exception):
        pass

    def f(x):
        raise Mine

    with pytest.raises(Mine):
        resdyn.integrate(resdyn.VectorField(f, dimension=1), [0.0])


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (lambda x: [1, 2, 3], "VectorField f: expected 2 numbers, got 3"),
        (lambda x: "no", "VectorField f: expected real numbers"),
        (lambda x: None, "VectorField f: expected real numbers"),
    ],
)
def test_what_a_function_returns_is_checked(f, words):
    with pytest.raises(ValueError) as refused:
        resdyn.integrate(resdyn.VectorField(f, dimension=2), [0, 0])
    assert str(refused.value).startswith(words)


def test_a_function_may_keep_what_it_is_given():
    kept = []

    def f(x):
        kept.append(x)
        return -x

    resdyn.integrate(resdyn.VectorField(f, dimension=2), [1, 2], t_end=1)
    assert kept[0][0] == 1
    assert kept[-1][0] < 1
    assert len({id(x) for x in kept}) == len(kept)


def test_a_field_of_nan_ends_as_such():
    run = resdyn.integrate(
        resdyn.VectorField(lambda x: [np.nan if x[0] > 2 else x[0] ** 2], dimension=1), [1], t_end=5
    )
    assert run.outcome in ("non_finite", "step_underflow")


def lorenz():
    return resdyn.VectorField(
        lambda x: [10 * (x[1] - x[0]), x[0] * (28 - x[2]) - x[1], x[0] * x[1] - 8 / 3 * x[2]],
        lambda x: [[-10, 10, 0], [28 - x[2], -1, -x[0]], [x[1], x[0], -8 / 3]],
        dimension=3,
    )


def duffing(**options):
    return resdyn.VectorField(
        lambda x: np.array([x[1], x[0] - x[0] ** 3 - 0.2 * x[1]]), dimension=2, **options
    )


def test_the_spectrum_of_lorenz():
    """At its equilibria, and along its attractor."""
    found = resdyn.find_roots(lorenz(), [-20, -30, 0], [20, 30, 50])
    c = np.sqrt(72)
    np.testing.assert_allclose([r.x for r in found.roots], [[-c, -c, 27], [0, 0, 0], [c, c, 27]],
                               atol=1e-9)  # fmt: skip
    # At 0: (−11 ± √1201)/2 and −8/3.
    expected = sorted([(-11 + np.sqrt(1201)) / 2, -8 / 3, (-11 - np.sqrt(1201)) / 2], reverse=True)
    np.testing.assert_allclose(found.roots[1].eigenvalues, expected, rtol=1e-9)
    np.testing.assert_allclose(resdyn.eigenvalues(lorenz().jacobian([0, 0, 0])), expected)
    exponents = resdyn.lyapunov_exponents(
        lorenz(), [1, 1, 1], transient=20, t_end=200, rel_tol=1e-6, abs_tol=1e-8
    )
    assert exponents.verdict == "chaotic"
    # 0.9056, 0, −14.572 (J. C. Sprott 2003); their sum is the divergence, −41/3.
    largest, error = exponents.exponents[0], exponents.standard_errors[0]
    assert abs(largest - 0.9056) < 4 * error
    assert exponents.exponents.sum() == pytest.approx(-41 / 3, abs=1e-3)


def test_the_portrait_of_van_der_pol():
    result = resdyn.field_portrait(van_der_pol(), [-4, -4], [4, 4], cycle_time=40, trajectories=4)
    assert [r.type for r in result.roots] == ["unstable_focus"]
    (cycle,) = result.limit_cycles
    assert cycle.period == pytest.approx(6.6632868593, abs=1e-7)
    assert cycle.attracts
    assert "limit cycle of period 6.6632869: attracts" in result.verdict
    assert "not proved complete" in result.verdict
    data = result.to_dict()
    assert data["verb"] == "field_portrait"
    assert data["portrait"]["limit_cycles"][0]["residual"] < 1e-8
    assert list(result.tables) == ["equilibria", "separatrices", "cycles"]
    assert result.tables["cycles"]["period"][0] == cycle.period


def test_the_separatrices_of_duffing():
    result = resdyn.field_portrait(
        duffing(), [-2, -1.5], [2, 1.5], cycle_time=0, names=["q", "p"], trajectories=3
    )
    assert [c.kind for c in result.separatrices].count("unstable") == 2
    assert sorted(c.end for c in result.separatrices if c.kind == "unstable") == [0, 2]
    assert all(c.left_box for c in result.separatrices if c.kind == "stable")
    figure = result.figures["portrait"]
    assert (figure.panels[0]["x"]["label"], figure.panels[0]["y"]["label"]) == ("q", "p")
    assert result.to_pandas("separatrices").columns[-1] == "x_1"


def test_a_plane_of_lorenz():
    result = resdyn.field_portrait(lorenz(), [-20, -30, 0], [20, 30, 50], axes=(0, 2),
                                   held=[0, 0, 0], trajectories=2, t_end=5)  # fmt: skip
    assert len(result.roots) == 3
    assert "leaves this plane" in result.notes[0]
    assert result.separatrices == []


def test_basins_agree_whether_vectorized_or_not():
    options = {"width": 12, "height": 10, "t_end": 100, "cycle_time": 0}
    one = resdyn.field_basins(duffing(), [-2, -2], [2, 2], **options)
    many = resdyn.field_basins(duffing(vectorized=True), [-2, -2], [2, 2], **options)
    assert one.complete
    np.testing.assert_array_equal(one.labels, many.labels)
    assert set(np.unique(many.labels)) == {0, 1}
    # x -> -x: a cell and its mirror image come to mirrored ends.
    np.testing.assert_array_equal(many.labels, 1 - many.labels[::-1, ::-1])
    assert [a.name for a in many.attractors] == ["equilibrium 0", "equilibrium 2"]
    assert [a.members for a in many.attractors] == [60, 60]
    assert many.tables["labels"]["cells"].sum() == 120


def test_basins_of_a_cycle():
    field = resdyn.VectorField(
        lambda x: np.array([x[1], (1 - x[0] ** 2) * x[1] - x[0]]), dimension=2, vectorized=True
    )
    result = resdyn.field_basins(field, [-3, -3], [3, 3], width=16, height=16, t_end=40,
                                 cycle_time=40)  # fmt: skip
    (cycle,) = result.attractors
    assert cycle.kind == "limit_cycle"
    assert cycle.period == pytest.approx(6.6632868593, abs=1e-7)
    assert cycle.members == 256
    np.testing.assert_array_equal(cycle.orbit[:, 0], cycle.orbit[:, -1])


def test_normal_forms_along_their_parameter():
    def labels(f, x0, alpha0, **options):
        run = resdyn.continue_equilibrium(f, x0, alpha0, **options)
        assert all(point.residual <= 1e-11 for point in run)
        return [(p.label, round(p.alpha, 6) + 0) for p in run if p.label]

    pitchfork = labels(lambda x, a: a * x - x**3, [0.0], -1, start=-1, end=1)
    assert pitchfork == [("EP", -1), ("BP", 0), ("EP", 1)]
    side = resdyn.continue_equilibrium(lambda x, a: a * x - x**3, [0.5], 0.25, start=0.1, end=1)
    for point in side:
        assert point.x[0] == pytest.approx(np.sqrt(point.alpha), abs=1e-10)
        assert point.eigenvalues[0] == pytest.approx(-2 * point.alpha, abs=1e-6)
    fold = labels(lambda x, a: a - x**2, [1.0], 1, start=-1, end=2, direction=-1)
    assert fold == [("EP", 1), ("LP", 0), ("EP", 2)]
    hopf = labels(
        lambda x, a: [a * x[0] - x[1] - x[0] ** 3, x[0] + a * x[1]], [0, 0], -1, start=-1, end=1,
        jacobian=lambda x, a: [[a - 3 * x[0] ** 2, -1], [1, a]],
    )  # fmt: skip
    assert hopf == [("EP", -1), ("HB", 0), ("EP", 1)]
    boxed = labels(lambda x, a: a * x - x**3, [0.5], 0.25, start=0, end=9, lower=[0], upper=[2])
    assert boxed == [("EP", 0.25), ("EP", 4)]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: resdyn.field_portrait(duffing(), [0], [1]), "lower and upper of 2 numbers, got 1"),
        (lambda: resdyn.field_portrait(duffing(), [1, 1], [0, 2]), "lower < upper"),
        (lambda: resdyn.field_portrait(duffing(), [0, 0], [1, 1], axes=(0, 2)), "axes: expected"),
        (lambda: resdyn.field_portrait(duffing(), [0, 0], [1, 1], names=["x"]), "names: expected"),
        (lambda: resdyn.field_basins(duffing(), [0, 0], [1, 1], width=1), "width: expected"),
        (
            lambda: resdyn.field_basins(
                resdyn.VectorField(lambda x: x[0], dimension=2, vectorized=True), [0, 0], [1, 1]
            ),
            "VectorField f",
        ),
        (
            lambda: resdyn.continue_equilibrium(lambda x, a: x, [0], 0, start=1, end=0),
            "from < to",
        ),
        (
            lambda: resdyn.continue_equilibrium(
                lambda x, a: x, [0], 0, start=-1, end=1, lower=[0]
            ),
            "box: expected lower and upper",
        ),
    ],
)
def test_refusals(call, words):
    with pytest.raises(ValueError) as refused:
        call()
    assert words in str(refused.value)


def test_a_field_is_no_network():
    with pytest.raises(ValueError, match="field_portrait"):
        resdyn.portrait(duffing())
