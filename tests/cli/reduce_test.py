"""`resdyn reduce`: imitations with proofs about them, ranks as flows, models that other verbs take, refusals."""
import csv
import json

from support import ProgramTest, main


class Reduce(ProgramTest):
    def model(self, out="m", *words):
        self.done("train", "--data", "moons", "--epochs", "40", "--depth", "6", "--no-figures",
                  "--quiet", "--out", out, *words)
        return f"{out}/model.safetensors"

    def results(self, out):
        return json.loads((self.folder / out / "results.json").read_text())

    def table(self, name):
        with (self.folder / name).open() as file:
            return list(csv.DictReader(file))

    def test_imitations_of_every_kind_and_what_is_proved_of_them(self):
        for name, words in (("shared", ["--units", "5"]), ("own", ["--units", "5", "--own-weights"]),
                            ("two", ["--hidden-units", "5"]),
                            ("mlp", ["--units", "5", "--kind", "perceptron"])):
            with self.subTest(network=name):
                model = self.model(name, *words)
                printed = self.done("reduce", model, "--data", "moons", "--hidden-units", "2,6",
                                    "--epochs", "30", "--no-figures", "--out", "r").stdout
                result = self.results("r")
                self.assertEqual([one["hidden_units"] for one in result["imitations"]], [2, 6])
                self.assertIsNone(result["low_rank"])
                for one in result["imitations"]:
                    self.assertEqual(one["training"]["outcome"], "finished")
                    self.assertEqual(one["training"]["matched_layers"], 0 if name == "mlp" else 6)
                    self.assertEqual(len(one["stream"]), one["training"]["matched_layers"])
                    self.assertIn("proved of the imitation", one["statements"][0])
                    self.assertIn("not of the original", one["statements"][0])
                    self.assertIn(one["statements"][0], printed)
                    self.assertTrue(one["proofs_of_the_imitation"]["atlas"]["complete"])
                    share = one["agreement"]
                    self.assertEqual(share["samples"], 2000)
                    self.assertLess(share["low"], share["value"])
                self.assertGreater(result["imitations"][1]["agreement"]["value"], 0.95)
                lines = self.table("r/imitations.csv")
                self.assertEqual([float(line["agreement"]) for line in lines],
                                 [one["agreement"]["value"] for one in result["imitations"]])
                self.assertEqual(len(self.table("r/imitation_training.csv")), 60)

    def test_written_models_run_everywhere_and_are_what_was_measured(self):
        model = self.model()
        self.done("reduce", model, "--data", "moons", "--hidden-units", "4", "--rank", "1,2",
                  "--epochs", "20", "--out", "r")
        result = self.results("r")
        accuracy = {"imitation-4": result["imitations"][0]["accuracy"]["value"],
                    "rank-1": result["low_rank"]["ranks"][0]["accuracy"]["value"],
                    "rank-2": result["low_rank"]["ranks"][1]["accuracy"]["value"]}
        for name, expected in accuracy.items():
            info = json.loads(self.done("info", f"r/{name}.safetensors", "--json").stdout)
            self.assertEqual(info["metadata"]["lineage parent"], "model.safetensors")
            self.assertEqual(len(info["metadata"]["lineage parent sha256"]), 64)
            self.done("transient", f"r/{name}.safetensors", "--data", "moons", "--no-figures",
                      "--out", "t")
            again = self.results("t")["decision"]["accuracy_by_layer"][-1]["value"]
            self.assertAlmostEqual(again, expected, delta=1e-3, msg=name)
            self.done("analyze", f"r/{name}.safetensors", "--data", "moons", "--no-figures",
                      "--samples", "100", "--out", "a")
        proofs = self.results("a")
        self.assertIn("proofs", proofs)

    def test_ranks(self):
        model = self.model("m", "--units", "4")
        printed = self.done("reduce", model, "--data", "moons", "--rank", "1,2,3,4", "--out", "r").stdout
        result = self.results("r")
        self.assertEqual(result["imitations"], [])
        ranks = result["low_rank"]["ranks"]
        self.assertEqual([one["rank"] for one in ranks], [1, 2, 3, 4])
        self.assertEqual(ranks[-1]["agreement"]["value"], 1.0)
        kept = [one["kept"] for one in ranks]
        self.assertEqual(kept, sorted(kept))
        self.assertAlmostEqual(kept[-1], 1.0)
        values = [float(line["singular_value"]) for line in self.table("r/singular_values.csv")]
        self.assertEqual(values, sorted(values, reverse=True))
        for one in ranks:
            self.assertLess(one["rounding"], 1e-12)
            rests = one["equilibria_of_z"]
            self.assertEqual(rests["complete"], rests["monotone_variable"] is not None)
            self.assertIn(rests["statement"], printed)
            for root in one["equilibria_of_z"]["list"]:
                self.assertEqual(len(root["z"]), one["rank"])
                self.assertLess(root["residual"], 1e-10)
        figures = set(self.names("r/figures"))
        for name in ("ranks", "distances", "portrait-rank-2", "portrait-rank-3-z0-z1",
                     "portrait-rank-3-z0-z2", "portrait-rank-3-z1-z2"):
            self.assertTrue({f"{name}.csv", f"{name}.gp"} <= figures, name)
        # The portrait has the data's ways by class.
        classes = {line["series"] for line in self.table("r/figures/portrait-rank-2.csv")}
        self.assertTrue(any("class 0" in name for name in classes), classes)
        self.assertTrue(any("class 1" in name for name in classes), classes)

    def test_same_bytes_for_any_threads(self):
        model = self.model("m", "--units", "4")
        for threads in ("1", "3"):
            self.done("reduce", model, "--data", "moons", "--hidden-units", "3", "--rank", "2",
                      "--epochs", "5", "--threads", threads, "--out", f"t{threads}")
        for name in self.names("t1"):
            if name in ("results.json", "imitations.csv", "figures"):
                continue  # they hold times and the command
            one = (self.folder / "t1" / name).read_bytes()
            other = (self.folder / "t3" / name).read_bytes()
            if name.endswith(".safetensors"):
                one = one.replace(b"--threads 1", b"--threads 3").replace(b"--out t1", b"--out t3")
            self.assertEqual(one, other, name)

    def test_data_without_a_test_half_are_split(self):
        model = self.model()
        rows = [f"{(i % 20) / 5 - 2},{(i // 20) / 5 - 2},{i % 2}" for i in range(400)]
        self.write("d.csv", "\n".join(rows) + "\n")
        self.done("reduce", model, "--data", "d.csv", "--hidden-units", "2", "--epochs", "2",
                  "--no-figures", "--out", "r")
        one = self.results("r")["imitations"][0]
        self.assertEqual(one["training"]["samples"] + one["agreement"]["samples"], 400)
        self.done("reduce", model, "--data", "d.csv", "--rank", "1", "--no-figures", "--out", "k")
        self.assertEqual(self.results("k")["low_rank"]["ranks"][0]["agreement"]["samples"], 400)

    def test_unbounded_activations(self):
        model = self.model("m", "--activation", "relu", "--units", "4", "--step", "0.3")
        self.done("reduce", model, "--data", "moons", "--hidden-units", "3", "--rank", "2", "--epochs",
                  "3", "--out", "r")
        one = self.results("r")["imitations"][0]
        self.assertIsNone(one["proofs_of_the_imitation"])
        self.assertIn("bounded activations", one["statements"][1])
        self.done("reduce", model, "--data", "moons", "--hidden-units", "3", "--epochs", "3",
                  "--imitation-activation", "tanh", "--no-figures", "--out", "r")
        one = self.results("r")["imitations"][0]
        self.assertEqual(one["activation"], "tanh")
        self.assertTrue(one["proofs_of_the_imitation"]["atlas"]["complete"])

    def test_refusals(self):
        own = self.model("own", "--own-weights")
        mlp = self.model("mlp", "--kind", "perceptron")
        two = self.model("two", "--hidden-units", "5")
        data = ["--data", "moons"]
        self.refused(2, "reduce", own, *data, "--rank", "1", says=["--rank", "own weights"])
        self.refused(2, "reduce", mlp, *data, "--rank", "1", says=["--rank", "a perceptron"])
        # Of B (5×2) there are two singular values.
        self.refused(2, "reduce", two, *data, "--rank", "3", says=["--rank", "1 to 2", "3"])
        self.refused(2, "reduce", two, *data, "--rank", "0", says=["--rank", "0"])
        self.refused(2, "reduce", two, *data, "--temperature", "0", says=["--temperature", "0"])
        self.refused(2, "reduce", two, *data, "--state-weight", "-1", says=["--state-weight", "-1"])
        self.refused(2, "reduce", two, *data, "--batch", "0", says=["--batch", "0"])
        self.refused(2, "reduce", two, *data, "--learning-rate", "-1", says=["--learning-rate", "-1"])

    def test_divergence_keeps_the_last_good_network_and_says_so(self):
        model = self.model("m", "--activation", "relu", "--step", "0.3")
        done = self.run_program("reduce", model, "--data", "moons", "--hidden-units", "3",
                                "--learning-rate", "1e30", "--no-figures", "--out", "r")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("--learning-rate", done.stderr)
        self.done("info", "r/imitation-3.safetensors")


main()
