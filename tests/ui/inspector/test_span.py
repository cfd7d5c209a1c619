"""Stretches of time, as arithmetic."""

import pytest
from embedcurate_ui.inspector.span import Span, clock, ticks
from hypothesis import given
from hypothesis import strategies as st


def test_the_clock_has_the_decimals_that_the_step_needs() -> None:
    assert clock(0) == "0:00.0"
    assert clock(83.26) == "1:23.3"
    assert clock(83.26, step_s=1) == "1:23"
    assert clock(59.96) == "1:00.0"
    assert clock(3723.5) == "1:02:03.5"
    assert clock(0.125, step_s=0.005) == "0:00.125"


def test_ticks_are_round_and_far_enough_apart() -> None:
    marked = ticks(Span(0.0, 10.0), 400)
    assert [second for second, _ in marked] == [0, 2, 4, 6, 8, 10]
    assert [words for _, words in ticks(Span(61.0, 122.0), 300)] == ["1:15", "1:30", "1:45", "2:00"]


@given(st.floats(1, 1000), st.floats(0, 1), st.floats(0, 1), st.floats(0.1, 20), st.floats(0, 1))
def test_a_zoomed_span_stays_in_the_sound_and_keeps_the_second_under_the_cursor(
    duration: float, first: float, second: float, factor: float, at: float
) -> None:
    start, end = sorted((first * duration, second * duration))
    span = Span(start, max(end, start + 0.02)).held(duration)
    cursor = span.start + at * span.length
    zoomed = span.zoomed(factor, cursor, duration)
    assert -1e-9 <= zoomed.start < zoomed.end <= duration + 1e-9
    if zoomed.start > 1e-9 and zoomed.end < duration - 1e-9:
        assert zoomed.x_of(cursor, 1.0) == pytest.approx(at, abs=1e-6)


def test_a_span_that_is_pushed_past_the_end_stops_there() -> None:
    assert Span(2.0, 4.0).panned(9.0, 10.0) == Span(8.0, 10.0)
    assert Span(2.0, 4.0).panned(-9.0, 10.0) == Span(0.0, 2.0)
