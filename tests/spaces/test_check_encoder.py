"""The conformance suite must fail, by name, for every rule that an encoder can break."""

import numpy as np
import pytest

from embedcurate.items import Segment
from embedcurate.spaces.encoder import SHARED
from embedcurate.spaces.tiny import TinyTexts
from embedcurate.testing import check_encoder


class Doubles(TinyTexts):
    def encode(self, batch):
        return {SHARED: super().encode(batch)[SHARED].astype(np.float64)}


class Long(TinyTexts):
    def encode(self, batch):
        return {SHARED: super().encode(batch)[SHARED] * np.float32(2)}


class NotFinite(TinyTexts):
    def encode(self, batch):
        return {SHARED: super().encode(batch)[SHARED] * np.float32("nan")}


class Constant(TinyTexts):
    def encode(self, batch):
        return {SHARED: np.full((len(batch), 32), 32**-0.5, np.float32)}


class Shuffled(TinyTexts):
    def encode(self, batch):
        return {SHARED: super().encode(sorted(batch))[SHARED]}


class Centred(TinyTexts):
    def encode(self, batch):
        rows = super().encode(batch)[SHARED]
        rows = rows - rows.mean(0) / 2 if len(rows) else rows
        return {SHARED: rows / np.linalg.norm(rows, axis=1, keepdims=True)}


class Moody(TinyTexts):
    calls = 0

    def encode(self, batch):
        self.calls += 1
        rows = np.random.default_rng(self.calls).normal(size=(len(batch), 32))
        return {SHARED: (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)}


class Flat(TinyTexts):
    def encode(self, batch):
        return super().encode(batch) if len(batch) else {SHARED: np.zeros(0, np.float32)}


class Undeclared(TinyTexts):
    def encode(self, batch):
        return super().encode(batch) | {"extra": super().encode(batch)[SHARED]}


class Nameless(TinyTexts):
    fingerprint = ""


class Unshared(TinyTexts):
    channels = {"own": 32}  # noqa: RUF012


class Gappy(TinyTexts):
    def passages(self, text):
        return [Segment(0, len(text) // 3), Segment(len(text) // 2, len(text))]


class Unfinished(TinyTexts):
    def passages(self, text):
        return super().passages(text)[:1]


@pytest.mark.parametrize(
    ("broken", "rule"),
    [
        (Doubles, "float32"),
        (Long, "length 1"),
        (NotFinite, "finite"),
        (Constant, "Different media"),
        (Shuffled, "size of the batch"),
        (Centred, "size of the batch"),
        (Moody, "same batch"),
        (Flat, "empty batch"),
        (Undeclared, "not declared"),
        (Nameless, "fingerprint"),
        (Unshared, "'shared'"),
        (Gappy, "cover all"),
        (Unfinished, "to its end"),
    ],
)
def test_a_broken_encoder_fails_by_the_name_of_its_rule(broken, rule):
    with pytest.raises(AssertionError, match=rule):
        check_encoder(broken())


def test_media_of_ones_own_are_checked():
    check_encoder(TinyTexts(), ["red", "green", "blue sea"])
