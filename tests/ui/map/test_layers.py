"""What the map shows, from results on disk and items in memory."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from embedcurate_ui.items import Items
from embedcurate_ui.map.colouring import FIRST_STEP, KINDS, NONE, STEPS, by_number
from embedcurate_ui.map.inks import inks
from embedcurate_ui.map.layers import DIM, GHOST, Layers, Shown, Wanted, Words
from embedcurate_ui.theme.colours import DARK, LIGHT, Colours, contrast
from numpy.typing import ArrayLike

from embedcurate.collection.results import Results
from embedcurate.errors import ResultMissing
from embedcurate.query import parse_filter
from tests.ui.map.material import clusters_of, items_of, map_of, quality_of

N = 12
WORDS = Words(("Pictures", "Texts", "Sounds"), {"cluster": "none"}, {"score": "search"}, "{} more")
LINE = np.stack([np.arange(N), np.zeros(N)], axis=1).astype(np.float32)


def wanted(
    folder: Path,
    items: Items,
    *,
    by: str = "modality",
    rows: ArrayLike = range(N),
    selection: ArrayLike = (),
    tags: dict[int, tuple[str, ...]] | None = None,
    scores: dict[int, float] | None = None,
) -> Wanted:
    results = Results(folder)
    run = results.latest("map")
    assert run is not None
    for row, names in (tags or {}).items():
        items.mark(np.array([row]), add=names)
    return Wanted(
        items,
        results,
        run,
        results.latest("clusters"),
        results.latest("quality"),
        by,
        np.array(rows, np.int64),
        np.array(selection, np.int64),
        items.tags,
        scores or {},
        0,
        WORDS,
    )


def by_row(shown: Shown) -> list[int]:
    """The points' shades in the order of the items."""
    shades = np.full(N, -1)
    shades[shown.points.rows] = shown.shades
    return shades.tolist()


def lines(shown: Shown) -> list[tuple[str, int, str]]:
    return [(line.text, line.count, line.clause) for line in shown.colouring.entries]


def test_points_have_the_colours_of_their_kinds(tmp_path: Path) -> None:
    map_of(tmp_path, LINE)
    shown = Layers().make(wanted(tmp_path, items_of(N)))
    assert by_row(shown) == [1, 2, 3] * 4
    assert shown.strong is None
    assert shown.live.all()
    assert lines(shown) == [
        ("Pictures", 4, "modality:image"), ("Texts", 4, "modality:text"),
        ("Sounds", 4, "modality:audio"),
    ]  # fmt: skip


def test_what_is_filtered_out_is_a_ghost_and_what_is_not_selected_dim(tmp_path: Path) -> None:
    map_of(tmp_path, LINE)
    shown = Layers().make(wanted(tmp_path, items_of(N), rows=range(6), selection=[1, 3, 8]))
    assert by_row(shown) == [DIM, 2, DIM, 1, DIM, DIM, *[GHOST] * 6]
    assert shown.strong is not None
    assert sorted(shown.points.rows[shown.strong].tolist()) == [1, 3]
    assert sorted(shown.points.rows[shown.live].tolist()) == list(range(6))


def test_a_selection_that_is_not_on_the_map_leaves_its_colours(tmp_path: Path) -> None:
    map_of(tmp_path, LINE[:10])
    shown = Layers().make(wanted(tmp_path, items_of(N), selection=[11]))
    assert by_row(shown) == [*([1, 2, 3] * 4)[:10], -1, -1]
    assert shown.absent == 2


def test_items_that_went_since_the_map_was_made_have_no_point(tmp_path: Path) -> None:
    map_of(tmp_path, LINE)
    shown = Layers().make(wanted(tmp_path, items_of(7), rows=range(N)))
    assert sorted(shown.points.rows.tolist()) == list(range(7))
    assert shown.absent == 0


def test_failed_files_are_not_missed_on_the_map(tmp_path: Path) -> None:
    map_of(tmp_path, LINE[:10])
    items = items_of(N, outcome=["ok"] * 11 + ["failed"])
    assert Layers().make(wanted(tmp_path, items)).absent == 1


def test_clusters_have_names_colours_and_clauses_that_find_them(tmp_path: Path) -> None:
    map_of(tmp_path, LINE)
    clusters_of(tmp_path, np.array([5, 5, 5, 5, 5, 2, 2, 2, -1, -1, -1, -1], np.int32))
    shown = Layers().make(wanted(tmp_path, items_of(N), by="cluster"))
    assert by_row(shown) == [1] * 5 + [2] * 3 + [NONE] * 4
    assert lines(shown) == [
        ("group 5", 5, "cluster:5"), ("group 2", 3, "cluster:2"), ("none", 4, "cluster:-1"),
    ]  # fmt: skip
    assert [(name.text, name.size) for name in shown.anchors] == [("group 5", 5), ("group 2", 3)]
    filtered = Layers().make(wanted(tmp_path, items_of(N), by="cluster", rows=[5, 9]))
    assert [name.text for name in filtered.anchors] == ["group 2"]


def test_labels_come_in_the_order_of_their_counts_and_the_rest_share_a_colour(
    tmp_path: Path,
) -> None:
    labels = [f"l{min(row, 10)}" for row in range(N)]
    map_of(tmp_path, LINE)
    shown = Layers().make(wanted(tmp_path, items_of(N, label=labels), by="label"))
    assert lines(shown)[0] == ("l10", 2, "label:l10")
    assert len(lines(shown)) == KINDS
    many = [f"l {row}" for row in range(N)]
    shown = Layers().make(wanted(tmp_path, items_of(N, label=many), by="label"))
    assert len(lines(shown)) == KINDS
    assert lines(shown)[-1] == ("2 more", 2, "")
    assert lines(shown)[0][2] == 'label:"l 0"'
    for _, _, clause in lines(shown)[:-1]:
        parse_filter(clause)


def test_an_item_has_the_colour_of_its_commonest_tag(tmp_path: Path) -> None:
    map_of(tmp_path, LINE)
    tags = {0: ("rare", "common"), 1: ("common",), 2: ("rare",), 3: ("common",)}
    shown = Layers().make(wanted(tmp_path, items_of(N), by="tag", tags=tags))
    assert by_row(shown) == [1, 1, 2, 1] + [NONE] * 8
    assert lines(shown) == [("common", 3, "tag:common"), ("rare", 1, "tag:rare"),
                            ("", 8, "-is:tagged")]  # fmt: skip


def test_an_item_has_the_colour_of_its_rarest_issue(tmp_path: Path) -> None:
    map_of(tmp_path, LINE)
    blurred, dark = np.arange(N) < 4, np.arange(N) == 3
    quality_of(tmp_path, N, blurred=blurred, dark=dark)
    shown = Layers().make(wanted(tmp_path, items_of(N), by="quality"))
    assert by_row(shown) == [1, 1, 1, 2] + [NONE] * 8
    assert lines(shown)[:2] == [("blurred", 3, "is:blurred"), ("dark", 1, "is:dark")]


def test_numbers_lie_on_a_scale(tmp_path: Path) -> None:
    map_of(tmp_path, LINE)
    shown = Layers().make(wanted(tmp_path, items_of(N), by="time"))
    codes = by_row(shown)
    assert codes == sorted(codes)
    assert (codes[0], codes[-1]) == (FIRST_STEP, FIRST_STEP + STEPS - 1)
    assert (shown.colouring.low, shown.colouring.high) == ("1970-01-01", "1970-01-12")
    scores = {4: 0.25, 5: 0.75}
    shown = Layers().make(wanted(tmp_path, items_of(N), by="score", scores=scores))
    assert by_row(shown)[4:6] == [FIRST_STEP, FIRST_STEP + STEPS - 1]
    assert by_row(shown)[0] == NONE


def test_equal_numbers_lie_on_a_scale_too() -> None:
    assert by_number(np.array([2.0, np.nan, 2.0]), str).codes.tolist() == [
        FIRST_STEP,
        0,
        FIRST_STEP,
    ]


@pytest.mark.parametrize("by", ["cluster", "tag", "label", "split", "score", "quality"])
def test_where_there_is_nothing_to_colour_by_all_points_are_grey(tmp_path: Path, by: str) -> None:
    map_of(tmp_path, LINE)
    shown = Layers().make(wanted(tmp_path, items_of(N), by=by))
    assert set(by_row(shown)) == {NONE}
    assert shown.colouring.lacking == WORDS.lacking.get(by, "")


def test_what_stays_the_same_is_not_made_again(tmp_path: Path) -> None:
    map_of(tmp_path, LINE)
    layers, first = Layers(), wanted(tmp_path, items_of(N))
    before = layers.make(first)
    after = layers.make(replace(first, selection=np.array([1])))
    assert after.points is before.points
    assert after.colouring is before.colouring
    assert layers.make(replace(first, by="time")).points is before.points
    map_of(tmp_path, LINE[::-1].copy(), method="pca")
    assert layers.make(wanted(tmp_path, first.items)).points is not before.points


def test_a_run_that_was_dropped_meanwhile_is_an_error(tmp_path: Path) -> None:
    map_of(tmp_path, LINE)
    asked = wanted(tmp_path, items_of(N))
    (tmp_path / "results" / asked.map.id / "items.arrow").unlink()
    with pytest.raises(ResultMissing):
        Layers().make(asked)


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=lambda palette: palette.name)
def test_colours_stand_out_from_the_canvas(palette: Colours) -> None:
    drawn = [f"#{colour:06x}" for colour in inks(palette).tolist()]
    for code in range(1, KINDS + 1):
        assert contrast(drawn[code], palette.canvas) >= 3
    assert contrast(drawn[FIRST_STEP + STEPS - 1], palette.canvas) >= 3
    shades = [contrast(drawn[code], palette.canvas) for code in (GHOST, DIM, NONE)]
    assert 1.05 < shades[0] < shades[1] < shades[2] < 5
