"""The program run in this process: what needs no process of its own costs no start of one."""

import io
import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from embedcurate.cli import main
from embedcurate.spaces import registry
from tests.processes import with_tiny


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: its exit code and what it wrote."""

    code: object
    out: str
    err: str


class Stream(io.TextIOWrapper):
    """What a command writes to; may press Ctrl-C when it shows the first progress."""

    def __init__(self, *, impatient: bool = False) -> None:
        self._bytes = io.BytesIO()
        super().__init__(self._bytes, encoding="utf-8", write_through=True)
        self._impatient = impatient

    def write(self, text: str) -> int:
        if self._impatient and '"done"' in text:
            self._impatient = False
            signal.raise_signal(signal.SIGINT)
        return super().write(text)

    def text(self) -> str:
        return self._bytes.getvalue().decode()


def ended(*arguments: object, impatient: bool = False) -> Ended:
    """Run a command to whatever end; what it does not expect comes out as an exception."""
    out, err = Stream(), Stream(impatient=impatient)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["embedcurate", *map(str, arguments)])
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        with pytest.raises(SystemExit) as end:
            main()
    return Ended(end.value.code or 0, out.text(), err.text())


def said(*arguments: object) -> Ended:
    """Run a command that has to succeed."""
    done = ended(*arguments)
    assert done.code == 0, done.err
    return done


def document(*arguments: object) -> Any:
    """Return the JSON document of a verb: standard output has nothing else."""
    return json.loads(said(*arguments, "--json").out)


def complaint(*arguments: object) -> str:
    """Run a command to its failure; return the one line that it says."""
    done = ended(*arguments)
    assert done.code == 1, done
    [line] = done.err.splitlines()
    assert line.startswith("embedcurate: ")
    return line.removeprefix("embedcurate: ")


@contextmanager
def tiny_here(site: Path) -> Iterator[None]:
    """Install the tiny space; without its print, which one process can't tell from ours."""
    with_tiny(site)
    module = site / "ec_tiny.py"
    module.write_text(module.read_text().replace('print("a library that prints")', "pass"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", [str(site), *sys.path])
        patch.delitem(sys.modules, "ec_tiny", raising=False)
        patch.setattr(registry, "_loaded", {})
        yield
        patch.delitem(sys.modules, "ec_tiny", raising=False)
