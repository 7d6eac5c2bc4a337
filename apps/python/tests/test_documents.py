"""trace, explain, compare, advise, suite: the command's documents as objects."""
import json

import pytest

import talweg
from command import ROOT, told_by_command


def test_a_trace_is_the_commands_table_picture_and_page(tmp_path):
    trace = talweg.trace("x^2", {"x": 10}, "adam,learning_rate=0.5", iterations=25, tolerance=0)
    wanted = told_by_command("minimize", "x^2", "--start", "x=10.0", "--optimizer", "adam,learning_rate=0.5", "--iterations", "25",
                        "--tolerance", "0", "--trace")
    assert str(trace) == wanted
    assert len(trace.to_frame()) == 26 and trace.to_dict()["trace"]
    assert trace.plot()._repr_svg_().startswith("<svg") and "<iframe" in trace._repr_html_() and "|" in trace._repr_markdown_()
    for name in ("page.html", "path.svg", "path.csv", "path.md", "path.tex", "path.json", "path.txt"):
        trace.save(tmp_path / name)
        assert (tmp_path / name).stat().st_size > 100
    page = (tmp_path / "page.html").read_text()
    assert "talweg run FILE.json" in page and "&quot;optimizer&quot;: &quot;adam,learning_rate=0.5&quot;" in page
    with pytest.raises(ValueError, match="its ending says the form"):
        trace.save(tmp_path / "path.doc")


def test_fits_of_files_and_rows_are_the_commands(tmp_path):
    file, formula, start = ROOT / "data/nist/Chwirut2.csv", "y ~ exp(-b1*x)/(b2+b3*x)", {"b1": 0.1, "b2": 0.01, "b3": 0.02}
    fit = talweg.fit(file, formula, start)
    wanted = told_by_command("fit", str(file), formula, "--start", "b1=0.1,b2=0.01,b3=0.02", "--format", "json")
    assert fit.to_dict() == json.loads(wanted) and fit.success and "converged" in fit.message
    assert abs(fit.parameters["b1"] - 1.6657666537e-01) < 1e-10 and abs(fit.standard_errors["b1"] - 3.8303286810e-02) < 1e-9
    assert len(fit.to_frame()) == 3 and fit.plot()._repr_svg_().startswith("<svg")
    assert "<iframe" in fit._repr_html_() and "b1" in str(fit)
    fit.report(tmp_path / "fit.html")
    page = (tmp_path / "fit.html").read_text(encoding="utf-8")
    assert page == fit.write("html") and "Normal quantiles" in page and "Run it again" in page
    fit.save(tmp_path / "fit.csv")
    rows = [line.split(",") for line in file.read_text().split()[1:]]
    columns = {"y": [float(r[0]) for r in rows], "x": [float(r[1]) for r in rows]}
    assert talweg.fit(columns, formula, start).parameters == fit.parameters
    bound = talweg.fit(columns, formula, start, bounds={"b1": (None, 0.1)}, loss="huber=1")
    assert bound.parameters["b1"] == 0.1 and bound.standard_errors["b1"] is None and bound.intervals["b1"] == [None, None]
    assert bound.to_dict()["loss"] == "huber=1"
    with pytest.raises(talweg.Error, match="did you mean 'x'"):
        talweg.fit(columns, "y ~ a*xx", {"a": 1})
    with pytest.raises(talweg.Error, match="unknown option 'weight'"):
        talweg.fit(columns, "y ~ a*x", {"a": 1}, weight="w")


def test_explanations_of_steps_neurons_and_weights(tmp_path):
    step = talweg.explain("x^2", start={"x": 10}, optimizer="adam,learning_rate=0.5", step=3)
    assert str(step) == told_by_command("explain", "x^2", "--start", "x=10.0", "--optimizer", "adam,learning_rate=0.5", "--step", "3")
    assert "<pre>" in step._repr_html_() and step.write("svg").startswith("<svg") and "digraph" in step.write("dot")
    neuron = talweg.explain(neuron="x=1,-2,3 w=-3,-1,2 b=1 activation=relu")
    assert "relu" in str(neuron) and isinstance(neuron.to_dict(), dict)
    model = talweg.train(ROOT / "data/iris.csv", target="species", model="mlp:3", epochs=2)
    model.save(tmp_path / "m.talweg")
    weight = talweg.explain(tmp_path / "m.talweg", ROOT / "data/iris.csv", row=17)
    assert "loss" in str(weight)


def test_races_advice_and_scores():
    race = talweg.compare("100*(y-x^2)^2 + (1-x)^2", ["lbfgs", "momentum"], start={"x": -1.2, "y": 1}, evaluations=300, seeds=3)
    assert "lbfgs" in str(race) and race.plot().svg.startswith("<svg") and json.dumps(race.to_dict())
    advice = talweg.advise("x^2 + 10*y^2", start="x=1,y=1")
    assert "lbfgs" in str(advice) and "<pre>" in advice._repr_html_() and advice.to_dict()
    suite = talweg.suite("lbfgs", problem="rosenbrock")
    assert "rosenbrock" in str(suite) and suite.to_dict()


def test_wrong_use_is_told():
    with pytest.raises(talweg.Error, match="start"):
        talweg.trace("x^2", None)
    with pytest.raises(talweg.Error, match="unknown option 'steps'"):
        talweg.trace("x^2", {"x": 1}, steps=3)
    with pytest.raises(talweg.Error, match="adam"):
        talweg.compare("x^2", ["adma"], start={"x": 1})
    with pytest.raises(talweg.Error, match="nothing to explain"):
        talweg.explain()
    with pytest.raises(talweg.Error, match="pdf"):
        talweg.trace("x^2", {"x": 1}).write("pdf")


def test_formulas_over_rows():
    rows = {"x": [1, 2, 3, 4, 5], "y": [2, 4, 6, 8, 10]}
    asked = {"start": {"a": 1, "b": 1}, "optimizer": "sgd,learning_rate=0.01", "data": rows, "batch_size": 2, "seed": 4}
    trace = json.loads(talweg.trace("mean((a+b*x-y)^2)/2", iterations=1, **asked).write("json"))["trace"]
    assert trace[1]["rows"] == [2, 3]  # in memory rows count from 1
    assert trace[1]["value"] == 1.25
    assert trace[1]["x"] == pytest.approx([1.015, 1.04])
    assert "(1 + 4)/2" in talweg.explain("mean((a+b*x-y)^2)/2", step=1, **asked).write("text")
    race = talweg.compare("mean((a+b*x-y)^2)/2", ["lbfgs", "adam"], start={"a": 1, "b": 1}, data=rows, seeds=2)
    assert json.loads(race.write("json"))["runs"]


def test_pictures_have_the_title_and_the_ranges_that_are_asked_for(tmp_path):
    trace = talweg.trace("x^2", {"x": 10}, "gd,learning_rate=0.1", iterations=25, tolerance=0)
    svg = trace.plot(title="Down <here>", plot_range={"x": (-2, 3)}).svg
    assert 'data-x-range="-2 3"' in svg and "Down &lt;here&gt;" in svg and "6 of 26 points lie outside" in svg
    assert trace.write("svg", title="Down <here>", plot_range="x=-2:3") == svg
    trace.save(tmp_path / "zoom.svg", title="Down <here>", plot_range="x=-2:3")
    assert (tmp_path / "zoom.svg").read_text(encoding="utf-8") == svg
    assert "<h1>T</h1>" in trace.write("html", title="T")
    race = talweg.compare("x^2+y^2", ["gd,lr=0.1"], start={"x": 1, "y": 1}, evaluations=20, seeds=2)
    assert 'data-y-range="-1 1"' in race.plot(plot_range={"y": (-1, 1)}).svg
    fit = talweg.fit({"x": [1, 2, 3, 4], "y": [2, 4.1, 5.9, 8]}, "y ~ a+b*x", {"a": 0, "b": 1})
    assert 'data-x-range="0 9"' in fit.plot(plot_range={"x": (0, 9)}).svg
    graph = talweg.explain("x^2", start={"x": 1})
    assert "<title>G</title>" in graph.write("svg", title="G")


def test_title_and_ranges_without_effect_are_refused():
    trace = talweg.trace("x^2", {"x": 10}, "gd,learning_rate=0.1", iterations=3)
    with pytest.raises(talweg.Error, match="no axis of the picture is called so; there are x, value"):
        trace.plot(plot_range={"z": (0, 1)})
    with pytest.raises(talweg.Error, match="smaller number to a larger"):
        trace.plot(plot_range={"x": (1, 1)})
    with pytest.raises(talweg.Error, match="no effect on the form 'json'"):
        trace.write("json", title="T")
    with pytest.raises(ValueError, match="axes themselves"):
        trace.plot(object(), title="T")
    with pytest.raises(talweg.Error, match="no axis"):
        talweg.explain("x^2", start={"x": 1}).write("svg", plot_range={"x": (0, 1)})
