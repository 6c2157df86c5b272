"""resdyn equilibria --recurrence: what never rests."""
import csv
import json
import math

from support import ProgramTest, main


class Recurrence(ProgramTest):
    def results(self, *words):
        return json.loads(self.done("equilibria", *words, "--recurrence", "--json").stdout)

    def rows(self, name):
        with open(self.folder / "r" / name) as file:
            return list(csv.DictReader(file))

    def test_the_heteroclinic_cycle_its_files_and_its_figure(self):
        said = self.done("equilibria", "--system", "heteroclinic-cycle", "--recurrence", "--out", "r")
        self.assertIn("LLH -> HLH -> HLL -> HHL -> LHL -> LHH -> LLH, exact: attracting", said.stdout)
        result = json.loads((self.folder / "r/results.json").read_text())
        motion = result["recurrent_motion"]
        cycle, = motion["heteroclinic_cycles"]
        self.assertEqual(cycle["saddles"], ["LLH", "HLH", "HLL", "HHL", "LHL", "LHH"])
        ratio = (5 + math.sqrt(13)) / 2
        self.assertAlmostEqual(cycle["growth"], ratio ** 3, 9)
        finding, = motion["findings"]
        self.assertEqual(finding["motion"], "heteroclinic_cycle")
        stays = [float(row["duration"]) for row in self.rows("stays.csv")]
        self.assertLess(abs(stays[-1] / stays[-3] / ratio - 1), 0.01)
        self.assertEqual([row["node"] for row in self.rows("heteroclinic.csv")], cycle["saddles"])
        edges = {(row["from"], row["to"]) for row in self.rows("connections.csv")}
        self.assertLessEqual(set(zip(cycle["saddles"], cycle["saddles"][1:])), edges)
        names = sorted(p.name for p in (self.folder / "r/figures").iterdir())
        self.assertEqual(names, ["connections.csv", "connections.gp", "connections.svg"])

    def test_a_limit_cycle_with_its_multipliers(self):
        self.done("equilibria", "--system", "limit-cycle", "--recurrence", "--out", "r", "--quiet")
        motion = json.loads((self.folder / "r/results.json").read_text())["recurrent_motion"]
        finding = next(f for f in motion["findings"] if f["motion"] == "limit_cycle")
        self.assertEqual(finding["face"], "FFH")
        self.assertIs(finding["attracts_in_cube"], True)
        self.assertLess(finding["orbit"]["trivial_error"], 1e-7)
        self.assertEqual(len(finding["orbit"]["multipliers"]), 2)
        orbit = [row for row in self.rows("orbits.csv") if row["finding"] == "1"]
        self.assertEqual(len(orbit), 400)
        self.assertAlmostEqual(sum(float(r["y_1"]) for r in orbit) / len(orbit), 0.25, 6)
        self.assertGreaterEqual(len(self.rows("multipliers.csv")), 2)
        self.assertTrue((self.folder / "r/figures/closed-orbits.svg").exists())

    def test_conservative_orbits_are_not_limit_cycles_and_method_is_the_same(self):
        flag = self.results("--system", "conservative-pair")
        method = json.loads(self.done("equilibria", "--system", "conservative-pair", "--method",
                                      "recurrence", "--json").stdout)
        for run in (flag, method):
            del run["provenance"]
        self.assertEqual(flag, method)
        kinds = {f["motion"] for f in flag["recurrent_motion"]["findings"]}
        self.assertEqual(kinds, {"closed_orbit"})
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_decay_to_a_proved_origin_settles(self):
        self.write("W.csv", "-1,-2,0\n0,-1,-2\n-2,0,-1\n")
        motion = self.results("--weights", "W.csv")["recurrent_motion"]
        self.assertEqual({(f["motion"], f["rest"]) for f in motion["findings"]},
                         {("settles", "LLL")})
        run = self.done("trajectory", "--weights", "W.csv", "--no-figures")
        self.assertIn("on its way to LLL", run.stdout)

    def test_the_exponents_of_the_strange_attractor_with_their_checks(self):
        motion = self.results("--system", "strange-attractor", "--exponent-error",
                              "0.001")["recurrent_motion"]
        chaos, = (f for f in motion["findings"] if f["motion"] == "chaotic")
        self.assertNotIn("chaotic", chaos["evidence"])  # the finding says it already
        s = chaos["flow_exponents"]
        self.assertIs(s["target_reached"], True)
        self.assertLessEqual(s["standard_errors"][0], 0.001)
        # An independent program, 200,000 units of time: 0.02736 +- 0.00024.
        self.assertLess(abs(s["exponents"][0] - 0.02736), 0.0037)
        self.assertLess(s["divergence_error"], 1e-7)
        self.assertLessEqual(s["mean_error"], s["mean_bound"] + 1e-9)

    def test_same_bytes_for_any_number_of_threads(self):
        for threads in ("1", "2"):
            self.done("equilibria", "--system", "limit-cycle", "--recurrence", "--no-figures",
                      "--out", "t" + threads, "--threads", threads, "--quiet")
        for name in ("motions.csv", "orbits.csv", "connections.csv", "multipliers.csv"):
            one, two = ((self.folder / t / name).read_bytes() for t in ("t1", "t2"))
            self.assertEqual(one, two, name)

    def test_beyond_eight_units_the_faces_that_can_attract_are_searched(self):
        # Units 0 and 1 turn outward beside seven that rest: the open cube alone can attract.
        rows = [[0.0] * 9 for _ in range(9)]
        rows[0][:2], rows[1][:2] = [0.5, 1.0], [-1.0, 0.5]
        for i in range(2, 9):
            rows[i][i] = -1.0
        self.write("W9.csv", "\n".join(",".join(map(str, row)) for row in rows) + "\n")
        said = self.done("equilibria", "--weights", "W9.csv", "--activation", "tanh", "--recurrence",
                         "--starts", "1", "--out", "nine", "--no-figures").stdout
        self.assertIn("faces that can attract", said)
        self.assertIn("heteroclinic cycles are not looked for", said)
        results = json.loads((self.folder / "nine/results.json").read_text())
        self.assertEqual(results["scope"], "attracting_faces")
        self.assertEqual(results["recurrent_motion"]["faces_searched"], 1)

    def test_wrong_input(self):
        self.refused(2, "equilibria", "--recurrence", "--method", "stable", says="--method")
        self.refused(2, "equilibria", "--recurrence", "--activation", "relu", "--weights",
                     self.write("W.csv", "1,0\n0,1\n"), says=["bounded", "relu"])
        self.refused(2, "equilibria", "--recurrence", "--starts", "20000", says=["10000", "20000"])


if __name__ == "__main__":
    main()
