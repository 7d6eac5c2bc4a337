"""What a user's type checker sees of the package."""
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

import talweg
import talweg._methods

checks = pytest.mark.skipif(importlib.util.find_spec("mypy") is None or "ASAN_OPTIONS" in os.environ,
                            reason="mypy is not installed, or every process is looked at by a sanitizer")
PROGRAM = '''
import numpy as np
import numpy.typing as npt
import talweg

def f(x: npt.NDArray[np.float64]) -> float:
    return float(x @ x)

r = talweg.minimize(f, [1.0, 2.0], method="lbfgs")
print(r.x, r.message, talweg.lbfgs)
model = talweg.train("iris.csv", target="species", epochs=2)
print(model.predict("iris.csv")[:3], model.evaluate("iris.csv")["accuracy"], model.coefficients().to_frame())
'''


@checks
def test_a_users_strict_check_passes(tmp_path):
    (tmp_path / "user.py").write_text(PROGRAM)
    run = subprocess.run([sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "user.py"], cwd=tmp_path,
                         capture_output=True, text=True, env={**os.environ, "MYPYPATH": str(Path(talweg.__file__).parents[1])})
    assert run.returncode == 0, run.stdout


def test_the_stub_names_every_method():
    stub = Path(talweg._methods.__file__).with_suffix(".pyi").read_text()
    for name in talweg._methods.__all__:
        assert f"def {name}(" in stub, name


@checks
def test_the_stubs_are_what_is_there():
    here = Path(__file__).parent
    run = subprocess.run([sys.executable, "-m", "mypy.stubtest", "--mypy-config-file", here.parents[2] / "pyproject.toml", "--allowlist",
                          here / "stubtest-allowlist.txt", "talweg._core", "talweg._methods"], capture_output=True, text=True,
                         env={**os.environ, "MYPYPATH": str(Path(talweg.__file__).parents[1])})
    assert run.returncode == 0, run.stdout
