"""What a program that knows nothing of Talweg reads from files of rows, and computes from an exported .npz or .json."""
import csv
import json
import math
import struct

import numpy as np

MISSING = ("", "NA", "?")


def read_table(path, delimiter=","):
    """Columns of texts by name."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file, delimiter=delimiter))
    return {name: [row[k] for row in rows[1:]] for k, name in enumerate(rows[0])}


def numbers(cells):
    return np.array([math.nan if c in MISSING else float(c) for c in cells])


def texts(cells):
    return ["" if c in MISSING else c for c in cells]


def read_images(path):
    content = path.read_bytes()
    count, height, width = struct.unpack(">III", content[4:16])
    return np.frombuffer(content, np.uint8, offset=16).reshape(count, height * width).astype(float)


def read_features(path):
    """Rows of libsvm as (name, value)."""
    with open(path, encoding="utf-8") as file:
        return [[(name, float(value)) for name, _, value in (cell.rpartition(":") for cell in line.split()[1:])] for line in file]


def load(path):
    """about, arrays"""
    if path.suffix == ".npz":
        with np.load(path) as file:
            return json.loads(str(file["about"])), {name: file[name] for name in file.files if name != "about"}
    about = json.loads(path.read_text(encoding="utf-8"))
    return about, {name: np.array(values) for name, values in about.pop("arrays").items()}


MASK = (1 << 64) - 1


def fnv1a64(name):
    h = 0xCBF29CE484222325
    for byte in name.encode():
        h = (h ^ byte) * 0x100000001B3 & MASK
    return h


def mixed(h):
    h = (h ^ h >> 33) * 0xFF51AFD7ED558CCD & MASK
    h = (h ^ h >> 33) * 0xC4CEB9FE1A85EC53 & MASK
    return h ^ h >> 33


def hashed(about, row):
    """row: (column, name, value). Places with values, and crosses."""
    bits = about["rows"]["hash_bits"]
    out = [(1 + (mixed(fnv1a64(name)) >> 64 - bits), value) for _, name, value in row]
    for a, b in about["rows"].get("crosses", []):
        for column, name, value in row:
            for other_column, other, weight in row:
                if (column, other_column) == (a, b):
                    h = mixed(mixed(fnv1a64(name)) * 0x9E3779B97F4A7C15 & MASK ^ mixed(fnv1a64(other)))
                    out.append((1 + (h >> 64 - bits), value * weight))
    return out


def stream_outputs(about, arrays, path):
    weights = dict(zip(arrays["weights.places"].tolist(), arrays["weights.values"].astype(float)))
    rows = about["rows"]
    if rows["format"] == "libsvm":
        features = read_features(path)
        if "hash_bits" in rows:
            placed = [hashed(about, [(name.split("=")[0], name, value) for name, value in row]) for row in features]
        else:
            placed = [[(int(name) - rows["index_base"] + 1, value) for name, value in row] for row in features]
    else:
        table = read_table(path)
        kinds = [(c["name"], c["kind"]) for c in rows["columns"] if c["kind"] != "ignored" and c["name"] != about["output"]["target"]]
        placed = []
        for r in range(len(next(iter(table.values())))):
            row = []
            for name, kind in kinds:
                cell = table[name][r]
                if cell in MISSING:
                    continue
                if kind == "text":
                    row.append((name, f"{name}={cell}", 1.0))
                elif float(cell) != 0:
                    row.append((name, name, float(cell)))
            placed.append(hashed(about, row))
    zero = np.zeros(arrays["weights.values"].shape[1])
    return np.array([weights.get(0, zero) + sum((v * weights.get(p, zero) for p, v in row), zero) for row in placed])


def encoded(about, arrays, path):
    """Inputs of a model of a table."""
    rows = about["rows"]
    if rows["format"] == "idx":
        names = [c for c in rows["columns"] if c != about["output"]["target"]]
        columns = dict(zip(names, read_images(path).T))
    elif rows["format"] == "libsvm":
        features = read_features(path)
        columns = {f["name"]: np.array([dict(row).get(f["name"][1:], 0.0) for row in features]) for f in about["features"]}
    else:
        columns = read_table(path)
    parts = []
    for k, feature in enumerate(about["features"]):
        if feature["kind"] == "number":
            v = columns[feature["name"]]
            v = numbers(v) if isinstance(v, list) else v
            v = np.where(np.isnan(v), arrays["preprocess.fill"][k], v)
            parts.append(((v - arrays["preprocess.mean"][k]) * arrays["preprocess.factor"][k])[:, None])
        elif feature["kind"] == "text" and feature["categories"]:
            cells = np.array(texts(columns[feature["name"]]))
            parts.append((cells[:, None] == np.array(feature["categories"])[None, :]).astype(float))
    return np.concatenate(parts, axis=1)


_erf = np.vectorize(math.erf)
ACTIVATIONS = {
    "identity": lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "leaky_relu": lambda x: np.where(x > 0, x, 0.01 * x),
    "elu": lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))),
    "selu": lambda x: 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(np.minimum(x, 0))),
    "gelu": lambda x: x * (1 + _erf(x / math.sqrt(2))) / 2,
    "gelu_tanh": lambda x: x / 2 * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),
    "silu": lambda x: x / (1 + np.exp(-x)),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "tanh": np.tanh,
    "softplus": lambda x: np.logaddexp(0, x),
    "softmax": lambda x: np.exp(x - x.max(1, keepdims=True)) / np.exp(x - x.max(1, keepdims=True)).sum(1, keepdims=True),
}


def table_outputs(about, arrays, path):
    x = encoded(about, arrays, path)
    for layer in about["layers"]:
        weight, bias = (arrays[layer[part]].astype(float) for part in ("weight", "bias"))
        x = ACTIVATIONS[layer["activation"]](x @ weight + bias)
    return x


def rating_outputs(about, arrays, path):
    table = read_table(path, "\t")
    users, items = ({name: k for k, name in enumerate(about[side])} for side in ("users", "items"))
    output, out = about["output"], []
    for user, item in zip(table[about["columns"]["user"]], table[about["columns"]["item"]]):
        i, j = users.get(user), items.get(item)
        known = i is not None and j is not None
        product = float(arrays["user.factors"][i].astype(float) @ arrays["item.factors"][j].astype(float)) if known else 0.0
        if "mean" in output:
            value = output["mean"] + product
            value += float(arrays["user.biases"][i, 0]) if i is not None else 0.0
            value += float(arrays["item.biases"][j, 0]) if j is not None else 0.0
        else:
            value = product if known else output["fallback"]
        out.append(min(max(value, output["clip"][0]), output["clip"][1]) if "clip" in output else value)
    return {"prediction": np.array(out)}


def predict(about, arrays, path):
    """As the ONNX graph names them: prediction, or label with probabilities or score."""
    if about["kind"] == "factorization":
        return rating_outputs(about, arrays, path)
    z = (stream_outputs if about["kind"] == "sparse model" else table_outputs)(about, arrays, path)
    output = about["output"]
    if "classes" not in output:
        z = z[:, 0]
        return {"prediction": np.exp(z) if output["prediction"] == "exp(z)" else output["mean"] + output["deviation"] * z}
    labels = output.get("class_values", output["classes"])
    if z.shape[1] == 1:
        label = [labels[int(v > 0)] for v in z[:, 0]]
        if "probability" not in output["prediction"]:
            return {"label": label, "score": z[:, 0]}
        p = np.exp(-np.logaddexp(0, -z[:, 0]))
        return {"label": label, "probabilities": np.stack([1 - p, p], axis=1)}
    e = np.exp(z - z.max(1, keepdims=True))
    return {"label": [labels[k] for k in z.argmax(1)], "probabilities": e / e.sum(1, keepdims=True)}
