"""Jobs: each in a worker process of its own, one after the other."""

import time
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from ..processes import Worker

__all__ = ["Job", "Jobs", "State"]

_FETCHES = frozenset({"pull"})


class State(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return self in {State.DONE, State.FAILED, State.CANCELLED}

    @property
    def is_live(self) -> bool:
        """Whether a process works on it or holds it."""
        return self in {State.RUNNING, State.PAUSED, State.STOPPING}


class Job(QObject):
    """A verb that runs in a process of its own.

    `done` of `total` steps, `doing` in words, `rate` in steps a second and `left_s` as far as they
    can be told; `result` is the verb's document once it is done, `error` the sentence if it failed.

    Parameters
    ----------
    worker : a process that outlives the job, for those after it that need what this one found.
    """

    changed = Signal()
    over = Signal()

    def __init__(
        self,
        parent: QObject,
        id_: int,
        verb: str,
        arguments: Mapping[str, Any],
        title: str,
        worker: Worker | None = None,
    ) -> None:
        super().__init__(parent)
        self.id, self.verb, self.title = id_, verb, title
        self.arguments = dict(arguments)
        self.state = State.WAITING
        self.done, self.doing = 0, ""
        self.total: int | None = None
        self.result: dict[str, Any] | None = None
        self.error, self.kind = "", ""
        self._lent, self._worker = worker, worker
        self._number = 0
        self._stretch = (0.0, 0)
        self._elapsed_s = 0.0
        self._began = 0.0

    @property
    def fetches(self) -> bool:
        """Whether it waits for the network more than it works: then it counts bytes."""
        return self.verb in _FETCHES

    @property
    def elapsed_s(self) -> float:
        """Seconds that it ran, pauses left out."""
        running = time.monotonic() - self._began if self.state is State.RUNNING else 0.0
        return self._elapsed_s + running

    @property
    def rate(self) -> float | None:
        """Steps a second of what it does now."""
        started, done = self._stretch
        seconds = self.elapsed_s - started
        return (self.done - done) / seconds if seconds > 0.5 and self.done > done else None

    @property
    def left_s(self) -> float | None:
        """Seconds that are left of what it does now."""
        rate = self.rate
        return None if rate is None or self.total is None else (self.total - self.done) / rate

    def start(self) -> None:
        """Start the process."""
        self._worker = self._lent or Worker(self, background=True)
        self._began = time.monotonic()
        self.state = State.RUNNING
        self._number = self._worker.ask(
            self.verb, self.arguments, self._answered, self._failed, self._progressed
        )
        self.changed.emit()

    def pause(self) -> None:
        """Hold it at its next report of progress."""
        if self.state is State.RUNNING and self._worker:
            self._elapsed_s = self.elapsed_s
            self._worker.pause(self._number)
            self._to(State.PAUSED)

    def resume(self) -> None:
        """Go on."""
        if self.state is State.PAUSED and self._worker:
            self._began = time.monotonic()
            self._worker.resume(self._number)
            self._to(State.RUNNING)

    def cancel(self) -> None:
        """Stop it; what it stored so far stays."""
        if self.state is State.WAITING:
            self._to(State.CANCELLED)
            self.over.emit()
        elif self.state in {State.RUNNING, State.PAUSED} and self._worker:
            self._elapsed_s = self.elapsed_s
            self._worker.cancel(self._number)
            self._to(State.STOPPING)

    def stop(self) -> None:
        """End it without another word."""
        if self._worker:
            self._worker.stop()
            self._worker = None
        if not self.state.is_over:
            self._to(State.CANCELLED)

    def _to(self, state: State) -> None:
        self.state = state
        self.changed.emit()

    def _progressed(self, done: int, total: int | None, doing: str) -> None:
        if doing != self.doing or done < self.done:
            self._stretch = (self.elapsed_s, done)
        self.done, self.total, self.doing = done, total, doing
        self.changed.emit()

    def _answered(self, result: dict[str, Any]) -> None:
        self.result = result
        self._end(State.DONE)

    def _failed(self, kind: str, sentence: str) -> None:
        self.kind, self.error = kind, sentence
        self._end(State.CANCELLED if kind == "Cancelled" else State.FAILED)

    def _end(self, state: State) -> None:
        self._elapsed_s = self.elapsed_s
        if self._worker and not self._lent:
            self._worker.stop()
            self._worker.deleteLater()
        self._worker = None
        self._to(state)
        self.over.emit()


class Jobs(QAbstractTableModel):
    """The jobs of a session, the newest last.

    One that works runs at a time, and one that fetches; the others wait.
    """

    ended = Signal(Job)
    began = Signal(Job)

    COLUMNS = ("Job", "State", "Progress", "Rate", "Left")

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs: list[Job] = []
        self._last = 0

    def start(
        self,
        verb: str,
        arguments: Mapping[str, Any],
        title: str,
        then: Callable[[dict[str, Any]], None] | None = None,
        *,
        worker: Worker | None = None,
    ) -> Job:
        """Start a job, or let it wait for those before it."""
        self._last += 1
        job = Job(self, self._last, verb, arguments, title, worker)
        self.beginInsertRows(QModelIndex(), len(self._jobs), len(self._jobs))
        self._jobs.append(job)
        self.endInsertRows()
        job.changed.connect(lambda: self._changed(job))
        job.over.connect(lambda: self._over(job, then))
        self._next()
        return job

    def __iter__(self) -> "Any":
        return iter(self._jobs)

    @property
    def live(self) -> list[Job]:
        """Those that run or wait."""
        return [job for job in self._jobs if not job.state.is_over]

    def clear(self) -> None:
        """Forget those that are over."""
        self.beginResetModel()
        for job in self._jobs:
            if job.state.is_over:
                job.deleteLater()
        self._jobs = [job for job in self._jobs if not job.state.is_over]
        self.endResetModel()

    def leave(self, to: Path | None = None) -> None:
        """End those on collections other than `to`."""
        for job in self.live:
            if job.arguments.get("collection", str(to)) != str(to):
                job.stop()

    def stop(self) -> None:
        """End them all."""
        for job in self.live:
            job.stop()

    def job(self, row: int) -> Job:
        """Return the job at a row."""
        return self._jobs[row]

    def rowCount(
        self,
        parent: QModelIndex | QPersistentModelIndex = QModelIndex(),
    ) -> int:
        return 0 if parent.isValid() else len(self._jobs)

    def columnCount(
        self,
        parent: QModelIndex | QPersistentModelIndex = QModelIndex(),
    ) -> int:
        return 0 if parent.isValid() else len(self.COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.tr(self.COLUMNS[section])
        return None

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if not index.isValid():
            return None
        job = self._jobs[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return job
        if role == Qt.ItemDataRole.ToolTipRole:
            return job.error or job.doing or None
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return (
            job.title,
            self.tr(job.state.value),
            _progress(job),
            "" if job.rate is None else self.tr("{:.3g} a second").format(job.rate),
            "" if job.left_s is None or job.state.is_over else _duration(job.left_s),
        )[index.column()]

    def _changed(self, job: Job) -> None:
        row = self._jobs.index(job)
        self.dataChanged.emit(self.index(row, 0), self.index(row, len(self.COLUMNS) - 1))

    def _over(self, job: Job, then: Callable[[dict[str, Any]], None] | None) -> None:
        if job.result is not None and then:
            then(job.result)
        self.ended.emit(job)
        self._next()

    def _next(self) -> None:
        for job in list(self._jobs):
            before = (one for one in self._jobs if one.fetches == job.fetches)
            if job.state is State.WAITING and not any(one.state.is_live for one in before):
                self.began.emit(job)
                job.start()


def _progress(job: Job) -> str:
    if job.total:
        return f"{job.done:,} / {job.total:,}"
    return f"{job.done:,}" if job.done else ""


def _duration(seconds: float) -> str:
    whole = round(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"
