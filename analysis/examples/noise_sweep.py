"""Where does the residual network's advantage over the perceptron end: by kind of noise, number of
epochs and depth?

Usage: noise_sweep.py [RESDYN] [--data D] [--samples S] [--kinds K,K,…] [--epochs E,E,…]
                      [--depths L,L,…] [--seeds N] [--seed S] [--units N] [--out DIR]
One `resdyn perturb --twin` a setting (kind x epochs x depth; total time hL = 5, one level a kind), its
seeds on a journal in DIR: run again it goes on where it was. Appends to DIR/noise_sweep.csv, a row a
setting, kind of network and comparison: accuracy under the perturbation less the perceptron's, paired
by seed, with its standard error, and the clean accuracies.
"""
import argparse
import csv
import math
import pathlib
import subprocess

LEVELS = {"gaussian": 0.5, "uniform": 0.5, "salt-and-pepper": 0.2, "occlusion": 0.5, "fgsm": 0.05,
          "pgd": 0.05}

arguments = argparse.ArgumentParser()
arguments.add_argument("resdyn", nargs="?", default="resdyn")
arguments.add_argument("--data", default="moons")
arguments.add_argument("--samples", type=int, default=0)
arguments.add_argument("--test-samples", type=int, default=2000)
arguments.add_argument("--kinds", default=",".join(LEVELS))
arguments.add_argument("--epochs", default="1,5,20")
arguments.add_argument("--depths", default="5")
arguments.add_argument("--seeds", type=int, default=3)
arguments.add_argument("--seed", type=int, default=1)
arguments.add_argument("--units", type=int, default=48)
arguments.add_argument("--learning-rate", type=float, default=0.002)
arguments.add_argument("--out", default="resdyn-out/noise-sweep")
given = arguments.parse_args()


def study(kind, epochs, depth):
    out = pathlib.Path(given.out) / f"{kind}-{epochs}-{depth}"
    if not (out / "results.json").exists():
        command = [given.resdyn, "perturb", "--twin", "--data", given.data, "--noise", kind,
                   "--levels", f"0,{LEVELS[kind]}", "--draws", "1", "--seeds", str(given.seeds),
                   "--seed", str(given.seed), "--samples", str(given.samples), "--test-samples",
                   str(given.test_samples), "--units", str(given.units), "--depth", str(depth),
                   "--step", str(5 / depth), "--epochs", str(epochs), "--learning-rate",
                   str(given.learning_rate), "--threads", "1", "--quiet", "--no-figures",
                   "--journal", str(out / "journal"), "--out", str(out)]
        if (out / "journal").exists():
            command.append("--resume")
        subprocess.run(command, check=True)
    with open(out / "twin_runs.csv", newline="") as file:
        return list(csv.DictReader(file))


def rows_of(kind, epochs, depth, runs):
    (perturbed,) = [name for name in runs[0] if name.endswith(f"_{LEVELS[kind]:g}")]
    for comparison in ("equal budget", "equal clean accuracy"):
        by = {(run["kind"], run["seed"]): run for run in runs if run["comparison"] == comparison}
        seeds = sorted({seed for _, seed in by})

        def mean(network, column):
            return sum(float(by[network, seed][column]) for seed in seeds) / len(seeds)

        for network in ("residual, shared", "residual, own"):
            differences = [float(by[network, seed][perturbed]) -
                           float(by["perceptron", seed][perturbed]) for seed in seeds]
            middle = sum(differences) / len(seeds)
            spread = sum((d - middle) ** 2 for d in differences) / (len(seeds) - 1)
            yield {"noise": kind, "level": LEVELS[kind], "epochs": epochs, "depth": depth,
                   "comparison": comparison, "network": network, "seeds": len(seeds),
                   "clean": mean(network, "clean"), "clean_perceptron": mean("perceptron", "clean"),
                   "perturbed": mean(network, perturbed), "difference": middle,
                   "standard_error": math.sqrt(spread / len(seeds))}


def main():
    rows = []
    for kind in given.kinds.split(","):
        for epochs in map(int, given.epochs.split(",")):
            for depth in map(int, given.depths.split(",")):
                result = study(kind, epochs, depth)
                rows += rows_of(kind, epochs, depth, result)
                for row in rows[-4:]:
                    print(f"{kind}, {epochs} epochs, depth {depth}, {row['network']}, "
                          f"{row['comparison']}: {row['difference']:+.4f} ± "
                          f"{row['standard_error']:.4f}", flush=True)
    path = pathlib.Path(given.out) / "noise_sweep.csv"
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"wrote {path}")


if __name__ == "__main__":
    main()
