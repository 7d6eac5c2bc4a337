"""The command of the same build, which gives the bytes and texts that Python is held to."""
import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
COMMAND = os.environ.get("TALWEG_COMMAND", str(ROOT / "build/talweg"))
# What is loaded before an interpreter (a sanitizer) the command brings itself.
_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}


def told_by_command(*arguments):
    """What it prints. Status 1, a run that ended at its limit, is no error."""
    ran = subprocess.run([COMMAND, *map(str, arguments)], capture_output=True, text=True, env=_ENVIRONMENT)
    assert ran.returncode in (0, 1), ran.stderr
    return ran.stdout


def trained_by_command(folder, *arguments):
    """The bytes of the model file."""
    place = folder / "command.talweg"
    told_by_command("train", *arguments, "--save", place)
    return place.read_bytes()


def flags(options):
    """{"batch_size": 4} as --batch-size 4"""
    return [word for name, value in options.items() for word in (f"--{name.replace('_', '-')}", str(value))]
