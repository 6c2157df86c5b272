"""Reads every include line and fails on an upward include, a third-party header outside its room,
a public header that includes anything but public headers, Eigen and the standard library, or one
that the umbrella header forgets; reads every call and fails where a room that tells results
computes them.

Usage: layering_test.py SOURCE_ROOT. The rooms stand in one total order; a room may include itself
and the rooms above it in ROOMS, private headers and plots/ included. Third-party libraries stay
behind their one room.

Nothing is computed while it is told: TELLERS call no free function that a header of a COMPUTING
room declares, but for the few that name or convert (TELLING), and no decomposition of a matrix.
The list is of what is allowed, so that a new function is forbidden to them without a word here.
What it cannot see: member functions, functions that share their name with one of another room, and
arithmetic written out on the spot.
"""
import pathlib
import re
import sys

ROOMS = (
    "core", "formats", "work", "numerics", "statistics", "model", "data", "interaction", "equilibria", "atlas",
    "stable", "settling", "bifurcation", "recurrence", "transient", "noise", "depth", "portrait", "learning",
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
# Rooms that describe, draw and print what studies have found.
TELLERS = ("results", "figures", "accounts", "plots", "cli")
COMPUTING = ("numerics", "statistics", "interaction", "equilibria", "atlas", "stable", "settling", "bifurcation",
             "recurrence", "transient", "noise", "depth", "portrait")
# Free functions of computing rooms that name, parse, convert or read what is there already.
TELLING = {
    "to_string", "describe", "label", "symbol", "equilibrium_type", "pair_type", "in_units_of", "verdict_of",
    "pattern_of_entry", "pattern_from_string", "depth_of",
    "pattern_of",  # the name of a point
}
# A verb moreover makes of words what a study is asked about, and two of its studies stand in the
# room of their subject.
TELLING_OF_VERBS = TELLING | {
    "as_stored", "as_decimals",  # how weights are read
    "coupling_path", "path_between", "self_coupling_path", "symmetry_path",  # --path
    "noise_kind_from_name", "validate_level",  # --noise, --levels
    "choose_plane", "pattern_history",  # studies
}
DECLARED = re.compile(r"^(?!return|using|namespace|struct|class|enum|template|inline constexpr)"
                      r"[A-Za-z_][\w:<>,&*\s\[\]]*?[\s&*](\w+)\(", re.M)
CALLED = re.compile(r"(?<![\w.>:])(?:resdyn::)?(\w+)\s*\(")
# "Type name(": a variable of that name, or a function of the file's own.
INTRODUCED = re.compile(r"(?!return\b|throw\b|else\b|case\b)\b[\w:]+(?:<[^;()]*>)?[&*]*\s+[&*]?(\w+)\(")
DECOMPOSED = re.compile(r"\b\w*(?:EigenSolver|SVD|PivLU|HouseholderQR|LLT|LDLT)\b|\.inverse\(\)")
DECOMPOSITION_HEADERS = {f"Eigen/{name}" for name in (
    "Cholesky", "Dense", "Eigen", "Eigenvalues", "Householder", "LU", "QR", "SVD")}
# The second knows its largest size when it is compiled, and keeps its numbers on the stack.
OWN_DECOMPOSITIONS = ["src/numerics/decompositions.cpp", "src/equilibria/origin_support.cpp"]
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.S)
TEXT = re.compile(r'"(?:\\.|[^"\\\n])*"')
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

def code_of(path):
    """The file without comments and without what stands in quotes; lines keep their numbers."""
    text = COMMENT.sub(lambda m: "\n" * m.group(0).count("\n"), path.read_text())
    return TEXT.sub('""', text)

def declared_functions(root):
    """Free functions that headers of computing rooms alone declare, by name, each with a header."""
    found = {room: {} for room in ROOMS}
    for room in ROOMS:
        for folder in (root / "include/resdyn" / room, root / "src" / room, root / room):
            for path in sorted(folder.glob("*.hpp")):
                for match in DECLARED.finditer(code_of(path)):
                    found[room][match.group(1)] = path.relative_to(root).as_posix()
    shared = {name for room in ROOMS if room not in COMPUTING for name in found[room]}
    return {name: header for room in COMPUTING for name, header in found[room].items()
            if name not in shared}

def computed_while_told(root):
    functions = declared_functions(root)
    for room in TELLERS:
        allowed = TELLING_OF_VERBS if room == "cli" else TELLING
        folders = [root / "plots"] if room == "plots" else [root / "src" / room,
                                                           root / "include/resdyn" / room]
        for path in sorted(p for folder in folders for p in folder.glob("*.[hc]pp")):
            code = code_of(path)
            own = set(INTRODUCED.findall(code))
            for number, line in enumerate(code.splitlines(), 1):
                where = f"{path.relative_to(root).as_posix()}:{number}"
                for name in CALLED.findall(line):
                    if name in functions and name not in allowed and name not in own:
                        yield f"{where}: {room} tells, {name} computes ({functions[name]})"
                for name in DECOMPOSED.findall(line):
                    yield f"{where}: {room} tells, {name} computes"

def beyond_the_border(root):
    """Includes of public headers that users would need another library or a private header for."""
    include = root / "include"
    for path in sorted(include.rglob("*.hpp")):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            target = match.group(1)
            is_public = "<" in line and (include / target).exists()
            is_standard = "<" in line and re.fullmatch(r"[a-z_]+", target)
            if not (is_public or is_standard or re.fullmatch(r"Eigen/\w+", target)):
                yield (f"{path.relative_to(root).as_posix()}:{number}: {target} is no public header, "
                       "nor Eigen's, nor the standard library's")

def decomposed_anew(root):
    """Files that instantiate a decomposition of Eigen instead of calling numerics/decompositions.hpp."""
    folders = [root / name for name in ("src", "analysis", "plots", "python/src", "tests")]
    for path in sorted(path for folder in folders for path in folder.rglob("*.[hc]pp")):
        name = path.relative_to(root).as_posix()
        # A bench times other code against Eigen's own.
        if name in OWN_DECOMPOSITIONS or name.startswith("tests/bench/"):
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            match = INCLUDE.match(line)
            if match and match.group(1) in DECOMPOSITION_HEADERS:
                yield f"{name}:{number}: {match.group(1)} is compiled once, in {OWN_DECOMPOSITIONS[0]}"

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
    self_check_of_calls(tmp)
    self_check_of_border(tmp)
    for folder in ("tests/core", "tests/bench"):
        (tmp / folder).mkdir(parents=True)
    for name in ("src/core/bad.cpp", "tests/core/bad_test.cpp", "tests/bench/peer_bench.cpp"):
        (tmp / name).write_text("#include <Eigen/Core>\n#include <Eigen/SVD>\n")
    found = [line.split(": ", 1)[0] for line in decomposed_anew(tmp)]
    assert found == ["src/core/bad.cpp:2", "tests/core/bad_test.cpp:2"], found

def self_check_of_border(tmp):
    """A public header may not include a private one, nor a library's."""
    (tmp / "include/resdyn/core").mkdir(parents=True)
    (tmp / "include/resdyn/core/good.hpp").write_text("")
    (tmp / "include/resdyn/core/bad.hpp").write_text(
        "#include <vector>\n#include <Eigen/Core>\n#include <resdyn/core/good.hpp>\n"
        '#include <nlohmann/json_fwd.hpp>\n#include <resdyn/core/private.hpp>\n'
        '#include "core/private.hpp"\n#include <boost/multiprecision/cpp_int.hpp>\n')
    found = [line.split(": ", 1)[0] for line in beyond_the_border(tmp)]
    assert found == [f"include/resdyn/core/bad.hpp:{line}" for line in (4, 5, 6, 7)], found

def self_check_of_calls(tmp):
    """A call of what a computing room declares is found in every teller, what is allowed is not."""
    (tmp / "src/atlas/private.hpp").write_text(
        "Atlas walk_all(const System& system,\n               int threads = 0);\n"
        "std::vector<double>\nmargins_of(const Atlas& atlas);\n"
        "std::string to_string(const Atlas& atlas);\nVector choose_plane(int n);\nint shared(int);\n"
        "struct Walk {\n    int member(int x) const;\n};\n")
    (tmp / "src/formats/private.hpp").write_text("int shared(int x);\n")
    code = ("// walk_all(system) is told of\nconst auto a = walk_all(system);\n"
            'say("walk_all(system)", to_string(a), shared(3), walk.member(3));\n'
            "return resdyn::margins_of(\n    a);\nif (W.inverse()(0, 0) > 0) {}\n")
    for room in TELLERS:
        (tmp / ("plots" if room == "plots" else f"src/{room}") / "told.cpp").write_text(code)
        (tmp / ("plots" if room == "plots" else f"src/{room}") / "own.cpp").write_text(
            "std::vector<int> margins_of(int a) {\n    return {a};\n}\nint b = margins_of(1)[0];\n")
    (tmp / "src/cli/verb.cpp").write_text("const auto plane = choose_plane(2);\n")
    (tmp / "src/results/plane.cpp").write_text("const auto plane = choose_plane(2);\n")
    found = [line.split(": ", 1)[0] for line in computed_while_told(tmp)]
    expected = [f"{'plots' if room == 'plots' else f'src/{room}'}/told.cpp:{line}"
                for room in TELLERS for line in (2, 4, 6)] + ["src/results/plane.cpp:1"]
    assert sorted(found) == sorted(expected), sorted(set(found) ^ set(expected))


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        self_check(pathlib.Path(folder))
    root = pathlib.Path(sys.argv[1])
    problems = [*findings(root), *beyond_the_border(root), *missing_from_umbrella(root),
                *decomposed_anew(root), *computed_while_told(root)]
    print("\n".join(problems) or "no upward include, nothing computed while it is told")
    sys.exit(1 if problems else 0)
