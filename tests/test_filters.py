import fnmatch
import operator
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from embedcurate.errors import ResultMissing, UnknownSelection
from embedcurate.filters import (
    RESULTS,
    All,
    AnyOf,
    Compare,
    Filter,
    Glob,
    Is,
    Not,
    Tagged,
    evaluate,
)

Row = dict[str, Any]
TYPES = {
    "path": pa.string(),
    "modality": pa.string(),
    "outcome": pa.string(),
    "label": pa.dictionary(pa.int32(), pa.string()),
    "caption": pa.string(),
    "width_px": pa.int32(),
    "duration_s": pa.float64(),
    "stars": pa.int8(),
    "pick": pa.dictionary(pa.int8(), pa.string()),
}
INJECTION = "x' OR '1'='1"


class Table:
    """Rows as `Columns`, in two chunks."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, name: str) -> pa.ChunkedArray:
        if name in RESULTS:
            raise ResultMissing(RESULTS[name].what, RESULTS[name].command)
        if name in {"tagged", "marked"}:
            flags = [bool(row["tags"]) or (name == "marked" and _marked(row)) for row in self.rows]
            return pa.chunked_array([pa.array(flags, pa.bool_())])
        values = [row[name] for row in self.rows]
        half = len(values) // 2
        parts = [pa.array(part, TYPES[name]) for part in (values[:half], values[half:])]
        return pa.chunked_array(parts)

    def tagged(self, tag: str) -> NDArray[np.bool_]:
        return np.array([tag.lower() in row["tags"] for row in self.rows], np.bool_)

    def flagged(self, check: str) -> NDArray[np.bool_]:
        return np.array([row.get(check, False) for row in self.rows])

    def selected(self, name: str) -> NDArray[np.bool_]:
        raise UnknownSelection(name, ())


def _marked(row: Row) -> bool:
    return bool(row["pick"] or row["stars"])


def matches(expression: Filter, row: Row) -> bool:
    """Decide for one row in plain Python: the oracle."""
    match expression:
        case All(of):
            return all(matches(part, row) for part in of)
        case AnyOf(of):
            return any(matches(part, row) for part in of)
        case Not(of):
            return not matches(of, row)
        case Tagged(tag):
            return tag.lower() in row["tags"]
        case Is("unmarked"):
            return not (row["tags"] or _marked(row))
        case Is("marked"):
            return bool(row["tags"] or _marked(row))
        case Is("tagged"):
            return bool(row["tags"])
        case Is("pick" | "reject" as state):
            return bool(row["pick"] == state)
        case Is("captioned"):
            return bool(row["caption"])
        case Is("labelled"):
            return bool(row["label"])
        case Is(state):
            return bool(row["outcome"] == state)
        case Compare(column, sign, value):
            found = row[column]
            if isinstance(value, str) and found is not None:
                found, value = found.lower(), value.lower()
            compare = {"=": operator.eq, "<": operator.lt, ">": operator.gt}
            compare |= {"<=": operator.le, ">=": operator.ge}
            return found is not None and bool(compare[sign](found, value))
        case Glob("name", pattern):
            return fnmatch.fnmatchcase(PurePosixPath(row["path"]).name.lower(), pattern.lower())
        case Glob("path", pattern):
            parts = row["path"].lower().split("/")
            tails = ["/".join(parts[start:]) for start in range(len(parts))]
            return any(fnmatch.fnmatchcase(tail, pattern.lower()) for tail in tails)
        case Glob(column, pattern):
            found = row[column]
            return found is not None and fnmatch.fnmatchcase(found.lower(), pattern.lower())


odd = st.sampled_from(["", "Dog", "dog", "dög", "a.b", "a+b", "(x", "^$|", "two\nlines", INJECTION])
names = st.sampled_from(["a.jpg", "A.JPG", "Dog 1.png", "x'.wav", "b+c.txt", "{2}", "d\n.jpg"])
folders = st.sampled_from(["/", "/holiday/", "/Holiday/sea/", "/x/holiday", "holiday/"])
some = st.integers(0, 4)
rows = st.fixed_dictionaries(
    {
        "path": st.builds(str.__add__, folders, names),
        "modality": st.sampled_from(["image", "text", "audio"]),
        "outcome": st.sampled_from(["ok", "failed", "skipped", "missing"]),
        "label": st.none() | odd,
        "caption": st.none() | odd,
        "width_px": st.none() | some,
        "duration_s": st.none() | st.floats(0, 4) | st.just(float("nan")),
        "stars": some,
        "pick": st.sampled_from(["", "pick", "reject"]),
        "tags": st.sets(st.sampled_from(["dog", "cat", INJECTION.lower()]), max_size=2),
    }
)
patterns = st.lists(
    st.sampled_from(["*", "?", "dog", "Dog", ".", "a", "holiday", "+", "(", "\n", "jpg", "'", " "]),
    max_size=4,
).map("".join)
signs = st.sampled_from(["=", "<", "<=", ">", ">="])
atoms = (
    st.builds(Compare, st.sampled_from(["label", "caption", "modality"]), signs, odd)
    | st.builds(
        Compare,
        st.sampled_from(["width_px", "duration_s", "stars"]),
        signs,
        some | st.floats(-1, 5) | st.sampled_from([2**70, -(2**70)]),
    )
    | st.builds(Glob, st.sampled_from(["label", "caption", "path"]), patterns)
    | st.builds(Glob, st.just("name"), patterns)
    | st.builds(Tagged, st.sampled_from(["dog", "DOG", "mouse", INJECTION]))
    | st.builds(
        Is,
        st.sampled_from(["pick", "reject", "marked", "unmarked", "tagged"])
        | st.sampled_from(["captioned", "labelled", "ok", "failed", "skipped", "missing"]),
    )
)
filters = st.recursive(
    atoms,
    lambda of: (
        st.builds(Not, of)
        | st.builds(All, st.lists(of, max_size=3).map(tuple))
        | st.builds(AnyOf, st.lists(of, max_size=3).map(tuple))
    ),
    max_leaves=5,
)


@given(st.lists(rows, max_size=8), filters)
def test_evaluation_agrees_with_a_reading_row_by_row(table: list[Row], asked: Filter) -> None:
    found = evaluate(asked, Table(table))
    assert found.dtype == np.bool_
    assert found.tolist() == [matches(asked, row) for row in table]


ROW: Row = {
    "path": "/p/a.jpg",
    "modality": "image",
    "outcome": "ok",
    "label": "dog",
    "caption": "a dog",
    "width_px": None,
    "duration_s": None,
    "stars": 0,
    "pick": "",
    "tags": set(),
}


@pytest.mark.parametrize("column", ["path", "modality", "outcome", "label", "caption", "pick"])
def test_an_sql_injection_is_text_like_any_other(column: str) -> None:
    table = Table([ROW, ROW | {column: INJECTION}])
    assert evaluate(Compare(column, "=", INJECTION), table).tolist() == [False, True]
    assert evaluate(Glob(column, INJECTION), table).tolist() == [False, True]
    assert not evaluate(Tagged(INJECTION), table).any()


def test_what_is_absent_matches_no_comparison_but_its_complement() -> None:
    table = Table([ROW])
    assert not evaluate(Compare("width_px", ">", 500), table).any()
    assert not evaluate(Compare("width_px", "<=", 500), table).any()
    assert evaluate(Not(Compare("width_px", ">", 500)), table).all()


@pytest.mark.parametrize("character", [chr(code) for code in range(1, 128)])
def test_every_ascii_character_of_a_pattern_means_itself(character: str) -> None:
    table = Table([ROW | {"label": f"a{character}b"}, ROW | {"label": "ab"}])
    assert evaluate(Glob("label", f"a{character}b"), table).tolist() == [True, character == "*"]


def test_a_name_that_is_not_utf8_is_found_by_what_is_shown_of_it() -> None:
    table = Table([ROW | {"path": "/p/caf?.jpg"}])
    assert evaluate(Glob("name", "caf\udce9.jpg"), table).all()
    assert evaluate(Compare("path", "=", "/p/caf\udce9.jpg"), table).all()


@pytest.mark.parametrize("pattern", ["?" * 1000, "*a" * 500, "é" * 1000])
def test_the_longest_patterns_compile(pattern: str) -> None:
    assert not evaluate(Glob("caption", pattern), Table([ROW])).any()


@pytest.mark.parametrize("needy", [Is("duplicate"), Compare("cluster", "=", 7)])
def test_a_filter_on_an_analysis_that_was_not_run_names_the_command(needy: Filter) -> None:
    with pytest.raises(ResultMissing, match="Run: embedcurate"):
        evaluate(AnyOf((needy,)), Table([ROW]))


def test_another_state_is_what_a_check_of_a_plugin_found() -> None:
    table = Table([ROW, ROW | {"reddish": True}])
    assert evaluate(Is("reddish"), table).tolist() == [False, True]
    assert evaluate(Not(Is("reddish")), table).tolist() == [True, False]
