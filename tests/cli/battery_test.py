"""A battery of wrong inputs over all verbs, as a table: exit code, one line that names what was
expected, the value and the place; nothing is left behind. Then files that lie about their size,
numbers at the edge of double precision, outputs that cannot be written, and the same bytes twice."""
import json
import os
import resource
import struct
import time
import unittest

from support import ProgramTest, main

MODEL_VERBS = ("info", "analyze", "trajectory", "equilibria", "interactions", "spectrum")
LABELLED_VERBS = ("transient", "perturb", "reduce")

# (words, texts that the line must hold); the files are made in setUp; every case exits with 2.
USAGE = [
    (["nonsense"], ["nonsense"]),
    (["equilibria", "--nonsense"], ["--nonsense"]),
    (["equilibria", "--threads", "x"], ["--threads: expected a whole number from 0 to ", "got x"]),
    (["equilibria", "--threads", "-1"], ["--threads", "-1"]),
    (["equilibria", "--threads", "5000"], ["--threads", "5000"]),
    (["equilibria", "--seed", "-1"], ["resdyn: --seed: expected a whole number from 0", "got -1"]),
    (["equilibria", "--seed", "1.5"], ["--seed", "1.5"]),
    (["equilibria", "--method", "oracle"], ["--method", "oracle"]),
    (["equilibria", "--list", "some"], ["--list", "some"]),
    (["equilibria", "--clock", "sundial"], ["--clock", "sundial"]),
    (["equilibria", "--step", "0"], ["--step", "> 0", "0"]),
    (["equilibria", "--step", "inf"], ["--step", "finite", "inf"]),
    (["equilibria", "--step", "abc"], ["--step", "abc"]),
    (["equilibria", "--system", "nobody"], ["winner-takes-all", "nobody"]),
    (["equilibria", "--weights", "W.csv", "--system", "hopfield"], ["one of", "2"]),
    (["equilibria", "model.safetensors", "--activation", "gelu"], ["--activation", "gelu"]),
    (["equilibria", "model.safetensors", "--bias", "1,2"], ["--bias", "a model"]),
    (["equilibria", "W.csv", "--weights", "W.csv"], ["one of", "2"]),
    (["equilibria", "W.csv", "--header"], ["a square matrix", "a vector of 2"]),
    (["equilibria", "--weights", "W.csv", "--activation", "gelu"], ["logistic, tanh", "gelu"]),
    (["equilibria", "--bias", "0,0"], ["--bias", "--weights"]),
    (["equilibria", "--weights", "W.csv", "--bias", "1,2,3"], ["--bias", "2", "3"]),
    (["equilibria", "--weights", "W.csv", "--bias", "1,x"], ["1,x"]),
    (["spectrum", "--at", "XX"], ["X"]),
    (["spectrum", "--at", "FFF"], ["2", "3"]),
    (["trajectory", "--clock", "sundial"], ["--clock", "sundial"]),
    (["trajectory", "--t-end", "-1"], ["-1"]),
    (["trajectory", "--t-end", "nan"], ["nan"]),
    (["trajectory", "--layers", "-3"], ["-3"]),
    (["trajectory", "--y0", "0.1"], ["2", "1"]),
    (["trajectory", "--y0", "0.1,1.5"], ["y0[1]", "1.5"]),
    (["trajectory", "--y0", "0.1,0.2", "--u0", "1,2"], ["one of"]),
    (["trajectory", "--u0", "missing.csv"], ["missing.csv"]),
    (["train", "--data", "circles"], ["rings", "circles"]),
    (["train", "--depth", "0"], ["depth", "0"]),
    (["train", "--depth", "-5"], ["depth", "-5"]),
    (["train", "--step", "0"], ["step", "0"]),
    (["train", "--step", "nan"], ["step", "nan"]),
    (["train", "--epochs", "-1"], ["epochs", "-1"]),
    (["train", "--batch", "0"], ["batch", "0"]),
    (["train", "--learning-rate", "0"], ["rate", "0"]),
    (["train", "--learning-rate", "inf"], ["rate", "inf"]),
    (["train", "--optimizer", "newton"], ["adam", "newton"]),
    (["train", "--schedule", "weekly"], ["cosine", "weekly"]),
    (["train", "--activation", "gelu"], ["logistic", "gelu"]),
    (["train", "--kind", "oracle"], ["residual", "oracle"]),
    (["train", "--units", "-2"], ["--units", "-2"]),
    (["train", "--held-out", "1"], ["--held-out", "1"]),
    (["train", "--held-out", "-0.5"], ["--held-out", "-0.5"]),
    (["train", "--momentum", "1"], ["momentum", "1"]),
    (["train", "--clip", "-1"], ["clip", "-1"]),
    (["train", "--structure", "round"], ["symmetric", "round"]),
    (["train", "--weight-decay", "-1"], ["weight", "-1"]),
    (["train", "--runs", "0"], ["runs", "0"]),
    (["train", "--dtype", "float16"], ["float32", "float16"]),
    (["train", "--samples", "-1"], ["-1"]),
    (["train", "--data", "two_widths.csv"], ["two_widths.csv", "line 2"]),
    (["train", "--data", "one_class.csv"], ["one_class.csv", "at least two classes", "--label"]),
    (["train", "--data", "two_classes.csv", "--held-out", "0", "--epochs", "0", "--batch", "9"],
     ["batch", "9"]),
    (["train", "--data", "empty.csv"], ["empty.csv"]),
    (["train", "--data", "negative_label.csv"], ["negative_label.csv", "-1"]),
    (["train", "--data", "half_label.csv"], ["half_label.csv", "0.5"]),
    (["train", "--data", "nan.csv"], ["nan.csv", "nan"]),
    (["train", "--resume"], ["checkpoint"]),
    (["analyze", "model.safetensors", "--data", "wide.csv"], ["wide.csv", "2", "3"]),
    (["analyze", "model.safetensors", "--data", "many_classes.csv"], ["many_classes.csv"]),
    (["analyze", "model.safetensors", "--samples", "0"], ["--samples", "0"]),
    (["analyze", "model.safetensors", "--record", "missing.csv"], ["missing.csv"]),
    (["analyze", "--data", "nowhere"], ["nowhere"]),
    (["transient"], ["MODEL"]),
    (["transient", "model.safetensors"], ["--data"]),
    (["transient", "model.safetensors", "--data", "wide.csv"], ["wide.csv", "2", "3"]),
    (["transient", "no_readout.safetensors", "--data", "rings"], ["read-out"]),
    (["transient", "model.safetensors", "--data", "rings", "--impulse", "0"], ["impulse", "0"]),
    (["perturb"], ["MODEL"]),
    (["perturb", "model.safetensors", "--data", "rings", "--noise", "pink"], ["gaussian", "pink"]),
    (["perturb", "model.safetensors", "--data", "rings", "--levels", "0.1,x"],
     ["--levels: expected numbers", "got x"]),
    (["perturb", "model.safetensors", "--data", "rings", "--levels", "-1"], ["level", "-1"]),
    (["perturb", "model.safetensors", "--data", "rings", "--draws", "0"], ["draws", "0"]),
    (["perturb", "--twin", "--data", "rings", "--seeds", "1"], ["seeds", "1"]),
    (["perturb", "--twin", "model.safetensors", "--data", "rings"], ["--twin"]),
    (["train", "--adapt-depth", "--depth-tolerance", "0"], ["tolerance", "> 0", "0"]),
    (["train", "--adapt-depth", "--min-depth", "99"], ["--min-depth", "1 to 10", "99"]),
    (["train", "--adapt-depth", "--held-out", "0"], ["held-out", "none"]),
    (["train", "--adapt-depth", "--depth-norm", "1"], ["--depth-norm", "rms", "1"]),
    (["train", "--adapt-depth", "--depth-rise", "-0.1"], ["rise", "0 to 1", "-0.1"]),
    (["train", "--adapt-depth", "--cut-cost", "2"], ["--cut-cost", "0 to 1", "2"]),
    (["train", "--adapt-depth", "--cut-cost", "nan"], ["--cut-cost", "0 to 1", "nan"]),
    (["train", "--adapt-depth", "--depth-recovery", "0"], ["--depth-recovery", ">= 1", "0"]),
    (["train", "--adapt-depth", "--depth-stride", "-1"], ["--depth-stride", ">= 0", "-1"]),
    (["train", "--adapt-depth", "--accuracy-allowance", "1.5"], ["allowance", "0 to 1", "1.5"]),
    # Out of range, whether or not anything else given would have read them.
    (["train", "--damping", "-1"], ["--damping: expected a finite number >= 0", "-1"]),
    (["train", "--structure", "antisymmetric", "--damping", "-1"], ["--damping", ">= 0", "-1"]),
    (["train", "--damping", "nan"], ["--damping", ">= 0", "nan"]),
    (["train", "--learning-rate", "-0.1"], ["--learning-rate", "> 0", "-0.1"]),
    (["train", "--momentum", "-0.1"], ["--momentum", "0 to below 1", "-0.1"]),
    (["train", "--step-factor", "0"], ["--step-factor", "up to 1", "0"]),
    (["train", "--step-epochs", "0"], ["--step-epochs", ">= 1", "0"]),
    (["train", "--spectral-penalty", "inf"], ["--spectral-penalty", ">= 0", "inf"]),
    (["train", "--patience", "-1"], ["--patience", ">= 0", "-1"]),
    (["train", "--depth-tolerance", "-1"], ["--depth-tolerance", "> 0", "-1"]),
    (["train", "--grow-factor", "1"], ["--grow-factor", "> 1", "1"]),
    (["train", "--max-depth", "-1"], ["--max-depth", ">= 0", "-1"]),
    (["train", "--checkpoint-every", "-1"], ["--checkpoint-every", ">= 0", "-1"]),
    (["perturb", "--twin", "--data", "rings", "--learning-rate", "0"], ["--learning-rate", "0"]),
    (["perturb", "--twin", "--data", "rings", "--weight-decay", "-1"], ["--weight-decay", "-1"]),
    (["perturb", "model.safetensors", "--data", "rings", "--small-noise", "0"],
     ["--small-noise", "> 0", "0"]),
    (["transient", "model.safetensors", "--data", "rings", "--ridge", "-1"], ["--ridge", "-1"]),
    (["analyze", "--proof-time", "nan"], ["--proof-time", "0 to 1e+09", "nan"]),
    (["equilibria", "--tolerance", "nan"], ["--tolerance", ">= 0", "nan"]),
    (["equilibria", "--exponent-error", "nan"], ["--exponent-error", ">= 0", "nan"]),
    (["equilibria", "--settle-tol", "0"], ["--settle-tol", "> 0", "0"]),
    (["bifurcations", "--max-nodes", "-1"], ["--max-nodes", "from 0", "-1"]),
    (["bifurcations", "--from", "nan"], ["--from", "finite", "nan"]),
    (["portrait", "--view", "nan"], ["--view", "finite", "nan"]),
    (["basins", "--rel-tol", "0"], ["--rel-tol", "> 0", "0"]),
    (["trajectory", "--max-steps", "0"], ["--max-steps", ">= 1", "0"]),
    (["validate", "--step", "-1"], ["--step", "a network beside it"]),
    (["depth"], ["MODEL"]),
    (["depth", "no_readout.safetensors", "--data", "rings"], ["read-out", "none"]),
    (["depth", "model.safetensors", "--data", "rings", "--tolerance", "nan"], ["tolerance", "nan"]),
    (["depth", "model.safetensors", "--data", "rings", "--allowance", "1"], ["allowance", "1"]),
    (["depth", "model.safetensors", "--data", "rings", "--min-depth", "9999"],
     ["minimum depth", "9999"]),
    (["depth", "model.safetensors", "--data", "rings", "--settle-samples", "0"], ["--settle-samples", "0"]),
    (["depth", "model.safetensors", "--data", "wide.csv"], ["wide.csv", "2", "3"]),
    (["reduce"], ["MODEL"]),
    (["reduce", "model.safetensors"], ["--data"]),
    (["reduce", "model.safetensors", "--data", "nowhere"], ["nowhere"]),
    (["reduce", "model.safetensors", "--data", "wide.csv"], ["wide.csv", "2", "3"]),
    (["reduce", "no_readout.safetensors", "--data", "rings"], ["read-out", "none"]),
    (["reduce", "model.safetensors", "--data", "rings", "--hidden-units", "0"],
     ["--hidden-units", "from 1", "0"]),
    (["reduce", "model.safetensors", "--data", "rings", "--hidden-units", "4,x"],
     ["--hidden-units: expected", "x"]),
    (["reduce", "model.safetensors", "--data", "rings", "--rank", "3"],
     ["--rank: expected whole numbers from 1 to 2", "got 3"]),
    (["reduce", "model.safetensors", "--data", "rings", "--rank", "1.5"], ["--rank", "1.5"]),
    (["reduce", "model.safetensors", "--data", "rings", "--epochs", "-1"], ["--epochs", "-1"]),
    (["reduce", "model.safetensors", "--data", "rings", "--temperature", "nan"],
     ["--temperature", "nan"]),
    (["reduce", "model.safetensors", "--data", "rings", "--imitation-activation", "gelu"],
     ["--imitation-activation", "logistic", "gelu"]),
    (["bifurcations", "--system", "nobody"], ["winner-takes-all", "nobody"]),
    (["bifurcations", "--nonsense"], ["--nonsense"]),
    (["portrait", "--system", "nobody"], ["winner-takes-all", "nobody"]),
    (["portrait", "--weights", "missing.csv"], ["missing.csv"]),
    (["basins", "--system", "nobody"], ["winner-takes-all", "nobody"]),
    (["basins", "--threads", "x"], ["--threads: expected a whole number from 0", "got x"]),
    (["validate", "--only", "11"], ["--only", "11"]),
    (["validate", "--only", "0"], ["--only", "0"]),
    (["validate", "--only", "x"], ["--only: expected a whole number", "got x"]),
    (["validate", "--data", "nowhere"], ["nowhere"]),
    (["validate", "--data", "rings"], ["built-in", "rings"]),
    (["validate", "--data", "wide.csv"], ["wide.csv", "test half"]),
    (["validate", "model.safetensors", "--data", "wide.csv"], ["wide.csv", "2", "3"]),
    (["validate", "--weights", "W.csv", "--only", "8"], ["Claim 8"]),
    (["validate", "missing.safetensors"], ["missing.safetensors"]),
]


class Battery(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write_model()
        self.write_model("no_readout.safetensors", drop=("V", "c"))
        self.write("W.csv", "1,-2\n-2,1\n")
        self.write("wide.csv", "1,2,3,0\n1,2,3,1\n")
        self.write("two_widths.csv", "1,2,0\n1,0\n")
        self.write("one_class.csv", "1,2,0\n2,1,0\n3,1,0\n1,1,0\n")
        self.write("two_classes.csv", "1,2,0\n2,1,1\n3,1,0\n1,1,1\n")
        self.write("empty.csv", "")
        self.write("negative_label.csv", "1,2,-1\n")
        self.write("half_label.csv", "1,2,0.5\n")
        self.write("nan.csv", "1,nan,0\n")
        self.write("many_classes.csv", "1,2,0\n1,2,7\n")

    def test_table(self):
        self.assertGreaterEqual(len(USAGE), 60)
        for words, says in USAGE:
            with self.subTest(words=words):
                self.refused(2, *words, says=says)

    def test_a_model_that_is_none(self):
        self.write("page.safetensors", "<!DOCTYPE html><html></html>\n")
        for verb in MODEL_VERBS + ("validate",):
            with self.subTest(verb=verb):
                self.refused(2, verb, "page.safetensors", says=["page.safetensors", "DOCTYPE"])
                self.refused(2, verb, "missing.safetensors", says="missing.safetensors")
        for verb in LABELLED_VERBS:
            with self.subTest(verb=verb):
                self.refused(2, verb, "W.csv", "--data", "rings", says=["W.csv", "safetensors"])


class Hostile(ProgramTest):
    """Claims of 2^60 bytes are refused at once, in little memory."""

    def little_memory(self):
        """How to run the program within 2 GB. AddressSanitizer reserves terabytes of address space
        for itself and bounds each allocation instead."""
        limit = 2 * 2**30

        def address_space():
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))

        starts = self.run_program("--version", preexec_fn=address_space)
        if starts.returncode == 0:
            return {"preexec_fn": address_space}
        self.assertIn("AddressSanitizer", starts.stderr)
        return {"env": {**os.environ, "ASAN_OPTIONS": "max_allocation_size_mb=2048"}}

    def at_once(self, name, *words):
        within = self.little_memory()
        begin = time.monotonic()
        self.refused(2, *words, says=name, **within)
        self.assertLess(time.monotonic() - begin, 20.0)

    def test_safetensors(self):
        huge = 2**60
        (self.folder / "a").write_bytes(struct.pack("<Q", huge) + b"{}")
        self.at_once("a", "info", "a")
        for i, header in enumerate((
                {"W": {"dtype": "F64", "shape": [huge, 1], "data_offsets": [0, 8 * huge]}},
                {"W": {"dtype": "F64", "shape": [2**31, 2**31], "data_offsets": [0, 8]}},
                {"W": {"dtype": "F64", "shape": [1], "data_offsets": [huge, huge + 8]}},
                {"W": {"dtype": "F64", "shape": [1], "data_offsets": [8, 0]}})):
            text = json.dumps(header).encode()
            (self.folder / f"h{i}").write_bytes(struct.pack("<Q", len(text)) + text + bytes(8))
            self.at_once(f"h{i}", "info", f"h{i}")
        deep = b'{"a":' + b"[" * 2_000_000
        (self.folder / "deep").write_bytes(struct.pack("<Q", len(deep)) + deep)
        self.at_once("deep", "info", "deep")
        self.write_model("depth", {"depth": str(huge)})
        for verb in ("info", "analyze", "equilibria", "validate"):
            self.at_once("depth", verb, "depth")

    def test_idx_and_npy(self):
        (self.folder / "x-images-idx3-ubyte").write_bytes(
            b"\0\0\x08\x03" + struct.pack(">III", 2**31, 2**15, 2**14) + bytes(8))
        (self.folder / "x-labels-idx1-ubyte").write_bytes(b"\0\0\x08\x01" + struct.pack(">I", 2**31))
        self.at_once("idx", "train", "--data", "x-images-idx3-ubyte")
        (self.folder / "y-images-idx3-ubyte").write_bytes(
            b"\0\0\x08\x03" + struct.pack(">III", 2**20, 28, 28) + bytes(8))
        self.at_once("idx", "train", "--data", "y-images-idx3-ubyte")
        header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1073741824, 1073741824), }\n"
        (self.folder / "W.npy").write_bytes(
            b"\x93NUMPY\x01\0" + struct.pack("<H", len(header)) + header)
        self.at_once("W.npy", "equilibria", "--weights", "W.npy")


class Edges(ProgramTest):
    """Numbers at the edge: done or refused, never a crash, a hang or a broken file."""

    def ends(self, *words, codes=(0, 1, 2)):
        result = self.run_program(*words)
        self.assertIn(result.returncode, codes, f"{words}: {result.stderr}")
        self.assertLessEqual(len(result.stderr.splitlines()), 1, result.stderr)
        if result.returncode == 2:
            self.assertIn("expected", result.stderr)
        for path in self.folder.rglob("*.json"):
            json.loads(path.read_text())
        return result

    def test_weights(self):
        cases = {
            "huge": "1e300,-1e300\n-1e300,1e300\n",
            "tiny": "1e-300,-1e-300\n1e-300,1e-300\n",
            "denormal": "5e-324,-5e-324\n1e-310,0\n",
            "mixed": "1e300,1e-300\n5e-324,-1\n",
            "zero": "0,0\n0,0\n",
            "one": "-3\n",
            "one_zero": "0\n",
        }
        for name, text in cases.items():
            self.write(f"{name}.csv", text)
            for f in ("logistic", "tanh", "softplus", "relu"):
                for verb in ("equilibria", "interactions", "trajectory", "spectrum"):
                    with self.subTest(name=name, activation=f, verb=verb):
                        self.ends(verb, "--weights", f"{name}.csv", "--activation", f,
                                  "--out", f"out-{name}-{f}-{verb}",
                                  *([] if verb == "equilibria" else ["--no-figures"]))

    def test_validate_on_edges(self):
        for name, text in (("zero", "0,0\n0,0\n"), ("one", "-3\n"),
                           ("huge", "1e300,-1e300\n-1e300,1e300\n"), ("tiny", "1e-300\n")):
            self.write(f"{name}.csv", text)
            with self.subTest(name=name):
                self.ends("validate", "--quick", "--weights", f"{name}.csv", "--no-figures",
                          "--out", f"out-{name}")

    def test_deep(self):
        self.write_model("deep.safetensors", {"depth": "10000", "step": "0.001"})
        self.ends("analyze", "deep.safetensors", "--data", "rings", "--samples", "20",
                  "--no-figures", "--out", "deep", codes=(0,))
        self.ends("transient", "deep.safetensors", "--data", "rings", "--samples", "20",
                  "--ftle-points", "3", "--no-figures", "--out", "deep2")
        self.ends("train", "--depth", "10000", "--step", "0.001", "--samples", "20", "--epochs",
                  "1", "--batch", "10", "--out", "deep3")

    def test_data(self):
        self.write_model()
        self.write("one_sample.csv", "1,2,0\n")
        self.write("one_class.csv", "1,2,0\n2,1,0\n3,1,0\n1,1,0\n")
        self.write("equal.csv", "1,2,0\n1,2,1\n" * 10)
        self.write("big.csv", "1e300,1,0\n-1e300,1,1\n" * 5)
        for data in ("one_sample", "one_class", "equal", "big"):
            for verb in ("analyze", "transient", "perturb", "reduce"):
                with self.subTest(data=data, verb=verb):
                    self.ends(verb, "model.safetensors", "--data", f"{data}.csv", "--no-figures",
                              "--out", f"{verb}-{data}")
            with self.subTest(data=data, verb="train"):
                self.ends("train", "--data", f"{data}.csv", "--epochs", "2",
                          "--out", f"train-{data}")


class Outputs(ProgramTest):
    def test_a_file_in_the_way(self):
        self.write("taken", "mine")
        for words in (["equilibria"], ["trajectory"], ["interactions"], ["spectrum"],
                      ["validate", "--quick", "--only", "1", "--system", "hopfield"]):
            with self.subTest(words=words):
                self.refused(3, *words, "--out", "taken", says="taken")
                self.assertEqual((self.folder / "taken").read_text(), "mine")

    def test_read_only(self):
        if os.geteuid() == 0:
            # Root may write anywhere but where nothing can be written.
            self.refused(3, "equilibria", "--out", "/proc/resdyn", says="/proc/resdyn")
            return
        (self.folder / "closed").mkdir(mode=0o500)
        self.refused(3, "equilibria", "--out", "closed", says="closed")
        self.refused(3, "equilibria", "--out", "closed/deeper", says="closed")

    def test_full_disk(self):
        small = self.folder / "small"
        small.mkdir()
        if os.system(f"mount -t tmpfs -o size=64k tmpfs '{small}' 2>/dev/null") != 0:
            raise unittest.SkipTest("a small tmpfs needs root and the right to mount")
        try:
            result = self.run_program("trajectory", "--t-end", "40", "--clock", "flow",
                                      "--y0", "0.3,0.4", "--out", "small/out", "--times", "20000")
            self.assertEqual(result.returncode, 3, result.stderr)
            self.assertEqual(len(result.stderr.splitlines()), 1)
            self.assertIn("small", result.stderr)
            self.assertEqual(list(small.rglob("*")), [], "partial output was left")
        finally:
            os.system(f"umount '{small}'")

    def test_out_of_file_size(self):
        """A limit on the size of files stands in for a full disk where nothing can be mounted."""

        def small_files():
            import signal
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))

        self.refused(3, "trajectory", "--t-end", "400", "--no-figures", "--out", "out",
                     says=["out", "expected"], preexec_fn=small_files)

    def test_two_runs_into_one_folder(self):
        import subprocess
        from support import PROGRAM
        runs = [subprocess.Popen([PROGRAM, "analyze", "--no-figures", "--out", "both", "--quiet"],
                                 cwd=self.folder, stderr=subprocess.PIPE, text=True)
                for _ in range(2)]
        for run in runs:
            message = run.communicate(timeout=120)[1]
            self.assertEqual(run.returncode, 0, message)
        json.loads((self.folder / "both/results.json").read_text())
        self.assertEqual(list((self.folder / "both").glob(".staging*")), [])

    def test_same_bytes_for_any_threads(self):
        self.done("train", "--data", "moons", "--samples", "200", "--units", "6", "--epochs", "20",
                  "--out", "model", "--quiet")
        data = {}
        for threads in (1, 2):
            out = f"out{threads}"
            self.done("analyze", "model/model.safetensors", "--data", "moons", "--samples", "100",
                      "--threads", str(threads), "--no-figures", "--out", out, "--quiet")
            files = {}
            for path in sorted((self.folder / out).rglob("*")):
                if path.is_file() and path.suffix in (".csv", ".gp"):
                    files[path.relative_to(self.folder / out).as_posix()] = path.read_bytes()
            results = json.loads((self.folder / out / "results.json").read_text())
            del results["provenance"]["command"]  # it names the threads and the folder
            files["results.json"] = json.dumps(results)
            data[threads] = files
        self.assertGreater(len(data[1]), 5)
        self.assertEqual(data[1], data[2])


if __name__ == "__main__":
    main()
