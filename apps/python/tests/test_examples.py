"""The scripts of examples/python: they run, and print what the lecture says."""
import os
import subprocess
import sys
from pathlib import Path

import pytest

import talweg

ROOT = Path(__file__).resolve().parents[3]


def run(script, folder):
    ran = subprocess.run([sys.executable, ROOT / "examples/python" / script], cwd=folder, capture_output=True, text=True,
                         env={**os.environ, "TALWEG_DATA": str(ROOT / "data"), "PYTHONPATH": str(Path(talweg.__file__).parents[1]),
                              "TMPDIR": str(folder)})
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_the_lecture(tmp_path):
    told = run("lecture.py", tmp_path)
    for line in ("gradient descent   x after 1, 2 and 25 steps: 8.000000  6.400000", "momentum           x after 1, 2 and 25 steps: 8.000000  4.600000",
                 "AdaGrad            x after 1, 2 and 25 steps: 9.000000  8.331035",
                 "RMSprop            x after 1, 2 and 25 steps: 6.837722  4.988706",
                 "Adam               x after 1, 2 and 25 steps: 9.500000  9.000832",
                 "agrees with differences of the function [-2. -8.]", "after one step of gradient descent: [1.02 1.08]",
                 "at the minimum: [0. 2.]", "Epoch [1000/1000], loss 0.00", "5.85"):
        assert line in told, line


def test_a_file_to_an_explained_model(tmp_path):
    pytest.importorskip("pandas")
    told = run("digits.py", tmp_path)
    for words in ("softmax", "validation:", "an empty picture:", "row 17", "['digits.talweg', 'report.html']"):
        assert words in told, words
