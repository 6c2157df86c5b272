"""When is a residual network more robust to noise than its perceptron, and why?

Usage: robustness_study.py [RESDYN] [--data D] [--samples S] [--test-samples T] [--seeds K]
                           [--units N] [--epochs E] [--out DIR]
One twin experiment (`resdyn perturb --twin`) a setting, each differing from the base (depth 5,
step 1, E epochs, no weight decay) in one thing. Settings are fixed here, before any run, and all are
printed. A row: noise level 0.5, accuracy of the shared-weight network minus that of the perceptron,
mean ± standard error over seeds (paired), at equal budget and at equal clean accuracy; tr Σ_L / tr Σ_0
(geometric mean) says how much each network amplifies small noise. Writes robustness_study.csv into
DIR, the whole experiments beside it.
"""
import argparse
import csv
import math
import pathlib
import subprocess

SHARED, OWN, PERCEPTRON = "residual, shared", "residual, own", "perceptron"
NOISE = "noise_0.5"

arguments = argparse.ArgumentParser()
arguments.add_argument("resdyn", nargs="?", default="resdyn")
arguments.add_argument("--data", default="moons")
arguments.add_argument("--samples", type=int, default=500)
arguments.add_argument("--test-samples", type=int, default=500)
arguments.add_argument("--seeds", type=int, default=3)
arguments.add_argument("--units", type=int, default=0)
arguments.add_argument("--epochs", type=int, default=8)
arguments.add_argument("--out", default="resdyn-out/robustness-study")
given = arguments.parse_args()

base = {"--depth": 5, "--step": 1, "--epochs": given.epochs, "--weight-decay": 0}
settings = {
    "base": {},
    "epochs / 4": {"--epochs": max(1, given.epochs // 4)},
    "epochs * 3": {"--epochs": 3 * given.epochs},
    "depth 10": {"--depth": 10},
    "step 0.3": {"--step": 0.3},
    "weight decay 0.1": {"--weight-decay": 0.1},
}


def mean_and_error(values):
    mean = sum(values) / len(values)
    square = sum((v - mean) ** 2 for v in values)
    return mean, math.sqrt(square / (len(values) * (len(values) - 1)))


def runs_of(folder):
    """{comparison: {kind: [run of every seed]}}, seeds in order."""
    table = {}
    with open(folder / "twin_runs.csv", newline="") as file:
        for row in csv.DictReader(file):
            table.setdefault(row["comparison"], {}).setdefault(row["kind"], []).append(row)
    return table


def gain(runs):
    last = max((c for c in runs[0] if c.startswith("noise_gain_")),
               key=lambda c: int(c.rsplit("_", 1)[1]))
    return math.exp(sum(math.log(float(r[last])) for r in runs) / len(runs))


out = pathlib.Path(given.out)
rows = []
for name, change in settings.items():
    folder = out / "".join(c if c.isalnum() else "-" for c in name)
    options = base | change
    subprocess.run(
        [given.resdyn, "perturb", "--twin", "--data", given.data, "--samples", str(given.samples),
         "--test-samples", str(given.test_samples), "--seeds", str(given.seeds), "--units",
         str(given.units), "--levels", "0,0.5", "--no-figures", "--quiet", "--out", str(folder),
         *(str(word) for pair in options.items() for word in pair)],
        check=True)
    table = runs_of(folder)
    for comparison, kinds in table.items():
        for kind in (SHARED, OWN):
            pairs = list(zip(kinds[kind], kinds[PERCEPTRON]))
            clean, clean_error = mean_and_error([float(a["clean"]) - float(b["clean"])
                                                 for a, b in pairs])
            noisy, noisy_error = mean_and_error([float(a[NOISE]) - float(b[NOISE])
                                                 for a, b in pairs])
            rows.append({"setting": name, "comparison": comparison, "kind": kind,
                         "clean": mean_and_error([float(a["clean"]) for a, _ in pairs])[0],
                         "clean_difference": clean, "clean_error": clean_error,
                         "noisy": mean_and_error([float(a[NOISE]) for a, _ in pairs])[0],
                         "noisy_difference": noisy, "noisy_error": noisy_error,
                         "gain": gain(kinds[kind]), "gain_perceptron": gain(kinds[PERCEPTRON])})
            print("{setting:<17} {comparison:<21} {kind:<17} clean {clean:.3f} "
                  "({clean_difference:+.3f} ± {clean_error:.3f}), noisy {noisy:.3f} "
                  "({noisy_difference:+.3f} ± {noisy_error:.3f}), gain {gain:.3g} against "
                  "{gain_perceptron:.3g}".format(**rows[-1]), flush=True)
    # After every setting, so that a run that is stopped leaves what it knows.
    with open(out / "robustness_study.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)

assert len(rows) == len(settings) * 4
assert all(math.isfinite(value) for row in rows for value in row.values() if type(value) is float)
