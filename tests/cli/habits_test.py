"""What a user of any command-line program may count on: results that a closed pipe does not lose,
folders without another run's files, lines that fit the terminal, words and units of one meaning."""
import csv
import html
import json
import os
import pathlib
import pty
import re
import subprocess
import sys

README = pathlib.Path(sys.argv.pop(2)).resolve()

from support import PROGRAM, ProgramTest, main  # noqa: E402


class Output(ProgramTest):
    def test_a_reader_that_leaves_early_loses_no_results(self):
        for verb, words in (("equilibria", ["--system", "strange-attractor"]), ("spectrum", []),
                            ("bifurcations", []), ("train", ["--epochs", "2"])):
            with self.subTest(verb=verb):
                command = [PROGRAM, verb, *words, "--no-figures"]
                whole = subprocess.run(command, cwd=self.folder, capture_output=True, timeout=120)
                expected = self.names(f"resdyn-out/{verb}")
                for path in (self.folder / f"resdyn-out/{verb}").glob("*"):
                    if path.is_file():
                        path.unlink()
                reading, writing = os.pipe()
                os.close(reading)  # nobody reads: the first line already meets a closed pipe
                result = subprocess.run(command, cwd=self.folder, stdout=writing,
                                        stderr=subprocess.PIPE, text=True, timeout=120)
                os.close(writing)
                self.assertEqual(result.returncode, whole.returncode, result.stderr)
                self.assertEqual(self.names(f"resdyn-out/{verb}"), expected)

    def test_a_full_device_is_still_an_error(self):
        with open("/dev/full", "w") as full:
            result = subprocess.run([PROGRAM, "equilibria", "--json"], cwd=self.folder,
                                    stdout=full, stderr=subprocess.PIPE, text=True)
        self.assertEqual(result.returncode, 3, result.stderr)
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)

    def on_terminal(self, columns, *words):
        """What the program shows on a terminal of so many columns."""
        import fcntl
        import struct
        import termios
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        process = subprocess.Popen([PROGRAM, *words], cwd=self.folder, stdout=slave,
                                   stderr=subprocess.DEVNULL)
        os.close(slave)
        text = b""
        while True:
            try:
                piece = os.read(master, 65536)
            except OSError:
                break
            if not piece:
                break
            text += piece
        os.close(master)
        self.assertEqual(process.wait(timeout=60), 0)
        return text.decode().replace("\r\n", "\n")

    def test_lines_end_at_the_terminals_width_and_stay_whole_elsewhere(self):
        for words in (("equilibria", "--system", "dissipative"), ("interactions", "--no-figures"),
                      ("equilibria", "--help"), ("--help",)):
            with self.subTest(words=words):
                shown = self.on_terminal(60, *words)
                for line in shown.splitlines():
                    longest_word = max((len(word) for word in line.split()), default=0)
                    self.assertLessEqual(len(line), max(60, longest_word + 31), line)
                piped = self.done(*words).stdout
                self.assertGreater(max(map(len, piped.splitlines())), 80)
                self.assertEqual(shown.split(), piped.split())

    def test_json_is_never_broken(self):
        shown = self.on_terminal(40, "equilibria", "--json")
        self.assertEqual(shown, self.done("equilibria", "--json").stdout)
        json.loads(shown)

    def test_the_answer_comes_first_and_one_line_says_what_was_written(self):
        for verb, answer in (("trajectory", "settled at"), ("equilibria", "winner-takes-all"),
                             ("train", "accuracy"), ("spectrum", "winner"), ("portrait", "winner"),
                             ("interactions", "winner"), ("bifurcations", "winner"),
                             ("basins", "winner")):
            with self.subTest(verb=verb):
                words = ["--width", "16", "--height", "16"] if verb == "basins" else []
                words += ["--epochs", "2"] if verb == "train" else []
                words += ["--t-end", "60"] if verb == "trajectory" else []
                lines = self.done(verb, *words, "--no-figures").stdout.splitlines()
                self.assertIn(answer, lines[0])
                self.assertEqual([k for k, line in enumerate(lines)
                                  if line.startswith("written: ")], [len(lines) - 1])
                self.assertIn(f"resdyn-out/{verb}: ", lines[-1])
                self.assertIn("results.json", lines[-1])


class Folders(ProgramTest):
    def test_files_of_an_earlier_run_do_not_stay(self):
        self.write("mine.txt", "kept")
        self.done("spectrum", "--system", "dissipative", "--at", "FFF", "--out", "r")
        (self.folder / "r/mine.txt").write_text("kept")
        self.assertIn("routes-FFF.csv", self.names("r"))
        self.done("spectrum", "--no-figures", "--out", "r")
        self.assertNotIn("routes-FFF.csv", self.names("r"))
        self.assertEqual([p.name for p in (self.folder / "r/figures").glob("*.svg")], [])
        self.assertEqual((self.folder / "r/mine.txt").read_text(), "kept")
        self.done("equilibria", "--system", "limit-cycle", "--recurrence", "--out", "e")
        self.assertIn("motions.csv", self.names("e"))
        self.done("equilibria", "--out", "e")
        self.assertEqual(self.names("e"), ["equilibria.csv", "results.json"])

    def test_another_verbs_folder_is_refused_before_the_work(self):
        self.done("train", "--epochs", "1", "--out", "model")
        before = sorted(self.folder.rglob("*"))
        self.refused(2, "analyze", "model/model.safetensors", "--data", "rings", "--out", "model",
                     says=["resdyn train", "resdyn analyze", "model"], keeps=before)

    def test_a_manifest_cannot_reach_out_of_its_folder(self):
        self.write("outside", "kept")
        self.done("spectrum", "--no-figures", "--out", "r")
        with open(self.folder / "r/.resdyn", "a") as manifest:
            manifest.write(f"../outside\n{self.folder}/outside\n")
        self.done("spectrum", "--no-figures", "--out", "r")
        self.assertEqual((self.folder / "outside").read_text(), "kept")

    def test_kept_checkpoints_of_another_training_do_not_stay(self):
        words = ("train", "--data", "moons", "--samples", "60", "--out", "m", "--keep-checkpoints")
        self.done(*words, "--epochs", "4", "--checkpoint-every", "1")
        self.done(*words, "--epochs", "2", "--checkpoint-every", "1")
        self.assertEqual(self.names("m/checkpoints"),
                         [f"epoch-{k:06}.safetensors" for k in range(3)])


class Words(ProgramTest):
    def test_did_you_mean(self):
        for words, meant in ((["equilibira"], "equilibria"),
                             (["trajectory", "--clok", "map"], "--clock"),
                             (["trajectory", "--clock", "flwo"], "flow"),
                             (["equilibria", "--system", "hopfeild"], "hopfield"),
                             (["equilibria", "--activation", "thanh"], "tanh"),
                             (["train", "--optimizer", "adm"], "adam"),
                             (["equilibria", "--method", "stabel"], "stable")):
            self.refused(2, *words, says=f"did you mean {meant}?")
        self.assertNotIn("did you mean", self.refused(2, "equilibria", "--system", "qq").stderr)

    def test_a_refused_option_names_the_help_of_its_verb(self):
        for words in (["trajectory", "--nonsense"], ["trajectory", "--clock", "sundial"],
                      ["trajectory", "--t-end", "x"], ["trajectory", "--y0", "1,2,3"]):
            self.refused(2, *words, says="(see resdyn trajectory --help)")
        self.refused(2, "nonsense", says="(see resdyn --help)")

    def test_verbs_that_need_a_model_offer_the_one_just_trained(self):
        self.done("train", "--epochs", "1")
        before = sorted(self.folder.rglob("*"))
        for verb in ("transient", "perturb", "depth", "reduce", "info"):
            self.refused(2, verb, says="resdyn-out/train/model.safetensors", keeps=before)

    def test_one_name_for_one_thing(self):
        """Of the verbs' own help: an option's name means one thing, whatever the verb."""
        verbs = ("train", "analyze", "trajectory", "equilibria", "interactions", "spectrum",
                 "transient", "bifurcations", "portrait", "basins", "perturb", "depth", "reduce",
                 "validate")
        text = {verb: self.done(verb, "--help").stdout for verb in verbs}
        for verb in verbs:
            self.assertIn("--format", text[verb], verb)
            self.assertNotRegex(text[verb], r"--sample\s", verb)
        for verb in ("trajectory", "equilibria", "analyze", "basins", "transient"):
            self.assertIn("--settle-tol", text[verb], verb)
        for verb in ("analyze", "basins", "transient", "depth"):
            self.assertIn("--settle-samples", text[verb], verb)

    def test_divergence_says_what_to_try(self):
        result = self.run_program("train", "--data", "xor", "--learning-rate", "1e30", "--epochs",
                                  "3", "--out", "a", "--quiet")
        self.assertEqual(result.returncode, 1)
        self.assertIn("--learning-rate 2.5e+29, --clip 1", result.stderr)
        self.write("W.csv", "1000\n")
        words = ("trajectory", "--weights", "W.csv", "--activation", "softplus", "--t-end", "10")
        self.assertIn("bounded --activation", self.run_program(*words).stdout)

    def test_the_glossary_is_one_text(self):
        self.done("analyze", "--no-figures", "--out", "a")
        page = html.unescape((self.folder / "a/report.html").read_text())
        told = self.done("--help").stdout
        rows = re.findall(r"^\| (.+?) \| (.+?) \|$", README.read_text(), re.M)
        words = {term.replace("`", ""): meaning for term, meaning in rows}
        listed = re.findall(r"^  (\S.*?)  +(\S.*)$", told[told.index("Words:"):], re.M)
        self.assertGreaterEqual(len(listed), 15)
        for term, meaning in listed:
            self.assertEqual(words.get(term), meaning, term)
            self.assertTrue(meaning in page, term)


class Starts(ProgramTest):
    def runs(self, *words):
        return json.loads(self.done("trajectory", "--no-figures", "--json", *words).stdout)

    def test_several_starts_are_single_starts(self):
        self.write("starts.csv", "0.3,0.2\n0.2,0.3\n")
        several = self.runs("--y0", "0.3,0.2;0.2,0.3", "--t-end", "60")["runs"]
        self.assertEqual([run["rest"]["pattern"] for run in several], ["HL", "LH"])
        self.assertEqual(self.runs("--y0", "starts.csv", "--t-end", "60")["runs"], several)
        for k, start in enumerate(("0.3,0.2", "0.2,0.3")):
            self.assertEqual(self.runs("--y0", start, "--t-end", "60")["runs"], [several[k]])
        with open(self.folder / "resdyn-out/trajectory/trajectory.csv") as file:
            self.assertEqual({row["start"] for row in csv.DictReader(file)}, {"0"})

    def test_a_start_at_an_equilibrium_says_so(self):
        words = ("--system", "conservative-pair", "--y0", "0,0")
        self.assertEqual(self.runs(*words)["starts_at"]["pattern"], "FF")
        self.assertIn("starts at the equilibrium FF", self.done("trajectory", *words).stdout)
        corner = self.done("trajectory", "--y0", "1,1", "--no-figures").stdout
        self.assertIn("starts at the equilibrium HH (unstable_node", corner)
        self.assertNotIn("starts_at", self.runs("--y0", "0.3,0.2"))

    def test_portraits_start_where_they_are_told(self):
        for words in (("--y0", "0.3,0.2;0.2,0.3;0.5,0.1"), ("--u0", "-1,0;0,1;2,2"),
                      ("--x0", "1,0;0,1;0.5,0.5")):
            portrait = json.loads(self.done("portrait", *words, "--json").stdout)["portrait"]
            self.assertEqual(portrait["trajectories"], 3)
        with open(self.folder / "resdyn-out/portrait/figures/portrait.csv") as file:
            first = [row for row in csv.DictReader(file) if row["series"] == "flow 1"][0]
        # x0 = (1, 0): u0 = W x0 = (1, -2)
        self.assertAlmostEqual(float(first["y_0"]), 0.7310585786300049, delta=1e-9)
        self.assertAlmostEqual(float(first["y_1"]), 0.11920292202211755, delta=1e-9)
        self.refused(2, "portrait", "--y0", "0.3,2", says=["--y0", "[0, 1]"],
                     keeps=sorted(self.folder.rglob("*")))

    def test_a_limit_cycle_is_a_closed_curve(self):
        words = ("portrait", "--system", "limit-cycle", "--units", "0,1", "--at", "LLH")
        portrait = json.loads(self.done(*words, "--json").stdout)["portrait"]
        cycle, = portrait["limit_cycles"]
        motions = json.loads(self.done("equilibria", "--system", "limit-cycle", "--recurrence",
                                       "--json").stdout)["recurrent_motion"]["findings"]
        orbit = next(f["orbit"] for f in motions if f["motion"] == "limit_cycle")
        self.assertAlmostEqual(cycle["period"], orbit["period"], delta=1e-6)
        self.assertTrue(cycle["attracts"])
        self.assertLess(cycle["residual"], 1e-8)
        with open(self.folder / "resdyn-out/portrait/figures/portrait.csv") as file:
            curve = [row for row in csv.DictReader(file)
                     if row["series"].startswith("limit cycle")]
        self.assertGreater(len(curve), 100)
        self.assertEqual((curve[0]["y_0"], curve[0]["y_1"]), (curve[-1]["y_0"], curve[-1]["y_1"]))
        centre = json.loads(self.done("portrait", "--system", "conservative-pair",
                                      "--json").stdout)["portrait"]
        self.assertEqual(centre["limit_cycles"], [])  # a family of closed orbits, no limit cycle


class Units(ProgramTest):
    def rows(self, name):
        with open(self.folder / name) as file:
            return list(csv.DictReader(file))

    def test_units_count_from_0_everywhere(self):
        """Every column `unit` of every CSV, against the weights that it speaks of."""
        # The connection along an edge is named by the unit that moves: the letters tell which.
        self.done("equilibria", "--system", "heteroclinic-cycle", "--recurrence", "--out", "e")
        moved = [row for row in self.rows("e/connections.csv") if row["unit"] != ""]
        self.assertGreater(len(moved), 3)
        for row in moved:
            unit = int(row["unit"])
            self.assertEqual(row["face"][unit], "F", row)
            self.assertNotEqual(row["from"][unit], row["to"][unit], row)
        # Saturated units: at y = (1, 1, 1) the eigenvalue of unit i is -(Wy)_i.
        self.write("W.csv", "1,-2,0\n-3,1,0\n0,0,3\n")
        self.done("spectrum", "--weights", "W.csv", "--at", "HHH", "--no-figures", "--out", "s")
        clocks, = self.rows("s/clocks.csv")
        rates = [1.0, 2.0, -3.0]
        unit = int(clocks["culprit_unit"])
        self.assertAlmostEqual(float(clocks["culprit_re"]), rates[unit], delta=1e-12)
        told = self.done("spectrum", "--weights", "W.csv", "--at", "HHH", "--no-figures",
                         "--out", "s").stdout
        named = re.findall(r"λ = (\S+) +m = \S+ +unit (\d)", told)
        self.assertEqual({int(i): float(value) for value, i in named}, dict(enumerate(rates)))
        result = json.loads((self.folder / "s/results.json").read_text())
        self.assertEqual(result["equilibria"][0]["clocks"]["culprit"]["unit"], unit)

    def test_every_unit_column_holds_each_unit_or_less(self):
        """No number of a unit reaches N, and where all units are listed, 0 is among them."""
        self.write_model("m.safetensors", W=[[1.0, -2.0], [-2.0, 1.0]])
        self.write("d.csv", "\n".join(f"{i * .1},{1 - i * .07},{i % 2}" for i in range(20)))
        runs = (["interactions", "m.safetensors", "--data", "d.csv"],
                ["analyze", "m.safetensors", "--data", "d.csv"],
                ["transient", "m.safetensors", "--data", "d.csv"],
                ["perturb", "m.safetensors", "--data", "d.csv", "--draws", "2"],
                ["spectrum", "m.safetensors"],
                ["bifurcations", "m.safetensors"],
                ["equilibria", "m.safetensors", "--recurrence"])
        seen = 0
        for words in runs:
            self.done(*words, "--no-figures")
            for path in (self.folder / "resdyn-out" / words[0]).glob("*.csv"):
                rows = self.rows(path.relative_to(self.folder))
                for column in {"unit", "culprit_unit", "i", "j"} & set(rows[0] if rows else ()):
                    units = {int(row[column]) for row in rows if row[column] != ""}
                    seen += len(units) > 0
                    self.assertLessEqual(units, {0, 1}, f"{path.name}, {column}")
                    if column == "unit" and len(rows) >= 2 and len(units) > 1:
                        self.assertIn(0, units, path.name)
        self.assertGreaterEqual(seen, 4)


class Pictures(ProgramTest):
    def figures(self, out):
        return {p.name: p.read_bytes() for p in (self.folder / out / "figures").iterdir()}

    def test_a_start_up_file_of_gnuplot_changes_nothing(self):
        (self.folder / "home").mkdir()
        self.done("trajectory", "--out", "plain")
        for k, text in enumerate(('set decimalsign ","\nset datafile columnheaders\n'
                                  "set linetype 1 lc rgb 'red'\nset title 'mine'\n",
                                  "this is no command of gnuplot\n", "exit\n")):
            (self.folder / "home/.gnuplot").write_text(text)
            self.done("trajectory", "--out", f"home{k}",
                      env={**os.environ, "HOME": str(self.folder / "home")})
            self.assertEqual(self.figures(f"home{k}"), self.figures("plain"), text)

    def test_a_missing_terminal_keeps_everything_else_and_names_the_package(self):
        real = subprocess.run(["which", "gnuplot"], capture_output=True, text=True).stdout.strip()
        (self.folder / "bin").mkdir()
        fake = self.folder / "bin/gnuplot"
        fake.write_text(f"""#!/bin/sh
case "$*" in *pdfcairo*) echo 'unknown or ambiguous terminal type' >&2; exit 1;; esac
exec {real} "$@"
""")
        fake.chmod(0o755)
        result = self.done("trajectory", "--format", "svg,pdf,png", "--out", "t", env={
            **os.environ, "PATH": f"{self.folder}/bin:{os.environ['PATH']}"})
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
        for said in ("pdfcairo", "gnuplot-nox"):
            self.assertIn(said, result.stderr)
        names = self.figures("t").keys()
        self.assertIn("trajectory.svg", names)
        self.assertIn("trajectory.png", names)
        self.assertNotIn("trajectory.pdf", names)
        self.assertTrue((self.folder / "t/results.json").exists())


if __name__ == "__main__":
    main()
