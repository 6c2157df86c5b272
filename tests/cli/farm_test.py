"""Every verb whose work runs on a farm: with a journal, stopped and killed at random moments and gone
on with, and in shards that are merged, it leaves what an undisturbed run leaves: results.json (but
for who made it, and times) and every table.

Usage: farm_test.py PROGRAM [ROUNDS]: how often each verb is stopped and killed (default 1). With
ROUNDS the long rows come too.
"""
import random
import re
import shutil
import signal
import subprocess
import sys
import time

ROUNDS = int(sys.argv.pop(2)) if len(sys.argv) > 2 else 0

from farm_verbs import LONG, NO_TASKS, TANH, VERBS, FarmTest  # noqa: E402
from support import PROGRAM, main  # noqa: E402


class Farms(FarmTest):
    def setUp(self):
        super().setUp()
        self.moments = random.Random(11)

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

    def test_journals_of_two_commands_are_not_merged(self):
        """They may share a folder; which one a merge is to make would be a guess."""
        for words in (VERBS["stable"], VERBS["trajectory"]):
            self.done(*words, "--no-figures", "--quiet", "--journal", "J")
        self.refused(2, "merge", "J", says=["those of one command", "of resdyn trajectory W4.csv"])
        for threads in ("1", "2"):  # the same in other words
            self.done(*VERBS["atlas"], "--quiet", "--threads", threads, "--journal", "S", "--shard",
                      f"{int(threads) - 1}/2")
        self.done("merge", "S", "--quiet")

    def test_what_has_no_tasks(self):
        for words, says in (
                (["equilibria", "W4.csv", *TANH, "--recurrence"], "recurrence"),
                (["bifurcations", "W4.csv", *TANH, "--path", "step"], "--path step"),
                (["bifurcations", "--checkpoints", "model"], "--checkpoints"),
                (["train", "--data", "rings"], "--runs")):
            self.refused(2, *words, "--journal", "J", says=["--journal", says])


if __name__ == "__main__":
    main()
