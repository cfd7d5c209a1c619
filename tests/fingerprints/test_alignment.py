"""Grids are laid over each other where they show the same."""

import numpy as np
import pytest

from embedcurate.fingerprints.alignment import align, identity, laid_over


def blobs(side: int, *, scale: float = 1, shift: float = 0) -> np.ndarray:
    """Draw soft spots at fixed places, seen through a warp of x."""
    centres = (np.arange(side) + 0.5) / side * 2 - 1
    x, y = np.meshgrid(scale * centres + shift, centres)
    spots = ((-0.5, -0.4, 90), (0.3, 0.2, 60), (0.6, -0.6, 80), (-0.3, 0.6, 120))
    light = sum(level * np.exp(-((x - u) ** 2 + (y - v) ** 2) / 0.08) for u, v, level in spots)
    return np.asarray(light, np.float32)[None]


def test_the_identity_changes_nothing() -> None:
    grid = blobs(16)
    moved, mask = laid_over(grid, identity(1))
    np.testing.assert_allclose(moved, grid, rtol=1e-5)
    assert mask.all()


def test_what_lies_outside_is_masked() -> None:
    _, mask = laid_over(blobs(16), np.array([[1, 0.5, 1, 0]], np.float32))
    assert mask[0, :, :12].all()
    assert not mask[0, :, 12:].any()


@pytest.mark.parametrize(("scale", "shift"), [(1, 0.1), (0.9, 0), (0.9, 0.1), (0.8, -0.1)])
def test_the_warp_of_a_crop_is_found(scale: float, shift: float) -> None:
    warps = identity(1)
    for side in (8, 16, 32):
        warps = align(blobs(side, scale=scale, shift=shift), blobs(side), warps, steps=6)
    np.testing.assert_allclose(warps, [[scale, shift, 1, 0]], atol=0.02)


def test_a_pair_is_aligned_alone_as_among_others() -> None:
    first = np.concatenate([blobs(16), blobs(16, shift=0.1), blobs(16, scale=0.9)])
    second = np.concatenate([blobs(16)] * 3)
    together = align(first, second, identity(3), steps=4)
    alone = align(first[1:2], second[1:2], identity(1), steps=4)
    np.testing.assert_allclose(together[1:2], alone, atol=1e-5)


def test_flat_grids_keep_the_warp() -> None:
    flat = np.full((1, 16, 16), 200, np.float32)
    np.testing.assert_allclose(align(flat, flat, identity(1), steps=4), identity(1), atol=1e-6)
