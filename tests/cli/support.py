"""What the tests of the program share: a program under test in an empty folder."""
import json
import os
import pathlib
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest

PROGRAM = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else "resdyn"


def weights(n, seed):
    """A Gaussian n x n matrix as CSV."""
    draw = random.Random(seed)
    return "".join(",".join(f"{draw.gauss(0, 1)!r}" for _ in range(n)) + "\n" for _ in range(n))


class ProgramTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def run_program(self, *words, **options):
        return subprocess.run([PROGRAM, *map(str, words)], cwd=self.folder, text=True,
                              capture_output=True, timeout=300, **options)

    def done(self, *words, **options):
        result = self.run_program(*words, **options)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result

    def refused(self, code, *words, says=(), keeps=None, **options):
        """Exit code, one line on stderr that holds `says`, nothing new in the folder."""
        before = sorted(self.folder.rglob("*")) if keeps is None else keeps
        result = self.run_program(*words, **options)
        self.assertEqual(result.returncode, code, f"{words}: {result.stdout}{result.stderr}")
        lines = result.stderr.splitlines()
        self.assertEqual(len(lines), 1, result.stderr)
        for text in [says] if isinstance(says, str) else says:
            self.assertIn(text, lines[0])
        self.assertEqual(sorted(self.folder.rglob("*")), before, "partial output was left")
        return result

    def names(self, folder):
        """What stands in a folder for people: hidden files (the manifest) apart."""
        return sorted(p.name for p in (self.folder / folder).iterdir()
                      if not p.name.startswith("."))

    def files(self, folder):
        """Results by name; what a killed run left in hidden files (a manifest half written) is none."""
        root = self.folder / folder
        return {str(p.relative_to(root)): p.read_bytes() for p in sorted(root.rglob("*"))
                if p.is_file() and not any(x.startswith(".") for x in p.relative_to(root).parts)}

    def write(self, name, text):
        (self.folder / name).write_text(text)
        return name

    def write_model(self, name="model.safetensors", metadata=None, drop=(), **tensors):
        """A logistic two-unit network, changed as asked: tensors are nested lists."""
        data = {"W": [[1.0, -2.0], [-2.0, 1.0]], "b": [0.0, 0.0], "V": [[1.0, 0.0], [0.0, 1.0]],
                "c": [0.0, 0.0], **tensors}
        meta = {"activation": "logistic", "step": "1", "depth": "5", "kind": "residual",
                **(metadata or {})}
        header, payload = {"__metadata__": {k: v for k, v in meta.items() if v is not None}}, b""
        for key, value in data.items():
            if key in drop:
                continue
            shape = self.shape_of(value)
            flat = self.flatten(value)
            raw = struct.pack(f"<{len(flat)}d", *flat)
            header[key] = {"dtype": "F64", "shape": shape,
                           "data_offsets": [len(payload), len(payload) + len(raw)]}
            payload += raw
        text = json.dumps(header).encode()
        (self.folder / name).write_bytes(struct.pack("<Q", len(text)) + text + payload)
        return name

    @staticmethod
    def shape_of(value):
        shape = []
        while isinstance(value, list):
            shape.append(len(value))
            value = value[0] if value else 0.0
        return shape

    @classmethod
    def flatten(cls, value):
        return [x for item in value for x in cls.flatten(item)] if isinstance(value, list) else [value]


def main():
    unittest.main(argv=sys.argv[:1], verbosity=1)
