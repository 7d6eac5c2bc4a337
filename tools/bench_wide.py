#!/usr/bin/env python3
"""bench_wide.py TALWEG...: one epoch on a million rows of four numbers and a text of 1,000 values, for each command given:
processor time from the file to the figures of training, and the most memory. The target is a number, or two or three classes."""
import math
import random
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

ROWS, TOWNS = 1_000_000, 1000
RUNS = [("linear", "number", []), ("logistic", "two", []), ("softmax", "three", []), ("mlp:16", "three", []),
        ("linear", "number", ["--optimizer", "lbfgs"]), ("logistic,l2=1e-4", "two", ["--optimizer", "lbfgs"])]


def write(path, target):
    draw = random.Random(1)
    effect = [draw.gauss(0, 1) for _ in range(TOWNS)]
    with open(path, "w") as file:
        file.write("a,b,c,d,town,y\n")
        for _ in range(ROWS):
            a, b, k = draw.gauss(0, 1), draw.gauss(3, 2), draw.randrange(TOWNS)
            z = 0.5 * a - 0.2 * b + effect[k]
            yes = int(draw.random() < 1 / (1 + math.exp(-z)))
            y = {"number": f"{1 + z + draw.gauss(0, 0.3):.4f}", "two": yes,
                 "three": "low middle high".split()[yes + (draw.random() < 0.3)]}[target]
            file.write(f"{a:.4f},{b:.4f},{draw.randrange(10) / 10},{draw.randrange(7) / 10},town{k},{y}\n")


def measure(command):
    """Seconds of the processor, and MB."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run = subprocess.run(["/usr/bin/time", "-f", "%M", *command], capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if run.returncode != 0:
        return None
    return after.ru_utime - before.ru_utime, after.ru_stime - before.ru_stime, int(run.stderr.split()[-1]) / 1024


def main():
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "towns.csv")
        for model, target, more in RUNS:
            write(file, target)
            for talweg in sys.argv[1:]:
                found = measure([talweg, "train", file, "--target", "y", "--model", model, "--validation", "0",
                                 "--threads", "1", *(more or ["--epochs", "1"])])
                print(f"{model:18} {' '.join(more):18} {talweg:30}", "failed" if found is None else
                      f"{found[0]:6.2f} s user {found[1]:6.2f} s system {found[2]:6.0f} MB", flush=True)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main()
