"""The two doors to the engine that SciPy's own tests go through, and the functions that they use."""
import pytest
import scipy.optimize as so

import talweg


def ours(fun, x0, method="lbfgs", **keywords):
    return talweg.minimize(fun, x0, method=method, **keywords)


def scipys(fun, x0, method="lbfgs", **keywords):
    return so.minimize(fun, x0, method=getattr(talweg, method), **keywords)


both_doors = pytest.mark.parametrize("minimize", [ours, scipys])
METHODS = ["lbfgs", "lbfgsb", "cg", "sqp", "auglag", "gd", "adam"]
rosen, rosen_der = so.rosen, so.rosen_der
square, square_der = (lambda x: x @ x), (lambda x: 2 * x)


def both(x):
    return rosen(x), rosen_der(x)
