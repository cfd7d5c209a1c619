"""What is exported and how, as the arguments of the worker; no window, no worker."""

from pathlib import Path

import pytest
from embedcurate_ui.export.model import (
    FORMATS,
    Plan,
    ShareError,
    Source,
    first_rows,
    preview_of,
    read_shares,
    sources,
    suffixed,
)
from embedcurate_ui.export.preview import Preview
from embedcurate_ui.export.wording import format_text, format_title, source_name
from embedcurate_ui.session import Session

from embedcurate.export import Format
from embedcurate.formats import LISTS, TAKES
from tests.ui.grid.material import show
from tests.ui.models import Proper

PICKED = Source("pick", 3, lambda: {"where": "is:pick"})


def test_the_formats_are_those_of_the_library() -> None:
    assert list(FORMATS) == list(Format)
    for name, one in FORMATS.items():
        assert one.is_folder == (Format(name) not in LISTS)
        assert (
            one.takes == {str(kind) for kind in TAKES.get(Format(name), ())} or len(one.takes) == 3
        )
        assert format_title(one)
        assert format_text(one).endswith(".")


@pytest.mark.parametrize(
    ("text", "shares"),
    [
        ("", {}),
        ("train 80, val 10, test 10", {"train": 0.8, "val": 0.1, "test": 0.1}),
        ("train=0.5, test=0.5", {"train": 0.5, "test": 0.5}),
        ("a 3,b 1%", {"a": 0.75, "b": 0.25}),
    ],
)
def test_splits_are_read_and_add_up_to_one(text: str, shares: dict[str, float]) -> None:
    assert read_shares(text) == shares


@pytest.mark.parametrize("text", ["train", "80", "a 1, a 2", "a -1, b 2", "a nan, b 1", "all 100"])
def test_splits_that_cannot_be_meant_are_refused(text: str) -> None:
    with pytest.raises(ShareError):
        read_shares(text)


def test_a_path_gets_the_suffix_of_the_format_and_loses_that_of_another() -> None:
    assert suffixed("/o/list.csv", FORMATS["parquet"]) == "/o/list.parquet"
    assert suffixed("/o/list.csv", FORMATS["copy"]) == "/o/list"
    assert suffixed("/o/v1.2", FORMATS["jsonl"]) == "/o/v1.2.jsonl"
    assert suffixed("", FORMATS["csv"]) == ""


def test_a_plan_has_only_the_options_that_its_format_has() -> None:
    plan = Plan(PICKED, "csv", "/o/a.csv", {"a": 0.5, "b": 0.5}, "label", ("shared",), True)
    assert plan.arguments == {
        "where": "is:pick", "format": "csv", "out": "/o/a.csv", "spreadsheet_safe": True,
        "splits": {"a": 0.5, "b": 0.5}, "split_by": "label",
    }  # fmt: skip
    plan.format = "parquet"
    assert plan.arguments["vectors"] == ["shared"]
    assert "spreadsheet_safe" not in plan.arguments


def test_what_there_is_to_export_follows_the_session(blank_session: Session) -> None:
    session = show(blank_session, 9)
    assert [one.kind for one in sources(session)] == ["shown"]
    session.items.pick[:2] = 1
    session.selection = session.rows[3:5]
    session.rows = session.rows[::-1][:4]
    session.about = {"selections": [{"name": "a b", "count": 5}]}
    found = sources(session)
    assert [source_name(one) for one in found] == [
        "What is picked (2)", "What is selected now (2)", "What is shown (4)",
        "Selection “a b” (5)", "Everything (9)",
    ]  # fmt: skip
    assert session.items.rows_of(found[2].arguments["ids"]).tolist() == [8, 7, 6, 5]
    first: list[list[int]] = []
    for one in found[1:3]:
        first_rows(session, one, 3, lambda rows: first.append(rows.tolist()))
    assert first == [[3, 4], [8, 7, 6]]


def test_the_preview_tells_what_is_known_and_nothing_else(
    blank_session: Session, proper: Proper
) -> None:
    session = show(blank_session, ["a.png", "b.txt"], folder=Path("/media"))
    rows = preview_of(session.items, session.rows)
    assert rows == [
        ("/media/a.png", "image", "", "", ""),
        ("/media/b.txt", "text", "", "", ""),
    ]
    model = Preview()
    proper(model)
    for shown in (rows, rows[::-1], (), rows[1:]):
        model.show(shown)
        assert model.rowCount() == len(shown)
    assert model.index(0, 0).data() == "b.txt"
