"""Makes the pages of the manual that say what stands elsewhere already: the command line (from the program's own
help, each verb with a run and a picture of it), every field (from doc/schema), words and limits (from README.md), and
the table of a report's files (from a run). Pages beside this file are copied.

Usage: pages.py SOURCE_ROOT PROGRAM FOLDER
"""
import csv
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT, PROGRAM, FOLDER = (pathlib.Path(word).resolve() for word in sys.argv[1:4])
MODEL = "model/model.safetensors"
ANY = "(any)"
# A run of each verb that takes a second or few, and the picture of it that says most; no picture: what it prints. A verb
# that is not here runs the example of its help, and shows the first picture of it, or what it prints.
RUNS = {
    "train": ("--data rings --units 8 --depth 5 --epochs 30 --out model", "training"),
    "info": (MODEL, None),
    "analyze": (f"{MODEL} --data rings --samples 300", "decision-map"),
    "trajectory": ("--system heteroclinic-cycle --t-end 300", "trajectory"),
    "equilibria": ("--system limit-cycle --recurrence", "closed-orbits"),
    "interactions": ("--system hopfield", "weights"),
    "spectrum": ("--system dissipative", "multipliers"),
    "transient": (f"{MODEL} --data rings --samples 300", "separability"),
    "bifurcations": ("--system winner-takes-all --path self-coupling --from -2 --to 4", "bifurcations"),
    "portrait": ("--system winner-takes-all", "portrait"),
    "basins": ("--system winner-takes-all --width 128 --height 128", "basins"),
    "perturb": (f"{MODEL} --data rings --samples 300", "robustness"),
    "depth": (f"{MODEL} --data rings --samples 300", "depth"),
    "reduce": (f"{MODEL} --data rings --samples 300 --hidden-units 4 --rank 1,2", "ranks"),
    "validate": ("--quick --only 10", "claim-10-growth-around-h-star"),
    "cycles": ("--system limit-cycle --clock flow", ANY),
    "discretisation": (f"{MODEL} --data rings --samples 100", ANY),
}
# What these work on comes from elsewhere: they are shown by their example, and not run.
NOT_RUN = {"merge": "JOURNAL", "import": "net.safetensors --map",
           "explore": "--system heteroclinic-cycle"}


def program(*words, folder=None):
    result = subprocess.run([PROGRAM, *words], cwd=folder, capture_output=True, text=True, timeout=300)
    if result.returncode != 0:
        sys.exit(f"pages: {' '.join(map(str, words))}: {result.stderr}")
    return result.stdout


def verbs():
    """Name and sentence of each verb, as --help lists them."""
    listed = program("--help").split("Subcommands:\n")[1].split("\n\n")[0]
    return re.findall(r"^  (\S+) +(.*)$", listed, re.M)


def example_of(verb):
    found = re.search(rf"^Examples?:\s+resdyn {verb} (.*)$", program(verb, "--help"), re.M)
    if not found:
        sys.exit(f"pages: expected an example in resdyn {verb} --help, got none")
    return found.group(1).replace("model.safetensors", MODEL)


def escaped(text):
    return re.sub(r"([|<>*_@#%&])", r"\\\1", text)


def command_line(work):
    """Runs every verb in `work`; the folders stay there for the table of files."""
    known = verbs()
    page = ["# The command line", "",
            "Every verb works without options, on a test system, and has `--help` with an example. `man resdyn` has all of this",
            "page; `resdyn --completion bash` (or zsh, fish) completes verbs, options and their values.", ""]
    for name, about in known:
        words, figure = ((NOT_RUN[name], None) if name in NOT_RUN
                         else RUNS.get(name) or (example_of(name), ANY))
        page += [f"## {name}", "", f"{escaped(about)}.", "", "```sh", f"resdyn {name} {words}", "```", ""]
        if name not in NOT_RUN:
            printed = program(name, *words.split(), folder=work)
            out = "model" if name == "train" else f"resdyn-out/{name}"
            drawn = sorted((work / out / "figures").glob("*.svg"))
            if figure and (drawn or figure != ANY):
                picture = next((path for path in drawn if figure in (ANY, path.stem)), None)
                if not picture:
                    sys.exit(f"pages: {name}: expected the picture {figure}, got "
                             f"{[path.stem for path in drawn]}")
                shutil.copy(picture, FOLDER / f"verb-{name}.svg")
                page += [f"![{name}](verb-{name}.svg)", ""]
            else:
                page += ["```text", *printed.splitlines()[:20], "```", ""]
        page += ["```text", *program(name, "--help").rstrip().splitlines(), "```", ""]
    (FOLDER / "command-line.md").write_text("\n".join(page))


def table_of_files(folder):
    rows = ["| file | what it is, or its columns |", "|---|---|"]
    for path in sorted(folder.iterdir(), key=lambda p: (p.suffix != ".json", p.name)):
        if path.name.startswith("."):
            continue
        if path.suffix == ".csv":
            with path.open(newline="") as file:
                what = ", ".join(next(csv.reader(file)))
                what = what if len(what) < 220 else what[:200].rsplit(",", 1)[0] + ", …"
        else:
            what = {"results.json": "every number", "report.html": "the report, one page",
                    "certificate.json": "what is proved, for the independent checker",
                    "figures": "pictures, each with its numbers and its script"}.get(path.name, "")
        rows.append(f"| {escaped(path.name)} | {escaped(what)} |")
    return "\n".join(rows)


def kind(schema):
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return ", ".join(json.dumps(value) for value in schema["enum"])
    named = schema.get("$ref", "").rsplit("/", 1)[-1]
    shape = schema.get("type", named or "")
    return " or ".join(shape) if isinstance(shape, list) else shape.replace("_", " ")


def rows_of(schema, prefix, common, depth=0):
    for name, field in schema.get("properties", {}).items():
        path = f"{prefix}{name}"
        inner = field.get("items", field) if isinstance(field.get("items", field), dict) else field
        named = common.get(field.get("$ref", "").rsplit("/", 1)[-1], {})
        about = field.get("description") or named.get("description", "")
        yield f"| `{path}{'[]' if 'items' in field else ''}` | {escaped(kind(field))} | {escaped(about)} |"
        target = common.get(inner.get("$ref", "").rsplit("/", 1)[-1], inner)
        if depth < 5:
            yield from rows_of(target, f"{path}{'[]' if 'items' in field else ''}.", common, depth + 1)


def fields():
    common = json.loads((ROOT / "doc/schema/common.schema.json").read_text())["$defs"]
    page = ["# Every field", "",
            "What each field of results.json means, by verb. `name[]` is a list, and what follows the dot belongs to each of its",
            "entries. The schemas themselves, which every result is tested against: `doc/schema`.", "",
            "## In every file", "", "| field | kind | meaning |", "|---|---|---|",
            *rows_of(common["envelope"], "", common), ""]
    for path in sorted((ROOT / "doc/schema").glob("*.schema.json")):
        schema = json.loads(path.read_text())
        if path.name != "common.schema.json":
            page += [f"## {path.name.split('.')[0]}", "", escaped(schema.get("description", "")), "",
                     "| field | kind | meaning |", "|---|---|---|", *rows_of(schema, "", common), ""]
    (FOLDER / "fields.md").write_text("\n".join(page))


def section_of_readme(title):
    readme = (ROOT / "README.md").read_text()
    found = re.search(rf"^## {title}\n(.*?)(?=^## |^The manual, with|^MIT licence)", readme, re.M | re.S)
    if not found:
        sys.exit(f"pages: README.md has no section {title!r}")
    return found.group(1)


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        command_line(work)
        for page in sorted((ROOT / "doc/manual").glob("*.md")):
            text = page.read_text()
            for verb in re.findall(r"<!-- files: (\w+) -->", text):
                text = text.replace(f"<!-- files: {verb} -->", table_of_files(work / "resdyn-out" / verb))
            (FOLDER / page.name).write_text(text)
    fields()
    (FOLDER / "words.md").write_text("# Words\n" + section_of_readme("Words"))
    (FOLDER / "limits.md").write_text("# Limits\n" + section_of_readme("Limits"))


main()
