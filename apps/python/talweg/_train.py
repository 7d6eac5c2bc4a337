"""`train` and `load`: models on rows of files and of memory, as the command `talweg train` makes them."""
import sys
from typing import Any, Callable

import numpy as np

from . import _core
from ._rows import rows_of

_PLACES = ("file", "validation", "target")


def _option_texts(name, value):
    """A value as the engine reads it: texts as they are typed."""
    if isinstance(value, (bool, np.bool_)):
        return ["yes" if value else "no"]
    if isinstance(value, (list, tuple)):
        return [_option_texts(name, v)[0] for v in value]
    if isinstance(value, (int, np.integer)):
        return [str(int(value))]
    if isinstance(value, (float, np.floating)):
        return [repr(float(value))]
    if isinstance(value, str):
        return [value]
    import os

    if isinstance(value, os.PathLike):
        return [os.fspath(value)]
    raise TypeError(f"{name}: expected a text or a number, not {type(value).__name__}")


class TrainingReport(dict[str, Any]):
    """How a training run went: status_name, success, message, epochs, steps, train and validation figures, history."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"the report has no field {name!r}; it has {', '.join(self)}") from None

    def __repr__(self) -> str:
        return f"TrainingReport({self['message']!r})"


class Table(list[dict[str, Any]]):
    """Rows as dicts; `to_frame()` makes a DataFrame of them."""

    def to_frame(self) -> Any:
        import pandas

        return pandas.DataFrame(list(self))

    def _repr_html_(self) -> str:
        from html import escape

        if not self:
            return "<p>no rows</p>"
        head = "".join(f"<th>{escape(name)}</th>" for name in self[0])
        body = "".join("<tr>" + "".join(f"<td>{escape(str(v))}</td>" for v in row.values()) + "</tr>" for row in self)
        return f"<table><tr>{head}</tr>{body}</table>"


class Model:
    """A trained model, of any kind: of a table, of a stream, of ratings.

    Attributes
    ----------
    report : TrainingReport or None
        How it was trained, where this program trained it.
    """

    def __init__(self, core: _core.Model, report: TrainingReport | None = None) -> None:
        self._core = core
        self.report = report

    @property
    def spec(self) -> str:
        """The model as it is written: "mlp:64,32"."""
        return self._core.spec

    @property
    def kind(self) -> str:
        return self._core.kind

    @property
    def features(self) -> list[str]:
        """The columns that it predicts from."""
        return self._core.features

    @property
    def classes(self) -> "np.ndarray[Any, Any]":
        """Labels of the classes as an array; empty where numbers are predicted."""
        values = self._core.class_values()
        return np.array(self._core.classes) if values is None else values

    def predict(self, data: Any, columns: str = "") -> "np.ndarray[Any, Any]":
        """Numbers, or labels of classes, one for each row.

        Parameters
        ----------
        data : path, DataFrame, dict of columns, matrix (rows, features)
            Columns are found by name; those of a matrix are taken in the order of training.
        columns : str
            Of ratings: where user and item stand.

        Returns
        -------
        ndarray, shape (rows,)
        """
        values, labels, _, _ = self._core.predict(self._rows(data), columns)
        return values if labels is None else self.classes[values.astype(np.intp)]

    def predict_proba(self, data: Any) -> "np.ndarray[Any, Any]":
        """Probabilities, shape (rows, classes), in the order of `classes`."""
        _, _, probabilities, _ = self._core.predict(self._rows(data), "")
        if probabilities is None:
            raise ValueError(f"{self.spec} has no probabilities: it predicts numbers, or its loss is none of a likelihood")
        return probabilities

    def evaluate(self, data: Any, target: str = "", columns: str = "") -> dict[str, float]:
        """Figures on rows with the target, by name: loss, accuracy, log_loss, … or rmse, mae, r2."""
        return self._core.evaluate(rows_of(data, "data", self._core.target()), target, columns)

    def coefficients(self, top: int = 2**31 - 1) -> Table:
        """Of models without hidden layer their coefficients by name; of networks their layers."""
        _, names, rows, intercepts = self._core.inspect(top)
        table = Table(dict(zip(names, row)) for row in rows)
        table.intercepts = dict(intercepts)
        return table

    def describe(self) -> dict[str, Any]:
        """What the model is: model, loss, optimizer, epochs, status, …"""
        return self._core.inspect(0 if self.kind == "model" else 1)[0]

    def save(self, path: Any) -> None:
        """Writes the model file that `talweg.load` and the command read."""
        self._core.save(_option_texts("path", path)[0])

    def _rows(self, data):
        if isinstance(data, np.ndarray) or (isinstance(data, list) and data and not isinstance(data[0], str)):
            matrix = np.asarray(data)
            if matrix.ndim == 2 and matrix.shape[1] == len(self.features):
                return rows_of({name: matrix[:, i] for i, name in enumerate(self.features)})
            raise ValueError(f"data: has the shape {matrix.shape}; the model takes (rows, {len(self.features)})")
        return rows_of(data)

    def __repr__(self) -> str:
        return f"<talweg.Model {self.spec}, {self.kind}>"

    def _repr_html_(self) -> str:
        from html import escape

        rows = "".join(f"<tr><th style='text-align:right'>{escape(str(k))}</th><td>{escape(str(v))}</td></tr>"
                       for k, v in self.describe().items())
        return f"<table>{rows}</table>"

    def __getstate__(self):
        return {"core": self._core, "report": self.report}

    def __setstate__(self, state):
        self._core, self.report = state["core"], state["report"]


def _progress(on_epoch, history, verbose):
    def watch(event):
        history.append(event)
        if verbose:
            print(f"\rEpoch {event['epoch']}/{event['epochs']}, loss {event['loss']:.4g}", end="", file=sys.stderr, flush=True)
        if on_epoch is not None:
            on_epoch(event)

    return watch


def train(data: Any, target: str | None = None, model: str | None = None, validation: Any = None, *,
          on_epoch: Callable[[dict[str, Any]], Any] | None = None, verbose: bool | None = None, **options: Any) -> Model:
    """Train a model, as the command ``talweg train`` does: the same request gives the same bytes.

    Parameters
    ----------
    data : path, DataFrame, dict of columns, or (X, y)
        X a matrix (rows, features), dense or SciPy CSR, or a DataFrame. Missing values may stand in columns of inputs.
    target : str, optional
        The column to predict; of (X, y) it is y.
    model : str, optional
        linear, logistic, softmax, mlp:SIZES or mf:RANK, with options after commas: "mlp:64,32,l2=1e-4".
    validation : float, path, DataFrame, dict or (X, y), optional
        A share of the rows, or other rows.
    on_epoch : callable, optional
        Called with a dict (epoch, loss, learning_rate, validation, …) after each epoch; what it raises ends the run.
    verbose : bool, optional
        Progress on standard error; by default where that is a terminal.
    **options
        Those of the command with _ for -: {options}.

    Returns
    -------
    Model
        With `report`, which says how it ended.

    Raises
    ------
    talweg.Error
        For wrong use and bad input, and when nothing usable was learned.
    """
    if target is None and isinstance(data, tuple):
        target = "label" if hasattr(data[0], "tocsr") else "y"
    rows = rows_of(data, "data", target)
    other = None
    given = dict(options, target=target, model=model)
    if validation is not None and not isinstance(validation, (str, int, float)):
        other = rows_of(validation, "validation", target)
    else:
        given["validation"] = validation
    if isinstance(data, tuple) and hasattr(data[0], "tocsr"):
        given["target"] = None
    texts = {name: _option_texts(name, value) for name, value in given.items() if value is not None}
    history = []
    shown = sys.stderr.isatty() if verbose is None else bool(verbose)
    core, report = _core.train(rows, other, texts, _progress(on_epoch, history, shown))
    if shown:
        print(file=sys.stderr)
    report = TrainingReport(report, history=history)
    if core is None:
        raise _core.Error(f"nothing usable was learned: {report['message']}")
    return Model(core, report)


train.__doc__ = train.__doc__.format(options=", ".join(
    o["name"] for o in _core.training_options() if o["name"] not in (*_PLACES, "model")))


def load(path: Any) -> Model:
    """The model of a file, of any kind."""
    return Model(_core.load(_option_texts("path", path)[0]))
