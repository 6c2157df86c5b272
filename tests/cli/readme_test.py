"""The README's own text: its commands run as written, and its PyTorch export gives a model.

Usage: readme_test.py PROGRAM README
"""
import os
import pathlib
import re
import subprocess
import sys
import types

README = pathlib.Path(sys.argv.pop(2)).resolve()

from support import PROGRAM, ProgramTest, main  # noqa: E402


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README.read_text(), re.M | re.S)


class Readme(ProgramTest):
    def test_every_command_runs_as_written(self):
        self.write("W.csv", "0.5,-1\n1,0.25\n")
        (self.folder / "bin").mkdir()
        os.symlink(PROGRAM, self.folder / "bin/resdyn")
        path = f"{self.folder}/bin:{os.environ['PATH']}"
        commands = [line for block in blocks("sh") for line in block.splitlines()
                    if line.startswith("resdyn ")]
        self.assertGreaterEqual(len(commands), 6)
        for command in commands:
            # $MNIST is fetched over the network: here the same commands run on a built-in set.
            result = subprocess.run(command, shell=True, cwd=self.folder, capture_output=True,
                                    text=True, env={**os.environ, "PATH": path, "MNIST": "rings"},
                                    timeout=300)
            if command.startswith("resdyn explore") and result.returncode == 3:
                # Built by script/explorer alone: where it is not, the command must say so.
                built = pathlib.Path(PROGRAM).resolve().parents[1] / "explorer/explorer.html"
                self.assertFalse(built.exists())
                self.assertIn("script/explorer builds it", result.stderr)
                continue
            self.assertEqual(result.returncode, 0, f"{command}\n{result.stderr}")
        self.assertTrue((self.folder / "report/report.html").exists())

    def test_the_first_command_prints_what_stands_below_it(self):
        self.assertTrue(blocks("sh")[0].startswith("resdyn portrait "))
        # Not the distances: their last digits are the machine's affair.
        shown, told = (re.sub(r"\(\S+ away\)", "(… away)", text) for text in
                       (blocks("text")[0], self.done("portrait").stdout))
        self.assertEqual(shown, told)

    def test_the_commands_of_the_start_exist(self):
        root = README.parent
        for command in ("script/demo", "script/test", "script/package"):
            self.assertTrue(any(command in block for block in blocks("sh")))
            self.assertTrue(os.access(root / command, os.X_OK))

    def test_the_pytorch_export_is_a_model(self):
        """Runs the README's lines; where safetensors or torch are absent, nested lists and
        support.write_model (struct and json) stand in for them."""
        saved = {}

        def save_file(tensors, name, metadata):
            saved.update(name=name, metadata=metadata)
            self.write_model(name, metadata, **tensors)

        module = types.ModuleType("safetensors.torch")
        module.save_file = save_file
        sys.modules["safetensors"] = types.ModuleType("safetensors")
        sys.modules["safetensors.torch"] = module
        readout = types.SimpleNamespace(weight=[[0.5, -0.25]], bias=[0.125])
        scope = {"W": [[1.0, -2.0], [-3.0, 1.0]], "b": [0.0, 0.5], "readout": readout}
        exec(next(block for block in blocks("python") if "save_file" in block), scope)
        self.assertEqual(saved["name"], "model.safetensors")
        info = self.done("info", "model.safetensors").stdout
        self.assertIn("logistic", info)
        self.done("analyze", "model.safetensors", "--no-figures")


if __name__ == "__main__":
    main()
