"""The pictures of attractors: compact_study.py and compact_attractors.py on two kinds of tiny images.

Usage: compact_attractors_test.py RESDYN EXAMPLES. Images of 4×4 pixels, bright on the left or on the
right; a total time of 10 gives the trained networks attractors, one a class.
"""
import json
import pathlib
import random
import re
import struct
import subprocess
import sys
import tempfile

resdyn, examples = sys.argv[1], pathlib.Path(sys.argv[2])
holder = tempfile.TemporaryDirectory()
folder = pathlib.Path(holder.name)
draw = random.Random(1)


def write(half, count):
    labels = [k % 2 for k in range(count)]
    pixels = bytes(draw.randrange(150, 256) if (column < 2) == (label == 0) else draw.randrange(0, 60)
                   for label in labels for _ in range(4) for column in range(4))
    (folder / f"{half}-images-idx3-ubyte").write_bytes(struct.pack(">4I", 0x803, count, 4, 4) + pixels)
    (folder / f"{half}-labels-idx1-ubyte").write_bytes(struct.pack(">2I", 0x801, count) + bytes(labels))


def python(script, *words):
    return subprocess.run([sys.executable, examples / script, *map(str, words)], check=True,
                          capture_output=True, text=True).stdout


write("train", 200)
write("t10k", 100)
study = [resdyn, "--data", folder, "--units", 4, "--step", 1, "--epochs", 40, "--seeds", 1, "--vary",
         "--learning-rate", 0.03, "--samples", 100, "--settle-samples", 100, "--beyond", 1000,
         "--out", folder / "study"]
first = python("compact_study.py", *study)
assert len(first.splitlines()) == 1
assert python("compact_study.py", *study) == "", "a network whose row is there was run again"

network = folder / "study/4-logistic-10-1.0-0.0-40-1"
listed = python("compact_attractors.py", network, "--data", folder, "--image", "4x4", "--units", 2,
                "--svg", folder / "a.svg").splitlines()
settled = json.loads((network / "analysis/results.json").read_text())["settled"]["groups"]
away = [g for g in settled if max(map(abs, g["y"])) > 1e-6]
assert len(listed) == len(away) > 0, listed
shares = [float(re.search(r": (0\.\d+|1\.0+) of the inputs", line)[1]) for line in listed]
assert abs(sum(shares) - sum(g["share"]["value"] for g in away)) < 1e-2
# Every input that ends at one of them is of the class that gathers evidence there.
for line in listed:
    class_, = re.findall(r"evidence for class (\d)", line)
    counts = json.loads(re.search(r"by class (\[.*\])", line)[1])
    assert counts.index(max(counts)) == int(class_), line
svg = (folder / "a.svg").read_text()
assert svg.count("<image") == len(listed) * (3 + 2) and "nan" not in svg
assert "seed 1" in python("compact_attractors.py", network, "--data", folder, "--image", "4x4",
                          "--svg", folder / "b.svg")
