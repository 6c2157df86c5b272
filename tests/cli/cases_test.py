"""Files from practice (tests/data/cases) through the program: read, or refused in words that say what
to do; what is noticed is said on stderr and kept in results.json."""
import json
import pathlib
import shutil
import sys

CASES = pathlib.Path(sys.argv.pop(2))

from support import ProgramTest, main  # noqa: E402

# (file, options): the same matrix in every way of writing it.
SAME_MATRIX = [
    ("csv/plus_sign.csv", []), ("csv/savetxt_space.csv", []), ("csv/tab.csv", []),
    ("csv/semicolon.csv", []), ("csv/semicolon_decimal_comma.csv", []), ("csv/bom.csv", []),
    ("csv/utf16le.csv", []), ("csv/cr_only.csv", []), ("csv/unicode_minus.csv", []),
    ("csv/header_names.csv", ["--header"]), ("csv/pandas_default.csv", ["--header", "--index"]),
    ("csv/trailing_comma.csv", []), ("csv/excel_empty_rows.csv", []),
]
SAME_ARRAY = ["npy/key_order.npy", "npy/space_colon.npy", "npy/f2.npy", "npy/f8_big.npy"]

# (words, what the one line on stderr must hold).
REFUSED = [
    (["equilibria", "csv/header_names.csv"], ["line 1", "a header", "--header"]),
    (["equilibria", "csv/pandas_default.csv"], ["a header", "--header --index"]),
    (["equilibria", "npy/lower_true.npy"], ["True or False"]),
    (["equilibria", "npy/1d.npy"], ["a square matrix", "a vector of 2"]),
    (["equilibria", "npy/weights.npz"], ["a NumPy archive (.npz): save one array as .npy"]),
    (["equilibria", "--weights", "safetensors/f16.safetensors"], ["name it as MODEL"]),
    (["info", "safetensors/torch_names.safetensors"],
     ["fc.weight (F32, 2x2)", "tensors W (NxN)", "From PyTorch"]),
    (["info", "safetensors/trailing_4.safetensors"], ["48 bytes of tensors", "52"]),
    (["train", "--data", "idx/html"], ["text that begins with", "<!DOCTYPE html>"]),
    (["train", "--data", "idx/lfs"], ["a Git LFS pointer"]),
    (["train", "--data", "data/mnist_label_first.csv"], ["one class", "--label first"]),
    (["train", "--data", "data/mnist_label_first.csv", "--label", "last"],
     ["at least two classes", "--label"]),
    (["transient", "csv/tab.csv", "--data", "rings"], ["a model (safetensors)", "a bare matrix"]),
]


class Cases(ProgramTest):
    def setUp(self):
        super().setUp()
        for kind in ("csv", "npy", "safetensors", "idx", "data"):
            shutil.copytree(CASES / kind, self.folder / kind)

    def results(self, *words):
        """results.json of a run, and what it said on stderr."""
        run = self.done(*words, "--json", "--out", "out")
        return json.loads(run.stdout), run.stderr

    def test_one_matrix_however_it_is_written(self):
        def answer(words):
            result, said = self.results("equilibria", *words)
            kept = result.pop("provenance")
            self.assertEqual(kept["notes"] == [], said == "", said)
            return result

        expected = answer(["--weights", "csv/plus_sign.csv"])
        for file, options in SAME_MATRIX:
            with self.subTest(file=file):
                self.assertEqual(answer([file, *options]), expected)  # as the positional MODEL
        arrays = [answer([file]) for file in SAME_ARRAY]
        self.assertEqual(arrays, arrays[:1] * len(arrays))

    def test_what_cannot_be_read_is_named_with_its_remedy(self):
        for words, says in REFUSED:
            with self.subTest(words=words):
                self.refused(2, *words, says=says)

    def test_notes_are_said_and_kept(self):
        for words, note in (
                (["csv/underflow.csv"], "read as 0"),
                (["npy/i4.npy"], "int32 was read as double, exactly"),
                (["safetensors/bf16.safetensors"], "BF16 was widened to double, exactly"),
                (["safetensors/scalar_i64.safetensors"], "not used: num_batches_tracked"),
                (["safetensors/f16.safetensors", "--activation", "tanh"],
                 "activation tanh as given, instead of logistic")):
            with self.subTest(words=words):
                result, said = self.results("equilibria", *words)
                self.assertIn(note, said)
                self.assertTrue(any(note in kept for kept in result["provenance"]["notes"]))
                quiet = self.done("equilibria", *words, "--quiet", "--out", "quiet")
                self.assertEqual(quiet.stderr, "")

    def test_model_files_as_other_programs_write_them(self):
        for name in ("act_ReLU", "depth_float", "meta_numbers", "bf16", "f16", "scalar_i64"):
            with self.subTest(name=name):
                said = json.loads(
                    self.done("info", f"safetensors/{name}.safetensors", "--json").stdout)
                self.assertEqual(said["depth"], 10)
                self.assertEqual(said["activation"], "relu" if name == "act_ReLU" else "logistic")
                widened = {"bf16": "BF16", "f16": "F16"}.get(name, "F32")
                self.assertEqual(said["dtype"], widened)
                self.assertEqual(any("widened" in n for n in said["notes"]), widened != "F32")

    def test_metadata_may_be_missing_or_overridden(self):
        self.write_model("bare.safetensors", {"activation": None, "step": None, "depth": None})
        for missing in ("activation", "depth", "step"):
            given = {"activation": "Tanh", "depth": "3", "step": "0.5"}
            del given[missing]
            words = [w for k, v in given.items() for w in (f"--{k}", v)]
            self.refused(2, "equilibria", "bare.safetensors", *words, says=f"--{missing}")
        whole = ["--activation", "Tanh", "--depth", "3", "--step", "0.5"]
        said = json.loads(self.done("info", "bare.safetensors", *whole, "--json").stdout)
        self.assertEqual((said["activation"], said["depth"], said["step"]), ("tanh", 3, 0.5))
        for verb in ("equilibria", "trajectory", "spectrum"):
            self.done(verb, "bare.safetensors", *whole)
        for verb in ("transient", "depth"):
            self.done(verb, "bare.safetensors", *whole, "--data", "moons", "--samples", "50",
                      "--no-figures")

    def train(self, *words):
        return self.done("train", *words, "--epochs", "2", "--units", "4", "--no-figures",
                         "--out", "model")

    def test_data_that_look_unlike_samples_are_named(self):
        for file, option, note in (
                ("data/index_column.csv", "--index", "column 1 counts the lines"),
                ("data/numeric_header3.csv", "--header", "line 1 counts the columns")):
            with self.subTest(file=file):
                # The line of column numbers brings a class of its own, so training may refuse it.
                run = self.run_program("train", "--data", file, "--epochs", "1", "--units", "4",
                                       "--no-figures", "--out", "named")
                self.assertIn(note, run.stderr)
                self.assertIn(option, run.stderr)
                self.assertEqual(self.train("--data", file, option).stderr, "")

    def test_labels_first_and_from_1_and_another_scale(self):
        csv = "data/mnist_label_first.csv"
        self.assertIn("--scaling pixel/255", self.train("--data", csv, "--label", "first").stderr)
        self.train("--data", csv, "--label", "first", "--scaling", "pixel/255")
        metadata = json.loads(
            self.done("info", "model/model.safetensors", "--json").stdout)["metadata"]
        self.assertEqual(metadata["scaling"], "pixel/255")
        self.assertEqual(json.loads(metadata["class_labels"]), ["0", "1", "2"])
        self.assertIn("--label first --scaling pixel/255", metadata["command"])
        apply = ["transient", "model/model.safetensors", "--data", csv, "--label", "first",
                 "--no-figures"]
        self.assertIn("--scaling pixel/255 divides them", self.done(*apply).stderr)
        self.assertEqual(self.done(*apply, "--scaling", "pixel/255").stderr, "")
        self.assertIn("the labels found are 1, 2, 3",
                      self.train("--data", "idx/labels_from1").stderr)
        # The model knows what its classes are called: other data are numbered alike.
        result, said = self.results("transient", "model/model.safetensors", "--data",
                                    "idx/labels_from1/train-images-idx3-ubyte", "--no-figures")
        self.assertEqual(said, "")
        self.assertEqual(result["provenance"]["notes"], [])
        self.train("--data", "idx/mixed")
        self.train("--data", "idx/t_float")


if __name__ == "__main__":
    main()
