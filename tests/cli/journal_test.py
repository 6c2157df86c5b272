"""Long work in pieces: an atlas or a basin map that is killed, resumed, spread over shards and merged
leaves byte for byte what an undisturbed run leaves.

Usage: journal_test.py PROGRAM [KILLS]: how often the long test kills (default 12).
"""
import random
import resource
import shutil
import signal
import subprocess
import sys
import time

KILLS = int(sys.argv.pop(2)) if len(sys.argv) > 2 else 12

from support import PROGRAM, ProgramTest, main, weights  # noqa: E402


class Journals(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("W.csv", weights(9, 1))
        self.write("big.csv", weights(16, 2))

    def atlas(self, matrix="W.csv", *words):
        return ["equilibria", matrix, "--activation", "tanh", "--method", "atlas", *words]

    def start(self, words):
        return subprocess.Popen([PROGRAM, *words], cwd=self.folder, stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE, text=True)

    def same(self, words, pieces):
        """`words` undisturbed; then `pieces(words)`; both leave the same bytes in one place."""
        out = f"resdyn-out/{words[0]}"
        self.done(*words)
        expected = self.files(out)
        self.assertGreater(len(expected), 1)
        shutil.rmtree(self.folder / out)
        pieces(words)
        self.assertEqual(self.files(out), expected)

    def test_a_journal_changes_no_byte_and_is_replayed(self):
        def pieces(words):
            self.done(*words, "--journal", "J")
            self.done(*words, "--journal", "J", "--resume")
        self.same(self.atlas(), pieces)
        told = self.done(*self.atlas(), "--journal=J", "--resume").stdout
        self.assertRegex(told, r"journal: J: (\d+) of \1 tasks were done already")

    def test_shards_are_merged(self):
        for words in (self.atlas(), self.atlas("W.csv", "--list", "faces"),
                      self.atlas("big.csv", "--list", "all"),  # to atlas.csv
                      self.atlas("W.csv", "--list", "all", "--threads", "1")):
            with self.subTest(words=words):
                def pieces(words):
                    places = []
                    for k in range(3):
                        places.append(f"J{len(words)}{words[1]}/{k % 2}")
                        told = self.done(*words, "--journal", places[-1], "--shard", f"{k}/3")
                        self.assertIn("resdyn merge", told.stdout)
                        self.assertFalse((self.folder / "resdyn-out/equilibria").exists())
                    self.done("merge", *sorted(set(places)))
                self.same(words, pieces)

    def test_merge_prints_and_writes_where_it_is_told(self):
        whole = self.done(*self.atlas("W.csv", "--json")).stdout
        for k in range(2):
            self.assertEqual(
                self.done(*self.atlas("W.csv", "--json"), "--journal", "J it's", "--shard",
                          f"{k}/2").stdout, "")
        self.assertEqual(self.done("merge", "J it's").stdout, whole)
        self.done("merge", "J it's", "--out", "here", "--quiet", "--threads", "1")
        self.assertEqual((self.folder / "here/results.json").read_text(), whole)

    def test_a_killed_run_goes_on(self):
        words = self.atlas("big.csv", "--threads", "2")
        self.done(*words)
        expected = self.files("resdyn-out/equilibria")
        begin = time.monotonic()
        self.done(*words)
        usual = time.monotonic() - begin
        moments = random.Random(5)
        kills, tries, rounds = 0, 0, 0
        while kills < KILLS and tries < 4 * KILLS:
            rounds += 1
            journal = f"J{rounds}"
            (self.folder / journal).mkdir()
            finished = False
            while not finished and kills < KILLS:
                tries += 1
                process = self.start([*words, "--journal", journal, "--resume"])
                try:
                    error = process.communicate(timeout=usual * moments.uniform(0.02, 0.7))[1]
                    self.assertEqual(process.returncode, 0, error)
                    finished = True
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.communicate()
                    kills += 1
            self.done(*words, "--journal", journal, "--resume")
            self.assertEqual(self.files("resdyn-out/equilibria"), expected)
        self.assertGreaterEqual(kills, KILLS)

    def test_a_signal_leaves_a_journal_that_goes_on(self):
        words = self.atlas("big.csv", "--threads", "1")
        self.done(*words)
        expected = self.files("resdyn-out/equilibria")
        for number in (signal.SIGINT, signal.SIGTERM):
            journal = f"J-{number.name}"
            process = self.start([*words, "--journal", journal])
            path = self.folder / journal / "atlas.journal"
            while process.poll() is None and not (path.exists() and path.stat().st_size > 20_000):
                time.sleep(0.005)
            process.send_signal(number)
            error = process.communicate(timeout=60)[1]
            self.assertEqual(process.returncode, 3, error)
            self.done(*words, "--journal", journal, "--resume")
            self.assertEqual(self.files("resdyn-out/equilibria"), expected)

    def test_a_basin_map_in_pieces(self):
        words = ["basins", "W.csv", "--activation", "tanh", "--integrate", "--width", "180",
                 "--height", "180", "--share-samples", "50", "--no-figures"]

        def shards(words):
            for k in range(2):
                told = self.done(*words, "--journal", "JS", "--shard", f"{k}/2")
                self.assertIn("resdyn merge JS", told.stdout)
            self.done("merge", "JS")
        self.same(words, shards)

        def interrupted(words):
            process = self.start([*words, "--journal", "JI"])
            path = self.folder / "JI/basins.journal"
            while process.poll() is None and not (path.exists() and path.stat().st_size > 1500):
                time.sleep(0.005)
            process.send_signal(signal.SIGTERM)
            error = process.communicate(timeout=60)[1]
            self.assertEqual(process.returncode, 3, error)
            self.assertEqual(len(error.splitlines()), 1, error)
            self.assertIn("--resume", error)
            for _ in range(2):
                process = self.start([*words, "--journal", "JI", "--resume"])
                time.sleep(0.3)
                process.kill()
                process.communicate()
            self.done(*words, "--journal", "JI", "--resume")
        self.same(words, interrupted)

    def test_a_full_disk_is_one_line_and_what_was_written_stays(self):
        words = self.atlas("big.csv")

        def small_disk():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))
        result = self.run_program(*words, "--journal", "J", "--json", preexec_fn=small_disk)
        self.assertEqual(result.returncode, 3, result.stderr)
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
        self.assertIn("--resume", result.stderr)
        self.assertGreater((self.folder / "J/atlas.journal").stat().st_size, 20_000)
        whole = self.done(*words, "--json").stdout
        self.assertEqual(self.done(*words, "--json", "--journal", "J", "--resume").stdout, whole)

    def test_wrong_input(self):
        self.refused(2, *self.atlas(), "--resume", says=["--resume", "--journal"])
        self.refused(2, *self.atlas(), "--shard", "0/2", says=["--shard", "--journal"])
        self.refused(2, *self.atlas(), "--journal", "J", "--resume",
                     says=["--resume", "J, which is not there"])
        for shard in ("2/2", "-1/2", "1", "a/b", "0/0", "1/2/3"):
            self.refused(2, *self.atlas(), "--journal", "J", f"--shard={shard}",
                         says=["--shard", "0 <= I < N", shard])
        self.write("file", "in the way")
        self.refused(3, *self.atlas(), "--journal", "file", says="file")
        self.refused(3, *self.atlas(), "--journal", "/proc/resdyn", says="/proc/resdyn")
        self.refused(2, "merge", says="one journal or more")
        self.refused(2, "merge", "nowhere", says=["nowhere", "a journal"])
        self.refused(2, "merge", "W.csv", says=["W.csv", "a journal"])

    def test_two_jobs_in_one_journal(self):
        self.done(*self.atlas(), "--journal", "J", "--quiet", "--out", "one")
        self.write("other.csv", weights(9, 3))
        keeps = sorted(self.folder.rglob("*"))
        self.refused(2, *self.atlas(), "--journal", "J", says=["--resume", "of 32 tasks"],
                     keeps=keeps)
        for words, differs in ((self.atlas("other.csv"), "weights"),
                               (self.atlas("W.csv", "--list", "faces"), "listing"),
                               (self.atlas("W.csv")[:2] + ["--method", "atlas"], "activation"),
                               (self.atlas("big.csv"), "there")):
            self.refused(2, *words, "--journal", "J", "--resume", says=["J/atlas.journal", differs],
                         keeps=keeps)
        journal = self.folder / "J/atlas.journal"
        text = journal.read_bytes()
        for changed, says in ((text.replace(b'"version":"', b'"version":"9'), "damaged"),
                              (b"resdyn journal 9" + text[16:], "another file")):
            journal.write_bytes(changed)
            self.refused(2, *self.atlas(), "--journal", "J", "--resume", says=says, keeps=keeps)

    def test_merging_what_is_not_whole(self):
        self.done(*self.atlas(), "--journal", "J", "--shard", "1/2", "--quiet", "--out", "one")
        keeps = sorted(self.folder.rglob("*"))
        self.refused(2, "merge", "J", "--quiet", "--out", "one", says=["all 32 tasks", "number 0"],
                     keeps=keeps)
        self.done(*self.atlas(), "--journal", "J", "--shard", "0/2", "--quiet", "--out", "one")
        (self.folder / "W.csv").unlink()
        self.refused(2, "merge", "J", "--out", "one", says="W.csv")


if __name__ == "__main__":
    main()
