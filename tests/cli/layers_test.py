"""Models whose weights differ by layer: analyze, discretisation, --layer and --layers."""
import csv
import json
import math

from support import ProgramTest, main

WEIGHTS = [[[1.0, -2.0], [-2.0, 1.0]], [[0.5, -1.2], [-0.9, 0.3]], [[-0.5, 0.8], [1.1, -0.7]]]
BIASES = [[0.0, 0.0], [0.2, -0.1], [-0.3, 0.4]]
B = [[[0.6, -1.0], [0.3, 0.8], [-0.7, 0.2]], [[-0.2, 0.9], [1.1, 0.1], [0.4, -0.5]]]
A = [[[0.5, -0.3, 0.8], [0.1, 0.9, -0.6]], [[-0.4, 0.7, 0.2], [0.6, -0.1, 0.5]]]
HIDDEN_BIAS = [[0.1, -0.2, 0.3], [0.0, 0.4, -0.1]]


class Layers(ProgramTest):
    def own(self, name="own.safetensors", weights=WEIGHTS, **metadata):
        tensors = {}
        for n, (W, b) in enumerate(zip(weights, BIASES)):
            tensors |= {f"W.{n}": W, f"b.{n}": b}
        return self.write_model(name, {"depth": str(len(weights)), "step": "0.5", **metadata},
                                ("W", "b"), **tensors)

    def two(self, name, orders):
        """Two matrices a layer, the hidden units of each in an order of its own."""
        tensors = {}
        for n, order in enumerate(orders):
            tensors |= {f"B.{n}": [B[n][i] for i in order], f"b.{n}": [HIDDEN_BIAS[n][i] for i in order],
                        f"A.{n}": [[row[i] for i in order] for row in A[n]]}
        return self.write_model(name, {"depth": "2", "step": "0.5"}, ("W", "b"), **tensors)

    def points(self):
        return self.write("points.csv", "".join(
            f"{(k * 37 % 20) / 10 - 1},{(k * 53 % 20) / 10 - 1},{k % 2}\n" for k in range(40)))

    def json_of(self, *words):
        return json.loads(self.done(*words, "--no-figures", "--json").stdout)

    def rows(self, path):
        with open(self.folder / path, newline="") as file:
            return list(csv.DictReader(file))

    def test_a_frozen_layer_is_its_matrix(self):
        self.own()
        for n, W in enumerate(WEIGHTS):
            self.write("W.csv", "".join(",".join(map(str, row)) + "\n" for row in W))
            for verb, words in (("equilibria", ["--method", "atlas"]), ("spectrum", []),
                                ("interactions", [])):
                results = [self.json_of(verb, "own.safetensors", "--layer", n, *words),
                           self.json_of(verb, "--weights", "W.csv", "--step", "0.5", *words)]
                for result in results:
                    result.pop("provenance")
                self.assertEqual(*results, f"{verb}, layer {n}")
        for verb in ("portrait", "basins"):
            self.done(verb, "own.safetensors", "--layer", "1", "--no-figures")

    def test_data_enter_a_frozen_layer_where_the_layers_before_it_bring_them(self):
        self.own(weights=WEIGHTS[:2])
        self.points()
        self.json_of("equilibria", "own.safetensors", "--layer", "1", "--data", "points.csv",
                     "--method", "data", "--out", "data")
        # The same by hand: x_1 = x_0 + h f(W_0 x_0 + b_0), given to a model of layer 1 alone.
        lines = []
        for line in (self.folder / "points.csv").read_text().split():
            x = [float(word) for word in line.split(",")]
            u = [sum(w * v for w, v in zip(row, x)) + b for row, b in zip(WEIGHTS[0], BIASES[0])]
            lines.append(",".join([*(repr(v + 0.5 / (1 + math.exp(-p))) for v, p in zip(x, u)),
                                   line.split(",")[2]]))
        self.write("moved.csv", "\n".join(lines) + "\n")
        self.write_model("one.safetensors", {"depth": "2", "step": "0.5"}, W=WEIGHTS[1], b=BIASES[1])
        self.json_of("equilibria", "one.safetensors", "--data", "moved.csv", "--method", "data",
                     "--out", "moved")
        ends = [[(row["outcome"], row["group"]) for row in self.rows(f"{name}/endings.csv")]
                for name in ("data", "moved")]
        self.assertEqual(*ends)

    def test_analyze_takes_the_layers_one_by_one(self):
        self.own()
        self.points()
        result = self.json_of("analyze", "own.safetensors", "--data", "points.csv", "--out", "all")
        self.assertEqual([layer["layer"] for layer in result["layers"]], [0, 1, 2])
        self.assertEqual(len(result["changes_between_layers"]), 2)
        # Signs of WEIGHTS, by hand: layers 0 and 1 agree, layer 2 has all the others.
        self.assertEqual([c["changed_entries"] for c in result["changes_between_layers"]], [0, 2])
        self.assertEqual([c["changed_self"] for c in result["changes_between_layers"]], [0, 2])
        split = result["split"]
        self.assertTrue(split["closes"])
        for step in split["steps"]:
            self.assertLessEqual(step["largest_gap"], step["rounding_bound"])
            self.assertLess(step["largest_gap"], 1e-12)
            self.assertAlmostEqual(step["interaction_along"]["mean"] + step["drift_along"]["mean"],
                                   step["step"]["mean"], 12)
        self.assertIn(result["discretisation"]["verdict"],
                      ("discretisation", "ode_like", "no_discretisation"))
        self.assertTrue(result["discretisation"]["rule"])
        units = self.rows("all/split_units.csv")
        self.assertEqual(len(units), 4)
        for row in units:
            self.assertAlmostEqual(float(row["mean_interaction"]) + float(row["mean_drift"]),
                                   float(row["mean_step"]), 14)
        page = (self.folder / "all/report.html").read_text()
        self.assertIn("Layer by layer", page)
        self.assertIn("share of drift", page)
        # A layer by itself has the whole analysis of one system.
        frozen = self.json_of("analyze", "own.safetensors", "--layer", "1", "--data", "points.csv",
                              "--proof-time", "0")
        self.assertEqual(frozen["system"]["width"], 2)
        self.assertNotIn("layers", frozen)

    def test_equal_layers_are_shared_weights(self):
        self.write_model("shared.safetensors", {"depth": "2", "step": "0.5"}, W=WEIGHTS[0])
        self.points()
        self.write_model("equal.safetensors", {"depth": "2", "step": "0.5"}, ("W", "b"),
                         **{"W.0": WEIGHTS[0], "W.1": WEIGHTS[0], "b.0": BIASES[0], "b.1": BIASES[0]})
        results = [self.json_of("discretisation", f"{name}.safetensors", "--data", "points.csv")
                   for name in ("equal", "shared")]
        self.assertEqual([r["shared_weights"] for r in results], [False, True])
        self.assertEqual([r["split"]["drift_share"]["mean"] for r in results], [0, 0])
        self.assertEqual([r["split"]["field_variation"] for r in results], [0, 0])
        self.assertEqual(*[r["verdict"] for r in results])
        for a, b in zip(*[r["refinements"] for r in results]):
            self.assertAlmostEqual(a["distance"], b["distance"], 10)
        self.assertAlmostEqual(results[0]["refinements"][-1]["order"], 1, delta=0.02)

    def test_the_order_of_hidden_units_does_not_matter(self):
        self.two("plain.safetensors", [[0, 1, 2], [0, 1, 2]])
        self.two("other.safetensors", [[2, 0, 1], [1, 0, 2]])
        self.points()
        results = [self.json_of("analyze", f"{name}.safetensors", "--data", "points.csv")
                   for name in ("plain", "other")]
        for path in (("split", "drift_share", "mean"), ("split", "field_variation"),
                     ("discretisation", "criteria", 0, "value"),
                     ("finite_time_exponents", "exponents", 0, "exponent", "mean")):
            a, b = results
            for key in path:
                a, b = a[key], b[key]
            self.assertAlmostEqual(a, b, 10, path)
        self.assertEqual(results[0]["changes_between_layers"], [])
        self.assertIsNone(results[0]["split"]["weight_variation"])
        self.refused(2, "bifurcations", "plain.safetensors", "--layers", "--no-figures",
                     says="no identity")

    def test_equilibria_of_all_layers(self):
        self.own()
        result = self.json_of("equilibria", "own.safetensors", "--layers", "--out", "layers")
        counts = [(layer["equilibria"], layer["stable"]) for layer in result["layers"]]
        for n, count in enumerate(counts):
            alone = self.json_of("equilibria", "own.safetensors", "--layer", n)["counts"]
            self.assertEqual(count, (alone["total"], alone["stable"]))
        self.assertEqual(len(result["neighbours"]), 2)
        for step, here, there in zip(result["neighbours"], counts, counts[1:]):
            self.assertEqual(step["kept"] + step["lost"], here[0])
            self.assertEqual(step["kept"] + step["born"], there[0])
        self.assertEqual(len(self.rows("layers/layer_equilibria.csv")), sum(n for n, _ in counts))
        self.refused(2, "equilibria", "own.safetensors", "--layers", "--method", "atlas",
                     says="--layers")

    def test_events_between_the_layers(self):
        self.own()
        self.points()
        result = self.json_of("bifurcations", "own.safetensors", "--layers", "--data", "points.csv",
                              "--shown", "7", "--out", "depth")
        self.assertEqual((result["path"], result["from"], result["to"]), ("layers", 0, 2))
        self.assertTrue(result["complete"])
        self.assertTrue(result["events"])
        # Each piece is the path between the two layers.
        for n in range(2):
            for k in range(2):
                self.write(f"W{k}.csv", "".join(",".join(map(str, row)) + "\n"
                                                for row in WEIGHTS[n + k]))
            piece = self.json_of("bifurcations", "--path", "between", "W0.csv", "W1.csv", "--step",
                                 "0.5")
            mine = [e for e in result["events"] if n < e["alpha"] < n + 1]
            self.assertEqual([(e["label"], e["pattern"]) for e in mine],
                             [(e["label"], e["pattern"]) for e in piece["events"]
                              if 0 < e["alpha"] < 1])
            for a, b in zip(mine, (e for e in piece["events"] if 0 < e["alpha"] < 1)):
                self.assertAlmostEqual(a["alpha"], n + b["alpha"], 12)
        self.assertEqual(len(self.rows("depth/residuals.csv")), 21)

    def test_without_data_the_inputs_are_drawn(self):
        result = self.json_of("discretisation", "--system", "winner-takes-all", "--depth", "4",
                              "--samples", "20")
        self.assertIsNone(result["data"])
        self.assertEqual(len(result["notes"]), 2)
        self.assertIsNone(result["criteria"][1]["value"])
        self.assertNotIn("network_accuracy", result)

    def test_refusals(self):
        self.own()
        self.points()
        self.refused(2, "spectrum", "own.safetensors", says=("one layer, --layer 0 to 2", "3 different"))
        self.refused(2, "spectrum", "own.safetensors", "--layer", "3", says="--layer: expected 0 to 2")
        self.refused(2, "equilibria", "own.safetensors", "--layer", "1", "--layers", says="--layer")
        self.refused(2, "bifurcations", "--system", "winner-takes-all", "--layers",
                     says="weights that differ by layer")
        self.refused(2, "bifurcations", "own.safetensors", "--layer", "0", "--data", "points.csv",
                     says="--layers beside it")
        self.refused(2, "discretisation", "own.safetensors", "--halvings", "13", says="--halvings")


main()
