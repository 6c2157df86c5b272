"""Compiles every public header by itself: whoever includes one of them needs nothing before it.

Usage: headers_test.py SOURCE_ROOT COMPILER EIGEN_INCLUDE_DIR. The compiler sees the public headers
and Eigen, and no other folder of the project. Headers that include core/types.hpp, nearly all, are
compiled with it precompiled: they would read it first of all.
"""
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile

INCLUDE = re.compile(r"^#include <(resdyn/[^>]+)>", re.M)
TYPES = "resdyn/core/types.hpp"


def closure(include, name, seen):
    for other in INCLUDE.findall((include / name).read_text()):
        if other not in seen:
            seen.add(other)
            closure(include, other, seen)
    return seen


def compiled(command, text):
    """The first lines of the compiler's complaint, or nothing."""
    done = subprocess.run(command, input=text, text=True, capture_output=True)
    return "" if done.returncode == 0 else "\n".join(done.stderr.splitlines()[:8])


def main(root, compiler, eigen):
    include = pathlib.Path(root) / "include"
    flags = ["-std=c++20", "-O0", "-Wall", "-Wextra", "-Werror", f"-I{include}", f"-isystem{eigen}"]
    names = sorted(p.relative_to(include).as_posix() for p in include.rglob("*.hpp"))
    with tempfile.TemporaryDirectory() as folder:
        types = pathlib.Path(folder) / "types.hpp"
        types.write_text(f"#include <{TYPES}>\n")
        problem = compiled([compiler, *flags, "-x", "c++-header", str(types), "-o", f"{types}.gch"], "")
        if problem:
            return [problem]

        def check(name):
            before = ["-include", str(types)] if TYPES in closure(include, name, {name}) else []
            return compiled([compiler, *flags, *before, "-fsyntax-only", "-x", "c++", "-"],
                            f"#include <{name}>\n")

        # A header that does not stand alone must be found.
        if not compiled([compiler, *flags, "-fsyntax-only", "-x", "c++", "-"],
                        "inline Index twice(Index n) { return 2 * n; }\n"):
            return ["a name that nobody declares was compiled"]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            problems = [f"{name}:\n{problem}" for name, problem in zip(names, pool.map(check, names))
                        if problem]
    print(f"{len(names) - len(problems)} of {len(names)} public headers compile by themselves")
    return problems


if __name__ == "__main__":
    found = main(*sys.argv[1:])
    print("\n".join(found))
    sys.exit(1 if found else 0)
