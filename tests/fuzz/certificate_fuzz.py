"""Certificates under a deterministic mutation fuzzer: script/verify-certificate verifies, refutes or
refuses; it never fails in another way, never hangs, and what it verifies is true.

Usage: certificate_fuzz.py RESDYN [EXECUTIONS] [SEED]. Bytes are changed as well as fields of the
JSON tree. A mutant that is verified as complete although its list differs from the one that resdyn
proved for the same weights would be a hole in the checker: that is looked for in every execution.
"""
import copy
import importlib.machinery
import importlib.util
import json
import pathlib
import random
import signal
import subprocess
import sys
import tempfile

CHECKER = pathlib.Path(__file__).resolve().parents[2] / "script/verify-certificate"
UP_TO = 3      # so that one execution stays within milliseconds
HANG = 5       # s
SYSTEMS = (("one-unit", "logistic"), ("winner-takes-all", "logistic"), ("false-repeller", "logistic"),
           ("competing-zero-diagonal", "logistic"), ("conservative-pair", "tanh"),
           ("heteroclinic-cycle", "logistic"), ("dissipative", "tanh"))
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
            proof = checks.run(UP_TO)
        except checker.BadFile:
            return "refused", None
        if checks.refutations:
            return "refuted", None
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
        for k in range(executions):
            source = random.Random(f"{seed}-{k}")
            which = source.randrange(len(seeds))
            if source.random() < 0.75:
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
    print(f"{executions} executions, seed {seed}: {outcomes}; no other failure, no hang")
    assert all(outcomes.values()) or executions < 100


main()
