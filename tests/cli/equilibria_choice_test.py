"""`resdyn equilibria` without a method: the most that is affordable; and weights read as decimals."""
import json
import random

from support import ProgramTest, main


class Choice(ProgramTest):
    def equilibria(self, *words):
        return json.loads(self.done("equilibria", *words, "--json").stdout)

    def matrix(self, rows, name="W.csv"):
        return self.write(name, "\n".join(",".join(map(str, row)) for row in rows))

    def gaussian(self, n, seed=1):
        draw = random.Random(seed)
        return self.matrix([[repr(draw.gauss(0, 1)) for _ in range(n)] for _ in range(n)])

    def test_the_atlas_where_it_is_affordable(self):
        self.gaussian(17)
        result = self.equilibria("--weights", "W.csv")
        self.assertEqual(result["choice"], {"method": "atlas", "passed_over": []})
        self.assertIs(result["complete"], True)
        self.assertEqual(result["counts"]["vertices"], 2**17)

    def test_ties_make_the_atlas_too_dear_and_the_stable_ones_are_proved(self):
        # All weights alike: every block of two is singular, a million patterns for exact arithmetic.
        self.matrix([[1] * 18 for _ in range(18)])
        result = self.equilibria("--weights", "W.csv")
        self.assertEqual(result["choice"]["method"], "stable")
        self.assertIn("--method atlas", result["choice"]["passed_over"][0])
        self.assertEqual(result["method"], "signs")
        self.assertEqual([e["pattern"] for e in result["equilibria"]], ["H" * 18])
        self.assertEqual(result["origin"]["stable"], "no")

    def test_beyond_the_atlas_the_stable_ones_then_starts(self):
        self.gaussian(26)
        result = self.equilibria("--weights", "W.csv")
        self.assertEqual(result["choice"]["method"], "stable")
        self.assertIs(result["complete"], True)
        self.gaussian(70)
        result = self.equilibria("--weights", "W.csv", "--activation", "tanh")
        self.assertEqual(result["choice"]["method"], "search")
        self.assertEqual(len(result["choice"]["passed_over"]), 2)
        self.assertIs(result["complete"], False)

    def test_a_failed_search_names_what_else_to_run(self):
        self.write("W.csv", "-3,4\n-4,-3\n")
        result = self.equilibria("--weights", "W.csv", "--activation", "tanh", "--starts", "8",
                                 "--max-layers", "50")
        self.assertEqual(result["counts"]["total"], 0)
        self.assertTrue(any("--method stable" in step for step in result["search"]["next_steps"]))
        told = self.done("equilibria", "--weights", "W.csv", "--activation", "tanh", "--starts",
                         "8", "--max-layers", "50").stdout
        self.assertIn("--method stable", told)

    def test_all_weights_negative_are_decided_for_any_size(self):
        for n in (12, 13, 30):
            self.matrix([[-1] * n for _ in range(n)])
            result = self.equilibria("--weights", "W.csv", "--method", "stable")
            self.assertEqual(result["origin"]["stable"], "yes")
            self.assertEqual(result["origin"]["attracts_open_cube"], "yes")

    TENTHS = [["0.1", "0.2", "-0.3"], ["1", "1", "1"], ["1", "1", "1"]]
    WHOLE = [[1, 2, -3], [10, 10, 10], [10, 10, 10]]

    def types(self, result):
        return [(e["pattern"], e["type"], e["unstable_dimension"]) for e in result["equilibria"]]

    def test_decimals_are_the_whole_numbers_they_stand_for(self):
        self.matrix(self.TENTHS, "tenths.csv")
        self.matrix(self.WHOLE, "whole.csv")
        whole = self.equilibria("--weights", "whole.csv")
        self.assertEqual(whole["counts"]["total"], 8)
        self.assertEqual(whole["counts"]["stable"], 1)
        self.assertIn(("HHH", "non_hyperbolic", 0), self.types(whole))
        self.assertEqual(whole["rounding"]["text"], "")
        for method in ("atlas", "auto"):
            read = self.equilibria("--weights", "tenths.csv", "--as-decimals", "--method", method)
            self.assertEqual(read["counts"], whole["counts"])
            self.assertEqual(self.types(read), self.types(whole))
            self.assertEqual(read["continua"], whole["continua"])
            self.assertEqual(read["step"], 1)
            self.assertEqual(read["weights_read_as"]["common_denominator"], 10)
            for e, w in zip(read["equilibria"], whole["equilibria"]):  # in units of the tenths
                for a, b in zip(e["flow_eigenvalues"], w["flow_eigenvalues"]):
                    self.assertAlmostEqual(a[0], b[0] / 10, places=14)

    def test_a_verdict_that_hangs_on_rounding_is_named(self):
        self.matrix(self.TENTHS)
        stored = self.equilibria("--weights", "W.csv")
        self.assertEqual(stored["counts"]["stable"], 2)
        margin = next(e["margin"] for e in stored["equilibria"] if e["pattern"] == "HHH")
        self.assertAlmostEqual(margin / (2**-55 / 3), 1, places=12)
        self.assertIn("HHH would be non_hyperbolic, not stable_node", stored["rounding"]["text"])
        self.assertEqual(stored["rounding"]["changed_as_rationals"], 2)  # FHH too
        told = self.done("equilibria", "--weights", "W.csv").stdout
        self.assertIn("2 of 9 verdicts hang on less than", told)
        self.assertIn("--as-decimals", told)
        self.assertIn("margin 9.3e-18", told)
        # Hebb weights P'P/3: thirds, not decimals.
        patterns = [[1, -1, 1, 1], [-1, -1, 1, -1], [1, 1, 1, 1]]
        self.matrix([[repr(sum(p[i] * p[j] for p in patterns) / 3) for j in range(4)]
                     for i in range(4)])
        hebb = self.equilibria("--weights", "W.csv", "--activation", "tanh")
        self.assertIs(hebb["rounding"]["has_rationals"] or hebb["rounding"]["close"] == 0, True)
        # A wide tolerance names more.
        wide = self.equilibria("--weights", "W.csv", "--activation", "tanh", "--tolerance", "0.5")
        self.assertGreater(wide["rounding"]["close"], hebb["rounding"]["close"])

    def test_refusals(self):
        self.matrix(self.TENTHS)
        self.refused(2, "equilibria", "--weights", "W.csv", "--as-decimals", "--method", "newton",
                     says=("--as-decimals", "decides exactly"))


if __name__ == "__main__":
    main()
