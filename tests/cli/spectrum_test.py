"""resdyn spectrum: both clocks at equilibria, at a point, along a run."""
import csv
import json
import math

from support import ProgramTest, main


class Spectrum(ProgramTest):
    def results(self, *words):
        return json.loads(self.done("spectrum", *words, "--json", "--no-figures").stdout)

    def test_named_equilibrium_on_both_clocks(self):
        result = self.results("--system", "dissipative", "--at", "FFF", "--step", "0.4")
        clocks = result["equilibria"][0]["clocks"]
        self.assertEqual(clocks["flow"]["type"], "stable_focus")
        self.assertEqual(clocks["map"]["type"], "saddle")
        self.assertAlmostEqual(clocks["h_star"], 1 / 3, 12)
        self.assertIs(clocks["h_star_proved"], True)
        self.assertIsNone(clocks["culprit"]["unit"])
        self.assertEqual(clocks["growth"]["peak"], 1)
        self.assertLess(max(r["disagreement"] for r in result["equilibria"][0]["routes"]), 1e-7)

    def test_every_equilibrium_and_the_origin(self):
        result = self.results("--system", "false-repeller")
        self.assertEqual(len(result["equilibria"]), 4)
        self.assertEqual(result["origin"]["stable"], "no")
        self.assertEqual(result["origin"]["attracts_open_cube"], "not_decided")
        directions = result["origin_directions"]
        self.assertIs(directions["complete"], True)
        self.assertEqual(directions["repelling_ray_units"], [[0]])
        self.assertEqual(directions["stable"], 1)
        self.assertEqual(directions["directions"][0]["v"], [0, 1])
        self.assertEqual(directions["directions"][0]["slowest_exponent"], -1)
        self.assertEqual(directions["asymptotically_stable"], "no")
        self.assertEqual(directions["attracts_open_set"], "yes")
        with open(self.folder / "resdyn-out/spectrum/clocks.csv") as file:
            self.assertEqual(len(list(csv.DictReader(file))), 4)
        star = self.results("--system", "winner-takes-all", "--at", "HL")["equilibria"][0]
        self.assertEqual(star["clocks"]["h_star"], "infinity")

    def test_decimals_and_margins(self):
        self.write("tenths.csv", "0.1,0.2,-0.3\n1,1,1\n1,1,1\n")
        self.write("whole.csv", "1,2,-3\n10,10,10\n10,10,10\n")
        types = lambda r: [(e["pattern"], e["type"], e["clocks"]["flow"]) for e in r["equilibria"]]
        stored = self.results("--weights", "tenths.csv")
        whole = self.results("--weights", "whole.csv")
        read = self.results("--weights", "tenths.csv", "--as-decimals")
        self.assertNotEqual(types(stored), types(whole))
        self.assertEqual(types(read), types(whole))
        self.assertEqual(read["step"], 1)
        self.assertEqual(read["weights_read_as"]["common_denominator"], 10)
        self.assertEqual(read["rounding"]["text"], "")
        for e, w in zip(read["equilibria"], whole["equilibria"]):  # in units of the tenths
            for a, b in zip(e["flow_eigenvalues"], w["flow_eigenvalues"]):
                self.assertAlmostEqual(a[0], b[0] / 10, places=14)
        margin = next(e["margin"] for e in stored["equilibria"] if e["pattern"] == "HHH")
        self.assertAlmostEqual(margin / (2**-55 / 3), 1, places=12)
        told = self.done("spectrum", "--weights", "tenths.csv", "--no-figures").stdout
        self.assertIn("2 of 9 verdicts hang on less than", told)
        self.assertIn("margin", told)
        wide = self.results("--weights", "tenths.csv", "--tolerance", "0.9")
        self.assertGreater(wide["rounding"]["close"], stored["rounding"]["close"])
        # h* in the unit of time of the weights as read.
        self.write("W.csv", "-0.1,0.2\n-0.2,-0.1\n")
        star = self.results("--weights", "W.csv", "--activation", "tanh", "--at", "FF",
                            "--as-decimals")["equilibria"][0]["clocks"]
        self.assertAlmostEqual(star["h_star"], 4, places=8)
        self.refused(2, "spectrum", "--y", "0.1,0.2", "--as-decimals", says="--as-decimals")

    def test_point_and_run(self):
        point = self.results("--y", "0.3,0.4")
        for clock in ("flow", "map"):
            routes = {r["route"]: r for r in point[clock]["routes"]}
            self.assertLess(max(routes["analytic"]["residuals"]), 1e-14)
            for a, b in zip(routes["analytic"]["values"], routes["finite_difference"]["values"]):
                self.assertLess(math.dist(a, b), 1e-7)
        run = self.results("--system", "heteroclinic-cycle", "--along", "0.4,0.5,0.6",
                           "--times", "5")
        self.assertEqual(run["samples"], 5)
        with open(self.folder / "resdyn-out/spectrum/spectrum.csv") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(len(rows), 5 * 2 * 3)
        self.assertLess(max(float(r["residual"]) for r in rows), 1e-8)

    def test_figure(self):
        self.done("spectrum", "--quiet")
        self.assertTrue((self.folder / "resdyn-out/spectrum/figures/multipliers.svg").exists())

    def test_wrong_input(self):
        self.refused(2, "spectrum", "--at", "HX", says="X")
        self.refused(2, "spectrum", "--at", "HLL", says=["2 letters", "HLL"])
        self.refused(2, "spectrum", "--at", "FF", says=["isolated equilibrium", "none"])
        self.refused(2, "spectrum", "--system", "competing-zero-diagonal", "--at", "FL",
                     says="continuum")
        self.refused(2, "spectrum", "--y", "0.1", says=["2 numbers", "1"])
        self.refused(2, "spectrum", "--y", "0.1,2", says=["y[2]", "[0, 1]"])
        self.refused(2, "spectrum", "--y", "0.1,0.2", "--at", "HL", says="one of")
        self.refused(2, "spectrum", "--leading", "3", says="1 to 2")
        self.write("W.csv", "\n".join(",".join("1" for _ in range(11)) for _ in range(11)))
        self.refused(2, "spectrum", "--weights", "W.csv", says=["11 units", "--at"])


if __name__ == "__main__":
    main()
