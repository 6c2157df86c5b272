"""`resdyn equilibria --data`: what the files hold, their laws, a second round, wrong input."""
import collections
import csv
import json
import math
import random
import re
import signal
import subprocess
import time

from support import PROGRAM, ProgramTest, main

OUTCOMES = ("settled", "on_continuum", "slow", "unsettled", "step_limit", "non_finite")
Z = 1.959963984540054  # 95 % of the normal law


class EquilibriaData(ProgramTest):
    def followed(self, *words, out="a"):
        self.done("equilibria", *words, "--out", out, "--quiet")
        folder = self.folder / out
        tables = []
        for name in ("groups.csv", "endings.csv", "equilibria.csv"):
            with open(folder / name, newline="") as file:
                tables.append(list(csv.DictReader(file)))
        return (json.loads((folder / "results.json").read_text()), *tables)

    def points(self, count=80, units=2, classes=2, seed=5):
        draw = random.Random(seed)
        rows = [[draw.gauss(0, 2) for _ in range(units)] + [draw.randrange(classes)]
                for _ in range(count)]
        self.write("d.csv", "\n".join(",".join(map(repr, row)) for row in rows) + "\n")
        return rows

    def check(self, result, groups, endings, equilibria, rows):
        search = result["search"]
        self.assertEqual((result["method"], result["complete"]), ("data", False))
        self.assertEqual(search["starts"], len(rows))
        self.assertEqual(len(endings), len(rows))
        # Every start ends in one way, and the ways add up.
        outcomes = collections.Counter(e["outcome"] for e in endings)
        self.assertLessEqual(set(outcomes), set(OUTCOMES))
        for name in OUTCOMES:
            self.assertEqual(search[name], outcomes[name], name)
        self.assertLessEqual(search["certified"], search["settled"])
        # A group for whoever settled, and for nobody else; the groups are the equilibria.
        members = collections.defaultdict(list)
        for e, row in zip(endings, rows):
            self.assertEqual(bool(e["group"]), e["outcome"] == "settled", e)
            if e["group"]:
                members[e["group"]].append(row[-1])
        self.assertEqual(search["groups"], len(groups))
        self.assertEqual([g["pattern"] for g in groups], [e["pattern"] for e in equilibria])
        self.assertEqual(len({g["pattern"] for g in groups}), len(groups))
        agreeing = 0
        for g in groups:
            labels = members.pop(g["group"])
            self.assertEqual(int(g["members"]), len(labels))
            p, n = len(labels) / len(rows), len(rows)
            self.assertAlmostEqual(float(g["share"]), p)
            self.assertAlmostEqual(float(g["share_standard_error"]), math.sqrt(p * (1 - p) / n))
            centre = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)  # Wilson 1927
            half = Z / (1 + Z * Z / n) * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
            self.assertAlmostEqual(float(g["share_low"]), centre - half, places=6)
            self.assertAlmostEqual(float(g["share_high"]), centre + half, places=6)
            tally = collections.Counter(labels)
            for label in range(2):
                self.assertEqual(int(g[f"class_{label}"]), tally[label])
            self.assertAlmostEqual(float(g["purity"]), max(tally.values()) / len(labels))
            agreeing += max(tally.values())
            self.assertEqual(g["proved"], "true")
        self.assertFalse(members, "a member of a group that is not listed")
        if search["settled"]:
            self.assertAlmostEqual(result["classes"]["purity"], agreeing / search["settled"])
        for e in result["equilibria"]:
            self.assertEqual(e["unstable_dimension"], 0)

    def test_outputs_obey_their_laws_on_both_clocks(self):
        rows = self.points()
        self.write_model(b=[0.1, -0.2])
        for clock in ("map", "flow"):
            found = self.followed("model.safetensors", "--data", "d.csv", "--clock", clock)
            self.check(*found, rows)
            self.assertEqual(found[0]["search"]["clock"], clock)
            self.assertEqual(len(found[0]["provenance"]["input_sha256"]), 2)
            self.assertEqual({e["pattern"] for e in found[0]["equilibria"]}, {"HL", "LH"})
            # W is symmetric under exchange: y1 > y2 is kept (doc/theory.md §14), so the class of u decides.
            for e, (x1, x2, _) in zip(found[2], rows):
                u1, u2 = x1 - 2 * x2 + 0.1, -2 * x1 + x2 - 0.2
                self.assertEqual(found[1][int(e["group"]) - 1]["pattern"],
                                 "HL" if u1 > u2 else "LH")

    def test_what_does_not_settle_is_kept_apart_by_cause(self):
        rows = self.points(30)
        self.write_model(W=[[0.0, 1.0], [-1.0, 0.0]], metadata={"activation": "tanh"})
        # Conservative in the flow (doc/theory.md §14): closed orbits, nothing may settle.
        found = self.followed("model.safetensors", "--data", "d.csv", "--clock", "flow",
                              "--t-end", "50")
        self.check(*found, rows)
        self.assertEqual(found[0]["search"]["settled"], 0)
        self.assertEqual(found[1], [])
        # Too little time: movers are slow by the named speed, or unsettled, never settled.
        self.write_model(W=[[-1.0, 0.0], [0.0, -1.0]], metadata={"activation": "tanh", "step": "0.01"})
        found = self.followed("model.safetensors", "--data", "d.csv", "--max-layers", "5",
                              "--slow-speed", "0.001", out="b")
        self.check(*found, rows)
        self.assertEqual(found[0]["search"]["settled"], 0)
        for e in found[2]:
            self.assertEqual(e["outcome"] == "slow", float(e["final_speed"]) < 0.001, e)
            self.assertLessEqual(int(e["steps"]), 5)
        # With time they all come to y = 0, the only attractor (dissipative).
        found = self.followed("model.safetensors", "--data", "d.csv", out="c")
        self.check(*found, rows)
        self.assertEqual([(g["pattern"], g["members"]) for g in found[1]], [("FF", "30")])

    def test_same_bytes_for_any_number_of_threads(self):
        self.points(70, units=20)
        draw = random.Random(4)
        self.write_model(W=[[draw.gauss(0, 1) for _ in range(20)] for _ in range(20)],
                         b=[0.0] * 20, V=[[1.0] * 20] * 2, metadata={"activation": "tanh"})
        for clock in ("map", "flow"):
            folders = []
            for threads in ("1", "2"):
                out = clock + threads
                self.followed("model.safetensors", "--data", "d.csv", "--clock", clock, "--around",
                              "5", "--max-layers", "300", "--t-end", "100", "--threads", threads,
                              out=out)
                folders.append({p.name: p.read_bytes().replace(threads.encode() + b" --out", b"")
                                .replace(out.encode(), b"")
                                for p in (self.folder / out).iterdir()})
            for files in folders:
                text = files["results.json"].decode()
                files["results.json"] = re.sub(r'"command": ".*"', "", text)
            self.assertEqual(folders[0], folders[1])
            self.assertIn("endings_around.csv", folders[0])

    def test_a_second_round_returns_to_what_is_attracting(self):
        self.points(40)
        self.write_model(b=[0.1, -0.2])
        self.followed("model.safetensors", "--data", "d.csv", "--around", "10", "--radius", "0.01")
        with open(self.folder / "a/groups_around.csv", newline="") as file:
            around = {g["pattern"]: int(g["members"]) for g in csv.DictReader(file)}
        self.assertEqual(around, {"HL": 10, "LH": 10})

    def test_wrong_input(self):
        self.write_model()
        self.points(5)
        of = ("equilibria", "model.safetensors")
        for words, says in (
                (("--data", "nowhere"), "nowhere: expected rings, moons"),
                (("--method", "data"), "expected --data beside it, got none"),
                (("--data", "d.csv", "--method", "atlas"), "expected --method data or auto"),
                (("--data", "d.csv", "--samples", "0"), "--samples"),
                (("--data", "d.csv", "--around", "-1"), "--around"),
                (("--data", "d.csv", "--around", "2", "--radius", "0"), "> 0"),
                (("--data", "d.csv", "--clock", "sundial"), "one of flow, map"),
                (("--data", "d.csv", "--clock", "flow", "--t-end", "-1"), "--t-end: expected a finite number > 0"),
                (("--data", "d.csv", "--max-layers", "0"), "--max-layers"),
                (("--data", "d.csv", "--settle-tol", "2"), "settle_tol < 0.1, got 2"),
                (("--data", "d.csv", "--settle-tol", "nan"), "--settle-tol"),
                (("--data", "d.csv", "--slow-speed", "-1"), "--slow-speed: expected a finite number > 0")):
            self.refused(2, *of, *words, "--out", "z", "--quiet", says=says)
        self.write("wide.csv", "1,2,3,0\n1,2,3,1\n")
        self.refused(2, *of, "--data", "wide.csv", "--out", "z", "--quiet", says=["2", "3"])
        for activation in ("relu", "softplus"):
            self.write_model("u.safetensors", {"activation": activation})
            self.refused(2, "equilibria", "u.safetensors", "--data", "d.csv", "--out", "z",
                         "--quiet", says=["a bounded activation", activation])


class Interrupted(ProgramTest):
    def test_ctrl_c_ends_the_atlas_with_what_is_known(self):
        draw = random.Random(20)
        n = 20
        rows = [[draw.gauss(0, 1) for _ in range(n)] for _ in range(n)]
        self.write("W.csv", "\n".join(",".join(map(repr, row)) for row in rows))
        command = [PROGRAM, "equilibria", "--weights", "W.csv", "--activation", "tanh", "--method",
                   "atlas", "--out", "out", "--certificate", "c.json"]
        with subprocess.Popen(command, cwd=self.folder, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            self.assertIn("N = 20", process.stdout.readline())
            time.sleep(0.3)
            process.send_signal(signal.SIGINT)
            rest, errors = process.communicate(timeout=200)
        self.assertEqual(process.returncode, 3, errors)
        self.assertIn("not complete: interrupted", rest)
        self.assertNotIn("complete: every pattern", rest)
        result = json.loads((self.folder / "out/results.json").read_text())
        self.assertIs(result["complete"], False)
        decisions = result["decisions"]
        self.assertLess(decisions["patterns"], 3 ** n)
        self.assertEqual(decisions["patterns"], decisions["excluded_by_filter"]
                         + decisions["found_by_filter"] + decisions["exact"])
        self.assertIs(result["index_check"]["applies"], False)
        self.assertEqual(result["recurrence"]["verdict"], "not_decided")
        self.assertEqual(json.loads((self.folder / "c.json").read_text())["claim"], "listed")
        self.assertEqual(self.names("out"), ["equilibria.csv", "results.json"])


class Predicted(ProgramTest):
    def test_the_predicted_work_is_the_work_done(self):
        """The estimator is unbiased: over many passes it meets the nodes that were visited."""
        for method, n in (("stable-vertices", 18), ("stable", 12)):
            draw = random.Random(2)
            rows = [[draw.gauss(0, 1) for _ in range(n)] for _ in range(n)]
            self.write("W.csv", "\n".join(",".join(map(repr, row)) for row in rows))
            result = json.loads(self.done(
                "equilibria", "--weights", "W.csv", "--activation", "tanh", "--method", method,
                "--probes", "5000", "--json").stdout)
            prediction, nodes = result["prediction"], result["work"]["nodes"]
            self.assertLess(abs(prediction["nodes"] - nodes),
                            5 * prediction["standard_error"] + 1, method)
            self.assertLess(prediction["standard_error"], 0.1 * nodes, "the check has no power")


if __name__ == "__main__":
    main()
