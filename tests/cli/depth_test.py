"""`resdyn depth` and `resdyn train --adapt-depth`: whole output, models that other verbs take, refusals."""
import csv
import json

from support import ProgramTest, main


class Depth(ProgramTest):
    def model(self, out="m", *words):
        self.done("train", "--data", "moons", "--epochs", "30", "--units", "6", "--depth", "6",
                  "--no-figures", "--quiet", "--out", out, *words)
        return f"{out}/model.safetensors"

    def results(self, out):
        return json.loads((self.folder / out / "results.json").read_text())

    def table(self, name):
        with (self.folder / name).open() as file:
            return list(csv.DictReader(file))

    def info(self, model):
        return json.loads(self.done("info", model, "--json").stdout)

    def test_both_kinds_shared_and_own_weights(self):
        for name, words in (("shared", []), ("own", ["--own-weights"]),
                            ("mlp", ["--kind", "perceptron"])):
            model = self.model(name, *words)
            printed = self.done("depth", model, "--data", "moons", "--samples", "400", "--settle-samples",
                                "60", "--out", "d", "--no-figures").stdout
            result = self.results("d")
            self.assertEqual([layer["depth"] for layer in result["depths"]], list(range(7)))
            self.assertEqual(result["depths"][-1]["agreement"]["value"], 1.0)
            self.assertEqual([one["criterion"] for one in result["criteria"]],
                             ["last-two-layers", "accuracy", "final-mean", "final-95",
                              "final-worst", "oracle"])
            self.assertEqual("certificates" in result, name != "mlp")
            self.assertIn("suggested depth", printed)
            lines = self.table("d/depths.csv")
            self.assertEqual([float(line["accuracy"]) for line in lines],
                             [layer["accuracy"]["value"] for layer in result["depths"]])
            worst = next(one for one in result["criteria"] if one["criterion"] == "final-worst")
            self.assertEqual(worst["agreement"]["value"], 1.0)
            self.assertEqual(len(self.table("d/lesions.csv")), 6)
            if name != "mlp":
                self.assertEqual(result["certificates"]["certificates_wrong"], 0)
                self.assertLessEqual(result["certificates"]["largest_error_over_bound"], 1.0)
                self.assertEqual(result["early_stop"]["different_classes"], 0)
                for line in self.table("d/certificates.csv"):
                    self.assertLessEqual(float(line["certified"]), float(line["oracle"]))

    def test_written_models_keep_their_lineage_and_run_everywhere(self):
        model = self.model()
        for out, words, depth in (("cut", ["--keep", "4"], 4), ("tail", ["--keep", "4", "--tail"], 4),
                                  ("coarse", ["--coarsen", "5"], 5)):
            self.done("depth", model, "--data", "moons", "--samples", "300", "--settle-samples", "50", *words,
                      "--write", f"{out}.safetensors", "--out", out, "--no-figures")
            info = self.info(f"{out}.safetensors")
            self.assertEqual(info["depth"], depth)
            meta = info["metadata"]
            self.assertEqual(meta["lineage parent"], "model.safetensors")
            self.assertEqual(meta["lineage parent depth"], "6")
            self.assertEqual(len(meta["lineage parent sha256"]), 64)
            self.assertIn("accuracy", meta["lineage figures"])
            self.assertIn("--write", meta["lineage command"])
            self.done("transient", f"{out}.safetensors", "--data", "moons", "--samples", "200",
                      "--no-figures", "--out", "t")
            written = self.results(out)["replacements"][-1]
            again = self.results("t")["decision"]["accuracy_by_layer"][-1]
            self.assertGreater(written["accuracy"]["samples"], again["samples"])
        self.assertAlmostEqual(self.info("coarse.safetensors")["step"], 1.2)

    def test_a_network_of_one_layer(self):
        self.done("train", "--data", "moons", "--epochs", "30", "--units", "6", "--depth", "1",
                  "--no-figures", "--out", "one")
        self.done("depth", "one/model.safetensors", "--data", "moons", "--samples", "200", "--settle-samples", "50",
                  "--no-figures", "--out", "d")
        result = self.results("d")
        self.assertEqual(result["rule"]["min_depth"], 1)
        self.assertEqual({one["depth"] for one in result["criteria"]}, {1})
        self.done("train", "--data", "moons", "--epochs", "2", "--units", "4", "--depth", "1",
                  "--adapt-depth", "--max-depth", "3", "--no-figures", "--out", "g")

    def test_figures_and_threads(self):
        model = self.model()
        seen = []
        for threads in ("1", "3"):
            self.done("depth", model, "--data", "moons", "--samples", "300", "--threads", threads,
                      "--settle-samples", "100", "--out", "d")
            seen.append({path.name: path.read_bytes()
                         for path in (self.folder / "d").rglob("*.csv")})
        self.assertEqual(*seen)
        for figure in ("depth", "sensitivity", "lesions", "certificates"):
            self.assertTrue((self.folder / f"d/figures/{figure}.svg").exists())

    def test_training_adjusts_its_depth_and_goes_on_to_the_same_bytes(self):
        words = ["--adapt-depth", "--depth-tolerance", "0.2", "--accuracy-allowance", "0.05"]
        printed = self.done("train", "--data", "moons", "--epochs", "40", "--units", "6", "--depth",
                            "9", *words, "--out", "a").stdout
        result = self.results("a")
        history = result["depth_history"]
        self.assertEqual(history["start"], 9)
        self.assertLess(history["final"], 9)
        self.assertEqual(history["final"], self.info("a/model.safetensors")["depth"])
        self.assertIn("lineage rule", self.info("a/model.safetensors")["metadata"])
        self.assertIn("cut", printed)
        lines = self.table("a/training.csv")
        self.assertEqual(float(lines[0]["depth"]), 9)
        self.assertEqual(float(lines[-1]["depth"]), history["final"])
        checked = [line for line in lines if line["criterion"]]
        self.assertEqual([int(line["epoch"]) for line in checked], [10, 20, 30, 40])
        drawn = {line["series"] for line in self.table("a/figures/training.csv")}
        self.assertTrue({"depth", "criterion"} <= drawn)
        command = self.info("a/model.safetensors")["metadata"]["command"].split()
        self.done(*command[1:], "--out", "b", "--quiet")
        self.assertEqual((self.folder / "a/model.safetensors").read_bytes(),
                         (self.folder / "b/model.safetensors").read_bytes())

    def test_a_run_resumed_while_a_cut_waits_ends_in_the_same_bytes(self):
        words = ["train", "--data", "moons", "--epochs", "40", "--units", "6", "--depth", "9",
                 "--adapt-depth", "--depth-tolerance", "0.2", "--depth-every", "2",
                 "--depth-recovery", "5", "--keep-checkpoints", "--checkpoint-every", "1",
                 "--no-figures", "--quiet"]
        self.done(*words, "--out", "whole")
        changes = self.results("whole")["depth_history"]["changes"]
        cut = next(c["epoch"] for c in changes if c["change"] == "cut")
        expected = (self.folder / "whole/model.safetensors").read_bytes()
        # At the cut, between checks, and after a check at which it was not judged yet.
        for epoch in (cut, cut + 1, cut + 2, cut + 3):
            out = self.folder / f"from-{epoch}"
            out.mkdir()
            (out / "checkpoint.safetensors").write_bytes(
                (self.folder / f"whole/checkpoints/epoch-{epoch:06}.safetensors").read_bytes())
            self.done(*words, "--resume", "--out", out.name)
            self.assertEqual((out / "model.safetensors").read_bytes(), expected)

    def test_wrong_input(self):
        model = self.model()
        data = ["--data", "moons"]
        self.refused(2, "depth", says=["MODEL"])
        self.refused(2, "depth", model, *data, "--tolerance", "0", says=["tolerance", "> 0", "0"])
        self.refused(2, "depth", model, *data, "--min-depth", "7", says=["minimum depth", "1 to 6", "7"])
        self.refused(2, "depth", model, *data, "--keep", "7", says=["--keep", "1 to 6", "7"])
        self.refused(2, "depth", model, *data, "--rule", "guess", says=["--rule", "oracle", "guess"])
        self.refused(2, "depth", model, *data, "--norm", "1", says=["--norm", "inf", "1"])
        self.refused(2, "depth", model, *data, "--coarsen", "9", says=["--coarsen", "1 to 6", "9"])
        bare = self.write_model("bare.safetensors", drop=("V", "c"))
        self.refused(2, "depth", bare, *data, says=["read-out", "none"])
        # 0.4 = h* of the origin of this dissipative pair: 4 layers of 0.5 are too coarse.
        stiff = self.write_model("stiff.safetensors", {"activation": "tanh", "step": "0.1",
                                                       "depth": "20"},
                                 W=[[-1.0, 2.0], [-2.0, -1.0]])
        self.refused(2, "depth", stiff, *data, "--coarsen", "4", says=["--coarsen", "h* = 0.4", "0.5"])
        self.done("depth", stiff, *data, "--coarsen", "10", "--out", "s", "--no-figures")
        self.assertAlmostEqual(self.results("s")["step_limit"]["largest_stable_step"], 0.4)
        train = ["train", "--data", "moons", "--epochs", "2", "--adapt-depth"]
        self.refused(2, *train, "--depth-tolerance", "-1", says=["tolerance", "> 0", "-1"])
        self.refused(2, *train, "--min-depth", "11", says=["--min-depth", "1 to 10", "11"])
        self.refused(2, *train, "--held-out", "0", says=["held-out", "guard", "none"])


main()
