"""Completion and the manual page: made of the options themselves, so that everything --help names is
there, and read by the shells and by groff without a complaint.

Usage: shell_test.py PROGRAM
"""
import re
import shutil
import subprocess
import unittest

from support import PROGRAM, ProgramTest, main


class Shell(ProgramTest):
    def verbs(self):
        listed = self.done("--help").stdout.split("Subcommands:\n")[1].split("\n\n")[0]
        return re.findall(r"^  (\S+) ", listed, re.M)

    def options(self, *verb):
        """Names as --help lists them: "-h,--help", "--out TEXT", "--no-figures{false}"."""
        text = self.done(*verb, "--help").stdout
        heads = re.findall(r"^  (-\S+)", text, re.M)
        return sorted({re.sub(r"\{.*", "", name) for head in heads for name in head.split(",")
                       if name.startswith("-")})

    def script(self, shell):
        path = self.folder / f"completion.{shell}"
        path.write_text(self.done("--completion", shell).stdout)
        return path

    def complete(self, *words):
        """What bash offers for the last word."""
        command = ('. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _resdyn; '
                   'printf "%s\\n" "${COMPREPLY[@]}"')
        if not (self.folder / "completion.bash").exists():
            self.script("bash")
        result = subprocess.run(["bash", "-c", command, "_", self.folder / "completion.bash", "resdyn",
                                 *words], capture_output=True, text=True, timeout=60)
        self.assertEqual((result.returncode in (0, 1), result.stderr), (True, ""))
        return sorted(result.stdout.split())

    def test_bash_offers_every_verb_and_every_option_that_help_names(self):
        verbs = self.verbs()
        self.assertGreater(len(verbs), 14)
        self.assertEqual(self.complete(""), sorted(verbs))
        self.assertEqual(self.complete("-"), self.options())
        for verb in verbs:
            options = self.options(verb)
            self.assertGreater(len(options), 2, verb)
            self.assertEqual(self.complete(verb, "-"), options, verb)

    def test_bash_offers_the_values_of_an_option(self):
        self.assertEqual(self.complete("equilibria", "--method", "stable"),
                         ["stable", "stable-vertices"])
        self.assertEqual(self.complete("equilibria", "--json", "--clock", ""), ["flow", "map"])
        self.assertEqual(self.complete("portrait", "--system", "hop"), ["hopfield"])
        self.assertEqual(self.complete("train", "--data", "mo"), ["moons"])
        self.assertEqual(self.complete("equilibria", "--threads", ""), [])
        self.assertEqual(self.complete("spec"), ["spectrum"])

    def test_the_other_shells_have_the_same_options(self):
        zsh, fish = self.script("zsh").read_text(), self.script("fish").read_text()
        for verb in self.verbs():
            # The lines of a verb: up to the next in zsh, those that name it in fish.
            of_zsh = re.search(rf"^        {verb}\)\n(.*?);;$", zsh, re.M | re.S).group(1)
            of_fish = "".join(re.findall(rf"^.*__fish_seen_subcommand_from {verb}'.*$", fish, re.M))
            for name in self.options(verb):
                self.assertIn(f"'*{name}[", of_zsh, f"{verb} {name}")
                self.assertRegex(of_fish, rf" -[ls] {name.lstrip('-')} ", f"{verb} {name}")
        for shell, check in (("zsh", ["zsh", "-n"]), ("fish", ["fish", "--no-execute"]),
                             ("bash", ["bash", "-n"])):
            if shutil.which(shell):
                result = subprocess.run([*check, self.script(shell)], capture_output=True, text=True)
                self.assertEqual((result.returncode, result.stderr), (0, ""), shell)

    def test_another_shell_is_refused(self):
        self.refused(2, "--completion", "csh", says=("--completion", "bash, zsh or fish", "csh"))
        self.refused(2, "--completion", says="--completion")

    def test_the_manual_page_has_every_option_and_no_fault(self):
        page = self.done("--manual-page").stdout
        plain = page.replace("\\-", "-")
        for verb in self.verbs():
            section = re.search(rf"^\.SS {verb}\n(.*?)(?=^\.S[SH] )", plain, re.M | re.S).group(1)
            for name in self.options(verb):
                self.assertIn(f"\\fB{name}\\fR", section, f"{verb} {name}")
        for word in (".SH EXIT STATUS", ".SH WORDS", "heteroclinic"):
            self.assertIn(word, plain)

    @unittest.skipUnless(shutil.which("groff"), "groff is not installed")
    def test_groff_reads_the_manual_page(self):
        page = self.done("--manual-page").stdout
        result = subprocess.run(["groff", "-man", "-Tutf8", "-K", "utf8", "-ww", "-rLL=200n"],
                                input=page, capture_output=True, text=True)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        # Bold is a letter struck twice, or a colour.
        plain = re.sub(r".\x08|\x1b\[\d*m", "", result.stdout)
        self.assertTrue("--certificate" in plain, plain[:400])


if __name__ == "__main__":
    main()
