"""`check_gradient`: a gradient beside differences of its function."""
from typing import Any, Callable

import numpy as np

from . import _core
from ._documents import Picture, Table, picture_texts, refuse_on_axes, table_html
from ._problem import limits_of, slope_of, start_of


class GradientCheck(dict[str, Any]):
    """What a check of a gradient found. Fields are attributes and keys; it is true where the gradient is right.

    Attributes
    ----------
    success : bool
        Whether nothing speaks against the gradient, as far as the function resolves it.
    message : str
        Which coordinates are wrong, the two numbers, and the likely slip.
    wrong : list of int
        The wrong coordinates, ten at most.
    x, fun, jac : ndarray, float, ndarray
        Where, f(x), and the gradient that was given.
    differences : ndarray
        Central differences there, NaN for variables that bounds fix. The verdict looks closer than these: it measures how
        noisy the function is.
    nfev, njev : int
        Calls that this took.
    """

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"the check has no field {name!r}; it has {', '.join(self)}") from None

    def __bool__(self) -> bool:
        return bool(self["success"])

    def __repr__(self) -> str:
        return f"GradientCheck({self['message']!r})"

    def table(self) -> Table:
        """One row for each coordinate: x, gradient, differences, error."""
        return Table({"coordinate": i, "x": x, "gradient": g, "differences": d, "error": g - d}
                     for i, (x, g, d) in enumerate(zip(self["x"].tolist(), self["jac"].tolist(), self["differences"].tolist())))

    def to_dict(self) -> dict[str, Any]:
        """A plain dict of numbers, texts and lists."""
        return {name: value.tolist() if isinstance(value, np.ndarray) else value for name, value in self.items()}

    def to_frame(self) -> Any:
        """`table()` as a DataFrame."""
        return self.table().to_frame()

    def plot(self, ax: Any = None, *, title: str | None = None, plot_range: Any = None) -> Any:
        """Each coordinate by the gradient over itself by differences: right ones lie on the line. A picture, whose axes
        `plot_range` calls differences and gradient, or points on axes of matplotlib, which are given back."""
        if ax is None:
            verdict = "they agree" if self["success"] else "the gradient is wrong"
            return Picture(_core.check_picture(self["jac"], self["differences"], verdict, picture_texts(title, plot_range)))
        refuse_on_axes(title, plot_range)
        ax.plot(self["differences"], self["differences"], color="0.7")
        ax.plot(self["differences"], self["jac"], "o")
        ax.set_xlabel("by differences")
        ax.set_ylabel("by the gradient")
        return ax

    def _repr_html_(self) -> str:
        return table_html(self["message"], self.table()[:50])


def check_gradient(fun: Callable[..., Any], x0: Any, jac: Any = True, args: Any = (), bounds: Any = None) -> GradientCheck:
    """Compare a gradient with differences of its function at x0.

    Parameters
    ----------
    fun : callable
        ``fun(x, *args) -> float``; with ``jac=True`` it returns ``(value, gradient)``.
    x0 : array_like, shape (n,)
        Where. A point at which nothing is 0 and nothing symmetric tells most.
    jac : True or callable
        Where the gradient comes from, as of `minimize`.
    args : tuple
        Handed to `fun` and `jac`.
    bounds : as of `minimize`, optional
        Nothing is evaluated outside.

    Returns
    -------
    GradientCheck

    Raises
    ------
    ValueError, TypeError
        For wrong use, and where f(x0) or its gradient is no finite number. What `fun` and `jac` raise passes through.

    Notes
    -----
    Changes of f along segments are compared with the gradient's integral by the trapezoid rule, at lengths from 1e-8 to 0.1
    times the size of x, and an error counts only beyond the noise of f that these show.
    """
    if isinstance(fun, str):
        raise TypeError("fun: a formula has its exact gradient; there is nothing to check")
    if not callable(fun):
        raise TypeError(f"fun: expected a function, not {type(fun).__name__}")
    start = start_of(x0)
    together = jac is True
    jac = None if together else slope_of(jac, "jac")
    if not together and jac is None:
        raise ValueError("jac: there is no gradient to check; give True, when fun returns it too, or a function")
    low, high = limits_of(bounds, start.size)
    found = _core.check_gradient(fun, "together" if together else "apart", jac, args if isinstance(args, tuple) else (args,), start, low, high)
    return GradientCheck(found)
