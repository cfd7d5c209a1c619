import numpy as np
import pytest
from embedcurate_ui.map.points import Points
from embedcurate_ui.map.splatting import Scene, picture, radius_px
from embedcurate_ui.map.viewport import Viewport
from numpy.typing import ArrayLike, NDArray

VIEW = Viewport(50, 50, 1.0, 100, 100)
RED, BLUE = 0xFF0000, 0x0000FF
LUT = np.zeros(256, np.uint32)
LUT[1:3] = RED, BLUE


def scene(xy: ArrayLike, shades: ArrayLike, strong: ArrayLike | None = None) -> Scene:
    points = Points(xy, np.arange(len(xy)))
    order = points.rows
    return Scene(
        points,
        np.asarray(shades, np.uint8)[order],
        None if strong is None else np.asarray(strong, np.bool_)[order],
        LUT,
        0,
    )


def at(drawn: tuple[NDArray, int], x: float, y: float) -> int:
    pixels, frame = drawn
    across, down = VIEW.pixel(x, y)
    return int(pixels[int(down) + frame, int(across) + frame])


def opacity(pixels: NDArray) -> NDArray:
    return pixels >> 24


def test_a_point_is_a_dot_in_its_colour_at_its_place() -> None:
    drawn = picture(scene([(20, 30)], [1]), VIEW)
    assert at(drawn, 20, 30) == 0xFF000000 | RED
    assert at(drawn, 40, 30) == 0
    down, across = np.nonzero(drawn[0])
    assert (down.mean() - drawn[1], across.mean() - drawn[1]) == pytest.approx((70, 20), abs=0.5)
    count = int((opacity(drawn[0]) > 127).sum())
    assert count == pytest.approx(np.pi * radius_px(1, VIEW) ** 2, rel=0.1)


def test_at_twice_the_ratio_a_dot_has_four_times_the_pixels() -> None:
    once, twice = (picture(scene([(50, 50)], [1]), VIEW, ratio)[0] for ratio in (1.0, 2.0))
    assert (opacity(twice) > 127).sum() == pytest.approx((opacity(once) > 127).sum() * 4, rel=0.1)


def test_where_dots_meet_each_pixel_belongs_to_the_nearer_one() -> None:
    drawn = picture(scene([(50, 50), (54, 50)], [1, 2]), VIEW)
    assert at(drawn, 51, 50) & 0xFFFFFF == RED
    assert at(drawn, 53, 50) & 0xFFFFFF == BLUE


def test_strong_points_lie_on_top_of_the_others_whatever_their_order() -> None:
    for strong in ([True, False], [False, True]):
        drawn = picture(scene([(50, 50), (50, 50)], [1, 2], strong), VIEW)
        assert at(drawn, 50, 50) & 0xFFFFFF == (RED if strong[0] else BLUE)


def test_what_is_not_seen_is_not_drawn_and_a_dot_at_the_edge_has_room() -> None:
    assert not picture(scene([(500, 50)], [1]), VIEW)[0].any()
    pixels, frame = picture(scene([(0, 50)], [1]), VIEW)
    assert np.nonzero(pixels)[1].min() < frame


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_every_point_that_is_seen_leaves_a_mark(ratio: float) -> None:
    random = np.random.default_rng(0)
    xy = random.uniform(1, 99, (2_000, 2)).astype(np.float32)
    many = scene(xy, np.ones(2_000))
    pixels, frame = picture(many, VIEW, ratio)
    across, down = VIEW.pixels(xy[:, 0], xy[:, 1], ratio)
    assert pixels[down.astype(int) + frame, across.astype(int) + frame].all()


def test_among_very_many_points_those_that_stand_alone_are_fainter() -> None:
    random = np.random.default_rng(0)
    crowd = random.normal(70, 4, (200_000, 2)).astype(np.float32)
    pixels = picture(scene(np.append(crowd, [[10, 10]], axis=0), np.ones(200_001)), VIEW)
    assert at(pixels, 70, 70) >> 24 > 240
    assert 40 < at(pixels, 10, 10) >> 24 < 90


def test_no_points_are_drawn_as_nothing() -> None:
    assert not picture(scene(np.empty((0, 2)), []), VIEW)[0].any()
    many = scene([(50, 50)], [1], [False])
    assert picture(many, VIEW)[0].any()
