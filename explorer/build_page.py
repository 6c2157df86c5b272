"""One page of its parts: python3 build_page.py PAGE ENGINE.js ENGINE.wasm VERSION OUT.html

PAGE is `explorer`, or `portrait`: what a report carries to make its portrait live. Its HTML is
page/PAGE.html, its script begins in page/PAGE.js. Modules become one script: each stands once, in the order of their imports, without `import` and
`export` (so names at the top of modules must differ, which is checked). The program goes in as gzip
in base64. Nothing of the page refers to anything outside it.
"""
import base64
import gzip
import pathlib
import re
import sys

FOLDER = pathlib.Path(__file__).resolve().parent / "page"
IMPORT = re.compile(r'^import \{[^}]*\} from "\./([\w.]+)";\n', re.M)
TOP_LEVEL = re.compile(r"^(?:export )?(?:async )?(?:function|class|const|let) (\w+)", re.M)


def modules(name, seen):
    """The texts of `name` and of what it imports, each before what imports it."""
    if name in seen:
        return []
    seen.append(name)
    text = (FOLDER / name).read_text(encoding="utf-8")
    parts = [part for other in IMPORT.findall(text) for part in modules(other, seen)]
    return parts + [(name, IMPORT.sub("", text))]


def script(entry):
    names, parts = {}, []
    for name, text in modules(entry, []):
        for word in TOP_LEVEL.findall(text):
            if word in names:
                sys.exit(f"build_page: expected names at the top of modules to differ, got {word} in "
                         f"{names[word]} and {name}")
            names[word] = name
        parts.append(re.sub(r"^export ", "", text, flags=re.M))
    return '(() => {\n"use strict";\n' + "\n".join(parts) + "})();"


def safe(text):
    """Inside <script>: nothing that ends it."""
    return re.sub(r"</(script)", r"<\\/\1", text, flags=re.I).replace("<!--", r"<\!--")


def main():
    name, glue, wasm, version, out = sys.argv[1:]
    zipped = base64.b64encode(gzip.compress(pathlib.Path(wasm).read_bytes(), 9, mtime=0)).decode()
    parts = {"style": (FOLDER / "explorer.css").read_text(encoding="utf-8"),
             "version": version,
             "glue": safe(pathlib.Path(glue).read_text(encoding="utf-8")),
             "wasm": zipped,
             "script": safe(script(f"{name}.js"))}
    page = (FOLDER / f"{name}.html").read_text(encoding="utf-8")
    page = re.sub(r"@@(\w+)@@", lambda m: parts.get(m.group(1), m.group(0)), page)
    pathlib.Path(out).write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
