"""The problems that SciPy tests `minimize` with, through both doors: talweg.minimize, and SciPy with a method of talweg's."""
import numpy as np
import pytest
import scipy.optimize as so
import scipy.sparse

import talweg
from doors import both_doors


every_slope = pytest.mark.parametrize("slope", ["together", "apart", "differences"])
UNBOUNDED = ["lbfgs", "cg", "lbfgsb", "sqp"]
BOXED = ["lbfgsb", "sqp"]
CONSTRAINED = ["sqp", "auglag"]


def given(fun, grad, slope):
    """fun and jac, the gradient given in that way."""
    if slope == "together":
        return (lambda x, *args: (fun(x, *args), grad(x, *args))), True
    return fun, grad if slope == "apart" else None


def succeeded(r, x, fun, atol):
    assert r.success is True and r.status == 0, r.message
    np.testing.assert_allclose(r.x, x, atol=atol)
    assert r.fun == fun(r.x)


# ---- without limits: name -> (fun, gradient, start, solution)

FEATURES = np.array([[1, 1, 1], [1, 1, 0], [1, 0, 1], [1, 0, 0], [1, 0, 0]], float)
MEANS = np.array([1, 0.3, 0.5])


def entropy(x):
    """The dual of the maximum entropy problem of Berger, Della Pietra & Della Pietra 1996; x_0 is arbitrary."""
    scores = FEATURES @ x
    top = scores.max()
    return top + np.log(np.exp(scores - top).sum()) - MEANS @ x


def entropy_der(x):
    p = np.exp(FEATURES @ x - (FEATURES @ x).max())
    return FEATURES.T @ (p / p.sum()) - MEANS


def himmelblau(x):
    return (x[0] ** 2 + x[1] - 11) ** 2 + (x[0] + x[1] ** 2 - 7) ** 2


def himmelblau_der(x):
    a, b = x[0] ** 2 + x[1] - 11, x[0] + x[1] ** 2 - 7
    return np.array([4 * x[0] * a + 2 * b, 2 * a + 4 * x[1] * b])


SLANTED = np.linalg.inv([[3.0, 0], [1, 2]])
FREE = {
    "rosenbrock 2": (so.rosen, so.rosen_der, [-1.2, 1], [1, 1]),
    "rosenbrock 5": (so.rosen, so.rosen_der, [1.3, 0.7, 0.8, 1.9, 1.2], np.ones(5)),
    "himmelblau": (himmelblau, himmelblau_der, [-0.27, -0.9], None),
    "entropy": (entropy, entropy_der, [0, 0, 0], [None, -0.524869390, 0.487527735]),
    "slanted": (lambda x: x @ SLANTED @ x, lambda x: (SLANTED + SLANTED.T) @ x, [10, 20], [0, 0]),
    "quartic": (lambda x: x[0] ** 4, lambda x: 4 * x**3, [20], [0]),
    "1 + x^4 + x^2 y^2": (lambda x: 1 + x[0] ** 4 + x[0] ** 2 * x[1] ** 2,
                         lambda x: np.array([4 * x[0] ** 3 + 2 * x[0] * x[1] ** 2, 2 * x[0] ** 2 * x[1]]), [1, 1], None),
}


@both_doors
@every_slope
@pytest.mark.parametrize("method", UNBOUNDED)
@pytest.mark.parametrize("name", FREE)
def test_without_limits(name, method, slope, minimize):
    fun, grad, start, solution = FREE[name]
    if (name, method, slope) == ("quartic", "sqp", "differences"):
        pytest.skip("x comes to a third of the step of differences, at which x^4 is another function")
    f, jac = given(fun, grad, slope)
    r = minimize(f, start, method, jac=jac)
    reference = so.minimize(fun, start, jac=grad, method="BFGS", options={"gtol": 1e-9})
    assert r.success and r.status == 0, r.message
    assert r.fun <= reference.fun + 1e-9 * max(1, abs(reference.fun)) or np.abs(grad(r.x)).max() < 1e-6
    if solution is not None:
        known = [i for i, x in enumerate(solution) if x is not None]
        # x⁴ within rounding of f is flat for |x| < eps^(1/4).
        np.testing.assert_allclose(r.x[known], np.array([solution[i] for i in known], float), atol=1e-5 if name != "quartic" else 1e-4)


@pytest.mark.parametrize("start", np.linspace(-0.75, 3, 16))
def test_every_start_whose_valley_is_steep_leads_into_it(start):
    r = talweg.minimize(lambda x: 2.5 * (1 - np.exp(-1.5 * (x - 0.5))) ** 2, [start], method="CG")
    assert r.success
    np.testing.assert_allclose(r.x, [0.5], rtol=1e-5)


@both_doors
@pytest.mark.parametrize("scale", [1e-50, 1, 1e50])
@pytest.mark.parametrize("method", ["lbfgs", "cg", "lbfgsb"])
def test_the_unit_of_f_does_not_matter(method, scale, minimize):
    far = []
    r = minimize(lambda x: (far.append(abs(x[0])), scale * (x[0] - 1) ** 2)[1], [-1.0], method,
                 jac=lambda x: 2 * scale * (x - 1))
    assert r.success and max(far) < 1e4, r.message
    np.testing.assert_allclose(r.x, [1])


def test_what_falls_for_ever_is_no_success():
    with np.errstate(over="ignore"):
        r = talweg.minimize(lambda x: -np.exp(-x[0]), [0], jac=lambda x: np.exp(-x))
    assert r.success is False and r.status_name == "diverged"


@both_doors
@every_slope
@pytest.mark.parametrize("method", UNBOUNDED)
@pytest.mark.parametrize("name", ["rosenbrock 2", "rosenbrock 5", "himmelblau", "entropy"])
def test_a_solution_is_a_start_too(name, method, slope, minimize):
    # Differences are not 0 there, and no step is found that leads further down.
    fun, grad, start, _ = FREE[name]
    f, jac = given(fun, grad, slope)
    solution = minimize(f, start, method, jac=jac).x
    r = minimize(f, solution, method, jac=jac)
    assert r.success, r.message
    np.testing.assert_allclose(r.x, solution, atol=1e-7)


# ---- in a box: Schittkowski's numbers 1 to 5, 38 and 45

BOX = {
    "1": (so.rosen, so.rosen_der, [-2, 1], [(-np.inf, None), (-1.5, None)], [1, 1]),
    "2": (so.rosen, so.rosen_der, [-2, 1], [(None, None), (1.5, None)], None),
    "3": (lambda x: x[1] + 1e-5 * (x[1] - x[0]) ** 2,
          lambda x: np.array([-2e-5 * (x[1] - x[0]), 1 + 2e-5 * (x[1] - x[0])]), [10, 1], [(None, None), (0, None)], [0, 0]),
    "4": (lambda x: (x[0] + 1) ** 3 / 3 + x[1], lambda x: np.array([(x[0] + 1) ** 2, 1]), [1.125, 0.125], [(1, None), (0, None)],
          [1, 0]),
    "5": (lambda x: np.sin(x[0] + x[1]) + (x[0] - x[1]) ** 2 - 1.5 * x[0] + 2.5 * x[1] + 1,
          lambda x: np.cos(x[0] + x[1]) + 2 * (x[0] - x[1]) * np.array([1, -1]) + [-1.5, 2.5], [0, 0], [(-1.5, 4), (-3, 3)],
          [-0.54719755119659763, -1.5471975511965976]),
    "45": (lambda x: 2 - np.prod(x) / 120, lambda x: -np.array([np.prod(np.delete(x, i)) for i in range(5)]) / 120, [2] * 5,
           [(0, i) for i in range(1, 6)], [1, 2, 3, 4, 5]),
    "start outside": (lambda x: 0.5 * (x @ x), lambda x: x, [0, -1], [(1, None), (None, None)], [1, 0]),
    "fixed": (so.rosen, so.rosen_der, [0.5, 0.7, 0.6, 0.5], [(0, 3), (2, 2), (-1, 2), (-1, -1)], None),
    "matlab": (so.rosen, so.rosen_der, [-0.2, 0.2], [(-2, 0), (0, 2)], [0, 0]),
}


def wood(x):
    return 1e-5 * (100 * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2 + 90 * (x[3] - x[2] ** 2) ** 2 + (1 - x[2]) ** 2
                   + 10.1 * ((x[1] - 1) ** 2 + (x[3] - 1) ** 2) + 19.8 * (x[1] - 1) * (x[3] - 1))


def wood_der(x):
    a, b = x[1] - x[0] ** 2, x[3] - x[2] ** 2
    return 1e-5 * np.array([-400 * x[0] * a - 2 * (1 - x[0]), 200 * a + 20.2 * (x[1] - 1) + 19.8 * (x[3] - 1),
                            -360 * x[2] * b - 2 * (1 - x[2]), 180 * b + 20.2 * (x[3] - 1) + 19.8 * (x[1] - 1)])


BOX["38"] = (wood, wood_der, [-3, -1, -3, -1], [(-10, 10)] * 4, np.ones(4))


@both_doors
@every_slope
@pytest.mark.parametrize("method", BOXED)
@pytest.mark.parametrize("name", BOX)
def test_in_a_box(name, method, slope, minimize):
    fun, grad, start, bounds, solution = BOX[name]
    low = np.array([-np.inf if b[0] is None else b[0] for b in bounds])
    high = np.array([np.inf if b[1] is None else b[1] for b in bounds])

    def inside(x):
        assert np.all(low <= x) and np.all(x <= high), x
        return fun(x)

    f, jac = given(inside, grad, slope)
    r = minimize(f, start, method, jac=jac, bounds=bounds)
    assert r.success and np.all(low <= r.x) and np.all(r.x <= high), r.message
    reference = so.minimize(fun, np.clip(start, low, high), jac=grad, bounds=bounds, method="L-BFGS-B",
                            options={"ftol": 1e-15, "gtol": 1e-9})
    if solution is None:
        assert r.fun <= reference.fun + 1e-8 * max(1, abs(reference.fun))
    else:
        np.testing.assert_allclose(r.x, solution, atol=1e-4 if slope == "differences" else 1e-5)
    if slope == "differences":
        assert np.array_equal(np.isnan(r.jac), low == high)


# ---- under constraints: name -> (fun, gradient, start, constraints of a jac, bounds, solution)

def chapra(x):
    """Example 14.4 of Chapra & Canale, its sign turned."""
    return -(2 * x[0] * x[1] + 2 * x[0] - x[0] ** 2 - 2 * x[1] ** 2)


def chapra_der(x):
    return np.array([2 * x[0] - 2 * x[1] - 2, 4 * x[1] - 2 * x[0]])


def dicts(*rows):
    """Of (type, fun, jac): with or without their Jacobians."""
    return lambda with_jac: [{"type": t, "fun": f, **({"jac": j} if with_jac else {})} for t, f, j in rows]


def nonlinear(fun, low, high, jac):
    return lambda with_jac: so.NonlinearConstraint(fun, low, high, jac if with_jac else "2-point")


def distances(x):
    points = x.reshape(3, -1)
    return points[:, :, None] - points[:, None, :]


def repulsion(x):
    """Electrons on a sphere: problem 2 of the COPS collection."""
    squares = (distances(x) ** 2).sum(0)
    return 0.5 * sum(1 / np.sqrt(squares[i, j]) for i in range(len(squares)) for j in range(len(squares)) if i != j)


def repulsion_der(x):
    d = distances(x)
    squares = (d**2).sum(0)
    np.fill_diagonal(squares, np.inf)
    return -(d * squares**-1.5).sum(2).ravel()


def radii(x):
    return (x.reshape(3, -1) ** 2).sum(0) - 1


def radii_jac(x):
    return scipy.sparse.csc_matrix(np.hstack([np.diag(2 * row) for row in x.reshape(3, -1)]))


norm = nonlinear(lambda x: x @ x, 1, 1, lambda x: [2 * x])
square = lambda x: x @ x
square_der = lambda x: 2 * x
CONSTRAINTS = {
    "chapra eq": (chapra, chapra_der, [-1, 1], dicts(("eq", lambda x: np.array([x[0] - x[1]]), lambda x: np.array([[1, -1]]))), None,
                  [1, 1]),
    "chapra eq, scalars": (chapra, chapra_der, [-1, 1], dicts(("eq", lambda x: x[0] - x[1], lambda x: [1, -1])), None, [1, 1]),
    "chapra ineq": (chapra, chapra_der, [-1, 1], dicts(("ineq", lambda x: x[0] - x[1] - 1, lambda x: [1, -1])), None, [2, 1]),
    "chapra vector": (chapra, chapra_der, [-1, 1], dicts(("ineq", lambda x: x, lambda x: np.eye(2))), None, [2, 1]),
    "chapra box": (chapra, chapra_der, [-1, 1], dicts(("eq", lambda x: x[0] - x[1], lambda x: [1, -1])), [(-0.8, 1), (-1, 0.8)],
                   [0.8, 0.8]),
    "maratos": (lambda x: 2 * (x @ x - 1) - x[0], lambda x: 4 * x - [1, 0], [0.5, np.sqrt(0.75)], norm, None, [1, 0]),
    "hyperbola": (lambda x: 0.5 * (x[0] - 2) ** 2 + 0.5 * (x[1] - 0.5) ** 2, lambda x: x - [2, 0.5], [0, 0],
                  nonlinear(lambda x: 1 / (x[0] + 1) - x[1], 0.25, np.inf, lambda x: [[-1 / (x[0] + 1) ** 2, -1]]), so.Bounds(0, np.inf),
                  [1.952823, 0.088659]),
    "rosenbrock ineq": (so.rosen, so.rosen_der, [-1, -0.5], lambda _: so.LinearConstraint([[1, 2]], -np.inf, 1), None, [0.50219, 0.24891]),
    "rosenbrock ineq, eq": (so.rosen, so.rosen_der, [-1, -0.5], lambda _: (so.LinearConstraint([[1, 2]], -np.inf, 1),
                                                                        so.LinearConstraint([[2, 1]], 1, 1)), None, [0.41494, 0.17011]),
    "linearisation without a point": (square, square_der, [0, 1], dicts(("eq", lambda x: x[0] + x[1] - 2, lambda x: [1, 1]),
                                                                      ("ineq", lambda x: x[0] ** 2 - 1, lambda x: [2 * x[0], 0])),
                                      [(0, None)] * 2, [1, 1]),
    "two curves": (lambda x: np.sqrt(x[1]), lambda x: np.array([0, 0.5 / np.sqrt(x[1])]), [8, 0.25],
                   dicts(("eq", lambda x: x[1] - 8 * x[0] ** 3, lambda x: [-24 * x[0] ** 2, 1]),
                         ("eq", lambda x: x[1] - (1 - x[0]) ** 3, lambda x: [3 * (1 - x[0]) ** 2, 1])),
                   [(-0.5, 1), (1e-9, 8)], [1 / 3, 8 / 27]),
    "linear": (lambda x: -x.sum(), lambda x: -np.ones(3), [0, 0, 0],
               dicts(("ineq", lambda x: 25 - x @ [0.2, 0.4, 0.33], lambda x: [-0.2, -0.4, -0.33]), ("ineq", lambda x: x[1], lambda x: [0, 1, 0]),
                     ("ineq", lambda x: x[2], lambda x: [0, 0, 1])), None, [125, 0, 0]),
    "six rows": (lambda x: ((x - [1, 2, 3, 4]) ** 2).sum(), lambda x: 2 * (x - [1, 2, 3, 4]), [0.5, 1, 1.5, 2],
                 dicts(("ineq", lambda x: np.concatenate([[5 - x.sum(), 10 - x @ [3, 3, 2, 1]], x]),
                        lambda x: np.vstack([-np.ones(4), [-3, -3, -2, -1], np.eye(4)]))), None, np.array([0, 2, 5, 8]) / 3),
    "x^2 - y^2 > 1": (square, square_der, [1, 2], nonlinear(lambda x: [x[0] ** 2 - x[1] ** 2], 1, np.inf, lambda x: [[2 * x[0], -2 * x[1]]]),
                      None, [1, 0]),
    "five rows of two": (lambda x: (x[0] - 1) ** 2 + (x[1] - 2.5) ** 2, lambda x: 2 * (x - [1, 2.5]), [2, 0],
                         dicts(("ineq", lambda x: np.array([[1, -2], [-1, -2], [-1, 2]]) @ x + [2, 6, 2], lambda x: [[1, -2], [-1, -2], [-1, 2]]),
                               ("ineq", lambda x: x, lambda x: np.eye(2))), None, [1.4, 1.7]),
    "circle": (lambda x: x[0] ** 2 + abs(x[1]) ** 3, lambda x: np.array([2 * x[0], 3 * x[1] * abs(x[1])]), [4.95, 0.66],
               dicts(("eq", lambda x: x @ x - 25, lambda x: 2 * x)), None, [np.sqrt(25 - 4 / 9), 2 / 3]),
    "two electrons": (repulsion, repulsion_der, [0.6, -0.3, 0.5, -0.7, 0.2, 0.4], nonlinear(radii, -np.inf, 0, radii_jac), None, None),
}


@both_doors
@pytest.mark.parametrize("slope", ["together", "apart", "differences"])
@pytest.mark.parametrize("method", CONSTRAINED)
@pytest.mark.parametrize("name", CONSTRAINTS)
def test_under_constraints(name, method, slope, minimize):
    fun, grad, start, constraints, bounds, solution = CONSTRAINTS[name]
    f, jac = given(fun, grad, slope)
    r = minimize(f, start, method, jac=jac, constraints=constraints(slope != "differences"), bounds=bounds)
    assert r.success and r.status == 0 and r.violation <= 1e-6, r.message
    if solution is None:
        assert r.fun == pytest.approx(0.5, abs=1e-8)  # two electrons: opposite each other
    else:
        np.testing.assert_allclose(np.abs(r.x) if name.startswith("x^2") else r.x, solution, atol=2e-5)


@pytest.mark.parametrize("slope", ["apart", "differences"])
@pytest.mark.parametrize("name", CONSTRAINTS)
def test_a_solution_under_constraints_is_a_start_too(name, slope):
    fun, grad, start, constraints, bounds, _ = CONSTRAINTS[name]
    f, jac = given(fun, grad, slope)
    keywords = dict(jac=jac, constraints=constraints(slope != "differences"), bounds=bounds)
    solution = talweg.minimize(f, start, **keywords).x
    r = talweg.minimize(f, solution, **keywords)
    assert r.success, r.message
    np.testing.assert_allclose(r.x, solution, atol=1e-5)


INFEASIBLE = {
    "5743": (square, [1, 2], [(0, None)] * 2, [("eq", lambda x: x[0] + x[1] - 1), ("ineq", lambda x: x[0] - 2)]),
    "7618": (lambda x: -x[0] + 4 * x[1], [1, 5], [(-5, 5)] * 2, [("ineq", lambda x: x[1] - x[0] - 1), ("ineq", lambda x: x[0] - x[1])]),
    "9640": (lambda x: 1, [-1.88, -0.64, -0.81], [(-2, 2)] * 3, [("ineq", lambda x: -x[0] - x[1] - 3), ("ineq", lambda x: x[1] + x[2] - 2),
                                                               ("ineq", lambda x: -x[2])]),
}


@both_doors
@pytest.mark.parametrize("method", CONSTRAINED)
@pytest.mark.parametrize("name", INFEASIBLE)
def test_what_cannot_be_met_is_no_success(name, method, minimize):
    fun, start, bounds, rows = INFEASIBLE[name]
    r = minimize(fun, start, method, bounds=bounds, constraints=[{"type": t, "fun": f} for t, f in rows])
    assert r.success is False and r.status != 0 and r.violation > 0.1


@pytest.mark.parametrize("start, rows, solution", [
    (10, [lambda x: -x[0]], 0), (-10, [lambda x: x[0] - 2], 2), (-10, [lambda x: -x[0]], 0), (10, [lambda x: x[0] - 2], 2),
    (-0.5, [lambda x: -x[0], lambda x: x[0] + 1], 0), (10, [lambda x: -x[0], lambda x: x[0] + 1], 0),
])
@pytest.mark.parametrize("method", CONSTRAINED)
def test_starts_that_violate_a_constraint(start, rows, solution, method):
    r = talweg.minimize(lambda x: (x[0] - 1) ** 2, [start], method=method, constraints=[{"type": "ineq", "fun": f} for f in rows])
    assert r.success, r.message
    np.testing.assert_allclose(r.x, [solution], atol=1e-8)


@pytest.mark.parametrize("start, bound, solution", [(10, (None, 0), 0), (-10, (2, None), 2), (-10, (None, 0), 0), (10, (2, None), 2),
                                                    (-0.5, (-1, 0), 0), (10, (-1, 0), 0)])
@pytest.mark.parametrize("method", ["lbfgsb", "sqp", "adam,learning_rate=0.1"])
def test_starts_outside_the_box(start, bound, solution, method):
    r = talweg.minimize(lambda x: (x[0] - 1) ** 2, [start], method=method, bounds=[bound])
    assert r.success and r.x[0] == solution, r.message


def test_the_method_follows_from_what_there_is():
    fun, constraint = (lambda x: x[0] ** 2), {"type": "ineq", "fun": lambda x: x[0] - 2}
    for keywords, solution in [({}, 0), ({"constraints": [constraint]}, 2), ({"bounds": [(5, 10)]}, 5),
                               ({"bounds": [(5, 10)], "constraints": [constraint]}, 5), ({"bounds": [(1, 10)], "constraints": [constraint]}, 2)]:
        r = talweg.minimize(fun, [10.0], **keywords)
        assert r.success
        np.testing.assert_allclose(r.x, [solution], atol=1e-7)


def test_a_minimum_within_a_minimum():
    def outer(x):
        inner = talweg.minimize(lambda y: ((y - 1) ** 2).sum(), (3, 4), method="SLSQP")
        assert inner.success
        return x @ x + inner.fun

    r = talweg.minimize(outer, (5, 5, 5), method="SLSQP")
    assert r.success
    np.testing.assert_allclose(r.x, 0, atol=1e-7)


def test_a_sum_of_many_electrons_by_the_augmented_lagrangian():
    phi, theta = np.random.RandomState(0).uniform(0, 2 * np.pi, (2, 6))
    start = np.hstack([np.cos(theta) * np.cos(phi), np.cos(theta) * np.sin(phi), np.sin(theta)])
    r = talweg.minimize(repulsion, start, jac=repulsion_der, method="auglag",
                        constraints=so.NonlinearConstraint(radii, -np.inf, 0, radii_jac))
    assert r.success, r.message
    assert r.fun == pytest.approx(9.985281374, abs=1e-7)  # an octahedron: 6√2 + 3/2


def test_a_wrong_jacobian_of_a_constraint_is_found():
    wrong = so.NonlinearConstraint(square, 1, 1, lambda x: [4 * x])
    r = talweg.minimize(lambda x: 2 * (x @ x - 1) - x[0], [0.5, np.sqrt(0.75)], jac=lambda x: 4 * x - [1, 0], constraints=wrong)
    assert r.status_name == "wrong_gradient" and "2 times the true" in r.message


@pytest.mark.parametrize("name", ["BFGS", "L-BFGS-B", "CG", "Newton-CG", "TNC", "SLSQP", "COBYLA", "COBYQA", "trust-constr", "dogleg",
                                  "trust-ncg", "trust-exact", "trust-krylov"])
@pytest.mark.parametrize("spelled", [str.lower, str.upper])
def test_the_names_of_scipys_methods(name, spelled):
    r = talweg.minimize(so.rosen, [2, 2], jac=so.rosen_der, method=spelled(name))
    assert r.success
    np.testing.assert_allclose(r.x, 1, atol=1e-6)


@pytest.mark.parametrize("name", ["Nelder-Mead", "powell"])
def test_methods_without_gradients_are_refused_in_words(name):
    with pytest.raises(talweg.Error, match="works without gradients"):
        talweg.minimize(so.rosen, [2, 2], method=name)
