"""Calls: the interpreter goes on beside them, Ctrl-C ends them, they tell how far they are, threads
do not mix, and nothing is left behind."""

import os
import resource
import signal
import subprocess
import sys
import textwrap
import threading
import time

import numpy as np
import pytest

import resdyn


def long_matrix(n, seed=1):
    return np.random.default_rng(seed).normal(size=(n, n))


def interrupted_after(seconds, work):
    """Runs work(), which Ctrl-C is sent to; returns the exception and how long after it came."""
    main = threading.get_ident()
    sent = []

    def send():
        sent.append(time.monotonic())
        signal.pthread_kill(main, signal.SIGINT)

    timer = threading.Timer(seconds, send)
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt) as stopped:
            work()
        return stopped.value, time.monotonic() - sent[0]
    finally:
        timer.cancel()
        timer.join()


LONG = {
    "stable": lambda: resdyn.stable_equilibria(long_matrix(60)),
    "equilibria": lambda: resdyn.equilibria(long_matrix(60), method="stable", progress=False),
    "atlas": lambda: resdyn.equilibrium_atlas(long_matrix(19)),
    "basins": lambda: resdyn.basins(
        long_matrix(6), width=1500, height=1500, integrate=True, progress=False
    ),
    "trajectory": lambda: resdyn.trajectory(
        long_matrix(40), activation="softplus", y0=np.full(40, 0.5), t_end=1e5, rel_tol=1e-13,
        abs_tol=1e-15, max_steps=10**9,
    ),
    "settle": lambda: resdyn.settle(
        [[0, 1, -1], [-1, 0, 1], [1, -1, 0]], np.random.default_rng(0).normal(size=(20000, 3)),
        clock="flow", t_end=1e6,
    ),
    "integrate": lambda: resdyn.integrate(
        resdyn.VectorField(lambda x: [x[1], -x[0]], dimension=2), [1, 0], t_end=1e9, max_steps=10**9
    ),
    "field_portrait": lambda: resdyn.field_portrait(
        resdyn.VectorField(lambda x: [x[1], -x[0]], dimension=2), [-1, -1], [1, 1], t_end=1e7
    ),
    "continuation": lambda: resdyn.continue_equilibrium(
        lambda x, a: a * x, [0.0], 0.0, start=-1e9, end=1e9, max_points=10**9
    ),
    "lyapunov": lambda: resdyn.lyapunov_exponents(
        resdyn.PreactivationFlow(resdyn.ResidualSystem(long_matrix(10))), np.ones(10), t_end=1e8
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LONG)
def test_interrupts(name):
    handler = signal.getsignal(signal.SIGINT)
    _, late = interrupted_after(0.3, LONG[name])
    assert late < 3.0  # a loaded machine; alone it takes some 0.1 s
    assert signal.getsignal(signal.SIGINT) is handler
    assert resdyn.equilibrium_atlas([[1.0, 2.0], [0.5, -1]]).complete  # nothing of it stays


def test_what_is_known_at_an_interrupt():
    stopped, _ = interrupted_after(0.3, LONG["basins"])
    assert stopped.partial.verb == "basins"
    assert not stopped.partial.map.complete
    assert stopped.partial.to_dict()["map"]["complete"] is False
    stopped, _ = interrupted_after(0.3, LONG["equilibria"])
    assert stopped.partial.interrupted
    assert stopped.partial.to_dict()["complete"] is False
    stopped, _ = interrupted_after(0.3, LONG["stable"])
    assert stopped.partial.end == "interrupted"
    assert stopped.partial.work.nodes > 0


def test_a_ledger_that_is_not_whole():
    class Enough(Exception):
        pass

    def progress(part, share):
        if share > 0:
            raise Enough

    with pytest.raises(Enough) as stopped:
        resdyn.validate(quick=True, only=[3, 7, 10], progress=progress)
    ledger = stopped.value.partial
    assert ledger.interrupted
    assert [claim.id for claim in ledger.claims] in ([3], [3, 7])
    assert "not whole" in ledger.notes[-1]
    assert ledger.to_dict()["interrupted"] is True


def test_basins_of_a_field_that_are_not_whole():
    turning = resdyn.VectorField(
        lambda x: np.array([x[1], -x[0]]), dimension=2, vectorized=True
    )
    stopped, late = interrupted_after(
        1.0,
        lambda: resdyn.field_basins(
            turning, [-1, -1], [1, 1], width=3000, height=3000, t_end=5, cycle_time=0,
            root_starts=4, progress=False,
        ),
    )  # fmt: skip
    assert late < 4.0
    assert not stopped.partial.complete
    assert stopped.partial.to_dict()["map"]["complete"] is False


def test_the_interpreter_goes_on():
    """A thread of Python counts while a call works: the lock is released."""
    going = True
    counted = 0

    def count():
        nonlocal counted
        while going:
            counted += 1
            time.sleep(0.001)

    thread = threading.Thread(target=count)
    thread.start()
    begin = time.monotonic()
    resdyn.stable_equilibria(long_matrix(24), threads=1)
    while time.monotonic() - begin < 0.2:
        resdyn.basins(long_matrix(2), width=64, height=64, progress=False)
    going = False
    thread.join()
    assert counted > 10


def test_calls_from_several_threads():
    """The same answers as one after the other, whatever runs beside them."""
    matrices = [long_matrix(7, seed) for seed in range(8)]
    alone = [resdyn.spectrum(W, activation="tanh").to_dict() for W in matrices]
    found = [None] * len(matrices)

    def work(k):
        found[k] = resdyn.spectrum(matrices[k], activation="tanh").to_dict()

    threads = [threading.Thread(target=work, args=(k,)) for k in range(len(matrices))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == alone


def test_an_interrupt_ends_the_call_of_the_main_thread_only():
    found = []
    W = long_matrix(8)
    alone = resdyn.spectrum(W, activation="tanh").to_dict()
    other = threading.Thread(
        target=lambda: found.extend(
            resdyn.spectrum(W, activation="tanh").to_dict() for _ in range(5)
        )
    )

    def work():
        other.start()
        LONG["stable"]()

    interrupted_after(0.2, work)
    other.join()
    assert found == [alone] * 5


def test_threads_do_not_change_results():
    W = long_matrix(8)
    one = resdyn.basins(W, width=40, height=40, share_samples=50, threads=1)
    two = resdyn.basins(W, width=40, height=40, share_samples=50, threads=2)
    assert one.to_dict() == two.to_dict()
    assert (one.labels == two.labels).all()


def test_progress():
    told = []
    resdyn.basins(
        long_matrix(6), width=300, height=300, integrate=True,
        progress=lambda part, share: told.append((part, share)),
    )  # fmt: skip
    assert told
    assert all(isinstance(part, str) and 0 <= share <= 1 for part, share in told)
    assert [share for part, share in told if part == told[0][0]] == sorted(
        share for part, share in told if part == told[0][0]
    )


def test_what_progress_raises_ends_the_call():
    class Enough(Exception):
        pass

    def stop(part, share):
        raise Enough

    with pytest.raises(Enough):
        resdyn.basins(long_matrix(6), width=1500, height=1500, integrate=True, progress=stop)


def resident():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()


@pytest.mark.parametrize("name", ["trajectory", "spectrum", "account", "field", "refused"])
def test_a_thousand_calls_leave_nothing(name):
    W = long_matrix(2)
    field = resdyn.VectorField(lambda x: [x[1], -x[0]], dimension=2)

    def account():
        result = resdyn.trajectory(W, y0=[0.3, 0.2], t_end=1)
        result.to_dict()
        result.tables["trajectory"]
        result.figures["trajectory"]

    def refused():
        with pytest.raises(ValueError):
            resdyn.spectrum([[1, np.nan], [0, 1]])

    call = {
        "trajectory": lambda: resdyn.trajectory(W, y0=[0.3, 0.2], t_end=1),
        "spectrum": lambda: resdyn.spectrum(W, activation="tanh"),
        "account": account,
        "field": lambda: resdyn.integrate(field, [1, 0], t_end=0.1),
        "refused": refused,
    }[name]
    for _ in range(200):
        call()
    before = resident()
    for _ in range(1000):
        call()
    assert resident() - before < 2 * 1024 * 1024


def test_no_handler_and_no_noise_at_import():
    script = """
        import signal, sys
        before = [signal.getsignal(s) for s in (signal.SIGINT, signal.SIGTERM)]
        import resdyn
        assert [signal.getsignal(s) for s in (signal.SIGINT, signal.SIGTERM)] == before
        assert not {"matplotlib", "pandas", "torch", "tqdm"} & set(sys.modules)
        resdyn.basins([[1.0, -2], [-2, 1]], width=64, height=64)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True,
        env=os.environ, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert done.stderr == ""


def test_a_forked_process():
    """multiprocessing's fork has none of the threads that were there before."""
    W = long_matrix(7)
    expected = resdyn.equilibrium_atlas(W, threads=2).counts.total
    child = os.fork()
    if child == 0:
        same = resdyn.equilibrium_atlas(W, threads=2).counts.total == expected
        os._exit(0 if same else 1)
    begin = time.monotonic()
    while time.monotonic() - begin < 60:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            assert os.waitstatus_to_exitcode(status) == 0
            return
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    pytest.fail("the forked process did not come to its end")
