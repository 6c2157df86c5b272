"""`resdyn cycles`: known cycles with their proofs, and its certificates against
script/verify-cycle-certificate: true ones pass, tampered ones are accepted only where they are true.

Truth is judged by a third route: Newton's method on the layer map in double precision."""
import contextlib
import copy
import importlib.machinery
import importlib.util
import io
import json
import math
import pathlib
import random
import sys
import unittest.mock

from support import ProgramTest, main

CHECKER = pathlib.Path(__file__).resolve().parents[2] / "script/verify-cycle-certificate"
LOADER = importlib.machinery.SourceFileLoader("verify_cycle_certificate", str(CHECKER))
MUTATIONS = 10000


def solved(A, b):
    """A x = b by elimination; None where it is singular."""
    n = len(b)
    rows = [list(row) + [b[i]] for i, row in enumerate(A)]
    for c in range(n):
        pivot = max(range(c, n), key=lambda i: abs(rows[i][c]))
        if abs(rows[pivot][c]) < 1e-12:
            return None
        rows[c], rows[pivot] = rows[pivot], rows[c]
        for i in range(n):
            if i != c:
                f = rows[i][c] / rows[c][c]
                rows[i] = [x - f * y for x, y in zip(rows[i], rows[c])]
    return [rows[i][n] / rows[i][i] for i in range(n)]


class Layers:
    """The layer map of a certificate's network on the face of one of its cycles, in doubles."""

    def __init__(self, document, cycle):
        self.W = [[float.fromhex(x) for x in row] for row in document["weights"]["W"]]
        self.h = float.fromhex(document["step"])
        self.tanh = document["activation"] == "tanh"
        self.pattern = cycle["pattern"]
        self.free = [i for i, s in enumerate(self.pattern) if s == "F"]
        low = -1.0 if self.tanh else 0.0
        self.levels = [{"L": low, "H": 1.0, "F": 0.0}[s] for s in self.pattern]

    def f(self, u):
        if self.tanh:
            return math.tanh(u)
        return 1 / (1 + math.exp(-u)) if u > -700 else 0.0

    def y(self, u):
        y = self.levels[:]
        for i, x in zip(self.free, u):
            y[i] = self.f(x)
        return y

    def layer(self, u):
        y = self.y(u)
        return [x + self.h * sum(w * v for w, v in zip(self.W[i], y)) for i, x in zip(self.free, u)]

    def jacobian(self, u):
        found = []
        for a, i in enumerate(self.free):
            row = []
            for b, j in enumerate(self.free):
                y = self.f(u[b])
                row.append((a == b) + self.h * self.W[i][j] * ((1 - y * y) if self.tanh else y * (1 - y)))
            found.append(row)
        return found

    def newton(self, u, p):
        """A point with F^p(u) = u near u, and the Jacobian of F^p; None where there is none."""
        m = len(u)
        for _ in range(50):
            v, total = u, [[float(a == b) for b in range(m)] for a in range(m)]
            for _ in range(p):
                J = self.jacobian(v)
                total = [[sum(J[a][k] * total[k][b] for k in range(m)) for b in range(m)] for a in range(m)]
                v = self.layer(v)
            gap = [y - x for x, y in zip(u, v)]
            d = solved([[total[a][b] - (a == b) for b in range(m)] for a in range(m)], [-g for g in gap])
            if d is None or not all(map(math.isfinite, d)):
                return None
            u = [x + y for x, y in zip(u, d)]
            if max(map(abs, d)) <= 1e-13 * max(1.0, *map(abs, u)):
                return u, total
        return None

    def holds(self, cycle):
        """Does what the certificate claims of the cycle hold, as far as doubles can tell?"""
        p = cycle["period"]
        centre = [[float.fromhex(x) for x in row] for row in cycle["points"]]
        reach = float.fromhex(cycle["radius"])
        found = self.newton(centre[0], p)
        if found is None:
            return False
        u, total = found
        orbit = [u]
        for _ in range(p - 1):
            orbit.append(self.layer(orbit[-1]))
        slack = reach + 1e-9
        if any(abs(x - c) > slack for v, row in zip(orbit, centre) for x, c in zip(v, row)):
            return False
        for d in range(1, p):
            if p % d == 0 and max(abs(x - y) for x, y in zip(orbit[0], orbit[d])) < 1e-9:
                return False
        if cycle["attracts"] == "not_claimed":
            return True
        power = total
        for _ in range(12):  # M^4096 is small where M attracts
            power = [[sum(a * b for a, b in zip(row, column)) for column in zip(*power)] for row in power]
        if not max(abs(x) for row in power for x in row) < 1e-3 and \
                not all(abs(x) < 1 for row in total for x in row):
            return False
        if cycle["attracts"] == "cube":
            mean = [sum(column) / p for column in zip(*map(self.y, orbit))]
            for i, state in enumerate(self.pattern):
                rate = sum(w * y for w, y in zip(self.W[i], mean))
                if state == "L" and rate > 1e-9 or state == "H" and rate < -1e-9:
                    return False
        return True


class Cycles(ProgramTest):
    @classmethod
    def setUpClass(cls):
        sys.dont_write_bytecode = True  # none beside the script
        cls.checker = importlib.util.module_from_spec(
            importlib.util.spec_from_loader(LOADER.name, LOADER))
        LOADER.exec_module(cls.checker)

    def cycles(self, text, *words):
        self.write("W.csv", text)
        self.done("cycles", "--weights", "W.csv", *words, "--out", "out", "--certificate", "c.json",
                  "--no-figures", "--quiet")
        return (json.loads((self.folder / "out/results.json").read_text()),
                json.loads((self.folder / "c.json").read_text()))

    def check(self, *words):
        out, error = io.StringIO(), io.StringIO()
        with contextlib.chdir(self.folder), contextlib.redirect_stdout(out), \
                contextlib.redirect_stderr(error), \
                unittest.mock.patch.object(sys, "argv", [str(CHECKER), "c.json", *words]):
            code = self.checker.main()
        return code, out.getvalue() + error.getvalue()

    def test_one_unit_alternates_and_the_proof_is_verified(self):
        results, certificate = self.cycles("-3\n", "--activation", "tanh", "--clock", "map")
        cycle = next(f["cycle"] for f in results["network"] if "cycle" in f)
        self.assertEqual(cycle["period"], 2)
        self.assertTrue(cycle["proof"]["minimal_period"] and cycle["proof"]["attracts_in_cube"])
        self.assertLessEqual(cycle["mean_error"], cycle["mean_bound"])
        u = float.fromhex(certificate["cycles"][0]["points"][1][0])
        self.assertAlmostEqual(2 * u, 3 * math.tanh(u), delta=1e-14)
        code, says = self.check("--weights", "W.csv")
        self.assertEqual(code, 0, says)
        self.assertIn("1 cycles of the network", says)
        self.write("W.csv", "-3.5\n")
        self.assertEqual(self.check("--weights", "W.csv")[0], 1)

    def test_words_list_the_faces_with_what_is_proved_of_the_list(self):
        self.write("W.csv", "-3,2\n0,1\n")
        said = self.done("cycles", "--weights", "W.csv", "--activation", "tanh", "--step", "1.2",
                         "--no-figures", "--out", "out").stdout
        for text in ("Proved for the stored weights", "that can attract", "proved in intervals",
                     "exact", "not excluded by this search"):
            self.assertIn(text, said)

    def test_random_networks_have_true_certificates(self):
        draw = random.Random(5)
        seen = 0
        for k in range(8):
            n = 2 + k % 3
            # Units that inhibit themselves: their equilibria flip at small steps.
            text = "".join(",".join(repr(draw.gauss(-2.0 * (i == j), 1.5)) for j in range(n)) + "\n"
                           for i in range(n))
            words = ("tanh", "1.3") if k % 2 else ("logistic", "6")
            _, certificate = self.cycles(text, "--activation", words[0], "--step", words[1],
                                         "--clock", "map", "--starts", "3", "--max-period", "16")
            code, says = self.check("--weights", "W.csv")
            self.assertEqual(code, 0, says)
            for cycle in certificate["cycles"]:
                self.assertTrue(Layers(certificate, cycle).holds(cycle))
                seen += 1
        self.assertGreater(seen, 5)

    def test_two_matrices_are_multiplied_exactly(self):
        _, certificate = self.cycles("-3,2\n0,1\n", "--activation", "tanh", "--step", "1.2", "--clock", "map")
        W = certificate["weights"]["W"]
        one, nil = (1.0).hex(), (0.0).hex()
        for weights in ({"B": W, "A": [[one, nil], [nil, one]]}, {"B": [[one, nil], [nil, one]], "A": W}):
            certificate["weights"] = weights
            self.write("c.json", json.dumps(certificate))
            self.assertEqual(self.check()[0], 0)
        self.assertEqual(self.check("--weights", "W.csv")[0], 2)

    def mutated(self, certificate, draw):
        """One change, small or large, somewhere."""
        document = copy.deepcopy(certificate)

        def other(text):
            x = float.fromhex(text)
            kind = draw.randrange(7)
            if kind == 0:
                return (-x).hex()
            if kind == 1:
                return (x * (1 + draw.choice((-1, 1)) * 10 ** draw.uniform(-16, 0.5))).hex()
            if kind == 2:
                return (x + draw.choice((-1, 1)) * 10 ** draw.uniform(-16, 1)).hex()
            if kind == 3:
                return (0.0).hex()
            if kind == 4:
                return (x * 2 ** draw.randint(-40, 40)).hex()
            if kind == 5:
                return draw.choice(("nan", "inf", "", "1.5", "0x", text + "p"))
            return math.nextafter(x, draw.choice((-math.inf, math.inf))).hex()
        cycle = draw.choice(document["cycles"])
        kind = draw.randrange(9)
        if kind <= 2:
            row = draw.choice(cycle["points"])
            at = draw.randrange(len(row))
            row[at] = other(row[at])
        elif kind == 3:
            cycle["radius"] = other(cycle["radius"])
        elif kind == 4:
            row = draw.choice(document["weights"]["W"])
            at = draw.randrange(len(row))
            row[at] = other(row[at])
        elif kind == 5:
            document["step"] = other(document["step"])
        elif kind == 6:
            letters = list(cycle["pattern"])
            letters[draw.randrange(len(letters))] = draw.choice("LHF")
            cycle["pattern"] = "".join(letters)
        elif kind == 7:
            how = draw.randrange(4)
            if how == 0:
                cycle["points"] = cycle["points"] * 2
                cycle["period"] *= 2
            elif how == 1:
                draw.shuffle(cycle["points"])
            elif how == 2:
                cycle["points"].pop()
                cycle["period"] -= draw.randrange(2)
            else:
                cycle["period"] = draw.choice((0, -1, 1, 3, 4, "2", 2.0, True))
        else:
            cycle["attracts"] = draw.choice(("cube", "face", "not_claimed", "all"))
            document["activation"] = draw.choice(("tanh", "logistic", "relu"))
        return document

    def test_no_tampered_certificate_is_accepted_falsely(self):
        bases = []
        for text, words in (("-3,2\n0,1\n", ("tanh", "1.2")), ("-6,2\n0,1\n", ("logistic", "2.5"))):
            _, certificate = self.cycles(text, "--activation", words[0], "--step", words[1], "--clock",
                                         "map", "--starts", "3", "--max-period", "8", "--max-born-period", "4")
            certificate["cycles"] = certificate["cycles"][:2]
            self.assertTrue(certificate["cycles"])
            bases.append(certificate)
        draw = random.Random(9)
        accepted = refused = malformed = 0
        for _ in range(MUTATIONS):
            document = self.mutated(draw.choice(bases), draw)
            try:
                found = self.checker.refutations_of(document)[1]
            except self.checker.BadFile:
                malformed += 1
                continue
            if found:
                refused += 1
                continue
            accepted += 1
            for cycle in document["cycles"]:
                self.assertTrue(Layers(document, cycle).holds(cycle), json.dumps(document))
        self.assertGreater(accepted, 100)
        self.assertGreater(refused, MUTATIONS // 4)
        self.assertGreater(malformed, 100)

    def test_wrong_options_are_refused(self):
        self.refused(2, "cycles", "--clock", "map", "--max-period", "0", says="--max-period")
        self.refused(2, "cycles", "--clock", "flow", "--certificate", "c.json", says="--certificate")
        self.refused(2, "cycles", "--activation", "relu", says="bounded")


if __name__ == "__main__":
    main()
