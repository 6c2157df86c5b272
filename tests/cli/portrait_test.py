"""resdyn portrait and basins: planes, numbers behind the figures, formats, wrong input."""
import csv
import json
import math
import os
import signal
import subprocess
import time

from support import PROGRAM, ProgramTest, main


class Portrait(ProgramTest):
    def results(self, *words):
        return json.loads(self.done(*words, "--json", "--no-figures").stdout)

    def table(self, path):
        with open(self.folder / path) as file:
            return list(csv.DictReader(file))

    def test_zero_options_draw_winner_takes_all(self):
        out = self.done("portrait").stdout
        self.assertIn("no matrix was named", out)
        self.assertIn("4 equilibria on it (complete)", out)
        folder = self.folder / "resdyn-out/portrait"
        for name in ("results.json", "equilibria.csv", "separatrices.csv", "figures/portrait.csv",
                     "figures/portrait.gp", "figures/portrait.svg"):
            self.assertTrue((folder / name).exists(), name)
        diagonal = [r for r in self.table("resdyn-out/portrait/separatrices.csv")
                    if r["kind"] == "ray" and r["end"] == "HH"]
        self.assertGreater(len(diagonal), 100)
        self.assertLess(max(abs(float(r["y_0"]) - float(r["y_1"])) for r in diagonal), 1e-6)
        lines = [line for line in json.loads((folder / "results.json").read_text())["portrait"]
                 ["nullclines"] if not line["edge"]]
        self.assertEqual([line["where"] for line in lines],
                         ["1 y_0 - 2 y_1 = 0", "-2 y_0 + 1 y_1 = 0"])

    def test_every_test_system_has_a_portrait(self):
        for name in ("one-unit", "mutual-help", "heteroclinic-cycle", "false-repeller",
                     "competing-zero-diagonal", "conservative-pair", "dissipative", "hopfield"):
            r = self.results("portrait", "--system", name, "--trajectories", "2")["portrait"]
            self.assertGreaterEqual(len(r["equilibria"]), 1, name)

    def test_planes(self):
        face = self.results("portrait", "--system", "heteroclinic-cycle", "--units", "1,2",
                            "--at", "HHL")["portrait"]
        self.assertTrue(face["slice"]["invariant"])
        self.assertEqual(face["slice"]["origin"], [1, 0, 0])
        self.assertTrue(all(e["y"][0] == 1 for e in face["equilibria"]))
        three = self.results("portrait", "--system", "heteroclinic-cycle", "--through",
                             "HLL,LHL,LLH")
        self.assertEqual(len([e for e in three["portrait"]["equilibria"]
                              if e["pattern"] in ("HLL", "LHL", "LLH")]), 3)
        self.assertIn("leaves this plane", three["portrait"]["notes"][0])
        u = self.results("portrait", "--system", "dissipative", "--coordinates", "u")["portrait"]
        self.assertEqual(u["slice"]["coordinate"], "u")
        self.write("d.csv", "\n".join(f"{math.cos(k)},{math.sin(2 * k)},{math.sin(k)},{k % 2}"
                                      for k in range(20)))
        pca = self.results("portrait", "--system", "dissipative", "--data", "d.csv",
                           "--principal")["portrait"]
        self.assertEqual(pca["trajectories"], 20)
        self.assertIn("projection", pca["slice"]["about"])
        self.write("W.csv", "1,2,3\n2,4,6\n1,-1,0.5\n")
        leaf = self.results("portrait", "--weights", "W.csv", "--coordinates", "u", "--leaf",
                            "--bias", "0.1,0.3,-0.2")["portrait"]
        self.assertTrue(leaf["slice"]["invariant"])
        self.assertIn("the leaf", leaf["slice"]["about"])
        sample = self.results("portrait", "--system", "dissipative", "--data", "d.csv",
                              "--at-sample", "3")["portrait"]
        self.assertIn("sample 3", sample["slice"]["about"])
        x = self.results("portrait", "--weights", "W.csv", "--coordinates", "x", "--held",
                         "0,0,0.5")["portrait"]
        self.assertEqual(x["slice"]["coordinate"], "x")

    def test_one_unit_is_a_line_and_three_are_a_cube(self):
        self.done("portrait", "--system", "one-unit", "--out", "line")
        self.assertTrue((self.folder / "line/figures/portrait.svg").exists())
        self.done("portrait", "--system", "heteroclinic-cycle", "--animate", "--out", "cube",
                  "--no-figures")
        self.assertGreater(len(self.table("cube/cube.csv")), 1000)
        page = (self.folder / "cube/animation.html").read_text()
        self.assertNotIn("http", page.replace("http-equiv", ""))
        self.assertTrue((self.folder / "cube/figures/cube.gp").exists())

    def test_formats_and_columns(self):
        self.done("portrait", "--format", "pdf,png,svg", "--columns", "1", "--out", "all")
        figures = self.folder / "all/figures"
        self.assertTrue((figures / "portrait.pdf").read_bytes().startswith(b"%PDF"))
        png = (figures / "portrait.png").read_bytes()
        self.assertEqual(int.from_bytes(png[16:20], "big"), 860)  # 430 px, two for one
        self.assertIn('width="430"', (figures / "portrait.svg").read_text())
        subprocess.run(["gnuplot", "-e", "format='pdf'", "portrait.gp"], cwd=figures, check=True)

    def test_basins(self):
        out = self.done("basins", "--width", "40", "--height", "30", "--share-samples", "200")
        self.assertIn("uncertainty exponent", out.stdout)
        folder = "resdyn-out/basins/"
        labels = self.table(folder + "labels.csv")
        self.assertEqual(sum(int(r["cells"]) for r in labels), 1200)
        self.assertEqual({r["attractor"] for r in labels if r["kind"] == "equilibrium"},
                         {"LH", "HL"})
        cells = [r for r in self.table(folder + "figures/basins.csv") if r["series"] == "cells"]
        self.assertEqual(len(cells), 1200)
        numbers = {r["attractor"]: int(r["label"]) for r in labels}
        for r in cells:
            if abs(float(r["y_0"]) - float(r["y_1"])) > 1e-9:
                winner = "HL" if float(r["y_0"]) > float(r["y_1"]) else "LH"
                self.assertEqual(int(r["label"]), numbers[winner])
        shares = self.table(folder + "shares.csv")
        self.assertAlmostEqual(sum(float(r["share"]) for r in shares), 1.0, delta=0.05)
        self.assertTrue((self.folder / folder / "figures/basins.svg").exists())

    def test_basins_that_a_proof_decides_say_so(self):
        out = self.done("basins", "--system", "conservative-pair", "--no-figures").stdout
        self.assertIn("65536 cells were not integrated, by proof: conservative", out)
        self.assertIn("no cell came to an attractor", out)
        self.write("W.csv", "-1,-1,-1\n-1,-1,-1\n-1,-1,-1\n")
        r = self.results("basins", "--weights", "W.csv", "--width", "16", "--height", "16")
        self.assertEqual([a["pattern"] for a in r["map"]["attractors"]], ["LLL"])
        self.assertEqual(r["map"]["by_proof"], 256)
        self.assertEqual(r["sharpness"]["status"], "no_boundary")

    def test_basins_of_a_limit_cycle(self):
        words = ["--system", "limit-cycle", "--width", "16", "--height", "16",
                 "--share-samples", "200"]
        r = self.results("basins", *words)
        cycle, = r["map"]["attractors"]
        self.assertEqual((cycle["kind"], cycle["pattern"]), ("limit_cycle", "FFH"))
        self.assertEqual(cycle["name"], "cycle 0, period 8.06")
        self.assertLess(cycle["floquet_multiplier"], 1)
        self.assertGreater(cycle["share_of_map"], 0.95)
        self.assertGreater(r["shares"]["attractors"][0]["share"]["value"], 0.95)
        layers = self.results("basins", *words, "--clock", "map")
        turning, = layers["map"]["attractors"]  # the layers' own, of a whole number of them
        self.assertEqual((turning["pattern"], turning["period"]), ("FFH", 16))
        self.assertLess(turning["floquet_multiplier"], 1)
        self.assertEqual(turning["share_of_map"], 1)

    def test_basins_against_classes(self):
        self.write_model("m.safetensors")
        r = self.results("basins", "m.safetensors", "--data", "xor", "--samples", "200", "--width",
                         "16", "--height", "16", "--clock", "map")
        self.assertEqual(r["map"]["clock"], "map")
        self.assertLessEqual(r["classes"]["inputs"], 200)
        self.assertLessEqual(r["classes"]["mutual_information_bits"],
                             r["classes"]["class_entropy_bits"] + 1e-12)

    def test_an_interrupt_leaves_no_files(self):
        process = subprocess.Popen(
            [PROGRAM, "basins", "--system", "conservative-pair", "--width", "2048", "--height",
             "2048", "--integrate", "--quiet"], cwd=self.folder, stderr=subprocess.PIPE, text=True)
        time.sleep(3.0)
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 3, error)
        self.assertEqual(len(error.splitlines()), 1, error)
        self.assertIn("interrupt", error)
        self.assertFalse((self.folder / "resdyn-out").exists())

    def test_no_gnuplot_still_writes_and_says_how_to_draw(self):
        empty = {"PATH": str(self.folder), "HOME": os.environ.get("HOME", "/")}
        for verb, words, figure in (("portrait", [], "portrait"), ("analyze", [], "portrait"),
                                    ("basins", ["--width", "8", "--height", "8"], "basins")):
            result = self.done(verb, *words, env=empty)
            self.assertEqual(len(result.stderr.splitlines()), 1)
            self.assertIn("gnuplot -d NAME.gp", result.stderr)
            self.assertTrue((self.folder / f"resdyn-out/{verb}/figures/{figure}.gp").exists())
            self.assertTrue((self.folder / f"resdyn-out/{verb}/results.json").exists())
        page = (self.folder / "resdyn-out/analyze/report.html").read_text()
        self.assertIn("gnuplot", page)  # what stands where the picture would be

    def test_wrong_input(self):
        hold = ("portrait", "--system", "heteroclinic-cycle")
        self.refused(2, *hold, "--held", "0,0,2", says=["within [0, 1]", "misses the cube"])
        self.refused(2, *hold, "--units", "0,3", says=["0 to 2", "3"])
        line = ("portrait", "--system", "one-unit")
        for words in (["--units", "0,1"], ["--leaf"], ["--data", "rings"], ["--coordinates", "u"]):
            self.refused(2, *line, *words, says=[words[0], "at least 2 units", "1"])
        self.refused(2, *hold, "--units", "1,1", says="different")
        self.refused(2, *hold, "--window", "2,3,2,3", says="meets the cube")
        self.refused(2, *hold, "--through", "HHL,LLL", says=["three patterns", "2"])
        self.refused(2, *hold, "--through", "HHX,LLL,HHH", says="X")
        self.refused(2, "portrait", "--weights", self.write("W.csv", "-1,0,0\n0,-1,0\n0,0,-1\n"),
                     "--activation", "tanh", "--through", "LLL,FFF,HHH", says="not on one line")
        self.refused(2, *hold, "--principal", says="--data")
        self.refused(2, *hold, "--leaf", says="coordinates u")
        self.refused(2, *hold, "--leaf", "--coordinates", "u", says="left null vectors")
        self.refused(2, *hold, "--at", "FFF", says="isolated equilibrium")
        self.refused(2, *hold, "--at", "HLL", "--at-sample", "0", says="one of")
        self.refused(2, *hold, "--at-sample", "0", says="--data")
        self.refused(2, "portrait", "--t-end", "0", says="--t-end")
        self.refused(2, "portrait", "--format", "bmp", says="bmp")
        self.refused(2, "portrait", "--columns", "3", says="1 to 2")
        self.refused(2, "portrait", "--animate", says=["three units", "2 units"])
        self.refused(2, "basins", "--coordinates", "x", says="y or u")
        self.refused(2, "basins", "--system", "one-unit", says="2 units")
        self.refused(2, "basins", "--activation", "softplus", says=["logistic or tanh", "softplus"])
        self.refused(2, "portrait", "--activation", "relu",
                     says=["--coordinates", "u or x", "y with relu"])
        self.refused(2, "portrait", "--at", "HL", says=["--at", "more than two units", "2 units"])
        # nothing moves, and nullclines that run level and upright
        self.done("portrait", "--weights", self.write("zero.csv", "0,0\n0,0\n"), "--out", "zero")
        upright = self.results("portrait", "--system", "conservative-pair")["portrait"]
        ends = [(n["from"], n["to"]) for n in upright["nullclines"] if not n["edge"]]
        self.assertEqual(ends, [([-1, 0], [1, 0]), ([0, -1], [0, 1])])


if __name__ == "__main__":
    main()
