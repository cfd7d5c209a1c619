"""What is offered at the cursor, and that it means what it says once it is taken."""

import pytest

from embedcurate.browsing import Browser
from embedcurate.clauses import KEYS
from embedcurate.query import parse, parse_filter
from tests.browsing.drawn import FOLDERS, drawn, make


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Browser:
    collection = make(tmp_path_factory.mktemp("drawn") / "c")
    with collection.writer() as writer:
        writer.save_selection("My choice", [drawn()[0].item.id], "")
    return Browser(collection)


def taken(browser: Browser, text: str, number: int = 0) -> str:
    """Return the text with the option of that number at its end."""
    found = browser.complete(text, len(text))
    return text[: found.start] + found.options[number].insert


def shown(browser: Browser, text: str) -> list[str]:
    return [option.shown for option in browser.complete(text, len(text)).options]


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("mod", "modality:"),
        ("red dog mod", "red dog modality:"),
        ("-mod", "-modality:"),
        ("modality:im", "modality:image"),
        ("modality:image,te", "modality:image,text"),
        ("-label:!=d", "-label:!=Dog"),
        ('label:"a', 'label:"a, b"'),
        ('label:"a, ', 'label:"a, b"'),
        ("tag:se", "tag:Seen"),
        ("tag:later", 'tag:"seen later"'),
        ("TAG:DU", "TAG:dusk"),
        ("selection:my", 'selection:"My choice"'),
        ("stars:>=", "stars:>=5"),
        ("du", "duration:"),
        ("dus", "tag:dusk"),
        ("+ 2:x is:pi", "+ 2:x is:pick"),
    ],
)
def test_what_is_typed_is_completed(browser: Browser, text: str, full: str) -> None:
    assert taken(browser, text) == full


def test_values_come_with_their_counts_and_the_most_frequent_first(browser: Browser) -> None:
    found = browser.complete("tag:", 4).options
    assert [(one.shown, one.count) for one in found] == [
        ("Seen", 12),
        ("dusk", 3),
        ("seen later", 3),
    ]


@pytest.mark.parametrize("key", sorted(KEYS))
def test_all_that_is_offered_can_be_asked_for_and_finds_as_many_as_it_says(browser, key) -> None:
    text = f"{key}:"
    for option in browser.complete(text, len(text)).options:
        where = parse_filter(f"{text}{option.insert}")
        if option.count is not None:
            assert int(browser.collection.catalogue.mask(where).sum()) == option.count, option


def test_half_of_the_items_reach_the_middle_amount(browser: Browser) -> None:
    for key in ("size", "width", "duration"):
        known = len(browser.collection.catalogue.ids_where(parse_filter(f"{key}:>=0")))
        text = f"{key}:"
        counts = [
            len(browser.collection.catalogue.ids_where(parse_filter(taken(browser, text, number))))
            for number in range(3)
        ]
        assert counts == sorted(counts, reverse=True)
        assert 0.3 * known < counts[1] < 0.7 * known


def test_folders_are_offered_whole(browser: Browser) -> None:
    assert set(shown(browser, "path:pict")) == {f"/pictures/{folder}" for folder in FOLDERS}
    where = parse_filter(taken(browser, "path:beach"))
    found = browser.collection.catalogue.ids_where(where)
    assert set(found) == {one.item.id for one in drawn() if one.item.path.parent.name == "beach"}


@pytest.mark.parametrize("text", ['"in qu', "@/tmp/fi", "#0123", "colour:re", "size:>=1m ", ""])
def test_where_nothing_is_known_nothing_or_only_keys_are_offered(browser, text) -> None:
    assert all(one.endswith(":") for one in shown(browser, text))


def test_what_follows_the_cursor_is_left_alone(browser: Browser) -> None:
    found = browser.complete("tag:se red", 6)
    assert found.start == 4
    assert found.options[0].insert == "Seen"


def test_any_prefix_of_a_query_can_be_completed(browser: Browser) -> None:
    text = r'- 2:dog + @"a b.jpg" tag:"se \" en",cat -path:"x/*" width:>=3 "exact" label:!='
    for cursor in range(len(text) + 1):
        found = browser.complete(text, cursor)
        assert 0 <= found.start <= cursor
        assert len(found.options) <= 12
    parse(text + "cat")
