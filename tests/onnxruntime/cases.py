"""Data sets and models of every kind: what check_export.py exports."""
import csv
import math
import random
import struct
from pathlib import Path

ACTIVATIONS = "identity relu leaky_relu elu selu gelu gelu_tanh silu sigmoid tanh softplus softmax".split()


def _write(path, rows, delimiter=","):
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=delimiter, lineterminator="\n").writerows(rows)


def _houses(path, seed, rows, odd):
    """Numbers of very different sizes, missing ones, texts; with `odd`, texts that training never sees."""
    draw = random.Random(seed)
    out = [["id", "area", "year", "prediction", "city", "heating", "constant", "rent", "visits", "class", "size", "share"]]
    for n in range(rows):
        area, year = draw.uniform(20, 200), 1000000 + draw.randrange(100)
        city = draw.choice(["Rome", "São Paulo", "a,b \"quoted\"", "Oslo"])
        heating = draw.choice(["gas", "wood", ""])
        if odd and n % 7 == 0:
            city, heating = draw.choice(["Atlantis", ""]), "peat"
        rent = 90000 + 1200 * area - 300 * (year - 1000000) + 5000 * (city == "Rome") + draw.gauss(0, 3000)
        visits = min(60, int(math.exp(draw.gauss(0.5 + area / 100, 0.3))))
        grade = "low" if rent < 150000 else "mid" if rent < 240000 else "high"
        cells = [n, round(area, 3), year, round(draw.gauss(0, 1e-3), 6), city, heating, 7, round(rent, 2), visits, grade,
                 "big" if area > 110 else "small", 0.5 if area > 90 else 1.5]
        if n % 11 == 3:
            cells[1] = ""
        if n % 13 == 5:
            cells[2] = "NA"
        out.append(cells)
    _write(path, out)


def _libsvm(path, seed, rows, width, base, odd):
    draw = random.Random(seed)
    with open(path, "w", encoding="utf-8") as file:
        for _ in range(rows):
            indices = sorted(draw.sample(range(width), draw.randrange(1, 9)))
            values = [round(draw.gauss(0, 2), 4) for _ in indices]
            z = sum(v * math.sin(3 * i) for i, v in zip(indices, values))
            label = 1 if z > 0 else -1
            if odd and draw.random() < 0.1:
                indices.append(width + 5)
                values.append(3.5)
            cells = " ".join(f"{i + base}:{v}" for i, v in zip(indices, values))
            file.write(f"{label} {cells}\n")


def _words(path, seed, rows):
    draw = random.Random(seed)
    with open(path, "w", encoding="utf-8") as file:
        for _ in range(rows):
            words = sorted(draw.sample([f"site={k}" for k in range(9)] + [f"word={k}" for k in range(20)], 5))
            z = sum(math.cos(7 * sum(w.encode())) for w in words)
            file.write(f"{1 if z > 0 else 0} " + " ".join(f"{w}:{round(draw.uniform(0.5, 2), 3)}" for w in words) + "\n")


def _ratings(path, seed, rows, users, items, with_rating):
    draw = random.Random(seed)
    out, seen = [["user", "item", "rating"] if with_rating else ["user", "item"]], set()
    while len(out) <= rows:
        u, i = draw.randrange(users), draw.randrange(items)
        if (u, i) in seen:
            continue
        seen.add((u, i))
        rating = min(5, max(1, 3 + math.sin(u) + math.cos(2 * i) + math.sin(u * i / 5) + draw.gauss(0, 0.2)))
        out.append([f"u{u}", f"item {i}"] + ([round(rating, 2)] if with_rating else []))
    _write(path, out, "\t")


def _images(folder, digits):
    with open(digits, encoding="utf-8") as file:
        rows = list(csv.reader(file))
    target = rows[0].index("digit")
    rows = [[int(float(c)) for c in row] for row in rows[1:]]
    pixels = bytes(min(255, 16 * c) for row in rows for k, c in enumerate(row) if k != target)
    (folder / "images.idx").write_bytes(struct.pack(">HBBIII", 0, 8, 3, len(rows), 8, 8) + pixels)
    (folder / "labels.idx").write_bytes(struct.pack(">HBBI", 0, 8, 1, len(rows)) + bytes(row[target] for row in rows))


def make_data(folder, digits):
    _houses(folder / "houses.csv", 1, 400, False)
    _houses(folder / "houses-new.csv", 2, 300, True)
    for base in (0, 1):
        _libsvm(folder / f"rows{base}.libsvm", 3, 600, 40, base, False)
        _libsvm(folder / f"rows{base}-new.libsvm", 4, 300, 40, base, True)
    _words(folder / "words.libsvm", 5, 500)
    _words(folder / "words-new.libsvm", 6, 200)
    _ratings(folder / "ratings.tsv", 7, 900, 40, 30, True)
    _ratings(folder / "pairs.tsv", 8, 700, 44, 33, False)
    _images(folder, digits)


def cases(data: Path):
    """name, arguments of train, the rows to predict."""
    ignored = {"rent": ["visits", "class", "size", "share"], "visits": ["rent", "class", "size", "share"],
               "class": ["rent", "visits", "size", "share"], "size": ["rent", "visits", "class", "share"],
               "share": ["rent", "visits", "class", "size"]}

    def houses(name, target, model, *more):
        left_out = [word for column in ignored[target] for word in ("--ignore", column)]
        return (name, [f"{data}/houses.csv", "--target", target, "--model", model, *left_out, *more],
                f"{data}/houses-new.csv")

    short = ["--epochs", "6", "--validation", "0"]
    yield houses("linear", "rent", "linear")
    yield houses("linear-huber", "rent", "linear", "--loss", "huber", "--optimizer", "adam", *short)
    yield houses("poisson", "visits", "linear", "--loss", "poisson")
    yield houses("logistic", "size", "logistic")
    yield houses("logistic-fractions", "share", "logistic")
    yield houses("logistic-hinge", "size", "logistic", "--loss", "hinge", "--optimizer", "adam", *short)
    yield houses("softmax", "class", "softmax")
    yield houses("mlp-binary", "size", "mlp:8", *short)
    yield houses("mlp-hinge", "size", "mlp:8", "--loss", "hinge", *short)
    yield houses("mlp-poisson", "visits", "mlp:8", "--loss", "poisson", *short)
    yield houses("mlp-absolute", "rent", "mlp:8,4", "--loss", "mean_absolute_error", *short)
    yield houses("mlp-half", "rent", "mlp:8", "--loss", "half_mean_squared_error", *short)
    for activation in ACTIVATIONS:
        yield houses(f"mlp-{activation}", "class", f"mlp:9,5,activation={activation}", *short)
        yield houses(f"mlp-{activation}-double", "rent", f"mlp:9,5,activation={activation}", "--precision", "double", *short)
    new = f"{data}/images.idx"
    images = [new, "--target", f"{data}/labels.idx"]
    yield "images", [*images, "--model", "mlp:32,dropout=0.1", "--standardize", *short], new
    yield "images-softmax", [*images, "--model", "softmax", "--ignore", "pixel3", *short], new
    for base in (0, 1):
        rows = f"{data}/rows{base}.libsvm"
        yield f"sparse-{base}", [rows, "--model", "logistic"], f"{data}/rows{base}-new.libsvm"
        yield f"stream-{base}", [rows, "--model", "logistic", "--optimizer", "ftrl,alpha=0.5,l1=0.1"], f"{data}/rows{base}-new.libsvm"
    rows, new = f"{data}/rows1.libsvm", f"{data}/rows1-new.libsvm"
    yield "sparse-scaled", [rows, "--model", "softmax", "--standardize", "--optimizer", "lbfgs"], new
    yield "sparse-mlp", [rows, "--model", "mlp:8", *short], new
    yield "sparse-mlp-scaled", [rows, "--model", "mlp:8", "--standardize", "--precision", "double", *short], new
    yield "stream-double", [rows, "--model", "logistic", "--optimizer", "ftrl,l1=0.1", "--precision", "double"], new
    for name, options in (("biases", ""), ("plain", ",biases=false"), ("clip", ",clip=true")):
        yield (f"ratings-{name}", [f"{data}/ratings.tsv", "--model", f"mf:4{options}", "--columns", "user,item,rating"],
               f"{data}/pairs.tsv")
    yield ("ratings-float", [f"{data}/ratings.tsv", "--model", "mf:4", "--columns", "user,item,rating", "--optimizer", "adam",
                             "--precision", "float"], f"{data}/pairs.tsv")
    yield ("hashed-words", [f"{data}/words.libsvm", "--model", "logistic", "--optimizer", "ftrl,alpha=0.5,l1=0.1", "--hash-bits",
                            "12", "--cross", "site,word"], f"{data}/words-new.libsvm")
    yield ("hashed-houses", [f"{data}/houses.csv", "--target", "size", "--model", "logistic", "--optimizer",
                             "ftrl,alpha=0.5,l1=0.1", "--hash-bits", "10", "--cross", "city,heating"], f"{data}/houses-new.csv")
