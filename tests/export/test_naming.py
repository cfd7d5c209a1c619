import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedcurate.export.naming import distinct, portable, relative_names
from embedcurate.items import item_id
from tests.test_sources import ODD_NAMES

UNPORTABLE = re.compile(r'[\x00-\x1f<>:"/\\|?*\ud800-\udfff]')


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("plain name.jpg", "plain name.jpg"),
        ("a:b?.png", "a%3Ab%3F.png"),
        ("CON.txt", "%43ON.txt"),
        ("com1", "%63om1"),
        ("console.txt", "console.txt"),
        ("..", "%2E%2E"),
        ("dot.", "dot%2E"),
        ("space ", "space%20"),
        ("../../etc/passwd", "..%2F..%2Fetc%2Fpasswd"),
        ("caf\udce9.png", "caf%E9.png"),
        ("gpj.\u202eexe", "gpj.%E2%80%AEexe"),
        ("a" * 239 + "." + "b" * 70, "a" * 239),
    ],
)
def test_a_name_becomes_one_that_every_system_takes(name: str, expected: str) -> None:
    assert portable(name) == expected


@given(st.text(st.characters(exclude_categories=[]), min_size=1, max_size=300))
def test_whatever_the_name_it_is_one_part_of_a_path_that_every_system_holds(name: str) -> None:
    name = os.fsdecode(name.encode("utf-8", "replace"))
    safe = portable(name)
    assert not UNPORTABLE.search(safe)
    assert 0 < len(safe.encode()) <= 240
    assert safe not in (".", "..")
    assert safe[-1] not in ". "


def places(*paths: bytes) -> list[tuple[str, bytes, int | None]]:
    return [(item_id(Path(os.fsdecode(path))), path, None) for path in paths]


def test_names_that_differ_in_case_or_in_the_way_of_an_accent_are_told_apart() -> None:
    clashing = (b"/a/Name.png", b"/a/name.PNG", "/a/é.png".encode(), "/a/e\u0301.png".encode())
    names = list(relative_names(places(*clashing)).values())
    assert len(names) == 4
    assert sorted("~" in name for name in names) == [False, False, True, True]
    assert all(name.lower().endswith(".png") for name in names)


def test_a_file_and_a_folder_of_one_name_are_told_apart() -> None:
    names = relative_names(places(b"/r/x/A.png/b.png", b"/r/x/a.png", b"/r/c.png"))
    assert sorted("~" in name for name in names.values()) == [False, False, True]


def test_folders_below_the_common_one_stay_and_none_leads_out() -> None:
    names = relative_names(places(b"/r/x/1.png", b"/r/y/2.png", b"/r/y/..evil/3.png"))
    assert sorted(names.values()) == ["x/1.png", "y/..evil/3.png", "y/2.png"]
    assert relative_names([]) == {}
    assert list(relative_names(places(b"/r/x/1.png")).values()) == ["1.png"]


def test_rows_of_a_table_are_texts_named_after_it() -> None:
    names = relative_names([("a" * 32, b"/r/t.csv", 0), ("b" * 32, b"/r/t.csv", 11)])
    assert sorted(names.values()) == ["t.csv-0.txt", "t.csv-11.txt"]


def test_eighteen_odd_names_get_eighteen_portable_ones() -> None:
    names = relative_names(places(*(b"/odd/" + name for name in ODD_NAMES)))
    assert len({name.casefold() for name in names.values()}) == 18
    assert all(portable(name) == name for name in names.values())


def test_splits_get_folders_that_are_told_apart() -> None:
    folders = distinct(["train", "Train", "../up", "annotations"], taken=["annotations"])
    assert folders["../up"] == "..%2Fup"
    assert len({name.casefold() for name in folders.values()} - {"annotations"}) == 4
