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
