"""`resdyn equilibria --certificate` against script/verify-certificate: true ones pass, and one that
was tampered with is refuted for the right reason."""
import contextlib
import copy
import importlib.machinery
import importlib.util
import io
import json
import math
import pathlib
import random
import subprocess
import sys
import unittest.mock

from support import ProgramTest, main

CHECKER = pathlib.Path(__file__).resolve().parents[2] / "script/verify-certificate"
LOADER = importlib.machinery.SourceFileLoader("verify_certificate", str(CHECKER))
SYSTEMS = ("one-unit", "winner-takes-all", "mutual-help", "heteroclinic-cycle", "false-repeller",
           "competing-zero-diagonal", "conservative-pair", "dissipative", "hopfield")


class Certificates(ProgramTest):
    def certificate(self, *words, name="c.json"):
        self.done("equilibria", *words, "--certificate", name, "--out", "out", "--quiet")
        return json.loads((self.folder / name).read_text())

    @classmethod
    def setUpClass(cls):
        sys.dont_write_bytecode = True  # none beside the script
        cls.checker = importlib.util.module_from_spec(
            importlib.util.spec_from_loader(LOADER.name, LOADER))
        LOADER.exec_module(cls.checker)

    def check(self, *words, name="c.json"):
        """What the script says, run in this process: some 500 checks need no 500 interpreters."""
        out, error = io.StringIO(), io.StringIO()
        with contextlib.chdir(self.folder), contextlib.redirect_stdout(out), \
                contextlib.redirect_stderr(error), \
                unittest.mock.patch.object(sys, "argv", [str(CHECKER), name, *words]):
            code = self.checker.main()
        return subprocess.CompletedProcess(sys.argv, code, out.getvalue(), error.getvalue())

    def verified(self, *words, says=()):
        result = self.check(*words)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        for text in [says] if isinstance(says, str) else says:
            self.assertIn(text, result.stdout)

    def unchecked(self, says, *words):
        result = self.check(*words)
        self.assertEqual(result.returncode, 3, result.stdout + result.stderr)
        self.assertIn("not checked: " + says, result.stdout)

    def refuted(self, data, says, *words):
        self.write("c.json", json.dumps(data))
        result = self.check(*words)
        self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
        self.assertIn(says, result.stdout)

    def write_matrix(self, rows, name="W.csv"):
        return self.write(name, "\n".join(",".join(map(repr, row)) for row in rows))

    def gaussian(self, n, seed, self_weight=0.0):
        source = random.Random(seed)
        return self.write_matrix([[source.gauss(0, 1) + self_weight * (i == j) for j in range(n)]
                                  for i in range(n)])

    def test_the_script_itself(self):
        data = self.certificate("--system", "winner-takes-all")
        refuted = {**data, "singular_patterns": data["singular_patterns"] + 1}
        for name, text, code in (("true.json", json.dumps(data), 0),
                                 ("false.json", json.dumps(refuted), 1), ("none.json", "{}", 2)):
            self.write(name, text)
            alone = subprocess.run([sys.executable, CHECKER, name], cwd=self.folder, text=True,
                                   capture_output=True, timeout=300)
            self.assertEqual(alone.returncode, code, alone.stdout + alone.stderr)
            within = self.check(name=name)
            self.assertEqual((alone.stdout, alone.stderr), (within.stdout, within.stderr))

    # ---- true ones -------------------------------------------------------------------------

    def test_reference_systems(self):
        for system in SYSTEMS:
            for activation in ("logistic", "tanh"):
                self.certificate("--system", system, "--activation", activation)
                self.verified(says="patterns decided again")

    def test_random_systems_and_listings(self):
        for seed in range(4):
            weights = self.gaussian(5, seed, -1.5 * (seed % 2))
            for activation in ("logistic", "tanh"):
                for listing in ("all", "stable", "faces"):
                    self.certificate("--weights", weights, "--activation", activation, "--list",
                                     listing)
                    self.verified("--weights", weights, says="complete: all 243 patterns")

    def test_ties_and_continua(self):
        source = random.Random(1)
        singular = 0
        for trial in range(24):
            n = 2 + trial % 4
            rows = [[source.choice((-1.0, 0.0, 1.0, 2.0)) for _ in range(n)] for _ in range(n)]
            if trial % 3 == 0:
                rows[0] = [0.0] * n
            if trial % 3 == 1:  # rank 1
                rows = [[a * b for b in rows[1]] for a in rows[0]]
            for activation in ("logistic", "tanh"):
                data = self.certificate("--weights", self.write_matrix(rows), "--activation",
                                        activation)
                singular += len(data["continua"])
                self.verified(says="patterns decided again")
        self.assertGreater(singular, 50)

    def test_nine_units_complete_and_more_listed_only(self):
        self.certificate("--weights", self.gaussian(9, 5))
        self.verified(says="all 19683 patterns")
        self.verified("--up-to", "8", "--require", "complete",
                      says="the index of every closed face is 1 (all 19683 at once")
        data = self.certificate("--weights", self.gaussian(14, 6), "--method", "search")
        self.assertGreater(len(data["equilibria"]), 0)
        self.verified(says="not claimed: completeness")
        self.unchecked("'complete', which is required: 'listed' is claimed", "--require",
                       "complete")

    def test_stable_lists_claim_that_no_other_is_stable(self):
        for seed in range(20):
            of = ("--weights", self.gaussian(6, seed, -1.5), "--activation", "tanh")
            graded = self.certificate(*of, "--method", "stable")
            if any("F" in e["pattern"] for e in graded["equilibria"]):
                break
        else:
            self.fail("no seed has a graded stable equilibrium")
        self.assertEqual(graded["claim"], "stable_complete")
        self.verified(says="stable_complete: all 729 patterns decided again, no other is stable")
        self.verified("--require", "stable_complete")
        self.verified("--require", "stable_vertices_complete")
        self.verified("--up-to", "5", says="no other of the 729 patterns is stable, by a search tree")
        self.write("c.json", json.dumps({**graded, "proof": None}))
        self.unchecked("completeness (N = 6 is above 5", "--up-to", "5")
        self.write("c.json", json.dumps(graded))
        self.unchecked("'complete', which is required: 'stable_complete'", "--require", "complete")
        vertices = self.certificate(*of, "--method", "stable-vertices")
        self.assertEqual(vertices["claim"], "stable_vertices_complete")
        self.verified(says="stable_vertices_complete: all 64 patterns")
        # Tampered: one dropped with its counts; a claim beyond what was proved; one that is not
        # stable under a claim about stable ones.
        for good, claims in ((graded, "stable_complete"), (vertices, "stable_vertices_complete")):
            if not good["equilibria"]:
                continue
            data = copy.deepcopy(good)
            gone = data["equilibria"].pop()
            for key in ("total", "stable", "faces" if "F" in gone["pattern"] else "vertices"):
                data["counts"][key] -= 1
            data["counts"]["by_unstable_dimension"][0] -= 1
            self.refuted(data, f"equilibrium {gone['pattern']}: is missing")
            self.refuted(data, f"equilibrium {gone['pattern']}: is missing", "--up-to", "0")
            data.update(claim="listed", proof=None)
            self.write("c.json", json.dumps(data))
            self.verified(says="not claimed: completeness")
        self.refuted({**vertices, "claim": "stable_complete"}, "is missing")
        self.refuted({**graded, "claim": "complete", "singular_patterns": 0, "proof": None},
                     "is missing")
        self.refuted({**graded, "claim": "stable_vertices_complete"},
                     "does not belong to 'stable_vertices_complete'")
        whole = self.certificate(*of)
        self.verified("--require", "stable_complete")  # complete holds it
        self.refuted({**whole, "claim": "stable_complete", "singular_patterns": None},
                     "does not belong to 'stable_complete'")

    # ---- the tree of a search --------------------------------------------------------------

    def tied(self, n, source):
        """Weights of ties, zero rows and rank 1."""
        rows = [[source.choice((-1.0, 0.0, 1.0, 2.0)) for _ in range(n)] for _ in range(n)]
        if source.random() < 0.3:
            rows[0] = [0.0] * n
        if source.random() < 0.3:
            rows = [[a * b for b in rows[-1]] for a in rows[0]]
        return self.write_matrix(rows)

    def test_trees_prove_what_deciding_all_patterns_proves(self):
        source = random.Random(3)
        continua = nodes = 0
        for trial in range(24):
            n = 1 + trial % 6
            weights = (self.tied(n, source) if trial % 4 < 2 else
                       self.gaussian(n, trial, -0.7 * (trial % 2)))
            of = ("--weights", weights, "--activation", ("logistic", "tanh")[(trial // 3 + trial) % 2])
            for method, claim in (("attracting-faces", "attracting_faces_complete"),
                                  ("stable", "stable_complete"),
                                  ("stable-vertices", "stable_vertices_complete")):
                words = ("--no-marginal",) if method != "attracting-faces" and trial % 4 < 2 else ()
                data = self.certificate(*of, "--method", method, *words)
                self.assertEqual(data["claim"], claim)
                if data["proof"] is None:  # decided by signs
                    self.verified("--up-to", "0", says=f"{claim}: no weight is negative")
                    continue
                self.verified(says=("patterns decided again, no other", "by a search tree of"))
                nodes += len(data["proof"]["tree"])
                continua += len(data["continua"])
        self.assertGreater(continua, 10)
        self.assertGreater(nodes, 500)

    def test_a_tree_is_enough_where_the_patterns_are_too_many(self):
        for activation, n in (("logistic", 16), ("tanh", 12)):
            of = ("--weights", self.gaussian(n, 7), "--activation", activation)
            for method in ("attracting-faces", "stable"):
                data = self.certificate(*of, "--method", method)
                self.assertGreater(len(data["proof"]["tree"]), 500)
                self.verified("--require", "stable_complete",
                              says=f"no other of the {3 ** n} patterns")
        source = random.Random(2)
        B, A = ([[source.gauss(0, 1) for _ in range(columns)] for _ in range(rows)]
                for rows, columns in ((14, 20), (20, 14)))
        self.write_model(W=0, drop=("W",), A=A, B=B, b=[0.0] * 14, V=[[1.0] * 20] * 2)
        self.certificate("model.safetensors", "--method", "attracting-faces")
        self.verified("--require", "attracting_faces_complete", says=f"no other of the {3 ** 14} patterns attracts, by")
        self.unchecked("'complete', which is required", "--require", "complete")

    def test_a_search_that_was_cut_short_claims_no_more_than_its_list(self):
        of = ("--weights", self.gaussian(12, 7), "--activation", "tanh", "--method",
              "attracting-faces")
        for words in (("--max-nodes", "5"), ("--max-listed", "0")):
            data = self.certificate(*of, *words)
            self.assertEqual((data["claim"], data["proof"]), ("listed", None))
            self.verified(says="not claimed: completeness")

    def test_tampered_trees(self):
        good = self.certificate("--weights", self.gaussian(6, 4), "--activation", "tanh", "--method",
                                "attracting-faces")
        alone = ("--up-to", "0")
        self.verified(*alone, says="by a search tree")
        tree = good["proof"]["tree"]

        def tampered(says, change):
            data = copy.deepcopy(good)
            change(data["proof"])
            self.refuted(data, says, *alone)

        def first(condition):
            return next(k for k, line in enumerate(tree) if condition(line))
        leaf = first(lambda line: line.endswith("."))
        branch = first(lambda line: " b" in " " + line)
        given_up = first(lambda line: line.endswith("x"))
        tampered("is not given up by its steps", lambda p: p["tree"].__setitem__(leaf, "x"))
        tampered("is not given up by its steps", lambda p: p["tree"].__setitem__(branch, "x"))
        tampered("is given up by its steps, and is not ended", lambda p: p["tree"].__setitem__(
            given_up, tree[given_up][:-1] + "."))
        tampered("is not one pattern", lambda p: p["tree"].__setitem__(branch, "."))
        tampered("nodes are of no part of the tree", lambda p: p["tree"].append("x"))
        tampered("does not follow", lambda p: p["tree"].__setitem__(0, "+0 x"))
        tampered("does not follow", lambda p: p["tree"].__setitem__(0, "0Ht 0Lt 0Ft x"))
        tampered("begins without the state Free of unit 2",
                 lambda p: p["start"].__setitem__(2, "LH"))
        # Every multiplier's sign: what the rows ask has one.
        several = first(lambda line: any(step.count("*") > 1 for step in line.split()))
        tampered("does not follow", lambda p: p["tree"].__setitem__(
            several, tree[several].translate(str.maketrans("+-", "-+"))))
        # Weights that the tree is not of.
        data = copy.deepcopy(good)
        data["weights"]["W"] = [[(-float.fromhex(x)).hex() for x in row]
                                for row in data["weights"]["W"]]
        self.refuted({**data, "equilibria": [], "counts": {
            "total": 0, "vertices": 0, "faces": 0, "stable": 0,
            "by_unstable_dimension": [0] * 7}}, "proof", *alone)

        def bad(says, **fields):
            self.bad(json.dumps({**good, "proof": {**good["proof"], **fields}}), says)
        bad("expected more than 3 nodes", tree=tree[:3])
        bad("expected a step such as", tree=["0H+ x", *tree[1:]])
        bad("expected units below 6", tree=["6H+0 x", *tree[1:]])
        bad("expected units below 6", tree=["+0*6 x", *tree[1:]])
        bad("that ends with x, . or b", tree=["0H+0", *tree[1:]])
        bad("a node as a string", tree=[7, *tree[1:]])
        bad("6 words LH or LHF", start=["LHF"] * 5)
        bad("'split' of type bool", split=1)
        self.bad(json.dumps({**good, "claim": "listed"}), "'proof' null where the claim is 'listed'")
        self.bad(json.dumps({k: v for k, v in good.items() if k != "proof"}), "the field 'proof'")
        self.write("c.json", json.dumps({**good, "proof": None}))
        self.unchecked("completeness", *alone)

    def test_links_between_a_unit_and_its_row(self):
        # Unit 0 High asks 1 - 4 y_1 >= 0, so y_1 <= 1/4. Where unit 1 is High, (Wy)_1 <= 0.8, so that
        # 0.8 y_1 >= (Wy)_1 >= 0.4 - 0.6 y_1 in every state: y_1 >= 2/7. No case of unit 1 is looked at.
        rows = [[1.0, -4.0, 0.0], [0.4, -0.6, 1.0], [0.0, 1.0, -0.5]]
        good = self.certificate("--weights", self.write_matrix(rows), "--method",
                                "attracting-faces")

        def end_of(at, states):
            """The node after those below node `at`."""
            *steps, end = good["proof"]["tree"][at].split()
            states = dict(states)
            for step in steps:
                if step[0] in "012":
                    states[int(step[0])] = states[int(step[0])].replace(step[1], "")
            at += 1
            if end[0] == "b":
                for state in states[int(end[1])]:
                    at = end_of(at, {**states, int(end[1]): state})
            return at
        rest = good["proof"]["tree"][end_of(0, {0: "H", 1: "LHF", 2: "LHF"}):]

        def first(line):
            return {**good, "proof": {**good["proof"], "tree": [line, *rest]}}
        for line in ("+28*0+20*1H x", "1H<0+100*0 +4*0+3*1H x", "1H<858993460+1*1H +28*0+20*1H x"):
            self.write("c.json", json.dumps(first(line)))
            self.verified("--up-to", "0", says="by a search tree")
        for line in ("+28*0+10*1H x", "+4*0+3*1H x", "+28*0+20*1L x", "+28*0-20*1H x",
                     "1H<858993000+1*2 x", "1H<0+1*0 +4*0+3*1H x", "1F<0+100*0 +4*0+3*1H x",
                     "1L<0+100*0 +4*0+3*1H x"):
            self.refuted(first(line), "proof, node 0: the step", "--up-to", "0")

    def test_the_trace_of_a_free_block_is_checked(self):
        # No unit inhibits itself: no free unit from the start.
        rows = [[abs(random.Random(k * 9 + i).gauss(0, 1)) if i == k else
                 random.Random(k * 9 + i).gauss(0, 1) for k in range(5)] for i in range(5)]
        good = self.certificate("--weights", self.write_matrix(rows), "--activation", "tanh",
                                "--method", "stable")
        self.verified("--up-to", "0", says="by a search tree")
        self.assertEqual(good["proof"]["start"], ["LH"] * 5)
        data = copy.deepcopy(good)
        data["weights"]["W"][1][1] = (-0.1).hex()
        data["equilibria"] = []
        self.refuted(data, "begins without the state Free of unit 0, though w_ii < 0 for unit 1",
                     "--up-to", "0")

    def test_files_of_version_3_are_read(self):
        data = self.certificate("--system", "winner-takes-all", "--method", "stable")
        del data["proof"]
        data["version"] = 3
        self.write("c.json", json.dumps(data))
        self.verified(says="9 patterns decided again")

    def test_two_searches_that_prove_nothing_beyond_their_list(self):
        of = ("--weights", self.gaussian(6, 3), "--activation", "tanh")
        for words in (("--method", "search", "--starts", "8"),
                      ("--method", "stable", "--max-nodes", "3")):
            self.assertEqual(self.certificate(*of, *words)["claim"], "listed")
            self.verified(says="not claimed: completeness")
        # N > 10 with --list all: the equilibria stream to a file, none is on the list.
        data = self.certificate("--weights", self.gaussian(11, 3), "--activation", "tanh",
                                "--list", "all")
        self.assertEqual((data["claim"], data["counts"]["total"]), ("listed", 0))
        self.assertIsNone(data["singular_patterns"])
        self.verified(says="0 equilibria")

    def test_two_matrices_are_multiplied_exactly(self):
        source = random.Random(2)
        B, A = ([[source.gauss(0, 1) for _ in range(columns)] for _ in range(rows)]
                for rows, columns in ((4, 3), (3, 4)))
        self.write_model(W=0, drop=("W",), A=A, B=B, b=[0.0] * 4, V=[[1.0] * 3] * 2)
        data = self.certificate("model.safetensors")
        self.assertEqual(set(data["weights"]), {"A", "B"})
        # Rank 3 holds exactly for the product BA, not for the rounded one: FFFF is singular.
        self.verified(says="all 81 patterns")
        product = [[sum(B[i][k] * A[k][j] for k in range(3)) for j in range(4)] for i in range(4)]
        data["weights"] = {"W": [[x.hex() for x in row] for row in product]}
        self.refuted(data, "singular_patterns")

    # ---- tampered ones ---------------------------------------------------------------------

    def test_tampered_lists_and_counts(self):
        good = self.certificate("--weights", self.gaussian(5, 7, -1.5), "--activation", "tanh")
        self.verified()
        face = next(k for k, e in enumerate(good["equilibria"])
                    if 1 <= e["pattern"].count("F") <= 3)
        pattern = good["equilibria"][face]["pattern"]

        data = copy.deepcopy(good)
        del data["equilibria"][face]
        self.refuted(data, f"equilibrium {pattern}: is missing")

        # Dropped with its counts: a list that agrees with itself, refuted by the patterns, and
        # where they are not decided again by the sums of signed determinants, whatever its signs.
        self.write("c.json", json.dumps(good))
        self.verified("--up-to", "4", says="the index of every closed face is 1")
        for k, gone in list(enumerate(good["equilibria"]))[::9]:
            data = self.without(good, [k])
            self.refuted(data, "signed determinants", "--up-to", "4")
            if k % 4 == 0:
                self.refuted(data, f"equilibrium {gone['pattern']}: is missing")

        data = copy.deepcopy(good)
        data["equilibria"].append(data["equilibria"][face])
        self.refuted(data, f"equilibrium {pattern}: is listed twice")

        for key in ("total", "vertices", "faces", "stable"):
            data = copy.deepcopy(good)
            data["counts"][key] += 1
            self.refuted(data, f"counts: {key} ")
        data = copy.deepcopy(good)
        data["counts"]["by_unstable_dimension"][2] -= 1
        self.refuted(data, "counts: unstable dimension 2")
        data = copy.deepcopy(good)
        data["singular_patterns"] = 1
        self.refuted(data, "counts: singular_patterns")

    @staticmethod
    def without(good, dropped):
        """The certificate without some equilibria, its counts in agreement."""
        data = copy.deepcopy(good)
        data["equilibria"] = [e for k, e in enumerate(good["equilibria"]) if k not in dropped]
        for gone in (good["equilibria"][k] for k in dropped):
            data["counts"]["total"] -= 1
            data["counts"]["faces" if "F" in gone["pattern"] else "vertices"] -= 1
            data["counts"]["stable"] -= gone["inertia"]["stable"] == data["dimension"]
            data["counts"]["by_unstable_dimension"][gone["inertia"]["unstable"]] -= 1
        return data

    def test_several_equilibria_dropped_together_are_missed_by_no_sum(self):
        source = random.Random(11)
        for seed, activation in ((21, "logistic"), (22, "tanh")):
            good = self.certificate("--weights", self.gaussian(5, seed), "--activation", activation)
            self.verified("--up-to", "2", says="the index of every closed face is 1")
            indices = range(len(good["equilibria"]))
            vertices = [k for k in indices if "F" not in good["equilibria"][k]["pattern"]]
            for size in (1, 2, 3, 8):
                data = self.without(good, source.sample(indices, size))
                self.refuted(data, "not complete", "--up-to", "2")
            data = self.without(good, [k for k in indices if k not in vertices])
            self.refuted(data, "signed determinants", "--up-to", "2")
        # A face that is degenerate: nothing is concluded from sums.
        self.certificate("--system", "conservative-pair")
        self.unchecked("completeness", "--up-to", "1")

    def test_tampered_equilibria(self):
        good = self.certificate("--weights", self.gaussian(4, 8, -1.5), "--activation", "tanh")
        self.verified()
        face = next(k for k, e in enumerate(good["equilibria"]) if e["pattern"].count("F") == 2)
        free = good["equilibria"][face]["pattern"].index("F")

        def tampered(change, says):
            data = copy.deepcopy(good)
            change(data["equilibria"][face])
            self.refuted(data, f"equilibrium {good['equilibria'][face]['pattern']}: {says}")

        def flip_sign(e):
            word = e["saturated_signs"]
            at = next(i for i, c in enumerate(word) if c in "+-")
            e["saturated_signs"] = word[:at] + ("-" if word[at] == "+" else "+") + word[at + 1:]
        tampered(flip_sign, "signs of the saturated eigenvalues")

        def one_ulp(e):
            e["y"][free] = math.nextafter(float.fromhex(e["y"][free]), 2).hex()
        tampered(one_ulp, f"y[{free}] = ")

        def numerator(e):
            e["numerators"][free] = str(int(e["numerators"][free]) + 1)
        tampered(numerator, f"numerator of unit {free}")

        def denominator(e):
            e["denominator"] = str(int(e["denominator"]) + 1)
        tampered(denominator, "")

        def inertia(e):
            e["inertia"]["unstable"] += 1
            e["inertia"]["stable"] -= 1
        tampered(inertia, "number of unstable eigenvalues")
        tampered(lambda e: e["inertia"].update(all_real=not e["inertia"]["all_real"]), "all_real")
        tampered(lambda e: e.update(type="center"), "type 'center' claimed")
        tampered(lambda e: e.update(determinant_sign=-e["determinant_sign"]), "determinant_sign")
        tampered(lambda e: e.update(on_continuum=True), "on_continuum True claimed")

        data = copy.deepcopy(good)
        level = next(i for i, c in enumerate(good["equilibria"][face]["pattern"]) if c != "F")
        data["equilibria"][face]["numerators"][level] = "0"
        self.refuted(data, f"unit {level} is not at its level")

        data = copy.deepcopy(good)
        weight = float.fromhex(data["weights"]["W"][free][free])
        data["weights"]["W"][free][free] = math.nextafter(weight, 9).hex()
        self.refuted(data, f"numerator of unit {free}")
        self.refuted(data, f"weights: W[{free}][{free}]", "--weights", "W.csv")

        data = copy.deepcopy(good)
        data["activation"] = "logistic"
        self.refuted(data, "is not at its level")

    def test_a_face_that_is_empty_or_singular_is_no_equilibrium(self):
        data = self.certificate("--system", "winner-takes-all")
        empty = copy.deepcopy(data["equilibria"][3])  # FF: only y = 0 solves it
        empty.update(pattern="FF", numerators=["0", "0"], saturated_signs="FF")
        data["equilibria"].append(empty)
        self.refuted(data, "equilibrium FF: its point lies outside the open face")
        data = self.certificate("--system", "mutual-help")
        data["equilibria"].append(empty)
        self.refuted(data, "equilibrium FF: its free block is singular")

    def test_tampered_continua(self):
        good = self.certificate("--system", "competing-zero-diagonal")
        self.verified()
        data = copy.deepcopy(good)
        gone = data["continua"].pop()
        self.refuted(data, f"continuum {gone['pattern']}: is missing")
        data = copy.deepcopy(good)
        data["continua"][0]["dimension"] = 2
        self.refuted(data, f"continuum {good['continua'][0]['pattern']}: dimension 2 claimed")
        data = copy.deepcopy(good)
        data["continua"][0]["numerators"] = ["0", "0"]
        self.refuted(data, "not strictly inside")
        data = copy.deepcopy(good)
        data["continua"].append({"pattern": "FH", "dimension": 1, "numerators": ["1", "2"],
                                 "denominator": "2"})
        self.refuted(data, "continuum FH: its point does not solve the equation of unit 0")
        data = copy.deepcopy(good)
        data["equilibria"][0]["on_continuum"] = False
        self.refuted(data, "equilibrium LL: on_continuum False claimed, True found")
        # Under a claim about no more than the list, it does not hang on the continua listed.
        data.update(claim="listed", singular_patterns=None, continua=[])
        self.refuted(data, "equilibrium LL: on_continuum False claimed, True found")
        data["equilibria"][0]["on_continuum"] = True
        self.write("c.json", json.dumps(data))
        self.verified(says="not claimed: completeness")
        data["equilibria"][-1]["on_continuum"] = True
        self.refuted(data, "on_continuum True claimed, False found")
        data["equilibria"][-1]["on_continuum"] = None
        self.write("c.json", json.dumps(data))
        self.verified(says="not claimed: whether 1 of the equilibria lie on a continuum")

    def test_more_ties_than_are_tried_are_left_open_not_passed(self):
        n = 12
        self.write_matrix([[-1.0] * n for _ in range(n)])
        data = self.certificate("--weights", "W.csv", "--method", "search", "--starts", "8")
        origin = {"pattern": "L" * n, "numerators": ["0"] * n, "denominator": "1",
                  "y": ["0x0p+0"] * n, "determinant_sign": 1, "saturated_signs": "0" * n,
                  "inertia": {"unstable": 0, "stable": 0, "neutral": n, "zero": n,
                              "all_real": True}, "type": "non_hyperbolic", "on_continuum": None}
        data.update(equilibria=[origin], counts={"total": 1, "vertices": 1, "faces": 0, "stable": 0,
                                                 "by_unstable_dimension": [1] + [0] * n})
        self.write("c.json", json.dumps(data))
        self.verified(says="not claimed: whether 1 of the equilibria lie on a continuum")
        origin["on_continuum"] = True
        self.write("c.json", json.dumps(data))
        self.unchecked("whether 1 of the equilibria lie on a continuum (more than 10 ties)")

    # ---- what is no certificate ------------------------------------------------------------

    def bad(self, text, says):
        self.write("c.json", text)
        result = self.check()
        self.assertEqual(result.returncode, 2, result.stdout + result.stderr)
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
        self.assertIn(says, result.stderr)

    def test_bad_files(self):
        good = self.certificate("--system", "winner-takes-all")
        text = json.dumps(good)
        self.bad(text[:len(text) // 2], "expected JSON")
        self.bad("[" * 100000, "expected JSON")
        self.bad("{}", "expected a certificate of resdyn equilibria")
        self.bad(text.replace('"version": 4', '"version": 2'), "expected version 3 or 4, got 2")
        self.bad(text.replace('"claim": "complete"', '"claim": "complete", "claim": "complete"'), "twice")

        def changed(says, **fields):
            self.bad(json.dumps({**good, **fields}), says)
        changed("expected 1 <= dimension", dimension=10**9)
        changed("expected 'dimension' >= 0", dimension=-1)
        changed("expected 'dimension' of type int", dimension=True)
        changed("expected 3 rows of W", dimension=3)
        changed("a hexadecimal float", weights={"W": [["0x1p+0", "x"]] * 2})
        changed("a finite number", weights={"W": [["0x1p+0", "inf"]] * 2})
        changed("not the length of row 0", weights={"W": [["0x1p+0"], ["0x1p+0", "0x1p+0"]]})
        changed("expected W, or A and B", weights={"Q": []})
        changed("expected activation", activation="relu")
        changed("expected a claim of listed, complete, ", claim="perfect")
        changed("'singular_patterns' null where the claim is not 'complete'", claim="listed")
        changed("unstable dimensions", counts={**good["counts"], "by_unstable_dimension": []})

        def item(says, **fields):
            data = copy.deepcopy(good)
            data["equilibria"][1].update(fields)
            self.bad(json.dumps(data), says)
        item("a pattern of 2 letters", pattern="LQ")
        item("a denominator > 0", denominator="0")
        item("a decimal integer", denominator="9" * 200000)
        item("expected 2 numerators", numerators=["0"])
        self.assertEqual(self.check(name="absent.json").returncode, 2)

    def test_a_listed_item_too_large_to_check_is_refused_before_any_work(self):
        n = 200
        self.write_matrix([[-1.0 * (i == j) for j in range(n)] for i in range(n)])
        data = self.certificate("--weights", "W.csv", "--activation", "tanh", "--starts", "1")
        self.assertEqual(data["omitted"], 1)  # found, but verified in double precision only
        self.verified(says="not covered: 1 equilibria")
        point = {"pattern": "F" * n, "numerators": ["0"] * n, "denominator": "1",
                 "y": ["0x0p+0"] * n, "determinant_sign": 1, "saturated_signs": "F" * n,
                 "inertia": {"unstable": 0, "stable": n, "neutral": 0, "zero": 0,
                             "all_real": True}, "type": "stable_node", "on_continuum": False}
        self.bad(json.dumps({**data, "equilibria": [point]}), "at most 32 free units, got 200")

    def test_a_file_that_cannot_be_written(self):
        self.refused(3, "equilibria", "--certificate", "/proc/none/c.json", "--out", "o", "--quiet",
                     says="/proc/none")


if __name__ == "__main__":
    main()
