"""Pictures: a small grid of their light, compared after one is laid over the other.

Two grids are aligned (`alignment`), and what they share is compared in its details: light that
varies slowly is taken away first, or every bright sky over dark ground would be the same picture.
Re-encoding, scaling, blur, brightness, contrast and cropping by a tenth of each side leave the
details where they are; another photograph has others. Neither mirrored nor turned copies are found.

Two pictures with no details to compare, such as empty pages, are as similar as their colours. Of
two pictures in colour, colours must agree as well; a copy in grey is judged by its light.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from embedcurate.fingerprints.alignment import Floats, align, identity, laid_over, sampling
from embedcurate.fingerprints.buckets import Hashes, Rows, Table, mixed, paired, pairs
from embedcurate.progress import Progress, ignore

__all__ = ["NEAR", "candidates", "make", "similarities"]

NEAR = 0.75
"""The similarity from which two pictures are the same, edited."""

_GRID = 32
_COLOURS = 8
_DETAIL = 3.0  # cells: light that varies over more is taken away
_NOISE = 1.0  # of 255, squared: details weaker than that are no evidence
_FLAT = 4.0  # of 255, squared
_SAME_COLOUR = 16.0  # of 255: the difference at which flat pictures are not similar at all
_GREY = 4.0
_CHUNK = 256
_SURE, _HOPELESS = 0.95, 0.5

_TABLES = 3
_AT_ONCE = 8192
_FARTHEST = 12  # of 64 bits
_WAVES = 11
_ZIGZAG = tuple(
    np.array(
        sorted(
            ((y, x) for y in range(_WAVES) for x in range(_WAVES - y) if x + y),
            key=lambda wave: (sum(wave), wave),
        )[:64]
    ).T
)
_CROPS = (
    (1, 0, 1, 0), (0.95, 0, 0.95, 0), (0.9, 0, 0.9, 0), (0.85, 0, 0.85, 0), (0.8, 0, 0.8, 0),
    (0.9, 0.1, 1, 0), (0.9, -0.1, 1, 0), (1, 0, 0.9, 0.1), (1, 0, 0.9, -0.1),
)  # fmt: skip


def make(pixels: NDArray[np.uint8]) -> bytes:
    """Return the fingerprint of a picture: 1,152 bytes.

    Parameters
    ----------
    pixels : (height, width, 3) uint8, upright RGB; its size matters little from 128 px on.
    """
    light, blue, red = Image.fromarray(pixels).convert("YCbCr").split()
    parts = ((light, _GRID), (blue, _COLOURS), (red, _COLOURS))
    return b"".join(
        part.resize((side, side), Image.Resampling.BILINEAR).tobytes() for part, side in parts
    )


def candidates(prints: Sequence[bytes], *, progress: Progress = ignore) -> Rows:
    """Return the pairs of rows (m, 2), i < j, that deserve a look, as `buckets.pairs` finds them.

    Every picture, and crops of it, have a hash of 64 signs of cosine coefficients (as pHash: Zauner
    2010). Two are a pair where a hash of one and a hash of the other agree in every third bit, and
    in most of the others.
    """
    return pairs(prints, _hash_tables, count=_TABLES, progress=progress)


def _hash_tables(prints: list[bytes]) -> Iterator[Table]:
    hashes = np.empty((len(prints), len(_CROPS)), np.uint64)
    for start in range(0, len(prints), _AT_ONCE):
        hashes[start : start + _AT_ONCE] = _hashes(*_grids(prints[start : start + _AT_ONCE]))
    rows, codes = np.repeat(np.arange(len(prints)), len(_CROPS)), hashes.ravel()
    for table in range(_TABLES):
        every_third = np.uint64(sum(1 << bit for bit in range(table, 63, _TABLES)))
        yield Table(rows, codes & every_third, codes, _FARTHEST)


def _hashes(light: Floats, colour: Floats) -> Hashes:
    """Return hashes (m, crops); those of flat pictures stand for their colour."""
    cells = np.arange(_GRID) + 0.5
    waves = np.cos(np.pi / _GRID * cells * np.arange(_WAVES)[:, None]).astype(np.float32)
    found = np.empty((len(light), len(_CROPS)), np.uint64)
    for number, warp in enumerate(np.array(_CROPS, np.float32)):
        across, down = (waves @ sampling(warp[None, axis : axis + 2], _GRID)[0] for axis in (0, 2))
        signs = (down @ light @ across.T)[:, *_ZIGZAG] > 0
        found[:, number] = np.ascontiguousarray(np.packbits(signs, axis=1)).view(">u8")[:, 0]
    flat = _flat(light)
    shade = light.mean(axis=(1, 2)) // 16 + ((colour.mean(axis=(2, 3)) + 8) // 16) @ (16, 256)
    shades = mixed((shade[flat] + 2**16).astype(np.uint64))
    found[flat] ^= shades[:, None]
    found[flat, 0] = shades
    return found


def similarities(first: Sequence[bytes], second: Sequence[bytes]) -> Floats:
    """Return how much of the details of each pair of pictures agrees: (m,) float32 in [0, 1].

    It is their correlation, after the alignment at which it is highest.
    """
    return paired(_similar, first, second, chunk=_CHUNK)


def _similar(first: list[bytes], second: list[bytes]) -> Floats:
    (light, colour), (other_light, other_colour) = (_grids(prints) for prints in (first, second))
    warps = identity(len(light))
    best = _agreement(light, other_light, warps)
    doubtful = np.flatnonzero(best < _SURE)
    for side, steps in ((8, 4), (16, 4), (_GRID, 3)):
        if not len(doubtful):
            break
        one, other = (_pooled(grids[doubtful], side) for grids in (light, other_light))
        warps[doubtful] = align(one, other, warps[doubtful], steps=steps)
        if side == 16:
            doubtful = doubtful[_agreement(one, other, warps[doubtful]) >= _HOPELESS]
    found = _agreement(light[doubtful], other_light[doubtful], warps[doubtful])
    better = found > best[doubtful]
    best[doubtful[better]] = found[better]
    warps[np.setdiff1d(np.arange(len(light)), doubtful[better])] = identity(1)
    best = best * _colours_agree(colour, other_colour, warps)
    apart = np.abs(light - other_light).max(axis=(1, 2))
    apart = np.maximum(apart, np.abs(colour - other_colour).max(axis=(1, 2, 3)))
    plain = np.where(_flat(light) & _flat(other_light), 1 - apart / _SAME_COLOUR, 0)
    return np.clip(np.maximum(best, plain), 0, 1).astype(np.float32)


def _flat(light: Floats) -> NDArray[np.bool_]:
    flat: NDArray[np.bool_] = _details(light).var(axis=(1, 2)) < _FLAT
    return flat


def _grids(prints: list[bytes]) -> tuple[Floats, Floats]:
    """Return light (m, 32, 32) and colours (m, 2, 8, 8), 0 being grey."""
    raw = np.frombuffer(b"".join(prints), np.uint8).reshape(len(prints), -1).astype(np.float32)
    light, colour = raw[:, : _GRID**2], raw[:, _GRID**2 :] - 128
    return light.reshape(-1, _GRID, _GRID), colour.reshape(-1, 2, _COLOURS, _COLOURS)


def _pooled(grids: Floats, side: int) -> Floats:
    cell = grids.shape[1] // side
    pooled: Floats = grids.reshape(-1, side, cell, side, cell).mean(axis=(2, 4))
    return pooled


def _details(grids: Floats) -> Floats:
    side = grids.shape[1]
    cells = np.arange(side)
    blur = np.exp(-((cells[:, None] - cells) ** 2) / (2 * (_DETAIL * side / _GRID) ** 2))
    blur = (blur / blur.sum(axis=1, keepdims=True)).astype(np.float32)
    details: Floats = grids - blur @ grids @ blur.T
    return details


def _agreement(first: Floats, second: Floats, warps: Floats) -> Floats:
    """Return the correlation of the details of aligned grids."""
    moved, mask = laid_over(second, warps)
    one = _details(first) * mask
    other = _details(moved + (1 - mask) * first) * mask
    shared = (one * other).sum(axis=(1, 2))
    own = np.sqrt((one * one).sum(axis=(1, 2)) * (other * other).sum(axis=(1, 2)))
    agreement: Floats = shared / (own + _NOISE * np.maximum(mask.sum(axis=(1, 2)), 1))
    return agreement


def _colours_agree(first: Floats, second: Floats, warps: Floats) -> Floats:
    """Return 1 where colours agree or one picture is grey, less where they contradict."""
    moved, mask = zip(*(laid_over(second[:, plane], warps) for plane in (0, 1)), strict=True)
    count = np.maximum(mask[0].sum(axis=(1, 2)), 1)
    pairs = ((first * mask[0][:, None]), np.stack(moved, axis=1) * mask[0][:, None])
    own = [np.hypot(grids[:, 0], grids[:, 1]).sum(axis=(1, 2)) / count for grids in pairs]
    apart = np.hypot(*np.moveaxis(pairs[0] - pairs[1], 1, 0)).sum(axis=(1, 2)) / count
    contradiction = apart / np.maximum(np.maximum(*own), _GREY)
    return np.where(np.minimum(*own) < _GREY, 1, np.clip(1.5 - contradiction, 0, 1)).astype(
        np.float32
    )
