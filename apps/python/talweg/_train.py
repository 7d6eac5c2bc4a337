"""`train` and `load`: models on rows of files and of memory, as the command `talweg train` makes them."""
from typing import Any, Callable

import numpy as np

from . import _core, _progress
from ._documents import Document, Table, facts_html, refuse_on_axes
from ._options import option_texts
from ._rows import rows_of

_PLACES = ("file", "validation", "test", "target")


class TrainingReport(dict[str, Any]):
    """How a training run went: status_name, success, message, epochs, steps, train and validation figures, history.

    In a notebook it is the page of ``talweg train --report``. `write` gives it in another form ("text", "json", "svg",
    "html"), `save` writes the form that a name ends with, `plot` is the picture, `to_frame` the history.
    """

    def __init__(self, told: dict[str, Any], history: list[dict[str, Any]], core: Any = None) -> None:
        super().__init__(told, history=history)
        self.__dict__["_document"] = Document(core, "text", markdown=False) if core is not None else None

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"the report has no field {name!r}; it has {', '.join(self)}") from None

    def __repr__(self) -> str:
        return f"TrainingReport({self['message']!r})"

    def __reduce__(self) -> Any:
        return TrainingReport, (dict(self), self["history"])  # pages and pictures stay where they were made

    def _written(self) -> Document:
        if self.__dict__["_document"] is None:
            raise ValueError("this report has its figures alone: train with inspect=True, and in this process, for its page")
        return self.__dict__["_document"]

    def write(self, form: str, *, title: str | None = None, plot_range: Any = None) -> str:
        """The report in that form: text, json, svg or html; of those with pictures, a title in place of their own, and what
        axes show: ``{"epoch": (1, 20), "loss": (0, 1)}``."""
        return self._written().write(form, title=title, plot_range=plot_range)

    def save(self, path: Any, *, title: str | None = None, plot_range: Any = None) -> None:
        """Writes the form that the name ends with: .html, .svg, .json, .txt; title and ranges are those of `write`."""
        self._written().save(path, title=title, plot_range=plot_range)

    def plot(self, ax: Any = None, *, title: str | None = None, plot_range: Any = None) -> Any:
        """Loss and metric over the epochs, weights and gradients, with the title and the ranges of `write`; or the loss on axes
        of matplotlib, which are given back."""
        if ax is None:
            return self._written().plot(title=title, plot_range=plot_range)
        refuse_on_axes(title, plot_range)
        epochs = [event["epoch"] for event in self["history"]]
        ax.plot(epochs, [event["loss"] for event in self["history"]], label="loss")
        if all("loss" in event["validation"] for event in self["history"]):
            ax.plot(epochs, [event["validation"]["loss"] for event in self["history"]], label="validation loss")
        ax.set_xlabel("epoch")
        return ax

    def to_dict(self) -> dict[str, Any]:
        """A plain dict."""
        return dict(self)

    def to_frame(self) -> Any:
        """The history, a row for each epoch, as a DataFrame."""
        import pandas

        return pandas.json_normalize(self["history"])

    def _repr_html_(self) -> str:
        document = self.__dict__["_document"]
        if document is not None:
            return document._repr_html_()
        return facts_html({name: value for name, value in self.items() if name != "history"})


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

    def predict(self, data: Any, columns: str = "", **reading: Any) -> "np.ndarray[Any, Any]":
        """Numbers, or labels of classes, one for each row.

        Parameters
        ----------
        data : path, DataFrame, dict of columns, matrix (rows, features)
            Columns are found by name; those of a matrix are taken in the order of training.
        columns : str
            Of ratings: where user and item stand.
        **reading
            How a file is read, where it does not show it: delimiter, header, skip, decimal, thousands, missing.

        Returns
        -------
        ndarray, shape (rows,)
        """
        values, labels, _, _ = self._core.predict(self._rows(data), columns, _texts(reading))
        return values if labels is None else self.classes[values.astype(np.intp)]

    def predict_proba(self, data: Any, **reading: Any) -> "np.ndarray[Any, Any]":
        """Probabilities, shape (rows, classes), in the order of `classes`; files are read as those of `predict`."""
        _, _, probabilities, _ = self._core.predict(self._rows(data), "", _texts(reading))
        if probabilities is None:
            raise ValueError(f"{self.spec} has no probabilities: it predicts numbers, or its loss is none of a likelihood")
        return probabilities

    def evaluate(self, data: Any, target: str | None = None, columns: str | None = None, **options: Any) -> dict[str, float]:
        """Figures on rows with the target, by name: loss, accuracy, f1, roc_auc, … or rmse, mae, r2, ….

        Parameters
        ----------
        data : path, DataFrame, dict of columns, or (X, y)
        target : str, optional
            The column with the truth; the model remembers its own.
        columns : str, optional
            Of ratings: where user, item and rating stand.
        **options
            Those of the command ``talweg evaluate`` with _ for -: positive, threshold, …; files are read as those of
            `predict`, and `drop_missing_target=True` leaves out rows without the target.
        """
        return self._core.evaluate(rows_of(data, "data", self._core.target()),
                                   _texts({"target": target, "columns": columns, **options}))

    def coefficients(self, top: int = 2**31 - 1) -> Table:
        """Of models without hidden layer their coefficients by name, in the units of the data; of networks their layers.

        Where a fit ended at its optimum they have standard_error, z or t, p, and the interval of 95 % (low, high);
        `intercept_estimates` of the table has the same of the intercepts. A standard_error of None: the rows do not
        determine it. `describe()["standard_errors"]` says what the errors are, or why there are none.
        """
        _, names, rows, intercepts = self._core.inspect(top)
        table = Table(dict(zip(names, row)) for row in rows)
        table.intercept_estimates = dict(intercepts)
        table.intercepts = {label: estimate["value"] for label, estimate in intercepts}
        return table

    def describe(self) -> dict[str, Any]:
        """What the model is: model, loss, optimizer, epochs, status, …"""
        return self._core.inspect(0 if self.kind == "model" else 1)[0]

    def explain(self, data: Any, row: int, weight: str | None = None) -> Document:
        """From the loss of a row, counted from 1, to a weight of the model: the chain rule in numbers.

        `weight` is "dense1[2,3]" or "dense1.bias[3]"; by default the one with the largest derivative. The rows have the
        target too: a path, a DataFrame, a dict, or (X, y) as in training.
        """
        options = {"row": row, "weight": weight, "what": ["model"]}
        texts = {name: option_texts(name, value) for name, value in options.items() if value is not None}
        rows = rows_of(data, "data", self._core.target())
        return Document(self._core.explain("the model", rows, texts), "text", page=False)

    def save(self, path: Any) -> None:
        """Writes the model file that `talweg.load` and the command read."""
        self._core.save(option_texts("path", path)[0])

    def export(self, path: Any, format: str | None = None) -> None:
        """Writes the model for other programs, with all that predicting needs.

        Parameters
        ----------
        path : path
            It holds all of it or what it held before.
        format : {"onnx", "npz", "json"}, optional
            By the ending of the path. ONNX takes the columns of the file and gives what `predict` gives; npz holds the
            arrays for ``numpy.load``, and the rest as JSON in the array "about"; JSON is the same as text.
        """
        self._core.export_to(option_texts("path", path)[0], "" if format is None else option_texts("format", format)[0])

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
        return facts_html(self.describe())

    def __getstate__(self):
        return {"core": self._core, "report": self.report}

    def __setstate__(self, state):
        self._core, self.report = state["core"], state["report"]


def _texts(options: dict[str, Any]) -> dict[str, list[str]]:
    return {name: option_texts(name, value) for name, value in options.items() if value is not None}


def train(data: Any, target: str | None = None, model: str | None = None, validation: Any = None, *, test: Any = None,
          on_epoch: Callable[[dict[str, Any]], Any] | None = None, verbose: bool | None = None, inspect: bool = True,
          **options: Any) -> Model:
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
    test : float, path, DataFrame, dict or (X, y), optional
        The same, measured once, at the end: ``report.test``.
    on_epoch : callable, optional
        Called with a dict (epoch, loss, learning_rate, validation, …) after each epoch; what it raises ends the run.
    verbose : bool, optional
        Progress on standard error, a bar where tqdm is installed; by default on terminals and in notebooks.
    inspect : bool
        Look at the trained model for the page of its report: the worst rows, weights and gradients.
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
    given: dict[str, Any] = {"target": target, "model": model, **options}
    others: dict[str, Any] = {"validation": None, "test": None}
    for name, value in (("validation", validation), ("test", test)):
        if value is not None and not isinstance(value, (str, int, float)):
            others[name] = rows_of(value, name, target)
        else:
            given[name] = value
    if isinstance(data, tuple) and hasattr(data[0], "tocsr"):
        given["target"] = None
    texts = _texts(given)
    history: list[dict[str, Any]] = []
    bar = _progress.progress() if _progress.wanted(verbose) else None

    def watch(event: dict[str, Any]) -> None:
        history.append(event)
        if bar is not None:
            bar.show(event)
        if on_epoch is not None:
            on_epoch(event)

    try:
        core, told, document = _core.train(rows, others["validation"], others["test"], texts, watch,
                                           _call(data, {"validation": validation, "test": test}, given), bool(inspect))
    finally:
        if bar is not None:
            bar.close()
    report = TrainingReport(told, history, document)
    if core is None:
        raise _core.Error(f"nothing usable was learned: {report['message']}")
    return Model(core, report)


def _call(data: Any, others: dict[str, Any], options: dict[str, Any]) -> str:
    """The call as a page shows it; rows in memory by a name."""
    import os

    def place(value: Any, name: str) -> str:
        return repr(os.fspath(value)) if isinstance(value, (str, os.PathLike)) else name

    words = [place(data, "data"), *(f"{name}={value!r}" for name, value in options.items() if value is not None)]
    words += [f"{name}={place(value, 'other')}" for name, value in others.items()
              if value is not None and options.get(name) is None]
    return f"talweg.train({', '.join(words)})"


train.__doc__ = (train.__doc__ or "").format(options=", ".join(
    o["name"] for o in _core.training_options() if o["name"] not in (*_PLACES, "model")))


def load(path: Any) -> Model:
    """The model of a file, of any kind."""
    return Model(_core.load(option_texts("path", path)[0]))
