"""Wrong input: exit code, one line that says what was expected and what was got, nothing written."""
import os
import struct

from support import ProgramTest, main


class WrongInput(ProgramTest):
    def test_usage(self):
        for words in (["nonsense"], ["equilibria", "--nonsense"], ["equilibria", "--list", "some"],
                      ["trajectory", "--clock", "sundial"], ["equilibria", "--threads", "x"]):
            self.refused(2, *words)
        self.refused(2, "equilibria", "--system", "nobody", says=["winner-takes-all", "nobody"])
        self.write("W.csv", "1\n")
        self.refused(2, "equilibria", "--weights", "W.csv", "--system", "one-unit", says="one of")
        self.refused(2, "equilibria", "--weights", "W.csv", "--activation", "gelu",
                     says=["logistic, tanh", "gelu"])
        self.refused(2, "equilibria", "--step", "-1", says=["> 0", "-1"])
        self.refused(2, "equilibria", "--step", "nan", says="step")
        self.refused(2, "equilibria", "--bias", "0,0", says="--weights")
        self.refused(2, "equilibria", "--weights", "W.csv", "--activation", "relu",
                     "--method", "atlas", says="bounded activation")

    def test_matrices(self):
        self.refused(2, "equilibria", "--weights", "missing.csv", says="missing.csv")
        for text, says in (("1,2,3\n4,5,6\n", "square"), ("1,2\n3\n", "line 2"),
                           ("1,x\n2,3\n", "x"), ("", "W.csv"), ("1,nan\n2,3\n", "line 1"),
                           ("1,inf\n2,3\n", "line 1"), ("1e999,0\n2,3\n", "line 1")):
            self.write("W.csv", text)
            self.refused(2, "equilibria", "--weights", "W.csv", says=["W.csv", says])
        self.write("W.csv", "1,2\n3,4\n")
        self.refused(2, "equilibria", "--weights", "W.csv", "--bias", "1,2,3", says=["2", "3"])
        self.refused(2, "equilibria", "--weights", ".", says="expected")

    def test_models(self):
        good = (self.folder / self.write_model()).read_bytes()
        for size in (0, 4, 8, 40, len(good) - 1):
            (self.folder / "cut.safetensors").write_bytes(good[:size])
            self.refused(2, "analyze", "cut.safetensors", says="cut.safetensors")
        (self.folder / "cut.safetensors").write_bytes(struct.pack("<Q", 2**60) + good[8:])
        self.refused(2, "analyze", "cut.safetensors", says="cut.safetensors")
        cases = [
            ({"W": [[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]]}, {}, "W"),
            ({"b": [0.0, 0.0, 0.0]}, {}, "b"),
            ({"V": [[1.0, 0.0, 0.0]]}, {}, "V"),
            ({"c": [1.0]}, {}, "c"),
            ({"W": [[1.0, float("nan")], [0.0, 1.0]]}, {}, "W"),
            ({"V": [[float("inf"), 0.0], [0.0, 1.0]]}, {}, "V"),
            ({}, {"activation": "gelu"}, "gelu"),
            ({}, {"activation": None}, "activation"),
            ({}, {"step": "-0.5"}, "step"),
            ({}, {"step": "fast"}, "step"),
            ({}, {"depth": "0"}, "depth"),
            ({}, {"depth": "1.5"}, "depth"),
            ({}, {"kind": "oracle"}, "kind"),
            ({"W.1": [[1.0]]}, {}, "W.1"),
        ]
        (self.folder / "cut.safetensors").unlink()
        for tensors, metadata, says in cases:
            self.write_model("bad.safetensors", metadata, **tensors)
            for verb in ("analyze", "info", "equilibria", "trajectory"):
                self.refused(2, verb, "bad.safetensors", says=["bad.safetensors", says])
        self.write_model("bad.safetensors", drop=("W",))
        self.refused(2, "analyze", "bad.safetensors", says="W")

    def test_data(self):
        self.write_model()
        for text in ("", "1\n", "1,2,0\n1,0\n", "1,2,-1\n", "1,nan,0\n", "1,2,0.5\n"):
            self.write("d.csv", text)
            self.refused(2, "analyze", "model.safetensors", "--data", "d.csv", says="d.csv")
        self.write("d.csv", "1,2,3,0\n1,2,3,1\n")
        self.refused(2, "analyze", "model.safetensors", "--data", "d.csv", says=["width", "2", "3"])
        self.write("d.csv", "1,2,0\n1,2,7\n")
        self.refused(2, "analyze", "model.safetensors", "--data", "d.csv", says="classes")
        self.refused(2, "analyze", "model.safetensors", "--data", "nowhere", says="nowhere")

    def test_starts(self):
        self.refused(2, "trajectory", "--y0", "0.1", says=["2", "1"])
        self.refused(2, "trajectory", "--y0", "0.1,1.5", says=["y0[1]", "[0, 1]", "1.5"])
        self.refused(2, "trajectory", "--y0", "0.1,0.2", "--u0", "1,2", says="one of")
        self.refused(2, "trajectory", "--y0", "nowhere.csv", says="nowhere.csv")
        self.refused(2, "trajectory", "--t-end", "-1", says="t-end")
        self.refused(2, "trajectory", "--t-end", "1", "--layers", "2", says="one of")
        self.refused(2, "trajectory", "--rel-tol", "0", says="--rel-tol")
        self.refused(2, "trajectory", "--system", "one-unit", "--activation", "relu", "--y0", "0",
                     says="relu")

    def test_outputs(self):
        self.write("file", "in the way")
        for verb in ("equilibria", "trajectory", "analyze"):
            self.refused(3, verb, "--out", "file/below", says="file")
            self.refused(3, verb, "--out", "file", says="file")
            self.refused(3, verb, "--out", "/proc/resdyn", says="/proc/resdyn")

    def test_a_refusal_names_the_option(self):
        self.refused(2, "portrait", "--system", "hopfield", "--units", "0,5",
                     says=["--units", "0 to 2", "5", "portrait --help"])
        self.refused(2, "portrait", "--system", "hopfield", "--units", "0,0",
                     says=["--units", "two different", "portrait --help"])
        self.refused(2, "spectrum", "--at", "XX", says=["--at", "L, H or F", "spectrum --help"])
        self.refused(2, "portrait", "--through", "XX,LL,HH", says=["--through", "L, H or F"])
        self.refused(2, "trajectory", "--y0", "a,b",
                     says=["--y0", "0.1,0.2", "a file", "trajectory --help"])
        self.refused(2, "train", "--learning-rate", "-1",
                     says=["--learning-rate", "> 0", "train --help"])
        self.refused(2, "train", "--depth", "0", says=["--depth", ">= 1", "train --help"])

    def test_the_model_trained_last_is_offered_wherever_it_is(self):
        self.done("train", "--data", "xor", "--epochs", "1", "--samples", "50", "--out", "mine",
                  "--no-figures", "--quiet")
        self.refused(2, "transient", says="trained last: mine/model.safetensors")

    def test_an_unwritable_folder_is_refused_before_the_work(self):
        self.write("file", "in the way")
        for verb in ("portrait", "basins", "bifurcations", "interactions", "spectrum"):
            # The matrix is not there: who sees that has begun.
            self.refused(3, verb, "--weights", "nowhere.csv", "--out", "file", says="file")
        self.refused(3, "equilibria", "--weights", "nowhere.csv", "--certificate", "file/c.json",
                     says="file")

    def test_no_gnuplot(self):
        empty = {"PATH": str(self.folder), "HOME": os.environ.get("HOME", "/")}
        for verb in ("trajectory", "spectrum", "interactions", "bifurcations"):
            told = self.done(verb, env=empty).stderr
            self.assertEqual(len(told.splitlines()), 1, told)
            self.assertIn("gnuplot-nox", told)
            self.assertTrue((self.folder / f"resdyn-out/{verb}/results.json").exists())
            self.assertTrue(list((self.folder / f"resdyn-out/{verb}/figures").glob("*.gp")))
            quiet = self.done(verb, "--no-figures", "--out", "numbers-" + verb, env=empty)
            self.assertEqual(quiet.stderr, "")


if __name__ == "__main__":
    main()
