"""The media that ship, as encoders take them: where a space has pictures, sounds and texts."""

from collections.abc import Iterator
from itertools import groupby, islice
from typing import Any

import numpy as np
from embedcurate_resources import FOLDER

from embedcurate.items import Modality
from embedcurate.media.audio import Sound
from embedcurate.media.decoding import decode
from embedcurate.media.image import Picture
from embedcurate.media.tables import is_table
from embedcurate.media.text import Document
from embedcurate.progress import Progress, ignore
from embedcurate.sources import Scan, find
from embedcurate.spaces.encoder import (
    Encoder,
    ImageEncoder,
    SoundEncoder,
    TextEncoder,
    Vectors,
)
from embedcurate.spaces.keeping import folder_for, keep
from embedcurate.spaces.pooling import encode_all, needs, pool, split
from embedcurate.spaces.space import Space

__all__ = ["centre", "computes_here", "media"]

_MEDIA = FOLDER / "sample" / "media"
_FOLDERS = {Modality.IMAGE: "pictures", Modality.AUDIO: "sounds", Modality.TEXT: "texts"}


def computes_here(encoder: Encoder[Any]) -> bool:
    """Tell whether an encoder takes any media, and none of them leaves this machine."""
    kinds = ImageEncoder | SoundEncoder | TextEncoder
    return isinstance(encoder, kinds) and encoder.sending is None


def media(encoder: Encoder[Any], modality: Modality, *, most: int | None = None) -> Iterator[Any]:
    """Yield the inputs of each medium of one modality; at most so many of each of 14 topics."""
    alone = Space("", {modality: encoder})
    found = find([_MEDIA / _FOLDERS[modality]], Scan(), modalities={modality})
    paths = sorted(one.path for one in found if not is_table(one.path))
    for _, topic in groupby(paths, lambda path: path.parent):
        for path in islice(topic, most):
            medium = decode(path, modality, needs(alone)).medium
            assert isinstance(medium, Picture | Sound | Document), path
            whole = medium.text if isinstance(medium, Document) else medium
            yield split(whole, alone).inputs


def centre(
    encoder: Encoder[Any], modality: Modality, progress: Progress = ignore
) -> dict[str, Vectors]:
    """Return channel -> (d,) float32: the mean vector of media about all kinds of things.

    A space has each modality in a region of its own (Liang et al. 2022, arXiv 2203.02053): this is
    where. Found from one medium of each topic that ships, kept in the user's data folder.
    """
    from blake3 import blake3
    from safetensors.numpy import load_file

    told = f"{modality} {encoder.fingerprint} {sorted(encoder.channels.items())}"
    file = folder_for("centres") / f"{blake3(told.encode()).hexdigest(8)}.safetensors"
    if not file.is_file():
        rows: dict[str, list[Vectors]] = {name: [] for name in encoder.channels}
        for done, inputs in enumerate(media(encoder, modality, most=1)):
            progress(done, None, f"finding out where the space has things ({modality})")
            for name, parts in encode_all(encoder, inputs).items():
                rows[name].append(pool(parts))
        keep(file, {name: np.mean(of, axis=0) for name, of in rows.items()})
    return dict(load_file(file))
