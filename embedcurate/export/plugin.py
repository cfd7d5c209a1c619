"""What a plugin is that brings a format to export to."""

from abc import abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from embedcurate.items import Modality
from embedcurate.plugins import Plugin

if TYPE_CHECKING:
    from embedcurate.export.job import Job

__all__ = ["ExporterPlugin"]


class ExporterPlugin(Plugin):
    """A format, one more beside those that embedcurate has.

    A package offers one by an entry point in the group `embedcurate.exporters`. What is common to
    all formats is done for it: the target appears whole or not at all, items are chosen and split,
    a manifest is written, progress is reported and cancels.
    """

    suffix: ClassVar[str] = ""
    """Of a list, which is one file, such as ``.html``; without one the format is a folder."""

    takes: ClassVar[frozenset[Modality]] = frozenset(Modality)
    """The modalities that it can hold."""

    copies: ClassVar[bool] = False
    """Whether it holds the bytes of the originals: the disk is then asked for room first."""

    @abstractmethod
    def write(self, job: "Job", out: Path) -> None:
        """Write the items of `job.entries()` to `out`, in their order.

        `out` is a folder that is there and empty, or a file that is not there yet. Call `job.done`
        for each item that was written, with the name of its file where the format is a folder;
        `job.copied` and `job.read` give an original's bytes if they are still those that were
        indexed, and keep the item as a failure if not. Write nowhere but in `out`; `job.place`
        gives the path of a name in a folder.
        """

    def as_document(self) -> dict[str, Any]:
        """Return what lists show of it."""
        kind = {"suffix": self.suffix, "takes": sorted(self.takes)}
        return {**super().as_document(), **kind}
