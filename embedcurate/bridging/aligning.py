"""Align two spaces by media that both embed: texts, pictures or sounds."""

from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from embedcurate.errors import BridgeError, MediaError
from embedcurate.items import Modality
from embedcurate.media.pool import DecoderPool, Pending
from embedcurate.media.text import Document
from embedcurate.progress import Progress, ignore
from embedcurate.sources import Scan, find
from embedcurate.spaces.anchors import anchors
from embedcurate.spaces.bridge import Bridge, align
from embedcurate.spaces.encoder import SHARED, Vectors
from embedcurate.spaces.pooling import encode_all, needs, pool, split
from embedcurate.spaces.space import Space

__all__ = ["Alignment", "align_spaces"]

_AT_ONCE = 256
_AHEAD = 16


@dataclass(frozen=True, slots=True)
class Alignment:
    """Bridges between the channels `shared` of two spaces, in both directions."""

    first: str
    second: str
    modality: Modality
    there: Bridge
    back: Bridge

    def as_document(self) -> dict[str, Any]:
        """Return what `embedcurate bridge --json` prints."""
        return {
            "first": self.first,
            "second": self.second,
            "modality": str(self.modality),
            "there": asdict(self.there.report),
            "back": asdict(self.back.report),
        }


def align_spaces(
    first: Space, second: Space, source: Path | None = None, *, progress: Progress = ignore
) -> Alignment:
    """Align two spaces by the media in `source`, or by the texts that ship if it is None.

    `source` is a text of one anchor a line, or a folder, list or table of pictures or sounds.
    Files that can't be used are left out.

    Raises `BridgeError` if the spaces have no encoder for the anchors in common, or the anchors are
    too few or do not fit; `SourceNotFound` or `UnreadableSource` for `source`.
    """
    modality, media = _anchors(first, second, source)
    if modality is Modality.TEXT:
        sides = [_embed_texts(space, media, progress) for space in (first, second)]
    else:
        embedded = [_embed_files(space, modality, media, progress) for space in (first, second)]
        both = sorted(set(embedded[0]) & set(embedded[1]))
        sides = [
            np.stack([one[path] for path in both] or [np.empty(0, np.float32)]) for one in embedded
        ]
    there, back = align(sides[0], sides[1]), align(sides[1], sides[0])
    return Alignment(first.name, second.name, modality, there, back)


def _anchors(first: Space, second: Space, source: Path | None) -> tuple[Modality, Sequence[Any]]:
    common = first.modalities & second.modalities
    if not common:
        raise BridgeError(
            f"'{first.name}' and '{second.name}' have no modality in common to be aligned by."
        )
    if source is None or (source.is_file() and source.suffix == ".txt"):
        if Modality.TEXT not in common:
            kinds = ", ".join(sorted(common))
            raise BridgeError(
                f"'{first.name}' and '{second.name}' do not both embed texts. Give a folder of "
                f"anchors that both embed ({kinds}) with --anchors."
            )
        if source is None:
            return Modality.TEXT, anchors()
        lines = source.read_text("utf-8", "replace").splitlines()
        return Modality.TEXT, list(dict.fromkeys(line.strip() for line in lines if line.strip()))
    wanted = common - {Modality.TEXT}
    found = list(find([source], Scan(), modalities=wanted))
    if not found:
        kinds = " or ".join(sorted(wanted)) or "anything that both embed"
        raise BridgeError(f"There are no files of {kinds} in '{source}' to align by.")
    kinds_found = [one.modality for one in found]
    most = max(sorted(set(kinds_found)), key=kinds_found.count)
    return most, [one.path for one in found if one.modality is most]


def _embed_texts(space: Space, texts: Sequence[str], progress: Progress) -> Vectors:
    assert space.text is not None, "the modality is one that both have"
    rows = []
    for start in range(0, len(texts), _AT_ONCE):
        progress(start, len(texts), f"embedding anchors in {space.name}")
        rows.append(encode_all(space.text, texts[start : start + _AT_ONCE])[SHARED])
    return np.concatenate(rows or [np.empty((0, space.text.channels[SHARED]), np.float32)])


def _embed_files(
    space: Space, modality: Modality, paths: Sequence[Path], progress: Progress
) -> dict[Path, Vectors]:
    encoder = space.encoders[modality]
    found: dict[Path, Vectors] = {}
    with DecoderPool(needs(space)) as decoders:
        waiting = deque[Pending]()
        for done, path in enumerate(paths):
            progress(done, len(paths), f"embedding anchors in {space.name}")
            ahead = paths[done + len(waiting) : done + _AHEAD]
            waiting.extend(decoders.decode(one, modality) for one in ahead)
            try:
                decoded = decoders.result(waiting.popleft())
            except MediaError:
                continue
            assert not isinstance(decoded, str), "it was asked to decode"
            medium = decoded.medium
            assert not isinstance(medium, Document | tuple), "texts and tables are not decoded here"
            found[path] = pool(encode_all(encoder, split(medium, space, path).inputs)[SHARED])
    return found
