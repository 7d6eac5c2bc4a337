"""Builds the package for pip and python3 -m build (PEP 517): CMake compiles the library into one module, and what it
installs becomes the wheel. Needs a compiler, CMake, pybind11-dev and python3-dev, and no network."""
import base64
import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SUMMARY = "Gradient optimisation: every classical method, exact about what it computes, honest about how it ended"


def _version():
    header = (ROOT / "talweg/version.hpp").read_text()
    return ".".join(re.search(rf"TALWEG_VERSION_{part} (\d+)", header)[1] for part in ("MAJOR", "MINOR", "PATCH"))


def _metadata():
    """NumPy is needed and not named: `pip wheel .` would want to fetch it, and the system has it."""
    return "\n".join(["Metadata-Version: 2.1", "Name: talweg", f"Version: {_version()}", f"Summary: {SUMMARY}",
                      "Requires-Python: >=3.10",
                      "Description-Content-Type: text/markdown", "", (ROOT / "docs/python.md").read_text()])


def _tag():
    platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
    python = f"cp{sys.version_info.major}{sys.version_info.minor}"
    return f"{python}-{python}-{platform}"


def _run(*command):
    print("+", *command, flush=True)
    if subprocess.run([str(word) for word in command]).returncode:
        raise SystemExit("talweg could not be built: see above. scripts/install-deps build python installs what is needed")


def _build(folder):
    """The files of the package below `folder`/installed. TALWEG_BUILD_FOLDER names a build folder that is kept."""
    for tool in ("cmake", "ninja"):
        if not shutil.which(tool):
            raise SystemExit(f"{tool} is needed to build talweg: scripts/install-deps build python installs it")
    build, installed = Path(os.environ.get("TALWEG_BUILD_FOLDER", folder / "build")).absolute(), folder / "installed"
    fresh = [] if (build / "CMakeCache.txt").exists() else ["-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", "-DTALWEG_BUILD_CLI=OFF"]
    _run("cmake", "-S", ROOT, "-B", build, *fresh, "-DTALWEG_BUILD_PYTHON=ON", f"-DPython_EXECUTABLE={sys.executable}")
    _run("cmake", "--build", build, "--target", "talweg_python", "--parallel", os.cpu_count() or 1)
    _run("cmake", "--install", build, "--prefix", installed, "--component", "python", "--strip")
    return installed


def _write_wheel(path, files):
    record = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for name, content in files:
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            record.append(f"{name},sha256={digest},{len(content)}")
            entry = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            wheel.writestr(entry, content)
        info = files[-1][0].rsplit("/", 1)[0]
        wheel.writestr(f"{info}/RECORD", "\n".join([*record, f"{info}/RECORD,,"]) + "\n")


def _information():
    info = f"talweg-{_version()}.dist-info"
    wheel = f"Wheel-Version: 1.0\nGenerator: talweg_backend\nRoot-Is-Purelib: false\nTag: {_tag()}\n"
    return [(f"{info}/LICENSE", (ROOT / "LICENSE").read_bytes()), (f"{info}/METADATA", _metadata().encode()),
            (f"{info}/WHEEL", wheel.encode())]


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    for name, content in _information():
        path = Path(metadata_directory) / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    return path.parent.name


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    name = f"talweg-{_version()}-{_tag()}.whl"
    with tempfile.TemporaryDirectory() as temporary:
        installed = _build(Path(temporary))
        files = [(str(path.relative_to(installed)), path.read_bytes())
                 for path in sorted(installed.rglob("*")) if path.is_file()]
    _write_wheel(Path(wheel_directory) / name, files + _information())
    return name


def build_sdist(sdist_directory, config_settings=None):
    """What git knows, or everything but builds where there is no git."""
    base = f"talweg-{_version()}"
    listed = subprocess.run(["git", "-C", ROOT, "ls-files", "-z"], capture_output=True)
    names = [name for name in listed.stdout.decode().split("\0") if name] if listed.returncode == 0 else [
        str(path.relative_to(ROOT)) for path in sorted(ROOT.rglob("*"))
        if path.is_file() and not path.relative_to(ROOT).parts[0].startswith(("build", ".", "out"))]
    with tarfile.open(Path(sdist_directory) / f"{base}.tar.gz", "w:gz") as archive:
        for name in names:
            if (ROOT / name).is_file():
                archive.add(ROOT / name, f"{base}/{name}", recursive=False)
        with tempfile.NamedTemporaryFile("w", suffix="PKG-INFO") as info:
            info.write(_metadata())
            info.flush()
            archive.add(info.name, f"{base}/PKG-INFO")
    return f"{base}.tar.gz"
