#!/usr/bin/env python3
"""Writes the stub of the compiled module, resdyn/_resdyn.pyi, from the signatures that it has.

Usage: PYTHONPATH=BUILD/python make_stubs.py [--check]. With --check nothing is written, and the exit
code says whether the stub is what would be written. (mypy's stubgen makes invalid stubs of
pybind11 2.10.)
"""

import inspect
import pathlib
import re
import sys

# The built package is meant, not the sources beside this file.
sys.path.remove(str(pathlib.Path(__file__).parent.resolve()))

from resdyn import _resdyn  # noqa: E402

STUB = pathlib.Path(__file__).parent / "resdyn" / "_resdyn.pyi"
HEAD = '''"""The compiled part of resdyn. Made by make_stubs.py: change the binding, not this file."""

import os
from collections.abc import Callable
from typing import Any, Optional, Union

import numpy

'''


def python_type(text: str, argument: bool) -> str:
    """A type as pybind11 writes it, as Python has it."""
    text = re.sub(r"numpy\.ndarray\[[^\[\]]*(\[[^\]]*\])?[^\[\]]*\]", "numpy.ndarray", text)
    text = text.replace("resdyn._resdyn.", "")
    text = re.sub(r"\bresdyn::(?:\w+::)*", "", text)  # of a class that was bound later
    text = re.sub(r"(\w)\[\d+\]", r"\1", text)  # lists of a length that is known
    for name in ("List", "Tuple", "Dict"):
        text = text.replace(f"{name}[", f"{name.lower()}[")
    text = re.sub(r"\bobject\b", "Any", text)
    text = re.sub(r"\bfunction\b", "Callable[..., Any]", text)
    text = text.replace("os.PathLike", "Union[str, os.PathLike[str]]")
    text = re.sub(r"\bdict\b(?!\[)", "dict[str, Any]", text)
    text = re.sub(r"\blist\b(?!\[)", "list[Any]", text)
    text = re.sub(r"\btuple\b(?!\[)", "tuple[Any, ...]", text)
    if argument and text == "float":
        return "float"
    return text


def split(arguments: str) -> list[str]:
    """At the commas outside brackets."""
    parts, depth, begin = [], 0, 0
    for place, letter in enumerate(arguments):
        depth += (letter in "[({") - (letter in "])}")
        if letter == "," and depth == 0:
            parts.append(arguments[begin:place])
            begin = place + 1
    return [p.strip() for p in (*parts, arguments[begin:]) if p.strip()]


def signature(doc: str, method: bool) -> str:
    """Arguments and result of the first line of a docstring."""
    line = doc.split("\n", 1)[0]
    match = re.fullmatch(r"\w*\((.*)\) -> (.*)", line)
    if match is None:
        return "(*args: Any, **kwargs: Any) -> Any"
    written = []
    for place, argument in enumerate(split(match[1])):
        if argument in ("*", "/"):
            written.append(argument)
            continue
        name, _, kind = argument.partition(":")
        kind, _, default = kind.partition(" = ")
        if method and place == 0:
            written.append("self")
            continue
        default = f" = {default.strip()}" if default else ""
        written.append(f"{name.strip()}: {python_type(kind.strip(), True)}{default}")
    # Arguments without a name can only be given by place.
    unnamed = [k for k, a in enumerate(written) if re.match(r"arg\d+:", a)]
    if unnamed:
        written.insert(unnamed[-1] + 1, "/")
    return f"({', '.join(written)}) -> {python_type(match[2], False)}"


def class_lines(name: str, cls: type) -> list[str]:
    bases = [b.__name__ for b in cls.__bases__ if b.__module__ == cls.__module__]
    if issubclass(cls, Exception):
        return [f"class {name}({cls.__bases__[0].__name__}): ..."]
    lines = [f"class {name}{f'({bases[0]})' if bases else ''}:"]
    made = False
    for member, value in sorted(vars(cls).items()):
        if isinstance(value, property):
            kind = signature(value.fget.__doc__ or "", True).rsplit("-> ", 1)[1]
            lines += ["    @property", f"    def {member}(self) -> {kind}: ..."]
        elif member == "__eq__":
            lines.append("    def __eq__(self, other: object, /) -> bool: ...")
        elif member == "__init__":
            if "overloaded" not in (value.__doc__ or "") and "__init__(" in (value.__doc__ or ""):
                lines.append(f"    def __init__{signature(value.__doc__, True)}: ...")
                made = True
        elif callable(value) and (not member.startswith("_") or member in ("__call__", "__len__")):
            lines.append(f"    def {member}{signature(value.__doc__ or '', True)}: ...")
    if not made:  # results: pybind11 refuses to make one, whatever is given
        lines.append("    def __init__(self, *args: Any, **kwargs: Any) -> None: ...")
    if hasattr(cls, "__dict__") and "__dict__" in vars(cls):
        lines.append("    def __getattr__(self, name: str) -> Any: ...")
        lines.append("    def __setattr__(self, name: str, value: Any) -> None: ...")
    return lines if len(lines) > 1 else [lines[0] + " ..."]


def stub() -> str:
    lines = ["__version__: str", "results_schema: str", ""]
    for name, value in sorted(vars(_resdyn).items()):
        if inspect.isclass(value):
            lines += [*class_lines(name, value), ""]
    for name, value in sorted(vars(_resdyn).items()):
        if not inspect.isclass(value) and callable(value):
            lines.append(f"def {name}{signature(value.__doc__ or '', False)}: ...")
    return HEAD + "\n".join(lines) + "\n"


def main() -> int:
    text = stub()
    if "--check" in sys.argv[1:]:
        if not STUB.exists() or STUB.read_text() != text:
            print(f"{STUB}: expected what make_stubs.py writes, got another text")
            return 1
        return 0
    STUB.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
