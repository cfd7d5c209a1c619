"""The spaces that are installed: found by their entry points, imported only when asked for.

A plugin of a stranger may be broken in any way. It is then listed with its reason, and neither
stops the program nor stands in for a space of ours: built-in names can't be taken.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from embedcurate.errors import (
    PluginUnavailable,
    SpaceError,
    SpaceOptionError,
    SpaceUnavailable,
    UnknownSpace,
)
from embedcurate.plugins import Offer, Seen, State, look, offered
from embedcurate.progress import Progress, ignore
from embedcurate.spaces.naming import SpaceName
from embedcurate.spaces.plugin import SpacePlugin
from embedcurate.spaces.reduction import OPTION, reduced
from embedcurate.spaces.space import Space
from embedcurate.spaces.weights import Weights

__all__ = [
    "GROUPS",
    "Installed",
    "considered",
    "described",
    "installed",
    "load",
    "models",
    "survey",
    "weights",
]

GROUPS = ("embedcurate.spaces", "embedcurate.encoders")
"""The groups of entry points that offer spaces."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Installed:
    """A space that an installed package offers."""

    name: str
    package: str
    offer: Offer

    def plugin(self, named: SpaceName | None = None) -> SpacePlugin:
        """Import the plugin and return it, for the model and options of `named`.

        Raises `SpaceUnavailable` if that fails or the user has not allowed it, `SpaceOptionError`
        for what it does not take.
        """
        asked = named or SpaceName(self.name)
        plugin = self._told(lambda: self.offer.plugin(asked.model, asked.options))
        assert isinstance(plugin, SpacePlugin), plugin  # as the offer has made sure
        return plugin

    def problem(self) -> str | None:
        """Say why the space can't be loaded, or None if nothing is known to be missing."""
        problem: str | None = self.as_document()["problem"]
        return problem

    def load(self, named: SpaceName | None = None, progress: Progress = ignore) -> Space:
        """Load the space; raise `SpaceUnavailable` with what is missing and how to get it."""
        plugin = self.plugin(named)
        missing = self._told(lambda: self.offer.guard(plugin.available))
        if missing is not None:
            raise SpaceUnavailable(self.name, missing, plugin.remedy)
        return self._told(lambda: self.offer.guard(lambda: plugin.load(progress)))

    def weights(self, named: SpaceName | None = None) -> Sequence[Weights]:
        """Return the files that it needs of the hub; raises as `plugin` does."""
        plugin = self.plugin(named)
        return self._told(lambda: self.offer.guard(plugin.weights))

    def as_document(self) -> dict[str, Any]:
        """Return what `embedcurate spaces --json` says of it; a stranger's is not imported here."""
        [document] = survey([self])
        return document

    def _told(self, call: Callable[[], T]) -> T:
        try:
            return call()
        except PluginUnavailable as error:
            raise SpaceUnavailable(self.name, error.why, error.remedy) from error


def installed() -> dict[str, Installed]:
    """Return the spaces that can be asked for by name, sorted, without importing any of them.

    Where several packages offer one name ours wins, else the first that may act, in the order of
    their names.
    """
    found = offered(*GROUPS)
    return {name: Installed(name, offer.package, offer) for name, offer in found.items()}


def survey(
    spaces: Iterable[Installed] | None = None, progress: Progress = ignore
) -> list[dict[str, Any]]:
    """Return what `embedcurate spaces --json` says of spaces, of all that are installed if None.

    Ours are asked; what strangers have written runs in processes of its own, if it is allowed to.
    """
    chosen = list(installed().values() if spaces is None else spaces)
    return [_document(seen) for seen in look([one.offer for one in chosen], progress)]


def _document(seen: Seen) -> dict[str, Any]:
    offer = seen.offer
    told = {"name": offer.name, "package": offer.package, "version": offer.version}
    told["state"] = str(seen.state)
    if seen.state in {State.READY, State.INCOMPLETE}:
        return {**told, **seen.document}
    if seen.state in {State.BROKEN, State.HANGS}:
        return {**told, "problem": str(SpaceUnavailable(offer.name, seen.why, seen.remedy))}
    return {**told, "problem": seen.why, "remedy": seen.remedy, "summary": offer.summary}


def described(name: str, progress: Progress = ignore) -> dict[str, Any]:
    """Return what `embedcurate spaces show --json` says of a space; raises as `load` does."""
    space = load(name, progress)
    named = SpaceName.parse(name)
    plugin = installed()[named.plugin].plugin(_whole(named))
    return {
        **plugin.as_document(),
        "name": space.name,
        "channels": [
            {"name": one.name, "dimension": one.dimension, "modalities": sorted(one.modalities)}
            for one in space.channels
        ],
        "routes": {
            f"{query} -> {item}": space.route(query, item)
            for query in sorted(space.modalities)
            for item in sorted(space.modalities)
        },
        "fingerprints": space.fingerprints,
        **plugin.details(progress),
    }


def considered(name: str) -> dict[str, Any]:
    """Return what is known of a space that nobody has loaded: its whole name, what it lacks.

    That is what `survey` says of one, with the model and the options of `name`, and as `weights`
    the files that it needs of the hub. Raises `UnknownSpace`, `SpaceUnavailable` or
    `SpaceOptionError`.
    """
    one, named = _asked(name)
    plugin = one.plugin(_whole(named))
    document = one._told(lambda: one.offer.guard(plugin.as_document))
    whole = SpaceName.parse(plugin.full_name)
    reduced_to = named.options.get(OPTION)
    if reduced_to is not None:
        if not reduced_to.isdecimal() or int(reduced_to) < 1:
            takes = [f"{OPTION}=N, how many dimensions to keep"]
            raise SpaceOptionError(named.plugin, f"{OPTION}={reduced_to}", takes)
        whole = replace(whole, options={**whole.options, OPTION: reduced_to})
    files = one._told(lambda: one.offer.guard(plugin.weights))
    return {**document, "name": str(whole), "weights": [file.as_document() for file in files]}


def weights(name: str) -> Sequence[Weights]:
    """Return the files that a space needs of the hub; none if all of it is installed.

    Raises `UnknownSpace`, `SpaceUnavailable` or `SpaceOptionError`.
    """
    one, named = _asked(name)
    return one.weights(_whole(named))


def models(names: Iterable[str] = (), progress: Progress = ignore) -> list[dict[str, Any]]:
    """Return what `embedcurate models list --json` says: of `names`, or of all spaces of ours.

    Of the latter those that can't be looked at are left out. Raises as `weights` does.
    """
    rows: list[dict[str, Any]] = []
    chosen = list(names)
    asked = chosen or [name for name, one in installed().items() if one.offer.is_ours]
    for done, name in enumerate(asked):
        progress(done, len(asked), name)
        try:
            rows += [{"space": name, **one.as_document()} for one in weights(name)]
        except SpaceError:
            if chosen:
                raise
    return rows


def load(name: str, progress: Progress = ignore) -> Space:
    """Return the space called `name`, the same object each time in one process.

    Raises `UnknownSpace` if no package offers it, `SpaceUnavailable` if it can't be loaded and
    `SpaceOptionError` if it does not take the model or the options that `name` gives it.
    """
    if name not in _loaded:
        one, named = _asked(name)
        asked = named.options.get(OPTION)
        if asked is not None:
            dimension = int(asked) if asked.isdecimal() else 0
            whole = load(str(_whole(named)), progress)
            _loaded[name] = reduced(whole, name, dimension, progress)
            return _loaded[name]
        # OpenMP reads this when an encoder first imports torch: threads that spin while they wait
        # starve the decoders and other programs, and encoding took up to three times as long.
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        _loaded[name] = one.load(named, progress)
    return _loaded[name]


_loaded: dict[str, Space] = {}


def _asked(name: str) -> tuple[Installed, SpaceName]:
    named, known = SpaceName.parse(name), installed()
    if named.plugin not in known:
        raise UnknownSpace(named.plugin, known)
    return known[named.plugin], named


def _whole(named: SpaceName) -> SpaceName:
    """Return the name of the space that is reduced."""
    rest = {option: value for option, value in named.options.items() if option != OPTION}
    return replace(named, options=rest)
