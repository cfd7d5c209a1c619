"""The formats that plugins bring, beside those that are built in."""

from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from embedcurate.errors import ExportError, PluginUnavailable
from embedcurate.export.plugin import ExporterPlugin
from embedcurate.export.target import writable
from embedcurate.formats import Format
from embedcurate.items import Modality
from embedcurate.plugins import Offer, offered

if TYPE_CHECKING:
    from embedcurate.export.job import Job

__all__ = ["GROUP", "Exporter", "Kind", "kind_of"]

GROUP = "embedcurate.exporters"


@dataclass(frozen=True, slots=True)
class Exporter:
    """A plugin's format, with what `Format` tells of a built-in one."""

    plugin: ExporterPlugin
    offer: Offer | None = None

    def __str__(self) -> str:
        return self.plugin.name

    @property
    def is_list(self) -> bool:
        """Whether it is one file."""
        return bool(self.plugin.suffix)

    @property
    def takes(self) -> frozenset[Modality]:
        """The modalities that it can hold."""
        return frozenset(map(Modality, self.plugin.takes))

    @property
    def copies(self) -> bool:
        """Whether it holds the bytes of the originals."""
        return self.plugin.copies

    @property
    def origin(self) -> str:
        """The package that brings it, with its version."""
        return f"{self.offer.package} {self.offer.version}" if self.offer else ""

    def write(self, job: "Job", out: Path, target: Path) -> None:
        """Let the plugin write; raise `PluginUnavailable` for whatever else than files fails."""

        def written() -> None:
            with writable(target):
                self.plugin.write(job, out)

        if self.offer is None:
            written()
        else:
            self.offer.guard(written)


Kind: TypeAlias = Format | Exporter


def kind_of(asked: str | ExporterPlugin) -> Kind:
    """Return the format of a name; raise `ExportError` or `PluginUnavailable` if there is none."""
    if isinstance(asked, ExporterPlugin):
        return Exporter(asked)
    if asked in set(Format):
        return Format(asked)
    known = offered(GROUP)
    if asked not in known:
        close = get_close_matches(asked, [*Format, *known], n=1)
        hint = f"Did you mean '{close[0]}'?" if close else f"Known: {', '.join([*Format, *known])}."
        raise ExportError(f"There is no format '{asked}'. {hint}")
    offer = known[asked]
    plugin = offer.plugin()
    assert isinstance(plugin, ExporterPlugin), plugin  # as the offer has made sure
    missing = offer.guard(partial(plugin.available))
    if missing is not None:
        raise PluginUnavailable(offer.what, asked, missing, plugin.remedy)
    return Exporter(plugin, offer)
