"""Fingerprints of pictures follow what a picture shows, not how it is stored."""

import io
from pathlib import Path

import numpy as np
import pytest
from embedcurate_resources import FOLDER
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image, ImageEnhance, ImageFilter, ImageOps

from embedcurate.fingerprints import image

PICTURES = FOLDER / "sample" / "media" / "pictures"
KITTEN = PICTURES / "dogs-and-cats" / "kitten-with-wool.jpg"


def opened(path: Path) -> Image.Image:
    with Image.open(path) as picture:
        return picture.convert("RGB")


def make(picture: Image.Image) -> bytes:
    return image.make(np.asarray(picture))


def similarity(one: Image.Image, other: Image.Image) -> float:
    return float(image.similarities([make(one)], [make(other)])[0])


def encoded(picture: Image.Image, **options: object) -> Image.Image:
    file = io.BytesIO()
    picture.save(file, **options)
    return opened(file)


def cut(picture: Image.Image, left: float, top: float, right: float, low: float) -> Image.Image:
    width, height = picture.size
    box = (left * width, top * height, right * width, low * height)
    return picture.crop(tuple(map(round, box)))


EDITS = {
    "jpeg": lambda it: encoded(it, format="JPEG", quality=50),
    "half": lambda it: it.resize((it.width // 2, it.height // 2)),
    "crop": lambda it: cut(it, 0.05, 0.05, 0.95, 0.95),
    "crop each side": lambda it: cut(it, 0.1, 0.1, 0.9, 0.9),
    "crop one side": lambda it: cut(it, 0.1, 0, 1, 1),
    "brighter": lambda it: ImageEnhance.Brightness(it).enhance(1.3),
    "darker": lambda it: ImageEnhance.Brightness(it).enhance(0.7),
    "blur": lambda it: it.filter(ImageFilter.GaussianBlur(2)),
    "grey": lambda it: it.convert("L").convert("RGB"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_copy_is_near_and_a_candidate(edit: str) -> None:
    kitten = opened(KITTEN)
    copy = EDITS[edit](kitten)
    assert similarity(kitten, copy) >= image.NEAR
    assert image.candidates([make(kitten), make(copy)]).tolist() == [[0, 1]]


def test_other_photographs_of_the_same_things_are_not_near() -> None:
    cats = sorted((PICTURES / "dogs-and-cats").glob("*.jpg"))
    others = [make(opened(path)) for path in cats if "ginger-kitten" not in path.stem]
    first, second = np.triu_indices(len(others), 1)
    similar = image.similarities([others[row] for row in first], [others[row] for row in second])
    assert len(similar) >= 10
    assert similar.max() < 0.5


def test_a_mirrored_copy_is_not_near() -> None:
    kitten = opened(KITTEN)
    assert similarity(kitten, ImageOps.mirror(kitten)) < image.NEAR


def flat(*colour: int) -> Image.Image:
    return Image.new("RGB", (64, 48), colour)


def test_flat_pictures_are_as_similar_as_their_colours() -> None:
    assert similarity(flat(255, 255, 255), flat(254, 255, 255)) >= image.NEAR
    for other in (flat(0, 0, 0), flat(255, 0, 0), flat(235, 235, 235)):
        assert similarity(flat(255, 255, 255), other) < image.NEAR
    assert similarity(flat(255, 0, 0), flat(0, 130, 0)) < image.NEAR
    prints = [make(flat(*colour)) for colour in ((9, 9, 9), (250, 0, 0), (10, 9, 9), (0, 0, 250))]
    assert image.candidates(prints).tolist() == [[0, 2]]


def test_the_same_shape_in_another_colour_is_another_picture() -> None:
    shape = ImageOps.autocontrast(opened(KITTEN).convert("L"))
    dark = shape.point(lambda level: level // 4)
    red, blue = (
        Image.merge("RGB", planes) for planes in ((shape, dark, dark), (dark, dark, shape))
    )
    assert similarity(red, red) == pytest.approx(1, abs=0.1)
    assert similarity(red, blue) < image.NEAR


def test_neither_order_nor_company_changes_a_similarity() -> None:
    prints = [make(opened(path)) for path in sorted((PICTURES / "birds").glob("*.jpg"))[:5]]
    first, second = ([prints[row] for row in rows] for rows in np.triu_indices(len(prints)))
    together = image.similarities(first, second)
    np.testing.assert_array_equal(together, image.similarities(second, first))
    alone = [image.similarities([a], [b])[0] for a, b in zip(first, second, strict=True)]
    np.testing.assert_allclose(together, alone, atol=1e-4)


@given(arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(3))))
def test_any_picture_has_a_print_of_one_length_and_is_similar_to_itself(
    pixels: np.ndarray,
) -> None:
    one = image.make(pixels)
    assert len(one) == 1152
    assert image.similarities([one], [one])[0] >= image.NEAR


def test_an_empty_print_is_similar_to_none_and_no_candidate() -> None:
    assert image.similarities([b""], [make(flat(1, 2, 3))]).tolist() == [0]
    assert image.candidates([b"", b""]).shape == (0, 2)
    assert image.similarities([], []).shape == (0,)
