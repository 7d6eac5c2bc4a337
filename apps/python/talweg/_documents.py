"""Runs that show their work: `trace`, `fit`, `explain`, `compare`, `advise`, `suite`, and the documents that come of them."""
import json
from typing import Any

from . import _core
from ._rows import rows_of
from ._train import _option_texts


class Document:
    """What came of a run, in every form that the command has for it; it shows itself in a notebook.

    ``print(document)``, ``document.to_dict()``, ``document.to_frame()``, ``document.write("markdown")`` (table, json, csv,
    markdown, latex; svg and html where there is a picture, dot and svg of explanations), ``document.plot()``,
    ``document.save("page.html")``.
    """

    def __init__(self, core: Any, text: str = "table", markdown: bool = True, picture: bool = True, page: bool = True) -> None:
        self._core = core
        self._text, self._markdown, self._picture, self._page = text, markdown, picture, page

    def write(self, form: str) -> str:
        """The document in that form."""
        return str(self._core.write(form))

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

    def plot(self) -> "Picture":
        """The picture, which a notebook shows; `save` writes it."""
        return Picture(self.write("svg"))

    def save(self, path: Any) -> None:
        """Writes the form that the name ends with: .html, .svg, .json, .csv, .md, .tex, .txt, .dot."""
        from pathlib import Path

        forms = {".html": "html", ".svg": "svg", ".json": "json", ".csv": "csv", ".md": "markdown", ".tex": "latex",
                 ".txt": self._text, ".dot": "dot"}
        form = forms.get(Path(path).suffix)
        if form is None:
            raise ValueError(f"{path}: its ending says the form: {', '.join(forms)}")
        text = self.write(form)
        Path(path).write_text(text, encoding="utf-8")

    def _repr_markdown_(self) -> str | None:
        return self.write("markdown") if self._markdown else None

    def _repr_html_(self) -> str | None:
        if not self._page:
            return None
        from html import escape

        return f'<iframe srcdoc="{escape(self.write("html"))}" width="100%" height="640" style="border:0"></iframe>'


class Fit(Document):
    """A model fitted to rows: parameters with their errors, and how it ended.

    ``fit.parameters["a"]``, ``fit.standard_errors``, ``fit.intervals``, ``fit.success``, ``fit.message``; everything is in
    ``fit.to_dict()``, a line for each parameter in ``fit.to_frame()``, points, curve and residuals in ``fit.plot()``.
    """

    def __init__(self, core: Any) -> None:
        super().__init__(core, page=False)
        self._figures: dict[str, Any] = json.loads(self.write("json"))

    def to_dict(self) -> dict[str, Any]:
        """What `talweg fit --format json` prints, read."""
        return dict(self._figures)

    @property
    def parameters(self) -> dict[str, float]:
        return dict(self._figures["parameters"])

    @property
    def standard_errors(self) -> dict[str, float | None]:
        """None where it is not known: on a bound, and where the rows do not tell parameters apart."""
        return dict(self._figures["standard_errors"])

    @property
    def intervals(self) -> dict[str, list[float | None]]:
        return dict(self._figures["intervals"])

    @property
    def success(self) -> bool:
        return bool(self._figures["success"])

    @property
    def message(self) -> str:
        return str(self._figures["message"])

    def _repr_html_(self) -> str:
        from html import escape

        names = ("value", "standard error", "low", "high")
        rows = []
        for name, value in self.parameters.items():
            cells = (value, self.standard_errors[name], *self.intervals[name])
            shown = "".join(f"<td>{'' if c is None else format(c, '.8g')}</td>" for c in cells)
            rows.append(f"<tr><th>{escape(name)}</th>{shown}</tr>")
        head = "".join(f"<th>{name}</th>" for name in names)
        return (f"<p>{escape(self.message)}</p><table><tr><th>{escape(str(self._figures['formula']))}</th>{head}</tr>"
                f"{''.join(rows)}</table>{self.plot().svg}")


class Picture:
    """A drawing in SVG."""

    def __init__(self, svg: str) -> None:
        self.svg = svg

    def _repr_svg_(self) -> str:
        return self.svg

    def save(self, path: Any) -> None:
        from pathlib import Path

        Path(path).write_text(self.svg, encoding="utf-8")


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
    return {name: _option_texts(name, value) for name, value in options.items() if value is not None}


def trace(formula: str, start: Any, optimizer: str | None = None, **options: Any) -> Document:
    """Minimise a formula and keep the path: the lecture's table, the picture, the page.

    Options are those of ``talweg minimize`` with _ for -: iterations, schedule, clip, bounds, subject_to, tolerance, …
    """
    return Document(_core.traced(_texts(dict(options, formula=formula, start=start, optimizer=optimizer))))


def fit(data: Any, formula: str, start: Any, **options: Any) -> Fit:
    """Fit a formula to rows by least squares: ``fit(points, "y ~ a*exp(-b*x) + c", {"a": 1, "b": 1, "c": 0})``.

    Parameters
    ----------
    data : path, DataFrame, dict of columns, (X, y)
        Names of the formula that are columns are its rows; every other name is a parameter.
    formula : str
        Response ~ model; the left side may be an expression of columns.
    start : dict or str
        Where each parameter begins.
    **options
        Those of ``talweg fit`` with _ for -: bounds ({"a": (0, None)}), weights, loss, optimizer, level, iterations, …
    """
    return Fit(_core.fitted(rows_of(data), _texts(dict(options, formula=formula, start=start))))


def explain(*what: Any, **options: Any) -> Document:
    """One update of any method in symbols, numbers and result; a neuron; or the chain rule to one weight of a model.

    ``explain("x^2", start={"x": 10}, optimizer="adam,learning_rate=0.5", step=3)``,
    ``explain(neuron="x=1,-2,3 w=-3,-1,2 b=1 activation=relu")``, ``explain("model.talweg", "rows.csv", row=17)``.
    """
    return Document(_core.explained(_texts(dict(options, what=[str(w) for w in what] or None))), "text", page=False)


def compare(what: str | None = None, optimizers: Any = None, **options: Any) -> Document:
    """A race between methods on a formula, a file or a test problem: the same starts, seeds and evaluations for all.

    ``compare("100*(y-x^2)^2 + (1-x)^2", ["lbfgs", "adam"], start={"x": -1.2, "y": 1}, evaluations=300)``
    """
    return Document(_core.compared(_texts(dict(options, what=what, optimizers=optimizers))))


def advise(what: str | None = None, **options: Any) -> Document:
    """Which method for a formula, a file or a test problem, with the measurements behind the advice."""
    return Document(_core.advised(_texts(dict(options, what=what))), markdown=False, picture=False, page=False)


def suite(method: Any = None, **options: Any) -> Document:
    """The scored collection of test problems: solved, evaluations, false successes."""
    return Document(_core.scored(_texts(dict(options, method=method))), picture=False)
