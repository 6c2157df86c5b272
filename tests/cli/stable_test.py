"""`resdyn equilibria --method stable | stable-vertices`: the contract, the budget, Ctrl-C."""
import csv
import json
import random
import signal
import subprocess

from support import PROGRAM, ProgramTest, main

FIELDS = {"schema", "activation", "step", "dimension", "complete", "method", "scope", "end",
          "counts", "marginal", "prediction", "work", "all_listed", "singular_patterns",
          "continua", "equilibria"}


class Stable(ProgramTest):
    def gaussian(self, n, self_inhibition=0.0, seed=1, name="W.csv"):
        draw = random.Random(seed)
        rows = [[draw.gauss(0, 1) - (self_inhibition if i == j else 0) for j in range(n)]
                for i in range(n)]
        return self.write(name, "\n".join(",".join(map(repr, row)) for row in rows))

    def stable(self, *words):
        return json.loads(self.done("equilibria", *words, "--json").stdout)

    def test_agrees_with_the_atlas_and_keeps_the_contract(self):
        for seed in range(6):
            for activation in ("logistic", "tanh"):
                self.gaussian(7, 1.5, seed)
                of = ("--weights", "W.csv", "--activation", activation)
                atlas = self.stable(*of, "--method", "atlas", "--list", "stable")
                graded = self.stable(*of, "--method", "stable")
                vertices = self.stable(*of, "--method", "stable-vertices")
                self.assertEqual(graded["equilibria"], atlas["equilibria"])
                self.assertEqual(vertices["equilibria"],
                                 [e for e in atlas["equilibria"] if "F" not in e["pattern"]])
                for result, scope in ((graded, "stable"), (vertices, "stable_vertices")):
                    self.assertLessEqual(FIELDS, result.keys())
                    self.assertIs(result["complete"], True)
                    self.assertEqual(result["scope"], scope)
                    self.assertEqual(result["counts"]["total"], len(result["equilibria"]))
                    self.assertGreater(result["prediction"]["nodes"], 0)
                    work = result["work"]
                    self.assertLessEqual(work["exact_decisions"], work["leaves"])
                    self.assertLessEqual(work["leaves"] + work["excluded_by_row"]
                                         + work["excluded_by_rows"] + work["excluded_by_trace"],
                                         work["nodes"])

    def test_same_bytes_for_any_number_of_threads_and_budget_is_kept(self):
        self.gaussian(30)
        words = ("equilibria", "--weights", "W.csv", "--activation", "tanh",
                 "--method", "stable-vertices", "--json")
        one = self.done(*words, "--threads", "1").stdout.replace("--threads 1", "")
        two = self.done(*words, "--threads", "2").stdout.replace("--threads 2", "")
        self.assertEqual(one, two)
        part = self.stable("--weights", "W.csv", "--activation", "tanh", "--method",
                           "stable-vertices", "--max-nodes", "50")
        self.assertIs(part["complete"], False)
        self.assertEqual(part["end"], "budget_spent")
        self.assertEqual(part["work"]["nodes"], 50)

    def test_the_list_can_be_cut_and_says_so(self):
        self.write("I.csv", "\n".join(",".join("1" if i == j else "0" for j in range(6))
                                      for i in range(6)))
        result = self.stable("--weights", "I.csv", "--activation", "tanh", "--method", "stable",
                             "--max-listed", "5")
        self.assertEqual(result["counts"]["stable"], 64)
        self.assertEqual(len(result["equilibria"]), 5)
        self.assertIs(result["all_listed"], False)
        self.assertIs(result["complete"], True)

    def test_the_cost_is_predicted_first_and_ctrl_c_leaves_what_is_known(self):
        self.gaussian(64)
        command = [PROGRAM, "equilibria", "--weights", "W.csv", "--activation", "tanh",
                   "--method", "stable-vertices", "--out", "out"]
        with subprocess.Popen(command, cwd=self.folder, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            self.assertIn("N = 64", process.stdout.readline())
            self.assertRegex(process.stdout.readline(), r"^predicted: .* nodes, about .* s")
            process.send_signal(signal.SIGINT)
            rest, errors = process.communicate(timeout=100)
        self.assertEqual(process.returncode, 3, errors)
        self.assertIn("not complete: interrupted", rest)
        result = json.loads((self.folder / "out" / "results.json").read_text())
        self.assertIs(result["complete"], False)
        self.assertEqual(result["end"], "interrupted")
        with open(self.folder / "out" / "equilibria.csv", newline="") as file:
            self.assertEqual(len(list(csv.DictReader(file))), len(result["equilibria"]))

    def test_an_origin_that_attracts_is_said_before_the_counts(self):
        self.write("W.csv", "\n".join([",".join(["-1"] * 12)] * 12))
        for method in ("stable", "auto"):
            said = self.done("equilibria", "--weights", "W.csv", "--activation", "logistic",
                             "--method", method, "--no-figures").stdout
            self.assertIn("proved: the origin attracts every start of the open cube", said)
            self.assertLess(said.index("proved: the origin attracts"), said.index("marginal"))

    def test_wrong_options_are_refused(self):
        for words in (("--max-listed", "-1"), ("--probes", "1"), ("--max-nodes", "few"),
                      ("--max-nodes", "-1")):
            self.refused(2, "equilibria", "--method", "stable", *words, says=words[0])


if __name__ == "__main__":
    main()
