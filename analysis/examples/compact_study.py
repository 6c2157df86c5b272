"""What can be proved of compact residual networks that do a real task, and do they have attractors?

Usage: compact_study.py [RESDYN] [--data D] [--seeds K] [--vary FACTOR=V,V,… …] [--out DIR]
                        [--units M] [--activation F] [--depth L] [--step H] [--weight-decay W]
                        [--epochs E] [--learning-rate R] [--samples S] [--settle-samples S]
                        [--beyond N] [--proof-time T] [--threads N] [--again]
A base network of two matrices with M residuals (`resdyn train --hidden-units M`), and every setting
that differs from it in one FACTOR: units, activation, depth (L layers at the base's total time hL),
total-time (hL at the base's depth), weight-decay or epochs. Without --vary: the whole design of
compact.md. K seeds each, the first seed of every setting before the second of any. Then `resdyn
analyze`: isolated equilibria and stable ones where the atlas or the search is complete, faces that can
attract, the directions along which residuals decay at a logistic origin, the share of inputs that come
to rest at a verified equilibrium, and the accuracy of the read-out after L layers and with the block
repeated. Writes compact_study.csv into DIR, a row a network as it is done, the whole analyses beside it;
empty cells: not decided within the proof time, or no question of that activation. Run again with the
same DIR it leaves out the networks whose rows are there (--again: trains and analyses all anew).
`compact_tables.py` makes tables of the file.
"""
import argparse
import csv
import json
import pathlib
import subprocess

DESIGN = ["activation=tanh", "total-time=10", "weight-decay=1", "total-time=30", "units=24", "depth=5",
          "units=48", "total-time=1", "weight-decay=0.1", "units=32,8,4", "depth=20,40"]

arguments = argparse.ArgumentParser()
arguments.add_argument("resdyn", nargs="?", default="resdyn")
arguments.add_argument("--data", default="moons")
arguments.add_argument("--seeds", type=int, default=3)
arguments.add_argument("--vary", nargs="*", default=DESIGN)
arguments.add_argument("--units", type=int, default=16)
arguments.add_argument("--activation", default="logistic")
arguments.add_argument("--depth", type=int, default=10)
arguments.add_argument("--step", type=float, default=0.3)
arguments.add_argument("--weight-decay", type=float, default=0.0)
arguments.add_argument("--epochs", type=int, default=1)
arguments.add_argument("--learning-rate", type=float, default=0.004)
arguments.add_argument("--samples", type=int, default=500)
arguments.add_argument("--settle-samples", type=int, default=200)
arguments.add_argument("--beyond", type=int, default=10000)
arguments.add_argument("--proof-time", type=float, default=60)
arguments.add_argument("--threads", type=int, default=0)
arguments.add_argument("--again", action="store_true")
arguments.add_argument("--out", default="resdyn-out/compact-study")
given = arguments.parse_args()

BASE = {"units": given.units, "activation": given.activation, "depth": given.depth,
        "step": given.step, "weight_decay": given.weight_decay, "epochs": given.epochs}


def settings():
    """The base and what differs from it in one factor, in the order of --vary."""
    total_time = BASE["step"] * BASE["depth"]
    change = {"units": lambda v: {"units": int(v)},
              "activation": lambda v: {"activation": v},
              "depth": lambda v: {"depth": int(v), "step": round(total_time / int(v), 12)},
              "total-time": lambda v: {"step": round(float(v) / BASE["depth"], 12)},
              "weight-decay": lambda v: {"weight_decay": float(v)},
              "epochs": lambda v: {"epochs": int(v)}}
    listed = [BASE]
    for choice in given.vary:
        factor, _, values = choice.partition("=")
        if factor not in change or not values:
            raise SystemExit(f"--vary: expected FACTOR=V,V,… with one of {', '.join(change)}, got {choice}")
        listed += [BASE | change[factor](value) for value in values.split(",")]
    return [s for k, s in enumerate(listed) if s not in listed[:k]]


def run(*words):
    # 1: a check of the analysis failed, which the row tells as well.
    done = subprocess.run([given.resdyn, *map(str, words), "--threads", str(given.threads), "--quiet"],
                          check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{words[0]} ended with {done.returncode}")


def complete(part, name):
    return part[name] if part and part["complete"] else ""


def classes(found):
    """The classes that the parts of a list gather evidence for, once each; "" of none."""
    return " ".join(map(str, sorted({f["class"] for f in found if f["class"] is not None})))


def proved(proofs):
    atlas, stable = proofs["atlas"], proofs["stable"]
    faces, origin = proofs["attracting_faces"], proofs["origin"] or {}
    directions = proofs["origin_directions"]
    found = faces["faces"] if faces and faces["complete"] else []
    return {
        "equilibria": complete(atlas, "isolated"),
        "stable": complete(atlas, "stable") if atlas else
        (stable["vertices"] + stable["on_faces"] if stable and stable["complete"] else ""),
        "attracting_faces": faces["isolated"] + faces["continua"] if found else "",
        "nodes": faces["work"]["nodes"] if found else "",
        "only_origin": faces["only_origin"] if found else "",
        "classes_of_faces": classes(found),
        "origin_stable": origin.get("stable", ""), "origin_attracts": origin.get("attracts_open_cube", ""),
        "repelling_rays": complete(directions, "repelling_rays"),
        "decay_directions": complete(directions, "decay_directions"),
        "stable_directions": complete(directions, "stable"),
        "classes_of_stable_directions":
        classes([d for d in directions["directions"] if d["stability"] == "stable"])
        if directions and directions["complete"] else ""}


def observed(result, setting, endings):
    depths = result["behaviour"]["beyond_the_last_layer"]["depths"]
    own = next(d for d in depths if d["layers"] == setting["depth"])
    last, settled = depths[-1], result["settled"]
    # With a logistic y = 0 nothing rests in finite time; tanh does, and has no evidence there.
    away = [g["members"] for g in settled["groups"] if any(abs(y) > 1e-6 for y in g["y"])]
    return {
        "inputs_followed": len(endings), "inputs_settled": endings.count("settled") / len(endings),
        "settled_away_from_0": sum(away) / len(endings), "ends_away_from_0": len(away),
        "inputs_unsettled": endings.count("unsettled") / len(endings),
        "accuracy": own["accuracy"]["value"], "accuracy_error": own["accuracy"]["standard_error"],
        "last_depth": last["layers"], "last_accuracy": last["accuracy"]["value"],
        "last_accuracy_error": last["accuracy"]["standard_error"],
        "largest_residual_at_last_depth": last["residual_size"]["most"]}


def row_of(setting, seed, folder):
    trained = json.loads((folder / "model/results.json").read_text())["final"]
    result = json.loads((folder / "analysis/results.json").read_text())
    with open(folder / "analysis/endings.csv", newline="") as file:
        endings = [line["outcome"] for line in csv.DictReader(file)]
    return setting | {"seed": seed, "train_accuracy": trained["train_accuracy"],
                      "test_accuracy": trained.get("test_accuracy", "")} | \
        proved(result["proofs"]) | observed(result, setting, endings)


out = pathlib.Path(given.out)
out.mkdir(parents=True, exist_ok=True)
table = out / "compact_study.csv"
rows = []
if table.exists() and not given.again:
    with open(table, newline="") as file:
        rows = list(csv.DictReader(file))
done = {tuple(str(row[name]) for name in [*BASE, "seed"]) for row in rows}
planned = [(setting, seed) for seed in range(1, given.seeds + 1) for setting in settings()]

for setting, seed in planned:
    key = tuple(str(value) for value in [*setting.values(), seed])
    if key in done:
        continue
    folder = out / "-".join(key)
    model = folder / "model/model.safetensors"
    if given.again or not (folder / "model/results.json").exists():
        run("train", "--data", given.data, "--hidden-units", setting["units"], "--depth", setting["depth"],
            "--step", setting["step"], "--activation", setting["activation"],
            "--weight-decay", setting["weight_decay"], "--epochs", setting["epochs"],
            "--learning-rate", given.learning_rate, "--seed", seed, "--no-figures", "--out", folder / "model")
    run("analyze", model, "--data", given.data, "--samples", given.samples, "--settle-samples",
        given.settle_samples, "--proof-time", given.proof_time, "--beyond", given.beyond, "--no-figures",
        "--out", folder / "analysis")
    rows.append(row_of(setting, seed, folder))
    done.add(key)
    print(", ".join(f"{name} {value}" for name, value in rows[-1].items()), flush=True)
    # After every network, so that a run that is stopped leaves what it knows.
    with open(table, "w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[-1]))
        writer.writeheader()
        writer.writerows(rows)

assert all(tuple(str(v) for v in [*s.values(), seed]) in done for s, seed in planned)
assert all(0 <= float(row["inputs_settled"]) <= 1 and float(row["accuracy"]) > 0.3 for row in rows)
