import numpy as np
import pytest
from embedcurate_ui.map.lettering import placed
from embedcurate_ui.map.mosaic import with_room
from embedcurate_ui.map.naming import Anchor, anchors, colours_apart
from embedcurate_ui.map.points import Points
from embedcurate_ui.map.viewport import Viewport
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

VIEW = Viewport(0, 0, 1.0, 400, 300)


def test_a_name_belongs_where_its_cluster_is_densest_and_the_largest_comes_first() -> None:
    random = np.random.default_rng(0)
    small = random.normal((5, 5), 0.1, (50, 2))
    large = np.concatenate(
        [random.normal((-5, 0), 0.05, (200, 2)), random.uniform(-9, 9, (100, 2))]
    )
    points = Points(np.concatenate([small, large, [[0, 0]]]), np.arange(351))
    numbers = np.repeat([0, 1, -1], [50, 300, 1]).astype(np.int32)[points.rows]
    first, second = anchors(points, numbers, ["small", "large"], [7, 4])
    assert (first.text, first.size, first.cluster) == ("large", 300, 4)
    assert (second.text, second.size, second.cluster) == ("small", 50, 7)
    assert (first.x, first.y) == pytest.approx((-5, 0), abs=0.2)
    assert (second.x, second.y) == pytest.approx((5, 5), abs=0.2)


def test_a_cluster_without_points_on_the_map_has_no_name_there() -> None:
    points = Points([(0, 0), (1, 1)], [0, 1])
    assert anchors(points, np.array([-1, -1], np.int32), ["a"], [0]) == []
    (only,) = anchors(points, np.array([1, -1], np.int32)[points.rows], ["a", "b"], [0, 1])
    assert only.text == "b"


@given(st.integers(1, 40).flatmap(lambda n: arrays(np.float64, (n, 2), elements=st.floats(0, 9))))
def test_each_of_the_first_clusters_has_a_colour_of_its_own(places: NDArray) -> None:
    given_ = colours_apart(places, 8)
    assert sorted(given_[:8].tolist()) == list(range(1, min(len(places), 8) + 1))
    assert given_.min() >= 1
    assert given_.max() <= 8


def test_a_colour_is_used_again_as_far_away_as_can_be() -> None:
    assert colours_apart(np.array([[0, 0], [10, 0], [1, 0], [9, 0]]), 2).tolist() == [1, 2, 2, 1]


names = st.lists(st.tuples(st.floats(-300, 300), st.floats(-300, 300), st.integers(1, 99)))


@given(names)
def test_names_never_overlap_nor_leave_the_window(raw: list[tuple[float, float, int]]) -> None:
    wanted = [Anchor("x" * size, x, y, size, at) for at, (x, y, size) in enumerate(raw)]
    found = placed(wanted, VIEW, lambda text: (len(text) * 6.0, 20.0))
    boxes = [place for _, place in found]
    for at, box in enumerate(boxes):
        assert not any(box.intersects(other) for other in boxes[:at])
        assert box.left() >= 0
        assert box.right() <= 400
        assert box.top() >= 0
        assert box.bottom() <= 300


def test_the_first_name_gets_its_place_and_one_in_its_way_moves_aside_or_waits() -> None:
    crowd = [Anchor(str(number), 0, 0, 9 - number, number) for number in range(5)]
    found = placed(crowd, VIEW, lambda text: (100.0, 20.0))
    assert [name.text for name, _ in found] == ["0", "1"]
    assert found[0][1].bottom() < 150 < found[1][1].top()
    apart = placed(crowd, VIEW.zoomed(50), lambda text: (100.0, 20.0))
    assert len(apart) == 2, "names of the same place don't come apart by zooming"


@given(
    st.integers(0, 80).flatmap(
        lambda n: arrays(np.float32, (n, 2), elements=st.floats(-50, 500, width=32))
    )
)
def test_thumbnails_never_overlap_and_none_that_had_room_is_left_out(xy: NDArray) -> None:
    chosen = with_room(xy[:, 0], xy[:, 1], 60.0)
    assert chosen.tolist() == sorted(set(chosen.tolist()))
    assert len(xy) == 0 or chosen[0] == 0

    def meet(one: int, other: int) -> bool:
        return bool((np.abs(xy[one].astype(float) - xy[other]) < 60).all())

    taken: list[int] = []
    for at in range(len(xy)):
        free = not any(meet(at, other) for other in taken)
        assert free == (at in chosen)
        if free:
            taken.append(at)
