"""A space: encoders whose vectors can be compared, and the routes between modalities."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from embedcurate.errors import NoRoute
from embedcurate.items import Modality
from embedcurate.spaces.encoder import (
    SHARED,
    Channel,
    Encoder,
    ImageEncoder,
    SoundEncoder,
    TextEncoder,
    Vectors,
)

__all__ = ["Background", "Route", "Space"]

Route = tuple[Modality, Modality]
"""(modality of the query, modality of the items)."""


@dataclass(frozen=True, slots=True)
class Background:
    """The cosine between unrelated queries and items of a route: what calibrates its scores.

    A query's cosine with the `centre` (d,) of the items' modality, where that is known, is what it
    has in common with all of them, and says nothing of any; `mean` is what is expected beyond that.
    """

    mean: float
    spread: float
    centre: Vectors | None = field(default=None, compare=False)

    def expected(self, query: Vectors) -> float:
        """Return the cosine of a query's unit vector (d,) with items that it does not fit."""
        return self.mean + (0.0 if self.centre is None else float(self.centre @ query))


@dataclass(frozen=True, slots=True)
class Space:
    """Encoders, one a modality, whose vectors can be compared.

    `routes` names the channel that answers a query of one modality against items of another where
    it is not `shared`. `backgrounds` are the routes' calibrations on a neutral corpus, used until
    a collection has enough items to measure its own.
    """

    name: str
    encoders: Mapping[Modality, Encoder[Any]]
    routes: Mapping[Route, str] = field(default_factory=dict)
    backgrounds: Mapping[Route, Background] = field(default_factory=dict)

    @property
    def modalities(self) -> frozenset[Modality]:
        """The modalities that have an encoder."""
        return frozenset(self.encoders)

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The channels of all encoders, `shared` first."""
        dimensions: dict[str, int] = {}
        living: dict[str, set[Modality]] = {}
        for modality, encoder in self.encoders.items():
            for name, dimension in encoder.channels.items():
                dimensions[name] = dimension
                living.setdefault(name, set()).add(modality)
        names = sorted(dimensions, key=lambda name: (name != SHARED, name))
        return tuple(Channel(name, dimensions[name], frozenset(living[name])) for name in names)

    @property
    def fingerprints(self) -> dict[str, str]:
        """Modality -> fingerprint of its encoder, as `collection.toml` keeps them."""
        return {str(m): encoder.fingerprint for m, encoder in sorted(self.encoders.items())}

    def route(self, query: Modality, item: Modality) -> str:
        """Return the channel that answers a query of one modality against items of another."""
        if query not in self.encoders or item not in self.encoders:
            raise NoRoute(self.name, query, item)
        return self.routes.get((query, item), SHARED)

    @property
    def image(self) -> ImageEncoder | None:
        """The encoder of pictures, if there is one."""
        encoder = self.encoders.get(Modality.IMAGE)
        return encoder if isinstance(encoder, ImageEncoder) else None

    @property
    def audio(self) -> SoundEncoder | None:
        """The encoder of sounds, if there is one."""
        encoder = self.encoders.get(Modality.AUDIO)
        return encoder if isinstance(encoder, SoundEncoder) else None

    @property
    def text(self) -> TextEncoder | None:
        """The encoder of texts, if there is one."""
        encoder = self.encoders.get(Modality.TEXT)
        return encoder if isinstance(encoder, TextEncoder) else None
