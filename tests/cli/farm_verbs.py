"""The verbs whose work runs on a farm, as tests call them, and what they leave that no way of doing the
work may change.
"""
import json
import random
import shutil

from support import ProgramTest, weights

TANH = ["--activation", "tanh"]
MODEL = "model/model.safetensors"
# By name, what shows a way of its own through the work.
VERBS = {
    "atlas, chosen": ["equilibria", "W11.csv", *TANH],
    "atlas": ["equilibria", "W11.csv", *TANH, "--method", "atlas", "--list", "faces"],
    "stable": ["equilibria", "W14.csv", *TANH, "--method", "stable"],
    "stable, with evidence": ["equilibria", "W14.csv", *TANH, "--method", "stable",
                              "--certificate", "stable.cert"],
    "stable, more nodes than allowed": ["equilibria", "W14.csv", *TANH, "--method", "stable",
                                        "--max-nodes", "14500", "--max-listed", "2"],
    "stable, by signs": ["equilibria", "P.csv", "--method", "stable"],
    "stable-vertices": ["equilibria", "W34.csv", *TANH, "--method", "stable-vertices"],
    "attracting faces": ["equilibria", "W14.csv", *TANH, "--method", "attracting-faces"],
    "data": ["equilibria", MODEL, "--data", "rings", "--samples", "400", "--around", "4"],
    "data, by proof": ["equilibria", "N.csv", "--starts", "100"],
    "search": ["equilibria", "W8.csv", *TANH, "--starts", "400", "--clock", "flow"],
    "newton": ["equilibria", "W4.csv", *TANH, "--method", "newton", "--starts", "60"],
    "newton, unbounded": ["equilibria", "W4.csv", "--activation", "relu", "--starts", "40"],
    "basins": ["basins", "W8.csv", *TANH, "--width", "60", "--height", "60", "--integrate",
               "--share-samples", "50"],
    "bifurcations": ["bifurcations", "W3.csv", *TANH, "--from", "-1", "--to", "1"],
    "bifurcations, partners": ["bifurcations", "W9.csv", *TANH, "--from", "0", "--to", "0.2",
                               "--stable-samples", "2"],
    "cycles": ["cycles", "W4.csv", *TANH, "--step", "1.2", "--starts", "3", "--duration", "100",
               "--certificate", "cycles.cert"],
    "trajectory": ["trajectory", "W4.csv", *TANH, "--y0", "starts.csv"],
    "perturb": ["perturb", MODEL, "--data", "rings", "--noise", "gaussian,pgd", "--draws", "4",
                "--attack-samples", "300", "--theory-samples", "12", "--twin-model", MODEL],
    "twin": ["perturb", "--twin", "--data", "moons", "--seeds", "3", "--epochs", "2", "--samples",
             "200", "--test-samples", "200", "--units", "6", "--levels", "0,0.2"],
    "train": ["train", "--data", "rings", "--runs", "3", "--epochs", "6", "--samples", "300"],
    "validate": ["validate", "--quick", "--only", "8"],
}
LONG = {
    "validate, more claims": ["validate", "--quick", "--only", "4,7,9"],
    "stable, linear programs": ["equilibria", "W24.csv", *TANH, "--method", "stable"],
    "stable, deep": ["equilibria", "W16.csv", *TANH, "--method", "stable"],
    "bifurcations, larger": ["bifurcations", "W4.csv", *TANH],
}
NO_TASKS = {"stable, by signs", "data, by proof"}
PASSED_OVER = {"provenance", "seconds", "samples_per_second"}


def without_times(value):
    if isinstance(value, dict):
        return {k: without_times(v) for k, v in value.items() if k not in PASSED_OVER}
    return [without_times(v) for v in value] if isinstance(value, list) else value


class FarmTest(ProgramTest):
    """A folder with all that the commands of VERBS read."""

    def setUp(self):
        super().setUp()
        for n in (3, 4, 8, 9, 11, 14, 16, 24, 34):
            self.write(f"W{n}.csv", weights(n, n))
        self.write("P.csv", "1,0.5,0\n0.25,1,0.5\n0,0.5,2\n")  # no entry < 0: signs decide
        self.write("N.csv", "-1,0.2,0\n0.1,-1,0.3\n0,0.2,-2\n")  # the origin attracts all
        draw = random.Random(7)
        self.write("starts.csv", "".join(
            ",".join(f"{draw.uniform(-0.9, 0.9)!r}" for _ in range(4)) + "\n" for _ in range(24)))
        self.done("train", "--data", "rings", *TANH, "--units", "6", "--epochs", "15", "--samples",
                  "300", "--out", "model", "--no-figures", "--quiet")

    def left(self, words):
        """What the command leaves that must not change."""
        out = self.folder / "resdyn-out" / words[0]
        left = {}
        for path in sorted(out.rglob("*")):
            name = str(path.relative_to(out))
            if path.name == "results.json":
                left[name] = without_times(json.loads(path.read_text()))
            elif path.suffix == ".csv" and path.parent.name != "figures":
                rows = path.read_text().splitlines()
                column = rows[0].split(",").index("seconds") if "seconds" in rows[0] else None
                left[name] = [[cell for k, cell in enumerate(row.split(",")) if k != column]
                              for row in rows]
            elif path.suffix in (".safetensors", ".cert"):
                left[name] = path.read_bytes()
        shutil.rmtree(out)
        for path in self.folder.glob("*.cert"):
            left[path.name] = path.read_bytes()
            path.unlink()
        return left
