"""Runs that show their work: `trace`, `explain`, `compare`, `advise`, `suite`, and the documents that come of them."""
import json
from typing import Any, Callable

from . import _core
from ._options import option_texts
from ._rows import rows_of


class Document:
    """What came of a run, in every form that the command has for it; it shows itself in a notebook.

    ``print(document)``, ``document.to_dict()``, ``document.to_frame()``, ``document.write("markdown")`` (table, json, csv,
    markdown, latex; svg and html where there is a picture, dot and svg of explanations), ``document.plot()``,
    ``document.save("page.html")``.
    """

    def __init__(self, core: Any, text: str = "table", markdown: bool = True, picture: bool = True, page: bool = True,
                 draw: Callable[["Document", Any], None] | None = None) -> None:
        self._core, self._draw = core, draw
        self._text, self._markdown, self._picture, self._page = text, markdown, picture, page

    def write(self, form: str, *, title: str | None = None, plot_range: Any = None) -> str:
        """The document in that form. Of one with pictures: a title in place of its own, and what axes show by their names,
        ``{"x": (-10, 10), "value": (0, 1)}`` or ``"x=-10:10,value=0:1"``."""
        return str(self._core.write(form, picture_texts(title, plot_range)))

    def __str__(self) -> str:
        return self.write(self._text)

    def __repr__(self) -> str:
        return self.write(self._text)

    def to_dict(self) -> Any:
        """What `--format json` prints, read."""
        return json.loads(self.write("json"))

    def to_frame(self) -> Any:
        """The table as a DataFrame."""
        import io

        import pandas

        return pandas.read_csv(io.StringIO(self.write("csv")))

    def plot(self, ax: Any = None, *, title: str | None = None, plot_range: Any = None) -> Any:
        """The picture, which a notebook shows and `save` writes, with the title and the ranges of `write`; or its curves on
        axes of matplotlib, which are given back."""
        if ax is None:
            return Picture(self.write("svg", title=title, plot_range=plot_range))
        refuse_on_axes(title, plot_range)
        if self._draw is None:
            raise ValueError("this document has no curves to draw on axes: take plot() without them")
        self._draw(self, ax)
        return ax

    def save(self, path: Any, *, title: str | None = None, plot_range: Any = None) -> None:
        """Writes the form that the name ends with: .html, .svg, .json, .csv, .md, .tex, .txt, .dot; title and ranges are those
        of `write`."""
        from pathlib import Path

        forms = {".html": "html", ".svg": "svg", ".json": "json", ".csv": "csv", ".md": "markdown", ".tex": "latex",
                 ".txt": self._text, ".dot": "dot"}
        form = forms.get(Path(path).suffix)
        if form is None:
            raise ValueError(f"{path}: its ending says the form: {', '.join(forms)}")
        text = self.write(form, title=title, plot_range=plot_range)
        Path(path).write_text(text, encoding="utf-8")

    def report(self, path: Any) -> None:
        """Writes the page with everything, which opens offline: what `--report` of the command writes."""
        from pathlib import Path

        Path(path).write_text(self.write("html"), encoding="utf-8")

    def _repr_markdown_(self) -> str | None:
        return self.write("markdown") if self._markdown else None

    def _repr_html_(self) -> str:
        from html import escape

        if not self._page:
            return f"<pre>{escape(str(self))}</pre>"

        return f'<iframe srcdoc="{escape(self.write("html"))}" width="100%" height="640" style="border:0"></iframe>'


class Table(list[dict[str, Any]]):
    """Rows as dicts; `to_frame()` makes a DataFrame of them. Coefficients have `intercepts` beside, by class, and
    `intercept_estimates`: of each its value, standard_error, …"""

    intercepts: dict[str, float]
    intercept_estimates: dict[str, dict[str, float | None]]

    def to_frame(self) -> Any:
        import pandas

        return pandas.DataFrame(list(self))

    def _repr_html_(self) -> str:
        return table_html("" if self else "no rows", self)


def table_html(words: str, rows: list[dict[str, Any]]) -> str:
    """A sentence and a table."""
    from html import escape

    head = "".join(f"<th>{escape(name)}</th>" for name in rows[0]) if rows else ""
    body = "".join("<tr>" + "".join(f"<td>{escape(str(v))}</td>" for v in row.values()) + "</tr>" for row in rows)
    return (f"<p>{escape(words)}</p>" if words else "") + f"<table><tr>{head}</tr>{body}</table>"


def facts_html(facts: dict[str, Any]) -> str:
    """Names and what they are."""
    from html import escape

    rows = "".join(f"<tr><th style='text-align:right'>{escape(name)}</th><td><code>{escape(str(value))}</code></td></tr>"
                   for name, value in facts.items())
    return f"<table>{rows}</table>"


class Picture:
    """A drawing in SVG."""

    def __init__(self, svg: str) -> None:
        self.svg = svg

    def _repr_svg_(self) -> str:
        return self.svg

    def save(self, path: Any) -> None:
        from pathlib import Path

        Path(path).write_text(self.svg, encoding="utf-8")


def picture_texts(title: str | None, plot_range: Any) -> dict[str, list[str]]:
    """What is asked of a picture, as texts; ranges may be a dict of pairs."""
    options = {"title": title, "plot_range": _bounds_text(plot_range)}
    return {name: option_texts(name, value) for name, value in options.items() if value is not None}


def refuse_on_axes(title: str | None, plot_range: Any) -> None:
    if title is not None or plot_range is not None:
        raise ValueError("title and plot_range are those of Talweg's own picture: set those of the axes themselves")


def _start_text(start: Any) -> Any:
    """A start as it is typed, or a dict of it."""
    if isinstance(start, dict):
        return ",".join(f"{name}={float(value)!r}" for name, value in start.items())
    return start


def _bounds_text(bounds: Any) -> Any:
    if isinstance(bounds, dict):
        return ",".join(f"{name}={_end(low, '-inf')}:{_end(high, 'inf')}" for name, (low, high) in bounds.items())
    return bounds


def _end(value: Any, none: str) -> str:
    return none if value is None else repr(float(value))


def _texts(options: dict[str, Any]) -> dict[str, list[str]]:
    """Options as texts. A list is several of one option; `start` and `bounds` may be dicts."""
    options = dict(options)
    if "start" in options:
        options["start"] = _start_text(options["start"])
    if "bounds" in options:
        options["bounds"] = _bounds_text(options["bounds"])
    return {name: option_texts(name, value) for name, value in options.items() if value is not None}


def _draw_path(document: Document, ax: Any) -> None:
    rows = document.to_dict()
    steps = rows["trace"]
    ax.plot([row["iteration"] for row in steps], [row["value"] for row in steps], marker="o", label=rows["optimizer"])
    ax.set_xlabel("iteration")
    ax.set_ylabel("f")


def _draw_race(document: Document, ax: Any) -> None:
    runs = [run for run in document.to_dict()["runs"] if run["median"] is not None]  # others reached no finite value
    middle = [run["median"] for run in runs]
    ax.errorbar([run["optimizer"] for run in runs], middle, fmt="o",
                yerr=[[m - (m if run["low"] is None else run["low"]) for m, run in zip(middle, runs)],
                      [(m if run["high"] is None else run["high"]) - m for m, run in zip(middle, runs)]])
    ax.set_ylabel("best value: median over the seeds, low to high")


def _rows(data: Any) -> Any:
    return None if data is None else rows_of(data)


def trace(formula: str, start: Any, optimizer: str | None = None, data: Any = None, **options: Any) -> Document:
    """Minimise a formula and keep the path: the lecture's table, the picture, the page.

    Options are those of ``talweg minimize`` with _ for -: iterations, schedule, clip, bounds, subject_to, tolerance, …
    `data`, a path, a DataFrame or a dict of columns, is what a formula with ``mean(…)`` or ``sum(…)`` is over.
    """
    texts = _texts(dict(options, formula=formula, start=start, optimizer=optimizer))
    return Document(_core.traced(texts, _rows(data)), draw=_draw_path)


def explain(*what: Any, data: Any = None, **options: Any) -> Document:
    """One update of any method in symbols, numbers and result; a neuron; or the chain rule to one weight of a model.

    ``explain("x^2", start={"x": 10}, optimizer="adam,learning_rate=0.5", step=3)``,
    ``explain(neuron="x=1,-2,3 w=-3,-1,2 b=1 activation=relu")``, ``explain("model.talweg", "rows.csv", row=17)``.
    """
    texts = _texts(dict(options, what=[str(w) for w in what] or None))
    return Document(_core.explained(texts, _rows(data)), "text", page=False)


def compare(what: Any = None, optimizers: Any = None, data: Any = None, **options: Any) -> Document:
    """A race between methods on a formula, a file or a test problem: the same starts, seeds and evaluations for all.

    ``compare("100*(y-x^2)^2 + (1-x)^2", ["lbfgs", "adam"], start={"x": -1.2, "y": 1}, evaluations=300)``
    """
    return Document(_core.compared(_texts(dict(options, what=what, optimizers=optimizers)), _rows(data)), draw=_draw_race)


def advise(what: Any = None, **options: Any) -> Document:
    """Which method for a formula, a file or a test problem, with the measurements behind the advice."""
    return Document(_core.advised(_texts(dict(options, what=what))), markdown=False, picture=False, page=False)


def suite(method: Any = None, **options: Any) -> Document:
    """The scored collection of test problems: solved, evaluations, false successes."""
    return Document(_core.scored(_texts(dict(options, method=method))), picture=False)
