"""What a model tells beside its predictions: reports, explanations, progress."""
import io
import pickle
import sys
import types
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import talweg

ROOT = Path(__file__).resolve().parents[3]
IRIS = ROOT / "data/iris.csv"


def test_a_report_is_a_page_a_picture_and_figures(tmp_path):
    model = talweg.train(IRIS, target="species", model="mlp:4", epochs=3, seed=2)
    report = model.report
    page = report.write("html")
    assert "<iframe" in report._repr_html_() and "talweg.train(&#39;" in page.replace("'", "&#39;")
    assert "talweg run FILE.json" in page and "worst" in page.lower()
    assert report.plot().svg.startswith("<svg")
    assert list(report.to_frame()["epoch"]) == [1, 2, 3]
    assert report.to_dict()["epochs"] == 3
    for name in ("r.html", "r.svg", "r.json", "r.txt"):
        report.save(tmp_path / name)
        assert (tmp_path / name).stat().st_size > 100
    with pytest.raises(talweg.Error, match="csv"):
        report.write("csv")


def test_rows_in_memory_have_a_page_too():
    frame = pd.read_csv(IRIS)
    page = talweg.train(frame, target="species", model="softmax", optimizer="lbfgs").report.write("html")
    assert "talweg.train(data, target=" in page and "As a run file" not in page
    ratings = pd.DataFrame([(u, i, 1 + (u + i) % 5) for u in range(8) for i in range(6)], columns=["user", "item", "rating"])
    assert "<svg" in talweg.train(ratings, model="mf:2", epochs=3).report.write("html")
    stream = talweg.train(frame, target="species", model="softmax", optimizer="ftrl", hash_bits=10)
    assert "<html" in stream.report.write("html")


def test_looking_changes_no_byte(tmp_path):
    models = [talweg.train(IRIS, target="species", model="mlp:4", epochs=3, seed=2, inspect=inspect) for inspect in (True, False)]
    for i, model in enumerate(models):
        model.save(tmp_path / f"{i}")
    assert (tmp_path / "0").read_bytes() == (tmp_path / "1").read_bytes()
    with pytest.raises(ValueError, match="inspect=True"):
        models[1].report.plot()
    assert "<table>" in models[1].report._repr_html_()


def test_a_report_that_went_through_a_pickle_keeps_its_figures():
    model = talweg.train(IRIS, target="species", model="softmax", epochs=2)
    again = pickle.loads(pickle.dumps(model))
    assert again.report.to_dict() == model.report.to_dict() and "<table>" in again.report._repr_html_()
    with pytest.raises(ValueError, match="in this process"):
        again.report.write("html")


def test_a_weight_is_explained_from_any_rows(tmp_path):
    model = talweg.train(IRIS, target="species", model="mlp:3", epochs=2)
    model.save(tmp_path / "m.talweg")
    by_file = talweg.explain(tmp_path / "m.talweg", IRIS, row=17).to_dict()
    frame = pd.read_csv(IRIS)
    for rows in (IRIS, frame, {name: frame[name].to_numpy() for name in frame}):
        found = model.explain(rows, row=17).to_dict()
        assert found["gradient"] == by_file["gradient"] and found["weight"] == by_file["weight"]
    one = model.explain(frame, 17, weight="dense1[2,3]")
    assert "dense1.weight[2,3]" in str(one) and one.write("svg").startswith("<svg")
    with pytest.raises(talweg.Error, match="row"):
        model.explain(frame, row=1000)
    with pytest.raises(talweg.Error, match="dense9"):
        model.explain(frame, row=1, weight="dense9[1,1]")
    with pytest.raises(talweg.Error, match="no layers"):
        ratings = {"user": [1, 1, 2, 2], "item": [1, 2, 1, 2], "rating": [1.0, 2, 3, 4]}
        talweg.train(ratings, model="mf:1", epochs=2).explain(ratings, row=1)


class _Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_is_a_line_or_a_bar(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    monkeypatch.setattr(sys, "stderr", _Terminal())
    talweg.train(IRIS, target="species", epochs=2)
    assert "Epoch 2/2, loss" in sys.stderr.getvalue() and sys.stderr.getvalue().endswith("\n")
    monkeypatch.setattr(sys, "stderr", _Terminal())
    talweg.train(IRIS, target="species", epochs=2, verbose=False)
    assert sys.stderr.getvalue() == ""
    bars = []

    class Bar:
        def __init__(self, **options):
            self.n, self.closed, self.options = 0, False, options
            bars.append(self)

        def set_postfix_str(self, words, refresh):
            self.words = words

        def update(self, n):
            self.n += n

        def close(self):
            self.closed = True

    auto = types.ModuleType("tqdm.auto")
    auto.tqdm = Bar
    monkeypatch.setitem(sys.modules, "tqdm", types.ModuleType("tqdm"))
    monkeypatch.setitem(sys.modules, "tqdm.auto", auto)
    talweg.train(IRIS, target="species", epochs=3, verbose=True)
    assert bars[0].n == 3 and bars[0].closed and bars[0].options["total"] == 3 and "loss" in bars[0].words

    def stop(event):
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        talweg.train(IRIS, target="species", epochs=3, verbose=True, on_epoch=stop)
    assert bars[1].closed


def test_a_notebook_is_known_by_its_shell(monkeypatch):
    shell = types.ModuleType("IPython")
    shell.get_ipython = lambda: type("ZMQInteractiveShell", (), {})()
    monkeypatch.setitem(sys.modules, "IPython", shell)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    talweg.train(IRIS, target="species", epochs=2)
    assert "2/2" in sys.stderr.getvalue()


def quartic(x):
    return float((x**4).sum() + x[0] * x[1]), 4 * x**3 + np.array([x[1], x[0], 0.0])


def test_a_right_gradient_and_a_wrong_one():
    right = talweg.check_gradient(quartic, [1.0, -2.0, 0.5])
    assert right and right.success and right.wrong == []
    np.testing.assert_allclose(right.differences, right.jac, rtol=1e-7)
    assert right.nfev == right.njev > 0 and "agrees" in repr(right)

    def slip(x):
        value, gradient = quartic(x)
        gradient[1] *= 2
        return value, gradient

    wrong = talweg.check_gradient(slip, [1.0, -2.0, 0.5])
    assert not wrong and wrong.wrong == [1] and "x[1]" in wrong.message
    assert list(wrong.to_frame().columns) == ["coordinate", "x", "gradient", "differences", "error"]
    zoomed = wrong.plot(title="A slip", plot_range={"gradient": (-5, 5)}).svg
    assert 'data-y-range="-5 5"' in zoomed and "A slip" in zoomed and "the gradient is wrong" in zoomed
    assert wrong.plot().svg.startswith("<svg") and "<table>" in wrong._repr_html_() and wrong.to_dict()["wrong"] == [1]
    apart = talweg.check_gradient(lambda x, a: a * x @ x, [1.0, 2.0], lambda x, a: 2 * a * x, args=(3.0,))
    assert apart and apart.fun == 15


def test_a_check_keeps_to_the_bounds_and_says_what_is_wrong():
    seen = []

    def root(x):
        seen.append(x.min())
        return np.sqrt(x).sum(), 0.5 / np.sqrt(x)

    assert talweg.check_gradient(root, [1e-9, 4.0], bounds=[(1e-10, None), (0, 9)])
    assert min(seen) >= 1e-10
    fixed = talweg.check_gradient(quartic, [1.0, 2.0, 3.0], bounds=[(1, 1), (None, None), (0, 5)])
    assert fixed and np.isnan(fixed.differences[0])
    with pytest.raises(ValueError, match="nothing to check|no gradient"):
        talweg.check_gradient(lambda x: 0.0, [1.0], jac=None)
    with pytest.raises(TypeError, match="exact gradient"):
        talweg.check_gradient("x^2", {"x": 1})
    with pytest.raises(talweg.Error, match="no finite number"):
        talweg.check_gradient(lambda x: (np.nan, x), [1.0])
    with pytest.raises(ValueError, match="3 numbers where 1"):
        talweg.check_gradient(lambda x: (1.0, np.ones(3)), [1.0])
    with pytest.raises(ZeroDivisionError):
        talweg.check_gradient(lambda x: (1 / 0, x), [1.0])


class Axes:
    """What matplotlib's axes are asked for."""

    def __init__(self):
        self.curves, self.labels = [], []

    def plot(self, x, y, *_, **__):
        self.curves.append((list(x), list(y)))

    def errorbar(self, x, y, yerr, fmt):
        assert all(v >= 0 for side in yerr for v in side)
        self.curves.append((list(x), list(y)))

    def set_xlabel(self, words):
        self.labels.append(words)

    set_ylabel = set_xlabel


def test_curves_go_on_axes_of_matplotlib():
    trace = talweg.trace("x^2", {"x": 10}, "gd,learning_rate=0.1", iterations=3, tolerance=0)
    axes = trace.plot(Axes())
    assert axes.curves == [([0, 1, 2, 3], pytest.approx([100, 64, 40.96, 26.2144]))] and axes.labels == ["iteration", "f"]
    race = talweg.compare("x^2 + y^2", ["lbfgs", "gd"], start={"x": 1, "y": 2}, evaluations=50, seeds=3)
    assert set(race.plot(Axes()).curves[0][0]) == {"lbfgs", "gd"}
    report = talweg.train(IRIS, target="species", model="mlp:4", epochs=3, validation=0.2).report
    assert [curve[0] for curve in report.plot(Axes()).curves] == [[1, 2, 3]] * 2
    check = talweg.check_gradient(quartic, [1.0, -2.0, 0.5])
    assert len(check.plot(Axes()).curves) == 2
    with pytest.raises(ValueError, match="no curves"):
        talweg.suite("lbfgs", problem="rosenbrock").plot(Axes())
