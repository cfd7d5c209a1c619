"""What is measured of pictures has known answers, and is there for any picture."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image, ImageFilter

from embedcurate.figures.image import jpeg_quality, measure
from embedcurate.items import FIGURES, Modality


def scene(*, size: int = 256) -> Image.Image:
    """Return squares of many colours and sizes: sharp edges everywhere."""
    random = np.random.default_rng(0)
    picture = np.zeros((size, size, 3), np.uint8)
    for _ in range(200):
        top, left = random.integers(0, size, 2)
        side = random.integers(4, 40)
        picture[top : top + side, left : left + side] = random.integers(0, 256, 3)
    return Image.fromarray(picture)


def test_blur_lowers_the_sharpness_step_by_step() -> None:
    found = [
        measure(np.array(scene().filter(ImageFilter.GaussianBlur(radius))))["sharpness"]
        for radius in (0, 1, 2, 4)
    ]
    assert found == sorted(found, reverse=True)
    assert found[0] > 1.5
    assert found[2] < 0.8


def test_contrast_does_not_change_the_sharpness() -> None:
    pixels = np.array(scene())
    faint = (pixels // 4 + 90).astype(np.uint8)
    assert measure(faint)["sharpness"] == pytest.approx(measure(pixels)["sharpness"], rel=0.05)


def test_a_sharp_subject_before_a_soft_background_is_sharp() -> None:
    picture = scene().filter(ImageFilter.GaussianBlur(5))
    picture.paste(scene().crop((96, 96, 192, 192)), (96, 96))
    assert measure(np.array(picture))["sharpness"] > 1.1


def test_the_sharpness_is_that_of_one_scale() -> None:
    soft = scene(size=448).filter(ImageFilter.GaussianBlur(3))
    large = soft.resize((1344, 1344), Image.Resampling.BICUBIC)
    assert measure(np.array(large))["sharpness"] == pytest.approx(
        measure(np.array(soft))["sharpness"], rel=0.15
    )


def test_levels_are_those_that_one_percent_is_below_or_above() -> None:
    pixels = np.full((100, 100, 3), 100, np.uint8)
    pixels[:2] = 20
    pixels[2:4] = 230
    pixels[4, 0] = 255  # one in 10,000 counts for nothing
    figures = measure(pixels)
    assert figures["dark_level"] == pytest.approx(20 / 255)
    assert figures["bright_level"] == pytest.approx(230 / 255)


def test_entropy_is_the_number_of_bits() -> None:
    assert measure(np.full((8, 8, 3), 7, np.uint8))["entropy"] == 0
    halves = np.zeros((8, 8, 3), np.uint8)
    halves[:4] = 255
    assert measure(halves)["entropy"] == pytest.approx(1)
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)
    assert measure(ramp)["entropy"] == pytest.approx(8)


def test_grey_has_no_saturation_and_pure_red_all_of_it() -> None:
    grey = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)
    assert measure(grey)["saturation"] == 0
    assert measure(np.full((4, 4, 3), (255, 0, 0), np.uint8))["saturation"] == 1


@pytest.mark.parametrize("quality", [1, 5, 20, 50, 75, 90, 95, 100])
def test_the_quality_of_a_jpeg_is_read_from_its_tables(quality: int) -> None:
    file = io.BytesIO()
    scene().save(file, "JPEG", quality=quality)
    with Image.open(file) as picture:
        assert jpeg_quality(picture.quantization) == pytest.approx(quality, abs=1)


@given(
    arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 40), st.just(3))),
    st.integers(1, 9),
)
def test_any_picture_has_finite_figures_within_their_bounds(
    pixels: np.ndarray, frames: int
) -> None:
    figures = measure(pixels, frames=frames)
    assert np.isfinite([*figures.values()]).all()
    names = set(FIGURES[Modality.IMAGE])
    assert names - {"sharpness", "jpeg_quality"} <= set(figures) <= names
    assert 0 <= figures["dark_level"] <= figures["bright_level"] <= 1
    assert 0 <= figures["entropy"] <= 8
    assert figures["frames"] == frames


def test_what_has_no_edge_has_no_sharpness() -> None:
    assert "sharpness" not in measure(np.full((64, 64, 3), 120, np.uint8))
    assert "sharpness" not in measure(np.zeros((1, 500, 3), np.uint8))
