"""What is measured of texts has known answers in many scripts, and is there for any text."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embedcurate.figures.text import language, measure
from embedcurate.items import FIGURES, Modality

CLEAN = {
    "en": "The keeper lit the lamp at dusk and wrote the weather into his book before he slept.",
    "de": "Der Leuchtturmwärter zündete bei Dämmerung die Lampe an und schrieb das Wetter auf.",
    "fr": "Le gardien allumait la lampe au crépuscule et notait le temps « très doux ».",
    "pl": "Latarnik zapalał lampę o zmierzchu i zapisywał pogodę w swojej książce przed snem.",
    "cs": "Strážce majáku rozsvítil lampu za soumraku a zapsal počasí do své knihy, než usnul.",
    "ru": "Смотритель маяка зажигал лампу в сумерках и записывал погоду в свою книгу.",
    "el": "Κάθε βράδυ στο φάρο άναβαν τη λάμπα και έγραφαν τον καιρό στο βιβλίο τους.",
    "ja": "灯台守は夕暮れにランプを灯し、眠る前にその日の天気を日記に書きました。",
    "zh": "灯塔看守人在黄昏时点亮灯火,睡前把当天的天气写进他的日记里。",
    "ar": "أشعل حارس المنارة المصباح عند الغسق وكتب حالة الطقس في دفتره قبل أن ينام.",
}
ODD = (
    "Das Meeting war super, wir haben das Issue gefixt und gleich deployed",
    "yo bro wanna go to la playa hoy con mis amigos",
    "Krzysztof Brzęczyszczykiewicz, Siobhán O'Sullivan, Nguyễn Văn An, Wei Zhang",
    "def ramp(reading, issue): return np.clip((reading - clean) / (certain - clean), 0, 1)",
    "IBM and HP sell GPUs with 24 GB of VRAM over PCIe, HDMI and USB-C.",
    "« CAFÉ », É— NÃO, IRMÔ… 50 °C ± 2 ½ ÷ 東京タワー",
)


@pytest.mark.parametrize("code", CLEAN)
def test_clean_texts_of_many_languages_are_told_and_show_nothing(code: str) -> None:
    figures = measure(CLEAN[code])
    assert language(CLEAN[code]) == code
    assert figures["words"] > 10
    assert (figures["repetition"], figures["gibberish_ratio"], figures["damage"]) == (0, 0, 0)


@pytest.mark.parametrize("text", ODD)
def test_names_code_and_mixed_languages_are_neither_gibberish_nor_damaged(text: str) -> None:
    assert measure(text)["gibberish_ratio"] == 0
    assert measure(text)["damage"] == 0


def drummed(words: int, seed: int = 0) -> str:
    drawn = random.Random(seed)
    keys = "asdfghjkl" * 3 + "qwertyuiopzxcvbnm"
    return " ".join("".join(drawn.choices(keys, k=drawn.randint(4, 10))) for _ in range(words))


def test_drumming_on_a_keyboard_is_gibberish_and_of_no_language() -> None:
    for seed in range(10):
        assert measure(drummed(12, seed))["gibberish_ratio"] == 1
        assert language(drummed(12, seed)) is None


def test_gibberish_counts_by_the_share_of_the_words() -> None:
    prose = " ".join([CLEAN["en"]] * 12).split()[:120]
    mixed = " ".join(prose) + " " + drummed(120)
    assert measure(mixed)["gibberish_ratio"] == pytest.approx(0.5, abs=0.1)


def test_signs_of_scripts_without_spaces_are_words() -> None:
    assert measure("灯台守")["words"] == 3
    assert measure("a dog's life, 12 years")["words"] == 4
    assert measure("--- 123 !!!")["words"] == 0


def test_repeated_runs_and_lines_are_shares() -> None:
    assert measure("\n".join(["Buy it now"] * 4))["repetition"] == 0.75
    phrase = "one two three four five six seven eight nine ten"
    assert measure(f"{phrase} {phrase}")["repetition"] == pytest.approx(6 / 16)
    assert measure("no no no")["repetition"] == 0  # too short to tell


@pytest.mark.parametrize("code", ["de", "fr", "pl", "ru", "el", "ja"])
@pytest.mark.parametrize("wrong", ["latin-1", "cp1252"])
def test_utf8_that_was_read_as_something_else_is_damage(code: str, wrong: str) -> None:
    mangled = CLEAN[code].encode().decode(wrong, "replace")
    lost = len(mangled) - len(CLEAN[code])
    assert measure(mangled)["damage"] * len(mangled) >= 0.9 * lost > 0


def test_replacement_characters_and_controls_are_damage() -> None:
    assert measure("caf\ufffd b\x93r")["damage"] == pytest.approx(2 / 8)


def test_a_doubtful_language_is_none() -> None:
    assert [language(text) for text in ("", "ok", "12 34", "🎈")] == [None] * 4


@given(st.text(max_size=300))
@settings(max_examples=60, deadline=None)
def test_any_text_has_all_figures_within_their_bounds(text: str) -> None:
    figures = measure(text)
    assert set(figures) == set(FIGURES[Modality.TEXT])
    assert all(0 <= figures[name] <= 1 for name in ("repetition", "gibberish_ratio", "damage"))
    assert figures["words"] <= len(text)
    language(text)


def test_of_a_long_text_the_start_is_looked_at_and_the_words_are_estimated() -> None:
    assert measure("word " * 400_000)["words"] == pytest.approx(400_000, rel=0.01)
