"""What two media differ in, where the answer is known."""

import numpy as np
import pytest
from embedcurate_ui.duplicates.difference import difference, later_by, words_changed
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QColor, QImage

pytestmark = pytest.mark.gui


def plain(colour: str, width: int = 40, height: int = 30) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    return image


def test_the_channel_that_differs_most_counts_four_times() -> None:
    apart, mean = difference(plain("#102030"), plain("#102a35"))
    assert mean == 10
    assert QColor(apart.pixel(7, 7)).red() == 40
    assert difference(plain("#000000"), plain("#00ff00"))[0].pixelColor(0, 0).red() >= 250


def test_a_picture_and_a_smaller_copy_of_it_are_the_same_at_the_smaller_size() -> None:
    image = plain("#336699", 80, 60)
    apart, mean = difference(image, plain("#336699"))
    assert mean == 0
    assert (apart.width(), apart.height()) == (40, 30)
    wide = difference(plain("#111111", 4000, 1000), plain("#111111", 5000, 1250))[0]
    assert (wide.width(), wide.height()) == (1000, 250)


def bursts(starts_s: list[float], seconds: float) -> "np.ndarray":
    """Return peaks, 100 a second, of a sound that is loud for a moment at each of some times."""
    loud = np.full(round(seconds * 100), 0.01, np.float32)
    for start in starts_s:
        at = round(start * 100)
        loud[at : at + 12] = 0.8
    return np.column_stack([-loud, loud])


@pytest.mark.parametrize("later", [-1.5, -0.2, 0.0, 0.4, 2.0])
def test_a_shifted_sound_is_laid_where_it_belongs(later: float) -> None:
    times = [2.3, 3.1, 4.9, 5.3]
    first = bursts(times, 8)
    second = bursts([time + later for time in times], 9)
    found = later_by(first, 8.0, second, 9.0)
    assert found == pytest.approx(later, abs=0.03)


def test_sounds_that_have_nothing_in_common_are_not_aligned() -> None:
    first, second = bursts([1.0, 1.2, 1.5], 8), bursts([0.5, 3.0, 6.0], 8)
    assert later_by(first, 8.0, second, 8.0) is None
    silence = np.zeros((100, 2), np.float32)
    assert later_by(silence, 1.0, first, 8.0) is None


TEXTS = st.text("ab \n", max_size=30)


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_the_changes_spell_out_both_texts(first: str, second: str) -> None:
    changes, whole = words_changed(first, second)
    assert whole
    assert "".join(change.first for change in changes) == first
    assert "".join(change.second for change in changes) == second


def test_only_the_word_that_was_changed_is_marked() -> None:
    changes, _ = words_changed("the bird on the wood sings", "the bird on the stone sings")
    assert [(change.first, change.second) for change in changes if not change.same] == [
        ("wood ", "stone ")
    ]


def test_of_long_texts_only_the_beginning_is_compared() -> None:
    changes, whole = words_changed("word " * 5000, "word " * 5000)
    assert not whole
    assert all(change.same for change in changes)
