"""Tables of compact_study.csv, as they stand in analysis/compact.md.

Usage: compact_tables.py [CSV] [--check MD]
A row a setting, grouped by what is varied against the base: mean ± standard error over the seeds, or
the mean alone of one seed. "k of n": in k of the n networks of that setting; — : not decided in any, or
no question of that activation. Where only some were decided, how many stands behind in brackets. With
--check it prints nothing and fails where a table is not in MD word for word.
"""
import argparse
import csv
import math
import pathlib

home = pathlib.Path(__file__).resolve().parent.parent
arguments = argparse.ArgumentParser()
arguments.add_argument("csv", nargs="?", default=home / "compact_study.csv")
arguments.add_argument("--check", type=pathlib.Path)
given = arguments.parse_args()

FACTORS = ["units", "activation", "depth", "step", "weight_decay", "epochs"]
BASE = {"units": "16", "activation": "logistic", "depth": "10", "step": "0.3", "weight_decay": "0.0"}


def label(setting):
    """What of the base the setting changes."""
    s = dict(zip(FACTORS, setting))
    total = float(s["step"]) * int(s["depth"])
    changed = [name for name in BASE if s[name] != BASE[name]]
    if not changed:
        return f"M = {s['units']} (base)"
    if "depth" in changed:
        return f"L = {s['depth']}, T = {total:g}"
    words = {"units": f"M = {s['units']}", "activation": s["activation"], "step": f"T = {total:g}",
             "weight_decay": f"weight decay {float(s['weight_decay']):g}"}
    return ", ".join(words[name] for name in changed)


def place(setting):
    """The order of rows: units, activation, total time, depth, weight decay."""
    s = dict(zip(FACTORS, setting))
    changed = [name for name in BASE if s[name] != BASE[name]]
    group = ["units", "activation", "step", "depth", "weight_decay"]
    first = "depth" if "depth" in changed else changed[0] if changed else "units"
    value = float(s[first]) if first != "activation" else 0
    return group.index(first), value


def decided(rows, name):
    return [float(row[name]) for row in rows if row[name] != ""]


def few(value, error):
    """Three digits of numbers that are large, as many decimals as the error has otherwise."""
    if value >= 1e4:
        return f"{value:.3g}".replace("e+0", "e")
    if error == 0:
        return f"{value:.0f}" if value == round(value) else f"{value:.4f}"
    decimals = max(0, min(4, 1 - math.floor(math.log10(error))))
    return f"{value:.{decimals}f}"


def mean(rows, name):
    values = decided(rows, name)
    if not values:
        return "—"
    k, value = len(values), sum(values) / len(values)
    text = f"{value:.4g}"
    if k > 1:
        error = math.sqrt(sum((v - value) ** 2 for v in values) / (k * (k - 1)))
        text = few(value, error) + " ± " + few(error, error)
    return text + (f" ({k})" if k < len(rows) else "")


def share(rows, name, wanted):
    known = [row for row in rows if row[name] != ""]
    return f"{sum(row[name] == wanted for row in known)} of {len(known)}" if known else "—"


def every(rows, name):
    """All classes that occur, over the networks; none where every list is empty."""
    return " ".join(sorted({c for row in rows for c in row[name].split()})) or "none"


def thousand(number):
    return f"{int(number):,}"


def between(rows, name, form=thousand):
    values = decided(rows, name)
    if not values:
        return "—"
    low, high = min(values), max(values)
    text = form(low) if low == high else f"{form(low)} to {form(high)}"
    return text + (f" ({len(values)})" if len(values) < len(rows) else "")


TABLES = {
    "Proved": {
        "networks": lambda r: str(len(r)),
        "test accuracy": lambda r: mean(r, "test_accuracy"),
        "isolated equilibria": lambda r: between(r, "equilibria"),
        "stable ones": lambda r: mean(r, "stable"),
        "faces that can attract": lambda r: mean(r, "attracting_faces"),
        "y = 0 alone": lambda r: share(r, "only_origin", "True"),
        "classes of those faces": lambda r: every(r, "classes_of_faces") if decided(r, "nodes") else "—",
        "nodes": lambda r: between(r, "nodes")},
    "The origin": {
        "stable": lambda r: share(r, "origin_stable", "yes"),
        "attracts the open cube": lambda r: share(r, "origin_attracts", "yes"),
        "repelling rays": lambda r: mean(r, "repelling_rays"),
        "decay directions": lambda r: mean(r, "decay_directions"),
        "stable ones": lambda r: mean(r, "stable_directions"),
        "classes of the stable ones":
            lambda r: every(r, "classes_of_stable_directions") if decided(r, "stable_directions") else "—"},
    "Observed": {
        "settle, y* = 0 too": lambda r: mean(r, "inputs_settled"),
        "settle at y* ≠ 0": lambda r: mean(r, "settled_away_from_0"),
        "different y* ≠ 0": lambda r: mean(r, "ends_away_from_0"),
        "unsettled": lambda r: mean(r, "inputs_unsettled"),
        "right after L layers": lambda r: mean(r, "accuracy"),
        "right at the deepest": lambda r: mean(r, "last_accuracy"),
        "the deepest": lambda r: between(r, "last_depth"),
        "largest residual there": lambda r: between(r, "largest_residual_at_last_depth", "{:.2g}".format)}}


def table(columns, groups):
    lines = ["| | " + " | ".join(columns) + " |", "|" + "---|" * (1 + len(columns))]
    for setting in sorted(groups, key=place):
        # A table of the origin has no row for settings whose weights never make it degenerate.
        cells = [form(groups[setting]) for form in columns.values()]
        if set(cells) != {"—"}:
            lines.append(f"| {label(setting)} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


with open(given.csv, newline="") as file:
    everything = list(csv.DictReader(file))
texts = []
for epochs in sorted({row["epochs"] for row in everything}, key=int):
    groups = {}
    for row in everything:
        if row["epochs"] == epochs:
            groups.setdefault(tuple(row[name] for name in FACTORS), []).append(row)
    for name, columns in TABLES.items():
        texts.append((f"{name}, {epochs} epochs", table(columns, groups)))

if given.check:
    written = given.check.read_text()
    missing = [title for title, text in texts if text not in written]
    assert not missing, f"not in {given.check}: {missing}"
else:
    print("\n\n".join(f"{title}\n\n{text}" for title, text in texts))
