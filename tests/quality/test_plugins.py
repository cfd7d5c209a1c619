"""Checks that plugins bring, done when they are asked for, on what the files hold."""

import json
import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from embedcurate.browsing import Browser
from embedcurate.collection import Collection
from embedcurate.errors import PluginUnavailable, QueryError, ResultMissing, UnknownState
from embedcurate.quality import check, gone
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
    with pytest.raises(QueryError, match="There is no issue 'greenish'"):
        check(collection, thresholds={"greenish": 0.5})


@pytest.fixture
def checked(tmp_path: Path, collection: Collection, site: Path) -> Collection:
    """A copy in which `reddish`, `lasting` and `blue` were done, the last at a threshold given."""
    shutil.copytree(collection.path, tmp_path / "copy")
    copy = Collection.open(tmp_path / "copy")
    check(copy, checks=["reddish", "lasting", "blue"], thresholds={"blue": 0.5})
    return copy


def names(collection: Collection, query: str) -> list[str]:
    ids = collection.catalogue.ids_where(parse_filter(query))
    return sorted(item.path.name for item in collection.items(ids))


def test_what_a_check_found_can_be_asked_for_as_what_is_built_in(checked: Collection) -> None:
    assert names(checked, "is:reddish") == ["red-disc.png"]
    assert names(checked, "is:Reddish,blue modality:image") == ["red-disc.png"]
    assert set(names(checked, "-is:reddish")) == set(names(checked, "")) - {"red-disc.png"}
    browser = Browser(checked)
    found = browser.narrow(parse_filter("modality:image,audio"))
    assert ["reddish", 1] in found.facets["issue"]
    assert ["lasting", 1] in found.facets["issue"]
    assert ["blue", 1] not in found.facets["issue"]
    offered = browser.complete("-is:red", 7).options
    assert [(one.insert, one.count) for one in offered] == [("reddish", 1)]
    [red] = checked.catalogue.ids_where(parse_filter("is:reddish"))
    assert {"issue": "reddish", "score": 1.0} in browser.describe(red)["issues"]
    ordered = browser.narrow(parse_filter("modality:image"), sort="reddish", descending=True)
    assert checked.catalogue.ids[ordered.rows[0]].decode() == red


def test_what_was_found_is_kept_by_later_checks_until_it_is_forgotten(checked: Collection) -> None:
    again = {one.issue: one for one in check(checked, thresholds={"blue": 1.0}).found}
    assert [item.path.name for item in again["reddish"].worst] == ["red-disc.png"]
    assert (again["reddish"].checked, again["lasting"].count) == (7, 1)
    assert (again["blue"].checked, again["blue"].count) == (4, 0)
    assert names(checked, "is:blue") == []
    check(checked, forget=["reddish"])
    with pytest.raises(ResultMissing, match="embedcurate quality COLLECTION --check reddish"):
        names(checked, "is:reddish")
    assert names(checked, "is:lasting") == ["long.wav"]


def test_a_file_that_changed_is_not_what_was_checked(checked: Collection) -> None:
    [red] = checked.catalogue.ids_where(parse_filter("is:reddish"))
    [item] = checked.items([red])
    with checked.writer() as writer:
        writer.record([replace(item, content="0" * 64)])
    found = {one.issue: one for one in check(checked).found}
    assert (found["reddish"].checked, found["reddish"].count) == (6, 0)
    assert found["lasting"].checked == 3


def test_findings_outlive_their_plugin(checked: Collection, monkeypatch, site: Path) -> None:
    monkeypatch.setattr(sys, "path", [one for one in sys.path if one != os.fspath(site)])
    assert names(checked, "is:reddish") == ["red-disc.png"]
    kept = check(checked)
    [one] = [one for one in kept.found if one.issue == "reddish"]
    assert one.check in gone([one.check])
    assert one.check.gone.startswith(
        "The check 'reddish' came with the package 'ec-checks' 1.0, which can't be used now; "
        "what it found on 20"
    )
    with pytest.raises(UnknownState) as raised:
        names(checked, "is:redish")
    told = str(raised.value)
    assert "'is:' does not know 'redish'. Did you mean 'reddish'?" in told
    assert "pick, " in told
    assert "blurred, " in told
    assert told.endswith("blue, lasting, reddish.")


@pytest.mark.parametrize("name", ["pick", "Duplicate", "dark", "missing", "id"])
def test_a_check_can_not_take_the_name_of_what_filters_know(collection, tmp_path, name) -> None:
    install(tmp_path, "ec-taking", SOURCE, {name: "Reddish"}, group="embedcurate.checks")
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(tmp_path)
        with pytest.raises((PluginUnavailable, QueryError)) as raised:
            check(collection, checks=[name])
    reasons = ("is built in", "the name belongs to the package 'embedcurate'")
    assert any(reason in str(raised.value) for reason in reasons)


def test_the_command_line_does_a_check_of_a_plugin(collection: Collection, site: Path) -> None:
    env = {**os.environ, "PYTHONPATH": os.fspath(site)}
    asked = ("quality", collection.path, "--check", "reddish", "--issue", "reddish", "--json")
    issues = json.loads(embedcurate(*asked, env=env).stdout)["issues"]
    assert {name: one["count"] for name, one in issues.items()} == {"reddish": 1}
    asked = ("sample", collection.path, "--size", "1", "--within", "is:reddish", "--json")
    [found] = json.loads(embedcurate(*asked, env=os.environ).stdout)["items"]
    assert Path(found["path"]).name == "red-disc.png"
    later = embedcurate("quality", collection.path, "--issue", "reddish", env=os.environ)
    assert "red-disc.png" in later.stdout
    assert "came with the package 'ec-checks' 1.0, which can't be used now" in later.stderr
