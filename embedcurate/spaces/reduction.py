"""A space in fewer dimensions: the first principal components of its vectors, of unit length again.

The components are those of texts, pictures and sounds that ship, each modality counted alike and
not centred, so that cosines stay what they are as well as so few dimensions can hold them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedcurate.errors import SpaceOptionError
from embedcurate.items import Modality, Segment
from embedcurate.progress import Progress
from embedcurate.spaces.anchors import anchors
from embedcurate.spaces.encoder import (
    Encoder,
    ImageEncoder,
    SoundEncoder,
    TextEncoder,
    Vectors,
)
from embedcurate.spaces.keeping import folder_for, keep
from embedcurate.spaces.pooling import encode_all, pool
from embedcurate.spaces.rows import unit_rows
from embedcurate.spaces.sample import computes_here, media
from embedcurate.spaces.space import Space

__all__ = ["OPTION", "Projections", "ReducedSpace", "reduced"]

OPTION = "pca"
"""The option that every space takes which computes here: how many dimensions to keep."""

_EVERY = 3  # of the texts that ship

Projections = Mapping[str, NDArray[np.float32]]
"""Channel -> (d, k), orthonormal columns; channels that are small enough are not among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReducedSpace(Space):
    """A space whose vectors are projections of those of the `whole` one."""

    whole: Space
    projections: Projections

    def project(self, channel: str, rows: Vectors) -> Vectors:
        """Return the unit rows (n, k) for those (n, d) of the whole space."""
        return _projected(self.projections, channel, rows)


def reduced(space: Space, name: str, dimension: int, progress: Progress) -> ReducedSpace:
    """Return `space` under another name, its channels of more than `dimension` reduced to it.

    The components are found the first time, which embeds two thousand texts and the media of the
    sample, and kept in the user's data folder.

    Raises `SpaceOptionError` if no channel is larger, or an encoder does not compute here.
    """
    largest = max(channel.dimension for channel in space.channels)
    here = all(map(computes_here, space.encoders.values()))
    if not here or not 0 < dimension < largest:
        takes = [f"{OPTION}=1 to {largest - 1}"] if here else ()
        raise SpaceOptionError(space.name, f"{OPTION}={dimension}", takes)
    projections = _projections(space, dimension, progress)
    content = b"".join(projections[name].tobytes() for name in sorted(projections))
    # Another machine's components may differ in more than the last digit: then so does this.
    mark = f"{OPTION} {dimension} {_hash(content)}"
    return ReducedSpace(
        name=name,
        encoders={m: _reduced(one, projections, mark) for m, one in space.encoders.items()},
        routes=space.routes,
        whole=space,
        projections=projections,
    )


def _projected(projections: Projections, channel: str, rows: Vectors) -> Vectors:
    projection = projections.get(channel)
    return rows if projection is None else unit_rows(rows @ projection)


def _projections(space: Space, dimension: int, progress: Progress) -> Projections:
    from safetensors.numpy import load_file

    told = "\n".join([*space.fingerprints.values(), *anchors()[::_EVERY]])
    file = folder_for("reductions") / f"{_hash(told.encode())}.safetensors"
    if not file.is_file():
        found = {
            name: np.linalg.eigh(moment)[1][:, ::-1].astype(np.float32)
            for name, moment in _moments(space, progress).items()
        }
        keep(file, found)
    return {name: of[:, :dimension] for name, of in load_file(file).items() if len(of) > dimension}


def _moments(space: Space, progress: Progress) -> dict[str, NDArray[np.float64]]:
    """Return channel -> (d, d): the mean outer product of its vectors, each modality alike."""
    moments: dict[str, NDArray[np.float64]] = {}
    for modality, encoder in space.encoders.items():
        sums: dict[str, NDArray[np.float64]] = {}
        for done, inputs in enumerate(_inputs(encoder, modality)):
            progress(done, None, f"finding components ({modality})")
            for name, rows in encode_all(encoder, inputs).items():
                whole = rows if modality is Modality.TEXT else pool(rows)[None]
                seen = whole.astype(np.float64)
                sums[name] = seen.T @ seen + sums.get(name, 0.0)
        for name, of in sums.items():
            share = of / np.trace(of)
            moments[name] = share + moments.get(name, 0.0)
    return moments


def _inputs(encoder: Encoder[Any], modality: Modality) -> Iterator[Sequence[Any]]:
    """Yield inputs of an encoder: texts by the hundred, pictures and sounds one by one."""
    if modality is not Modality.TEXT:
        return media(encoder, modality)
    texts = anchors()[::_EVERY]
    return (texts[start : start + 100] for start in range(0, len(texts), 100))


def _hash(content: bytes) -> str:
    from blake3 import blake3

    return blake3(content).hexdigest(8)


def _reduced(encoder: Encoder[Any], projections: Projections, mark: str) -> Encoder[Any]:
    if isinstance(encoder, TextEncoder):
        return _Texts(encoder, projections, mark)
    if isinstance(encoder, SoundEncoder):
        return _Sounds(encoder, projections, mark)
    assert isinstance(encoder, ImageEncoder), "as was made sure of"
    return _Images(encoder, projections, mark)


class _Projected:
    """What the encoders of a reduced space have in common."""

    def _take(self, whole: Encoder[Any], projections: Projections, mark: str) -> None:
        self._whole, self._projections = whole, projections
        self.batch_size = whole.batch_size
        self.fingerprint = f"{whole.fingerprint} {mark}"
        self.channels: Mapping[str, int] = {
            name: projections[name].shape[1] if name in projections else dimension
            for name, dimension in whole.channels.items()
        }

    def _project(self, rows: Mapping[str, Vectors]) -> Mapping[str, Vectors]:
        return {name: _projected(self._projections, name, of) for name, of in rows.items()}

    def encode(self, batch: Sequence[Any]) -> Mapping[str, Vectors]:
        """Encode `batch` as the whole encoder does, and project that."""
        return self._project(self._whole.encode(batch))


class _Images(_Projected, ImageEncoder):
    def __init__(self, whole: ImageEncoder, projections: Projections, mark: str) -> None:
        self._take(whole, projections, mark)
        self.size_px = whole.size_px


class _Sounds(_Projected, SoundEncoder):
    def __init__(self, whole: SoundEncoder, projections: Projections, mark: str) -> None:
        self._take(whole, projections, mark)
        self.rate_hz, self.window_s, self.hop_s = whole.rate_hz, whole.window_s, whole.hop_s


class _Texts(_Projected, TextEncoder):
    def __init__(self, whole: TextEncoder, projections: Projections, mark: str) -> None:
        self._take(whole, projections, mark)
        self._texts = whole

    def encode_queries(self, batch: Sequence[str]) -> Mapping[str, Vectors]:
        """Encode `batch` as the whole encoder does, and project that."""
        return self._project(self._texts.encode_queries(batch))

    def passages(self, text: str) -> list[Segment]:
        """Cut as the whole encoder does."""
        return self._texts.passages(text)
