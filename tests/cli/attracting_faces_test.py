"""`resdyn equilibria --method attracting-faces`: the contract, agreement with the atlas, evidence, the
budget, Ctrl-C."""
import csv
import json
import random
import signal
import subprocess

from support import PROGRAM, ProgramTest, main

FIELDS = {"schema", "activation", "step", "dimension", "complete", "method", "scope", "end", "counts",
          "only_origin", "statement", "growth_form", "prediction", "work", "all_listed", "attracting_faces",
          "provenance"}


class AttractingFaces(ProgramTest):
    def matrix(self, rows, name="W.csv"):
        return self.write(name, "\n".join(",".join(map(repr, row)) for row in rows))

    def gaussian(self, n, seed=1):
        draw = random.Random(seed)
        return self.matrix([[draw.gauss(0, 1) for _ in range(n)] for _ in range(n)])

    def faces(self, *words):
        return json.loads(self.done("equilibria", *words, "--method", "attracting-faces",
                                    "--json").stdout)

    def test_agrees_with_the_atlas_and_keeps_the_contract(self):
        for seed in range(6):
            for activation in ("logistic", "tanh"):
                of = ("--weights", self.gaussian(7, seed), "--activation", activation)
                atlas = json.loads(self.done("equilibria", *of, "--method", "atlas", "--list", "all",
                                             "--json").stdout)
                result = self.faces(*of)
                self.assertLessEqual(FIELDS, result.keys())
                self.assertIs(result["complete"], True)
                self.assertEqual(result["scope"], "attracting_faces")
                self.assertEqual({k: result["counts"][k] for k in ("isolated", "continua")},
                                 atlas["attracting_faces"])
                by_pattern = {e["pattern"]: e for e in atlas["equilibria"]}
                self.assertEqual(len(result["attracting_faces"]), result["counts"]["total"])
                for face in result["attracting_faces"]:
                    twin = by_pattern[face["pattern"]]
                    self.assertEqual(face["y"], twin["y"])
                    self.assertEqual(face["stable"],
                                     twin["hyperbolic"] and twin["unstable_dimension"] == 0)
                    saturated = [x for x in face["transverse_exponents"] if x is not None]
                    self.assertEqual(len(saturated), 7 - face["pattern"].count("F"))
                    self.assertLessEqual(max(saturated, default=0), 0)
                    if saturated:
                        self.assertEqual(face["transverse_margin"], min(map(abs, saturated)))
                    self.assertEqual(face["inside"] is None, "F" not in face["pattern"])

    def test_what_a_list_with_nothing_but_the_origin_says(self):
        result = self.faces("--system", "heteroclinic-cycle")
        self.assertIs(result["only_origin"], True)
        self.assertIn("no trajectory of the open cube ends at an equilibrium other than y = 0",
                      result["statement"])
        self.assertIn("several faces are not covered", result["statement"])
        self.assertIs(result["growth_form"]["exists"], False)  # W(1, 1, 1) = -1
        self.assertIsNone(self.faces("--system", "dissipative")["growth_form"])  # tanh
        self.assertIs(self.faces("--system", "mutual-help")["growth_form"]["exists"], True)
        out = self.done("equilibria", "--system", "heteroclinic-cycle", "--method",
                        "attracting-faces").stdout
        self.assertIn("Rest at y = 0 is not excluded", out)
        self.assertIn("faces that can attract: 1 (isolated equilibria: 1, continua: 0)", out)
        self.assertIn("LLL  vertex; 3 saturated units tied", out)
        self.assertIn("attracting_faces.csv", out)
        atlas = self.done("equilibria", "--system", "heteroclinic-cycle", "--method", "atlas").stdout
        self.assertIn("faces that can attract (no saturated unit leaves its level): 1 ", atlas)

    def test_continua_and_ties(self):
        result = self.faces("--system", "competing-zero-diagonal")
        self.assertEqual(result["counts"], {"total": 5, "isolated": 3, "continua": 2})
        continua = [f for f in result["attracting_faces"] if f["dimension"] == 1]
        self.assertEqual([f["pattern"] for f in continua], ["LF", "FL"])
        self.assertNotIn("class", continua[0])  # a matrix has no read-out

    def test_evidence_at_a_face_is_what_a_layer_adds_there(self):
        # Winner takes all: unit 0 or unit 1 stays High; V gives it class 1 or 0.
        self.write_model(V=[[0.0, 3.0], [2.0, 0.0]], metadata={"step": "0.5"})
        result = self.faces("model.safetensors")
        by_pattern = {f["pattern"]: f for f in result["attracting_faces"]}
        self.assertEqual(sorted(by_pattern), ["HL", "LH", "LL"])
        self.assertEqual(by_pattern["HL"]["evidence_rate"], [0.0, 1.0])
        self.assertEqual((by_pattern["HL"]["class"], by_pattern["LH"]["class"]), (1, 0))
        self.assertEqual(by_pattern["LH"]["evidence_margin"], 1.5)
        self.assertIsNone(by_pattern["LL"]["class"])  # V 0 = 0: nothing leads
        # Two matrices: h V A z.
        self.write_model(W=0, drop=("W",), B=[[1.0, 0.0], [0.0, 1.0]],
                         A=[[1.0, -2.0], [-2.0, 1.0]], V=[[1.0, 0.0], [0.0, 1.0]])
        by_pattern = {f["pattern"]: f
                      for f in self.faces("model.safetensors")["attracting_faces"]}
        self.assertEqual(by_pattern["HL"]["evidence_rate"], [1.0, -2.0])
        out = self.done("equilibria", "model.safetensors", "--method", "attracting-faces",
                        "--out", "out").stdout
        self.assertIn("class 0 (evidence leads by 3 a layer)", out)
        with open(self.folder / "out" / "attracting_faces.csv", newline="") as file:
            rows = {row["pattern"]: row for row in csv.DictReader(file)}
        self.assertEqual(rows["HL"]["class"], "0")
        self.assertEqual(rows["LL"]["class"], "")
        self.assertEqual(float(rows["LH"]["transverse_1"]), -1.0)
        self.assertEqual(float(rows["LH"]["evidence_0"]), -2.0)

    def test_same_bytes_for_any_number_of_threads_and_budget_is_kept(self):
        words = ("equilibria", "--weights", self.gaussian(18), "--activation", "tanh", "--method",
                 "attracting-faces", "--json")
        one = self.done(*words, "--threads", "1").stdout.replace("--threads 1", "")
        two = self.done(*words, "--threads", "2").stdout.replace("--threads 2", "")
        self.assertEqual(one, two)
        part = self.faces("--weights", "W.csv", "--activation", "tanh", "--max-nodes", "50")
        self.assertIs(part["complete"], False)
        self.assertEqual((part["end"], part["work"]["nodes"]), ("budget_spent", 50))
        self.assertIn("other faces may attract", part["statement"])

    def test_ctrl_c_leaves_what_is_known(self):
        command = [PROGRAM, "equilibria", "--weights", self.gaussian(32), "--activation", "tanh",
                   "--method", "attracting-faces", "--out", "out"]
        with subprocess.Popen(command, cwd=self.folder, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            self.assertIn("N = 32", process.stdout.readline())
            self.assertRegex(process.stdout.readline(), r"^predicted: .* nodes, about .* s")
            process.send_signal(signal.SIGINT)
            rest, errors = process.communicate(timeout=100)
        self.assertEqual(process.returncode, 3, errors)
        self.assertIn("not complete: interrupted", rest)
        result = json.loads((self.folder / "out" / "results.json").read_text())
        self.assertEqual((result["complete"], result["end"]), (False, "interrupted"))
        with open(self.folder / "out" / "attracting_faces.csv", newline="") as file:
            self.assertEqual(len(list(csv.DictReader(file))), len(result["attracting_faces"]))

    def test_what_cannot_be_asked_is_refused(self):
        self.refused(2, "equilibria", "--system", "winner-takes-all", "--activation", "relu",
                     "--method", "attracting-faces", says="expected a bounded activation")


if __name__ == "__main__":
    main()
