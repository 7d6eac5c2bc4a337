#!/usr/bin/python3
"""bench_sparse_peers.py FILE.libsvm: what reading and learning FILE in one pass costs elsewhere.

FILE is made by `bench_sparse 2000000 --keep FILE`. scikit-learn (python3-sklearn) loads the file and makes one pass of
SGDClassifier; liblinear (liblinear-tools) trains a logistic regression to its default tolerance. Wall time includes
reading; peak memory is that of the process.
"""
import resource
import subprocess
import sys
import time


def report(name, rows, seconds, kilobytes):
    print(f"{name:36s} {rows / seconds:10.0f} rows/s {seconds:8.2f} s {kilobytes / 1024:8.0f} MB")


def sklearn(path):
    from sklearn.datasets import load_svmlight_file
    from sklearn.linear_model import SGDClassifier

    start = time.perf_counter()
    x, y = load_svmlight_file(path)
    loaded = time.perf_counter() - start
    SGDClassifier(loss="log_loss", max_iter=1, tol=None, shuffle=False, alpha=1e-7).fit(x, y)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"scikit-learn reads in {loaded:.2f} s")
    report("scikit-learn SGDClassifier, 1 pass", x.shape[0], time.perf_counter() - start, peak)
    return x.shape[0]


def liblinear(path, rows):
    start = time.perf_counter()
    subprocess.run(["liblinear-train", "-q", "-s", "0", path, "/dev/null"], check=True)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    report("liblinear -s 0, to its tolerance", rows, time.perf_counter() - start, peak)


rows = sum(1 for _ in open(sys.argv[1], "rb"))
if len(sys.argv) > 2 and sys.argv[2] == "liblinear":
    liblinear(sys.argv[1], rows)
else:
    sklearn(sys.argv[1])
