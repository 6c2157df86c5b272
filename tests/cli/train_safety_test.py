"""`resdyn train` when something happens to it: kill -9, signals, files of another run; several seeds."""
import json
import math
import random
import signal
import subprocess
import time

from support import PROGRAM, ProgramTest, main

LONG = ["--data", "xor", "--samples", "1000", "--units", "32", "--epochs", "60",
        "--checkpoint-every", "1", "--patience", "50", "--quiet"]


class TrainSafety(ProgramTest):
    def model(self, out):
        return (self.folder / out / "model.safetensors").read_bytes()

    def start(self, *words):
        return subprocess.Popen([PROGRAM, "train", *words], cwd=self.folder, text=True,
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def wait_for(self, path, process):
        """Until the file is there or the process has ended."""
        while not path.exists() and process.poll() is None:
            time.sleep(0.002)

    def interrupted(self, out, number, *words):
        """A run that was sent a signal once it had begun; its checkpoint is there."""
        checkpoint = self.folder / out / "checkpoint.safetensors"
        process = self.start(*words, "--out", out)
        self.wait_for(checkpoint, process)
        process.send_signal(number)
        message = process.communicate(timeout=120)[1]
        return process.returncode, message, checkpoint

    def test_kill_9_at_random_moments_loses_nothing_but_time(self):
        begin = time.monotonic()
        self.done("train", *LONG, "--out", "whole")
        usual = time.monotonic() - begin
        checkpoint = self.folder / "killed" / "checkpoint.safetensors"
        moments = random.Random(7)
        kills = 0
        for _ in range(200):
            words = [*LONG, "--out", "killed"] + (["--resume"] if checkpoint.exists() else [])
            process = self.start(*words)
            try:
                message = process.communicate(timeout=usual * moments.uniform(0.1, 0.7))[1]
                self.assertEqual(process.returncode, 0, message)
                break
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                kills += 1
                # The kill may fall between the last file's rename and the end: then it is whole.
                if (self.folder / "killed/model.safetensors").exists():
                    self.assertEqual(self.model("killed"), self.model("whole"))
        self.assertEqual(process.returncode, 0)
        self.assertGreater(kills, 0)
        self.assertEqual(self.model("killed"), self.model("whole"))
        self.assertFalse(checkpoint.exists())

    def test_signals_save_the_state_and_resume_ends_at_the_same_bytes(self):
        self.done("train", *LONG, "--out", "whole")
        for number in (signal.SIGINT, signal.SIGTERM):
            out = number.name
            code, message, checkpoint = self.interrupted(out, number, *LONG)
            self.assertEqual(code, 3, message)
            self.assertEqual(len(message.splitlines()), 1, message)
            self.assertIn("--resume", message)
            self.assertEqual([p.name for p in (self.folder / out).iterdir()], [checkpoint.name])
            self.refused(2, "train", *LONG, "--out", out, says="--resume")
            self.done("train", *LONG, "--out", out, "--resume", "--threads", "1")
            self.assertEqual(self.model(out), self.model("whole"))

    def test_a_checkpoint_of_another_run_or_cut_off_is_refused_and_kept(self):
        _, _, checkpoint = self.interrupted("a", signal.SIGTERM, *LONG)
        whole = checkpoint.read_bytes()
        replaced = {"--seed": ("seed", "5"), "--depth": ("depth", "11"), "--units": ("units", "16"),
                    "--data": ("training data", "moons"), "--epochs": ("epochs", "61"),
                    "--activation": ("activation", "tanh")}
        for option, (key, value) in replaced.items():
            words = list(LONG)
            if option in words:
                words[words.index(option) + 1] = value
            else:
                words += [option, value]
            result = self.run_program("train", *words, "--out", "a", "--resume")
            self.assertEqual(result.returncode, 2, result.stderr)
            self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
            # A seed draws built-in data too, so that the data may be named first.
            self.assertTrue(key in result.stderr or "data" in result.stderr, result.stderr)
            self.assertEqual(checkpoint.read_bytes(), whole)
        for length in (0, 7, len(whole) // 2, len(whole) - 1):
            checkpoint.write_bytes(whole[:length])
            self.refused(2, "train", *LONG, "--out", "a", "--resume", says="checkpoint.safetensors")
            self.assertEqual(checkpoint.read_bytes(), whole[:length])
        self.refused(2, "train", *LONG, "--out", "b", "--resume", says=["checkpoint", "no such file"])

    def test_runs_over_seeds_with_mean_and_standard_error(self):
        words = ["--data", "moons", "--units", "8", "--epochs", "3", "--samples", "300"]
        self.done("train", *words, "--runs", "3", "--seed", "4", "--out", "all")
        summary = json.loads((self.folder / "all/results.json").read_text())
        values = []
        for seed in (4, 5, 6):
            one = json.loads((self.folder / f"all/seed-{seed}/results.json").read_text())
            values.append(one["final"]["loss"])
            self.done("train", *words, "--seed", seed, "--out", "one", "--quiet")
            self.assertEqual(self.model("one"), self.model(f"all/seed-{seed}"))
        mean = sum(values) / 3
        error = math.sqrt(sum((v - mean) ** 2 for v in values) / 2 / 3)
        self.assertAlmostEqual(summary["mean"]["loss"], mean, delta=1e-12)
        self.assertAlmostEqual(summary["standard_error"]["loss"], error, delta=1e-12)
        self.assertGreater(error, 0)
        self.assertEqual(len((self.folder / "all/runs.csv").read_text().splitlines()), 4)
        self.refused(2, "train", "--runs", "0", says=["--runs", ">= 1", "0"])

    def test_a_class_without_samples(self):
        self.write("d.csv", "".join(f"{i},{i % 3},{0 if i % 2 else 2}\n" for i in range(20)))
        # The labels found are the classes, and that is said.
        done = self.done("train", "--data", "d.csv", "--held-out", "0", "--no-figures")
        self.assertIn("the labels found are 0, 2; they are classes 0 to 1", done.stderr)
        self.write("e.csv", "".join(f"{i},{i % 3},{int(i == 0)}\n" for i in range(20)))
        self.refused(2, "train", "--data", "e.csv", "--held-out", "0.2", says=["e.csv", "class 1"])

    def test_kinds_of_networks_from_training_to_info_and_analysis(self):
        for words, keys in ((["--own-weights"], {"kind": "residual", "shared_weights": False}),
                            (["--hidden-units", "3"], {"two_matrices": True, "hidden_width": 3}),
                            (["--kind", "perceptron"], {"kind": "perceptron"})):
            self.done("train", "--data", "xor", "--samples", "100", "--epochs", "1", "--depth", "3",
                      *words, "--out", "a", "--quiet")
            info = json.loads(self.done("info", "a/model.safetensors", "--json").stdout)
            for key, value in keys.items():
                self.assertEqual(info[key], value)
            if "perceptron" in words:
                self.refused(2, "analyze", "a/model.safetensors", "--out", "c",
                             says="residual network")
                continue
            self.done("analyze", "a/model.safetensors", "--no-figures", "--out", "b")
            if "--own-weights" in words:
                self.refused(2, "portrait", "a/model.safetensors", "--out", "c",
                             says=["shared by all", "--layer 0 to 2"])


if __name__ == "__main__":
    main()
