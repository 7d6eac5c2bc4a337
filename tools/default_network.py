#!/usr/bin/env python3
"""What the default network is worth on small classification tables: `talweg train FILE --target y` with nothing else
named, beside scikit-learn's LogisticRegression and MLPClassifier at their defaults on standardised columns.

    python3 tools/default_network.py build/apps/cli/talweg [--seeds 3] [--tables iris,wine] [--model mlp:64,32]

Each table is split 70 : 30, stratified; what is compared is the log loss on the 30 %, as a mean over the seeds, and the
ratio to the better of the two. Prints the table of docs/default-network.md. Needs scikit-learn (Debian: python3-sklearn).
"""
import argparse
import json
import math
import os
import subprocess
import tempfile
import warnings

os.environ.setdefault("OMP_NUM_THREADS", "1")
import numpy as np
from sklearn import datasets
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings("ignore")


def shipped(name):
    data = getattr(datasets, "load_" + name)()
    return data.data, data.target


def halves(name):
    """A regression table as two classes: above its median or not."""
    x, y = shipped(name)
    return x, (y > np.median(y)).astype(int)


def hastie():
    x, y = datasets.make_hastie_10_2(1000, random_state=5)
    return x, (y > 0).astype(int)


TABLES = {
    "iris": lambda: shipped("iris"),
    "wine": lambda: shipped("wine"),
    "breast_cancer": lambda: shipped("breast_cancer"),
    "digits": lambda: shipped("digits"),
    "diabetes, above the median": lambda: halves("diabetes"),
    "noisy, 10 columns": lambda: datasets.make_classification(400, 10, n_informative=4, flip_y=0.2, random_state=1),
    "wide, 50 columns": lambda: datasets.make_classification(
        250, 50, n_informative=8, n_redundant=10, flip_y=0.05, random_state=2),
    "four classes": lambda: datasets.make_classification(
        700, 12, n_informative=6, n_classes=4, flip_y=0.1, random_state=3),
    "moons, noise .3": lambda: datasets.make_moons(500, noise=0.3, random_state=4),
    "circles, noise .2": lambda: datasets.make_circles(300, noise=0.2, factor=0.5, random_state=8),
    "Hastie et al., 10.2": hastie,
    "3 % positives": lambda: datasets.make_classification(
        1500, 8, n_informative=4, weights=[0.97], flip_y=0.01, random_state=6),
    "shells, three classes": lambda: datasets.make_gaussian_quantiles(
        n_samples=600, n_features=6, n_classes=3, random_state=7),
    "two blobs that overlap": lambda: datasets.make_blobs(
        300, n_features=5, centers=[[0] * 5, [0.8] * 5], random_state=9),
    "few rows": lambda: datasets.make_classification(80, 6, n_informative=3, n_redundant=1, flip_y=0.1, random_state=10),
}


def write(path, x, y):
    with open(path, "w") as out:
        out.write(",".join(f"x{i}" for i in range(x.shape[1])) + ",y\n")
        for row, label in zip(x, y):
            out.write(",".join(repr(float(v)) for v in row) + f",class{label}\n")


def talweg(program, model, folder, train, test, seed):
    write(f"{folder}/train.csv", *train)
    write(f"{folder}/test.csv", *test)
    named = ["--model", model] if model else []
    command = [program, "train", f"{folder}/train.csv", "--target", "y", "--seed", str(seed), *named]
    done = subprocess.run([*command, "--save", f"{folder}/m.talweg", "--format", "json"], capture_output=True, check=True)
    said = json.loads(done.stdout)
    measured = subprocess.run([program, "evaluate", f"{folder}/m.talweg", f"{folder}/test.csv", "--format", "json"],
                              capture_output=True, check=True)
    figures = json.loads(measured.stdout)["metrics"]["test"]
    return figures["log_loss"], figures["accuracy"], said["seconds"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("talweg")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--tables", default="")
    parser.add_argument("--model", default="")
    options = parser.parse_args()
    print("| table | rows × columns | LogisticRegression | MLPClassifier | talweg | ratio | accuracy: best of both, talweg |")
    print("|---|---|---|---|---|---|---|")
    ratios = []
    for name, make in TABLES.items():
        if options.tables and name not in options.tables.split(","):
            continue
        x, y = make()
        y = np.unique(y, return_inverse=True)[1]
        losses, hits = [], []
        for seed in range(options.seeds):
            train_x, test_x, train_y, test_y = train_test_split(x, y, test_size=0.3, random_state=seed, stratify=y)
            row, right = [], []
            for model in (LogisticRegression(), MLPClassifier(random_state=seed)):
                fitted = make_pipeline(StandardScaler(), model).fit(train_x, train_y)
                row.append(log_loss(test_y, fitted.predict_proba(test_x), labels=range(y.max() + 1)))
                right.append(fitted.score(test_x, test_y))
            with tempfile.TemporaryDirectory() as folder:
                loss, accuracy, _ = talweg(options.talweg, options.model, folder, (train_x, train_y), (test_x, test_y), seed)
            losses.append([*row, loss])
            hits.append([max(right), accuracy])
        logistic, mlp, ours = np.mean(losses, axis=0)
        ratios.append(ours / min(logistic, mlp))
        best, accuracy = np.mean(hits, axis=0)
        print(f"| {name} | {x.shape[0]} × {x.shape[1]} | {logistic:.3f} | {mlp:.3f} | {ours:.3f} | {ratios[-1]:.2f} | "
              f"{100 * best:.1f} %, {100 * accuracy:.1f} % |", flush=True)
    geometric = math.exp(np.mean(np.log(ratios)))
    print(f"\nMean of the ratios {np.mean(ratios):.3f}, their geometric mean {geometric:.3f}, over {len(ratios)} tables, "
          f"{options.seeds} splits each.")


if __name__ == "__main__":
    main()
