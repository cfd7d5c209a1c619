"""The program as its own process, with the tiny space installed as a stranger's plugin would be."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from tests.strangers import install

TINY = """
from embedcurate.items import Modality
from embedcurate.spaces.plugin import SpacePlugin
from embedcurate.spaces.tiny import tiny_space


class Tiny(SpacePlugin):
    name = "tiny"
    summary = "Known answers."
    modalities = frozenset(Modality)
    licence = "Apache-2.0"
    remedy = ""

    def available(self):
        return None

    def load(self, progress):
        print("a library that prints")
        return tiny_space()
"""

# A stranger's bug, put into the decoder processes alone by the interpreter's own hooks.
_SITE = """
import sys

if "--multiprocessing-fork" in sys.orig_argv:

    def watch(event, arguments):
        if event != "open" or isinstance(arguments[0], int):
            return
        import os

        name = os.path.basename(os.fsdecode(arguments[0]))
        if name.startswith("poison-"):
            os.abort()
        if name.startswith("hang-"):
            import threading

            threading.Event().wait()
        if name.startswith("gate-") and not name.endswith(".pipe"):
            with open(os.fsdecode(arguments[0]) + ".pipe") as pipe:
                pipe.read()

    sys.addaudithook(watch)
"""


def with_tiny(folder: Path) -> dict[str, str]:
    """Return the environment of a process in which the space `tiny` is installed."""
    install(folder, "ec-tiny", TINY, {"tiny": "Tiny"})
    return {**os.environ, "PYTHONPATH": os.fspath(folder)}


def with_troubled_decoders(folder: Path) -> None:
    """Let decoders abort at poison-*, hang at hang-*, and wait at gate-* for its pipe's end."""
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text(_SITE)


def start(
    *arguments: object, env: Mapping[str, str], stderr: int | IO[str] = subprocess.PIPE
) -> "subprocess.Popen[str]":
    """Start `embedcurate`."""
    return subprocess.Popen(
        [sys.executable, "-m", "embedcurate", *map(os.fspath, map(_argument, arguments))],
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
    )


def embedcurate(
    *arguments: object, env: Mapping[str, str], code: int = 0
) -> "subprocess.CompletedProcess[str]":
    """Run `embedcurate` to its end, which must have the exit code `code`."""
    with start(*arguments, env=env) as process:
        out, err = process.communicate(timeout=120)
    assert process.returncode == code, f"exit code {process.returncode}\n{out}\n{err}"
    assert "Traceback" not in err
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def complaint(*arguments: object, env: Mapping[str, str], code: int = 1) -> str:
    """Run `embedcurate` to its failure; return the one line that it says."""
    done = embedcurate(*arguments, env=env, code=code)
    [line] = done.stderr.splitlines()
    assert line.startswith("embedcurate: ")
    return line.removeprefix("embedcurate: ")


def _argument(value: object) -> str | os.PathLike[str]:
    return value if isinstance(value, os.PathLike) else str(value)


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[Path]:
    """Mount something at `folder`; skips where that is not allowed."""
    if shutil.which("mount") is None or os.geteuid() != 0:
        pytest.skip("mounting needs root")
    folder.mkdir(exist_ok=True)
    done = subprocess.run(["mount", *options, folder], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"can't mount here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)
