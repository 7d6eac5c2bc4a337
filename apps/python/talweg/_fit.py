"""`fit`: models of formulas fitted to rows by least squares."""
import json
from typing import Any

from . import _core
from ._documents import Document, _texts
from ._rows import rows_of


class Fit(Document):
    """A model fitted to rows: parameters with their errors, and how it ended.

    ``fit.parameters["a"]``, ``fit.standard_errors``, ``fit.intervals``, ``fit.success``, ``fit.message``; everything is in
    ``fit.to_dict()``, a line for each parameter in ``fit.to_frame()``, points, curve and residuals in
    ``fit.plot()``, the page of `talweg fit --report` in ``fit.report("fit.html")`` and in a notebook.
    """

    def __init__(self, core: Any) -> None:
        super().__init__(core)
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
