"""Before a collection is made, the worker tells what sources hold and which spaces there are."""

from pathlib import Path

import pytest

from embedcurate.errors import QueryError
from embedcurate.progress import ignore
from embedcurate.worker.serving import VERBS
from embedcurate.worker.state import Arguments, Worker
from tests.indexing.material import make_sources


def ask(verb: str, **arguments: object) -> dict[str, object]:
    return VERBS[verb](Worker(), Arguments(arguments), ignore)


def test_a_look_counts_and_offers(tmp_path: Path) -> None:
    sources = make_sources(tmp_path / "media")
    table = tmp_path / "captions.csv"
    table.write_text("path,caption\npictures/red-disc.png,a red disc\n")
    assert ask("look", sources=[str(sources)]) == {
        "items": {"image": 8, "text": 4, "audio": 3},
        "more": False,
        "passed": {},
        "unreadable": 0,
        "captions": (
            {"source": str(table), "count": 1, "distinct": 1, "values": (("a red disc", 1),)},
        ),
        "labels": (),
        "splits": (),
    }
    assert ask("look", sources=[str(sources)], limit=3)["more"] is True
    with pytest.raises(QueryError, match="'sources' is missing"):
        ask("look")


def test_the_spaces_say_what_they_are_for_and_what_they_lack() -> None:
    spaces = ask("spaces")["spaces"]
    assert isinstance(spaces, list)
    starter = next(space for space in spaces if space["name"] == "starter")
    assert starter["modalities"] == ["audio", "image", "text"]
    assert starter["problem"] is None
    assert starter["download_bytes"] == 0
    assert "offline" in starter["summary"]
