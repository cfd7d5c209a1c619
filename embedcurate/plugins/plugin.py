"""What all plugins are, whatever they bring."""

from abc import ABC
from typing import Any, ClassVar

__all__ = ["Plugin"]


class Plugin(ABC):
    """Something that a package offers by an entry point that names a class derived from this one.

    Derive from the class that the entry point's group asks for: `SpacePlugin`, `EncoderPlugin`,
    `ExporterPlugin` or `CheckPlugin`. Importing its module and constructing it without arguments
    must be cheap: import torch and the like where they are first needed.
    """

    name: ClassVar[str]
    """The name of the entry point, too."""

    summary: ClassVar[str]
    """One line: what it is good for."""

    remedy: ClassVar[str] = ""
    """A sentence: which command gets what `available` misses."""

    def available(self) -> str | None:
        """Say what is missing, as the clause of a sentence, or None if it can be used."""
        return None

    def as_document(self) -> dict[str, Any]:
        """Return what lists show of it, as JSON holds it; `problem` is what `available` says."""
        return {"problem": self.available(), "remedy": self.remedy, "summary": self.summary}
