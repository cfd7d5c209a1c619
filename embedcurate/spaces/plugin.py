"""What a plugin is that provides a space."""

from abc import ABC, abstractmethod
from typing import ClassVar

from embedcurate.items import Modality
from embedcurate.progress import Progress
from embedcurate.spaces.space import Space

__all__ = ["SpacePlugin"]


class SpacePlugin(ABC):
    """A space as it is offered, before any of it is loaded.

    A package offers one by an entry point in the group `embedcurate.spaces` that names a class
    derived from this one. Importing its module and constructing it must be cheap: import torch and
    the like inside `load`, or better inside the encoders.
    """

    name: ClassVar[str]
    """The name of the entry point, too."""

    summary: ClassVar[str]
    """One line: what the space is good for."""

    modalities: ClassVar[frozenset[Modality]]

    licence: ClassVar[str]
    """Of the weights."""

    download_bytes: ClassVar[int] = 0
    """About how much is fetched before the first use; 0 if all of it comes with the install."""

    remedy: ClassVar[str] = ""
    """A sentence: which command gets what `available` misses."""

    @abstractmethod
    def available(self) -> str | None:
        """Say what is missing, as the clause of a sentence, or None if the space can be loaded."""

    @abstractmethod
    def load(self, progress: Progress) -> Space:
        """Make the space. Called only if nothing is missing."""
