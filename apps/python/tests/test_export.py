"""Exported models: the bytes of the command, read by NumPy without pickle and by json."""
import json

import numpy as np
import pytest

import talweg
from command import ROOT, told_by_command

IRIS = ROOT / "data/iris.csv"


@pytest.fixture(scope="module")
def model():
    return talweg.train(IRIS, target="species", model="mlp:5", epochs=3, inspect=False)


@pytest.mark.parametrize("form", ["onnx", "npz", "json"])
def test_bytes_are_those_of_the_command(form, model, tmp_path):
    model.save(tmp_path / "m")
    told_by_command("export", tmp_path / "m", "--output", tmp_path / f"command.{form}")
    model.export(tmp_path / f"python.{form}")
    model.export(str(tmp_path / "named"), format=form)
    wanted = (tmp_path / f"command.{form}").read_bytes()
    assert (tmp_path / f"python.{form}").read_bytes() == wanted
    assert (tmp_path / "named").read_bytes() == wanted


def test_npz_and_json_are_read_and_compute_the_probabilities(model, tmp_path):
    model.export(tmp_path / "m.npz")
    model.export(tmp_path / "m.json")
    with np.load(tmp_path / "m.npz") as file:
        about, arrays = json.loads(str(file["about"])), {name: file[name] for name in file.files}
    told = json.loads((tmp_path / "m.json").read_text(encoding="utf-8"))
    assert set(told.pop("arrays")) == set(arrays) - {"about"}
    assert told == about
    table = np.genfromtxt(IRIS, delimiter=",", names=True, usecols=range(4))
    x = np.stack([table[feature["name"]] for feature in about["features"]], axis=1)
    x = (x - arrays["preprocess.mean"]) * arrays["preprocess.factor"]
    z = np.maximum(x @ arrays["dense1.weight"] + arrays["dense1.bias"], 0) @ arrays["dense2.weight"] + arrays["dense2.bias"]
    e = np.exp(z - z.max(1, keepdims=True))
    np.testing.assert_allclose(e / e.sum(1, keepdims=True), model.predict_proba(IRIS), atol=1e-6)
    assert about["output"]["classes"] == list(model.classes)


def test_what_is_refused(model, tmp_path):
    with pytest.raises(talweg.Error, match="which format is meant is not said: give format"):
        model.export(tmp_path / "m.bin")
    with pytest.raises(talweg.Error, match="unknown format 'onx': did you mean 'onnx'"):
        model.export(tmp_path / "m.onnx", format="onx")
    with pytest.raises(talweg.Error, match="no-such-folder"):
        model.export(tmp_path / "no-such-folder" / "m.onnx")
    hashed = talweg.train(IRIS, target="species", model="softmax", optimizer="ftrl", hash_bits=8, inspect=False)
    with pytest.raises(talweg.Error, match="hashes its features .*write npz or JSON"):
        hashed.export(tmp_path / "m.onnx")
    assert list(tmp_path.iterdir()) == []
