"""`basins`, `analyze` and `bifurcations` interrupted: complete files or none, by Ctrl-C, SIGTERM or kill -9."""
import random
import shutil
import signal
import subprocess
import time

from support import PROGRAM, ProgramTest, main

VERBS = {
    "basins": ["--weights", "W.csv", "--width", "600", "--height", "600"],
    "bifurcations": ["--weights", "five.csv", "--activation", "tanh", "--points", "10"],
    "analyze": ["m.safetensors", "--data", "rings", "--samples", "300"],
}


class Interruption(ProgramTest):
    def setUp(self):
        super().setUp()
        if shutil.which("gnuplot") is None:
            VERBS.update({verb: words + ["--no-figures"] for verb, words in VERBS.items()
                          if "--no-figures" not in words})

    def inputs(self, folder):
        home, self.folder = self.folder, self.folder / folder
        self.folder.mkdir()
        self.write("W.csv", "1,-2,0.3\n-2,1,-0.4\n0.5,-0.1,0.2\n")
        self.write("five.csv", "".join(
            ",".join(f"{(7 * i * i + 5 * i * j + 3 * j) % 11 / 4 - 1.2}" for j in range(5)) + "\n"
            for i in range(5)))
        self.write_model("m.safetensors", {"step": "0.5"}, W=[[1.0, -1.6], [-1.9, 0.7]],
                         V=[[0.4, -0.1], [-0.2, 0.3]])
        place, self.folder = self.folder, home
        return place

    def start(self, verb, folder):
        return subprocess.Popen([PROGRAM, verb, *VERBS[verb]], cwd=folder, text=True,
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def files(self, folder):
        """Results by name; what a killed run left in its hidden staging folder is none."""
        out = folder / "resdyn-out"
        found = {p.relative_to(out): p for p in out.rglob("*") if p.is_file()}
        return {str(name): path.read_bytes() for name, path in found.items()
                if not any(part.startswith(".") for part in name.parts)}

    def whole(self, verb):
        """What an undisturbed run leaves, and how long it takes."""
        folder = self.inputs(f"whole-{verb}")
        begin = time.monotonic()
        process = self.start(verb, folder)
        self.assertEqual(process.wait(timeout=120), 0, process.communicate()[1])
        process.stderr.close()
        return self.files(folder), time.monotonic() - begin

    def test_kill_9_at_random_moments_leaves_whole_files_or_none(self):
        moments = random.Random(11)
        for verb in VERBS:
            expected, usual = self.whole(verb)
            self.assertGreater(len(expected), 4)
            folder = self.inputs(f"killed-{verb}")
            kills = 0
            for _ in range(8):
                process = self.start(verb, folder)
                try:
                    process.communicate(timeout=usual * moments.uniform(0.05, 0.95))
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.communicate()
                    kills += 1
                for name, content in self.files(folder).items():
                    self.assertEqual(content, expected[name], name)
            self.assertGreater(kills, 0)
            process = self.start(verb, folder)
            self.assertEqual(process.wait(timeout=120), 0, process.communicate()[1])
            process.stderr.close()
            self.assertEqual(self.files(folder), expected)
            self.assertEqual(list((folder / "resdyn-out").glob(".*")), [], "left by killed runs")

    def test_signals_end_with_one_line_and_no_file(self):
        for verb in VERBS:
            _, usual = self.whole(verb)
            for number in (signal.SIGINT, signal.SIGTERM):
                # Of a run that was over before (this machine's pace changes) an earlier moment.
                for share in (0.4, 0.2, 0.1):
                    folder = self.inputs(f"{verb}-{number.name}-{share}")
                    before = sorted(folder.rglob("*"))
                    process = self.start(verb, folder)
                    time.sleep(share * usual)
                    process.send_signal(number)
                    error = process.communicate(timeout=120)[1]
                    if process.returncode != 0:
                        break
                self.assertEqual(process.returncode, 3, f"{verb}, {number.name}: {error}")
                self.assertEqual(len(error.splitlines()), 1, error)
                self.assertIn("interrupt", error)
                self.assertIn("nothing was written", error)
                self.assertEqual(sorted(folder.rglob("*")), before)


if __name__ == "__main__":
    main()
