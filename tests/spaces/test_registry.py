import subprocess
import sys

import pytest

from embedcurate.errors import SpaceOptionError, SpaceUnavailable, UnknownSpace
from embedcurate.spaces import registry
from tests.strangers import install

WORKING = """
from embedcurate.items import Modality
from embedcurate.spaces.plugin import SpacePlugin
from embedcurate.spaces.tiny import tiny_space

class Tiny(SpacePlugin):
    name = "tiny"
    summary = "Known answers."
    modalities = frozenset(Modality)
    licence = "Apache-2.0"
    remedy = "Run: fetch-it"

    def available(self):
        return None

    def load(self, progress):
        progress(1, 1, "loading")
        return tiny_space()

class Incomplete(Tiny):
    def available(self):
        return "its weights are not there"

class Fickle(Tiny):
    def available(self):
        raise ZeroDivisionError("oops")
"""


@pytest.fixture
def offer(tmp_path, monkeypatch):
    """Install a distribution that offers spaces: `offer(package, source, name=value, ...)`."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(registry, "_loaded", {})

    return lambda package, source, **entries: install(tmp_path, package, source, entries)


def test_listing_imports_no_plugin(offer):
    offer("ec-explosive", "raise SystemExit('imported')", explosive="Anything")
    offers = registry.installed()
    assert offers["explosive"].package == "ec-explosive"
    assert "ec_explosive" not in sys.modules


def test_a_plugin_that_raises_at_import_is_listed_with_its_reason(offer):
    offer("ec-broken", "raise RuntimeError('no such GPU')", broken="Anything")
    problem = registry.installed()["broken"].problem()
    assert problem is not None
    assert "RuntimeError: no such GPU" in problem
    assert "'ec-broken'" in problem
    with pytest.raises(SpaceUnavailable, match="no such GPU"):
        registry.load("broken")
    assert registry.installed()["starter"].problem() is None


def test_a_plugin_that_is_no_space_plugin_is_refused(offer):
    offer("ec-wrong", "Thing = dict", wrong="Thing")
    with pytest.raises(SpaceUnavailable, match="not a class derived from SpacePlugin"):
        registry.load("wrong")


def test_a_plugin_loads_once_in_a_process(offer):
    offer("ec-good", WORKING, tiny="Tiny")
    reports = []
    space = registry.load("tiny", lambda *report: reports.append(report))
    assert space.name == "tiny"
    assert registry.load("tiny") is space
    assert reports == [(1, 1, "loading")]


def test_what_is_missing_is_told_with_the_remedy(offer):
    offer("ec-good", WORKING, half="Incomplete", fickle="Fickle")
    with pytest.raises(SpaceUnavailable, match=r"its weights are not there\. Run: fetch-it"):
        registry.load("half")
    assert registry.installed()["half"].problem() == "its weights are not there"
    problem = registry.installed()["fickle"].problem()
    assert problem is not None
    assert "ZeroDivisionError: oops" in problem


def test_the_name_of_a_built_in_space_can_not_be_taken(offer):
    offer("aaa-first", WORKING, starter="Tiny")
    assert registry.installed()["starter"].package == "embedcurate"


def test_an_unknown_name_gets_a_suggestion():
    with pytest.raises(UnknownSpace, match="Did you mean 'starter'"):
        registry.load("startr")


def test_neither_the_list_nor_a_loaded_starter_needs_torch():
    program = (
        "import sys; from embedcurate.spaces import registry; registry.installed();"
        "space = registry.load('starter'); space.channels; space.fingerprints;"
        "assert not {'torch', 'timm', 'transformers'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_space_is_considered_with_its_options_before_anything_is_loaded(monkeypatch, tmp_path):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    about = registry.considered("clip?pca=64&template=a {}")
    assert about["name"] == "clip?pca=64&template=a {}"
    assert about["problem"] == "its weights are not on this machine"
    [weights] = about["weights"]
    assert weights["missing"] == list(registry.weights("clip?pca=64")[0].files)
    assert [row["space"] for row in registry.models(["clip?pca=64"])] == ["clip?pca=64"]
    for wrong in ("clip?pca=few", "clip?pca=0", "clip?colour=red"):
        with pytest.raises(SpaceOptionError, match=wrong.partition("?")[2].partition("=")[0]):
            registry.considered(wrong)
    with pytest.raises(UnknownSpace):
        registry.models(["clop"])
