"""What results.json and the CSV tables of every verb promise: doc/schema and doc/formats.md.

Usage: schema_test.py PROGRAM SCHEMA_FOLDER. Every verb runs once on small inputs, in as many ways as
its results have forms; all checks look at these outputs. Skipped without python3-jsonschema.
"""
import copy
import csv
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

try:
    import jsonschema
except ImportError:
    # Debian's package is for Debian's Python, which need not be the one that was found.
    debian = "/usr/bin/python3"
    found = subprocess.run([debian, "-c", "import jsonschema"], capture_output=True).returncode == 0 \
        if os.path.exists(debian) else False
    if found and os.path.realpath(sys.executable) != os.path.realpath(debian):
        os.execv(debian, [debian, *sys.argv])
    print("skipped: expected the Python package jsonschema (Debian: python3-jsonschema), got none")
    sys.exit(77)

SCHEMA_FOLDER = pathlib.Path(sys.argv.pop(2))
from support import PROGRAM, ProgramTest, main  # noqa: E402  (takes the program from what is left)

FILES = {
    "W.csv": "0.5,-1.2\n-0.9,0.3\n",
    "W3.csv": "1,-2,0.5\n-2,1,0.3\n0.2,-0.4,1.1\n",
    "line.csv": "-1,1\n1,-1\n",  # W(1, 1) = 0: a continuum, a cone
    "zero.csv": "0,0\n0,0\n",
    "flips.csv": "-3,2\n0,1\n",
    "loaded.csv": "-6,2\n0,1\n",
    "positive.csv": "1,2\n2,1\n",
    "page.html": "<script>@@given@@</script>\n",  # in place of what script/explorer builds
    "tie.csv": "0.1,0.2,-0.3\n-2,1,0.3\n0.2,-0.4,1.1\n",  # a tie of the decimals, not of the doubles
    "starts.csv": "0,-5,0\n-5,3,1\n1,-8,0\n2,-6,1\n0.5,0.2,0\n-3,2,1\n",
    "rank2.csv": "1,0,1\n0,1,1\n1,1,2\n",
    "far.csv": "".join(",".join(f"{((7 * i + 3 * j * j + i * j) % 11 - 5) / 3:.4f}" for j in range(24))
                       + "\n" for i in range(24)),
    "points.csv": "".join(f"{(k * 37 % 20) / 10 - 1},{(k * 53 % 20) / 10 - 1},{(k * 71 % 20) / 10 - 1},"
                          f"{k % 2}\n" for k in range(60)),
}
# Folder of the results and the command; "exit 1" where a check fails or a run diverges.
RUNS = """
m              train --data rings --samples 200 --epochs 3 --depth 4 --keep-checkpoints
six            train --data moons --samples 300 --epochs 20 --units 6 --depth 6
perceptron     train --data moons --samples 300 --epochs 20 --units 6 --depth 6 --kind perceptron
own            train --data moons --samples 300 --epochs 5 --units 6 --depth 4 --own-weights
own-three      train --data points.csv --epochs 2 --depth 3 --own-weights
own-two        train --data moons --samples 200 --epochs 2 --units 4 --hidden-units 5 --depth 3 --own-weights
one-layer      train --data moons --samples 100 --epochs 2 --units 4 --depth 1
twelve         train --data rings --samples 200 --epochs 3 --units 12 --depth 4
three          train --data points.csv --epochs 3 --depth 4
softplus       train --data xor --samples 100 --epochs 3 --activation softplus
runs           train --data xor --samples 100 --epochs 2 --runs 2
adapted        train --data moons --samples 300 --epochs 40 --units 6 --depth 9 --adapt-depth --depth-tolerance 0.2 --depth-every 2
grown          train --data moons --samples 200 --epochs 6 --units 4 --depth 2 --own-weights --equal-layers --smoothness 0.01 --doublings 1
diverged       exit 1: train --data xor --samples 100 --activation relu --learning-rate 1e8 --epochs 3 --depth 20
analyze        analyze
analyze-data   analyze m/model.safetensors --data rings --samples 100 --settle-samples 20 --max-layers 200 --beyond 100
analyze-own    analyze three/model.safetensors --data points.csv --proof-time 0
analyze-soft   analyze softplus/model.safetensors --data xor --samples 60
analyze-twelve analyze twelve/model.safetensors --data rings --samples 60 --settle-samples 20 --max-layers 500 --beyond 100
analyze-line   analyze --weights line.csv --activation tanh
analyze-flips  analyze --weights flips.csv --activation tanh --step 1.2 --proof-time 0
analyze-decay  analyze decay.safetensors --data starts.csv
analyze-layers analyze own/model.safetensors --data moons --samples 60
analyze-two    analyze own-two/model.safetensors --data moons --samples 60
analyze-bare   analyze own/model.safetensors
basins         basins --width 16 --height 12 --share-samples 50
basins-cycle   basins --system limit-cycle --width 8 --height 8 --share-samples 30
basins-data    basins m/model.safetensors --data rings --samples 60 --width 8 --height 8 --clock map --share-samples 20
basins-line    basins --weights line.csv --activation tanh --width 8 --height 8 --share-samples 20
basins-fine    basins --width 128 --height 128 --share-samples 0
paths          bifurcations --weights W3.csv --path coupling 0 1 --continuation --points 5
paths-step     bifurcations --system heteroclinic-cycle --path step --points 5
paths-hopf     bifurcations --system limit-cycle --points 5
paths-line     bifurcations --weights line.csv --path coupling 0 1 --points 4
paths-cycles   bifurcations --weights loaded.csv --path step --from 1 --to 3 --cycles --max-period 8 --points 4 --mark 2
paths-along    bifurcations --weights loaded.csv --step 2 --path coupling 0 0 --from -6 --to -3 --cycles --max-period 4 --points 4
paths-flow     bifurcations --system limit-cycle --cycles --points 4
paths-close    bifurcations --weights tie.csv --path coupling 1 1 --points 4
paths-decimals bifurcations --weights tie.csv --path coupling 1 1 --points 4 --as-decimals
paths-layers   bifurcations own-two/model.safetensors --layer 1 --points 4
paths-depth    bifurcations own-three/model.safetensors --layers --data points.csv --points 4
checkpoints    bifurcations --checkpoints m/checkpoints
ode            discretisation six/model.safetensors --data moons --samples 60
ode-own        discretisation own/model.safetensors --data moons --samples 60
ode-two        discretisation own-two/model.safetensors --samples 20
ode-still      discretisation --weights zero.csv --samples 20
depth          depth six/model.safetensors --data moons --samples 200 --settle-samples 30
depth-mlp      depth perceptron/model.safetensors --data moons --samples 200 --settle-samples 30
depth-own      depth own/model.safetensors --data moons --samples 200 --settle-samples 30
depth-one      depth one-layer/model.safetensors --data moons --samples 100 --settle-samples 20
depth-coarse   depth six/model.safetensors --data moons --samples 100 --settle-samples 20 --coarsen 5 --write coarse.safetensors
atlas          equilibria
atlas-tanh     equilibria --weights W3.csv --activation tanh --step 0.5
atlas-decimals equilibria --weights W3.csv --as-decimals
atlas-line     equilibria --weights line.csv --activation tanh
atlas-pair     equilibria --system conservative-pair
by-layer       equilibria own/model.safetensors --layers
by-layer-two   equilibria own-two/model.safetensors --layers
frozen         equilibria own/model.safetensors --layer 2
stable         equilibria --weights W3.csv --method stable
stable-signs   equilibria --weights positive.csv --method stable
stable-cut     equilibria --weights far.csv --method stable --max-nodes 10
vertices       equilibria --weights W3.csv --method stable-vertices
faces          equilibria m/model.safetensors --method attracting-faces
faces-matrix   equilibria --weights W3.csv --method attracting-faces
newton         equilibria --weights W3.csv --method newton --starts 30
newton-relu    equilibria --weights line.csv --activation relu --starts 30
search         equilibria --system conservative-pair --method search --starts 10 --clock flow --t-end 20 --around 3
search-line    equilibria --weights line.csv --activation tanh --method search --starts 10
search-far     equilibria --weights far.csv --starts 30 --max-layers 200
data           equilibria m/model.safetensors --data rings --samples 40 --around 2
cycle          equilibria --system heteroclinic-cycle --recurrence
cycle-limit    equilibria --system limit-cycle --recurrence
cycle-pair     equilibria --system conservative-pair --recurrence
chaos          equilibria --system strange-attractor --recurrence --exponent-error 0.02
pairs          interactions m/model.safetensors --data rings --samples 40
pairs-one      interactions --system one-unit
pairs-sink     interactions --system dissipative
pairs-zero     interactions --weights zero.csv
noise          perturb six/model.safetensors --data moons --samples 100 --draws 2 --levels 0,0.2 --noise gaussian,pgd --attack-samples 40 --twin-model perceptron/model.safetensors
noise-one      perturb one-layer/model.safetensors --data moons --samples 60 --draws 2 --levels 0,0.2 --noise uniform
twin           perturb --twin --data moons --samples 100 --seeds 2 --epochs 3 --units 4 --depth 3 --levels 0,0.3
twin-attack    perturb --twin --data moons --samples 100 --seeds 2 --epochs 3 --units 4 --depth 3 --levels 0,0.3 --noise fgsm
explorer       explore --weights W3.csv --page page.html
explorer-data  explore m/model.safetensors --data rings --samples 4 --page page.html
plane          portrait
plane-cube     portrait --system heteroclinic-cycle
plane-cycle    portrait --system limit-cycle
plane-layers   portrait --weights flips.csv --activation tanh --step 1.2
plane-data     portrait three/model.safetensors --data points.csv --principal
plane-leaf     portrait --weights rank2.csv --coordinates u --leaf
plane-x        portrait --weights W3.csv --coordinates x --held 0,0,0.1
line           portrait --system one-unit
reduce         reduce m/model.safetensors --data rings --samples 200 --hidden-units 2,3 --rank 1,2 --epochs 3
reduce-ranks   reduce twelve/model.safetensors --data rings --samples 200 --rank 2,3 --starts 40
reduce-mlp     reduce perceptron/model.safetensors --data moons --samples 200 --hidden-units 3 --epochs 3
reduce-own     reduce own/model.safetensors --data moons --samples 200 --hidden-units 3 --epochs 2 --imitation-depth 2
reduce-relu    reduce m/model.safetensors --data rings --samples 200 --hidden-units 2 --epochs 2 --imitation-activation relu
reduce-soft    reduce softplus/model.safetensors --data xor --samples 100 --hidden-units 2 --rank 1,2 --epochs 2 --imitation-activation tanh
reduce-wild    exit 1: reduce m/model.safetensors --data rings --samples 200 --hidden-units 2 --epochs 3 --learning-rate 1e30 --proof-time 0
cycles         cycles --weights flips.csv --activation tanh --step 1.2 --starts 2
cycles-flow    cycles --system limit-cycle --clock flow --starts 2
cycles-chaos   cycles --weights loaded.csv --step 2.6 --clock map --starts 2
cycles-rest    cycles --starts 1
spectrum       spectrum --system heteroclinic-cycle
spectrum-tanh  spectrum --weights W3.csv --activation tanh
spectrum-close spectrum --weights tie.csv
spectrum-tied  spectrum --weights tie.csv --as-decimals
spectrum-at    spectrum --system dissipative --at FFF --step 0.2
spectrum-y     spectrum --y 0.3,0.4
spectrum-along spectrum --along 0.3,0.4 --t-end 3 --times 5
run            trajectory --y0 0,1;0.3,0.2 --t-end 60
run-limit      trajectory --system dissipative --t-end 3
run-layers     trajectory m/model.safetensors --clock map
run-away       exit 1: trajectory --weights positive.csv --activation relu --t-end 3000
layers         transient m/model.safetensors --data rings --samples 100 --settle-samples 20 --ftle-points 11
layers-rest    transient twelve/model.safetensors --data rings --samples 100 --settle-samples 20 --max-layers 5000
layers-mlp     transient perceptron/model.safetensors --data moons --samples 100 --settle-samples 20
layers-own     transient own/model.safetensors --data moons --samples 100 --settle-samples 20
claims         validate m/model.safetensors --data rings --quick --only 1,2,3
claims-seeds   validate --quick --only 5
"""
INFOS = {"info": "m/model.safetensors", "info-mlp": "perceptron/model.safetensors",
         "info-matrix": "W.csv", "info-short": "coarse.safetensors"}
# Columns that hold true or false (or nothing), whatever table they stand in.
BOOLEANS = {"attracts_in_cube", "borrowed_variance", "claimed", "complete", "decides", "degenerate",
            "frustrated", "h_star_proved", "hyperbolic", "network_holds", "on_continuum", "own_weights",
            "partner_after", "partner_before", "passed", "proved", "singular", "stable", "trivial",
            "two_matrices"}
# `exact` is a fraction in another table, `searched` a pattern.
BOOLEANS_OF = {"connections.csv": {"exact"}, "frustration.csv": {"exact"},
               "faces.csv": {"searched"}, "multipliers.csv": {"inside"},
               "cycle_faces.csv": {"searched"}, "cycle_multipliers.csv": {"inside"}}
# Here `stable` is a count.
COUNTS_OF = {"epochs.csv": {"stable"}, "layer_counts.csv": {"stable"}}
# Tables with a line for every unit, or every pair of them: all of 0 … N − 1 must occur.
ALL_UNITS = {("units.csv", "unit"), ("unit_fields.csv", "unit"), ("class_residuals.csv", "unit"),
             ("stories.csv", "unit"), ("unit_evidence.csv", "unit"), ("gain.csv", "unit"),
             ("split_units.csv", "unit")}
# Tables that name single units; each has its check below.
SOME_UNITS = {("connections.csv", "unit"), ("clocks.csv", "culprit_unit"), ("events.csv", "unit"),
              ("linked_pairs.csv", "i"), ("linked_pairs.csv", "j")}
UNIT_COLUMN = re.compile(r"^(.*_)?unit$|^[ij]$")


def validators_of(schemas):
    """By file name; references are found among the files, nothing is fetched."""
    kind = jsonschema.Draft202012Validator
    try:
        from referencing import Registry, Resource  # jsonschema from 4.18 on
    except ImportError:
        return {name: kind(schema, resolver=jsonschema.RefResolver(name, schema, store=schemas))
                for name, schema in schemas.items()}
    registry = Registry().with_resources((name, Resource.from_contents(schema))
                                         for name, schema in schemas.items())
    return {name: kind({"$ref": name}, registry=registry) for name in schemas}


def described(schemas, name):
    """Every field of a schema as (path, schema, whether it has a description)."""
    def target(schema):
        file, _, path = schema["$ref"].partition("#")
        found = schemas[file or name]
        for word in path.strip("/").split("/") if path else []:
            found = found[word]
        return found

    def walk(schema, path):
        for key, value in schema.items():
            if key in ("if", "else", "then", "not") and set(value) <= {"required", "properties", "not",
                                                                      "anyOf"}:
                continue  # a condition, not a description
            if key in ("properties", "$defs"):
                for field, below in value.items():
                    if key == "properties":
                        yield (*path, field), below, "description" in below or \
                            "$ref" in below and "description" in target(below)
                    yield from walk(below, (*path, field))
            elif isinstance(value, dict):
                yield from walk(value, path)
            elif isinstance(value, list):
                for below in value:
                    if isinstance(below, dict):
                        yield from walk(below, path)
    return walk(schemas[name], (name,))


def places(value, path=()):
    """Every place of a document as (path, value), lists by their first item only."""
    yield path, value
    if isinstance(value, dict):
        for key, below in value.items():
            yield from places(below, (*path, key))
    elif isinstance(value, list) and value:
        yield from places(value[0], (*path, 0))


def changed(document, path, change):
    """A copy of the document in which `change` was done to what holds the place at `path`."""
    copied = copy.deepcopy(document)
    holder = copied
    for step in path[:-1]:
        holder = holder[step]
    change(holder, path[-1])
    return copied


class SchemaTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        for name, text in FILES.items():
            (cls.folder / name).write_text(text)
        writer = ProgramTest()
        writer.folder = cls.folder  # y_0 decays like 1/t from some starts, others end at (0, 1)
        writer.write_model("decay.safetensors", W=[[-1.0, -2.0], [-3.0, 1.0]])
        cls.schemas = {path.name: json.loads(path.read_text())
                       for path in sorted(SCHEMA_FOLDER.glob("*.schema.json"))}
        cls.validators = validators_of(cls.schemas)
        cls.results = {}
        for line in RUNS.strip().splitlines():
            name, command = line.split(maxsplit=1)
            code = 0
            if command.startswith("exit 1: "):
                code, command = 1, command.removeprefix("exit 1: ")
            figures = [] if command.startswith("explore ") else ["--no-figures"]
            cls.run_program(code, *command.split(), "--out", name, *figures, "--quiet")
            cls.results[name] = json.loads((cls.folder / name / "results.json").read_text())
        # A state dict: two matrices in one block, a bias in the second.
        writer.write_model("state.safetensors", {"activation": "tanh", "step": None}, "WbVc", **{
            "block.fc1.weight": [[1.0, 0.5], [0.2, -1.0], [0.3, 0.4]],
            "block.fc2.weight": [[0.5, 1.0, -0.5], [1.0, 0.25, 0.0]], "block.fc2.bias": [0.5, -0.25],
            "head.weight": [[1.0, -1.0], [0.5, 0.5]]})
        for name, file in (("import", "state.safetensors"), ("import-own", "own/model.safetensors")):
            cls.run_program(0, "import", file, "--map", "--out", name, "--quiet")
            cls.results[name] = json.loads((cls.folder / name / "results.json").read_text())
        for name, file in INFOS.items():
            cls.results[name] = json.loads(cls.run_program(0, "info", file, "--json"))

    @classmethod
    def run_program(cls, code, *words):
        done = subprocess.run([PROGRAM, *words], cwd=cls.folder, text=True, capture_output=True,
                              timeout=300)
        if done.returncode != code:
            raise AssertionError(f"{words}: expected exit code {code}, got {done.returncode}: "
                                 f"{done.stderr}")
        return done.stdout

    def validator(self, document):
        return self.validators[f"{document['verb']}.schema.json"]

    def tables(self):
        """Every table as (folder, file name, header, lines as dictionaries)."""
        for name in self.results:
            for path in sorted((self.folder / name).glob("*.csv")):
                with open(path, newline="") as file:
                    header, *rows = csv.reader(file)
                for row in rows:
                    self.assertEqual(len(row), len(header), path)
                yield name, path.name, header, [dict(zip(header, row)) for row in rows]

    def test_every_verb_has_a_schema_and_every_field_a_description(self):
        subcommands = self.run_program(0, "--help").partition("Subcommands:\n")[2].split("\n\n")[0]
        # What merge writes is the result of the verb whose journals it is given.
        listed = set(re.findall(r"^  ([a-z]+) {2,}", subcommands, re.MULTILINE)) - {"merge"}
        self.assertEqual({f"{verb}.schema.json" for verb in listed} | {"common.schema.json"},
                         set(self.schemas))
        self.assertEqual({result["verb"] for result in self.results.values()}, listed)
        for name, schema in self.schemas.items():
            jsonschema.Draft202012Validator.check_schema(schema)
            for path, field, is_described in described(self.schemas, name):
                self.assertTrue(is_described, "/".join(path))

    def test_results_are_as_described(self):
        version = self.schemas["common.schema.json"]["$defs"]["version"]["const"]
        for name, result in self.results.items():
            with self.subTest(name):
                self.assertEqual(list(result)[:2], ["schema", "verb"])
                self.assertEqual(list(result)[-1], "provenance")
                self.assertEqual(result["schema"], version)
                problems = [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:300]}"
                            for e in self.validator(result).iter_errors(result)]
                self.assertEqual(problems, [])

    def test_the_runs_have_what_is_rare(self):
        """Lists that must not be empty, or the schemas of their items were tested on nothing."""
        ends = self.results["analyze-decay"]["proofs"]["ends_at_origin"]
        self.assertEqual({end["verdict"] for end in ends["inputs"]}, {"ends_at_origin", "not_arrived"})
        self.assertTrue(any(end["kept_for_ever"] for end in ends["inputs"]))
        self.assertTrue(any(end["changed_by_layer"] for end in ends["inputs"]))
        self.assertTrue(ends["cones"])
        for name in ("paths-close", "paths-decimals", "spectrum-close", "spectrum-tied"):
            result = self.results[name]
            self.assertTrue(result["rounding"]["close_verdicts"], name)
            self.assertEqual("weights_read_as" in result, name in ("paths-decimals", "spectrum-tied"))
        ranks = {name: self.results[name]["low_rank"]["ranks"] for name in ("reduce", "reduce-ranks")}
        self.assertTrue(any(rank["equilibria_of_z"]["list"] for rank in ranks["reduce"]))
        self.assertTrue(any(rank["equilibria_of_z"]["complete"] for rank in ranks["reduce"]))
        self.assertEqual([len(rank["portraits"]) for rank in ranks["reduce-ranks"]], [1, 3])
        curves = [curve for name in ("plane", "plane-cube", "plane-cycle")
                  for curve in self.results[name]["portrait"]["curves"]]
        self.assertTrue(any(curve["winds"] for curve in curves))

    def test_other_results_are_refused(self):
        """A field that is new, renamed or missing, text for a number and a number for text."""
        per_verb = 60  # places of each verb, spread over the document
        smallest = {}
        for result in sorted(self.results.values(), key=lambda result: len(json.dumps(result))):
            if result != {} and len(json.dumps(result)) > 2500:
                smallest.setdefault(result["verb"], result)
        for result in sorted(self.results.values(), key=lambda result: -len(json.dumps(result))):
            smallest.setdefault(result["verb"], result)  # verbs whose results are all small
        tried = 0
        for verb, result in smallest.items():
            validator = self.validator(result)
            self.assertTrue(validator.is_valid(result), verb)
            everywhere = [(path, value) for path, value in places(result)
                          if path and isinstance(path[-1], str)
                          and not any(open_part in path for open_part in ("metadata", "input_sha256"))]
            step = max(1, len(everywhere) // per_verb)
            for path, value in everywhere[::step]:
                kinds = {"renamed": lambda at, key: at.update({key + "_2": at.pop(key)})}
                if isinstance(value, (str, bool)) and value not in ("infinity", "-infinity"):
                    kinds["a number"] = lambda at, key: at.update({key: 0.5})
                elif isinstance(value, (int, float)):
                    kinds["text"] = lambda at, key: at.update({key: "three"})
                elif isinstance(value, dict):
                    kinds["a field more"] = lambda at, key: at[key].update({"more": 1})
                for kind, change in kinds.items():
                    tried += 1
                    self.assertFalse(validator.is_valid(changed(result, path, change)),
                                     f"{verb}: {'/'.join(map(str, path))}: {kind}")
            for key in self.schemas[f"{verb}.schema.json"]["required"] + ["schema", "provenance"]:
                tried += 1
                self.assertFalse(validator.is_valid(changed(result, (key,), lambda at, k: at.pop(k))),
                                 f"{verb}: {key} removed")
        self.assertGreater(tried, 1000)

    def test_json_prints_the_same(self):
        words = self.results["atlas"]["provenance"]["command"].split()[1:]
        printed = json.loads(self.run_program(0, *words, "--json"))
        for result in (printed, kept := copy.deepcopy(self.results["atlas"])):
            result["provenance"].pop("command")
        self.assertEqual(printed, kept)

    def test_cells_without_a_value_are_empty_and_truth_is_true_or_false(self):
        seen = set()
        for name, file, header, rows in self.tables():
            booleans = (BOOLEANS | BOOLEANS_OF.get(file, set())) & set(header)
            booleans -= COUNTS_OF.get(file, set())
            for row in rows:
                for column, cell in row.items():
                    self.assertNotRegex(cell, r"^(?i:nan|-nan|null|none|infinity)$",
                                        (name, file, column))
                    if column in booleans:
                        self.assertIn(cell, ("true", "false", ""), (name, file, column))
                        seen.add(column)
                    elif cell.lower() in ("true", "false"):
                        self.fail(f"{name}/{file}: {column} holds {cell}: say so in BOOLEANS")
        self.assertEqual(seen, BOOLEANS.union(*BOOLEANS_OF.values()))

    def test_cells_of_what_does_not_apply_are_empty(self):
        labels, cuts = set(), set()
        for name, file, _, rows in self.tables():
            for row in rows:
                if file == "events.csv" and "label" in row:
                    labels.add(row["label"])
                    self.assertEqual(row["dimension"] != "", row["label"] == "singular", (name, row))
                    self.assertEqual(row["angle"] != "", row["label"] in ("HB", "NS"), (name, row))
                if file == "separatrices.csv":
                    cuts.add(row["cut"])
                    self.assertFalse(row["cut"] and row["end"], (name, row))
        self.assertLessEqual({"TC", "HB", "singular"}, labels)
        self.assertIn("", cuts)
        self.assertGreater(len(cuts), 1)

    def test_units_and_places_count_from_zero(self):
        seen = set()
        for name, file, header, rows in self.tables():
            families = {}
            for column in header:
                if match := re.fullmatch(r"([a-z_]+)_(\d+)(_re|_im)?", column):
                    families.setdefault((match[1], match[3]), []).append(int(match[2]))
            for (family, _), numbers in families.items():
                if not family.startswith("noise") or file != "twin_runs.csv":  # noise_0.3: a level
                    self.assertEqual(numbers, list(range(len(numbers))), (name, file, family))
            if "index" in header and rows:
                self.assertEqual(min(int(row["index"]) for row in rows if row["index"]), 0,
                                 (name, file))
            for column in filter(UNIT_COLUMN.match, header):
                seen.add((file, column))
                units = {int(row[column]) for row in rows if row[column]}
                if (file, column) in ALL_UNITS:
                    self.assertEqual(units, set(range(len(units))), (name, file, column))
            self.check_single_units(name, file, rows)
        self.assertEqual(seen, ALL_UNITS | SOME_UNITS)

    def check_single_units(self, name, file, rows):
        """Units named here and there, against what the same line says of them otherwise."""
        for row in rows:
            if file == "connections.csv" and row["unit"]:
                self.assertEqual(row["face"].index("F"), int(row["unit"]), (name, row))
            if file == "clocks.csv" and row["culprit_unit"]:
                self.assertIn(row["pattern"][int(row["culprit_unit"])], "LH", (name, row))
            if file == "events.csv" and row["unit"]:
                differ = [i for i, (a, b) in enumerate(zip(row["pattern"], row["partner"])) if a != b]
                self.assertEqual(differ, [int(row["unit"])], (name, row))
        if file == "linked_pairs.csv":
            units = {int(row[column]) for row in rows for column in "ij"}
            self.assertEqual(units, set(range(len(units))), name)


if __name__ == "__main__":
    main()
