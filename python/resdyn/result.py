"""What a study returns: its numbers, its tables, its figures, and what it says."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from . import _resdyn
from .figure import Figure

__all__ = ["Fields", "Result"]

_SPECIAL = {"infinity": np.inf, "-infinity": -np.inf}


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _fields(value: Any) -> Any:
    """JSON as Python reads it: objects by attribute, lists of numbers as read-only arrays."""
    if isinstance(value, dict):
        return Fields(value)
    if isinstance(value, str):
        return _SPECIAL.get(value, value)
    if not isinstance(value, list):
        return value
    if value and all(_is_number(v) or v is None or v in ("infinity", "-infinity") for v in value):
        if any(_is_number(v) for v in value):
            whole = all(isinstance(v, int) for v in value)
            numbers = [np.nan if v is None else _SPECIAL.get(v, v) for v in value]
            array = np.array(numbers, dtype=np.int64 if whole else np.float64)
            array.flags.writeable = False
            return array
    return [_fields(v) for v in value]


class Fields:
    """A part of a result: its fields are attributes, with the names that results.json has.

    Lists of numbers are read-only arrays (no value is NaN). `to_dict` gives the part as
    results.json holds it.
    """

    def __init__(self, data: dict[str, Any]):
        self._data = data

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._data:
            raise AttributeError(f"expected one of {', '.join(self._data)}, got {name}")
        value = _fields(self._data[name])
        self.__dict__[name] = value
        return value

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._data]

    def __repr__(self) -> str:
        return f"<{', '.join(self._data)}>"

    def to_dict(self) -> dict[str, Any]:
        return json.loads(json.dumps(self._data))


def _column(cells: list[str], kind: str) -> np.ndarray:
    if kind == "text":
        if cells and all(c in ("true", "false") for c in cells):
            return np.array([c == "true" for c in cells])
        return np.array(cells, dtype=object)
    if kind == "whole" and all(cells):
        return np.array([int(c) for c in cells], dtype=np.int64)
    return np.array([float(c) if c else np.nan for c in cells])


class Tables(Mapping):
    """The tables of a result by name; each is a dict of columns (arrays of one length).

    Columns of numbers are float64 (no value: NaN), counts int64, truth bool, and texts object.
    """

    def __init__(self, texts: dict[str, tuple[str, list[str]]]):
        self._texts = texts
        self._tables: dict[str, dict[str, np.ndarray]] = {}

    def __getitem__(self, name: str) -> dict[str, np.ndarray]:
        name = name.removesuffix(".csv")
        if name not in self._tables:
            if name not in self._texts:
                raise KeyError(f"expected one of {', '.join(self._texts)}, got {name}")
            text, kinds = self._texts[name]
            rows = list(csv.reader(io.StringIO(text)))
            # A row of one absent value is an empty line.
            rows = [row or [""] for row in rows]
            columns = list(zip(*rows[1:])) or [()] * len(rows[0])
            self._tables[name] = {
                head: _column(list(cells), kind)
                for head, cells, kind in zip(rows[0], columns, kinds)
            }
        return self._tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def text(self, name: str) -> str:
        """The table as the CSV file that the program writes."""
        return self._texts[name.removesuffix(".csv")][0]

    def __repr__(self) -> str:
        return f"<tables: {', '.join(self)}>"


class Figures(Mapping):
    """The figures of a result by id; each is drawn by its `plot`."""

    def __init__(self, figures: list[Figure]):
        self._figures = {figure.id: figure for figure in figures}

    def __getitem__(self, name: str) -> Figure:
        if name not in self._figures:
            raise KeyError(f"expected one of {', '.join(self._figures)}, got {name}")
        return self._figures[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._figures)

    def __len__(self) -> int:
        return len(self._figures)

    def __repr__(self) -> str:
        return f"<figures: {', '.join(self)}>"


class Result:
    """What a study found.

    Its quantities are attributes: those of the C++ struct (arrays are read-only views of its
    memory and keep it alive), and every field of results.json under its name there.

    Attributes
    ----------
    verb : str
        The program's verb that computes the same; of a vector field, which has none, the function.
    verdict : str
        The result in words, as the program prints it.
    sound : bool
        No claim failed and every check passed.
    tables : mapping of str to dict of str to ndarray
    figures : mapping of str to Figure
    """

    def __init__(self, verb: str, raw: Any):
        self.verb = verb
        self._raw = raw
        self._study = raw.study
        self._cache: dict[str, Any] = {}

    def _cached(self, name: str, make: Any) -> Any:
        if name not in self._cache:
            self._cache[name] = make()
        return self._cache[name]

    @property
    def _data(self) -> dict[str, Any]:
        return self._cached("json", lambda: json.loads(self._raw.json))

    @property
    def verdict(self) -> str:
        # Where the program's words name an option (--as-decimals), the option here is as_decimals.
        return re.sub(r"--([a-z][a-z-]*)", lambda m: m[1].replace("-", "_"), self._raw.words)

    @property
    def sound(self) -> bool:
        return self._raw.sound

    @property
    def tables(self) -> Tables:
        return self._cached(
            "tables",
            lambda: Tables(
                {name.removesuffix(".csv"): (text, kinds) for name, text, kinds in self._raw.tables}
            ),
        )

    @property
    def figures(self) -> Figures:
        return self._cached("figures", lambda: Figures([Figure(f) for f in self._raw.figures]))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if hasattr(type(self._study), name):  # a failure of its own is not to be covered
            return getattr(self._study, name)
        if name in self._data:
            return self._cached("field " + name, lambda: _fields(self._data[name]))
        raise AttributeError(f"expected a field of {self.verb}, got {name}")

    def __dir__(self) -> list[str]:
        fields = [name for name in dir(self._study) if not name.startswith("_")]
        return sorted({*super().__dir__(), *fields, *self._data})

    def to_dict(self) -> dict[str, Any]:
        """What results.json holds, without its provenance (which command, which files)."""
        head = {"schema": _resdyn.results_schema, "verb": self.verb}
        return {**head, **json.loads(self._raw.json)}

    def to_pandas(self, name: str) -> Any:
        """The table of this name as a pandas DataFrame (needs pandas)."""
        import pandas

        return pandas.DataFrame(self.tables[name])

    def __repr__(self) -> str:
        return self.verdict.rstrip("\n")

    def _repr_html_(self) -> str:
        parts = [f"<pre>{html.escape(self.verdict.rstrip())}</pre>"]
        if self.tables:
            name = next(iter(self.tables))
            parts.append(_table_html(name, self.tables[name]))
        if self.figures:
            parts.append(next(iter(self.figures.values())).to_html())
        return "\n".join(parts)


def _table_html(name: str, table: dict[str, np.ndarray], most_rows: int = 10) -> str:
    """The beginning of a table."""
    columns = list(table)[:12]
    rows = len(table[columns[0]])

    def cell(value: Any) -> str:
        if isinstance(value, (float, np.floating)):
            return "" if np.isnan(value) else f"{value:.6g}"
        return html.escape(str(value))

    head = "".join(f"<th>{html.escape(c)}</th>" for c in columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{cell(table[c][k])}</td>" for c in columns) + "</tr>"
        for k in range(min(rows, most_rows))
    )
    more = []
    if rows > most_rows:
        more.append(f"{rows - most_rows} more rows")
    if len(table) > len(columns):
        more.append(f"{len(table) - len(columns)} more columns")
    caption = html.escape(name) + (f" ({', '.join(more)})" if more else "")
    return f"<table><caption>{caption}</caption><tr>{head}</tr>{body}</table>"
