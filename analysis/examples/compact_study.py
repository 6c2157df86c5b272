"""What can be proved of compact residual networks that do a real task, and do they have attractors?

Usage: compact_study.py [RESDYN] [--data D] [--units M,M,…] [--seeds K] [--epochs E] [--depth L]
                        [--step H] [--activation F] [--samples S] [--proof-time T] [--beyond N]
                        [--out DIR]
Networks of two matrices with M residuals (`resdyn train --hidden-units M`), K seeds each, then
`resdyn analyze`: isolated equilibria and stable ones where the atlas or the search is complete, faces
that can attract, the verdicts about y = 0 (logistic), the share of inputs that come to rest at a
verified equilibrium, and the accuracy of the read-out after L layers and with the block repeated.
Settings are fixed by the options before any run, and all are printed. Writes compact_study.csv into
DIR, a row a network, the whole analyses beside it; empty cells: not decided within the proof time.
"""
import argparse
import csv
import json
import pathlib
import subprocess

arguments = argparse.ArgumentParser()
arguments.add_argument("resdyn", nargs="?", default="resdyn")
arguments.add_argument("--data", default="moons")
arguments.add_argument("--units", default="4,8")
arguments.add_argument("--seeds", type=int, default=2)
arguments.add_argument("--epochs", type=int, default=20)
arguments.add_argument("--depth", type=int, default=10)
arguments.add_argument("--step", type=float, default=0.3)
arguments.add_argument("--activation", default="logistic")
arguments.add_argument("--samples", type=int, default=2000)
arguments.add_argument("--proof-time", type=float, default=60)
arguments.add_argument("--beyond", type=int, default=100000)
arguments.add_argument("--out", default="resdyn-out/compact-study")
given = arguments.parse_args()


def run(*words):
    # 1: a check of the analysis failed, which the row tells as well.
    done = subprocess.run([given.resdyn, *map(str, words), "--quiet"], check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{words[0]} ended with {done.returncode}")


def complete(part, name):
    return part[name] if part and part["complete"] else ""


def row_of(units, seed, folder):
    trained = json.loads((folder / "model/results.json").read_text())
    result = json.loads((folder / "analysis/results.json").read_text())
    proofs, beyond = result["proofs"], result["behaviour"]["beyond_the_last_layer"]
    atlas, faces, stable = proofs["atlas"], proofs["attracting_faces"], proofs["stable"]
    origin = proofs["origin"] or {}
    with open(folder / "analysis/endings.csv", newline="") as file:
        outcomes = [line["outcome"] for line in csv.DictReader(file)]
    own = next(d for d in beyond["depths"] if d["layers"] == given.depth)
    last = beyond["depths"][-1]
    return {
        "units": units, "seed": seed,
        "test_accuracy": trained["final"].get("test_accuracy", ""),
        "equilibria": complete(atlas, "isolated"),
        "stable": complete(atlas, "stable") if atlas else
        (stable["vertices"] + stable["on_faces"] if stable and stable["complete"] else ""),
        "attracting_faces": faces["isolated"] + faces["continua"]
        if faces and faces["complete"] else "",
        "nodes": faces["work"]["nodes"] if faces and faces["complete"] else "",
        "only_origin": faces["only_origin"] if faces and faces["complete"] else "",
        "origin_stable": origin.get("stable", ""), "origin_attracts": origin.get("attracts_open_cube", ""),
        "inputs_settled": outcomes.count("settled") / len(outcomes),
        "accuracy": own["accuracy"]["value"], "accuracy_error": own["accuracy"]["standard_error"],
        "last_depth": last["layers"], "last_accuracy": last["accuracy"]["value"],
        "last_accuracy_error": last["accuracy"]["standard_error"],
        "largest_residual_at_last_depth": last["residual_size"]["most"]}


out = pathlib.Path(given.out)
rows = []
for units in map(int, given.units.split(",")):
    for seed in range(1, given.seeds + 1):
        folder = out / f"{given.activation}-{units}-{seed}"
        model = folder / "model/model.safetensors"
        if not model.exists():
            run("train", "--data", given.data, "--hidden-units", units, "--depth", given.depth, "--step",
                given.step, "--activation", given.activation, "--epochs", given.epochs,
                "--learning-rate", 0.004, "--seed", seed, "--no-figures", "--out", folder / "model")
        run("analyze", model, "--data", given.data, "--samples", given.samples, "--proof-time",
            given.proof_time, "--beyond", given.beyond, "--no-figures", "--out", folder / "analysis")
        rows.append(row_of(units, seed, folder))
        print(", ".join(f"{name} {value}" for name, value in rows[-1].items()), flush=True)
        # After every network, so that a run that is stopped leaves what it knows.
        with open(out / "compact_study.csv", "w", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)

assert len(rows) == given.seeds * len(given.units.split(","))
assert all(0 <= row["inputs_settled"] <= 1 and row["accuracy"] > 0.3 for row in rows)
