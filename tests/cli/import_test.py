"""resdyn import: state dicts as PyTorch names them become models; what is ambiguous is refused."""
import json
import math
import struct

from support import ProgramTest, main

KINDS = {"F16": "e", "F32": "f", "F64": "d"}


class ImportTest(ProgramTest):
    def state(self, name, tensors, metadata=None, kind="F32"):
        """A file of tensors (name: nested lists), written as `kind`; BF16 are halves of F32."""
        header, payload = ({"__metadata__": metadata} if metadata else {}), b""
        for key, value in tensors.items():
            shape, flat = [], value
            while isinstance(flat, list) and flat and isinstance(flat[0], list):
                shape.append(len(flat))
                flat = [x for row in flat for x in row]
            shape = [len(value), len(value[0])] if shape else [len(value)]
            if kind == "BF16":
                data = b"".join(struct.pack("<f", x)[2:] for x in flat)
            else:
                data = struct.pack(f"<{len(flat)}{KINDS[kind]}", *flat)
            header[key] = {"dtype": kind, "shape": shape,
                           "data_offsets": [len(payload), len(payload) + len(data)]}
            payload += data
        text = json.dumps(header).encode()
        text += b" " * (-len(text) % 8)
        (self.folder / name).write_bytes(struct.pack("<Q", len(text)) + text + payload)
        return name

    BLOCKS = {"blocks.0.weight": [[0.5, -1.0], [0.25, 0.75]], "blocks.0.bias": [0.5, -0.5],
              "blocks.1.weight": [[0.5, -1.5], [0.25, 1.0]], "blocks.1.bias": [0.25, 0.0],
              "readout.weight": [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.5]],
              "readout.bias": [0.0, 0.5, -0.5]}

    def tensors_of(self, path):
        data = (self.folder / path).read_bytes()
        (length,) = struct.unpack("<Q", data[:8])
        header = json.loads(data[8:8 + length])
        result = {}
        for name, entry in header.items():
            if name != "__metadata__":
                begin, end = entry["data_offsets"]
                kind = KINDS[entry["dtype"]]
                count = (end - begin) // struct.calcsize(kind)
                result[name] = struct.unpack(f"<{count}{kind}",
                                             data[8 + length + begin:8 + length + end])
        return result

    def test_a_module_list_becomes_a_model_that_every_verb_reads(self):
        for kind in ("F16", "BF16", "F32", "F64"):
            with self.subTest(kind):
                name = self.state(f"{kind}.safetensors", self.BLOCKS, {"format": "pt"}, kind)
                said = self.done("import", name, "--map", "--activation", "tanh", "--step", 0.5,
                                 "--out", kind).stdout
                for row in ("blocks.1.weight", "W.1", "readout.bias", kind):
                    self.assertIn(row, said)
                written = self.tensors_of(f"{kind}/model.safetensors")
                # Numbers that all four formats hold come through exactly.
                self.assertEqual(written["W.1"], (0.5, -1.5, 0.25, 1.0))
                self.assertEqual(written["b.0"], (0.5, -0.5))
                self.assertEqual(written["c"], (0.0, 0.5, -0.5))
                self.assertEqual(set(written), {"W.0", "W.1", "b.0", "b.1", "V", "c"})
        info = json.loads(self.done("info", "F16/model.safetensors", "--json").stdout)
        self.assertEqual((info["depth"], info["step"], info["shared_weights"]), (2, 0.5, False))
        self.assertEqual(info["metadata"]["imported_from"], "F16.safetensors")
        self.done("discretisation", "F16/model.safetensors", "--samples", 10, "--no-figures")
        self.done("equilibria", "F16/model.safetensors", "--layers", "--no-figures")

    def test_results_hold_the_table(self):
        name = self.state("s.safetensors", self.BLOCKS)
        result = json.loads(self.done("import", name, "--map", "--activation", "tanh",
                                      "--json").stdout)
        self.assertEqual({row["tensor"]: row["role"] for row in result["tensors"]},
                         {"blocks.0.weight": "W.0", "blocks.0.bias": "b.0", "blocks.1.weight": "W.1",
                          "blocks.1.bias": "b.1", "readout.weight": "V", "readout.bias": "c"})
        self.assertEqual(self.names("resdyn-out/import"),
                         ["model.safetensors", "results.json", "tensors.csv"])
        lines = (self.folder / "resdyn-out/import/tensors.csv").read_text().splitlines()
        self.assertEqual(lines[0], "tensor,type,shape,role,reason")
        self.assertEqual(len(lines), 7)

    def test_what_is_ambiguous_is_refused_with_the_table(self):
        name = self.state("s.safetensors", {"one.weight": [[1.0, 2.0], [3.0, 4.0]],
                                            "two.weight": [[1.0, 2.0], [3.0, 4.0]]})
        refused = self.refused(2, "import", name, "--map", "--activation", "tanh", "--depth", 3,
                               says=[name, "one way to read these tensors", "--roles"])
        self.assertIn("could be", refused.stdout)
        quiet = self.refused(2, "import", name, "--map", "--activation", "tanh", "--quiet",
                             says="one way to read")
        self.assertEqual(quiet.stdout, "")
        self.write("roles.txt", "# block and read-out\none.weight W\ntwo.weight V\n")
        self.done("import", name, "--roles", "roles.txt", "--activation", "tanh", "--depth", 3)
        info = json.loads(self.done("info", "resdyn-out/import/model.safetensors",
                                    "--json").stdout)
        self.assertEqual((info["depth"], info["classes"], info["shared_weights"]), (3, 2, True))

    def test_a_roles_file_says_the_rest(self):
        tensors = {**self.BLOCKS, "norm.weight": [1.0, 1.0], "norm.bias": [0.0, 0.0]}
        name = self.state("s.safetensors", tensors)
        self.refused(2, "import", name, "--map", "--activation", "tanh",
                     says=["norm.weight", "norm.bias"])
        self.write("roles.txt", "norm.weight -\nnorm.bias -\n")
        said = self.done("import", name, "--map", "--roles", "roles.txt", "--activation", "tanh")
        self.assertIn("left out, as said: norm.bias, norm.weight", said.stderr)

    def test_second_biases_keep_the_logits(self):
        blocks = {"f.0.fc1.weight": [[1.0, -0.5], [0.5, 2.0], [0.25, 0.0]],
                  "f.0.fc1.bias": [0.5, 0.0, -1.0],
                  "f.0.fc2.weight": [[1.0, 0.5, 0.0], [-0.5, 1.0, 2.0]], "f.0.fc2.bias": [0.5, -0.25],
                  "f.1.fc1.weight": [[0.5, -0.5], [1.5, 1.0], [0.0, 0.25]],
                  "f.1.fc1.bias": [0.0, 0.5, 1.0],
                  "f.1.fc2.weight": [[0.5, 0.5, 1.0], [-1.0, 0.0, 0.5]], "f.1.fc2.bias": [-1.0, 0.75],
                  "head.weight": [[1.0, 2.0], [-1.0, 0.5]], "head.bias": [0.0, 1.0]}
        name = self.state("s.safetensors", blocks)
        result = json.loads(self.done("import", name, "--map", "--activation", "tanh", "--step",
                                      0.5, "--json").stdout)
        self.assertLess(result["gap_of_second_biases"], 1e-14)
        # By hand, of one input: the definition against the written model.
        def times(M, x, b):
            return [sum(m * v for m, v in zip(row, x)) + c for row, c in zip(M, b)]
        x = [0.3, -0.7]
        for n in (0, 1):
            y = [math.tanh(u) for u in times(blocks[f"f.{n}.fc1.weight"], x, blocks[f"f.{n}.fc1.bias"])]
            step = times(blocks[f"f.{n}.fc2.weight"], y, blocks[f"f.{n}.fc2.bias"])
            x = [v + 0.5 * s for v, s in zip(x, step)]
        expected = times(blocks["head.weight"], x, blocks["head.bias"])
        t = self.tensors_of("resdyn-out/import/model.safetensors")
        rows = lambda flat, n: [flat[k:k + n] for k in range(0, len(flat), n)]
        x = [0.3, -0.7]
        for n in (0, 1):
            y = [math.tanh(u) for u in times(rows(t[f"B.{n}"], 2), x, t[f"b.{n}"])]
            x = [v + 0.5 * s for v, s in zip(x, times(rows(t[f"A.{n}"], 3), y, [0.0, 0.0]))]
        for got, wanted in zip(times(rows(t["V"], 2), x, t["c"]), expected):
            self.assertAlmostEqual(got, wanted, places=13)

    def test_wrong_inputs_are_one_line(self):
        name = self.state("s.safetensors", self.BLOCKS)
        self.refused(2, "import", says=["FILE", "state dict"])
        self.refused(2, "import", "none.safetensors", says="none.safetensors")
        self.refused(2, "import", self.write("a.txt", "hello"), "--map", says="a.txt")
        self.refused(2, "import", name, "--map", says=["activation", "--activation"])
        self.refused(2, "import", name, "--map", "--activation", "sine", says="sine")
        self.refused(2, "import", name, "--activation", "tanh", says=["blocks.0.bias", "--map"])
        self.refused(2, "import", name, "--map", "--activation", "tanh", "--depth", 3,
                     says="depth")
        self.refused(2, "import", name, "--map", "--activation", "tanh", "--step", -1, says="step")
        self.refused(2, "import", name, "--map", "--activation", "tanh", "--kind", "convolution",
                     says="--kind")
        self.refused(2, "import", name, "--roles", "none.txt", says="none.txt")
        self.write("roles.txt", "blocks.0.weight Q\n")
        self.refused(2, "import", name, "--roles", "roles.txt", says=["roles.txt, line 1", "Q"])
        self.write("roles.txt", "nobody W\n")
        self.refused(2, "import", name, "--roles", "roles.txt", says="nobody")
        self.refused(2, "import", self.state("nan.safetensors",
                                             {**self.BLOCKS, "blocks.1.bias": [math.nan, 0.0]}),
                     "--map", "--activation", "tanh", says=["b", "finite"])

    def test_other_verbs_name_it_where_they_meet_a_state_dict(self):
        name = self.state("s.safetensors", self.BLOCKS)
        self.refused(2, "info", name, says=["blocks.0.bias", "resdyn import --map"])


main()
