"""Holds the references to doc/theory.md: every "doc/theory.md §x" in headers, sources, tests, studies
and documents names a section that exists; within the document so do all §x and "Theorem n"; and
nobody refers to a theory without saying where it stands.

Usage: theory_test.py SOURCE_ROOT
"""
import pathlib
import re
import sys

FOLDERS = ("include", "src", "plots", "analysis", "tests", "doc", "python", "script")
SUFFIXES = {".hpp", ".cpp", ".py", ".md", ".json", ".ipynb", ".txt", ".sh", ""}
HEADING = re.compile(r"^#{2,3} (\d+(?:\.\d+)?)\.? ", re.M)
SECTION = re.compile(r"§(\d+(?:\.\d+)?)")
# Several sections after one name: "doc/theory.md §3.2, §11.4".
REFERENCE = re.compile(r"doc/theory\.md(?:`|\))? ?((?:§\d+(?:\.\d+)?(?:, | to | and )?)+)")
VAGUE = re.compile(r"(?<!doc/)\b[Tt]heory(?: §|, section)|\([Tt]heory(?:: |, )(?!doc/)[a-z]")
THEOREM = re.compile(r"^\*\*Theorem (\d+)", re.M)
SOURCE_SECTION = re.compile(r"\b\d{4}, §\d+(?:\.\d+)?|, §[IVX]+\.\d+")


def sections(theory):
    return set(HEADING.findall(theory))


def findings_within(theory):
    """Of the document itself; sections of other books ("1996, §IV.2", "1998, §5.2") are not its own."""
    known = sections(theory)
    own = SOURCE_SECTION.sub("", theory)
    for number in SECTION.findall(re.sub(r"1998, §5\.2", "", own)):
        if number not in known:
            yield f"doc/theory.md: §{number} does not exist"
    numbers = [int(n) for n in THEOREM.findall(theory)]
    if numbers != list(range(1, len(numbers) + 1)):
        yield f"doc/theory.md: theorems are numbered {numbers}"
    for number in re.findall(r"Theorem (\d+)", theory):
        if int(number) not in numbers:
            yield f"doc/theory.md: Theorem {number} does not exist"
    for paragraph in re.findall(r"^\*\*Theorem \d+ \(R.*?(?=^\*\*Theorem|^#)", theory, re.M | re.S):
        if "*Proof.*" not in paragraph or "∎" not in paragraph:
            yield f"doc/theory.md: no proof of {paragraph[:40]!r}"


def findings_in(path, text, known):
    for lines in REFERENCE.findall(text):
        for number in SECTION.findall(lines):
            if number not in known:
                yield f"{path}: doc/theory.md has no §{number}"
    for number, line in enumerate(text.splitlines(), 1):
        if VAGUE.search(line):
            yield f"{path}:{number}: expected doc/theory.md §…, got {line.strip()[:90]!r}"


def findings(root):
    theory = (root / "doc/theory.md").read_text()
    yield from findings_within(theory)
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and path.suffix in SUFFIXES and path.name != "theory_test.py":
                try:
                    text = path.read_text()
                except UnicodeDecodeError:
                    continue
                yield from findings_in(path.relative_to(root), text, sections(theory))


def self_check():
    """The test must fail where it should."""
    theory = ("## 1. One\n### 1.2 Two\n**Theorem 1 (R).** a\n*Proof.* b ∎\n"
              "**Theorem 2 (R).** c, §1.2, §1.3, Theorem 3\n## 2. x\n")
    found = list(findings_within(theory))
    assert len(found) == 3, found
    known = sections(theory)
    assert known == {"1", "1.2", "2"}, known
    good = "// (doc/theory.md §1.2, §2)\n/// Theory: doc/theory.md §1.\n// linear theory says\n"
    assert not list(findings_in("a", good, known))
    bad = "// (doc/theory.md §1.2, §3)\n// (theory §1)\n// (theory, section 9)\n// (theory: adjusting)\n"
    assert len(list(findings_in("a", bad, known))) == 4, list(findings_in("a", bad, known))


if __name__ == "__main__":
    self_check()
    problems = list(findings(pathlib.Path(sys.argv[1])))
    print("\n".join(problems) or "every reference to the theory names a section that exists")
    sys.exit(1 if problems else 0)
