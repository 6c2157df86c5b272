"""Seconds a call of the Python module takes, for python_bench.cpp: "name seconds" a line."""
import time

import numpy as np

import resdyn

W = np.array([[1.0, -2.0], [-2.0, 1.0]])
y0 = np.array([0.3, 0.2])
calls = {
    "trajectory": lambda: resdyn.trajectory(W, y0=y0, t_end=20, threads=1),
    "equilibria": lambda: resdyn.equilibria(W, method="atlas", threads=1),
}
for name, call in calls.items():
    for _ in range(20):
        call()
    times = []
    while sum(times) < 0.2:
        begin = time.perf_counter()
        call()
        times.append(time.perf_counter() - begin)
    print(name, sorted(times)[len(times) // 2])
