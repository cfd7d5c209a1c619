import numpy as np
import pytest
from embedcurate_ui.map.lasso import inside
from embedcurate_ui.map.points import Points
from embedcurate_ui.map.viewport import Viewport
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

WIDE, TALL = 400, 300
coordinates = st.floats(-100, 100, width=32)
many = st.integers(0, 60).flatmap(lambda n: arrays(np.float32, (n, 2), elements=coordinates))


def crossings(x: NDArray, y: NDArray, corners: NDArray) -> NDArray:
    """The definition: how many edges lie to the right of a point, one pair at a time."""
    hits = []
    for px, py in zip(x.tolist(), y.tolist(), strict=True):
        odd = False
        for (x1, y1), (x2, y2) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
            if (y1 > py) != (y2 > py) and px < x1 + (py - y1) * ((x2 - x1) / (y2 - y1)):
                odd = not odd
        hits.append(odd)
    return np.array(hits, np.bool_)


@given(many, coordinates, coordinates, st.floats(0.05, 20))
def test_what_is_seen_and_nearest_is_what_comparing_all_points_gives(
    xy: NDArray, x: float, y: float, scale: float
) -> None:
    points = Points(xy, np.arange(len(xy)))
    assert sorted(points.rows.tolist()) == list(range(len(xy)))
    assert np.array_equal(np.stack([points.x, points.y], axis=1), xy[points.rows])
    view = Viewport(x, y, scale, WIDE, TALL)
    seen = (np.abs(xy[:, 0] - x) <= WIDE / 2 / scale) & (np.abs(xy[:, 1] - y) <= TALL / 2 / scale)
    rows = points.rows[points.seen(view)]
    unsure = np.isclose(np.abs(xy[:, 0] - x), WIDE / 2 / scale, rtol=1e-4)
    unsure |= np.isclose(np.abs(xy[:, 1] - y), TALL / 2 / scale, rtol=1e-4)
    assert set(rows.tolist()) ^ set(np.flatnonzero(seen).tolist()) <= set(
        np.flatnonzero(unsure).tolist()
    )
    apart = np.hypot(xy[:, 0] - np.float32(x), xy[:, 1] - np.float32(y)) * scale
    among = np.arange(len(xy)) % 2 == 0
    best = points.nearest(view, WIDE / 2, TALL / 2, 10.0, among[points.rows])
    near = apart[among]
    if best < 0:
        assert not (near < 9.99).any()
    else:
        assert among[points.rows[best]]
        assert apart[points.rows[best]] <= near.min() + 1e-3


@given(
    arrays(np.float32, (80, 2), elements=coordinates),
    arrays(
        np.float64,
        st.tuples(st.integers(3, 12), st.just(2)),
        elements=st.floats(-80, 80, width=32, allow_subnormal=False),
    ),
)
def test_within_a_polygon_lies_what_has_an_odd_number_of_edges_beside_it(
    xy: NDArray, corners: NDArray
) -> None:
    points = Points(xy, np.arange(80))
    found = points.rows[points.within(corners)]
    expected = np.flatnonzero(crossings(xy[:, 0], xy[:, 1], corners))
    assert sorted(found.tolist()) == expected.tolist()


@pytest.mark.parametrize("seed", range(5))
def test_a_polygon_drawn_into_a_raster_parts_points_exactly_as_its_edges_do(seed: int) -> None:
    random = np.random.default_rng(seed)
    x, y = random.normal(size=(2, 30_000)).astype(np.float32) * 2
    turn = np.sort(random.uniform(0, 2 * np.pi, 40))
    corners = np.stack([np.cos(turn * (seed + 1)), np.sin(turn)], axis=1)
    corners *= random.uniform(0.2, 2, 40)[:, None]
    some = np.linspace(0, len(x) - 1, 1_500).astype(int)
    found = inside(x, y, corners)
    assert found.any()
    assert np.array_equal(found[some], crossings(x[some], y[some], corners))
    # A few at a time they are compared with the edges, without a raster.
    parts = [inside(x[at : at + 1000], y[at : at + 1000], corners) for at in range(0, 30_000, 1000)]
    assert np.array_equal(found, np.concatenate(parts))


def test_points_in_a_line_or_in_one_place_or_none_are_found_too() -> None:
    for xy in (np.zeros((5, 2)), np.stack([np.arange(5), np.zeros(5)], axis=1)):
        points = Points(xy, np.arange(5))
        view = Viewport.fitted(points.low, points.high, WIDE, TALL)
        assert len(points.seen(view)) == 5
        assert points.nearest(view, *view.pixel(*xy[0].tolist()), 3.0, np.ones(5, bool)) >= 0
    none = Points(np.empty((0, 2)), [])
    assert len(none) == len(none.seen(view)) == len(none.within([(0, 0), (1, 0), (1, 1)])) == 0
    assert none.nearest(view, 1.0, 1.0, 5.0, np.ones(0, bool)) == -1


def test_points_without_a_place_are_left_out() -> None:
    points = Points([(0, 0), (np.nan, 1), (1, np.inf), (1, 1)], [7, 8, 9, 10])
    assert sorted(points.rows.tolist()) == [7, 10]
    assert points.high == (1.0, 1.0)


def test_a_line_of_two_corners_encloses_nothing() -> None:
    assert len(Points([(0, 0)], [0]).within([(-1, -1), (1, 1)])) == 0
