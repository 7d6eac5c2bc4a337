"""Rows of Python as tables of the engine: paths, DataFrames, dicts of columns, (X, y), and sparse matrices."""
import os

import numpy as np

from . import _core

_LARGEST_EXACT = 2**53


def rows_of(data, what="data", target=None):
    """A path as a text, or a table. A target is what (X, y) calls y."""
    if isinstance(data, (str, os.PathLike)):
        return os.fspath(data)
    if isinstance(data, _core.Table):
        return data
    if isinstance(data, tuple) and len(data) == 2 and not isinstance(data[0], str):
        return _matrix(data[0], data[1], what, target)
    if hasattr(data, "columns") and hasattr(data, "dtypes"):
        return _table([(str(name), data[name]) for name in data.columns], what)
    if isinstance(data, dict):
        return _table([(str(name), values) for name, values in data.items()], what)
    if hasattr(data, "tocsr") or isinstance(data, (np.ndarray, list)):
        return _matrix(data, None, what, None)
    raise TypeError(f"{what}: expected a path, a DataFrame, a dict of columns, (X, y) or a matrix, not {type(data).__name__}")


def _table(columns, what):
    if not columns:
        raise ValueError(f"{what}: has no columns")
    return _core.make_table([(name, _column(name, values, what)) for name, values in columns], what)


def _column(name, values, what):
    """An array of doubles, NaN where one is missing, or a list of texts, empty where one is."""
    if hasattr(values, "isna"):  # a Series of pandas, whose missing values have many forms
        missing = np.asarray(values.isna())
        kind = getattr(values.dtype, "kind", "O")
        if kind in "fiu" and not isinstance(values.dtype, np.dtype):
            return values.to_numpy(dtype=float, na_value=np.nan)
        values = values.to_numpy()
    else:
        values = np.asarray(values)
        missing = None
    if values.ndim != 1:
        raise ValueError(f"{what}: the column {name!r} has the shape {values.shape}; a column has one dimension")
    if values.dtype.kind in "iu":
        if values.size and max(abs(int(values.max())), abs(int(values.min()))) > _LARGEST_EXACT:
            raise ValueError(f"{what}: the column {name!r} holds whole numbers beyond 2^53, which a double does not tell "
                             "apart; make texts of them where they are names")
        return values.astype(float)
    if values.dtype.kind == "f":
        return values.astype(float)
    if values.dtype.kind in "mMc":
        raise TypeError(f"{what}: the column {name!r} holds {values.dtype}; make numbers or texts of it")
    if missing is None:
        missing = np.array([v is None or (isinstance(v, float) and v != v) for v in values], bool)
    return ["" if gone else v if isinstance(v, str) else str(v) for v, gone in zip(values.tolist(), missing.tolist())]


def _names(n):
    return [f"x{i}" for i in range(n)]


def _matrix(x, y, what, target):
    if hasattr(x, "columns") and hasattr(x, "dtypes"):
        columns = [(str(name), x[name]) for name in x.columns]
        return _table(columns if y is None else [*columns, (target or "y", y)], what)
    if hasattr(x, "tocsr"):
        if y is None:
            y = np.zeros(x.shape[0])
        return sparse_table(x, y, what)
    x = np.asarray(x)
    if x.ndim != 2:
        raise ValueError(f"{what}: X has the shape {x.shape}; expected (rows, columns)")
    columns = [(name, x[:, i]) for i, name in enumerate(_names(x.shape[1]))]
    return _table(columns if y is None else [*columns, (target or "y", y)], what)


def canonical(x):
    """Compressed sparse rows with rising columns; a copy where x is not so, for x is the user's."""
    x = x.tocsr()
    if not x.has_canonical_format:
        x = x.copy()
        x.sum_duplicates()
    return x


def sparse_table(x, y, what):
    """Rows of a SciPy matrix beside numeric labels."""
    x = canonical(x)
    return _core.make_sparse_table(np.asarray(y, float), x.indptr, x.indices, x.data, x.shape[1], what)
