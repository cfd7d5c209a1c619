"""Decoding in processes of their own: a file that kills or hangs its decoder costs itself alone."""

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass
from multiprocessing.context import SpawnContext, SpawnProcess
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any, Self

from embedcurate.errors import DamagedMedium
from embedcurate.items import Modality
from embedcurate.media.decoding import Decoded, Needs, content_hash, decode

__all__ = ["DecoderPool", "Pending"]

_TRIES = 2
_LOOK_AGAIN_S = 0.5
_ADDRESS_SPACE = 6 << 30  # bytes; a decoder that wants more than this is stopped by the system


@dataclass(slots=True)
class Pending:
    """A file that a decoder is at work on."""

    path: Path
    modality: Modality | None
    future: "Future[Decoded | str]"
    tries: int = 1


class DecoderPool:
    """A few decoder processes that outlive what they decode.

    A file that aborts its process is tried once more and then given up, as is one that takes longer
    than `timeout_s`; the process is replaced and the other files go on.
    """

    def __init__(self, needs: Needs, *, workers: int = 2, timeout_s: float = 120.0) -> None:
        from pebble import ProcessPool

        self._needs = needs
        self._timeout_s = timeout_s
        # Lance and BLAS are not fork-safe, so processes are always spawned.
        self._pool = ProcessPool(
            max_workers=workers,
            initializer=_prepare,
            context=_Spawn(),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()

    def decode(self, path: Path, modality: Modality) -> Pending:
        """Start to read, hash and decode a file."""
        return Pending(path, modality, self._start(path, modality))

    def hash(self, path: Path) -> Pending:
        """Start to read and hash a file."""
        return Pending(path, None, self._start(path, None))

    def result(
        self, pending: Pending, *, meanwhile: Callable[[], None] = lambda: None
    ) -> Decoded | str:
        """Wait for a decoded file, or for the hash of one.

        `meanwhile` is called about twice a second; what it raises ends the waiting.

        Raises
        ------
        MediaError
            If the file can't be used; it names the reason, without the path.
        """
        from pebble import ProcessExpired

        while True:
            while not wait([pending.future], _LOOK_AGAIN_S).done:
                meanwhile()
            try:
                return pending.future.result()
            except TimeoutError as error:
                raise DamagedMedium(
                    f"decoding took longer than {self._timeout_s:.0f} s and was stopped"
                ) from error
            except ProcessExpired as error:
                if pending.tries == _TRIES:
                    raise DamagedMedium(
                        f"it ended its decoder process {_TRIES} times "
                        f"(exit code {error.exitcode}) and is left alone until it changes"
                    ) from error
                pending.tries += 1
                pending.future = self._start(pending.path, pending.modality)

    def _start(self, path: Path, modality: Modality | None) -> "Future[Decoded | str]":
        future: Future[Decoded | str]
        if modality is None:
            future = self._pool.schedule(content_hash, args=(path,), timeout=self._timeout_s)
        else:
            arguments = (path, modality, self._needs)
            future = self._pool.schedule(decode, args=arguments, timeout=self._timeout_s)
        return future


class _Decoder(SpawnProcess):
    """A spawned process that does not run the user's script again, as others do.

    A script that indexes would otherwise index once more in each decoder, or have to know of them.
    """

    @staticmethod
    def _Popen(process_obj: BaseProcess) -> Any:  # noqa: N802 - what multiprocessing calls
        script = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            return SpawnProcess._Popen(process_obj)
        finally:
            sys.modules["__main__"] = script


class _Spawn(SpawnContext):
    Process = _Decoder


def _prepare() -> None:
    """Make this decoder process end with its parent, ignore Ctrl-C and stay within its memory."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # C libraries write about damaged files straight to standard error, where progress goes.
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - not a path of ours
        os.dup2(nowhere.fileno(), 2)
    try:
        import resource
    except ImportError:  # Windows has neither the limit nor the signal
        return
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _end_with_parent() -> None:
    """Wait for the end of the process that started this one, also for its kill, and follow it."""
    parent = multiprocessing.parent_process()
    assert parent is not None, "decoders are spawned"
    parent.join()
    os._exit(1)
