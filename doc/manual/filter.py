"""Markdown as Doxygen reads it: a link to a part of a page, or to a file that is no page of the manual, becomes its
text; a link to a page names it alone, since the manual knows pages by their names; and a page has its own name as its
address (Doxygen would take the path of this folder). Prints FILE.

Usage: filter.py FILE
"""
import pathlib
import re
import sys

PAGES = {"theory.md", "formats.md", "certificate.md", "scale.md", "extending.md", "portraits.md", "report.md",
         "python.md", "command-line.md", "fields.md", "words.md", "limits.md", "index.md"}


def target(match):
    text, link = match.groups()
    name = pathlib.PurePosixPath(link).name
    if re.match(r"https?:", link) or match.group(0).startswith("!"):
        return match.group(0)
    return f"[{text}]({name})" if name in PAGES else text


path = pathlib.Path(sys.argv[1])
text = re.sub(r"(?<!!)\[([^\]]*)\]\(([^)\s]+)\)", target, path.read_text())
name = "mainpage" if path.stem == "index" else path.stem
sys.stdout.write(re.sub(r"\A# (.*)$", rf"# \1 {{#{name}}}", text, flags=re.M))
