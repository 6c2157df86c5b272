"""`resdyn transient` and `resdyn perturb`: whole output, the same bytes for any threads, refusals."""
import csv
import json
import struct

from support import ProgramTest, main


class Transient(ProgramTest):
    def model(self, out="m", *words, depth=4):
        self.done("train", "--data", "moons", "--epochs", "20", "--units", "6", "--depth", depth,
                  "--no-figures", "--out", out, *words)
        return f"{out}/model.safetensors"

    def results(self, out):
        return json.loads((self.folder / out / "results.json").read_text())

    def table(self, name):
        with (self.folder / name).open() as file:
            return list(csv.DictReader(file))

    def test_transient_of_both_kinds(self):
        for kind in ("residual", "perceptron"):
            model = self.model(kind, "--kind", kind)
            self.done("transient", model, "--data", "moons", "--samples", "600", "--ftle-points",
                      "21", "--no-figures", "--out", "t")
            result = self.results("t")
            self.assertEqual(len(result["decision"]["accuracy_by_layer"]), 5)
            self.assertEqual("ledger" in result, kind == "residual")
            layers = self.table("t/layers.csv")
            self.assertEqual(sum(int(line["final_from"]) for line in layers), 600)
            if kind == "residual":
                self.assertTrue(result["ledger"]["balances"])
                evidence = result["decision"]["evidence"]
                total = evidence["start"] + sum(evidence["by_layer"])
                self.assertAlmostEqual(total, evidence["lead"], delta=1e-4)
            self.assertTrue((self.folder / "t/figures/ftle.gp").exists())

    def test_same_bytes_for_any_threads(self):
        model = self.model()
        for verb, words in (("transient", ["--ftle-points", "15"]),
                            ("perturb", ["--draws", "3", "--noise", "gaussian,pgd"])):
            bytes_of = []
            for threads in ("1", "3"):
                self.done(verb, model, "--data", "moons", "--samples", "500", "--threads", threads,
                          "--no-figures", "--out", verb, *words)
                bytes_of.append({path.name: path.read_bytes()
                                 for path in (self.folder / verb).rglob("*.csv")})
            self.assertEqual(*bytes_of)

    def test_perturb_and_a_twin_model(self):
        model = self.model()
        twin = self.model("p", "--kind", "perceptron")
        kinds = "gaussian,uniform,salt-and-pepper,occlusion,fgsm,pgd"
        self.done("perturb", model, "--data", "moons", "--samples", "300", "--noise", kinds, "--draws",
                  "2", "--levels", "0,0.2", "--twin-model", twin, "--out", "n")
        result = self.results("n")
        self.assertEqual([curve["noise"] for curve in result["robustness"]], kinds.split(","))
        self.assertLess(abs(result["linear_theory"]["agreement_in_standard_errors"]), 4)
        self.assertEqual(len(result["twin"]), 12)
        for figure in ("robustness", "noise-by-layer", "noise-in-layer"):
            self.assertTrue((self.folder / f"n/figures/{figure}.svg").exists())

    def test_scaling_the_read_out_changes_no_row_of_an_attack(self):
        model = self.model()
        rows = {}
        raw = (self.folder / model).read_bytes()
        size = struct.unpack("<Q", raw[:8])[0]
        header = json.loads(raw[8:8 + size])
        for K in (1.0, 2.0 ** -10, 2.0 ** 13, 1e4):
            data = bytearray(raw)
            for name in ("V", "c"):
                first, last = (8 + size + place for place in header[name]["data_offsets"])
                letter, width = {"F32": ("f", 4), "F64": ("d", 8)}[header[name]["dtype"]]
                shape = f"<{(last - first) // width}{letter}"
                data[first:last] = struct.pack(shape, *(K * v for v in struct.unpack(shape, data[first:last])))
            (self.folder / "K.safetensors").write_bytes(data)
            printed = self.done("perturb", "K.safetensors", "--data", "moons", "--noise", "fgsm,pgd",
                                "--levels", "0,0.1,0.5", "--no-figures", "--out", "a").stdout
            self.assertIn("inputs whose gradient is 0: 0: 0,", printed)
            rows[K] = [(line["noise"], line["level"], float(line["accuracy"]), line["zero_gradients"])
                       for line in self.table("a/robustness.csv")]
            self.assertEqual([point["zero_gradients"] for curve in self.results("a")["robustness"]
                              for point in curve["points"]], [0] * 6)
        self.assertLess(rows[1.0][2][2], 0.9)
        for K in (2.0 ** -10, 2.0 ** 13):
            self.assertEqual(rows[K], rows[1.0])
        for mine, other in zip(rows[1e4], rows[1.0]):
            self.assertAlmostEqual(mine[2], other[2], delta=1e-3)

    def test_a_file_sorted_by_class_is_drawn_with_all_its_classes(self):
        lines = [f"{(k % 97) / 97 + label},{(k % 89) / 89},{label}" for label in range(3)
                 for k in range(1000)]
        self.write("sorted.csv", "\n".join(lines) + "\n")
        # This one always says class 0: right for its share of the samples, and no gradient at all.
        model = self.write_model("zero.safetensors", V=[[0.0, 0.0]] * 3, c=[1.0, 0.0, 0.0])
        for words in (["--samples", "0"], ["--samples", "300"]):
            done = self.done("perturb", model, "--data", "sorted.csv", "--noise", "gaussian,fgsm,pgd",
                             "--levels", "0,0.3", "--attack-samples", "90", *words, "--no-figures",
                             "--out", "p")
            self.assertEqual(done.stderr, "")
            self.assertIn("inputs whose gradient is 0: 0: 90, 0.3: 90, of 90", done.stdout)
            result = self.results("p")
            for curve in result["robustness"]:
                self.assertEqual(curve["samples"], 90 if curve["noise"] != "gaussian" else
                                 int(words[1]) or 3000)
                for point in curve["points"]:
                    self.assertAlmostEqual(point["accuracy"]["mean"], 1 / 3, places=12)
            self.assertEqual(result["provenance"]["notes"], [])
        self.done("transient", model, "--data", "sorted.csv", "--samples", "30", "--no-figures",
                  "--out", "t")
        shares = self.results("t")
        self.assertEqual(shares["provenance"]["notes"], [])
        self.done("equilibria", model, "--data", "sorted.csv", "--samples", "30", "--out", "e")
        rows = [int(line["sample"]) for line in self.table("e/endings.csv")]
        self.assertEqual([sum(row // 1000 == c for row in rows) for c in range(3)], [10, 10, 10])
        # A class that is not there, and one class alone.
        self.write("two.csv", "\n".join(line for line in lines if not line.endswith(",1")) + "\n")
        done = self.done("perturb", model, "--data", "two.csv", "--no-figures", "--out", "two")
        self.assertIn("note: two.csv: no sample of class 1 ", done.stderr)
        self.assertEqual(len(self.results("two")["provenance"]["notes"]), 1)
        self.write("one.csv", "\n".join(lines[:1000]) + "\n")
        done = self.done("perturb", model, "--data", "one.csv", "--no-figures", "--out", "one")
        self.assertIn("one.csv: all 1000 samples are of one class (0)", done.stderr)
        self.refused(2, "train", "--data", "one.csv", says=["one class", "--label"])

    def test_the_twin_experiment(self):
        self.done("perturb", "--twin", "--data", "moons", "--samples", "200", "--seeds", "2",
                  "--epochs", "3", "--units", "4", "--depth", "3", "--levels", "0,0.3", "--out", "w")
        result = self.results("w")
        self.assertEqual(len(result["claims"]), 6)
        self.assertTrue({c["verdict"] for c in result["claims"]} <= {"holds", "fails", "undecided"})
        runs = self.table("w/twin_runs.csv")
        self.assertEqual(len(runs), 12)
        self.done("perturb", "--twin", "--data", "moons", "--samples", "200", "--seeds", "2",
                  "--epochs", "3", "--units", "4", "--depth", "3", "--noise", "fgsm", "--levels",
                  "0,0.3", "--no-figures", "--out", "f")
        self.assertEqual(self.results("f")["perturbation"], "fgsm")
        self.assertEqual(self.results("f")["zero_gradients"], 0)
        attacked = self.table("f/twin_runs.csv")
        self.assertEqual([run["clean"] for run in attacked], [run["clean"] for run in runs])
        self.assertTrue(all(float(run["fgsm_0.3"]) <= float(run["fgsm_0"]) for run in attacked))
        self.refused(2, "perturb", "--twin", "--data", "moons", "--noise", "fgsm,pgd",
                     says=["--noise", "one kind", "fgsm,pgd"])

    def test_wrong_input(self):
        model = self.model()
        other = self.model("deep", depth=5)
        data = ["--data", "moons"]
        self.refused(2, "perturb", model, *data, "--levels", "0.1,-0.5", says=["noise level", "-0.5"])
        self.refused(2, "perturb", model, *data, "--levels", "nan", says=["noise level", "nan"])
        self.refused(2, "perturb", model, *data, "--levels", "0.1,x", says=["--levels", "x"])
        self.refused(2, "perturb", model, *data, "--noise", "pink", says=["--noise", "gaussian", "pink"])
        self.refused(2, "perturb", model, *data, "--noise", "occlusion", "--levels", "2",
                     says=["0 to 1", "2"])
        self.refused(2, "perturb", model, *data, "--draws", "0", says=["draws", "0"])
        self.refused(2, "perturb", model, *data, "--twin-model", other,
                     says=["same size", "L = 4", "L = 5"])
        self.refused(2, "perturb", "--twin", *data, "--seeds", "1", says=["seeds", ">= 2", "1"])
        self.refused(2, "perturb", "--twin", model, *data, says="trains its own")
        for verb in ("transient", "perturb"):
            self.refused(2, verb, *data, says="MODEL")
            self.refused(2, verb, model, says=["--data", "labelled data"])
            self.write("few.csv", "0.1,0.2,0\n")
            self.refused(2, verb, model, "--data", "few.csv", says=["few.csv", "classes (2)", "1"])
            self.write("unlabelled.csv", "0.1,0.2\n0.3,0.4\n")
            self.refused(2, verb, model, "--data", "unlabelled.csv", says=["unlabelled.csv", "label"])
        self.write("one.csv", "0.1,0.2,0\n" * 30)
        self.refused(2, "transient", model, "--data", "one.csv", says=["every class", "class 1"])
        self.refused(2, "transient", model, *data, "--held-out", "1", says=["held-out", "1"])


if __name__ == "__main__":
    main()
