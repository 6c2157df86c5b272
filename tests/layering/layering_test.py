"""Reads every include line and fails on an upward include, a third-party header outside its room,
or a public header that the umbrella header forgets.

Usage: layering_test.py SOURCE_ROOT. A room may use only rooms of lower or equal layers (equal:
rooms of one layer may know each other as long as no file does so in a circle, which the compiler
would refuse). Third-party libraries stay behind their one room.
"""
import pathlib
import re
import sys

LAYERS = {
    "core": 0, "numerics": 1, "model": 2, "equilibria": 3, "interaction": 3, "portrait": 4,
    "transient": 4, "learning": 5, "io": 5, "overview": 5, "plots": 6, "cli": 7, "analysis": 7,
}
# What may include a third-party header, as a pattern of paths relative to the root.
FENCES = {
    r"boost/numeric/odeint": r"^src/numerics/.*\.cpp$",
    r"Spectra/": r"^src/numerics/spectrum\.cpp$",
    r"gnuplot-iostream": r"^plots/.*\.cpp$",
    r"(kainjow/)?mustache": r"^plots/.*\.cpp$",
    r"CLI/": r"^src/cli/",
    r"openssl/": r"^src/io/.*\.cpp$",
    r"zlib\.h": r"^src/io/.*\.cpp$",
}
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')


def room_of_file(path):
    parts = path.parts
    if parts[0] == "include":
        return parts[2] if len(parts) > 3 else "cli"  # the umbrella header sees everything
    if parts[0] == "src":
        return parts[1]
    return parts[0]  # plots, analysis


def room_of_include(target):
    parts = target.split("/")
    if parts[0] == "resdyn" and len(parts) > 2:
        return parts[1]
    if parts[0] == "plots" or (len(parts) == 2 and parts[0] in LAYERS):
        return parts[0]  # "ROOM/name.hpp": a header of src/ROOM that users do not see
    return None


def findings(root):
    for folder in ("include", "src", "plots", "analysis"):
        for path in sorted((root / folder).rglob("*.[hc]pp")):
            relative = path.relative_to(root)
            room = room_of_file(relative)
            if room not in LAYERS:
                yield f"{relative}: expected a known room, got {room}"
                continue
            for number, line in enumerate(path.read_text().splitlines(), 1):
                match = INCLUDE.match(line)
                if not match:
                    continue
                target = match.group(1)
                other = room_of_include(target)
                if other and LAYERS[other] > LAYERS[room]:
                    yield f"{relative}:{number}: {room} may not include {target} (upward)"
                for header, allowed in FENCES.items():
                    if re.match(header, target) and not re.match(allowed, str(relative)):
                        yield f"{relative}:{number}: {target} is fenced to {allowed}"


def missing_from_umbrella(root):
    include = root / "include"
    umbrella = (include / "resdyn/resdyn.hpp").read_text()
    for path in sorted(include.rglob("*.hpp")):
        name = path.relative_to(include).as_posix()
        if path.name != "resdyn.hpp" and f"#include <{name}>" not in umbrella:
            yield f"include/resdyn/resdyn.hpp: {name} is not included"


def self_check(tmp):
    """The test must fail where it should."""
    (tmp / "src/core").mkdir(parents=True)
    (tmp / "src/core/bad.cpp").write_text("#include <resdyn/io/csv.hpp>\n#include <Spectra/X.h>\n"
                                       "#include \"model/forward.hpp\"\n")
    found = list(findings(tmp))
    assert len(found) == 3, found


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        self_check(pathlib.Path(folder))
    root = pathlib.Path(sys.argv[1])
    problems = [*findings(root), *missing_from_umbrella(root)]
    print("\n".join(problems) or "no upward include")
    sys.exit(1 if problems else 0)
