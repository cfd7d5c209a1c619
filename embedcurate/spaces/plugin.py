"""What a plugin is that provides a space, or one encoder."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from embedcurate.errors import SpaceOptionError
from embedcurate.items import Modality
from embedcurate.plugins import Plugin
from embedcurate.progress import Progress
from embedcurate.spaces.encoder import Encoder
from embedcurate.spaces.naming import SpaceName
from embedcurate.spaces.space import Space
from embedcurate.spaces.weights import Weights

__all__ = ["EncoderPlugin", "SpacePlugin"]


class SpacePlugin(Plugin):
    """A space as it is offered, before any of it is loaded.

    A package offers one by an entry point in the group `embedcurate.spaces` that names a class
    derived from this one. Importing its module and constructing it must be cheap: import torch and
    the like inside `load`, or better inside the encoders.

    `model` and `options` are what a user wrote after the plugin's name, as in
    ``clip:ViT-B-16/openai?template=a photo of {}``. The constructor raises `SpaceOptionError` for
    what the plugin does not take.
    """

    modalities: ClassVar[frozenset[Modality]]

    licence: ClassVar[str]
    """Of the weights."""

    download_bytes: ClassVar[int] = 0
    """About how much is fetched before the first use; 0 if all of it comes with the install."""

    default_model: ClassVar[str] = ""
    """The model used if none is named; without one the plugin takes no model."""

    takes: ClassVar[Mapping[str, str]] = {}
    """Option -> what it does, in one line; of the options that change vectors."""

    def __init__(self, model: str = "", options: Mapping[str, str] | None = None) -> None:
        self.options = dict(options or {})
        for option in self.options:
            if option not in self.takes:
                raise SpaceOptionError(self.name, option, self.takes)
        if model and not self.default_model:
            raise SpaceOptionError(self.name, model, ())
        self.model = model or self.default_model
        self.full_name = str(SpaceName(self.name, model, self.options))
        """What the space that `load` makes is called."""

    def as_document(self) -> dict[str, Any]:
        """Return what `embedcurate spaces --json` says of it beside its name and package."""
        return {
            **super().as_document(),
            "modalities": sorted(self.modalities),
            "model": self.model,
            "takes": dict(self.takes),
            "licence": self.licence,
            "download_bytes": self.download_bytes,
        }

    def weights(self) -> Sequence[Weights]:
        """Return the files that `models` lists, pulls and removes; none if they are installed."""
        return ()

    @abstractmethod
    def load(self, progress: Progress) -> Space:
        """Make the space. Called only if nothing is missing."""

    def details(self, progress: Progress) -> Mapping[str, Any]:
        """Return what `embedcurate spaces show` tells besides, as a document."""
        return {}


class EncoderPlugin(SpacePlugin):
    """An encoder as it is offered, before any of it is loaded: a space of one modality.

    A package offers one by an entry point in the group `embedcurate.encoders`.
    """

    @abstractmethod
    def encoder(self) -> Encoder[Any]:
        """Make the encoder; its weights load when it first encodes."""

    def load(self, progress: Progress) -> Space:
        """Make the space whose only encoder this is."""
        encoder = self.encoder()
        return Space(self.full_name, {encoder.modality: encoder})
