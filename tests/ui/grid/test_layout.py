"""Where tiles lie: against looking at every tile."""

import numpy as np
from embedcurate_ui.grid.layout import Layout, Step
from hypothesis import given
from hypothesis import strategies as st

LAYOUTS = st.builds(
    Layout,
    count=st.integers(0, 60),
    columns=st.integers(1, 7),
    tile_width_px=st.integers(1, 30),
    tile_height_px=st.integers(1, 40),
    gap_px=st.integers(0, 9),
    margin_px=st.integers(0, 9),
)


def boxes(plan: Layout) -> list[tuple[int, int, int, int]]:
    corners = [plan.place(position) for position in range(plan.count)]
    return [(x, y, x + plan.tile_width_px, y + plan.tile_height_px) for x, y in corners]


@given(LAYOUTS, st.integers(-20, 300), st.integers(-20, 900))
def test_the_tile_under_a_point_is_the_one_whose_box_holds_it(plan: Layout, x: int, y: int) -> None:
    under = [
        position
        for position, (left, top, right, bottom) in enumerate(boxes(plan))
        if left <= x < right and top <= y < bottom
    ]
    assert plan.at(x, y) == (under[0] if under else -1)


@given(
    LAYOUTS, st.integers(-20, 300), st.integers(-20, 900), st.integers(0, 200), st.integers(0, 400)
)
def test_a_rectangle_holds_the_tiles_that_it_touches(
    plan: Layout, left: int, top: int, width: int, height: int
) -> None:
    touched = [
        position
        for position, (x0, y0, x1, y1) in enumerate(boxes(plan))
        if x0 < left + width and x1 > left and y0 < top + height and y1 > top and width and height
    ]
    found = plan.inside(left, top, left + width, top + height)
    assert found.dtype == np.int64
    if width and height:
        assert found.tolist() == touched


@given(LAYOUTS, st.integers(0, 900), st.integers(1, 300))
def test_no_tile_that_is_seen_is_left_out(plan: Layout, top: int, height: int) -> None:
    visible = plan.visible(top, height)
    for position, (_, y0, _, y1) in enumerate(boxes(plan)):
        if y0 < top + height and y1 > top:
            assert position in visible
    assert len(visible) <= (height // plan.line_px + 2) * plan.columns


@given(LAYOUTS)
def test_the_content_ends_a_margin_below_the_last_tile(plan: Layout) -> None:
    lowest = max((bottom for *_, bottom in boxes(plan)), default=plan.margin_px)
    assert plan.height_px == lowest + plan.margin_px


@given(LAYOUTS, st.integers(0, 59), st.integers(0, 900), st.integers(1, 300))
def test_a_tile_is_seen_whole_after_scrolling_to_it_if_it_fits(
    plan: Layout, position: int, top: int, height: int
) -> None:
    if position >= plan.count:
        return
    _, y = plan.place(position)
    new = plan.revealing(position, top, height)
    if plan.tile_height_px + 2 * plan.margin_px <= height:
        assert new <= y
        assert y + plan.tile_height_px <= new + height
    assert plan.revealing(position, new, height) == new


@given(st.integers(1, 3000), st.integers(20, 500), st.integers(0, 1000))
def test_a_grid_fills_its_width_and_no_tile_is_smaller_than_asked(
    width: int, size: int, count: int
) -> None:
    plan = Layout.grid(count, width_px=width, size_px=size, caption_px=30, gap_px=8, margin_px=8)
    used = plan.columns * plan.tile_width_px + (plan.columns - 1) * 8 + 16
    assert plan.columns == 1 or plan.tile_width_px >= size
    if width > 16:
        assert width - plan.columns < used <= width
    assert plan.tile_height_px == plan.tile_width_px + 30


def test_keys_lead_where_a_user_expects() -> None:
    plan = Layout(count=11, columns=4, tile_width_px=10, tile_height_px=10)

    def to(position: int, step: Step) -> int:
        return plan.moved(position, step, height_px=20)

    assert [to(5, step) for step in (Step.LEFT, Step.RIGHT, Step.UP, Step.DOWN)] == [4, 6, 1, 9]
    assert to(3, Step.RIGHT) == 4
    assert to(7, Step.DOWN) == 10  # the last line ends before this column
    assert to(10, Step.DOWN) == 10
    assert to(2, Step.UP) == 2
    assert to(0, Step.LEFT) == 0
    assert to(10, Step.RIGHT) == 10
    assert [to(1, Step.PAGE_DOWN), to(9, Step.PAGE_UP)] == [9, 1]
    assert [to(5, Step.FIRST), to(5, Step.LAST)] == [0, 10]
    assert [to(-1, Step.DOWN), to(-1, Step.LAST)] == [0, 10]
    assert plan.of(0).moved(-1, Step.DOWN, height_px=20) == -1


def test_a_billion_items_are_no_trouble() -> None:
    plan = Layout.grid(10**9, width_px=1600, size_px=160, caption_px=30, gap_px=8, margin_px=8)
    _, top = plan.place(10**9 - 1)
    assert 10**9 - 1 in plan.visible(top, 900)
    assert len(plan.visible(top // 2, 900)) < 100
