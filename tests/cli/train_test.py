"""`resdyn train` and `resdyn info`: whole output, the same bytes for any threads, refusals."""
import csv
import gzip
import json
import struct

from support import ProgramTest, main

FILES = ["figures", "model.safetensors", "results.json", "training.csv"]


def idx(shape, values):
    return (bytes([0, 0, 8, len(shape)]) + b"".join(struct.pack(">I", n) for n in shape) +
            bytes(values))


class Train(ProgramTest):
    def train(self, out, *words):
        self.done("train", "--out", out, *words)
        return json.loads((self.folder / out / "results.json").read_text())

    def model(self, out):
        return (self.folder / out / "model.safetensors").read_bytes()

    def header(self, out):
        raw = self.model(out)
        return json.loads(raw[8:8 + struct.unpack("<Q", raw[:8])[0]])

    def write_images(self, count=60, compress=False, prefix="train"):
        """Images of 2x2 pixels; the brightest pixel is the class."""
        pixels = [200 if p == i % 4 else (i * 7 + p * 3) % 90 for i in range(count)
                  for p in range(4)]
        for kind, data in (("images-idx3", idx([count, 2, 2], pixels)),
                           ("labels-idx1", idx([count], [i % 4 for i in range(count)]))):
            name = f"{prefix}-{kind}-ubyte"
            if compress:
                (self.folder / (name + ".gz")).write_bytes(gzip.compress(data))
            else:
                (self.folder / name).write_bytes(data)

    def test_with_no_options_it_trains_on_rings(self):
        result = self.done("train")
        self.assertIn("rings", result.stdout)
        out = self.folder / "resdyn-out/train"
        self.assertEqual(self.names(out), FILES)
        results = json.loads((out / "results.json").read_text())
        self.assertGreater(results["final"]["test_accuracy"], 0.9)
        with open(out / "training.csv") as file:
            lines = list(csv.DictReader(file))
        self.assertEqual([int(line["epoch"]) for line in lines], list(range(len(lines))))
        self.assertEqual(float(lines[-1]["loss"]), results["final"]["loss"])
        self.assertEqual(float(lines[-1]["settle_q95"]), results["final"]["settle"]["q95"])
        self.assertLess(float(lines[-1]["loss"]), float(lines[0]["loss"]))
        self.assertEqual(sorted(p.name for p in (out / "figures").iterdir()),
                         ["training.csv", "training.gp", "training.svg"])
        with open(out / "figures/training.csv") as file:
            drawn = [line for line in csv.DictReader(file) if line["series"] == "test_accuracy"]
        self.assertEqual([line["value"] for line in drawn],
                         [line["test_accuracy"] for line in lines])
        flow = results["layers_as_flow"]
        self.assertEqual(flow["states"], 10 * 200)
        self.assertEqual(flow["rules_out_a_flow"], flow["smallest_determinant"] < 0)
        self.assertIn("det(I + hDW)", result.stdout)

    def test_info_prints_what_the_file_holds(self):
        self.train("a", "--data", "xor", "--units", "5", "--depth", "3", "--step", "0.25",
                   "--activation", "tanh", "--epochs", "2", "--seed", "9", "--dtype", "float64")
        info = json.loads(self.done("info", "a/model.safetensors", "--json").stdout)
        for key, value in (("activation", "tanh"), ("step", 0.25), ("depth", 3), ("width", 5),
                           ("input_width", 2), ("input_layer", True), ("classes", 2),
                           ("shared_weights", True), ("kind", "residual"), ("dtype", "F64")):
            self.assertEqual(info[key], value, key)
        meta = info["metadata"]
        self.assertEqual(meta["data"], "xor")
        self.assertEqual(meta["scaling"], "none")
        self.assertIn("--seed 9", meta["command"])
        text = self.done("info", "a/model.safetensors").stdout
        self.assertIn("tanh", text)
        self.assertIn(meta["command"], text)

    def test_threads_and_folders_do_not_change_the_bytes(self):
        words = ["--data", "moons", "--units", "20", "--epochs", "3", "--seed", "4"]
        self.train("one", *words, "--threads", "1")
        self.train("deep/er", *words, "--threads", "3", "--quiet")
        self.assertEqual(self.model("one"), self.model("deep/er"))
        self.train("other", *words[:-1], "5")
        self.assertNotEqual(self.model("one"), self.model("other"))

    def test_the_recorded_command_repeats_the_model(self):
        self.train("a", "--data", "spirals", "--epochs", "2", "--activation", "sigmoid")
        command = self.header("a")["__metadata__"]["command"].split()
        self.assertEqual(command[:2], ["resdyn", "train"])
        self.done(*command[1:], "--out", "b")
        self.assertEqual(self.model("a"), self.model("b"))

    def test_idx_files_plain_and_gzip_in_a_folder_or_by_name(self):
        words = ["--epochs", "40", "--batch", "20", "--learning-rate", "0.02", "--depth", "2"]
        self.write_images(compress=True)
        self.write_images(40, prefix="t10k")
        result = self.train("a", "--data", ".", *words)
        self.assertEqual(result["data"]["samples"], 60)
        self.assertEqual(result["data"]["test_samples"], 40)
        self.assertEqual(result["data"]["scaling"], "pixel/255")
        self.assertEqual(result["network"]["width"], 4)
        self.assertGreater(result["final"]["test_accuracy"], 0.9)
        self.assertEqual(self.header("a")["__metadata__"]["image"], "2x2")
        self.assertEqual(len(result["provenance"]["input_sha256"]), 4)
        named = self.train("b", "--data", "train-images-idx3-ubyte.gz", *words, "--samples", "30")
        self.assertEqual(named["data"]["samples"], 30)
        self.assertEqual(named["data"]["test_samples"], 40)

    def test_csv_with_held_out_samples_or_a_file_to_test_on(self):
        lines = [f"{(i % 7) - 3},{(i % 5) - 2},{int((i % 7) > 3)}" for i in range(100)]
        self.write("d.csv", "\n".join(lines) + "\n")
        self.write("t.csv", "\n".join(lines[:30]) + "\n")
        result = self.train("a", "--data", "d.csv", "--epochs", "3", "--held-out", "0.25")
        self.assertEqual([result["data"][key] for key in ("samples", "held_out_samples",
                                                          "test_samples")], [75, 25, 0])
        self.assertIsNotNone(result["final"]["held_out_accuracy"])
        self.assertIsNone(result["final"]["test_accuracy"])  # held out to judge by, not to test on
        result = self.train("b", "--data", "d.csv", "--epochs", "3", "--held-out", "0")
        self.assertEqual((result["data"]["samples"], result["data"]["test"]), (100, None))
        self.assertIsNone(result["final"]["test_accuracy"])
        result = self.train("c", "--data", "d.csv", "--epochs", "3", "--test-data", "t.csv")
        self.assertEqual((result["data"]["samples"], result["data"]["test_samples"]), (100, 30))

    def test_json_prints_what_results_json_holds(self):
        printed = json.loads(self.done("train", "--epochs", "1", "--out", "a", "--json").stdout)
        self.assertEqual(printed, json.loads((self.folder / "a/results.json").read_text()))

    def test_quiet_says_nothing(self):
        result = self.done("train", "--epochs", "1", "--quiet")
        self.assertEqual(result.stdout + result.stderr, "")

    def test_without_gnuplot_it_trains_and_says_how_to_draw(self):
        empty = {"PATH": str(self.folder), "HOME": "/"}
        done = self.run_program("train", "--epochs", "1", "--samples", "50", "--out", "t",
                                env=empty)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("gnuplot -d NAME.gp", done.stderr)
        self.assertTrue((self.folder / "t/figures/training.gp").exists())
        self.assertFalse((self.folder / "t/figures/training.svg").exists())
        done = self.run_program("train", "--epochs", "1", "--samples", "50", "--no-figures",
                                "--out", "n", env=empty)
        self.assertEqual(done.stderr, "")

    def test_divergence_keeps_the_last_good_model_and_says_so(self):
        result = self.run_program("train", "--data", "xor", "--learning-rate", "1e30", "--epochs",
                                  "3", "--out", "a", "--quiet")
        self.assertEqual(result.returncode, 1)
        self.assertEqual(len(result.stderr.splitlines()), 1)
        self.assertIn("last good network", result.stderr)
        results = json.loads((self.folder / "a/results.json").read_text())
        self.assertIn(results["training"]["outcome"], ("non-finite", "diverged"))
        self.assertEqual(results["training"]["epochs"], 0)
        self.done("info", "a/model.safetensors")

    def test_no_epochs_is_said(self):
        done = self.done("train", "--data", "xor", "--epochs", "0", "--samples", "50", "--out", "a",
                         "--no-figures")
        self.assertIn("nothing was trained", done.stderr)

    def test_wrong_options(self):
        for words, says in (
                (["--activation", "gelu"], ["--activation", "logistic, tanh", "gelu"]),
                (["--depth", "0"], ["depth", ">= 1", "0"]),
                (["--step", "-0.5"], ["step", "> 0", "-0.5"]),
                (["--step", "nan"], ["step", "nan"]),
                (["--units", "-3"], ["--units", "-3"]),
                (["--epochs", "-1"], ["epochs", "-1"]),
                (["--batch", "0"], ["batch", "0"]),
                (["--batch", "2001"], ["batch", "1 to 2000", "2001"]),
                (["--learning-rate", "0"], ["--learning-rate", "> 0", "0"]),
                (["--learning-rate", "-1"], ["--learning-rate", "-1"]),
                (["--schedule", "zigzag"], ["--schedule", "constant, step or cosine", "zigzag"]),
                (["--dtype", "float16"], ["--dtype", "float32 or float64", "float16"]),
                (["--samples", "-1"], ["samples", "-1"]),
                (["--samples", "1"], ["samples", ">= 2", "1"]),
                (["--data", "nowhere"], ["nowhere", "rings, moons"]),
                (["--test-data", "nowhere"], ["nowhere"]),
                (["--depth", "two"], ["--depth"])):
            self.refused(2, "train", *words, says=says)

    def test_wrong_data(self):
        for text, says in (("", "empty"), ("1,2\n3\n", "line 2"), ("1,nan,0\n", "column 2"),
                           ("1,inf,0\n", "column 2"), ("1,2,-1\n", "label"),
                           ("1,2,0.5\n", "label"), ("7\n", "label"),
                           ("1,0\n", "at least two classes")):
            self.write("d.csv", text)
            self.refused(2, "train", "--data", "d.csv", says=["d.csv", says])
        self.write("d.csv", "1,2,0\n3,4,1\n")
        self.write("t.csv", "1,2,3,0\n")
        self.refused(2, "train", "--data", "d.csv", "--test-data", "t.csv",
                     says=["t.csv", "width 2", "3"])
        self.refused(2, "train", "--data", "d.csv", "--held-out", "1", says=["held-out", "1"])
        self.refused(2, "train", "--data", "d.csv", "--held-out", "-0.1", says=["held-out"])
        self.refused(2, "train", "--data", "rings", "--held-out", "2", says=["held-out", "2"])

    def test_wrong_idx(self):
        self.refused(2, "train", "--data", ".", says="train-images-idx3-ubyte")
        self.write_images()
        images = self.folder / "train-images-idx3-ubyte"
        good = images.read_bytes()
        for size in (0, 3, 15, len(good) - 1):
            images.write_bytes(good[:size])
            self.refused(2, "train", "--data", ".", says="train-images-idx3-ubyte")
        images.write_bytes(b"\x00\x00\x0a\x03" + good[4:])
        self.refused(2, "train", "--data", ".", says="00 00 0a 03")
        images.write_bytes(b"\x00\x00\x0d\x03" + good[4:])  # floats, four times as long
        self.refused(2, "train", "--data", ".", says="train-images-idx3-ubyte")
        images.write_bytes(good[:4] + b"\xff\xff\xff\xff" + good[8:])
        self.refused(2, "train", "--data", ".", says="train-images-idx3-ubyte")
        images.write_bytes(good)
        (self.folder / "train-labels-idx1-ubyte").unlink()
        self.refused(2, "train", "--data", ".", says="train-labels-idx1-ubyte")

    def test_an_output_folder_that_cannot_be_written_shows_before_the_training(self):
        self.write("file", "in the way")
        for out in ("file", "file/below", "/proc/resdyn"):
            self.refused(3, "train", "--epochs", "1000000", "--out", out, says=out.rsplit("/", 1)[0])

    def test_info_refuses_what_is_no_model(self):
        self.refused(2, "info", says="MODEL")
        self.refused(2, "info", "nowhere", says="nowhere")
        self.write("text.csv", "one,two\nthree,four\n")
        self.refused(2, "info", "text.csv", says="text.csv")
        self.write("W.csv", "1,2\n3,4\n")
        self.assertIn("matrix", self.done("info", "W.csv").stdout)


if __name__ == "__main__":
    main()
