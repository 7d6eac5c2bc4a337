"""check_export.py TALWEG FOLDER [models]: trains models of every kind, exports them, and compares what others compute from
the files with `talweg predict` over all rows: onnxruntime from the ONNX graph, numpy from npz and JSON. Two calls, since
onnxruntime runs in node between them: `models` makes the files, without it the outputs in FOLDER are compared.
"""
import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx

import cases
import readers

# Of the range of the predictions where that is above 1: a model of floats has 7 digits, in any unit.
MOST = 1e-6


def talweg(program, *words):
    done = subprocess.run([program, *map(str, words)], capture_output=True, text=True)
    if done.returncode not in (0, 1) or (done.returncode and words[0] != "train"):
        sys.exit(f"talweg {' '.join(map(str, words))}\n{done.stderr}")
    return done.stdout


def feed(model, about, path):
    """What the graph is given for the rows of a file, by the types that it declares."""
    out = {}
    kinds = {onnx.TensorProto.DOUBLE: "float64", onnx.TensorProto.STRING: "string", onnx.TensorProto.INT64: "int64"}

    def put(name, kind, array):
        data = [None if isinstance(v, float) and v != v else v for v in np.asarray(array).ravel().tolist()]
        out[name] = {"type": kind, "dims": list(np.shape(array)), "data": data}

    names = {value.name: kinds[value.type.tensor_type.elem_type] for value in model.graph.input}
    if "pixels" in names:
        put("pixels", "float64", readers.read_images(path))
    elif "indices" in names and about["rows"]["format"] == "libsvm":
        rows = readers.read_features(path)
        longest = max(map(len, rows))
        filled = [row + [("0", 0.0)] * (longest - len(row)) for row in rows]
        put("indices", "int64", [[int(name) for name, _ in row] for row in filled])
        put("values", "float64", [[value for _, value in row] for row in filled])
    else:
        table = readers.read_table(path, "\t" if about["kind"] == "factorization" else ",")
        for name, kind in names.items():
            cells = readers.texts(table[name]) if kind == "string" else readers.numbers(table[name])
            put(name, kind, np.array(cells, dtype=object if kind == "string" else float)[:, None])
    return out


GOLDEN = Path("tests/golden/interchange")


def make(program, folder):
    cases.make_data(folder, "data/digits.csv")
    for name in ("small.onnx", "small.feed.json"):
        (folder / name).write_bytes((GOLDEN / name).read_bytes())
    onnx.checker.check_model(onnx.load(folder / "small.onnx"), full_check=True)
    for name, train, rows in cases.cases(folder):
        model = folder / f"{name}.talweg"
        talweg(program, "train", *train, "--save", model)
        talweg(program, "predict", model, rows, "--output", folder / f"{name}.csv")
        for ending in ("npz", "json"):
            talweg(program, "export", model, "--output", folder / f"{name}.{ending}")
        if name.startswith("hashed"):
            refused = subprocess.run([program, "export", model, "--output", folder / f"{name}.onnx"], capture_output=True, text=True)
            if refused.returncode != 2 or refused.stderr.count("\n") != 1 or (folder / f"{name}.onnx").exists():
                sys.exit(f"{name}: ONNX was not refused in one line: {refused.stderr}")
            continue
        talweg(program, "export", model, "--output", folder / f"{name}.onnx")
        graph = onnx.load(folder / f"{name}.onnx")
        onnx.checker.check_model(graph, full_check=True)
        about, _ = readers.load(folder / f"{name}.json")
        (folder / f"{name}.feed.json").write_text(json.dumps(feed(graph, about, Path(rows))), encoding="utf-8")


def predicted(path):
    """What `talweg predict` wrote: its first column as text, the rest as numbers."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    return [row[0] for row in rows[1:]], np.array([[float(c) for c in row[1:]] for row in rows[1:]])


def difference(name, outputs, truth):
    """The largest, in units of what the predictions reach, and the classes that differ."""
    words, probabilities = truth
    if "label" not in outputs:
        wanted = np.array(words, dtype=float)
        return np.abs(outputs["prediction"] - wanted).max() / max(1, np.abs(wanted).max())
    labels = [label if isinstance(label, str) else repr(int(label) if label == int(label) else label) for label in outputs["label"]]
    others = [r for r, (a, b) in enumerate(zip(labels, words)) if a != b]
    if "score" in outputs:
        others = [r for r in others if abs(outputs["score"][r]) > MOST]
    else:
        top = np.sort(probabilities, axis=1)
        others = [r for r in others if top[r, -1] - top[r, -2] > MOST]
    if others:
        sys.exit(f"{name}: row {others[0] + 1} has the label {labels[others[0]]!r}, predict says {words[others[0]]!r}")
    return np.abs(outputs["probabilities"] - probabilities).max() if "probabilities" in outputs else 0.0


def arrays_of(outputs):
    """By name; an output has _2 behind it where a column is called like it."""
    return {name.removesuffix("_2"): one["data"] if name == "label" else np.array(one["data"]).reshape(one["dims"])
            for name, one in outputs.items()}


def compare_golden(folder):
    """The stored outputs of the small model, which the tests in C++ are held to, are what this onnxruntime computes."""
    stored, found = (json.loads((place / "small.out.json").read_text(encoding="utf-8"))["all"] for place in (GOLDEN, folder))
    if found["label"] != stored["label"] or not np.allclose(found["probabilities"]["data"], stored["probabilities"]["data"], rtol=0, atol=1e-14):
        sys.exit(f"{GOLDEN}/small.out.json holds other outputs than {folder}/small.out.json")


def compare(folder):
    compare_golden(folder)
    worst = 0.0
    print(f"{'largest difference to predict':34}   onnx      npz       json")
    for name, _, rows in cases.cases(folder):
        truth, found = predicted(folder / f"{name}.csv"), []
        if name.startswith("hashed"):
            found.append(0.0)
        else:
            out = json.loads((folder / f"{name}.out.json").read_text(encoding="utf-8"))
            outputs = arrays_of(out["all"])
            found.append(difference(name, outputs, truth))
            one = arrays_of(out["first"])
            for key, values in one.items():
                if len(values) != 1 or not (values[0] == outputs[key][0] if key == "label" else np.allclose(values, outputs[key][:1], rtol=1e-12, atol=1e-12)):
                    sys.exit(f"{name}: the first row alone gives {values} as {key}, among the others {outputs[key][:1]}")
        for ending in ("npz", "json"):
            about, arrays = readers.load(folder / f"{name}.{ending}")
            found.append(difference(name, readers.predict(about, arrays, Path(rows)), truth))
        print(f"{name:34}   " + "  ".join("refused " if name.startswith("hashed") and k == 0 else f"{v:8.2e}" for k, v in enumerate(found)))
        worst = max(worst, *found)
    print(f"largest of all: {worst:.2e}, allowed {MOST:.0e}")
    if not worst <= MOST:
        sys.exit("an exported model computes something else than predict")


if __name__ == "__main__":
    if sys.argv[3:] == ["models"]:
        make(sys.argv[1], Path(sys.argv[2]))
    else:
        compare(Path(sys.argv[2]))
