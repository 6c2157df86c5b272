"""Takes the examples out of the headers: each \\code{.cpp} block of a public header that is a whole
program becomes FOLDER/NAME.cpp, as it stands there. Prints the names, one a line.

Usage: examples.py SOURCE_ROOT FOLDER [EXPECTED]: fails where there are not EXPECTED of them.
"""
import pathlib
import re
import sys

BLOCK = re.compile(r"^/// \\code\{\.cpp\}\n(.*?)^/// \\endcode", re.M | re.S)


def examples(root):
    for path in sorted((root / "include/resdyn").rglob("*.hpp")):
        for k, block in enumerate(BLOCK.findall(path.read_text())):
            code = re.sub(r"^/// ?", "", block, flags=re.M)
            if "int main()" not in code:
                continue
            name = f"{path.parent.name}_{path.stem}" + (f"_{k + 1}" if k else "")
            yield name, f"// From {path.relative_to(root).as_posix()}.\n{code}"


if __name__ == "__main__":
    root, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    found = dict(examples(root))
    for name, code in found.items():
        path = folder / f"{name}.cpp"
        if not path.exists() or path.read_text() != code:  # what is the same is not compiled again
            path.write_text(code)
    print("\n".join(found))
    expected = int(sys.argv[3]) if len(sys.argv) > 3 else len(found)
    if len(found) < expected:
        sys.exit(f"examples: expected {expected} headers with an example, got {len(found)}")
