"""Reads every include line and fails on an upward include, a third-party header outside its room,
or a public header that the umbrella header forgets.

Usage: layering_test.py SOURCE_ROOT. The rooms stand in one total order; a room may include itself
and the rooms above it in ROOMS, private headers and plots/ included. Third-party libraries stay
behind their one room.
"""
import pathlib
import re
import sys

ROOMS = (
    "core", "formats", "numerics", "model", "data", "interaction", "equilibria", "atlas", "stable",
    "settling", "bifurcation", "recurrence", "transient", "noise", "depth", "portrait", "learning",
    "studies", "results", "figures", "accounts", "plots", "analysis", "cli",
)
FLOOR = {room: floor for floor, room in enumerate(ROOMS)}
# What may include a third-party header, as a pattern of paths relative to the root.
FENCES = {
    r"boost/numeric/odeint": r"^src/numerics/.*\.cpp$",
    r"Spectra/": r"^src/numerics/spectrum\.cpp$",
    r"gnuplot-iostream": r"^plots/.*\.cpp$",
    r"(kainjow/)?mustache": r"^plots/.*\.cpp$",
    r"CLI/": r"^src/cli/",
    r"openssl/": r"^src/formats/.*\.cpp$",
    r"zlib\.h": r"^src/formats/.*\.cpp$",
}
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')

def room_of_file(path):
    parts = path.parts
    if parts[0] == "include":
        return parts[2] if len(parts) > 3 else "cli"  # the umbrella header sees everything
    if parts[0] == "src":
        return parts[1]
    return parts[0]  # plots, analysis

def included_room(root, target):
    """The room of an included header of ours; None for the others."""
    parts = target.split("/")
    if parts[0] == "resdyn" and len(parts) > 2:
        return parts[1]
    if parts[0] in ("plots", "analysis") or (len(parts) == 2 and (root / "src" / target).exists()):
        return parts[0]  # "ROOM/name.hpp": a header of src/ROOM that users do not see
    return None

def findings(root):
    for folder in ("include", "src", "plots", "analysis"):
        for path in sorted((root / folder).rglob("*.[hc]pp")):
            relative = path.relative_to(root)
            room = room_of_file(relative)
            if room not in FLOOR:
                yield f"{relative}: expected a known room, got {room}"
                continue
            for number, line in enumerate(path.read_text().splitlines(), 1):
                match = INCLUDE.match(line)
                if not match:
                    continue
                target = match.group(1)
                other = included_room(root, target)
                if other and other not in FLOOR:
                    yield f"{relative}:{number}: {target} is in no known room"
                elif other and FLOOR[other] > FLOOR[room]:
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
    """The test must fail where it should: for every pair of rooms, in the one direction only."""
    for room in ROOMS:
        folder = tmp / ("src" if room not in ("plots", "analysis") else ".") / room
        folder.mkdir(parents=True)
        (folder / "private.hpp").write_text("")
        others = "".join(
            f'#include "{other}/private.hpp"\n' if other in ("plots", "analysis")
            else f"#include <resdyn/{other}/x.hpp>\n" for other in ROOMS)
        (folder / "all.cpp").write_text(others)
    (tmp / "src/core/bad.cpp").write_text('#include <Spectra/X.h>\n#include "model/private.hpp"\n')
    found = list(findings(tmp))
    pairs = len(ROOMS) * (len(ROOMS) - 1) // 2
    assert len(found) == pairs + 2, (len(found), pairs + 2, found[:5])


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        self_check(pathlib.Path(folder))
    root = pathlib.Path(sys.argv[1])
    problems = [*findings(root), *missing_from_umbrella(root)]
    print("\n".join(problems) or "no upward include")
    sys.exit(1 if problems else 0)
