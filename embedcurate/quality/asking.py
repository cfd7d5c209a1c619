"""The checks that plugins bring: each medium decoded once more, and scored by them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedcurate.collection import Collection
from embedcurate.collection.checked import Checked
from embedcurate.collection.rereading import media_of
from embedcurate.errors import PluginUnavailable, QueryError
from embedcurate.items import Modality
from embedcurate.media.audio import Sound
from embedcurate.media.decoding import Needs
from embedcurate.media.image import Picture
from embedcurate.media.pool import DecoderPool
from embedcurate.plugins import Offer, State, offered, offers
from embedcurate.progress import Progress
from embedcurate.quality.issues import SETTINGS, Issue, issue_of_check
from embedcurate.quality.plugin import CheckPlugin

__all__ = ["GROUP", "Check", "checks_of", "gone"]

GROUP = "embedcurate.checks"
_AT_ONCE = 1_000
_BATCH = 16


@dataclass(frozen=True, slots=True)
class Check:
    """A plugin's check; `issue` is what `SETTINGS` says of a built-in one."""

    issue: Issue
    plugin: CheckPlugin
    offer: Offer

    @property
    def checked(self) -> Checked:
        """What a run tells of it that does it now."""
        issue, offer, now = self.issue, self.offer, datetime.now(UTC).isoformat()
        return Checked(
            issue.name, issue.modality, issue.help, offer.package, offer.version, done=now
        )

    def scores(
        self, collection: Collection, ids: Sequence[str], progress: Progress
    ) -> NDArray[np.float32]:
        """Return (n,) float32 in [0, 1], NaN for items that are gone, changed or damaged."""
        found = np.full(len(ids), np.nan, np.float32)
        places: list[int] = []
        media: list[Any] = []
        for place, medium in self._media(collection, ids, progress):
            places.append(place)
            media.append(medium)
            if len(media) == _BATCH:
                self._score(found, places, media)
                places, media = [], []
        if media:
            self._score(found, places, media)
        return found

    def _score(self, found: NDArray[np.float32], places: list[int], media: list[Any]) -> None:
        def scored() -> NDArray[np.float32]:
            scores = np.asarray(self.plugin.score(media), np.float32)
            if scores.shape != (len(media),) or not ((scores >= 0) & (scores <= 1)).all():
                raise ValueError(f"it must give {len(media)} scores from 0 to 1")
            return scores

        np.fmax.at(found, places, self.offer.guard(scored))

    def _media(
        self, collection: Collection, ids: Sequence[str], progress: Progress
    ) -> Iterator[tuple[int, Any]]:
        plugin = self.plugin
        needs = Needs(plugin.size_px, plugin.rate_hz, plugin.window_s, plugin.window_s)
        with DecoderPool(needs) as decoders:
            for first in range(0, len(ids), _AT_ONCE):
                items = collection.items(ids[first : first + _AT_ONCE])
                for number, medium in enumerate(media_of(collection, items, decoders)):
                    progress(first + number, len(ids), f"checking for {self.issue.name}")
                    for part in _parts(medium):
                        yield first + number, part


def _parts(medium: Picture | Sound | str | None) -> list[Any]:
    """Return what a check gets of a medium."""
    match medium:
        case None:
            return []
        case Picture(pixels=pixels):
            return [pixels]
        case Sound(windows=windows):
            return [samples for _, samples in windows]
        case text:
            return [text]


def checks_of(names: Sequence[str], thresholds: Mapping[str, float]) -> dict[str, Check]:
    """Return the checks of plugins by name, each with the threshold given or its own.

    Raises `QueryError` for a name that no plugin has, `PluginUnavailable` for one that can't act.
    """
    return {name: _check(name, thresholds) for name in dict.fromkeys(names)}


def gone(checks: Iterable[Checked]) -> list[Checked]:
    """Return the checks that were done once and that no plugin can do now."""
    ready = {name for name, offer in offered(GROUP).items() if offer.state()[0] is State.READY}
    return [one for one in checks if one.name not in ready]


def _check(name: str, thresholds: Mapping[str, float]) -> Check:
    if name in SETTINGS:
        raise QueryError(f"The check '{name}' is built in and always done.")
    known = {one.name: one for one in reversed(offers((GROUP,))) if one.entry is not None}
    if name not in known:
        close = get_close_matches(name, known, n=1)
        hint = f"Did you mean '{close[0]}'?" if close else "See: embedcurate plugins"
        raise QueryError(f"No plugin brings a check '{name}'. {hint}")
    offer = known[name]
    plugin = offer.plugin()
    assert isinstance(plugin, CheckPlugin), plugin  # as the offer has made sure
    missing = offer.guard(plugin.available)
    if missing is not None:
        raise PluginUnavailable(offer.what, name, missing, plugin.remedy)
    issue = issue_of_check(
        name,
        Modality(plugin.modality),
        summary=plugin.summary,
        threshold=thresholds.get(name, plugin.threshold),
        poor=plugin.poor,
    )
    return Check(issue, plugin, offer)
