"""The suite for plugins must fail, by name, for every rule that a plugin can break."""

import os
from collections.abc import Mapping
from contextlib import suppress

import pytest

from embedcurate.errors import Cancelled
from embedcurate.items import Modality
from embedcurate.spaces.encoder import SHARED
from embedcurate.spaces.plugin import EncoderPlugin, SpacePlugin
from embedcurate.spaces.space import Space
from embedcurate.spaces.tiny import TinyImages, TinyTexts, tiny_space
from embedcurate.testing import Elsewhere, check_space, in_fresh_process
from embedcurate.testing.encoders import inputs


class Good(SpacePlugin):
    name = "tiny"
    summary = "Known answers."
    modalities = frozenset(Modality)
    licence = "Apache-2.0"

    def available(self):
        return None

    def load(self, progress):
        progress(0, None, "loading")
        return tiny_space()


class GoodEncoder(EncoderPlugin):
    name = "words"
    summary = "Known answers."
    modalities = frozenset({Modality.TEXT})
    licence = "Apache-2.0"

    def encoder(self):
        return TinyTexts()


class Wordless(Good):
    summary = ""


class Missing(Good):
    def available(self):
        return "its weights are not here"


class Lax(Good):
    def __init__(self, model: str = "", options: Mapping[str, str] | None = None) -> None:
        super().__init__(model)


class Unstoppable(Good):
    def load(self, progress):
        with suppress(Cancelled):
            progress(0, None, "loading")
        return tiny_space()


class Renamed(Good):
    def load(self, progress):
        return Space("other", tiny_space().encoders)


class Partial(Good):
    modalities = frozenset({Modality.TEXT})


class Swapped(Good):
    modalities = frozenset({Modality.IMAGE})

    def load(self, progress):
        return Space("tiny", {Modality.IMAGE: TinyTexts()})


class OtherImages(TinyImages):
    channels: Mapping[str, int] = {SHARED: 16, "visual": 49}


class Uneven(Good):
    def load(self, progress):
        return Space("tiny", {**tiny_space().encoders, Modality.IMAGE: OtherImages()})


class Astray(Good):
    def load(self, progress):
        encoders = tiny_space().encoders
        return Space("tiny", encoders, {(Modality.TEXT, Modality.IMAGE): "visual"})


class OfThisProcess(TinyTexts):
    fingerprint = f"made-by-{os.getpid()}"


class Changing(GoodEncoder):
    def encoder(self):
        return OfThisProcess()


class Salted(TinyTexts):
    def encode(self, batch):
        salted = [f"{text} {hash('a string')}" for text in batch]
        return super().encode(salted)


class Salting(GoodEncoder):
    def encoder(self):
        return Salted()


@pytest.fixture(scope="module")
def elsewhere() -> Elsewhere:
    """What the good space gives everywhere."""
    encoders = tiny_space().encoders
    vectors = {str(modality): one.encode(inputs(one)[:2]) for modality, one in encoders.items()}
    return Elsewhere((), tiny_space().fingerprints, vectors)


@pytest.mark.parametrize(
    ("broken", "rule"),
    [
        (Wordless, "`summary` must be a text"),
        (Missing, "its weights are not here"),
        (Lax, "SpaceOptionError"),
        (Unstoppable, "Cancelled"),
        (Renamed, "must be called 'tiny'"),
        (Partial, "no encoders but those of"),
        (Swapped, "encoder of image must say"),
        (Uneven, "same dimension in 'shared'"),
        (Astray, "the channel of their route"),
    ],
)
def test_a_broken_plugin_fails_by_the_name_of_its_rule(broken, rule, elsewhere):
    check_space(Good(), elsewhere)
    with pytest.raises(AssertionError, match=rule):
        check_space(broken(), elsewhere)


def test_good_plugins_pass_and_what_another_process_gives_is_compared(tmp_path, monkeypatch):
    monkeypatch.delenv("PYTHONHASHSEED", raising=False)
    (tmp_path / "ec_hasty.py").write_text(
        "import scipy\nfrom tests.spaces.test_check_space import Good\n\nclass Hasty(Good):\n"
        "    pass\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    from ec_hasty import Hasty

    plugins = [Good(), GoodEncoder(), Changing(), Salting(), Hasty()]
    found = in_fresh_process(plugins)
    check_space(plugins[0], found[0])
    check_space(plugins[1], found[1])
    with pytest.raises(AssertionError, match="Fingerprints must be the same in every process"):
        check_space(plugins[2], found[2])
    with pytest.raises(AssertionError, match="'shared' must be the same in every process"):
        check_space(plugins[3], found[3])
    with pytest.raises(AssertionError, match="must not import scipy"):
        check_space(plugins[4], found[4])


def test_a_class_that_no_other_process_could_import_is_refused():
    class Inner(Good):
        pass

    with pytest.raises(AssertionError, match="must stand at a module's top"):
        check_space(Inner())
