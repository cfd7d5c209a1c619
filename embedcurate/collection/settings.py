"""`collection.toml`: what a collection says of itself."""

import os
import tomllib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from embedcurate.collection.schema import FORMAT_VERSION
from embedcurate.collection.storage import Storage
from embedcurate.collection.tables import translated
from embedcurate.errors import CollectionDamaged, CollectionVersionError, NotACollection
from embedcurate.items import Modality
from embedcurate.spaces.encoder import Channel
from embedcurate.spaces.space import Background, Route

__all__ = [
    "FILE_NAME",
    "Settings",
    "read_settings",
    "settings_state",
    "write_settings",
    "write_whole",
]

FILE_NAME = "collection.toml"
_ARROW = "->"


@dataclass(frozen=True, slots=True)
class Settings:
    """The space that a collection was made with, and what was measured of it since.

    `created` is an ISO 8601 time. `backgrounds` holds the routes that have been calibrated on the
    collection's own items, of which there were `calibrated_on` then.
    """

    space: str
    channels: tuple[Channel, ...]
    fingerprints: Mapping[str, str]
    created: str
    backgrounds: Mapping[Route, Background] = field(default_factory=dict)
    calibrated_on: int = 0
    storage: Storage = Storage.FLOAT32
    format_version: int = 0

    def __post_init__(self) -> None:
        # A program that knows float32 alone would read other vectors as if they were that.
        newest = 1 if self.storage is Storage.FLOAT32 else FORMAT_VERSION
        object.__setattr__(self, "format_version", self.format_version or newest)


def read_settings(collection: Path) -> Settings:
    """Read the settings of the collection at `collection`.

    Raises `NotACollection`, `CollectionVersionError`, or `CollectionDamaged` if the file is not
    what `write_settings` writes.
    """
    try:
        text = (collection / FILE_NAME).read_bytes().decode()
    except (FileNotFoundError, NotADirectoryError):
        raise NotACollection(collection) from None
    except UnicodeDecodeError:
        raise CollectionDamaged(collection, f"{FILE_NAME} is not a text") from None
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CollectionDamaged(collection, f"{FILE_NAME} can't be read ({error})") from error
    found = document.get("format")
    if isinstance(found, int) and found > FORMAT_VERSION:
        raise CollectionVersionError(collection, found, FORMAT_VERSION)
    try:
        return _from_document(document)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CollectionDamaged(collection, f"{FILE_NAME} lacks or garbles {error}") from error


def settings_state(collection: Path) -> tuple[int, ...] | None:
    """Return what changes whenever the settings file does; None if it can't be looked at."""
    try:
        seen = (collection / FILE_NAME).stat()
    except OSError:
        return None
    return seen.st_ino, seen.st_mtime_ns, seen.st_size


def write_settings(collection: Path, settings: Settings) -> None:
    """Replace the settings file, so that a crash leaves the old one or the new one."""
    import tomli_w

    write_whole(collection, FILE_NAME, tomli_w.dumps(_to_document(settings)).encode())


def write_whole(collection: Path, name: str, content: bytes) -> None:
    """Write the file `name` of a collection all at once or not at all, and down to the disk."""
    target = collection / name
    fresh = target.with_name(target.name + ".new")
    with translated(collection):
        with fresh.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(target)


def _to_document(settings: Settings) -> dict[str, Any]:
    return {
        "format": settings.format_version,
        "space": settings.space,
        "created": settings.created,
        "calibrated_on": settings.calibrated_on,
        "storage": str(settings.storage),
        "fingerprints": dict(settings.fingerprints),
        "channels": [
            {"name": c.name, "dimension": c.dimension, "modalities": sorted(map(str, c.modalities))}
            for c in settings.channels
        ],
        "backgrounds": {
            f"{query}{_ARROW}{item}": _told(b) for (query, item), b in settings.backgrounds.items()
        },
    }


def _told(background: Background) -> dict[str, Any]:
    told: dict[str, Any] = {"mean": float(background.mean), "spread": float(background.spread)}
    if background.centre is not None:
        told["centre"] = b64encode(background.centre.astype("<f4").tobytes()).decode()
    return told


def _from_document(document: Mapping[str, Any]) -> Settings:
    backgrounds = {}
    for name, background in document.get("backgrounds", {}).items():
        query, item = name.split(_ARROW)
        centre = background.get("centre")
        backgrounds[Modality(query), Modality(item)] = Background(
            mean=float(background["mean"]),
            spread=float(background["spread"]),
            centre=None if centre is None else np.frombuffer(b64decode(centre), "<f4"),
        )
    channels = tuple(
        Channel(str(c["name"]), int(c["dimension"]), frozenset(map(Modality, c["modalities"])))
        for c in document["channels"]
    )
    if not channels:
        raise ValueError("channels")
    return Settings(
        space=str(document["space"]),
        channels=channels,
        fingerprints={str(k): str(v) for k, v in document["fingerprints"].items()},
        created=str(document["created"]),
        backgrounds=backgrounds,
        calibrated_on=int(document.get("calibrated_on", 0)),
        storage=Storage(document.get("storage", Storage.FLOAT32)),
        format_version=int(document["format"]),
    )
