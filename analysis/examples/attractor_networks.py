"""Do inputs of trained networks come to rest? The recipes of the README's table, again.

Usage: attractor_networks.py [RESDYN] [--data D] [--recipes NAME,NAME,…] [--seeds S,S,…]
                             [--samples S] [--out DIR]
Every recipe is trained with symmetric W (or with the settling penalty) and, as its twin, with free
W and without penalty, on the built-in sets and on the images in the folder D (MNIST); `resdyn
equilibria` then follows S test inputs for 2,000 layers. Writes DIR/attractor_networks.csv, a row a
network: the shares of the inputs that settle at a verified equilibrium y* != 0, at y* = 0, are slow
or unsettled, how many equilibria y* != 0 they met, and the test accuracy. Seeds: those of the table,
which are not those that the recipes were chosen with (101 to 106).
"""
import argparse
import csv
import json
import pathlib
import subprocess

TANH = "--activation tanh"
FREE = "--structure free"
SYMMETRIC = "--structure symmetric"
# name: data (None: --data), options of both, those of the attractor network, seeds
RECIPES = {
    "mnist-16": (None, f"{TANH} --units 16 --step 0.3 --epochs 5 --learning-rate 0.005", SYMMETRIC,
                 (1, 2, 3)),
    "mnist-32": (None, f"{TANH} --units 32 --step 0.3 --epochs 5 --learning-rate 0.005", SYMMETRIC,
                 (1, 2, 3)),
    "rings": ("rings", f"{TANH} --units 16 --epochs 60 --learning-rate 0.01", SYMMETRIC,
              (11, 12, 13)),
    "moons": ("moons", "--units 32 --epochs 60 --learning-rate 0.01", SYMMETRIC, (21, 22, 23)),
    "spirals": ("spirals", f"{TANH} --units 32 --step 0.3 --epochs 100 --learning-rate 0.01",
                SYMMETRIC, (11, 12, 13)),
    "xor": ("xor", "--units 16 --epochs 60 --learning-rate 0.01", SYMMETRIC, (21, 22, 23)),
}

arguments = argparse.ArgumentParser()
arguments.add_argument("resdyn", nargs="?", default="resdyn")
arguments.add_argument("--data")
arguments.add_argument("--recipes", default=",".join(RECIPES))
arguments.add_argument("--seeds", help="instead of those of the table")
arguments.add_argument("--samples", type=int, default=1000)
arguments.add_argument("--epochs", type=int, help="instead of the recipes'")
arguments.add_argument("--out", default="resdyn-out/attractor-networks")
given = arguments.parse_args()


def run(verb, words, out):
    subprocess.run([given.resdyn, verb, *words, "--threads", "1", "--quiet", "--no-figures",
                    "--out", str(out)], check=True)
    return json.loads((out / "results.json").read_text())


def row_of(name, kind, options, data, seed):
    out = pathlib.Path(given.out) / f"{name}-{kind}-{seed}"
    words = options.split()
    if given.epochs is not None:
        words[words.index("--epochs") + 1] = str(given.epochs)
    trained = run("train", ["--data", data, "--seed", str(seed), *words], out)
    ends = run("equilibria", [str(out / "model.safetensors"), "--method", "data", "--data", data,
                              "--samples", str(given.samples), "--seed", str(seed + 100)],
               out / "equilibria")
    search = ends["search"]
    met = [e for e in ends["equilibria"] if any(e["y"])]
    settled = sum(e["members"] for e in met)
    return {"recipe": name, "kind": kind, "seed": seed, "options": options,
            "test_accuracy": trained["final"]["test_accuracy"], "inputs": search["starts"],
            "settled_not_at_0": settled / search["starts"],
            "proved": sum(e["members"] for e in met if e["proved"]) / search["starts"],
            "different": len(met),
            "settled_at_0": (search["settled"] - settled) / search["starts"],
            "slow": search["slow"] / search["starts"],
            "unsettled": search["unsettled"] / search["starts"]}


def main():
    rows = []
    for name in given.recipes.split(","):
        data, both, attracting, seeds = RECIPES[name]
        if data is None and given.data is None:
            print(f"{name}: left out, for want of --data")
            continue
        if given.seeds:
            seeds = [int(s) for s in given.seeds.split(",")]
        for seed in seeds:
            for kind, options in (("attracting", attracting), ("free", FREE)):
                row = row_of(name, kind, f"{both} {options}", data or given.data, seed)
                rows.append(row)
                print(f"{name}, {kind}, seed {seed}: accuracy {row['test_accuracy']:.4f}, "
                      f"{100 * row['settled_not_at_0']:.1f} % settle at {row['different']} "
                      f"equilibria y* != 0", flush=True)
    path = pathlib.Path(given.out) / "attractor_networks.csv"
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"wrote {path}")


if __name__ == "__main__":
    main()
