"""`resdyn analyze`: one run, whole output, laws between its numbers, the same bytes again."""
import csv
import json
import pathlib
import subprocess
import sys

from support import ProgramTest, main


CHECKER = pathlib.Path(__file__).resolve().parents[2] / "script/verify-certificate"


class Analyze(ProgramTest):
    def results(self, folder):
        return json.loads((self.folder / folder / "results.json").read_text())

    def table(self, folder, name):
        with open(self.folder / folder / name) as file:
            return list(csv.DictReader(file))

    def test_two_units_with_data(self):
        self.write_model(V=[[0.4, -0.1], [-0.2, 0.3]])
        self.done("analyze", "model.safetensors", "--data", "rings", "--samples", "300",
                  "--settle-samples", "50", "--out", "a")
        r = self.results("a")
        self.assertEqual(r["equilibria_method"], "complete")
        self.assertEqual(r["equilibria"]["counts"]["stable"], 2)
        self.assertEqual(r["settled"]["starts"], 50)
        self.assertEqual(sum(r["settled"][k] for k in ("settled", "slow", "unsettled",
                                                       "non_finite")), 50)
        self.assertTrue(r["evidence"]["balances"])
        self.assertEqual(len(r["evidence"]["accuracy_by_layer"]), 6)
        self.assertAlmostEqual(r["discretisation"]["observed_order"][-1], 1.0, delta=0.1)
        self.assertEqual(len(r["provenance"]["input_sha256"]["model.safetensors"]), 64)
        self.assertEqual(len(self.table("a", "equilibria.csv")), 4)
        self.assertEqual(len(self.table("a", "endings.csv")), 50)
        self.assertEqual(len(self.table("a", "evidence.csv")), 6)
        report = (self.folder / "a/report.html").read_text()
        self.assertIn("<svg", report)
        figures = {p.name for p in (self.folder / "a/figures").iterdir()}
        for name in figures:
            if name.endswith(".svg"):
                self.assertIn(name[:-3] + "csv", figures)
                self.assertIn(name[:-3] + "gp", figures)
        self.assertIn("portrait.svg", figures)

    def test_a_short_look_beyond_is_told_once(self):
        self.write_model(metadata={"depth": "10", "step": "0.5"}, V=[[0.4, -0.1], [-0.2, 0.3]])
        self.done("analyze", "model.safetensors", "--data", "rings", "--samples", "200",
                  "--settle-samples", "20", "--beyond", "79", "--proof-time", "0", "--no-figures",
                  "--out", "b")
        report = (self.folder / "b/report.html").read_text()
        self.assertEqual(report.partition("After its own 10 layers")[2].partition("inputs.")[0]
                         .count("after 79"), 1)

    def test_without_data_and_without_a_model(self):
        self.done("analyze", "--no-figures", "--out", "a")
        self.assertTrue(any("No data" in note for note in self.results("a")["notes"]))

    def test_the_training_record_beside_the_model_is_shown(self):
        self.done("train", "--data", "rings", "--samples", "200", "--epochs", "2", "--out", "m",
                  "--no-figures")
        self.done("analyze", "m/model.safetensors", "--data", "rings", "--samples", "100",
                  "--settle-samples", "5", "--max-layers", "50", "--out", "a")
        r = self.results("a")
        trained = json.loads((self.folder / "m/results.json").read_text())
        self.assertEqual(r["training"]["epochs"], 2)
        self.assertEqual(r["training"]["loss"], trained["final"]["loss"])
        self.assertIn("m/training.csv", r["provenance"]["input_sha256"])
        self.assertTrue((self.folder / "a/figures/training.svg").exists())
        self.assertEqual((self.folder / "a/figures/training.csv").read_bytes(),
                         (self.folder / "m/figures/training.csv").read_bytes())
        flow = r["layers_as_flow"]
        self.assertEqual(flow["states"], 100 * r["system"]["depth"])
        self.assertEqual(flow["rules_out_a_flow"], flow["smallest_determinant"] < 0)
        report = (self.folder / "a/report.html").read_text()
        self.assertIn("Epoch by epoch", report)
        self.assertIn(flow["statement"].split(":")[1].strip(), report)

    def test_a_record_that_is_none(self):
        (self.folder / "r.csv").write_text("epoch,loss\n0,1\n")
        self.write_model()
        self.refused(2, "analyze", "model.safetensors", "--record", "r.csv", "--out", "a",
                     "--no-figures", says=["r.csv, line 1: expected the 20 columns", "got 2"])

    def test_every_activation_and_two_matrices(self):
        for activation in ("logistic", "tanh", "softplus", "relu"):
            self.write_model("m.safetensors", {"activation": activation, "step": "0.25"}, drop=("W",),
                             A=[[0.5, 0.1, -0.3], [0.2, -0.4, 0.3]],
                             B=[[0.5, 0.1], [-0.3, 0.2], [0.4, 0.3]], b=[0.0, 0.1, 0.2])
            self.done("analyze", "m.safetensors", "--data", "moons", "--samples", "60", "--out", "a",
                      "--no-figures")
            r = self.results("a")
            self.assertEqual(r["system"]["hidden_width"], 3)
            self.assertEqual(r["system"]["width"], 2)
            self.assertEqual(r["system"]["invariants"], 1)  # BA is 3x3 of rank 2
            self.assertLess(r["system"]["invariant_drift"], 1e-12)
            self.assertTrue(r["evidence"]["balances"])
            expected = "complete" if activation in ("logistic", "tanh") else "cones"
            self.assertEqual(r["equilibria_method"], expected)

    def test_what_never_rests_reaches_every_output(self):
        self.write("W.csv", "-3,0.5\n0,-1\n")
        words = ("--weights", "W.csv", "--activation", "tanh", "--step", "1.2")
        result = json.loads(self.done("analyze", *words, "--json", "--no-figures").stdout)
        found = result["cycles"]
        self.assertEqual((found["complete"], found["faces_not_searched"]), (True, 0))
        cycles = [f["cycle"] for f in found["network"] if "cycle" in f]
        self.assertEqual([c["period"] for c in cycles], [2])
        self.assertTrue(cycles[0]["proof"]["minimal_period"])
        folder = self.folder / "resdyn-out/analyze"
        with open(folder / "cycles.csv") as file:
            self.assertIn("2", [row["period"] for row in csv.DictReader(file)])
        page = (folder / "report.html").read_text()
        self.assertIn("faces that can attract", page)
        self.assertIn("cycle_faces.csv", page)
        self.assertIn("1 cycles of the network (1 proved)", self.done("analyze", *words).stdout)
        # The same as the verb of its own says.
        own = json.loads(self.done("cycles", *words, "--json", "--no-figures").stdout)
        self.assertEqual(found["network"], own["network"])
        # What the time allowed does not reach is said; none is searched where it is 0.
        short = json.loads(self.done("analyze", *words, "--cycle-time", "1e-6", "--json",
                                     "--no-figures").stdout)
        self.assertEqual(short["cycles"]["faces_searched"], 0)
        self.assertGreater(short["cycles"]["faces_not_searched"], 0)
        self.assertTrue(any("--cycle-time" in note for note in short["notes"]))
        none = json.loads(self.done("analyze", *words, "--cycle-time", "0", "--json",
                                    "--no-figures").stdout)
        self.assertNotIn("cycles", none)

    def test_what_is_proved_has_a_certificate(self):
        """The folder holds the evidence, and the line that is printed checks it."""
        for activation in ("logistic", "tanh"):
            self.write_model("m.safetensors", {"activation": activation, "step": "0.25"}, drop=("W",),
                             A=[[0.5, 0.1, -0.3], [0.2, -0.4, 0.3]],
                             B=[[0.5, 0.1], [-0.3, 0.2], [0.4, 0.3]], b=[0.0, 0.1, 0.2])
            shown = self.done("analyze", "m.safetensors", "--out", "a", "--no-figures").stdout
            self.assertIn("script/verify-certificate a/certificate.json --require "
                          "attracting_faces_complete", shown)
            checked = subprocess.run(
                [sys.executable, CHECKER, self.folder / "a/certificate.json", "--require",
                 "attracting_faces_complete"], capture_output=True, text=True, check=False)
            self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)
        self.done("analyze", "m.safetensors", "--out", "a", "--no-figures", "--proof-time", "0")
        self.assertFalse((self.folder / "a/certificate.json").exists())

    def test_cones_of_unbounded_activations_reach_every_output(self):
        for activation in ("softplus", "relu"):
            self.write_model("m.safetensors", {"activation": activation},
                             W=[[1.0, -1.0], [-2.0, 2.0]])  # W (1, 1) = 0
            self.done("analyze", "m.safetensors", "--out", "a", "--no-figures")
            report = self.results("a")["equilibria"]
            self.assertIs(report["complete"], True)
            self.assertEqual(report["supports"], 3)
            cone, = report["cones"]
            row, = self.table("a", "cones.csv")
            self.assertEqual((cone["pattern"], cone["direction"]), ("FF", [1, 1]))
            self.assertEqual((row["pattern"], float(row["direction_1"])), ("FF", 1))
            self.assertFalse((self.folder / "a/equilibria.csv").exists())
            page = (self.folder / "a/report.html").read_text()
            self.assertIn("1 of 1 cones (all in cones.csv)", page)
            self.assertNotIn("not yet available", page)

    def test_same_bytes_for_any_thread_count(self):
        self.write_model()
        outputs = []
        for threads, folder in (("1", "one"), ("2", "two")):
            self.done("analyze", "model.safetensors", "--data", "xor", "--samples", "100",
                      "--threads", threads, "--out", folder, "--no-figures")
            outputs.append({p.name: p.read_bytes() for p in (self.folder / folder).rglob("*.csv")})
        self.assertEqual(outputs[0], outputs[1])
        self.assertGreater(len(outputs[0]), 8)


if __name__ == "__main__":
    main()
