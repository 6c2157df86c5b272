"""`resdyn interactions`: verdicts, frustration, checks and the energy budget, on the command line."""
import csv
import json
import random

from support import ProgramTest, main


class Interactions(ProgramTest):
    def interactions(self, *words):
        return json.loads(self.done("interactions", *words, "--json", "--no-figures",
                                    "--out", "i").stdout)["interaction"]

    def table(self, name):
        with open(self.folder / "i" / name) as file:
            return list(csv.DictReader(file))

    def holds(self, result):
        return {v["name"] for v in result["verdicts"] if v["holds"]}

    def test_zero_options_are_useful(self):
        text = self.done("interactions", "--no-figures").stdout
        self.assertIn("winner-takes-all (no matrix was named)", text)
        self.assertIn("gradient-like: yes", text)
        self.assertIn("check, flow: V falls: kept", text)

    def test_every_named_system_keeps_what_the_theory_claims(self):
        for system, verdicts in (("mutual-help", {"cooperative", "balanced", "gradient-like",
                                                  "rank-deficient"}),
                                 ("heteroclinic-cycle", set()),
                                 ("conservative-pair", {"conservative"}),
                                 ("competing-zero-diagonal", {"competitive", "balanced",
                                                              "gradient-like"})):
            result = self.interactions("--system", system)
            self.assertEqual(self.holds(result), verdicts, system)
            for check in result["checks"]:
                self.assertTrue(check["passed"] or not check["claimed"], (system, check))
                self.assertGreater(check["comparisons"], 0)
            for v in result["verdicts"]:
                for field in ("test", "margin_meaning", "consequence", "non_consequence",
                              "reference", "network_test"):
                    self.assertTrue(v[field], (v["name"], field))

    def test_dissipative_p_is_printed_by_unit(self):
        self.write("W.csv", "-1,4\n-0.5,-1\n")
        result = self.interactions("--weights", "W.csv", "--activation", "tanh", "--step", "0.1")
        self.assertEqual(result["dissipativity"]["status"], "found")
        self.assertLess(result["dissipativity"]["largest_eigenvalue"], 0)
        p = [float(row["dissipative_p"]) for row in self.table("units.csv")]
        self.assertEqual(p, result["dissipativity"]["p"])
        self.assertLess(p[0], p[1])  # the strong entry is w_01

    def test_frustration_is_exact_or_bounded_and_says_which(self):
        draw = random.Random(5)
        n = 12
        rows = [[draw.gauss(0, 1) for _ in range(n)] for _ in range(n)]
        self.write("W.csv", "\n".join(",".join(map(repr, row)) for row in rows))
        for measure in ("pairs", "weight"):
            f = self.interactions("--weights", "W.csv")["frustration"][measure]
            self.assertTrue(f["exact"])
            # A lower bound is one: what the sums may have rounded is taken off.
            self.assertLessEqual(f["lower"], f["upper"])
            self.assertAlmostEqual(f["lower"], f["upper"], delta=1e-10 * f["upper"])
            self.assertLessEqual(f["packing_bound"], f["upper"])
        camps = self.interactions("--weights", "W.csv")["frustration"]["weight"]["camps"]
        broken = [row for row in self.table("linked_pairs.csv") if row["frustrated"] == "true"]
        weight = 0.0
        for i in range(n):
            for j in range(n):
                if i != j and camps[i] * camps[j] * rows[i][j] < 0:
                    weight += abs(rows[i][j])
        self.assertAlmostEqual(weight, f["upper"], delta=1e-9)
        self.assertGreaterEqual(len(broken), 1)
        self.assertEqual(len(self.table("linked_pairs.csv")), n * (n - 1) // 2)

    def test_data_bring_effective_interaction_and_an_energy_budget_that_balances(self):
        self.write_model()
        result = self.interactions("model.safetensors", "--data", "rings", "--samples", "50")
        energy = result["energy"]
        self.assertTrue(energy["balances"])
        self.assertEqual(energy["samples"], 50)
        for change, work, injection, bound in zip(energy["change"], energy["work"],
                                                  energy["injection"], energy["bound"]):
            self.assertAlmostEqual(change, work + injection, delta=1e-10)
            self.assertGreaterEqual(injection, 0)
            self.assertLessEqual(injection, bound)
        self.assertEqual(len(self.table("energy_budget.csv")), len(energy["work"]))
        self.assertEqual(len(self.table("effective_interaction.csv")), len(energy["work"]))

    def test_figures_have_their_numbers(self):
        self.write_model()
        self.done("interactions", "model.safetensors", "--data", "rings", "--samples", "20",
                  "--out", "i")
        names = {p.name for p in (self.folder / "i/figures").iterdir()}
        for figure in ("weights", "effective-interaction", "energy"):
            self.assertLessEqual({figure + ".svg", figure + ".gp", figure + ".csv"}, names)

    def test_same_bytes_for_any_thread_count(self):
        outputs = []
        for threads in ("1", "2"):
            self.done("interactions", "--system", "mutual-help", "--threads", threads, "--out",
                      threads, "--no-figures")
            outputs.append({p.name: p.read_bytes()
                            for p in (self.folder / threads).rglob("*.csv")})
        self.assertEqual(outputs[0], outputs[1])

    def test_wrong_input(self):
        self.write("W.csv", "1,2,3\n4,5,6\n")
        self.refused(2, "interactions", "--weights", "W.csv", says=["square", "2 lines of 3"])
        self.refused(2, "interactions", "--trajectories", "0", says="trajectories")
        self.refused(2, "interactions", "--data", "nowhere", says="nowhere")
        self.write("d.csv", "1,2,3,0\n1,2,3,1\n")
        self.refused(2, "interactions", "--data", "d.csv", says=["width", "2", "3"])


if __name__ == "__main__":
    main()
