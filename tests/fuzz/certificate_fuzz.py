"""Certificates under a deterministic mutation fuzzer: script/verify-certificate verifies, refutes or
refuses; it never fails in another way, never hangs, and what it verifies is true.

Usage: certificate_fuzz.py RESDYN [EXECUTIONS] [SEED]. Bytes are changed as well as fields of the
JSON tree, and lines, steps and multipliers of the trees of searches, also together with items dropped
from the lists and counts that agree with what is left. Two holes are looked for in every execution: a
mutant that is verified as complete although its list differs from the one that resdyn proved for the
same weights, and one that is verified by its tree alone although deciding every pattern refutes it.
"""
import copy
import importlib.machinery
import importlib.util
import json
import pathlib
import random
import re
import signal
import subprocess
import sys
import tempfile

CHECKER = pathlib.Path(__file__).resolve().parents[2] / "script/verify-certificate"
UP_TO = 3      # so that one execution stays within milliseconds
SMALL = 5      # up to so many units every pattern is decided where a tree alone has verified a claim
HANG = 5       # s
SYSTEMS = (("one-unit", "logistic"), ("winner-takes-all", "logistic"), ("false-repeller", "logistic"),
           ("competing-zero-diagonal", "logistic"), ("conservative-pair", "tanh"),
           ("heteroclinic-cycle", "logistic"), ("dissipative", "tanh"))
# Searches: seeds of Gaussian weights, or systems.
SEARCHES = tuple((of, activation, method) for of, activation in (
    (1, "logistic"), (2, "tanh"), (3, "tanh"), (4, "logistic"), ("competing-zero-diagonal", "logistic"),
    ("hopfield", "tanh")) for method in ("attracting-faces", "stable", "stable-vertices"))
VALUES = (None, True, -1, 0, 1, 2**63, 10**40, 0.5, 1e308, "", "-1", "0", "1" * 60000, "nan", "inf",
          "0x1p+2000", "0x1p-1074", "-0x0p+0", "LHF", "complete", "listed", [], {}, [[]], "\ud800")
WORDS = (b"NaN", b"1e999", b"-", b"[" * 2000, b"{", b"]", b"}", b'"', b"\xff", b"\x00", b"null",
         b"18446744073709551616", b",", b":", b"\\u0000")


def load_checker():
    loader = importlib.machinery.SourceFileLoader("verify_certificate", str(CHECKER))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    module = importlib.util.module_from_spec(spec)
    sys.dont_write_bytecode = True
    loader.exec_module(module)
    sys.set_int_max_str_digits(module.MAX_DIGITS)
    return module


def places(tree, found=None):
    """Every (container, key) of a JSON tree."""
    found = [] if found is None else found
    if isinstance(tree, (dict, list)):
        for key in tree if isinstance(tree, dict) else range(len(tree)):
            found.append((tree, key))
            places(tree[key], found)
    return found


def mutate_tree(tree, other, source):
    tree = copy.deepcopy(tree)
    for _ in range(source.randint(1, 3)):
        spots = places(tree)
        if not spots:
            break
        container, key = source.choice(spots)
        kind = source.randrange(5)
        if kind == 0:
            container[key] = copy.deepcopy(source.choice(VALUES))
        elif kind == 1:
            del container[key]
        elif kind == 2:
            giver, name = source.choice(places(other))
            container[key] = copy.deepcopy(giver[name])
        elif kind == 3 and isinstance(container, list):
            container.insert(key, copy.deepcopy(container[key]))
        elif isinstance(container[key], int) and not isinstance(container[key], bool):
            container[key] += source.choice((-1, 1))
        elif isinstance(container[key], str) and container[key]:
            at = source.randrange(len(container[key]))
            letter = source.choice("0123456789-LHFx.abc")
            container[key] = container[key][:at] + letter + container[key][at + 1:]
    return json.dumps(tree).encode()


def drop_items(tree, source):
    """Some listed items gone, the counts in agreement: most often the claim is then false."""
    for name in ("equilibria", "continua"):
        for _ in range(source.randint(0, 2)):
            if not tree[name] or name == "continua" and source.random() < 0.5:
                continue
            gone = tree[name].pop(source.randrange(len(tree[name])))
            if name == "equilibria":
                counts = tree["counts"]
                counts["total"] -= 1
                counts["faces" if "F" in gone["pattern"] else "vertices"] -= 1
                counts["stable"] -= gone["inertia"]["stable"] == tree["dimension"]
                counts["by_unstable_dimension"][gone["inertia"]["unstable"]] -= 1


def mutate_step(step, n, source):
    """A step of a tree with one thing changed."""
    kind = source.randrange(8)
    if kind > 5:  # links; a range first
        link = f"+{source.choice((1, 2, 5, 40))}*{source.randrange(n)}{source.choice('HL')}"
        if kind == 6:
            return step.replace("t", "") + link
        bound = source.choice((0, 10**8, 10**9, 3 * 10**9, 10**10))
        return f"{source.randrange(n)}{source.choice('HL')}<{bound}{link} {step}"
    if kind == 0:
        return step.translate(str.maketrans("+-", "-+"))
    if kind == 1:
        return step.translate(str.maketrans("LHF", source.choice(("HFL", "FLH", "HLF", "LFH"))))
    if kind == 2:
        return step.lstrip("0123456789LHF")  # the node is given up
    if kind == 3:
        return f"{source.randrange(n)}{source.choice('LHF')}{source.choice(('t', '+0', '-0'))}"
    numbers = list(re.finditer("[0-9]+", step))
    if not numbers:
        return step
    at = source.choice(numbers)
    value = source.choice((source.randrange(n), int(at[0]) + source.choice((-1, 1)), 0, 1, 10**30))
    return step[:at.start()] + str(abs(value)) + step[at.end():]


def mutate_proof(tree, other, source):
    tree = copy.deepcopy(tree)
    if source.random() < 0.6:
        drop_items(tree, source)
    proof = tree["proof"]
    n = tree["dimension"]
    for _ in range(source.randint(0, 3)):
        lines = proof["tree"]
        at = source.randrange(len(lines)) if lines else 0
        *steps, end = lines[at].split(" ") if lines else ["x"]
        kind = source.randrange(10)
        if kind == 0:
            del lines[at:at + source.randint(1, 3)]
            continue
        if kind == 1:
            lines.insert(at, source.choice(other["proof"]["tree"]))
            continue
        if kind == 2 and lines:
            to = source.randrange(len(lines))
            lines[at], lines[to] = lines[to], lines[at]
            continue
        if kind == 3:
            proof["split"] = not proof["split"]
            continue
        if kind == 4:
            proof["start"][source.randrange(n)] = source.choice(("LH", "LHF"))
            continue
        if kind == 5:
            tree["claim"] = source.choice(("attracting_faces_complete", "stable_complete",
                                           "stable_vertices_complete"))
            continue
        if kind == 6:
            end = source.choice(("x", ".", f"b{source.randrange(n)}"))
        elif kind == 7 and steps:
            del steps[source.randrange(len(steps))]
        elif steps:
            k = source.randrange(len(steps))
            steps[k] = mutate_step(steps[k], n, source)
        else:
            steps = [mutate_step("0H+1*0-2*1", n, source)]
        if lines:
            lines[at] = " ".join([*steps, end])
    if source.random() < 0.1:
        row = source.choice(tree["weights"]["W"])
        at = source.randrange(n)
        row[at] = (-float.fromhex(row[at])).hex()
    return json.dumps(tree).encode()


def mutate_bytes(text, source):
    text = bytearray(text)
    for _ in range(source.randint(1, 3)):
        at = source.randrange(len(text) + 1)
        kind = source.randrange(4)
        if kind == 0 and at < len(text):
            text[at] ^= 1 << source.randrange(8)
        elif kind == 1:
            text[at:at] = source.choice(WORDS)
        elif kind == 2:
            del text[at:at + source.randint(1, 20)]
        else:
            del text[at:]
    return bytes(text)


def main():
    program = sys.argv[1]
    executions = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    checker = load_checker()
    outcomes = {"verified": 0, "refuted": 0, "refused": 0}
    by_tree = {"tree": 0, "signs": 0}  # verified, and deciding every pattern agreed
    truths = {}  # what was proved, by activation and weights

    def key(certificate):
        return certificate.activation, json.dumps(certificate.W), json.dumps(certificate.doubles)

    def tells(certificate):
        return (certificate.listing, certificate.counts, certificate.by_unstable,
                sorted((e["pattern"], json.dumps(e["inertia"], sort_keys=True), e["type"])
                       for e in certificate.equilibria))

    def run(path):
        try:
            certificate = checker.read_certificate(path)
            checks = checker.Checker(certificate)
            proof = checks.run(0 if certificate.proof else UP_TO)
        except checker.BadFile:
            return "refused", None
        if checks.refutations:
            return "refuted", None
        if proof in ("tree", "signs") and certificate.n <= SMALL:
            patterns = checker.Checker(certificate)
            assert patterns.run(SMALL) == "all"
            assert not patterns.refutations, ("a hole: a tree proves what is false",
                                              patterns.refutations)
            by_tree[proof] += 1
        return "verified", certificate if proof and certificate.complete else None

    def hang(*_):
        raise TimeoutError(f"an execution took more than {HANG} s")

    signal.signal(signal.SIGALRM, hang)
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "c.json"
        seeds = []
        for system, activation in SYSTEMS:
            subprocess.run([program, "equilibria", "--system", system, "--activation", activation,
                            "--certificate", str(path), "--out", folder + "/out", "--quiet"],
                           check=True, stdout=subprocess.DEVNULL)
            seeds.append(path.read_bytes())
            outcome, certificate = run(path)
            assert outcome == "verified", (system, outcome)
            truths[key(certificate)] = tells(certificate)
        trees = [json.loads(text) for text in seeds]
        searches = []
        for of, activation, method in SEARCHES:
            weights = ("--system", of) if isinstance(of, str) else ("--weights", folder + "/W.csv")
            if isinstance(of, int):
                draw = random.Random(of)
                n = SMALL - of % 2
                (pathlib.Path(folder) / "W.csv").write_text("\n".join(
                    ",".join(repr(draw.gauss(0, 1) - 0.5 * (i == j)) for j in range(n))
                    for i in range(n)))
            subprocess.run([program, "equilibria", *weights, "--activation", activation, "--method",
                            method, "--certificate", str(path), "--out", folder + "/out", "--quiet"],
                           check=True, stdout=subprocess.DEVNULL)
            searches.append(json.loads(path.read_bytes()))
            assert run(path)[0] == "verified", (of, activation, method)
        for k in range(executions):
            source = random.Random(f"{seed}-{k}")
            which = source.randrange(len(seeds))
            if source.random() < 0.5:
                text = mutate_proof(source.choice(searches), source.choice(searches), source)
            elif source.random() < 0.2:
                text = mutate_tree(source.choice(searches), source.choice(trees), source)
            elif source.random() < 0.75:
                text = mutate_tree(trees[which], source.choice(trees), source)
            else:
                text = mutate_bytes(seeds[which], source)
            path.write_bytes(text)
            signal.alarm(HANG)
            try:
                outcome, certificate = run(path)
            except BaseException:
                print(f"certificate_fuzz: execution {k} of seed {seed}: {text[:2000]!r}",
                      file=sys.stderr)
                raise
            finally:
                signal.alarm(0)
            outcomes[outcome] += 1
            if certificate is not None and key(certificate) in truths:
                truth = truths[key(certificate)]
                if certificate.listing == truth[0]:
                    assert tells(certificate) == truth, f"execution {k} of seed {seed}: a hole"
    print(f"{executions} executions, seed {seed}: {outcomes}; {by_tree['tree']} verified by a tree, "
          "and true; no other failure, no hang")
    assert all(outcomes.values()) or executions < 100


main()
