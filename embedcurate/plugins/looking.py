"""What plugins say of themselves: ours are asked here, strangers' in processes of their own.

A stranger's plugin may print, raise, hang or abort when it is imported. In another process, with a
limit, that costs it its own place in the list and nobody else anything.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from embedcurate.errors import EmbedcurateError, PluginError, PluginUnavailable
from embedcurate.plugins.offers import Offer, State
from embedcurate.progress import Progress, ignore

__all__ = ["LIMIT", "Seen", "look", "look_here"]

LIMIT = "EMBEDCURATE_PLUGINS_LIMIT_S"
"""The environment variable that says how long a stranger's package may take to answer."""

_LIMIT_S = 10.0
_AT_ONCE = 4  # more would be slow for each other, and be taken for hanging
_TURN_S = 0.05


@dataclass(frozen=True, slots=True)
class Seen:
    """A plugin as it was found: `why` is a clause, `document` what it says of itself."""

    offer: Offer
    state: State
    why: str = ""
    remedy: str = ""
    document: dict[str, Any] = field(default_factory=dict)

    def as_document(self) -> dict[str, Any]:
        """Return what `embedcurate plugins --json` says of it."""
        offer = self.offer
        return {
            "name": offer.name,
            "group": offer.group,
            "package": offer.package,
            "version": offer.version,
            "summary": self.document.get("summary") or offer.summary,
            "licence": offer.licence,
            "state": str(self.state),
            "reason": self.why,
            "remedy": self.remedy,
        }


def look(offers: Iterable[Offer], progress: Progress = ignore) -> list[Seen]:
    """Return what each plugin is, in the order of `offers`.

    Strangers that may act are imported in processes of their own, one a package and several at
    once; one that does not answer costs the limit once in the life of this process.

    Raises `Cancelled` if `progress` does.
    """
    offers = list(offers)
    strangers = [one for one in offers if not one.is_ours and one.state()[0] is State.READY]
    found = _look_elsewhere(strangers, progress)
    return [found[id(one)] if id(one) in found else look_here(one) for one in offers]


def look_here(offer: Offer) -> Seen:
    """Return what a plugin is, importing it into this process if it may act."""
    state, why, remedy = offer.state()
    if state is not State.READY:
        return Seen(offer, state, why, remedy)
    try:
        plugin = offer.plugin()
        document = offer.guard(plugin.as_document)
        offer.guard(lambda: json.dumps(document))
    except PluginUnavailable as error:
        return Seen(offer, State.BROKEN, error.why, error.remedy)
    except EmbedcurateError as error:
        return Seen(offer, State.BROKEN, str(error).rstrip("."), "")
    problem = document.get("problem")
    if problem is None:
        return Seen(offer, State.READY, document=document)
    return Seen(offer, State.INCOMPLETE, str(problem), str(document.get("remedy", "")), document)


def _look_elsewhere(offers: Iterable[Offer], progress: Progress) -> dict[int, Seen]:
    """Return id of the offer -> what it is, as a process a package found it."""
    packages: dict[str, list[Offer]] = {}
    for offer in offers:
        packages.setdefault(offer.package, []).append(offer)
    waiting = [_Look(members) for members in packages.values()]
    running: list[_Look] = []
    found: dict[int, Seen] = {}
    try:
        while waiting or running:
            while waiting and len(running) < _AT_ONCE:
                running.append(waiting.pop())
                running[-1].start()
            left = len(waiting) + len(running)
            progress(len(packages) - left, len(packages), "looking at plugins")
            running[0].wait(_TURN_S)
            for one in [one for one in running if one.is_over]:
                running.remove(one)
                found.update((id(seen.offer), seen) for seen in one.seen())
    finally:
        for one in running:
            one.end()
    return found


_failed: dict[tuple[str, str], tuple[State, str]] = {}
"""(package, version) -> how it hung or crashed: to find that out again would cost the limit."""


def _limit_s() -> float:
    said = os.environ.get(LIMIT) or str(_LIMIT_S)
    try:
        return float(said)
    except ValueError:
        raise PluginError(f"{LIMIT} can't be '{said}'. Set it to a number of seconds.") from None


class _Look:
    """A process that imports one package's plugins and tells what they are."""

    def __init__(self, offers: list[Offer]) -> None:
        self.offers = offers
        self._key = (offers[0].package, offers[0].version)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, unless it is known how that ends."""
        if self._key in _failed:
            return
        # A file, as a pipe would stay open as long as whatever the plugin started.
        self._answers = tempfile.TemporaryFile()  # noqa: SIM115 - closed when it was read
        self._limit_s = _limit_s()
        self._began_s = time.monotonic()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "embedcurate.plugins"],
            stdin=subprocess.PIPE,
            stdout=self._answers,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        assert self._process.stdin is not None
        wanted = [(one.group, one.name) for one in self.offers]
        request = {"path": sys.path, "package": self._key[0], "wanted": wanted}
        with suppress(BrokenPipeError), self._process.stdin as pipe:
            pipe.write(json.dumps(request).encode())

    def wait(self, most_s: float) -> None:
        """Wait a moment for its end."""
        if self._process is not None:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(most_s)

    @property
    def is_over(self) -> bool:
        """Whether it has ended, or taken too long."""
        return self._process is None or self._process.poll() is not None or self._is_late

    @property
    def _is_late(self) -> bool:
        return time.monotonic() - self._began_s > self._limit_s

    def end(self) -> None:
        """Kill it and what it started."""
        if self._process is not None:
            with suppress(ProcessLookupError, PermissionError):  # it and all it started has ended
                if hasattr(os, "killpg"):
                    os.killpg(self._process.pid, signal.SIGKILL)
                else:  # Windows
                    self._process.kill()
            self._process.wait()

    def seen(self) -> Iterator[Seen]:
        """Yield what it told of each offer; of those it did not come to, why."""
        told: list[dict[str, Any]] = []
        if self._process is not None:
            code = self._process.poll()
            self.end()
            with self._answers as file:
                file.seek(0)
                told = [json.loads(line) for line in file if line.endswith(b"\n")]
            if len(told) < len(self.offers):
                _failed[self._key] = self._failure(code)
        for offer, one in zip(self.offers, told, strict=False):
            state, why, remedy = State(one["state"]), one["why"], one["remedy"]
            yield Seen(offer, state, why, remedy, one["document"])
        for offer in self.offers[len(told) :]:
            yield Seen(offer, *_failed[self._key], offer.update)

    def _failure(self, code: int | None) -> tuple[State, str]:
        if code is None:
            return State.HANGS, f"it did not answer within {self._limit_s:g} s"
        how = signal.strsignal(-code) if code < 0 else f"exit code {code}"
        return State.BROKEN, f"it ended the process that looked at it ({how})"
