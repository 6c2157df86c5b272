"""Documents lead where they say: every link of every Markdown page to a file that exists, every path in backticks too,
and the commands of the manual's pages run as they stand there.

Usage: pages_test.py SOURCE_ROOT [PROGRAM]: without a program, links and paths alone.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

# Pages that doc/manual/pages.py makes.
MADE = {"command-line.md", "fields.md", "words.md", "limits.md"}
LINK = re.compile(r"\]\(([^)\s]+)\)")
# `doc/x.md`, `src/atlas/y.hpp`, `equilibria/z.hpp` (below include/resdyn), `script/bench`.
PATH = re.compile(r"`((?:[\w.-]+/)+[\w.-]+)`")
CHECKED = (".hpp", ".cpp", ".md", ".py", ".sh", ".csv")
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.M | re.S)


def pages(root):
    for folder in (root, root / "doc", root / "doc/manual", root / "doc/schema", root / "analysis",
                   root / "tests", root / "python/notebooks"):
        yield from sorted(folder.glob("*.md"))


def findings_in(root, page, text):
    name = page.relative_to(root).as_posix()
    code = re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)
    for target in LINK.findall(code):
        path = target.split("#")[0]
        if path and not re.match(r"\w+:", path) and path not in MADE:
            if not (page.parent / path).exists():
                yield f"{name}: the link to {target} leads nowhere"
    if page.parent == root or "CHANGELOG" in name or "doc" not in page.parent.parts:
        return
    for path in PATH.findall(code):
        if path.endswith(CHECKED) or path.startswith("script/"):
            places = (root, root / "include/resdyn", root / "src", root / "tests", root / "analysis")
            if not any((place / path).exists() for place in places) and "VERB" not in path:
                yield f"{name}: {path} does not exist"


def failures_of_commands(page, program):
    """Run in one empty folder, in their order, by the words that a reader types."""
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        (work / "bin").mkdir()
        os.symlink(program, work / "bin/resdyn")
        environment = {**os.environ, "PATH": f"{work}/bin:{os.environ['PATH']}"}
        for block in BLOCK.findall(page.read_text()):
            for command in block.splitlines():
                if command.startswith("resdyn "):
                    result = subprocess.run(command, shell=True, cwd=work, env=environment, timeout=300,
                                            capture_output=True, text=True)
                    if result.returncode != 0:
                        yield f"{page.name}: {command}: {result.stderr.strip()}"


def self_check(root):
    page = root / "doc/manual/x.md"
    bad = "[a](nowhere.md) [b](https://x.y/z) [c](fields.md#a) `equilibria/nothing.hpp` `atlas/atlas.hpp`"
    found = list(findings_in(root, page, bad))
    assert len(found) == 2, found


if __name__ == "__main__":
    root = pathlib.Path(sys.argv[1]).resolve()
    self_check(root)
    problems = [line for page in pages(root) for line in findings_in(root, page, page.read_text())]
    if len(sys.argv) > 2:
        for page in sorted((root / "doc/manual").glob("*.md")):
            problems += failures_of_commands(page, pathlib.Path(sys.argv[2]).resolve())
    print("\n".join(problems) or "every link and every path leads somewhere")
    sys.exit(1 if problems else 0)
