"""Does a network that adjusts its depth in training end as good as its twin that does not, and what
time does it save?

Usage: adjusting_depth.py PROGRAM [--data D] [--seeds K] [--out FOLDER] [train options...]
Options that are not listed here go to both trainings (`--depth 15 --step 0.3 --epochs 5 ...`), those
of the rule (--depth-..., --min-depth, --cut-cost, --accuracy-allowance ...) to the adjusting one only.
Every seed trains a twin and an adjusting network, in turn on the same machine. Writes FOLDER/runs.csv,
a line a seed: depths, accuracies, wall seconds and processor seconds (which other work on the machine
does not add to) of both, and the changes of depth. Without options a small run on `rings`.
"""
import csv
import json
import pathlib
import resource
import subprocess
import sys

ONLY_ADJUSTING = ("--depth-", "--min-depth", "--accuracy-allowance", "--max-depth", "--grow-factor",
                  "--cut-cost")


def parse(words):
    own = {"--data": "rings", "--seeds": "2", "--out": "resdyn-out/adjusting-depth"}
    both, adjusting = [], ["--adapt-depth"]
    while words:
        word = words.pop(0)
        if word in own:
            own[word] = words.pop(0)
            continue
        target = adjusting if word.startswith(ONLY_ADJUSTING) else both
        target.append(word)
        while words and not words[0].startswith("--"):
            target.append(words.pop(0))
    if not both:
        both = ["--units", "16", "--depth", "12", "--epochs", "60"]
        adjusting += ["--depth-tolerance", "0.1", "--accuracy-allowance", "0.01"]
    return own, both, adjusting


def train(program, folder, words):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([program, "train", "--out", str(folder), "--quiet", "--no-figures", *words],
                   check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    results = json.loads((folder / "results.json").read_text())
    results["processor_seconds"] = (after.ru_utime + after.ru_stime - before.ru_utime
                                    - before.ru_stime)
    return results


def main():
    program = sys.argv[1]
    own, both, adjusting = parse(sys.argv[2:])
    out = pathlib.Path(own["--out"])
    lines = []
    for seed in range(1, int(own["--seeds"]) + 1):
        # The twin sees the same training samples: the same share is held out.
        common = ["--data", own["--data"], "--held-out", "0.1", "--seed", str(seed), *both]
        twin = train(program, out / f"twin-{seed}", common)
        cut = train(program, out / f"adjusting-{seed}", [*common, *adjusting])
        line = {"seed": seed}
        for name, run in (("twin", twin), ("adjusting", cut)):
            line[f"{name}_depth"] = run["network"]["depth"]
            line[f"{name}_test_accuracy"] = run["final"]["test_accuracy"]
            line[f"{name}_held_out_accuracy"] = run["final"]["held_out_accuracy"]
            line[f"{name}_seconds"] = run["training"]["seconds"]
            line[f"{name}_processor_seconds"] = run["processor_seconds"]
        changes = cut["depth_history"]["changes"]
        line["changes"] = " ".join(f"{c['epoch']}:{c['change']}:{c['from']:.0f}-{c['to']:.0f}"
                                   for c in changes)
        lines.append(line)
        with open(out / "runs.csv", "w", newline="") as file:
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
