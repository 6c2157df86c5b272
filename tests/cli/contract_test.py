"""The contract of `resdyn equilibria --json`, and the verbs' common manners."""
import csv
import json
import math

from support import ProgramTest, main

FIELDS = {"schema", "activation", "step", "dimension", "complete", "counts", "singular_patterns",
          "continua", "equilibria"}
COUNTS = {"total", "vertices", "faces", "stable", "by_unstable_dimension"}
ITEM = {"pattern", "y", "residual", "flow_eigenvalues", "multipliers", "type",
        "unstable_dimension", "hyperbolic", "on_continuum"}
TYPES = {"stable_node", "stable_focus", "unstable_node", "unstable_focus", "saddle", "center",
         "non_hyperbolic"}


class Contract(ProgramTest):
    def equilibria(self, *words):
        return json.loads(self.done("equilibria", *words, "--json").stdout)

    def test_fields_and_their_laws(self):
        self.write("W.csv", "0.5,-1.25,2\n1,0.25,-0.5\n-2,1,0.125\n")
        for activation in ("logistic", "tanh"):
            result = self.equilibria("--weights", "W.csv", "--activation", activation,
                                     "--step", "0.5")
            self.assertLessEqual(FIELDS, result.keys())
            self.assertLessEqual(COUNTS, result["counts"].keys())
            self.assertEqual(result["activation"], activation)
            self.assertEqual(result["step"], 0.5)
            self.assertEqual(result["dimension"], 3)
            self.assertIs(result["complete"], True)
            self.assertEqual(result["counts"]["vertices"], 8)
            self.assertEqual(result["counts"]["total"], len(result["equilibria"]))
            self.assertEqual(result["counts"]["total"],
                             result["counts"]["vertices"] + result["counts"]["faces"])
            for e in result["equilibria"]:
                self.assertLessEqual(ITEM, e.keys())
                self.assertIn(e["type"], TYPES)
                self.assertRegex(e["pattern"], "^[LHF]{3}$")
                self.assertLess(e["residual"], 1e-14)
                flow = e["flow_eigenvalues"]
                self.assertEqual(flow, sorted(flow, key=lambda v: (-v[0], -v[1])))
                modulus = [math.hypot(*m) for m in e["multipliers"]]
                self.assertEqual(modulus, sorted(modulus, reverse=True))
                self.assertEqual(e["hyperbolic"], e["type"] not in ("center", "non_hyperbolic"))
                self.assertEqual(e["unstable_dimension"], sum(v[0] > 0 for v in flow))

    def test_exact_zeros_are_non_hyperbolic(self):
        result = self.equilibria("--system", "conservative-pair")
        center = next(e for e in result["equilibria"] if e["pattern"] == "FF")
        self.assertEqual(center["type"], "center")
        self.assertEqual([v[0] for v in center["flow_eigenvalues"]], [0.0, 0.0])
        self.write("tie.csv", "1,-1\n-1,1\n")  # at HH: 1 - 1 = 0
        tie = next(e for e in self.equilibria("--weights", "tie.csv")["equilibria"]
                   if e["pattern"] == "HH")
        self.assertEqual(tie["type"], "non_hyperbolic")
        self.assertEqual(tie["flow_eigenvalues"], [[0.0, 0.0], [0.0, 0.0]])

    def test_continua_are_counted_and_flagged(self):
        result = self.equilibria("--system", "competing-zero-diagonal")
        self.assertEqual(result["continua"], 2)
        flagged = {e["pattern"] for e in result["equilibria"] if e["on_continuum"]}
        self.assertEqual(flagged, {"LL", "LH", "HL"})

    def test_listings(self):
        total = self.equilibria("--system", "winner-takes-all")["counts"]["total"]
        stable = self.equilibria("--system", "winner-takes-all", "--list", "stable")
        self.assertEqual([e["pattern"] for e in stable["equilibria"]], ["LH", "HL"])
        self.assertEqual(stable["counts"]["total"], total)
        faces = self.equilibria("--system", "winner-takes-all", "--list", "faces")
        self.assertEqual(faces["equilibria"], [])

    def test_large_matrices_are_searched_and_never_called_complete(self):
        n = 14
        rows = [[1.0 if i == j else -0.5 for j in range(n)] for i in range(n)]
        self.write("W.csv", "\n".join(",".join(map(str, row)) for row in rows))
        result = self.equilibria("--weights", "W.csv", "--starts", "64")
        self.assertIs(result["complete"], False)
        self.assertEqual(result["search"]["starts"], 64)
        self.assertEqual(result["counts"]["stable"], len(result["equilibria"]))
        again = self.equilibria("--weights", "W.csv", "--starts", "64", "--threads", "1")
        for run in (result, again):
            del run["provenance"]
        self.assertEqual(result, again)

    def test_the_atlas_says_how_it_was_proved(self):
        result = self.equilibria("--system", "heteroclinic-cycle")
        decisions = result["decisions"]
        self.assertEqual(decisions["patterns"], 27)
        self.assertEqual(decisions["patterns"], decisions["excluded_by_filter"]
                         + decisions["found_by_filter"] + decisions["exact"])
        self.assertEqual(result["recurrence"]["verdict"], "no_face")
        self.assertTrue(result["index_check"]["applies"])
        self.assertIn("no cycle of the flow", self.done(
            "equilibria", "--system", "heteroclinic-cycle").stdout)

    def test_beyond_ten_units_all_go_to_a_file(self):
        n = 11
        rows = [[math.sin(1 + 3 * i + 7 * j * j) for j in range(n)] for i in range(n)]
        self.write("W.csv", "\n".join(",".join(map(repr, row)) for row in rows))
        words = ("equilibria", "--weights", "W.csv", "--activation", "tanh", "--list", "all")
        for threads in ("1", "2"):
            self.done(*words, "--out", "t" + threads, "--threads", threads, "--quiet")
        one, two = ((self.folder / t / "atlas.csv").read_bytes() for t in ("t1", "t2"))
        self.assertEqual(one, two)
        counts = json.loads((self.folder / "t1/results.json").read_text())["counts"]
        self.assertEqual(len(one.splitlines()) - 1, counts["total"])
        self.assertEqual(self.names("t1"),
                         ["atlas.csv", "equilibria.csv", "results.json"])

    def test_the_method_can_be_named(self):
        searched = self.equilibria("--method", "search", "--starts", "16")
        self.assertEqual(searched["method"], "search")
        self.assertIs(searched["complete"], False)
        self.assertIs(self.equilibria("--method", "atlas")["complete"], True)
        self.refused(2, "equilibria", "--method", "guess", says="guess")

    def test_unbounded_activations_have_cones_and_newton_says_its_rules(self):
        self.write("W.csv", "1,-1\n-2,2\n")  # W (1, 1) = 0
        for activation in ("softplus", "relu"):
            result = self.equilibria("--weights", "W.csv", "--activation", activation)
            self.assertLessEqual(FIELDS, result.keys())
            self.assertEqual((result["method"], result["complete"]), ("newton", False))
            self.assertIn("merge_tol", result["search"]["rules"])
            self.assertIs(result["cones"]["complete"], True)
            cone, = result["cones"]["cones"]
            self.assertEqual((cone["pattern"], cone["dimension"]), ("FF", 1))
            self.assertEqual(cone["direction"], [1, 1])
        regular = self.equilibria("--system", "winner-takes-all", "--activation", "softplus")
        self.assertEqual(regular["cones"]["cones"], [])

    def test_newton_finds_a_subset_of_the_atlas(self):
        words = ("--system", "dissipative")
        atlas = [e["y"] for e in self.equilibria(*words)["equilibria"]]
        found = self.equilibria(*words, "--method", "newton")["equilibria"]
        self.assertGreater(len(found), 1)
        for e in found:
            self.assertTrue(e["proof"]["proved"] or e["singular"], e)
            self.assertLess(min(math.dist(e["y"], y) for y in atlas), 1e-5)

    def test_a_model_and_its_matrix_agree(self):
        self.write_model()
        self.write("W.csv", "1,-2\n-2,1\n")
        model, bare = self.equilibria("model.safetensors"), self.equilibria("--weights", "W.csv")
        for run in (model, bare):
            del run["provenance"]
        self.assertEqual(model, bare)

    def test_json_alone_writes_nothing_and_out_writes_files(self):
        self.equilibria()
        self.assertEqual(list(self.folder.iterdir()), [])
        self.done("equilibria", "--out", "here")
        self.assertEqual(self.names("here"), ["equilibria.csv", "results.json"])
        with open(self.folder / "here/equilibria.csv") as file:
            self.assertEqual(len(list(csv.DictReader(file))), 4)

    def test_zero_options_are_useful(self):
        result = self.done("equilibria")
        self.assertIn("winner-takes-all (no matrix was named)", result.stdout)

    def test_help_and_version(self):
        self.assertIn("equilibria", self.done("--help").stdout)
        self.assertRegex(self.done("--version").stdout, r"^resdyn \d+\.\d+\.\d+")
        for verb in ("train", "info", "analyze", "trajectory", "equilibria", "interactions",
                     "spectrum"):
            self.assertIn("Example:", self.done(verb, "--help").stdout, verb)


class Trajectory(ProgramTest):
    def rows(self, *words):
        self.done("trajectory", *words, "--out", "t", "--no-figures", "--quiet")
        with open(self.folder / "t/trajectory.csv") as file:
            return [{k: float(v) for k, v in row.items()} for row in csv.DictReader(file)]

    def test_starts_in_x_u_and_y_give_the_same_motion(self):
        self.write("W.csv", "0.5,-1\n1,0.25\n")
        words = ("--weights", "W.csv", "--bias", "0.1,-0.2", "--t-end", "3", "--times", "4")
        x0 = (0.3, -0.4)
        u0 = (0.5 * 0.3 + 0.4 + 0.1, 0.3 - 0.1 - 0.2)
        y0 = [1 / (1 + math.exp(-u)) for u in u0]
        from_x = self.rows(*words, "--x0", "%r,%r" % x0)
        self.assertIn("x_0", from_x[0])
        for name, start in (("--u0", u0), ("--y0", tuple(y0))):
            rows = self.rows(*words, name, "%r,%r" % tuple(start))
            self.assertNotIn("x_0", rows[0])
            self.assertEqual([r["t"] for r in rows], [0, 1, 2, 3])
            for a, b in zip(rows, from_x):
                self.assertAlmostEqual(a["y_0"], b["y_0"], delta=1e-8)
                self.assertAlmostEqual(a["u_1"], b["u_1"], delta=1e-7)

    def test_the_map_is_the_network(self):
        rows = self.rows("--system", "winner-takes-all", "--u0", "0.5,0.25", "--clock", "map",
                         "--layers", "3", "--step", "0.5")
        u = [0.5, 0.25]
        for row in rows:
            self.assertAlmostEqual(row["u_0"], u[0], delta=1e-12)
            y = [1 / (1 + math.exp(-v)) for v in u]
            u = [u[0] + 0.5 * (y[0] - 2 * y[1]), u[1] + 0.5 * (y[1] - 2 * y[0])]
        self.assertEqual([row["t"] for row in rows], [0, 0.5, 1, 1.5])

    def test_faces_are_invariant(self):
        rows = self.rows("--system", "winner-takes-all", "--y0", "1,0.5", "--t-end", "5")
        self.assertTrue(all(row["y_0"] == 1 for row in rows))
        self.assertLess(rows[-1]["y_1"], 0.05)
        self.rows("--system", "winner-takes-all", "--y0", "1,0", "--t-end", "5")

    def test_settling_is_said_only_where_it_is_so(self):
        settled = self.done("trajectory", "--y0", "0.3,0.2", "--t-end", "60", "--no-figures").stdout
        self.assertIn("settled at HL", settled)
        cycle = self.done("trajectory", "--system", "heteroclinic-cycle", "--t-end", "3000",
                          "--no-figures").stdout
        self.assertIn("slow at t = 3000: hardly moving, but no verified", cycle)
        moving = self.done("trajectory", "--system", "limit-cycle", "--no-figures").stdout
        self.assertIn("unsettled at t = 40", moving)
        resting = self.done("trajectory", "--y0", "0,1", "--no-figures").stdout
        self.assertIn("starts settled at LH", resting)

    def test_figures_are_written_with_their_numbers(self):
        self.done("trajectory", "--out", "t", "--t-end", "5")
        names = {p.suffix for p in (self.folder / "t/figures").iterdir()}
        self.assertEqual(names, {".svg", ".gp", ".csv"})


if __name__ == "__main__":
    main()
