"""When is a residual network more robust to noise than its perceptron, and why?

Usage: robustness_study.py [--data D] [--samples S] [--test-samples T] [--seeds K] [--units N]
                           [--epochs E] [--out DIR]   (needs the Python module, see the README)
One twin experiment (`resdyn.twin_experiment`) a setting, each differing from the base (depth 5,
step 1, E epochs, no weight decay) in one thing. Settings are fixed here, before any run, and all are
printed. A row: noise level 0.5, accuracy of the shared-weight network minus that of the perceptron,
mean ± standard error over seeds (paired), at equal budget and at equal clean accuracy; tr Σ_L / tr Σ_0
(geometric mean) says how much each network amplifies small noise. Writes robustness_study.csv into
DIR, the runs of every setting beside it.
"""
import argparse
import csv
import pathlib

import numpy as np

import resdyn

SHARED, OWN, PERCEPTRON = "residual, shared", "residual, own", "perceptron"
NOISE = "noise_0.5"

arguments = argparse.ArgumentParser()
arguments.add_argument("--data", default="moons")
arguments.add_argument("--samples", type=int, default=500)
arguments.add_argument("--test-samples", type=int, default=500)
arguments.add_argument("--seeds", type=int, default=3)
arguments.add_argument("--units", type=int, default=0)
arguments.add_argument("--epochs", type=int, default=8)
arguments.add_argument("--out", type=pathlib.Path, default="resdyn-out/robustness-study")
given = arguments.parse_args()

base = {"depth": 5, "step": 1.0, "epochs": given.epochs, "weight_decay": 0.0}
settings = {
    "base": {},
    "epochs / 4": {"epochs": max(1, given.epochs // 4)},
    "epochs * 3": {"epochs": 3 * given.epochs},
    "depth 10": {"depth": 10},
    "step 0.3": {"step": 0.3},
    "weight decay 0.1": {"weight_decay": 0.1},
}


def mean_and_error(values):
    return values.mean(), values.std(ddof=1) / np.sqrt(len(values))


given.out.mkdir(parents=True, exist_ok=True)
rows = []
for name, change in settings.items():
    twins = resdyn.twin_experiment(
        given.data, samples=given.samples, test_samples=given.test_samples, seeds=given.seeds,
        units=given.units, levels=[0, 0.5], **(base | change))
    runs = twins.tables["twin_runs"]
    folder = "".join(c if c.isalnum() else "-" for c in name)
    (given.out / f"{folder}.csv").write_text(twins.tables.text("twin_runs"))
    last = max((c for c in runs if c.startswith("noise_gain_")), key=lambda c: int(c.split("_")[-1]))
    for comparison in dict.fromkeys(runs["comparison"]):
        # Seeds stand in the same order for every kind.
        of = {kind: (runs["comparison"] == comparison) & (runs["kind"] == kind)
              for kind in (SHARED, OWN, PERCEPTRON)}
        gains = {kind: np.exp(np.log(runs[last][of[kind]]).mean()) for kind in of}
        for kind in (SHARED, OWN):
            mine, other = of[kind], of[PERCEPTRON]
            clean, clean_error = mean_and_error(runs["clean"][mine] - runs["clean"][other])
            noisy, noisy_error = mean_and_error(runs[NOISE][mine] - runs[NOISE][other])
            rows.append({"setting": name, "comparison": comparison, "kind": kind,
                         "clean": runs["clean"][mine].mean(), "clean_difference": clean,
                         "clean_error": clean_error, "noisy": runs[NOISE][mine].mean(),
                         "noisy_difference": noisy, "noisy_error": noisy_error,
                         "gain": gains[kind], "gain_perceptron": gains[PERCEPTRON]})
            print("{setting:<17} {comparison:<21} {kind:<17} clean {clean:.3f} "
                  "({clean_difference:+.3f} ± {clean_error:.3f}), noisy {noisy:.3f} "
                  "({noisy_difference:+.3f} ± {noisy_error:.3f}), gain {gain:.3g} against "
                  "{gain_perceptron:.3g}".format(**rows[-1]), flush=True)
    # After every setting, so that a run that is stopped leaves what it knows.
    with open(given.out / "robustness_study.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)

assert len(rows) == len(settings) * 4
assert all(np.isfinite(value) for row in rows for value in row.values() if not isinstance(value, str))
