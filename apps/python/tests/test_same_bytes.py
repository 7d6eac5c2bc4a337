"""The same request from Python and at the command line: the same bytes of the model and of the trace, whatever learns, in both
precisions, on one thread and on two."""
import numpy as np
import pytest

import talweg
from command import ROOT, flags, told_by_command, trained_by_command

IRIS = ROOT / "data/iris.csv"
LEARNERS = {
    "batches of a network": {"model": "mlp:5,dropout=0.1", "optimizer": "adam", "epochs": 3, "seed": 2},
    "batches of a linear model": {"model": "softmax,l2=1e-3", "optimizer": "nesterov,learning_rate=0.01", "epochs": 3, "schedule": "cosine"},
    "full batch by lbfgs": {"model": "softmax,l2=1e-3", "optimizer": "lbfgs"},
    "full batch by cg": {"model": "mlp:4", "optimizer": "cg", "epochs": 20},
    "full batch by rprop": {"model": "mlp:4", "optimizer": "rprop", "epochs": 10, "batch_size": "all"},
    "row by row": {"model": "softmax", "optimizer": "ftrl,l1=0.01", "hash_bits": 10, "epochs": 2},
    "row by row, adagrad": {"model": "softmax", "optimizer": "adagrad", "hash_bits": 10},
    "ratings by als": {"model": "mf:3", "epochs": 4},
    "ratings one by one": {"model": "mf:3", "optimizer": "sgd", "epochs": 4, "seed": 5},
    "ratings in batches": {"model": "mf:3", "optimizer": "adam", "batch_size": 20, "epochs": 4},
    "ratings by lbfgs": {"model": "mf:3", "optimizer": "lbfgs", "epochs": 8},
}


@pytest.fixture(scope="module")
def stars(tmp_path_factory):
    path = tmp_path_factory.mktemp("stars") / "stars.csv"
    rows = [f"u{u},i{i},{1 + (u * u + 3 * i) % 5}" for u in range(12) for i in range(10) if (u * 5 + i * 3) % 4]
    path.write_text("user,item,rating\n" + "\n".join(rows) + "\n")
    return path


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("precision", ["float", "double"])
@pytest.mark.parametrize("learner", LEARNERS)
def test_model_files(learner, precision, threads, stars, tmp_path):
    options = {**LEARNERS[learner], "precision": precision, "threads": threads}
    data, target = (stars, {}) if options["model"].startswith("mf") else (IRIS, {"target": "species"})
    try:
        model = talweg.train(data, **target, **options, inspect=False)
    except talweg.Error as refused:  # a precision that a method does not have is refused by both in the same words
        with pytest.raises(AssertionError) as told:
            trained_by_command(tmp_path, data, *flags({**target, **options}))
        assert str(refused).split(":")[0].split("=")[0].strip("'\" ").replace("_", "-") in str(told.value)
        return
    model.save(tmp_path / "python.talweg")
    assert (tmp_path / "python.talweg").read_bytes() == trained_by_command(tmp_path, data, *flags({**target, **options}))


METHODS = ["gd,learning_rate=0.001", "gd,line_search=armijo", "lbfgs", "cg", "lbfgsb", "sqp", "auglag",
           *(f"{name},learning_rate=0.01" for name in ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adadelta", "adam", "adamw",
                                                       "adamax", "nadam", "radam", "lion", "rprop"))]


@pytest.mark.parametrize("method", METHODS)
def test_traces(method):
    start, run = {"x": -1.2, "y": 1.0}, {"iterations": 12}
    formula = "100*(y-x^2)^2 + (1-x)^2"
    trace = talweg.trace(formula, start, method, **run)
    told = told_by_command("minimize", formula, "--start", "x=-1.2,y=1.0", "--optimizer", method, *flags(run), "--trace", "--format", "json")
    assert trace.write("json") == told
    assert np.isfinite(trace.to_frame()["f"]).all()
