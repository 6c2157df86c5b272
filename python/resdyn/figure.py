"""The figures of a result in matplotlib: one drawer of the library's figure description.

A figure is data: panels, series with their columns and marks, axes, a colour scale. The program
draws the same description with gnuplot; here `Figure.plot` draws it into axes of matplotlib, which
it returns, so that more can be added to them.
"""

from __future__ import annotations

import base64
import html
import io
import re
from typing import Any

import numpy as np

__all__ = ["Figure"]

_DPI = 100  # pixels of the description an inch
_POINTS = 72 / _DPI  # points a pixel
_MARKER = 6.2  # points of a symbol of size 1

# gnuplot's point types: matplotlib's marker, and whether it is filled.
_SYMBOLS = {
    1: ("+", True),
    2: ("x", True),
    3: ((6, 2, 0), True),
    4: ("s", False),
    5: ("s", True),
    6: ("o", False),
    7: ("o", True),
    8: ("^", False),
    9: ("^", True),
    10: ("v", False),
    11: ("v", True),
    12: ("D", False),
    13: ("D", True),
    14: ("p", False),
    15: ("p", True),
}
_DASHES = {1: "-", 2: (0, (5, 3)), 3: (0, (1, 2)), 4: (0, (6, 2, 1.5, 2))}
_MAPS = {
    "field": [(0, "#DCE3E9"), (0.5, "#A9BDCB"), (1, "#4F7389")],
    "sequential": [(0, "#E3E7EA"), (0.35, "#9DB0BF"), (0.7, "#4F7389"), (1, "#12344A")],
    "diverging": [
        (0, "#0072B2"),
        (0.25, "#7FB8D8"),
        (0.5, "#FFFFFF"),
        (0.75, "#EAAE7F"),
        (1, "#D55E00"),
    ],
}


def _math(text: str) -> str:
    """gnuplot's enhanced notation (y_1, x_{n+1}) in matplotlib's mathtext."""

    def raised(match: re.Match[str]) -> str:
        inside = match[2].strip("{}").replace("\\", "").replace(" ", "\\ ").replace("%", "\\%")
        return f"${match[1]}{{\\mathrm{{{inside}}}}}$"

    return re.sub(r"([_^])(\{[^}]*\}|.)", raised, text.replace("$", r"\$"))


def _grid(values: np.ndarray) -> tuple[np.ndarray, float, float]:
    """Which row or column of a regular grid each value stands in, its start and its spacing."""
    apart = np.diff(np.unique(values))
    span = values.max() - values.min()
    apart = apart[apart > 1e-9 * max(span, 1e-300)]
    step = float(apart.min()) if apart.size else 1.0  # in one line: unit cells
    return np.rint((values - values.min()) / step).astype(int), float(values.min()), step


class _Panel:
    """Draws one panel into axes."""

    def __init__(self, ax: Any, panel: dict[str, Any]):
        self.ax = ax
        self.panel = panel
        self.handles: list[Any] = []
        self.mappable: Any = None

    def draw(self) -> None:
        import matplotlib.colors as colors

        scale = self.panel["colours"]
        if scale["map"] == "classes":
            self.cmap = colors.ListedColormap(scale["classes"] or ["#FFFFFF"])
            half = 0.5
        else:
            self.cmap = colors.LinearSegmentedColormap.from_list(scale["map"], _MAPS[scale["map"]])
            half = 0.0
        self.norm = colors.Normalize(scale["from"] - half, scale["to"] + half)
        for place, series in enumerate(self.panel["series"]):
            if len(series["columns"][0][1]):
                self._series(series, 2 + 0.01 * place)
        for x, y, text in self.panel["texts"]:
            self.ax.text(x, y, _math(text), ha="center", va="center", zorder=4)
        self._axes()
        self._legend()
        if scale["shown"] and self.mappable is not None:
            self._colour_bar(scale)

    def _series(self, series: dict[str, Any], z: float) -> None:
        c = [values for _, values in series["columns"]]
        handle = getattr(self, "_" + series["mark"])(series, c, z)
        if series["legend"] and handle is not None:
            handle.set_label(_math(series["legend"]))
            self.handles.append(handle)

    def _line(self, s: dict[str, Any], c: list[np.ndarray], z: float) -> Any:
        return self.ax.plot(
            c[0],
            c[1],
            color=s["colour"],
            lw=s["width"] * _POINTS,
            ls=_DASHES.get(s["dash"], "-"),
            alpha=s["opacity"],
            zorder=z,
        )[0]

    def _points(self, s: dict[str, Any], c: list[np.ndarray], z: float) -> Any:
        marker, filled = _SYMBOLS.get(s["symbol"], ("", True))
        size = _MARKER * s["size"] * (0.85 if marker == "D" else 1)
        clipped = not all(self._within(axis, values) for axis, values in zip("xy", c))
        if s["halo"]:
            self.ax.plot(
                c[0], c[1], ls="", marker=marker, ms=size * (1.5 if filled else 1.15),
                color="#FFFFFF", mew=0, zorder=z - 0.005, clip_on=clipped,
            )  # fmt: skip
        return self.ax.plot(
            c[0],
            c[1],
            ls="",
            marker=marker,
            ms=size,
            mfc=s["colour"] if filled else "none",
            mec=s["colour"],
            mew=s["width"] * _POINTS * 0.75 if not filled or marker in ("+", "x") else 0,
            alpha=s["opacity"],
            zorder=z,
            clip_on=clipped,
        )[0]

    def _within(self, axis: str, values: np.ndarray) -> bool:
        """Whether all stand inside an axis whose ends are given: a symbol on its edge is whole."""
        ends = self.panel[axis]
        return bool(np.all((values >= ends["from"]) & (values <= ends["to"])))

    def _band(self, s: dict[str, Any], c: list[np.ndarray], z: float) -> Any:
        return self.ax.fill_between(
            c[0], c[1], c[2], color=s["colour"], alpha=s["opacity"], lw=0, zorder=z
        )

    def _bars(self, s: dict[str, Any], c: list[np.ndarray], z: float) -> Any:
        bars = self.ax.bar(
            c[0], c[2] - c[1], s["width"], c[1], color=s["colour"], alpha=s["opacity"], zorder=z
        )
        return bars

    def _error_bars(self, s: dict[str, Any], c: list[np.ndarray], z: float) -> Any:
        marker, filled = _SYMBOLS.get(s["symbol"], ("", True))
        return self.ax.errorbar(
            c[0],
            c[1],
            c[2],
            ls="",
            marker=marker or None,
            ms=_MARKER * s["size"],
            mfc=s["colour"] if filled else "none",
            color=s["colour"],
            elinewidth=s["width"] * _POINTS,
            capsize=3,
            alpha=s["opacity"],
            zorder=z,
        )

    def _arrows(self, s: dict[str, Any], c: list[np.ndarray], z: float) -> Any:
        arrows = self.ax.quiver(
            *c,
            cmap=self.cmap,
            norm=self.norm,
            angles="xy",
            scale_units="xy",
            scale=1,
            units="inches",
            width=s["width"] / _DPI,
            headwidth=3.8,
            headlength=5.6,
            headaxislength=5,
            minlength=0.1,
            zorder=z,
        )
        self.mappable = arrows
        return None

    def _cells(self, s: dict[str, Any], c: list[np.ndarray], z: float) -> Any:
        column, x0, dx = _grid(c[0])
        row, y0, dy = _grid(c[1])
        values = np.full((row.max() + 1, column.max() + 1), np.nan)
        values[row, column] = c[2]
        extent = (
            x0 - dx / 2,
            x0 + dx * (values.shape[1] - 0.5),
            y0 - dy / 2,
            y0 + dy * (values.shape[0] - 0.5),
        )
        self.mappable = self.ax.imshow(
            values,
            extent=extent,
            origin="lower",
            cmap=self.cmap,
            norm=self.norm,
            interpolation="nearest",
            aspect="auto",
            zorder=z,
        )

    _raster = _cells

    def _axes(self) -> None:
        from matplotlib.ticker import MultipleLocator

        for place, name in enumerate("xy"):
            axis = self.panel[name]
            positive = any(
                (s["columns"][place][1] > 0).any() for s in self.panel["series"] if s["columns"]
            )
            if axis["log"] and positive:
                getattr(self.ax, f"set_{name}scale")("log")
            ends = [None if np.isnan(axis[end]) else axis[end] for end in ("from", "to")]
            if ends != [None, None]:
                getattr(self.ax, f"set_{name}lim")(*ends)
            getattr(self.ax, f"set_{name}label")(_math(axis["label"]))
            ticks = getattr(self.ax, f"{name}axis")
            if axis["ticks"]:
                ticks.set_ticks([at for at, _ in axis["ticks"]])
                ticks.set_ticklabels([_math(label) for _, label in axis["ticks"]])
            elif axis["step"] > 0 and not axis["log"]:
                ticks.set_major_locator(MultipleLocator(axis["step"]))
            if not axis["ticks"] and getattr(self.ax, f"get_{name}scale")() == "linear":
                ticks.set_major_formatter(lambda value, _: f"{value:g}".replace("-", "\u2212"))
        if self.panel["title"]:
            self.ax.set_title(_math(self.panel["title"]), fontsize=14 * _POINTS)
        self.ax.set_axisbelow(True)
        if self.panel["grid"]:
            self.ax.grid(color="#E4E4E4", lw=_POINTS)
        for side in ("top", "right"):
            self.ax.spines[side].set_visible(False)
        for side in ("left", "bottom"):
            self.ax.spines[side].set_color("#444444")
        if self.panel["equal_aspect"]:
            self.ax.set_aspect("equal", adjustable="box")
        if not self.panel["frame"]:
            self.ax.set_axis_off()

    def _legend(self) -> None:
        where = self.panel["legend"]
        if where == "none" or not self.handles:
            return
        places: dict[str, dict[str, Any]] = {
            "outside": {"loc": "upper left", "bbox_to_anchor": (1.02, 1.0)},
            "above": {"loc": "lower center", "bbox_to_anchor": (0.5, 1.0), "ncol": 3},
            "below": {"loc": "upper left", "bbox_to_anchor": (0.0, -0.14), "ncol": 2},
        }
        self.ax.legend(
            handles=self.handles,
            frameon=where not in places,
            framealpha=0.7,
            edgecolor="none",
            fontsize=12 * _POINTS,
            **places.get(where, {"loc": where}),
        )

    def _colour_bar(self, scale: dict[str, Any]) -> None:
        figure = self.ax.figure
        if self.panel["legend"] == "outside" and self.handles:  # short, below the legend
            place = self.ax.inset_axes((1.06, 0.02, 0.035, 0.28))
            bar = figure.colorbar(self.mappable, cax=place)
            place.set_title(_math(scale["label"]), loc="left", fontsize=14 * _POINTS)
        else:
            bar = figure.colorbar(self.mappable, cax=self.ax.inset_axes((1.03, 0.0, 0.045, 1.0)))
            bar.set_label(_math(scale["label"]))
        bar.ax.tick_params(labelsize=13 * _POINTS, color="#444444", length=3)
        bar.outline.set_visible(False)


class Figure:
    """A figure as data, drawn by `plot`.

    Attributes
    ----------
    id, title, caption : str
        Its file's name, what it shows, and what is to be known of it.
    panels : list of dict
        Panels with their axes, series (mark, columns as arrays, style) and colour scale.
    """

    def __init__(self, data: dict[str, Any]):
        self.id: str = data["id"]
        self.title: str = data["title"]
        self.caption: str = data["caption"]
        self.panels: list[dict[str, Any]] = data["panels"]
        self._data = data

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in inches."""
        return self._data["width"] / _DPI, self._data["height"] / _DPI

    def to_csv(self) -> str:
        """Every number of the figure, as the program writes them beside its picture."""
        return self._data["csv"]

    def plot(self, ax: Any = None) -> Any:
        """Draws the figure.

        Parameters
        ----------
        ax : Axes, or one for every panel, optional
            Where to draw; without it a new figure of pyplot is made.

        Returns
        -------
        Axes, or an array of them
            One for every panel, to add to. A single Axes where the figure has one panel.
        """
        if ax is None:
            import matplotlib.pyplot as plt

            axes = self._new_axes(plt.figure(figsize=self.size, dpi=_DPI, layout=self._layout))
        else:
            axes = np.atleast_1d(np.asarray(ax, dtype=object)).ravel()
            if len(axes) != len(self.panels):
                raise ValueError(f"ax: expected {len(self.panels)} axes, got {len(axes)}")
        self._draw(axes)
        return axes[0] if len(self.panels) == 1 else axes

    @property
    def _layout(self) -> str | None:
        """By matplotlib, unless the description leaves room for a legend beside the panels."""
        return None if self._placed else "constrained"

    @property
    def _placed(self) -> bool:
        return bool(self._data["margins"]) and self.panels[0]["legend"] == "outside"

    def _new_axes(self, figure: Any) -> np.ndarray:
        count, columns = len(self.panels), self._data["panels_per_row"]
        grid = figure.subplots(-(-count // columns), columns, squeeze=False).ravel()
        if not self._placed:
            # matplotlib lays out before it shrinks axes of equal aspect, some pixels too tight.
            figure.get_layout_engine().set(w_pad=0.12, h_pad=0.06)
        else:
            left, right, bottom, top, between_x, between_y = self._data["margins"]
            rows = -(-count // columns)
            width = (right - left - (columns - 1) * between_x) / columns
            height = (top - bottom - (rows - 1) * between_y) / rows
            for place, ax in enumerate(grid):
                row, column = divmod(place, columns)
                x = left + column * (width + between_x)
                ax.set_position((x, top - (row + 1) * height - row * between_y, width, height))
        for spare in grid[count:]:
            spare.remove()
        return grid[:count]

    def _draw(self, axes: np.ndarray) -> None:
        import matplotlib

        with matplotlib.rc_context({"font.size": 14 * _POINTS, "legend.fontsize": 12 * _POINTS}):
            for one, panel in zip(axes, self.panels):
                for label in (one.title, one.xaxis.label, one.yaxis.label):
                    label.set_fontsize(14 * _POINTS)
                one.tick_params(labelsize=13 * _POINTS, color="#444444", length=3)
                _Panel(one, panel).draw()

    def save(self, path: Any, dpi: float = 200) -> None:
        """Draws the figure into a file, whose ending says the format (.png, .svg, .pdf)."""
        from matplotlib.figure import Figure as Canvas

        canvas = Canvas(figsize=self.size, dpi=dpi, layout=self._layout)
        self._draw(self._new_axes(canvas))
        canvas.savefig(path, dpi=dpi, bbox_inches="tight", pad_inches=0.05)

    def to_html(self) -> str:
        """The picture with its caption; the caption alone where matplotlib is not installed."""
        caption = f"<figcaption>{html.escape(self.title)}. {html.escape(self.caption)}</figcaption>"
        try:
            picture = io.BytesIO()
            from matplotlib.figure import Figure as Canvas

            canvas = Canvas(figsize=self.size, dpi=_DPI, layout=self._layout)
            self._draw(self._new_axes(canvas))
            canvas.savefig(picture, format="png", dpi=_DPI, bbox_inches="tight", pad_inches=0.05)
        except ImportError:
            return f"<figure>{caption}</figure>"
        text = base64.b64encode(picture.getvalue()).decode()
        return f'<figure><img src="data:image/png;base64,{text}">{caption}</figure>'

    def _repr_html_(self) -> str:
        return self.to_html()

    def __repr__(self) -> str:
        return f"<Figure {self.id}: {self.title}>"
