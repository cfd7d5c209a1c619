"""Zoom and pan of a picture, as arithmetic."""

import pytest
from embedcurate_ui.inspector.frame import CLOSEST, FIT, Frame
from hypothesis import given
from hypothesis import strategies as st

SIDES = st.floats(20, 4000)
SIZES = st.tuples(SIDES, SIDES)
SHARES = st.floats(0, 1)
ZOOMS = st.floats(1, CLOSEST)


def test_the_whole_picture_is_centred_in_the_view() -> None:
    assert FIT.placed((400, 300), (200, 100)) == (0, 50, 400, 200)
    assert FIT.placed((400, 300), (100, 200)) == (125, 0, 150, 300)


def test_a_pixel_of_the_picture_is_one_of_the_screen_at_actual_size() -> None:
    frame = FIT.actual(2.0, (400, 300), (4000, 3000))
    assert frame.scale((400, 300), (4000, 3000)) * 2.0 == pytest.approx(1.0)


@given(ZOOMS, SHARES, SHARES, SIZES, SIZES, st.floats(0.2, 5), SHARES, SHARES)
def test_what_is_under_the_cursor_stays_there_unless_an_edge_is_in_view(
    zoom: float,
    x: float,
    y: float,
    view: tuple[float, float],
    picture: tuple[float, float],
    factor: float,
    across: float,
    down: float,
) -> None:
    frame = Frame(zoom, x, y).held(view, picture)
    cursor = (across * view[0], down * view[1])
    before = frame.at(cursor, view, picture)
    closer = frame.zoomed(factor, cursor, view, picture)
    after = closer.at(cursor, view, picture)
    for side in range(2):
        length = picture[side] * closer.scale(view, picture)
        middle = (closer.x, closer.y)[side]
        half = view[side] / 2 / length
        at_edge = length <= view[side] or min(middle - half, 1 - half - middle) < 1e-6
        grown = picture[side] * frame.scale(view, picture) > view[side]
        if not at_edge and grown:
            assert after[side] == pytest.approx(before[side], abs=1e-3 * picture[side] + 1e-3)


@given(ZOOMS, SHARES, SHARES, SIZES, SIZES, st.floats(-9e3, 9e3), st.floats(-9e3, 9e3))
def test_no_push_opens_a_gap_beside_a_picture_that_fills_the_view(
    zoom: float,
    x: float,
    y: float,
    view: tuple[float, float],
    picture: tuple[float, float],
    dx: float,
    dy: float,
) -> None:
    pushed = Frame(zoom, x, y).panned(dx, dy, view, picture)
    left, top, width, height = pushed.placed(view, picture)
    for start, length, room in ((left, width, view[0]), (top, height, view[1])):
        if length >= room:
            assert start <= 1e-6
            assert start + length >= room - 1e-6
        else:
            assert start == pytest.approx((room - length) / 2)


def test_the_same_frame_shows_the_same_part_of_pictures_of_other_sizes() -> None:
    frame = Frame(4.0, 0.3, 0.7)
    view = (500.0, 400.0)
    small = frame.at((250, 200), view, (300, 200))
    large = frame.at((250, 200), view, (3000, 2000))
    assert large == pytest.approx((small[0] * 10, small[1] * 10))
    assert small == pytest.approx((90, 140))
