"""Questions to worker processes, and their answers, as JSON lines over pipes."""

import json
import logging
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from tempfile import NamedTemporaryFile
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QCoreApplication,
    QObject,
    QProcess,
    QProcessEnvironment,
    QTimer,
    Signal,
)

__all__ = ["Answered", "Failed", "Progressed", "Worker", "wait_for_all"]

Document: TypeAlias = dict[str, Any]
Answered: TypeAlias = Callable[[Document], None]
Failed: TypeAlias = Callable[[str, str], None]
"""Is given the kind of the error, a class of `embedcurate.errors`, "Bug" or "Died"; a sentence."""
Progressed: TypeAlias = Callable[[int, int | None, str], None]

_LOG = logging.getLogger(__name__)
_GRACE_MS = 3000
_MOST_IDS = 10_000


@dataclass(frozen=True, slots=True)
class _Question:
    verb: str
    answered: Answered
    failed: Failed
    progressed: Progressed | None


class Worker(QObject):
    """A worker process, started with the first question and again after it has died.

    It answers in the order of the questions. One that is forgotten is cancelled, and its answer
    dropped; those that are open when the process dies fail. A worker in the `background` leaves the
    processor to the window first.
    """

    died = Signal(str)

    def __init__(self, parent: QObject | None = None, *, background: bool = False) -> None:
        super().__init__(parent)
        self._how = ["--background"] if background else []
        self._process: QProcess | None = None
        self._open: dict[int, _Question] = {}
        self._last = 0
        self._unread = b""

    def ask(
        self,
        verb: str,
        arguments: Mapping[str, Any],
        answered: Answered,
        failed: Failed,
        progressed: Progressed | None = None,
    ) -> int:
        """Ask the process to do `verb`; return the number by which to forget, pause or resume."""
        self._last += 1
        self._open[self._last] = _Question(verb, answered, failed, progressed)
        self._send({"id": self._last, "verb": verb, "arguments": dict(arguments)})
        return self._last

    def forget(self, number: int) -> None:
        """Cancel a question and drop its answer; one that was answered is left alone."""
        if self._open.pop(number, None):
            self._send({"cancel": number})

    def cancel(self, number: int) -> None:
        """Cancel a question, which then fails with the kind "Cancelled"."""
        if number in self._open:
            self._send({"cancel": number})

    def pause(self, number: int) -> None:
        """Hold a question at its next report of progress, until it is resumed or cancelled."""
        self._send({"pause": number})

    def resume(self, number: int) -> None:
        """Go on with a question that was paused."""
        self._send({"resume": number})

    @property
    def pid(self) -> int:
        """The process's id, 0 while there is none."""
        return self._process.processId() if self._process else 0

    @property
    def is_busy(self) -> bool:
        """Whether questions are open."""
        return bool(self._open)

    def stop(self) -> None:
        """End the process: what reports progress is cancelled, what doesn't is killed after 3 s.

        This does not wait for it; see `wait_for_all`.
        """
        self._open.clear()
        process, self._process = self._process, None
        if process is None:
            return
        process.readyReadStandardOutput.disconnect(self._read)
        process.readyReadStandardError.disconnect(self._note)
        process.finished.disconnect(self._end)
        process.errorOccurred.disconnect(self._not_started)
        process.closeWriteChannel()
        process.setParent(QCoreApplication.instance())
        process.finished.connect(process.deleteLater)
        grace = QTimer(process, interval=_GRACE_MS, singleShot=True)  # goes with the process
        grace.timeout.connect(process.kill)
        grace.start()

    def _send(self, message: Mapping[str, Any]) -> None:
        if self._process is None:
            if "id" not in message:
                return
            self._process = self._started()
        self._process.write(json.dumps(message, default=_ids).encode() + b"\n")

    def _started(self) -> QProcess:
        process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONUTF8", "1")
        process.setProcessEnvironment(environment)
        process.readyReadStandardOutput.connect(self._read)
        process.readyReadStandardError.connect(self._note)
        process.finished.connect(self._end)
        process.errorOccurred.connect(self._not_started)
        self._unread = b""
        process.start(sys.executable, ["-m", "embedcurate", "worker", *self._how])
        return process

    def _read(self) -> None:
        process = self._process
        if process is None:
            return
        came = self._unread + bytes(process.readAllStandardOutput().data())
        *lines, self._unread = came.split(b"\n")
        messages = [json.loads(line) for line in lines]
        for message, after in pairwise([*messages, {}]):
            # Of many reports at once only the last is worth a repaint; and no answer's receiver
            # may have stopped the process meanwhile.
            if not ("progress" in message and "progress" in after) and self._process is process:
                self._take(message)

    def _take(self, message: Document) -> None:
        number: int = message["id"]
        question = self._open.get(number)
        if question is None:
            return
        if "progress" in message:
            told = message["progress"]
            if question.progressed:
                question.progressed(told["done"], told["total"], told["doing"])
            return
        del self._open[number]
        if "result" in message:
            question.answered(message["result"])
        else:
            question.failed(message["error"]["kind"], message["error"]["message"])

    def _note(self) -> None:
        if self._process is not None:
            text = bytes(self._process.readAllStandardError().data()).decode(errors="replace")
            _LOG.info("worker: %s", text.rstrip())

    def _not_started(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart and self._process is not None:
            self._died(
                self.tr(
                    "The worker process can't be started: {}. Install embedcurate again."
                ).format(self._process.errorString())
            )

    def _end(self, code: int, status: QProcess.ExitStatus) -> None:
        self._read()
        if self._process is not None:
            how = (
                self.tr("was killed or crashed")
                if status is QProcess.ExitStatus.CrashExit
                else self.tr("ended with exit code {}").format(code)
            )
            self._died(
                self.tr(
                    "The worker process {}. Nothing that was stored is lost; try again."
                ).format(how)
            )

    def _died(self, sentence: str) -> None:
        process, self._process = self._process, None
        lost, self._open = self._open, {}
        if process is not None:
            process.deleteLater()
        self.died.emit(sentence)
        for question in lost.values():
            question.failed("Died", sentence)


def _ids(ids: NDArray[np.bytes_]) -> object:
    """Return ids as a request brings them: many of them in a file, which the worker removes."""
    if len(ids) <= _MOST_IDS:
        return ids.astype(str).tolist()
    with NamedTemporaryFile(prefix="embedcurate-", suffix=".ids", delete=False) as file:
        file.write(ids.tobytes())
    return {"file": file.name}


def wait_for_all() -> None:
    """Wait until all processes that were stopped have ended; after 3 s they are killed."""
    app = QCoreApplication.instance()
    for process in app.findChildren(QProcess) if app else ():
        if process.state() is QProcess.ProcessState.NotRunning:
            continue
        if not process.waitForFinished(_GRACE_MS):
            process.kill()
            process.waitForFinished(_GRACE_MS)
