"""Does a network that adjusts its depth in training end as good as its twin that does not, and what
time does it save?

Usage: adjusting_depth.py [--data D] [--seeds K] [--out FOLDER] [--both NAME=VALUE ...]
                          [--adjusting NAME=VALUE ...]   (needs the Python module, see the README)
Options of `resdyn.train` by name: --both go to both trainings (`--both depth=15 step=0.3 epochs=5`),
--adjusting to the adjusting one only (the rule: depth_tolerance, min_depth, accuracy_allowance ...).
Every seed trains a twin and an adjusting network, in turn on the same machine. Writes FOLDER/runs.csv,
a line a seed: depths, accuracies, wall seconds and processor seconds (which other work on the machine
does not add to) of both, and the changes of depth. Without options a small run on `rings`.
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


def line_of(seed, data, both, adjusting):
    # The twin sees the same training samples: the same share is held out.
    common = {"held_out": 0.1, "seed": seed, **both}
    twin, twin_time = train(data, **common)
    cut, cut_time = train(data, adapt_depth=True, **common, **adjusting)
    line = {"seed": seed}
    for name, run, processor in (("twin", twin, twin_time), ("adjusting", cut, cut_time)):
        line[f"{name}_depth"] = run["network"]["depth"]
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
    arguments.add_argument("--out", type=pathlib.Path, default="resdyn-out/adjusting-depth")
    arguments.add_argument("--both", nargs="*", default=["units=16", "depth=12", "epochs=60"])
    arguments.add_argument("--adjusting", nargs="*",
                           default=["depth_tolerance=0.1", "accuracy_allowance=0.01"])
    given = arguments.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    lines = []
    for seed in range(1, given.seeds + 1):
        lines.append(line_of(seed, given.data, options(given.both), options(given.adjusting)))
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
    for line in lines:
        assert line["adjusting_depth"] <= line["twin_depth"]


main()
