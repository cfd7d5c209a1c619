"""Checks that plugins bring, done when they are asked for, on what the files hold."""

import json
import os
from pathlib import Path

import pytest

from embedcurate.collection import Collection
from embedcurate.errors import PluginUnavailable, QueryError
from embedcurate.quality import check
from embedcurate.query import parse_filter
from tests.indexing.material import make_sources, new_collection, run
from tests.processes import embedcurate
from tests.strangers import install

SOURCE = """
import numpy as np
from embedcurate.items import Modality
from embedcurate.quality import CheckPlugin

class Reddish(CheckPlugin):
    name = "reddish"
    summary = "Its middle is red."
    modality = Modality.IMAGE

    def score(self, media):
        middles = [one[one.shape[0] // 2, one.shape[1] // 2].astype(float) for one in media]
        return [float(r > 200 and g < 60) for r, g, b in middles]

class Lasting(CheckPlugin):
    name = "lasting"
    summary = "Some window of it is full."
    modality = Modality.AUDIO
    rate_hz = 8000
    window_s = 5.0
    poor = False

    def score(self, media):
        return [min(1.0, len(one) / (5 * 8000)) for one in media]

class Blue(CheckPlugin):
    name = "blue"
    summary = "It is about blue."
    modality = Modality.TEXT
    threshold = 1.0

    def score(self, media):
        return [0.9 * ("blue" in one) for one in media]

class Sure(Reddish):
    name = "sure"

    def score(self, media):
        return [2.0 for one in media]

class Bursting(Reddish):
    name = "bursting"

    def score(self, media):
        raise RuntimeError("no such GPU")
"""
NAMES = ("reddish", "lasting", "blue", "sure", "bursting")


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    root = tmp_path_factory.mktemp("checked")
    made = new_collection(root / "c")
    run(made, make_sources(root / "sources"))
    (root / "sources" / "pictures" / "red-square.png").unlink()
    return made


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    entries = {name: name.title() for name in NAMES}
    install(tmp_path / "site", "ec-checks", SOURCE, entries, group="embedcurate.checks")
    monkeypatch.syspath_prepend(tmp_path / "site")
    return tmp_path / "site"


def test_checks_score_what_the_files_hold_and_are_kept_with_the_run(
    collection: Collection, site: Path
) -> None:
    done = check(collection, checks=["reddish", "lasting", "blue"], thresholds={"blue": 0.5})
    found = {one.issue: one for one in done.found}
    assert [item.path.name for item in found["reddish"].worst] == ["red-disc.png"]
    assert found["reddish"].checked == 7  # one of eight is gone
    assert (found["lasting"].checked, found["lasting"].count) == (3, 1)
    assert [item.path.name for item in found["lasting"].worst] == ["long.wav"]
    assert [item.path.name for item in found["blue"].worst] == ["blue.txt"]
    poor = collection.catalogue.ids_where(parse_filter("is:poor"))
    red = found["reddish"].worst[0].id
    assert red in poor
    stored = collection.results.latest("quality")
    assert stored is not None
    assert stored.summary["issues"]["reddish"]["count"] == 1
    assert "reddish" not in {one.issue for one in check(collection).found}


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("sure", "The check 'sure' can't be used: ValueError: it must give 7 scores from 0 to 1"),
        ("bursting", "The check 'bursting' can't be used: RuntimeError: no such GPU"),
    ],
)
def test_a_check_that_fails_says_so(
    collection: Collection, site: Path, name: str, sentence: str
) -> None:
    with pytest.raises(PluginUnavailable) as raised:
        check(collection, checks=[name])
    assert sentence in str(raised.value)


def test_a_name_that_no_plugin_has_is_told(collection: Collection, site: Path) -> None:
    with pytest.raises(QueryError, match="No plugin brings a check 'redish'"):
        check(collection, checks=["redish"])
    with pytest.raises(QueryError, match="built in"):
        check(collection, checks=["blurred"])
    with pytest.raises(QueryError, match="There is no issue 'reddish'"):
        check(collection, thresholds={"reddish": 0.5})


def test_the_command_line_does_a_check_of_a_plugin(collection: Collection, site: Path) -> None:
    env = {**os.environ, "PYTHONPATH": os.fspath(site)}
    asked = ("quality", collection.path, "--check", "reddish", "--issue", "reddish", "--json")
    issues = json.loads(embedcurate(*asked, env=env).stdout)["issues"]
    assert {name: one["count"] for name, one in issues.items()} == {"reddish": 1}
