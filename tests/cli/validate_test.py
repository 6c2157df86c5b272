"""`resdyn validate`: the ledger's schema and laws, its exit codes, a user's own matrix and model."""
import csv
import json
import signal
import struct
import subprocess
import time

from support import PROGRAM, ProgramTest, main

SETTING = ["setting", "prediction", "measured", "tolerance", "text", "verdict"]
CLAIM = ["id", "title", "kind", "verdict", "settings"]
VERDICTS = ["fails", "undecided", "holds"]  # the worst first
# Of effects, the weakest first.
OF_EFFECTS = ["fails", "negligible", "undecided", "depends", "holds on average", "holds in general"]
THEOREMS = {1, 2, 3, 7, 10}


class Validate(ProgramTest):
    def check_effects(self, claim, design):
        """A claim tested by seeds is what was planned, and its verdict the weakest that decides."""
        planned = next(c for c in design["claims"] if c["id"] == claim["id"])
        self.assertEqual([e["effect"] for e in claim["effects"]],
                         [e["effect"] for e in planned["effects"]])
        deciding = [e["verdict"] for e in claim["effects"] if e["decides"]]
        self.assertEqual(claim["verdict"], min(deciding, key=OF_EFFECTS.index))
        for effect in claim["effects"]:
            self.assertEqual([s["setting"] for s in effect["settings"]], planned["settings"])
            if effect["mean"] is None:
                self.assertEqual(effect["verdict"], "undecided")
                continue
            self.assertLessEqual(effect["prediction_low"], effect["low"])
            self.assertLess(effect["low"], effect["mean"])
            self.assertGreaterEqual(effect["prediction_high"], effect["high"])
            self.assertGreaterEqual(effect["pooled_settings"], 5)

    def check_ledger(self, out):
        """The schema, the verdicts' law, and the twins of the JSON."""
        ledger = json.loads((self.folder / out / "claims.json").read_text())
        head = ["schema", "design", "design_sha256", "claims"]
        by_seeds = any("effects" in claim for claim in ledger["claims"])
        self.assertEqual(list(ledger), head if by_seeds else ["schema", "claims"])
        self.assertEqual(ledger["schema"], 2)
        for claim in ledger["claims"]:
            if "effects" in claim:
                self.assertEqual(list(claim), CLAIM + ["effects"])
                self.assertEqual(claim["kind"], "empirical")
                self.check_effects(claim, ledger["design"])
                continue
            self.assertEqual(list(claim), CLAIM)
            self.assertEqual(claim["kind"], "theorem" if claim["id"] in THEOREMS else "empirical")
            self.assertGreater(len(claim["settings"]), 0, claim["title"])
            for setting in claim["settings"]:
                self.assertEqual(list(setting), SETTING)
                for key in ("prediction", "measured", "tolerance"):
                    self.assertIsInstance(setting[key], (int, float, type(None)))
                self.assertTrue(setting["setting"] and setting["text"])
            found = {setting["verdict"] for setting in claim["settings"]}
            self.assertLessEqual(found, set(VERDICTS))
            self.assertEqual(claim["verdict"], next(v for v in VERDICTS if v in found))
        with open(self.folder / out / "claims.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        listed = [(c["id"], s["setting"], s["verdict"])
                  for c in ledger["claims"] for s in c["settings"]]
        self.assertEqual([(int(r["claim"]), r["setting"], r["verdict"]) for r in rows], listed)
        page = (self.folder / out / "ledger.html").read_text()
        for claim in ledger["claims"]:
            self.assertIn(f'id="claim-{claim["id"]}"', page)
            self.assertTrue((self.folder / out / f"figures/claim-{claim['id']}.csv").exists())
            self.assertTrue((self.folder / out / f"figures/claim-{claim['id']}.gp").exists())
        return ledger

    def test_quick_run_of_all_claims(self):
        # Without figures drawn, so that it needs no gnuplot; a theorem that fails makes it exit 1.
        result = self.done("validate", "--quick", "--no-figures", "--out", "ledger")
        ledger = self.check_ledger("ledger")
        self.assertEqual([claim["id"] for claim in ledger["claims"]], list(range(1, 11)))
        for claim in ledger["claims"]:
            if claim["kind"] == "theorem":
                self.assertNotEqual(claim["verdict"], "fails", claim)
            self.assertIn(claim["title"], result.stdout)
        self.assertIn("built-in sets only", result.stdout)
        self.assertIn("is no evidence", result.stdout)
        results = json.loads((self.folder / "ledger/results.json").read_text())
        self.assertEqual(results["claims"], ledger["claims"])

    def test_a_verdict_is_shown_as_soon_as_its_claim_is_done(self):
        process = subprocess.Popen([PROGRAM, "validate", "--quick", "--only", "1,8,9",
                                    "--no-figures", "--out", "gone"], cwd=self.folder, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        first = process.stdout.readline()
        self.assertIsNone(process.poll(), "claims 8 and 9 were done before claim 1 was shown")
        process.send_signal(signal.SIGINT)
        rest, message = process.communicate(timeout=60)
        self.assertRegex(first, r"^ *1\b.*cooperation")
        self.assertEqual(process.returncode, 3, rest + message)

    def test_only_strict_and_json(self):
        result = self.done("validate", "--quick", "--only", "10,1", "--no-figures", "--json")
        ledger = json.loads(result.stdout)
        self.assertEqual([claim["id"] for claim in ledger["claims"]], [1, 10])
        strict = self.run_program("validate", "--quick", "--only", "4", "--no-figures", "--strict",
                                  "--json", "--out", "strict")
        verdict = json.loads(strict.stdout)["claims"][0]["verdict"]
        self.assertEqual(strict.returncode, 0 if verdict.startswith("holds") else 1)

    def test_the_design_is_written_before_the_first_seed_and_can_be_changed(self):
        command = ["validate", "--quick", "--only", "5", "--no-figures"]
        process = subprocess.Popen([PROGRAM, *command, "--out", "begun"], cwd=self.folder,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        planned = self.folder / "begun/claims.json"
        for _ in range(600):
            if planned.exists():
                break
            time.sleep(0.01)
        begun = json.loads(planned.read_text())
        self.assertEqual(begun["claims"], [])
        self.assertEqual(process.wait(timeout=120), 0)
        done = json.loads(planned.read_text())
        self.assertEqual(done["design"], begun["design"])
        self.assertEqual(done["design_sha256"], begun["design_sha256"])
        self.assertEqual(done["design"]["looks"], [3])
        self.assertEqual(len(done["claims"]), 1)
        for table, fields in (("effects", "verdict"), ("effect_settings", "would_settle"),
                              ("effect_factors", "factor_p_holm"), ("effect_seeds", "seed")):
            with open(self.folder / f"begun/{table}.csv", newline="") as file:
                self.assertIn(fields, next(csv.reader(file)))
        changed = self.done(*command, "--out", "changed", "--seeds", "4", "--margin", "0.9",
                            "--alpha", "0.1")
        ledger = self.check_ledger("changed")
        self.assertEqual(ledger["design"]["looks"], [3, 4])
        self.assertEqual(ledger["design"]["alpha"], 0.1)
        self.assertEqual({e["margin"] for e in ledger["claims"][0]["effects"]}, {0.9})
        for option in ("--seeds", "--margin", "--alpha"):
            self.assertIn(option, changed.stdout)
        for wrong in (["--seeds", "2"], ["--margin", "0"], ["--alpha", "1"]):
            refused = self.run_program(*command, *wrong, "--out", "wrong")
            self.assertEqual(refused.returncode, 2, refused.stderr)
            self.assertIn(wrong[0][2:], refused.stderr)

    def test_a_journal_spares_the_seeds(self):
        command = ["validate", "--quick", "--only", "5", "--no-figures", "--journal", "seeds"]
        self.done(*command, "--out", "first")
        again = self.done(*command, "--resume", "--margin", "0.2", "--out", "again")
        self.assertIn("tasks were done already", again.stdout)
        self.assertEqual((self.folder / "first/effect_seeds.csv").read_bytes(),
                         (self.folder / "again/effect_seeds.csv").read_bytes())

    def test_same_bytes_for_any_threads(self):
        for threads in ("1", "2"):
            self.done("validate", "--quick", "--only", "1,5,6", "--no-figures", "--threads",
                      threads, "--out", threads, "--quiet")
        for name in ("claims.json", "claims.csv", "effect_seeds.csv", "figures/claim-6.csv"):
            self.assertEqual((self.folder / "1" / name).read_bytes(),
                             (self.folder / "2" / name).read_bytes(), name)

    def test_matrix_of_the_user(self):
        self.write("W.csv", "0.5,-1.25,2\n1,0.25,-0.5\n-2,1,0.125\n")
        result = self.done("validate", "--quick", "--weights", "W.csv", "--no-figures", "--out",
                           "mine")
        ledger = self.check_ledger("mine")
        self.assertEqual([claim["id"] for claim in ledger["claims"]], [1, 2, 3, 10])
        for claim in ledger["claims"]:
            for setting in claim["settings"]:
                self.assertIn("W.csv", setting["setting"])
        for left_out in ("Claim 4", "Claim 8"):
            self.assertIn(left_out, result.stdout)

    def test_model_of_the_user(self):
        self.done("train", "--data", "xor", "--samples", "300", "--units", "5", "--epochs", "40",
                  "--out", "m", "--quiet")
        self.done("validate", "m/model.safetensors", "--data", "xor", "--quick", "--no-figures",
                  "--out", "mine")
        ledger = self.check_ledger("mine")
        self.assertEqual([claim["id"] for claim in ledger["claims"]], [1, 2, 3, 4, 5, 6, 7, 10])

    def test_data_beside_the_built_in_sets(self):
        folder = self.folder / "digits"
        folder.mkdir()
        for half, count in (("train", 120), ("t10k", 60)):
            # 5x4 "images" of two classes: bright above or below, with a pattern that varies.
            pixels, labels = b"", b""
            for k in range(count):
                label = k % 2
                rows = [[(200 if (r < 2) == (label == 0) else 20) + (k * 7 + r * 5 + c * 3) % 40
                         for c in range(4)] for r in range(5)]
                pixels += bytes(v for row in rows for v in row)
                labels += bytes([label])
            (folder / f"{half}-images-idx3-ubyte").write_bytes(
                b"\0\0\x08\x03" + struct.pack(">III", count, 5, 4) + pixels)
            (folder / f"{half}-labels-idx1-ubyte").write_bytes(
                b"\0\0\x08\x01" + struct.pack(">I", count) + labels)
        self.done("validate", "--quick", "--only", "3", "--data", "digits", "--no-figures", "--out",
                  "with")
        settings = self.check_ledger("with")["claims"][0]["settings"]
        self.assertTrue(any("digits" in s["setting"] for s in settings))
        self.assertTrue(any("rings" in s["setting"] for s in settings))

    def test_interrupted_and_killed(self):
        for number, code in ((signal.SIGINT, 3), (signal.SIGKILL, -9)):
            process = subprocess.Popen([PROGRAM, "validate", "--quick", "--no-figures", "--out",
                                        "gone"], cwd=self.folder, text=True,
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            time.sleep(1.0)
            process.send_signal(number)
            out, message = process.communicate(timeout=60)
            self.assertEqual(process.returncode, code, message)
            if number == signal.SIGINT:
                self.assertEqual(len(message.splitlines()), 1)
                self.assertIn("no claim was decided", message)
            # The design, which was there before anything was known, and nothing else.
            planned = json.loads((self.folder / "gone/claims.json").read_text())
            self.assertEqual(planned["claims"], [])
            self.assertIs(planned["interrupted"], True)
            self.assertFalse((self.folder / "gone/results.json").exists())
            self.assertFalse((self.folder / "gone/ledger.html").exists())

    def test_an_interrupt_leaves_the_claims_that_were_decided(self):
        with subprocess.Popen([PROGRAM, "validate", "--quick", "--only", "3,7,10", "--no-figures",
                               "--out", "begun"], cwd=self.folder, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            self.assertRegex(process.stdout.readline(), "^ *3 ")  # the first claim is decided
            process.send_signal(signal.SIGINT)
            rest, message = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 3, message)
        results = json.loads((self.folder / "begun/results.json").read_text())
        self.assertIs(results["interrupted"], True)
        decided = [claim["id"] for claim in results["claims"]]
        self.assertIn(decided, [[3], [3, 7]])
        self.assertIn(f"{len(decided)} of 3 claims were decided", rest)
        self.assertIs(json.loads((self.folder / "begun/claims.json").read_text())["interrupted"], True)
        self.assertIn("not whole", (self.folder / "begun/ledger.html").read_text())


if __name__ == "__main__":
    main()
