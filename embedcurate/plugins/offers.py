"""What installed packages offer, read from their metadata: no plugin is imported for it.

Plugins of ours come first; a stranger that takes the name of another is listed and does not act.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from importlib.metadata import Distribution, EntryPoint, distributions
from pkgutil import resolve_name
from typing import Any, TypeVar

from embedcurate.errors import EmbedcurateError, PluginUnavailable, UnknownPlugin
from embedcurate.filters import RESULTS, STATES
from embedcurate.formats import Format
from embedcurate.plugins.consent import Policy, canonical, is_allowed, policy
from embedcurate.plugins.interrupts import presses
from embedcurate.plugins.plugin import Plugin

__all__ = ["KINDS", "OURS", "Offer", "State", "offered", "offers", "offers_of"]

OURS = "embedcurate"
"""The package whose plugins need nobody's permission."""

# By name: the rooms that they are in build on this one, and only what is looked at is imported.
KINDS = {
    "embedcurate.spaces": "embedcurate.spaces.plugin:SpacePlugin",
    "embedcurate.encoders": "embedcurate.spaces.plugin:EncoderPlugin",
    "embedcurate.exporters": "embedcurate.export.plugin:ExporterPlugin",
    "embedcurate.checks": "embedcurate.quality.plugin:CheckPlugin",
}
"""Group of entry points -> the class that what it offers is derived from."""

_WHAT = {
    "embedcurate.spaces": "space",
    "embedcurate.encoders": "space",  # of one modality: they share their names
    "embedcurate.exporters": "format",
    "embedcurate.checks": "check",
}
_BUILT_IN = {
    "format": frozenset(map(str, Format)),
    "check": frozenset({*STATES, *RESULTS, "id"}),  # as what ``is:NAME`` asks for, and as columns
}

T = TypeVar("T")


class State(StrEnum):
    """Whether a plugin can be used, and if not, what stands in the way."""

    READY = "ready"
    INCOMPLETE = "incomplete"
    NOT_ALLOWED = "not allowed"
    DISABLED = "disabled"
    SHADOWED = "shadowed"
    BROKEN = "broken"
    HANGS = "hangs"


@dataclass(frozen=True, slots=True)
class Offer:
    """A plugin that an installed package offers: what its metadata say."""

    group: str
    name: str
    package: str
    version: str
    summary: str
    licence: str
    entry: EntryPoint | None
    """None if the package's list of entry points can't be read."""
    shadowed_by: str = ""
    """The package that the name belongs to."""

    @property
    def what(self) -> str:
        """What it brings, in a word."""
        return _WHAT.get(self.group, "plugin")

    @property
    def is_ours(self) -> bool:
        """Whether it came with embedcurate itself."""
        return canonical(self.package) == OURS

    def state(self) -> tuple[State, str, str]:
        """Return the state as far as it is known without importing it, why, and the remedy."""
        of = f"its package '{self.package}' {self.version}".rstrip()
        if self.entry is None:
            return State.BROKEN, f"the entry points of {of} can't be read", self.update
        if self.shadowed_by:
            why = f"the name belongs to the package '{self.shadowed_by}'"
            return State.SHADOWED, why, f"Uninstall '{self.package}', or use that one."
        if self.is_ours or (rule := policy()) is Policy.ALL:
            return State.READY, "", ""
        if rule is Policy.NONE:
            return (
                State.DISABLED,
                f"plugins of others are switched off, and {of} is not part of embedcurate",
                "Leave --no-plugins away, and unset EMBEDCURATE_PLUGINS.",
            )
        if not is_allowed(self.package, self.version):
            remedy = f"Allow it with: embedcurate plugins allow {self.package}"
            return State.NOT_ALLOWED, f"{of} has not been allowed to run", remedy
        return State.READY, "", ""

    def plugin(self, *arguments: Any) -> Plugin:
        """Import the plugin and construct it; raise `PluginUnavailable` if that can't be done."""
        state, why, remedy = self.state()
        if state is not State.READY or self.entry is None:
            raise PluginUnavailable(self.what, self.name, why, remedy)
        found = self.guard(self.entry.load)
        kind = resolve_name(KINDS[self.group])
        if not (isinstance(found, type) and issubclass(found, kind)):
            raise self._broken(f"'{self.entry.value}' is not a class derived from {kind.__name__}")
        plugin: Plugin = self.guard(partial(found, *arguments))
        return plugin

    def guard(self, call: Callable[[], T]) -> T:
        """Call what a stranger wrote; raise `PluginUnavailable` for whatever it raises."""
        # A stranger's code may raise anything; that must cost us one plugin, not the program.
        with presses() as pressed:
            try:
                return call()
            except EmbedcurateError:
                raise
            except (Exception, SystemExit, KeyboardInterrupt) as error:
                if pressed and isinstance(error, KeyboardInterrupt):
                    raise
                raise self._broken(f"{type(error).__name__}: {error}".removesuffix(": ")) from error

    def _broken(self, why: str) -> PluginUnavailable:
        return PluginUnavailable(self.what, self.name, why, self.update)

    @property
    def update(self) -> str:
        """What to do about a plugin that does not work."""
        return f"Update or uninstall the package '{self.package}' that offers it."


def offers(groups: Iterable[str] = KINDS) -> list[Offer]:
    """Return all that is offered in `groups`, sorted by what it is and its name.

    Of several packages that offer one name, the first has it: embedcurate, then those that may act,
    in the order of their names. The others are shadowed.
    """
    found = {_place(offer): offer for offer in _installed() if offer.group in {"", *groups}}
    taken: dict[tuple[str, str], str] = {
        (what, name): OURS for what, names in _BUILT_IN.items() for name in names
    }
    listed = []
    for _, offer in sorted(found.items()):
        key = (offer.what, offer.name.lower() if offer.what == "check" else offer.name)
        owner = taken.setdefault(key, offer.package) if offer.entry else offer.package
        shadowed = owner != offer.package
        listed.append(replace(offer, shadowed_by=owner) if shadowed else offer)
    return listed


def offered(*groups: str) -> dict[str, Offer]:
    """Return name -> offer in some groups, of those that have their name to themselves."""
    first: dict[str, Offer] = {}
    for offer in offers(groups):
        if offer.entry is not None and not offer.shadowed_by:
            first.setdefault(offer.name, offer)
    return first


def offers_of(package: str) -> list[Offer]:
    """Return all that one package offers; raise `UnknownPlugin` if that is nothing."""
    known = offers()
    found = [one for one in known if canonical(one.package) == canonical(package)]
    if not found:
        raise UnknownPlugin(package, {one.package for one in known})
    return found


def _place(offer: Offer) -> tuple[str, str, bool, bool, str, str]:
    acts = offer.entry is not None and offer.state()[0] is State.READY
    return offer.what, offer.name, not offer.is_ours, not acts, offer.package, offer.group


def _installed() -> Iterator[Offer]:
    """Yield what every package offers; of two that have one name the first on the path counts."""
    seen = set()
    for dist in distributions():
        text = _text(dist, "entry_points.txt")
        if "[embedcurate." not in text:
            continue
        package, version, summary, licence = _manifest(dist)
        if canonical(package) in seen:
            continue
        seen.add(canonical(package))
        made = partial(Offer, package=package, version=version, summary=summary, licence=licence)
        try:
            entries = list(dist.entry_points)
        except (TypeError, ValueError):  # a line without a value, or names that can't be
            yield made(group="", name=package, entry=None)
            continue
        for entry in entries:
            if entry.group in KINDS:
                yield made(group=entry.group, name=entry.name, entry=entry)


def _manifest(dist: Distribution) -> tuple[str, str, str, str]:
    """Return name, version, summary and licence, empty where the metadata lack them."""
    found: dict[str, str] = {}
    for line in (_text(dist, "METADATA") or _text(dist, "PKG-INFO")).splitlines():
        if not line:  # the description follows
            break
        name, _, value = line.partition(":")
        found.setdefault(name.strip().lower(), value.strip())
    package = found.get("name") or "a package without a name"
    licence = found.get("license-expression") or found.get("license") or ""
    return package, found.get("version", ""), found.get("summary", ""), licence


def _text(dist: Distribution, file: str) -> str:
    """Return one of the files that tell of a package, empty if it lacks or is no text."""
    try:
        return dist.read_text(file) or ""
    except (OSError, ValueError):
        return ""
