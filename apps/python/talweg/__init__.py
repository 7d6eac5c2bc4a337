"""Gradient optimisation by one engine: minimise functions, train models, and see what each method does.

    >>> import talweg
    >>> talweg.minimize("100*(y-x^2)^2 + (1-x)^2", {"x": -1.2, "y": 1}).x
    array([1., 1.])
"""
try:
    import numpy as _numpy  # noqa: F401
except ImportError as _missing:
    raise ImportError("talweg needs NumPy: install python3-numpy, or numpy with pip") from _missing

from ._core import Error, version as __version__
from ._methods import *  # noqa: F403  lbfgs, adam, …: one function for each method
from ._methods import __all__ as _method_names
from ._check import GradientCheck, check_gradient
from ._documents import Document, advise, compare, explain, suite, trace
from ._fit import Fit, fit
from ._minimize import OptimizeResult, minimize
from ._train import Model, TrainingReport, load, train
from . import optim


def __getattr__(name):
    """talweg.sklearn and talweg.torch, which import what they are for, when they are first used."""
    if name in ("sklearn", "torch"):
        from importlib import import_module

        return import_module(f".{name}", __name__)
    raise AttributeError(f"module 'talweg' has no attribute {name!r}")


__all__ = ["Document", "Error", "Fit", "GradientCheck", "Model", "OptimizeResult", "TrainingReport", "advise", "check_gradient", "compare", "explain", "fit", "load", "minimize", "optim", "suite",
           "trace", "train", *_method_names]
