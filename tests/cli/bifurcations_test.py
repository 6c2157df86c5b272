"""resdyn bifurcations: along paths of weights, in the step, and over the checkpoints of a run."""
import csv
import json

from support import ProgramTest, main


class Bifurcations(ProgramTest):
    def results(self, *words):
        return json.loads(self.done("bifurcations", *words, "--json", "--no-figures").stdout)

    def rows(self, name):
        with open(self.folder / "resdyn-out/bifurcations" / name) as file:
            return list(csv.DictReader(file))

    def test_winner_takes_all(self):
        result = self.results("--from", "-2", "--to", "4")
        self.assertIs(result["complete"], True)
        found = [(e["label"], e["exact"], e["pattern"]) for e in result["events"]]
        self.assertEqual(found, [("TC", "-1", "HH"), ("TC", "-1", "HH"), ("singular", "-1", "FF"),
                                 ("singular", "1", "LF"), ("singular", "1", "FL")])
        self.assertEqual(len(self.rows("events.csv")), 5)
        for row in self.rows("branches.csv"):
            self.assertLess(float(row["residual"]), 1e-14)

    def test_hopf_is_named_degenerate(self):
        result = self.results("--system", "conservative-pair", "--from", "-0.5", "--to", "0.5")
        hopf = [e for e in result["events"] if e["label"] == "HB"]
        self.assertEqual([e["exact"] for e in hopf], ["0"])
        self.assertEqual(hopf[0]["first_lyapunov_coefficient"]["criticality"], "degenerate")
        self.assertIn("proved", hopf[0]["remark"])

    def test_step(self):
        result = self.results("--system", "dissipative", "--path", "step", "--from", "0.1",
                              "--to", "1")
        events = [e for e in result["events"] if e["pattern"] == "FFF"]
        self.assertEqual([e["label"] for e in events], ["NS"])
        self.assertAlmostEqual(events[0]["alpha"], 1 / 3, 12)

    def test_marks_have_rows_of_their_own(self):
        result = self.results("--from", "-2", "--to", "4", "--mark", "0.5,-1.5", "--continuation")
        self.assertEqual([m["alpha"] for m in result["marks"]], [0.5, -1.5])
        # At 0.5 W - alpha I has its four vertices; at -1.5 both high is stable too.
        self.assertEqual(sorted(result["marks"][0]["equilibria"]), ["HH", "HL", "LH", "LL"])
        self.assertEqual([m["stable"] for m in result["marks"]], [2, 3])
        rows = [r for r in self.rows("branches.csv") if r["label"] == "UZ"]
        self.assertEqual(len(rows), sum(len(m["equilibria"]) for m in result["marks"]))
        self.assertEqual({float(r["alpha"]) for r in rows}, {0.5, -1.5})
        again = [r for r in self.rows("continuation.csv") if r["label"] == "UZ"]
        self.assertEqual(len(again), len(rows))
        self.write("W.csv", "-3\n")
        result = self.results("--weights", "W.csv", "--activation", "tanh", "--path", "step",
                              "--from", "0.1", "--to", "2", "--cycles", "--mark", "0.5,1.5")
        self.assertEqual([(m["cycles"], m["attracting_cycles"]) for m in result["marks"]],
                         [(0, 0), (1, 1)])
        marked = [r for r in self.rows("cycle_branches.csv") if r["label"] == "UZ"]
        self.assertEqual([float(r["h"]) for r in marked], [1.5])
        # At the ends of the range too.
        result = self.results("--weights", "W.csv", "--activation", "tanh", "--path", "step",
                              "--from", "0.1", "--to", "2", "--cycles", "--mark", "2,1.5")
        self.assertEqual([m["cycles"] for m in result["marks"]], [1, 1])
        self.results("--from", "-2", "--to", "4", "--mark=4,-2,0.5", "--continuation")
        for table in ("branches.csv", "continuation.csv"):
            marks = {float(r["alpha"]) for r in self.rows(table) if r["label"] == "UZ"}
            self.assertEqual(marks, {-2.0, 0.5, 4.0}, table)
        said = self.done("bifurcations", "--mark", "0.25", "--no-figures").stdout
        self.assertRegex(said, r"UZ +0\.25 +\d+ branches of equilibria")
        self.refused(2, "bifurcations", "--from", "0", "--to", "1", "--mark", "2", says="--mark")

    def test_cycles_of_the_network_along_weights(self):
        # u <- u + 1.5 (alpha - 6 s(u)): flips at alpha = 2 and 4, doubled between them.
        self.write("W.csv", "-6,1\n0,1\n")
        words = ("--weights", "W.csv", "--step", "1.5", "--path", "coupling", "0", "1",
                 "--from", "1", "--to", "5", "--cycles", "--max-period", "2")
        result = self.results(*words, "--mark", "3.5,4.5")
        cycles = result["cycles"]
        self.assertEqual(cycles["along"], "alpha")
        (branch,) = cycles["branches"]
        self.assertEqual((branch["face"], branch["period"], branch["born"], branch["parent"],
                          branch["end"]), ("FH", 2, "PD", None, "merges"))
        self.assertEqual(branch["birth"], 2)
        self.assertAlmostEqual(branch["events"][-1]["alpha"], 4, 6)
        for event in branch["events"]:
            self.assertEqual(event["h"], 1.5)
            self.assertLess(event["residual"], 1e-10)
        self.assertEqual([m["cycles"] for m in result["marks"]], [1, 0])
        self.assertEqual(result["flow_cycles"]["branches"], [])
        rows = self.rows("cycle_branches.csv")
        self.assertEqual({r["h"] for r in rows}, {"1.5"})
        self.assertTrue(all(2 - 1e-9 <= float(r["alpha"]) <= 4 + 1e-6 for r in rows))
        said = self.done("bifurcations", *words, "--no-figures").stdout
        self.assertRegex(said, r"cycles of the network at h = 1\.5: 1 branches from flips")
        self.assertRegex(said, r"FH  period 2 from PD at alpha = 2, upward: .*merges")
        self.assertNotIn("cycles", self.results(*words, "--no-map"))

    def test_multiplicity(self):
        # Two free pairs alike cross at one h: one event of multiplicity two.
        self.write("W.csv", "-1,2,0,0\n-2,-1,0,0\n0,0,-1,2\n0,0,-2,-1\n")
        result = self.results("--weights", "W.csv", "--activation", "tanh", "--path", "step",
                              "--from", "0.1", "--to", "1")
        event = next(e for e in result["events"] if e["pattern"] == "FFFF")
        self.assertEqual((event["label"], event["exact"], event["multiplicity"]), ("NS", "2/5", 2))
        rows = self.rows("events.csv")
        row = next(r for r in rows if r["pattern"] == "FFFF")
        self.assertEqual((row["multiplicity"], row["unstable_before"], row["unstable_after"]),
                         ("2", "0", "4"))
        # Along a path: HB of one pair at a rational alpha; a continuum has a dimension instead.
        result = self.results("--system", "conservative-pair", "--from", "-0.5", "--to", "0.5")
        self.assertEqual([e["multiplicity"] for e in result["events"] if e["label"] == "HB"], [1])
        result = self.results("--from", "-2", "--to", "4")
        self.assertEqual([e["multiplicity"] for e in result["events"]], [1, 1, None, None, None])
        self.assertEqual([r["multiplicity"] for r in self.rows("events.csv")], ["1", "1", "", "", ""])

    def test_decimals_and_margins(self):
        self.write("tenths.csv", "0.1,0.2,-0.3\n1,1,1\n1,1,1\n")
        self.write("whole.csv", "1,2,-3\n10,10,10\n10,10,10\n")
        path = ("--path", "coupling", "1", "2")
        stored = self.results("--weights", "tenths.csv", *path)
        self.assertGreater(stored["rounding"]["close"], 0)
        self.assertLess(stored["rounding"]["smallest_margin"], 1e-16)
        self.assertIn("hang on less than", stored["rounding"]["text"])
        read = self.results("--weights", "tenths.csv", *path, "--as-decimals")
        whole = self.results("--weights", "whole.csv", *path, "--from", "-10", "--to", "30")
        self.assertEqual(read["weights_read_as"]["common_denominator"], 10)
        self.assertEqual(read["step"], 1)
        flow = lambda r: [(e["label"], e["pattern"], e["unstable"]) for e in r["events"]
                          if e["label"] in ("TC", "singular", "HB")]
        self.assertEqual(flow(read), flow(whole))
        self.assertEqual(read["permanent_continua"], whole["permanent_continua"])
        self.assertIn("not rounded", read["rounding"]["text"])
        wide = self.results("--system", "hopfield", "--path", "step", "--tolerance", "0.9")
        self.assertGreater(wide["rounding"]["close"], 0)
        told = self.done("bifurcations", "--path", "step").stdout
        self.assertIn("none hangs on less than", told)
        self.refused(2, "bifurcations", "--checkpoints", "x", "--as-decimals", says="--as-decimals")

    def test_other_paths_and_figure(self):
        self.write("A.csv", "1,-2\n-2,1\n")
        self.write("B.csv", "-1,0.5\n0.5,-1\n")
        self.done("bifurcations", "--path", "between", "A.csv", "B.csv", "--continuation")
        self.assertTrue((self.folder / "resdyn-out/bifurcations/figures/bifurcations.svg").exists())
        self.assertTrue(self.rows("continuation.csv"))
        self.results("--weights", "A.csv", "--path", "coupling", "0", "1")
        self.results("--weights", "A.csv", "--path", "symmetry")

    def test_large_systems_say_what_was_done(self):
        text = "\n".join(",".join(str((3 * i * j + i + 2 * j) % 7 - 3.2) for j in range(9))
                         for i in range(9))
        self.write("W.csv", text + "\n")
        result = self.results("--weights", "W.csv", "--from", "0", "--to", "0.5", "--points", "2",
                              "--stable-samples", "3", "--no-map")
        self.assertIs(result["complete"], False)
        self.assertIn("too large", result["scope"])

    def test_checkpoints(self):
        train = ("train", "--data", "rings", "--units", "4", "--samples", "200", "--epochs", "6",
                 "--checkpoint-every", "2", "--keep-checkpoints", "--no-figures", "--quiet")
        self.done(*train, "--out", "run")
        names = sorted(p.name for p in (self.folder / "run/checkpoints").iterdir())
        self.assertEqual(names, [f"epoch-{k:06}.safetensors" for k in (0, 2, 4, 6)])
        result = self.results("--checkpoints", "run/checkpoints")
        self.assertEqual([e["epoch"] for e in result["epochs"]], [0, 2, 4, 6])
        self.assertTrue(all(e["complete"] and e["equilibria"] >= 16 for e in result["epochs"]))
        epochs = self.rows("epochs.csv")
        with open(self.folder / "run/training.csv") as file:
            record = list(csv.DictReader(file))
        self.assertEqual([float(e["loss"]) for e in epochs],
                         [float(record[k]["loss"]) for k in (0, 2, 4, 6)])
        self.done(*train, "--seed", "2", "--out", "other")
        (self.folder / "other/checkpoints/epoch-000006.safetensors").rename(
            self.folder / "run/checkpoints/epoch-000007.safetensors")
        self.refused(2, "bifurcations", "--checkpoints", "run/checkpoints",
                     says=["epoch-000007", "one run"])
        self.done("bifurcations", "--checkpoints", "other/checkpoints")
        self.assertTrue(
            (self.folder / "resdyn-out/bifurcations/figures/pattern-history.svg").exists())

    def test_wrong_input(self):
        self.write("two.csv", "1,-2\n-2,1\n")
        self.write("three.csv", "1,0,0\n0,1,0\n0,0,1\n")
        words = ("bifurcations", "--path")
        self.refused(2, *words, "between", "two.csv", "three.csv", says=["2x2", "3x3"])
        self.refused(2, *words, "between", "two.csv", "two.csv", says="same for every alpha")
        self.refused(2, *words, "between", "two.csv", says="2 words")
        self.refused(2, *words, "nowhere", says=["self-coupling", "nowhere"])
        self.refused(2, *words, "coupling", "1", "3", says="1 and 3")
        self.refused(2, *words, "coupling", "0", "x", says="x")
        self.refused(2, "bifurcations", "--from", "1", "--to", "1", says=["from < to", "1 to 1"])
        self.refused(2, "bifurcations", "--from", "nan", says="finite")
        self.refused(2, "bifurcations", "--system", "one-unit", "--activation", "relu",
                     says="bounded")
        self.refused(2, "bifurcations", "--checkpoints", "nowhere", says=["nowhere", "nothing"])
        (self.folder / "empty").mkdir()
        self.refused(2, "bifurcations", "--checkpoints", "empty", says=["two checkpoints", "0"])

    def test_faces_singular_along_the_whole_path_are_named(self):
        self.write("zero.csv", "0,-1\n-1,0\n")
        result = self.done("bifurcations", "--weights", "zero.csv", "--path", "coupling", "0", "1",
                           "--no-figures").stdout
        self.assertIn("singular for every alpha", result)


if __name__ == "__main__":
    main()
