"""What is said of a job."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication, QLocale

from ..telling import in_the_window
from ..words import QT_TRANSLATE_NOOP
from .model import Job, State

__all__ = ["outcome", "progress", "state_name", "time_left"]

_CONTEXT = "jobs"
_T = QT_TRANSLATE_NOOP

_STATES = {
    State.WAITING: _T(_CONTEXT, "Waiting"),
    State.RUNNING: _T(_CONTEXT, "Running"),
    State.PAUSED: _T(_CONTEXT, "Paused"),
    State.STOPPING: _T(_CONTEXT, "Stopping"),
    State.DONE: _T(_CONTEXT, "Done"),
    State.FAILED: _T(_CONTEXT, "Failed"),
    State.CANCELLED: _T(_CONTEXT, "Cancelled"),
}


def _tr(text: str) -> str:
    return QCoreApplication.translate(_CONTEXT, text)


def state_name(state: State) -> str:
    """Return what a state is called."""
    return _tr(_STATES[state])


def time_left(seconds: float) -> str:
    """Return how long something will take, in words that promise no more than is known."""
    if seconds < 10:
        return _tr("a few seconds left")
    if seconds < 90:
        return _tr("about {} s left").format(round(seconds / 5) * 5)
    if seconds < 90 * 60:
        return _tr("about {} min left").format(round(seconds / 60))
    return _tr("about {:.1f} h left").format(seconds / 3600)


def progress(job: Job) -> str:
    """Return how far a job is: what it does, of how many, how fast, and the time left."""
    if job.state is State.WAITING:
        return _tr("Waits for the one before it")
    amount = _size if job.fetches else "{:,}".format
    done = amount(job.done) if job.done or job.total else ""
    if job.total:
        done = f"{done} / {amount(job.total)}"
    paused = job.state is State.PAUSED
    parts = (
        state_name(job.state) if job.state is not State.RUNNING else "",
        job.doing,
        done,
        _rate(job) if job.rate and not paused else "",
        time_left(job.left_s) if job.left_s is not None and not paused else "",
    )
    return " \u00b7 ".join(filter(None, parts)) or _tr("Starting")


def outcome(job: Job) -> str:
    """Return what became of a job that is over."""
    if job.state is State.FAILED:
        return in_the_window(job.error)
    if job.state is State.CANCELLED and job.fetches:
        return _tr("Cancelled. Files that came as a whole stay.")
    if job.state is State.CANCELLED:
        return _tr("Cancelled. What it stored so far stays.")
    took = _took(job.elapsed_s)
    result = job.result or {}
    if job.fetches:
        said = _tr("'{}' can be used now; its files take {}.")
        counted = said.format(result.get("space", ""), _size(result.get("size_bytes", 0)))
    else:
        counted = _counted(result)
    return " \u00b7 ".join(filter(None, (counted, took)))


def _size(size: float) -> str:
    return QLocale().formattedDataSize(round(size), 1, QLocale.DataSizeFormat.DataSizeSIFormat)


def _rate(job: Job) -> str:
    rate = job.rate or 0.0
    return _tr("{} a second").format(_size(rate) if job.fetches else f"{rate:,.3g}")


def _took(seconds: float) -> str:
    if seconds < 60:
        return _tr("{:.1f} s").format(seconds)
    return _tr("{} min {} s").format(int(seconds // 60), round(seconds % 60))


_COUNTS = {
    "seen": _T(_CONTEXT, "{:,} files seen"),
    "ok": _T(_CONTEXT, "{:,} indexed"),
    "encoded": _T(_CONTEXT, "{:,} encoded"),
    "reused": _T(_CONTEXT, "{:,} known already"),
    "skipped": _T(_CONTEXT, "{:,} skipped"),
    "failed": _T(_CONTEXT, "{:,} failed"),
    "missing": _T(_CONTEXT, "{:,} missing"),
    "groups": _T(_CONTEXT, "{:,} groups"),
    "pairs": _T(_CONTEXT, "{:,} pairs"),
    "clusters": _T(_CONTEXT, "{:,} clusters"),
    "noise": _T(_CONTEXT, "{:,} in none"),
    "items": _T(_CONTEXT, "{:,} items"),
    "ids": _T(_CONTEXT, "{:,} items"),
    "files": _T(_CONTEXT, "{:,} files"),
}


def _counted(result: Mapping[str, Any]) -> str:
    """Return the numbers of a result, and the lengths of its lists, that say something."""
    told = []
    for name, text in _COUNTS.items():
        value = result.get(name)
        number = len(value) if isinstance(value, list | dict) else value
        if isinstance(number, int) and not isinstance(number, bool) and number:
            told.append(_tr(text).format(number))
    return " \u00b7 ".join(dict.fromkeys(told))
