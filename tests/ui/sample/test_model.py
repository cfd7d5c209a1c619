from pathlib import Path

import pyarrow as pa
import pytest
from embedcurate_ui.sample.model import MIXED, Outcome, Wish, filter_of, read
from embedcurate_ui.sample.quotas import Quotas
from PySide6.QtCore import Qt

from embedcurate.collection.results import Results
from tests.ui.models import Proper

COVER = {"radius": 0.8, "mean": 0.3, "p50": 0.3, "p95": 0.7}


def coverage(mean: float, *, spread: float = 0.01) -> dict[str, object]:
    return {
        **COVER,
        "mean": mean,
        "items": 100,
        "uncovered": 2,
        "curve": [{"picks": 1, "radius": 1.0}, {"picks": 5, "radius": 0.8}],
        "beside": {
            "sample": COVER,
            "random": COVER,
            "random_spread": {**COVER, "mean": spread},
            "medoids": COVER,
        },
    }


def test_a_plain_wish_is_a_size_and_a_strategy() -> None:
    assert Wish("first", 20).arguments() == {
        "sample": {"size": 20, "strategies": {"diverse": 1.0}, "random_state": 0},
        "where": "",
        "save": "first",
    }


def test_a_mixed_wish_has_the_strategies_with_a_weight() -> None:
    weights = {"diverse": 30, "typical": 0, "random": 10}
    wish = Wish("x", 20, strategy=MIXED, weights=weights, min_distance=0.2, must=["a"])
    assert wish.arguments()["sample"] == {
        "size": 20,
        "strategies": {"diverse": 30.0, "random": 10.0},
        "min_distance": 0.2,
        "must": ["a"],
        "random_state": 0,
    }


def test_only_a_balanced_wish_has_classes_and_only_a_diverse_one_keeps_a_distance() -> None:
    balanced = Wish("x", 9, strategy="balanced", by="label", quotas={"cat": 3})
    assert balanced.arguments()["sample"]["by"] == "label"
    assert balanced.arguments()["sample"]["quotas"] == {"cat": 3}
    typical = Wish("x", 9, strategy="typical", quotas={"cat": 3}, min_distance=0.1)
    assert typical.arguments()["sample"].keys() == {"size", "strategies", "random_state"}


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (Wish(" ", 5), "Name the selection"),
        (Wish("x", 5, strategy=MIXED), "a weight"),
        (Wish("x", 5, strategy="balanced", by="tag: ,"), "Name the tags"),
        (Wish("x", 5, strategy="balanced", quotas={"a": 4, "b": 2}), "quotas ask for 6"),
        (Wish("x", 1, must=["a", "b"]), "2 items must be in"),
        (Wish("x", 5, where="stars:many"), "stars"),
        (Wish("x", 5, where="dog tag:a"), "dog"),
    ],
)
def test_what_makes_no_sense_is_said(wish: Wish, said: str) -> None:
    assert said in wish.problem()


def test_a_wish_that_makes_sense_has_no_problem() -> None:
    assert Wish("x", 5, where="tag:a -is:duplicate", strategy=MIXED, weights={"random": 1}
                ).problem() == ""  # fmt: skip


def test_a_query_by_meaning_is_no_filter() -> None:
    assert filter_of("tag:a width:>10") == "tag:a width:>10"
    assert filter_of("") == ""
    assert filter_of("dogs tag:a") is None
    assert filter_of('"a phrase"') is None
    assert filter_of("stars:many") is None


@pytest.mark.parametrize(
    ("mean", "said"),
    [(0.2, "33% nearer"), (0.31, "about as well"), (0.45, "50% farther")],
)
def test_the_verdict_goes_by_the_spread_of_chance(mean: float, said: str) -> None:
    assert said in Outcome.of(["a"], coverage(mean), []).verdict()


def test_the_newest_sample_is_read(tmp_path: Path) -> None:
    results = Results(tmp_path)
    assert read(results) is None
    results.save(
        "sample",
        {"items": pa.table({"id": ["b", "a"]})},
        version="1",
        parameters={"size": 2},
        summary={"coverage": coverage(0.2), "notes": ["so"]},
        seconds=0.1,
    )
    outcome = read(results)
    assert outcome is not None
    assert outcome.ids == ("b", "a")
    assert outcome.curve == ((1, 1.0), (5, 0.8))
    assert outcome.notes == ("so",)
    assert outcome.uncovered == 2


def test_nothing_covered_is_no_cover() -> None:
    bare = {"items": 0, "uncovered": 0, "modalities": {}, "curve": [], "beside": None}
    outcome = Outcome.of([], bare, [])
    assert outcome.cover is None
    assert outcome.verdict() == ""


def test_quotas_are_typed_in_and_taken_away(proper: Proper) -> None:
    model = Quotas()
    proper(model)
    model.show([[3, 12, "cats"], [-1, 5, "none"], [4, 7, "dogs"]])
    assert model.rowCount() == 2
    quota = model.index(1, 2)
    assert model.setData(quota, " 1,000 ")
    assert not model.setData(quota, "many")
    assert not model.setData(model.index(1, 1), "5")
    assert model.quotas() == {"4": 1000}
    assert model.data(quota, Qt.ItemDataRole.DisplayRole) == "1,000"
    model.show([["3", 1], ["5", 2]])
    assert model.quotas() == {}
    model.setData(model.index(0, 2), "2")
    model.setData(model.index(0, 2), "")
    assert model.quotas() == {}


def test_an_estimate_tells_what_it_was_made_from() -> None:
    document = {"items": [{"id": "a"}], "notes": [], "coverage": coverage(0.2)}
    beside = document["coverage"]["beside"]  # type: ignore[index]
    beside["medoids"] = None
    part = Outcome.of_estimate({**document, "drawn_from": 9000})
    assert (part.ids, part.eligible, part.measured) == (("a",), 9000, 100)
    assert not part.is_kept
    assert part.medoids is None
    assert Outcome.of_estimate({**document, "drawn_from": 100}).measured == 0
    assert Outcome.of_estimate({**document, "drawn_from": 100}, at_least=500).eligible == 500
