"""train, load and models: rows of every form, the command's bytes, and what goes wrong."""
import pickle
import signal
import threading

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

import talweg
from command import ROOT, flags, trained_by_command

IRIS, DIGITS = ROOT / "data/iris.csv", ROOT / "data/digits.csv"


def bytes_of(model, folder):
    model.save(folder / "python.talweg")
    return (folder / "python.talweg").read_bytes()


@pytest.fixture
def people(tmp_path):
    """A frame with missing cells and texts of every kind, and its file."""
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({
        "age": rng.integers(18, 80, 200).astype(float),
        "city": rng.choice(["Bonn", "Sankt Goar, am Rhein", '"Kölle"'], 200),
        "income": rng.normal(3000, 500, 200).round(2),
    })
    frame["bought"] = (frame.age + frame.income / 100 + rng.normal(0, 5, 200) > 80).astype(int)
    frame.loc[3, "age"], frame.loc[7, "city"] = np.nan, None
    path = tmp_path / "people.csv"
    frame.to_csv(path, index=False)
    return frame, path


RUNS = [
    {"model": "mlp:6", "optimizer": "adam", "epochs": 4, "seed": 3},
    {"model": "logistic,l2=1e-3", "optimizer": "lbfgs"},
    {"model": "logistic", "optimizer": "ftrl", "hash_bits": 12},
    {"model": "mlp:4", "optimizer": "sgd,learning_rate=0.05", "epochs": 3, "precision": "double", "threads": 2, "validation": 0.2},
]


@pytest.mark.parametrize("run", RUNS, ids=lambda run: f"{run['model']} {run['optimizer']}")
def test_the_bytes_are_those_of_the_command(run, people, tmp_path):
    frame, path = people
    wanted = trained_by_command(tmp_path, path, "--target", "bought", *flags(run))
    for data in (path, frame, {name: frame[name].to_numpy() for name in frame}):
        assert bytes_of(talweg.train(data, target="bought", **run), tmp_path) == wanted


def test_ratings_and_recommendations_from_a_frame(tmp_path):
    rows = [(u, f"film {i}", 1 + (u + i * i) % 5) for u in range(20) for i in range(10) if (u * 5 + i * 3) % 4]
    frame = pd.DataFrame(rows, columns=["user", "item", "rating"])
    frame.to_csv(tmp_path / "ratings.csv", index=False)
    model = talweg.train(frame, model="mf:3", epochs=5)
    assert bytes_of(model, tmp_path) == trained_by_command(tmp_path, tmp_path / "ratings.csv", "--model", "mf:3", "--epochs", 5)
    assert model.predict(frame[["user", "item"]]).shape == (len(frame),)
    assert 0 < model.evaluate(frame)["rmse"] < 2


def test_arrays_and_sparse_matrices():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(300, 6)) * (rng.random((300, 6)) < 0.4)
    y = np.where(x @ [1, -2, 3, 0, 1, 0.5] > 0, 1, -1)
    dense = talweg.train((x, y), model="logistic,l2=1e-3", standardize=False)
    assert dense.evaluate((x, y))["accuracy"] > 0.95
    assert set(dense.predict(x)) == {-1, 1} and dense.predict_proba(x).shape == (300, 2)
    sparse = talweg.train((sp.csr_matrix(x), y), model="logistic,l2=1e-3", optimizer="lbfgs", standardize=False)
    np.testing.assert_allclose(sparse.predict_proba(sp.csr_matrix(x)), dense.predict_proba(x), atol=1e-4)


def test_predictions_are_labels_and_models_pickle(tmp_path):
    model = talweg.train(IRIS, target="species", model="mlp:8", seed=1)
    frame = pd.read_csv(IRIS)
    predicted = model.predict(frame)
    assert (predicted == frame.species).mean() > 0.9
    assert list(model.classes) == ["setosa", "versicolor", "virginica"]
    np.testing.assert_array_equal(model.predict(frame.drop(columns="species").to_numpy()), predicted)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict_proba(frame), model.predict_proba(frame))
    model.save(tmp_path / "m.talweg")
    assert talweg.load(tmp_path / "m.talweg").evaluate(IRIS) == model.evaluate(frame)
    assert "mlp:8" in repr(model) and "<table>" in model._repr_html_()


def test_coefficients_are_a_table():
    model = talweg.train({"x": [1.0, 2, 3, 4], "y": [3.0, 5, 7, 9]}, target="y", model="linear")
    table = model.coefficients()
    assert table[0]["name"] == "x" and table[0]["value"] == pytest.approx(2)
    assert list(table.intercepts.values()) == pytest.approx([1])
    assert list(table.to_frame().columns) == list(table[0]) and "<table>" in table._repr_html_()


def test_epochs_are_told_and_may_end_the_run():
    seen = []
    model = talweg.train(IRIS, target="species", epochs=3, on_epoch=seen.append)
    assert [e["epoch"] for e in seen] == [1, 2, 3] and model.report.history == seen

    def raises(event):
        raise KeyError("enough")

    with pytest.raises(KeyError, match="enough"):
        talweg.train(IRIS, target="species", epochs=3, on_epoch=raises)


def test_interrupt_ends_a_training():
    timer = threading.Timer(0.5, lambda: signal.raise_signal(signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        talweg.train(DIGITS, target="digit", model="mlp:256,256", epochs=100000)


def test_checkpoints_and_resume(tmp_path):
    whole = bytes_of(talweg.train(IRIS, target="species", optimizer="adam", epochs=6), tmp_path)
    talweg.train(IRIS, target="species", optimizer="adam", epochs=3, checkpoint=tmp_path / "run")
    resumed = talweg.train(IRIS, target="species", optimizer="adam", epochs=6, resume=tmp_path / "run")
    assert resumed.report.resumed and bytes_of(resumed, tmp_path) == whole


@pytest.mark.parametrize("keywords, error, words, option", [
    ({"target": "spezies"}, talweg.Error, "did you mean 'species'|species", None),
    ({"batchsize": 3}, talweg.Error, "unknown option 'batchsize'.*batch_size", "batchsize"),
    ({"batch_size": "none"}, talweg.Error, "batch_size=none: expected a whole number", "batch_size"),
    ({"precision": "half"}, talweg.Error, "precision=half: expected float or double", "precision"),
    ({"model": "mpl:3"}, talweg.Error, "mlp", None),
    ({"epochs": 0}, talweg.Error, "epochs", "epochs"),
    ({"epochs": object()}, TypeError, "epochs: expected a text or a number", None),
])
def test_wrong_use_is_told_in_pythons_words(keywords, error, words, option):
    with pytest.raises(error, match=words) as caught:
        talweg.train(IRIS, **{"target": "species", **keywords})
    assert "--" not in str(caught.value)
    if option:
        assert caught.value.option == option


@pytest.mark.parametrize("data, error, words", [
    ({}, ValueError, "has no columns"),
    ({"a": [1, 2], "y": [1]}, ValueError, "'y' has 1 rows where 'a' has 2"),
    ({"a": [[1, 2]], "y": [1]}, ValueError, "one dimension"),
    ({"a": [1, np.inf], "y": [1, 2]}, ValueError, "not finite"),
    ({"a": [2**60, 1], "y": [1, 2]}, ValueError, "beyond 2\\^53"),
    ({"a": np.array(["2020-01-01"], "M8[D]"), "y": [1]}, TypeError, "make numbers or texts"),
    (3, TypeError, "expected a path"),
    ("nowhere.csv", ValueError, "nowhere.csv"),
])
def test_data_that_is_none_is_told(data, error, words):
    with pytest.raises(error, match=words):
        talweg.train(data, target="y", model="linear")


def test_a_frame_without_the_target_and_a_closed_door(tmp_path):
    frame = pd.read_csv(IRIS)
    with pytest.raises(talweg.Error, match="no column 'species'"):
        talweg.train(frame.drop(columns="species"), target="species")
    model = talweg.train(frame, target="species", epochs=1)
    with pytest.raises(talweg.Error, match="'petal_width' that the model was trained on is missing"):
        model.predict(frame.drop(columns="petal_width"))
    with pytest.raises(talweg.Error):
        model.save(tmp_path / "nowhere" / "m.talweg")
    with pytest.raises(ValueError, match="takes \\(rows, 4\\)"):
        model.predict(np.zeros((2, 3)))
    with pytest.raises(ValueError, match="no probabilities"):
        talweg.train({"x": [1.0, 2, 3], "y": [1.0, 2, 3.5]}, target="y", model="linear").predict_proba({"x": [1.0]})


def test_coefficients_have_their_standard_errors():
    random = np.random.default_rng(4)
    x = random.normal(size=(60, 2))
    y = x @ [2.0, 0.0] + 1 + random.normal(size=60)
    model = talweg.train({"a": x[:, 0], "b": x[:, 1], "y": y}, "y", "linear", verbose=False)
    design = np.column_stack([x, np.ones(60)])
    solution = np.linalg.lstsq(design, y, rcond=None)[0]
    variance = ((y - design @ solution) ** 2).sum() / 57
    errors = np.sqrt(variance * np.diag(np.linalg.inv(design.T @ design)))
    table = model.coefficients()
    by_name = {row["name"]: row for row in table}
    for k, name in enumerate("ab"):
        assert by_name[name]["standard_error"] == pytest.approx(errors[k], rel=1e-9)
        assert by_name[name]["t"] == pytest.approx(solution[k] / errors[k], rel=1e-9)
        assert by_name[name]["low"] < solution[k] < by_name[name]["high"]
    assert table.intercept_estimates[""]["standard_error"] == pytest.approx(errors[2], rel=1e-9)
    assert table.intercepts[""] == pytest.approx(solution[2])
    assert "57 degrees of freedom" in model.describe()["standard_errors"]


def test_folds_grids_and_rows_kept_back(tmp_path):
    frame = pd.read_csv(IRIS)
    run = {"target": "species", "model": "softmax"}
    model = talweg.train(frame, folds=5, grid={"l2": [1e-3, 1e-1]}, test=0.2, output=tmp_path / "left_out.csv", **run)
    report = model.report
    assert report.folds["accuracy"]["mean"] > 0.9 and report.test["accuracy"] > 0.8
    assert [one["settings"]["l2"] for one in report.grid] == ["0.001", "0.1"]
    assert sum(one["chosen"] for one in report.grid) == 1
    assert len(pd.read_csv(tmp_path / "left_out.csv")) == 120
    other = talweg.train(frame, test=frame, **run).report.test
    assert other["accuracy"] > 0.9
    with pytest.raises(talweg.Error, match="grid"):
        talweg.train(frame, grid={"l2": [1, 2]}, **run)


def test_weights_metrics_and_the_positive_class_as_scikit_learn_has_them(tmp_path):
    from sklearn import metrics
    from sklearn.linear_model import LogisticRegression

    rng = np.random.default_rng(5)
    x = rng.normal(size=(200, 3))
    frame = pd.DataFrame(x, columns=list("abc"))
    frame["w"] = rng.exponential(size=200).round(2)
    frame["spam"] = np.where(x @ [1, -1, 0.5] + rng.logistic(size=200) > 1, "yes", "no")
    run = {"target": "spam", "model": "logistic,c=1", "standardize": False, "tolerance": 1e-12}
    model = talweg.train(frame, weights="w", class_weight={"yes": 3, "no": 1}, **run)
    reference = LogisticRegression(class_weight={"yes": 3, "no": 1}, tol=1e-12, max_iter=10000)
    reference.fit(x, frame.spam, sample_weight=frame.w)
    values = {row["name"]: row["value"] for row in model.coefficients()}
    np.testing.assert_allclose([values[name] for name in "abc"], reference.coef_[0], atol=1e-5)
    figures = model.evaluate(frame, weights="w", positive="no", threshold=0.6)
    said = np.where(model.predict_proba(frame)[:, 0] > 0.6, "no", "yes")
    assert figures["f1"] == pytest.approx(metrics.f1_score(frame.spam, said, pos_label="no", sample_weight=frame.w), abs=1e-12)
    assert figures["matthews"] == pytest.approx(metrics.matthews_corrcoef(frame.spam, said, sample_weight=frame.w), abs=1e-12)
    kept = talweg.train(frame, ignore="w", threshold=0.2, **run)
    assert (kept.predict(frame) == np.where(kept.predict_proba(frame)[:, 1] > 0.2, "yes", "no")).all()
    with pytest.raises(talweg.Error, match="positive"):
        kept.evaluate(frame, positive="maybe")
    with pytest.raises(talweg.Error, match="weight"):
        talweg.train(frame.assign(w=-frame.w), weights="w", **run)


def test_files_are_read_as_keywords_say_and_models_remember(tmp_path):
    odd, plain = tmp_path / "odd.csv", tmp_path / "plain.csv"
    rows = range(40)
    odd.write_text("made today\nday;x;y\n" + "".join(f"{1 + i % 28}.1.2020;{i % 7},5;{2 * i}\n" for i in rows))
    plain.write_text("day,x,y\n" + "".join(f"{18262 + i % 28},{i % 7}.5,{2 * i}\n" for i in rows))
    how = dict(target="y", model="linear", inspect=False)
    model = talweg.train(odd, skip=1, decimal=",", date=["day"], header=True, **how)
    other = talweg.train(plain, **how)
    np.testing.assert_array_equal(model.predict(odd, skip=1), other.predict(plain))
    assert model.evaluate(odd, skip=1) == other.evaluate(plain)
    with pytest.raises(talweg.Error, match="skip has no effect on a table in memory"):
        model.predict({"day": ["2020-01-01"], "x": [1.0]}, skip=1)
    assert model.predict({"day": ["2020-01-01"], "x": [1.5]}) == pytest.approx(other.predict({"day": [18262], "x": [1.5]}))
    with pytest.raises(talweg.Error, match="decimal=;: expected"):
        talweg.train(odd, decimal=";", **how)
    with pytest.raises(talweg.Error, match="keep has no effect here"):
        model.predict(odd, skip=1, keep=["x"])
