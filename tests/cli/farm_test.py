"""Every verb whose work runs on a farm: with a journal, stopped and killed at random moments and gone
on with, and in shards that are merged, it leaves what an undisturbed run leaves: results.json (but
for who made it, and times) and every table.

Usage: farm_test.py PROGRAM [ROUNDS]: how often each verb is stopped and killed (default 1). With
ROUNDS the long rows come too.
"""
import json
import random
import re
import shutil
import signal
import subprocess
import sys
import time

ROUNDS = int(sys.argv.pop(2)) if len(sys.argv) > 2 else 0

from support import PROGRAM, ProgramTest, main, weights  # noqa: E402

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


class Farms(ProgramTest):
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
        self.moments = random.Random(11)

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

    def stop(self, words, number, usual):
        """Runs the command, sends it the signal at a random moment; it may have ended before."""
        process = subprocess.Popen([PROGRAM, *words], cwd=self.folder, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, text=True)
        try:
            error = process.communicate(timeout=usual * self.moments.uniform(0.2, 0.9))[1]
        except subprocess.TimeoutExpired:
            process.send_signal(number)
            error = process.communicate(timeout=120)[1]
        self.assertIn(process.returncode, (0, 1, 3, -number), error)
        return process.returncode in (3, -number)

    def hold(self, name, words, rounds):
        words = [*words, "--no-figures"]
        begin = time.monotonic()
        result = self.run_program(*words)
        usual = time.monotonic() - begin
        self.assertIn(result.returncode, (0, 1), result.stderr)  # 1: a claim fails, a finding
        expected = self.left(words)
        self.assertIn("results.json", expected)

        def same(*more):
            again = self.run_program(*more)
            self.assertEqual(again.returncode, result.returncode, again.stderr)
            found = self.left(words)
            self.assertEqual(found.keys(), expected.keys())
            for file in expected:
                self.assertEqual(found[file], expected[file], f"{name}: {file}")
        stopped = 0
        for k in range(rounds):
            journal = f"J {name} {k}"
            stopped += self.stop([*words, "--journal", journal], signal.SIGTERM, usual)
            (self.folder / journal).mkdir(exist_ok=True)
            stopped += self.stop([*words, "--journal", journal, "--resume"], signal.SIGKILL, usual)
            same(*words, "--journal", journal, "--resume", "--threads", "1")
        tasks = 0
        for k in (1, 0):
            told = self.done(*words, "--journal", f"S {name}", "--shard", f"{k}/2").stdout
            self.assertIn("resdyn merge", told)
            tasks += int(re.search(r"all its (\d+) tasks", told)[1])
        self.assertEqual(tasks > 0, name not in NO_TASKS, name)
        shutil.rmtree(self.folder / "resdyn-out" / words[0], ignore_errors=True)
        same("merge", f"S {name}")
        return stopped

    def test_every_verb(self):
        stopped = 0
        for name, words in {**VERBS, **(LONG if ROUNDS else {})}.items():
            with self.subTest(verb=name):
                stopped += self.hold(name, words, max(ROUNDS, 1))
        self.assertGreater(stopped, len(VERBS) // 2)

    def test_wrong_input(self):
        """One line each, and nothing is left."""
        for name, words in VERBS.items():
            with self.subTest(verb=name):
                if words[0] != "train":  # whose --resume goes on from its checkpoint
                    self.refused(2, *words, "--resume", says=["--resume", "--journal"])
                self.refused(2, *words, "--journal", "none", "--resume",
                             says=["none, which is not there"])
                self.refused(3, *words, "--journal", "/proc/resdyn", says="/proc/resdyn")

    def test_two_jobs_in_one_journal(self):
        for words, other, differs in (
                (VERBS["stable"], ["--max-listed", "5"], "listed at most 10000 there, 5 here"),
                (VERBS["data"], ["--max-layers", "50"], "stop 2000 layers there, 50 layers here"),
                (VERBS["trajectory"], ["--t-end", "3"], "stop t = 40"),
                (VERBS["train"], ["--learning-rate", "0.05"], "run resdyn train")):
            words = [*words, "--no-figures", "--quiet"]
            journal = f"J {words[0]} {other[0]}"
            self.done(*words, "--journal", journal)
            keeps = sorted(self.folder.rglob("*"))
            again = [*words, "--journal", journal]
            self.refused(2, *again, says=["--resume", "tasks are done"], keeps=keeps)
            self.refused(2, *again, *other, "--resume", says=differs, keeps=keeps)

    def test_what_has_no_tasks(self):
        for words, says in (
                (["equilibria", "W4.csv", *TANH, "--recurrence"], "recurrence"),
                (["bifurcations", "W4.csv", *TANH, "--path", "step"], "--path step"),
                (["bifurcations", "--checkpoints", "model"], "--checkpoints"),
                (["train", "--data", "rings"], "--runs")):
            self.refused(2, *words, "--journal", "J", says=["--journal", says])


if __name__ == "__main__":
    main()
