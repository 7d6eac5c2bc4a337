"""`fit`: models of formulas fitted to rows by least squares."""
import json
from typing import Any

from . import _core
from ._documents import Document, _texts
from ._rows import rows_of


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
