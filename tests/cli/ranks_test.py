"""Several processes at one farm, started by mpirun: every verb whose work runs on a farm, done by any
number of ranks and threads, killed and resumed, leaves byte for byte what one process leaves.

Usage: ranks_test.py PROGRAM mpi|none [KILLS]: whether the program was built with RESDYN_MPI, and how often
the long test kills (default 4; with KILLS the long verbs come too, and of every verb a rank is killed).
Without MPI one refusal is tested, and the rest skipped (exit code 77).
"""
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time

WITH_MPI = sys.argv.pop(2) == "mpi"
SLOW = len(sys.argv) > 2
KILLS = int(sys.argv.pop(2)) if SLOW else 4

from farm_verbs import LONG, NO_TASKS, VERBS, FarmTest  # noqa: E402
from support import PROGRAM, ProgramTest, main, weights  # noqa: E402

# As root, with more ranks than cores, without ssh, whatever the container allows.
ENVIRONMENT = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
               "OMPI_MCA_plm": "isolated", "OMPI_MCA_btl_vader_single_copy_mechanism": "none",
               "OMPI_MCA_rmaps_base_oversubscribe": "1"}
MPIRUN = ["mpirun", "-q", "--oversubscribe", "--bind-to", "none"]


def children(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            return [int(word) for word in file.read().split()]
    except OSError:
        return []


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


class WithoutMpi(ProgramTest):
    def test_processes_that_do_not_know_of_one_another_are_refused(self):
        self.write("W.csv", weights(4, 1))
        words = ("equilibria", "W.csv", "--method", "atlas", "--journal", "J")
        environment = {**os.environ, "OMPI_COMM_WORLD_SIZE": "4"}
        self.refused(3, *words, env=environment, says=["RESDYN_MPI=ON", "one of 4 processes"])
        self.done(*words, "--shard", "0/4", env=environment)
        self.done(*words, "--resume", env={**os.environ, "OMPI_COMM_WORLD_SIZE": "1"})


class Launched:
    """Runs the program under mpirun."""

    def start(self, ranks, words):
        return subprocess.Popen([*MPIRUN, "-n", str(ranks), PROGRAM, *words], cwd=self.folder,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                env=ENVIRONMENT)

    def run_ranks(self, ranks, *words):
        """`ranks`: how many, or the parts of mpirun's line, each with its program."""
        if not isinstance(ranks, int):
            line = []
            for part in ranks:
                line += [":"] * bool(line) + [*part, *words]
            return subprocess.run([*MPIRUN, *line], cwd=self.folder, text=True, capture_output=True,
                                  timeout=300, env=ENVIRONMENT)
        process = self.start(ranks, words)
        out, error = process.communicate(timeout=300)
        return subprocess.CompletedProcess(words, process.returncode, out, error)

    def done_by(self, ranks, *words):
        result = self.run_ranks(ranks, *words)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result

    def refused_by(self, ranks, code, *words, says):
        """One line of the program's, whatever mpirun says beside it."""
        result = self.run_ranks(ranks, *words)
        self.assertEqual(result.returncode, code, result.stdout + result.stderr)
        lines = [x for x in result.stderr.splitlines() if x.startswith("resdyn: ")]
        self.assertEqual(len(lines), 1, result.stderr)
        for text in says:
            self.assertIn(text, lines[0])
        self.assertFalse((self.folder / "resdyn-out").exists())

    def wait_for_end(self, process, ranks):
        """Open MPI 4.1.4 ends a job of which a rank was killed; now and then mpirun itself then waits for
        ever, inside its PMIx_server_finalize, with all ranks gone. Returns whether it did."""
        try:
            process.communicate(timeout=20)
            return False
        except subprocess.TimeoutExpired:
            self.assertFalse([rank for rank in ranks if is_alive(rank)])
            process.kill()
            process.communicate()
            return True


class Ranks(Launched, ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("W.csv", weights(9, 1))
        self.write("big.csv", weights(16, 2))

    def atlas(self, matrix="W.csv", *words):
        return ["equilibria", matrix, "--activation", "tanh", "--method", "atlas", *words]

    def test_any_ranks_and_threads_leave_the_same_bytes(self):
        for words in (self.atlas("big.csv"), self.atlas("big.csv", "--list", "all"),
                      self.atlas("W.csv", "--list", "faces"),
                      ["basins", "W.csv", "--activation", "tanh", "--integrate", "--width", "150",
                       "--height", "150", "--share-samples", "20", "--no-figures"]):
            for ranks, threads, journal in ((2, 1, True), (3, 2, False)):
                with self.subTest(words=words, ranks=ranks):
                    out = self.folder / f"resdyn-out/{words[0]}"
                    own = [*words, "--threads", str(threads)]
                    alone = self.done(*own).stdout
                    expected = self.files(out)
                    shutil.rmtree(out)
                    more = ["--journal", "J"] * journal
                    told = self.done_by(ranks, *own, *more)
                    self.assertEqual(self.files(out), expected)
                    cost = re.compile(r"about \S+ s")
                    self.assertEqual(cost.sub("", told.stdout), cost.sub("", alone))
                    self.assertEqual(told.stderr, "")
                    if journal:  # of one process as well
                        self.done(*own, *more, "--resume")
                        self.assertEqual(self.files(out), expected)
                        shutil.rmtree(self.folder / "J")

    def test_what_does_not_spread_is_done_once(self):
        words = ["spectrum", "W.csv", "--activation", "tanh"]
        alone = self.done(*words).stdout
        expected = self.files("resdyn-out/spectrum")
        shutil.rmtree(self.folder / "resdyn-out")
        told = self.done_by(3, *words)
        self.assertEqual(told.stdout, alone)
        self.assertIn("rank 0 did all of it alone", told.stderr)
        self.assertEqual(self.files("resdyn-out/spectrum"), expected)

    def test_wrong_input_is_said_once(self):
        self.refused_by(3, 2, *self.atlas("none.csv"), says=["none.csv"])
        self.refused_by(2, 2, *self.atlas(), "--resume", says=["--journal"])
        self.refused_by(2, 2, *self.atlas(), "--journal", "J", "--resume", says=["not there"])
        self.refused_by(2, 3, *self.atlas(), "--journal", "/proc/resdyn", says=["/proc/resdyn"])

    def test_ranks_that_disagree(self):
        # Another version of the program: this one with another number in it, which the compiler may
        # have put into its instructions, four characters at a time.
        version = self.done("--version").stdout.split()[1]
        changed = version[:2] + "9" + version[3:]
        with open(PROGRAM, "rb") as file:
            program = file.read()
        other = self.folder / "other"
        other.write_bytes(program.replace(version[:4].encode(), changed[:4].encode()))
        other.chmod(0o755)
        one = ["-n", "1", PROGRAM]
        self.refused_by([one, ["-n", "2", str(other)]], 3, *self.atlas(),
                        says=["rank 1 (", f"version {version} as on rank 0, got {changed}"])
        self.refused_by([[*one, "spectrum", "W.csv"], [*one, "info"]], 2,
                        says=["rank 1 (", "the command of rank 0", "info"])
        for place, seed in (("a", 1), ("b", 2)):
            (self.folder / place).mkdir()
            self.write(f"{place}/W.csv", weights(20, seed))
        self.refused_by([["-n", "1", "--wdir", str(self.folder / place), PROGRAM]
                         for place in "ab"], 2, *self.atlas(), "--threads", "1",
                        says=["rank 1 (", "weights"])

    def test_killed_ranks_cost_what_was_at_work(self):
        words = self.atlas("big.csv", "--threads", "1")
        self.done(*words)
        expected = self.files("resdyn-out/equilibria")
        begin = time.monotonic()
        self.done_by(3, *words)
        usual = time.monotonic() - begin
        moments = random.Random(5)
        kills, rounds, hung = 0, 0, 0
        while kills < KILLS:
            rounds += 1
            self.assertLess(rounds, 3 * KILLS + 3)
            journal = f"J{rounds}"
            (self.folder / journal).mkdir()
            shutil.rmtree(self.folder / "resdyn-out", ignore_errors=True)
            for _ in range(moments.randint(1, 4)):
                process = self.start(3, [*words, "--journal", journal, "--resume"])
                time.sleep(usual * moments.uniform(0.05, 0.9))
                ranks = children(process.pid)
                if process.poll() is None and ranks:
                    os.kill(moments.choice(ranks), signal.SIGKILL)
                    hung += self.wait_for_end(process, ranks)
                    kills += process.returncode != 0
                else:
                    process.communicate(timeout=60)
            told = self.done_by(3, *words, "--journal", journal, "--resume")
            self.assertEqual(self.files("resdyn-out/equilibria"), expected, told.stdout)
        print(f"ranks: {kills} kills in {rounds} runs, every byte as undisturbed; mpirun had to be "
              f"killed after {hung} of them, its ranks being gone", flush=True)

    def test_a_signal_to_mpirun_leaves_a_journal_that_goes_on(self):
        words = self.atlas("big.csv", "--threads", "1")
        self.done(*words)
        expected = self.files("resdyn-out/equilibria")
        for number in (signal.SIGINT, signal.SIGTERM):
            journal = f"J-{number.name}"
            process = self.start(2, [*words, "--journal", journal])
            path = self.folder / journal / "atlas.journal"
            while process.poll() is None and not (path.exists() and path.stat().st_size > 20_000):
                time.sleep(0.005)
            process.send_signal(number)
            process.communicate(timeout=60)
            self.assertNotEqual(process.returncode, 0)
            self.assertGreater(path.stat().st_size, 20_000)
            told = self.done_by(2, *words, "--journal", journal, "--resume")
            self.assertRegex(told.stdout, r"\d+ of \d+ tasks were done already")
            self.assertEqual(self.files("resdyn-out/equilibria"), expected)

    def test_a_signal_to_one_rank_ends_as_it_should(self):
        words = self.atlas("big.csv", "--threads", "1", "--journal", "J")
        process = self.start(3, words)
        path = self.folder / "J/atlas.journal"
        while process.poll() is None and not (path.exists() and path.stat().st_size > 20_000):
            time.sleep(0.005)
        ranks = children(process.pid)
        self.assertEqual(len(ranks), 3)
        os.kill(ranks[-1], signal.SIGTERM)  # it leaves, the others go on
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0)
        shared = self.files("resdyn-out/equilibria")
        self.done(*words, "--resume")
        self.assertEqual(self.files("resdyn-out/equilibria"), shared)


class Verbs(Launched, FarmTest):
    # Of these a rank is killed in mid-work each time; with KILLS of all.
    KILLED = {"stable", "newton", "bifurcations", "perturb", "twin", "train"}

    def same(self, name, words, expected, result, code):
        self.assertEqual(result.returncode, code, f"{name}: {result.stdout}{result.stderr}")
        found = self.left(words)
        self.assertEqual(found.keys(), expected.keys(), name)
        for file in expected:
            self.assertEqual(found[file], expected[file], f"{name}: {file}")

    def test_every_verb(self):
        """Some of the ranks above 0 have work, whatever the verb; one of them dies, and the journal
        goes on with another number of ranks."""
        kills = 0
        moments = random.Random(3)
        for name, words in {**VERBS, **(LONG if SLOW else {})}.items():
            with self.subTest(verb=name):
                words = [*words, "--no-figures"]
                alone = self.run_program(*words)
                expected = self.left(words)
                for ranks, threads in ((1, 2), (3, 2)):
                    told = self.run_ranks(ranks, *words, "--threads", str(threads))
                    self.same(name, words, expected, told, alone.returncode)
                begin = time.monotonic()
                told = self.run_ranks(2, *words, "--threads", "1", "--journal", "J " + name)
                usual = time.monotonic() - begin
                self.same(name, words, expected, told, alone.returncode)
                self.assertEqual("did all of it alone" in told.stderr, name in NO_TASKS, name)
                if name in self.KILLED or (SLOW and name not in NO_TASKS):
                    kills += self.killed(words, "K " + name, usual * moments.uniform(0.3, 0.8))
                    told = self.run_ranks(2, *words, "--journal", "K " + name, "--resume")
                    self.same(name, words, expected, told, alone.returncode)
        print(f"ranks: of {kills} verbs a rank was killed", flush=True)
        self.assertGreater(kills, len(self.KILLED) // 2)

    def killed(self, words, journal, moment):
        """Three ranks, of which one is killed at that moment; whether it was early enough."""
        (self.folder / journal).mkdir()
        process = self.start(3, [*words, "--threads", "1", "--journal", journal, "--resume"])
        time.sleep(moment)
        ranks = children(process.pid)
        if process.poll() is None and ranks:
            os.kill(ranks[-1], signal.SIGKILL)
            self.wait_for_end(process, ranks)
        else:
            process.communicate(timeout=60)
        shutil.rmtree(self.folder / "resdyn-out" / words[0], ignore_errors=True)
        for path in self.folder.glob("*.cert"):
            path.unlink()
        return process.returncode not in (0, 1)


if __name__ == "__main__":
    if WITH_MPI:
        del WithoutMpi
        main()
    else:
        del Ranks, Verbs
        import unittest
        result = unittest.main(argv=sys.argv[:1], exit=False).result
        sys.exit(77 if result.wasSuccessful() else 1)
