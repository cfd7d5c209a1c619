import pytest
from embedcurate_ui.map.viewport import Viewport
from hypothesis import given
from hypothesis import strategies as st

places = st.floats(-1e3, 1e3)
views = st.builds(
    Viewport, places, places, st.floats(0.01, 100), st.integers(1, 4000), st.integers(1, 4000)
)


@given(views, places, places)
def test_a_place_is_shown_at_the_pixel_that_shows_it(view: Viewport, x: float, y: float) -> None:
    assert view.place(*view.pixel(x, y)) == pytest.approx((x, y), abs=1e-6)


@given(views, st.floats(0.1, 10), st.floats(0, 4000), st.floats(0, 4000))
def test_what_lies_under_the_pointer_stays_there_while_zooming(
    view: Viewport, factor: float, px: float, py: float
) -> None:
    zoomed = view.zoomed(factor, (px, py))
    assert zoomed.scale == pytest.approx(view.scale * factor)
    assert zoomed.place(px, py) == pytest.approx(view.place(px, py), abs=1e-6, rel=1e-6)


def test_panning_takes_what_is_seen_along_with_the_pointer() -> None:
    view = Viewport(0, 0, 2, 100, 100)
    assert view.panned(10, -4).pixel(0, 0) == (60, 46)


def test_what_is_fitted_is_seen_whole_with_upwards_upwards() -> None:
    view = Viewport.fitted((-1, 0), (3, 1), 400, 300)
    left, bottom = view.pixel(-1, 0)
    right, top = view.pixel(3, 1)
    assert 0 < left < right < 400
    assert 0 < top < bottom < 300
    assert (right - left) / 4 == pytest.approx(bottom - top)


def test_a_single_place_is_fitted_in_the_middle() -> None:
    assert Viewport.fitted((5, 5), (5, 5), 400, 300).pixel(5, 5) == (200, 150)


def test_one_can_neither_lose_the_points_nor_dive_without_end() -> None:
    whole = Viewport.fitted((0, 0), (1, 1), 400, 400)
    assert whole.zoomed(1e-6).limited(whole).scale == whole.scale / 2
    assert whole.zoomed(1e9).limited(whole).scale == pytest.approx(whole.scale * 1e4)
    assert whole.panned(1e6, 0).limited(whole).x == whole.left
