"""The spaces that are installed: found by their entry points, imported only when asked for.

A plugin of a stranger may be broken in any way. It is then listed with its reason, and neither
stops the program nor stands in for a space of ours: built-in names can't be taken.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any, TypeVar

from embedcurate.errors import EmbedcurateError, SpaceUnavailable, UnknownSpace
from embedcurate.progress import Progress, ignore
from embedcurate.spaces.naming import SpaceName
from embedcurate.spaces.plugin import EncoderPlugin, SpacePlugin
from embedcurate.spaces.space import Space

__all__ = ["GROUPS", "Installed", "installed", "load"]

GROUPS = {"embedcurate.spaces": SpacePlugin, "embedcurate.encoders": EncoderPlugin}
"""The groups of entry points that offer spaces, and what each entry must be derived from."""

_OURS = "embedcurate"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Installed:
    """A space that an installed package offers."""

    name: str
    package: str
    _entry: EntryPoint

    def plugin(self, named: SpaceName | None = None) -> SpacePlugin:
        """Import the plugin and return it, for the model and options of `named`.

        Raises `SpaceUnavailable` if that fails, `SpaceOptionError` for what it does not take.
        """
        found = self._guard(self._entry.load)
        kind = GROUPS[self._entry.group]
        if not (isinstance(found, type) and issubclass(found, kind)):
            raise self._unavailable(
                f"'{self._entry.value}' is not a class derived from {kind.__name__}"
            )
        asked = named or SpaceName(self.name)
        return self._guard(lambda: found(asked.model, asked.options))

    def problem(self) -> str | None:
        """Say why the space can't be loaded, or None if nothing is known to be missing."""
        try:
            return self._guard(self.plugin().available)
        except SpaceUnavailable as error:
            return str(error)

    def load(self, named: SpaceName | None = None, progress: Progress = ignore) -> Space:
        """Load the space; raise `SpaceUnavailable` with what is missing and how to get it."""
        plugin = self.plugin(named)
        missing = self._guard(plugin.available)
        if missing is not None:
            raise SpaceUnavailable(self.name, missing, plugin.remedy)
        return self._guard(lambda: plugin.load(progress))

    def as_document(self) -> dict[str, Any]:
        """Return what `embedcurate spaces --json` says of it."""
        described: dict[str, Any] = {"name": self.name, "package": self.package}
        try:
            plugin = self.plugin()
        except SpaceUnavailable as error:
            return {**described, "problem": str(error)}
        return {
            **described,
            "problem": self.problem(),
            "remedy": plugin.remedy,
            "summary": plugin.summary,
            "modalities": sorted(plugin.modalities),
            "model": plugin.model,
            "takes": dict(plugin.takes),
            "licence": plugin.licence,
            "download_bytes": plugin.download_bytes,
        }

    def _guard(self, call: Callable[[], T]) -> T:
        # A stranger's code may raise anything; that must cost us one space, not the program.
        try:
            return call()
        except EmbedcurateError:
            raise
        except Exception as error:
            raise self._unavailable(f"{type(error).__name__}: {error}") from error

    def _unavailable(self, why: str) -> SpaceUnavailable:
        remedy = f"Update or uninstall the package '{self.package}' that offers it."
        return SpaceUnavailable(self.name, why, remedy)


def installed() -> dict[str, Installed]:
    """Return the spaces that can be asked for by name, sorted, without importing any of them.

    Where several packages offer one name ours wins, else the first in the order of their names.
    """
    offers = [
        Installed(entry.name, entry.dist.name if entry.dist else "", entry)
        for group in GROUPS
        for entry in entry_points(group=group)
    ]
    offers.sort(key=lambda offer: (offer.name, offer.package != _OURS, offer.package))
    first: dict[str, Installed] = {}
    for offer in offers:
        first.setdefault(offer.name, offer)
    return first


def load(name: str, progress: Progress = ignore) -> Space:
    """Return the space called `name`, the same object each time in one process.

    Raises `UnknownSpace` if no package offers it, `SpaceUnavailable` if it can't be loaded and
    `SpaceOptionError` if it does not take the model or the options that `name` gives it.
    """
    if name not in _loaded:
        named = SpaceName.parse(name)
        offers = installed()
        if named.plugin not in offers:
            raise UnknownSpace(named.plugin, offers)
        # OpenMP reads this when an encoder first imports torch: threads that spin while they wait
        # starve the decoders and other programs, and encoding took up to three times as long.
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        _loaded[name] = offers[named.plugin].load(named, progress)
    return _loaded[name]


_loaded: dict[str, Space] = {}
