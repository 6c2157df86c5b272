"""Does a network that adjusts its depth in training end as good as its twin that does not, and what
time does it save?

Usage: adjusting_depth.py [--data D] [--seeds K] [--first-seed S] [--out FOLDER] [--from-start]
                          [--both NAME=VALUE ...] [--adjusting NAME=VALUE ...]
                          (needs the Python module, see the README)
Options of `resdyn.train` by name: --both go to both trainings (`--both depth=15 step=0.3 epochs=5`),
--adjusting to the adjusting one only (the rule: depth_tolerance, min_depth, accuracy_allowance ...).
Every seed trains a twin and an adjusting network, in turn on the same machine. Writes FOLDER/runs.csv,
a line a seed: depths, accuracies, wall seconds and processor seconds (which other work on the machine
does not add to) of both, and the changes of depth. With --from-start two more networks a seed, of the
depth and total time that the adjusting one ended with: one has had its epochs, one its processor time.
Without options a small run on `rings`.
"""
import argparse
import csv
import json
import pathlib
import time

import resdyn


def options(words):
    """NAME=VALUE, the value as JSON where it is any: a number, true, "adam" or adam."""
    named = {}
    for word in words:
        name, _, value = word.partition("=")
        try:
            named[name] = json.loads(value)
        except ValueError:
            named[name] = value
    return named


def train(data, **named):
    before = time.process_time()
    result = resdyn.train(data, **named)
    return result.to_dict(), time.process_time() - before


def from_start(data, common, cut, cut_time):
    """Networks of the depth and step that `cut` ended with, by name: of its epochs, of its time."""
    end = {**common, "depth": cut["network"]["depth"], "step": cut["network"]["step"]}
    same, same_time = train(data, **end)
    # What an epoch takes is measured once, and how many its time is worth follows.
    epochs = max(1, round(common["epochs"] * cut_time / same_time))
    longer, longer_time = train(data, **{**end, "epochs": epochs})
    return (("same_epochs", same, same_time), ("same_time", longer, longer_time)), epochs


def line_of(seed, data, both, adjusting, with_from_start):
    # The twin sees the same training samples: the same share is held out.
    common = {"held_out": 0.1, "seed": seed, **both}
    twin, twin_time = train(data, **common)
    cut, cut_time = train(data, adapt_depth=True, **common, **adjusting)
    runs = [("twin", twin, twin_time), ("adjusting", cut, cut_time)]
    line = {"seed": seed}
    if with_from_start:
        others, line["same_time_epochs"] = from_start(data, common, cut, cut_time)
        runs += others
    for name, run, processor in runs:
        line[f"{name}_depth"] = run["network"]["depth"]
        line[f"{name}_step"] = run["network"]["step"]
        line[f"{name}_test_accuracy"] = run["final"]["test_accuracy"]
        line[f"{name}_held_out_accuracy"] = run["final"]["held_out_accuracy"]
        line[f"{name}_seconds"] = run["training"]["seconds"]
        line[f"{name}_processor_seconds"] = processor
    changes = cut["depth_history"]["changes"]
    line["changes"] = " ".join(f"{c['epoch']}:{c['change']}:{c['from']:.0f}-{c['to']:.0f}"
                               for c in changes)
    return line


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--data", default="rings")
    arguments.add_argument("--seeds", type=int, default=2)
    arguments.add_argument("--first-seed", type=int, default=1)
    arguments.add_argument("--from-start", action="store_true")
    arguments.add_argument("--out", type=pathlib.Path, default="resdyn-out/adjusting-depth")
    arguments.add_argument("--both", nargs="*", default=["units=16", "depth=12", "epochs=60"])
    arguments.add_argument("--adjusting", nargs="*",
                           default=["depth_tolerance=0.1", "accuracy_allowance=0.01"])
    given = arguments.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    lines = []
    for seed in range(given.first_seed, given.first_seed + given.seeds):
        lines.append(line_of(seed, given.data, options(given.both), options(given.adjusting),
                             given.from_start))
        with open(given.out / "runs.csv", "w", newline="") as file:
            writer = csv.DictWriter(file, lines[0].keys())
            writer.writeheader()
            writer.writerows(lines)

    def mean(column):
        return sum(line[column] for line in lines) / len(lines)

    loss = mean("twin_test_accuracy") - mean("adjusting_test_accuracy")
    wall = 1 - mean("adjusting_seconds") / mean("twin_seconds")
    saved = 1 - mean("adjusting_processor_seconds") / mean("twin_processor_seconds")
    print(f"{len(lines)} seeds: depth {mean('twin_depth'):.1f} -> {mean('adjusting_depth'):.1f}, test "
          f"accuracy {mean('twin_test_accuracy'):.4f} -> {mean('adjusting_test_accuracy'):.4f} "
          f"(loss {loss:+.4f}), training time saved {100 * saved:.0f} % (processor), {100 * wall:.0f} % (wall)")
    if given.from_start:
        print(f"that depth from the start: test accuracy {mean('same_epochs_test_accuracy'):.4f} in the same "
              f"epochs, {mean('same_time_test_accuracy'):.4f} in the same time")
    for line in lines:
        assert line["adjusting_depth"] <= line["twin_depth"]


main()
